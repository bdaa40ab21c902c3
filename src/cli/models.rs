//! `gyeot models`: what there is, what fits this machine, fetching, bringing, checking and removing.

use crate::adapters::models::import::{self, About};
use crate::adapters::models::pull::{self, Pulled};
use crate::adapters::models::report::Report;
use crate::adapters::models::{ModelError, Store, digest, recommend};
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::model::{Manifest, Task, Tier, Verified};
use crate::domain::practice::ids::ModelId;
use crate::texts::msg;
use clap::Subcommand;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Arguments of `gyeot models`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All known models, or everything about some.
    List {
        /// Ids; none means all.
        ids: Vec<String>,
    },
    /// Measure this machine for two seconds and say which models will keep up.
    Recommend,
    /// Fetch models; `demo` is what the demo needs. Interrupted ones go on where they stopped.
    Pull {
        /// Ids, or `demo`.
        #[arg(required_unless_present = "all_demo")]
        ids: Vec<String>,
        /// What the demo needs.
        #[arg(long)]
        all_demo: bool,
        /// With `demo`: small, middle (a better language model) or large.
        #[arg(long, default_value = "small", value_name = "small|middle|large")]
        tier: Tier,
        /// Such as q5_1 or f16; `all` for every one that can be fetched.
        #[arg(long, value_name = "NAME")]
        variant: Option<String>,
    },
    /// Take in a file from a stick: GGUF, whisper.cpp, or a faster-whisper folder.
    Add {
        /// The file or folder.
        file: PathBuf,
        /// The id it shall have.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// The format to convert a faster-whisper folder to.
        #[arg(long, value_name = "NAME")]
        variant: Option<String>,
        /// A catalogue model with the same chat markers.
        #[arg(long, value_name = "ID")]
        like: Option<String>,
    },
    /// Hash what is here again and compare.
    Verify {
        /// Ids; none means all that are here.
        ids: Vec<String>,
    },
    /// Delete the files of models.
    Remove {
        /// Ids.
        #[arg(required = true)]
        ids: Vec<String>,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let store = Store::open(globals.models_dir())?;
    match args.what {
        What::List { ids } => list(&store, &ids, globals.json),
        What::Recommend => recommendation(&store, globals.json),
        What::Pull { mut ids, all_demo, tier, variant } => {
            if all_demo {
                ids.push("demo".into());
            }
            fetch(&store, &ids, tier, variant.as_deref(), globals.json)
        }
        What::Add { file, id, variant, like } => take_in(&store, &file, &About { id, variant, like }, globals.json),
        What::Verify { ids } => verify(&store, &ids, globals.json),
        What::Remove { ids } => remove(&store, &ids, globals.json),
    }
}

/// Progress on stderr: one line that is drawn over on a terminal, a line every ten seconds elsewhere.
struct Progress {
    what: String,
    total: Option<u64>,
    began: Instant,
    first: Option<u64>,
    shown: Option<Instant>,
    terminal: bool,
}

/// A terminal is drawn at most so often.
const REDRAW: Duration = Duration::from_millis(200);
/// A log gets a line at most so often.
const LOG_LINE: Duration = Duration::from_secs(10);

impl Progress {
    fn new() -> Self {
        let (what, began) = (String::new(), Instant::now());
        Progress { what, total: None, began, first: None, shown: None, terminal: print::progress_is_drawn() }
    }

    fn text(&self, bytes: u64) -> String {
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        // What was here before does not count as speed.
        let rate = bytes.saturating_sub(self.first.unwrap_or(0)) as f64 / seconds;
        let mut text = format!("{}  {}", self.what, size(bytes));
        if let Some(total) = self.total.filter(|t| *t > 0) {
            text += &format!(" of {} ({} %)", size(total), (bytes * 100 / total).min(100));
        }
        text += &format!("  {}/s", size(rate as u64));
        if let Some(left) = self.total.and_then(|t| t.checked_sub(bytes)).filter(|_| rate > 1.0) {
            let s = (left as f64 / rate) as u64;
            text += &format!("  {}:{:02} left", s / 60, s % 60);
        }
        text
    }
}

impl Report for Progress {
    fn begin(&mut self, what: &str, total: Option<u64>) {
        (self.what, self.total, self.began) = (what.to_owned(), total, Instant::now());
        (self.first, self.shown) = (None, (!self.terminal).then(Instant::now));
    }

    fn at(&mut self, bytes: u64) {
        self.first.get_or_insert(bytes);
        let every = if self.terminal { REDRAW } else { LOG_LINE };
        if self.shown.is_some_and(|shown| shown.elapsed() < every) {
            return;
        }
        self.shown = Some(Instant::now());
        let text = self.text(bytes);
        if self.terminal { print::status(&text) } else { print::note(text) }
    }

    fn end(&mut self) {
        if self.terminal {
            print::status("");
        }
    }

    fn say(&mut self, line: &str) {
        self.end();
        print::note(line);
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

fn here<'a>(store: &'a Store, manifest: &'a Manifest) -> impl Iterator<Item = &'a str> {
    let there = |v: &&crate::domain::model::Variant| v.sha256.is_some() && store.path_of(manifest, v).is_file();
    manifest.variants.iter().filter(there).map(|v| v.name.as_str())
}

fn list(store: &Store, ids: &[String], json: bool) -> Result<(), ErrorReport> {
    let chosen: Vec<&Manifest> = match ids {
        [] => store.catalogue().all().iter().collect(),
        ids => ids.iter().map(|id| store.catalogue().get(&id.as_str().into())).collect::<Result<_, _>>()?,
    };
    if json {
        let models: Vec<_> = chosen
            .iter()
            .map(|m| {
                json!({
                    "manifest": m,
                    "here": here(store, m).collect::<Vec<_>>(),
                    "can_be_pulled": m.can_be_pulled(),
                })
            })
            .collect();
        return print::json(&json!({ "schema": "gyeot.models/1", "dir": store.dir(), "models": models }));
    }
    if ids.is_empty() {
        print::line(format!("{:<24} {:<9} {:<6} {:<10} {:<10} licence", "id", "task", "tier", "size", "state"));
        for m in chosen {
            let bytes = m.variant(None).and_then(|v| v.bytes).map_or("?".into(), size);
            let state = match (here(store, m).next(), m.can_be_pulled()) {
                (Some(_), _) => "here",
                (None, true) => "can pull",
                (None, false) => "add a file",
            };
            let tier = tier_name(m.tier);
            let mark = if m.licence.restrictive { " !" } else { "" };
            let id = m.id.as_str();
            print::line(format!(
                "{id:<24} {:<9} {tier:<6} {bytes:<10} {state:<10} {}{mark}",
                m.task.name(),
                m.licence.name
            ));
        }
        print::note("! = terms that restrict use; `gyeot models list ID` shows them");
        return Ok(());
    }
    for m in chosen {
        describe(store, m);
    }
    Ok(())
}

fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Small => "small",
        Tier::Middle => "middle",
        Tier::Large => "large",
    }
}

fn describe(store: &Store, m: &Manifest) {
    print::line(format!("{} · {}", m.id, m.title));
    print::line(format!("  from      {}", m.publisher));
    if let Some(repository) = &m.repository {
        print::line(format!("            {repository}"));
    }
    print::line(format!("  task      {} · {} · {}", m.task.name(), tier_name(m.tier), m.languages.join(" ")));
    print::line(format!("  licence   {}", m.licence.name));
    if let Some(note) = &m.licence.note {
        print::line(format!("            {note}"));
    }
    let verified = match m.verified {
        Verified::Yes => "yes",
        Verified::Unverified => "no",
        Verified::Centre => "brought by the centre",
    };
    print::line(format!("  verified  {verified}"));
    if let Some(note) = &m.verified_note {
        print::line(format!("            {note}"));
    }
    let present: BTreeSet<&str> = here(store, m).collect();
    for v in &m.variants {
        let mark = if v.name == m.default_variant { "*" } else { " " };
        let state = if present.contains(v.name.as_str()) { "here" } else { "" };
        let bytes = v.bytes.map_or("?".into(), size);
        let hash = v.sha256.as_deref().unwrap_or("no hash pinned");
        print::line(format!("  {mark} {:<8} {bytes:<10} {hash} {state}", v.name));
    }
}

fn recommendation(store: &Store, json: bool) -> Result<(), ErrorReport> {
    print::note("measuring for two seconds …");
    let machine = recommend::measure();
    let predictions: Vec<_> = store.catalogue().all().iter().filter_map(|m| recommend::predict(&machine, m)).collect();
    let best = |task: Task| {
        let fit = predictions.iter().filter(|p| p.task == task && p.keeps_up);
        // The largest that keeps up among the verified and multilingual.
        let sound = fit.filter(|p| {
            let m = store.catalogue().get(&p.id.as_str().into());
            m.is_ok_and(|m| m.verified != Verified::Unverified && m.languages.len() > 1)
        });
        sound.max_by_key(|p| p.memory_mib).map(|p| p.id.clone())
    };
    let (asr, llm) = (best(Task::Asr), best(Task::Llm));
    if json {
        return print::json(&json!({
            "schema": "gyeot.recommendation/1",
            "machine": machine,
            "reference": recommend::REFERENCE,
            "predictions": predictions,
            "asr": asr,
            "llm": llm,
        }));
    }
    let memory = machine.memory_mib.map_or("unknown".into(), |m| format!("{:.1} GiB", m as f64 / 1024.0));
    print::line(format!(
        "{} cores · memory {memory} · {:.0} G 8-bit multiply-adds/s · {:.1} GB/s from memory",
        machine.cores, machine.dots, machine.bandwidth
    ));
    if cfg!(debug_assertions) {
        print::note("this is a build without optimisation: the machine is faster than measured, so trust no verdict");
    }
    print::line("");
    print::line(format!("{:<24} {:>22} {:>10}  {}", "speech", "of real time", "memory", "during a session"));
    for p in predictions.iter().filter(|p| p.task == Task::Asr) {
        let factor = p.real_time_factor.unwrap_or_default();
        print::line(format!("{:<24} {factor:>22.2} {:>6} MiB  {}", p.id, p.memory_mib, verdict(p)));
    }
    print::line("");
    print::line(format!("{:<24} {:>22} {:>10}  {}", "language", "reads / writes per s", "memory", "during a session"));
    for p in predictions.iter().filter(|p| p.task == Task::Llm) {
        let (reads, writes) = (p.prefill_per_second.unwrap_or_default(), p.decode_per_second.unwrap_or_default());
        let speed = format!("{reads:.0} / {writes:.1} tokens");
        let about = if p.size_estimated { "~" } else { "" };
        print::line(format!("{:<24} {speed:>22} {:>6} MiB  {}", p.id, format!("{about}{}", p.memory_mib), verdict(p)));
    }
    print::line("");
    let name = |id: &Option<String>| id.clone().unwrap_or_else(|| "none of the verified ones".into());
    print::line(format!("speech: {} · language: {}", name(&asr), name(&llm)));
    print::note("predictions, good to about a factor of two; ~ = size estimated, no file was seen");
    Ok(())
}

fn verdict(p: &recommend::Prediction) -> &'static str {
    match (p.fits, p.keeps_up, p.real_time_factor) {
        (false, _, _) => "too large for the memory",
        (_, true, _) => "keeps up",
        (_, false, Some(factor)) if factor < 1.0 => "for the final pass only",
        _ => "afterwards only",
    }
}

fn fetch(store: &Store, ids: &[String], tier: Tier, variant: Option<&str>, json: bool) -> Result<(), ErrorReport> {
    let mut wanted: Vec<(ModelId, Option<String>)> = Vec::new();
    for id in ids {
        if id == "demo" {
            wanted.extend(pull::for_demo(store, tier).into_iter().map(|id| (id, None)));
            continue;
        }
        let id: ModelId = id.as_str().into();
        match variant {
            Some("all") => {
                let manifest = store.catalogue().get(&id)?;
                let pinned = manifest.variants.iter().filter(|v| v.sha256.is_some());
                wanted.extend(pinned.map(|v| (id.clone(), Some(v.name.clone()))));
            }
            one => wanted.push((id, one.map(str::to_owned))),
        }
    }
    // A wrong id is told before gigabytes of the others were fetched.
    wanted.iter().try_for_each(|(id, _)| store.catalogue().get(id).map(|_| ()))?;
    let mut progress = Progress::new();
    let mut done = Vec::new();
    for (id, variant) in &wanted {
        let pulled = pull::pull(store, id, variant.as_deref(), &mut progress)?;
        let (path, fetched) = match &pulled {
            Pulled::AlreadyHere(path) => (path, false),
            Pulled::Fetched(path) => (path, true),
        };
        if !json {
            let what = if fetched { "fetched, hash right" } else { "already here, hash right" };
            print::line(format!("{id}: {what}: {}", path.display()));
        }
        done.push(json!({ "id": id, "path": path, "fetched": fetched }));
    }
    if json { print::json(&json!({ "schema": "gyeot.pulled/1", "models": done })) } else { Ok(()) }
}

fn take_in(store: &Store, file: &std::path::Path, about: &About, json: bool) -> Result<(), ErrorReport> {
    let added = import::add(store, file, about, &mut Progress::new())?;
    if let (true, Some(note)) = (added.licence.restrictive, &added.licence.note) {
        print::note(format!("{}: {}: {note}", added.id, added.licence.name));
    }
    if json {
        return print::json(&json!({
            "schema": "gyeot.added/1", "id": added.id, "variant": added.variant, "path": added.path,
            "sha256": added.sha256, "pinned": added.pinned,
        }));
    }
    let known = if added.pinned { "known to the catalogue" } else { "brought by the centre, its own hash recorded" };
    print::line(format!("{} ({}): {known}: {}", added.id, added.variant, added.path.display()));
    print::line(format!("sha256 {}", added.sha256));
    Ok(())
}

fn verify(store: &Store, ids: &[String], json: bool) -> Result<(), ErrorReport> {
    let chosen: Vec<&Manifest> = match ids {
        [] => store.catalogue().all().iter().filter(|m| here(store, m).next().is_some()).collect(),
        ids => ids
            .iter()
            .map(|id| store.find(&id.as_str().into(), None).and_then(|f| store.catalogue().get(&f.manifest.id)))
            .collect::<Result<_, _>>()?,
    };
    let mut progress = Progress::new();
    let (mut rows, mut wrong) = (Vec::new(), None);
    for m in chosen {
        for v in m.variants.iter().filter(|v| here(store, m).any(|n| n == v.name)) {
            let path = store.path_of(m, v);
            let io =
                |source| ModelError::Io { what: msg("cli-models-could-not-read").with("what", path.display()), source };
            let mut file = File::open(&path).map_err(io)?;
            progress.begin(&v.file, v.bytes);
            let found = digest::of_file(&mut file, &mut |n| progress.at(n)).map_err(io)?;
            progress.end();
            let right = v.sha256.as_ref() == Some(&found);
            if !json {
                print::line(format!("{} {}: {}", m.id, v.name, if right { "right" } else { "WRONG" }));
            }
            rows.push(json!({ "id": m.id, "variant": v.name, "path": path, "sha256": found, "right": right }));
            if !right {
                wrong = Some(ModelError::WrongHash {
                    id: m.id.to_string(),
                    path: path.display().to_string(),
                    found,
                    expected: v.sha256.clone().unwrap_or_default(),
                });
            }
        }
    }
    if json {
        print::json(&json!({ "schema": "gyeot.verified/1", "models": rows }))?;
    } else if rows.is_empty() {
        print::note(format!("no models in {}", store.dir().display()));
    }
    wrong.map_or(Ok(()), |w| Err(w.into()))
}

fn remove(store: &Store, ids: &[String], json: bool) -> Result<(), ErrorReport> {
    let ids: Vec<ModelId> = ids.iter().map(|id| id.as_str().into()).collect();
    ids.iter().try_for_each(|id| store.catalogue().get(id).map(|_| ()))?;
    let mut gone = Vec::new();
    for id in &ids {
        gone.extend(store.remove(id)?);
    }
    if json {
        return print::json(&json!({ "schema": "gyeot.removed/1", "files": gone }));
    }
    match gone.as_slice() {
        [] => print::line("nothing of it was here"),
        gone => gone.iter().for_each(|path| print::line(format!("removed {}", path.display()))),
    }
    Ok(())
}
