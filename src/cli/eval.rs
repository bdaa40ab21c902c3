//! `gyeot eval`: the tasks of models and rules run over a folder of transcripts, with keys where there are any. Prints aggregates
//! only: no words of a transcript are printed or written.

use crate::adapters::models::Store;
use crate::adapters::{engines, instruments, shipped};
use crate::cli::interrupt::Guard;
use crate::cli::note::form;
use crate::cli::suggest::Task;
use crate::cli::usage::between;
use crate::cli::{Globals, print, transcript_file};
use crate::domain::assessment::instrument::Library;
use crate::domain::assessment::proposal::wording::ItemData;
use crate::domain::evaluation::{Figures, ItemFigures, Key, QuoteFigures, percent};
use crate::domain::explain::ErrorReport;
use crate::domain::note::figures::NoteFigures;
use crate::domain::practice::ids::{InstrumentId, ModelId};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::evaluate::{self, Setting};
use crate::live::items::{self, Model};
use crate::live::suggest::{Engines, Respondent};
use crate::texts::msg;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The schema name written into every file of figures.
const SCHEMA: &str = "gyeot.eval/1";
/// What a key file is called, after the name of its transcript.
const KEY: &str = ".key.json";
/// Endings of files that may be transcripts.
const ENDINGS: [&str; 5] = ["json", "srt", "vtt", "docx", "txt"];
/// Instruments whose items are looked for where no key names any.
const USUAL: [&str; 3] = ["phq-9", "gad-7", "audit-c"];

/// Arguments of `gyeot eval`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A folder of transcripts; beside NAME.json a key may stand in NAME.key.json.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// What to run: directions, note, items, ask; with commas. All unless chosen.
    #[arg(long, value_enum, value_delimiter = ',')]
    task: Vec<Task>,
    /// Only transcripts whose key names this part of the set.
    #[arg(long, value_name = "NAME")]
    half: Option<String>,
    /// By rule alone, no model: items only.
    #[arg(long)]
    rules_only: bool,
    /// The same model asked plainly for directions and for the note too, for comparison.
    #[arg(long, alias = "plain-baseline")]
    plain: bool,
    /// The language model; the best small one that is there unless chosen.
    #[arg(long, value_name = "ID")]
    model: Option<ModelId>,
    /// Threads of the engines; the cores of this machine unless chosen.
    #[arg(long, value_name = "N", value_parser = between(1u16, 256))]
    threads: Option<u16>,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

struct Case {
    transcript: Transcript,
    key: Option<Key>,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let cases = cases(&args, globals)?;
    let library = instruments::library(&globals.assessments_dir())?;
    let runs = |task: Task| args.task.is_empty() || args.task.contains(&task);
    let exit = Guard::new()?;
    let keys = cases.iter().filter(|c| c.key.is_some()).count();
    let mut figures = Figures { transcripts: cases.len(), keys, ..Figures::default() };
    let mut model: Option<ModelRef> = None;
    if args.rules_only {
        let begun = Instant::now();
        for case in &cases {
            by_rule(case, &library, &mut figures)?;
        }
        figures.items_seconds = begun.elapsed().as_secs_f64();
    } else {
        let store = Store::open(globals.models_dir())?;
        let threads = args.threads.unwrap_or_else(engines::threads);
        let mut embedding = engines::embedding(&store, threads)?;
        let mut language = engines::language(&store, globals.language_model(args.model.as_ref())?.as_ref(), threads)?;
        let respondent = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
            ErrorReport::failed(
                msg("cli-suggest-cannot-answer-questions-manifest-names").shown("model", &language.model.id),
                msg("cli-suggest-cannot-answer-questions-manifest-names.hint"),
            )
        })?;
        model = Some(language.model.clone());
        let at = setting(respondent, &embedding.model, args.plain)?;
        for (n, case) in cases.iter().enumerate() {
            let (t, key) = (&case.transcript, case.key.as_ref());
            let mut both = Engines { embedding: &mut embedding.worker, language: &mut language.worker };
            if runs(Task::Items) {
                let begun = Instant::now();
                by_rule(case, &library, &mut figures)?;
                with_model(case, &library, &at, &mut both, &mut figures)?;
                figures.items_seconds += begun.elapsed().as_secs_f64();
            }
            if runs(Task::Directions) {
                let begun = Instant::now();
                evaluate::directions(&at, t, key, &mut both, &mut figures)?;
                took(&mut figures.directions, begun);
                let begun = Instant::now();
                evaluate::asked_plainly(&at, t, both.language, &mut figures)?;
                took(&mut figures.directions_asked_plainly, begun);
            }
            if runs(Task::Note) {
                let begun = Instant::now();
                evaluate::notes(&at, t, key, both.embedding, &mut figures)?;
                took(&mut figures.notes, begun);
                evaluate::note_asked_plainly(&at, t, both.language, &mut figures)?;
            }
            if let Some(key) = key.filter(|_| runs(Task::Ask)) {
                let begun = Instant::now();
                evaluate::questions(&at, t, key, &mut both, &mut figures)?;
                took(&mut figures.ask, begun);
            }
            if !args.quiet {
                print::note(msg("eval-progress").shown("done", n + 1).shown("of", cases.len()).text(lang));
            }
        }
    }
    let mut done = Ok(());
    exit.unbroken(|| {
        if globals.json {
            let text = serde_json::json!({ "schema": SCHEMA, "model": model, "half": args.half, "figures": figures });
            done = print::json(&text);
        } else {
            print::raw(&table(&figures, model.as_ref(), lang));
        }
    });
    done
}

fn took(figures: &mut Option<QuoteFigures>, begun: Instant) {
    if let Some(figures) = figures {
        figures.seconds += begun.elapsed().as_secs_f64();
    }
}

fn setting(respondent: Respondent, embedding: &ModelRef, plain: bool) -> Result<Setting, ErrorReport> {
    Ok(Setting {
        library: shipped::technique_library()?,
        heads: (shipped::direction_heads()?, embedding.clone()),
        directions: shipped::judge_task("directions")?,
        rationale: shipped::write_task("rationale")?,
        ask: shipped::judge_task("ask")?,
        risk: shipped::risk_rules()?,
        kinds: shipped::note_kinds()?,
        retraction: shipped::retraction_rules()?,
        form: form("soap")?,
        check: shipped::note_check()?,
        plain: if plain { Some(shipped::plain_prompt()?) } else { None },
        plain_note: if plain { Some(shipped::plain_note_prompt()?) } else { None },
        respondent,
    })
}

/// The transcripts of the folder with their keys, in order of name.
fn cases(args: &Args, globals: &Globals) -> Result<Vec<Case>, ErrorReport> {
    let cannot = |e: std::io::Error| {
        ErrorReport::usage(
            msg("eval-folder-unreadable").shown("path", args.dir.display()).with("why", e.kind()),
            msg("eval-folder-unreadable.hint"),
        )
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir(&args.dir).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let ends = path.extension().and_then(|e| e.to_str()).is_some_and(|e| ENDINGS.contains(&e));
        if path.is_file() && ends && !name.ends_with(KEY) {
            files.push(path);
        }
    }
    files.sort();
    let speakers = transcript_file::Speakers::none();
    let mut cases = Vec::new();
    for file in files {
        let key = key_of(&file)?;
        if args.half.is_some() && args.half.as_deref() != key.as_ref().and_then(|k| k.half.as_deref()) {
            continue;
        }
        let transcript = transcript_file::read(&file, &speakers, globals.lang, true)?;
        cases.push(Case { transcript, key });
    }
    if cases.is_empty() {
        let what = msg("eval-no-transcript").shown("path", args.dir.display());
        return Err(ErrorReport::usage(what, msg("eval-no-transcript.hint")));
    }
    Ok(cases)
}

fn key_of(transcript: &Path) -> Result<Option<Key>, ErrorReport> {
    let path = transcript.with_extension("").with_extension(KEY.trim_start_matches('.'));
    match path.is_file() {
        true => Ok(Some(Key::parse(&instruments::read(&path)?)?)),
        false => Ok(None),
    }
}

/// The instruments that the key marked, or the usual ones.
fn instruments_of(case: &Case) -> Result<Vec<(InstrumentId, ItemData)>, ErrorReport> {
    let named = case.key.as_ref().map(|k| k.instruments.clone()).filter(|i| !i.is_empty());
    let ids = named.unwrap_or_else(|| USUAL.iter().map(|id| InstrumentId::from(*id)).collect());
    let mut found = Vec::new();
    for id in ids {
        if let Some(data) = shipped::item_data(&id)? {
            found.push((id, data));
        }
    }
    Ok(found)
}

fn keyed<'a>(case: &'a Case, id: &InstrumentId) -> Option<&'a Key> {
    case.key.as_ref().filter(|k| k.instruments.contains(id))
}

fn by_rule(case: &Case, library: &Library, figures: &mut Figures) -> Result<(), ErrorReport> {
    for (id, data) in instruments_of(case)? {
        let found = items::by_rule(&case.transcript, library.get(&id)?, &data);
        figures.items_by_rule.count(&case.transcript, &found, keyed(case, &id));
    }
    Ok(())
}

fn with_model(
    case: &Case,
    library: &Library,
    at: &Setting,
    both: &mut Engines<'_>,
    figures: &mut Figures,
) -> Result<(), ErrorReport> {
    for (id, data) in instruments_of(case)? {
        let engines = Engines { embedding: &mut *both.embedding, language: &mut *both.language };
        let mut engines = engines;
        let model = Model { engines: &mut engines, respondent: at.respondent.clone(), task: at.directions.clone() };
        let t = &case.transcript;
        let found = items::with_model(t, library.get(&id)?, &data, t.language, model, &mut |_| {})?;
        let into = figures.items_with_model.get_or_insert_with(ItemFigures::default);
        into.count(t, &found, keyed(case, &id));
    }
    Ok(())
}

fn share(part: usize, whole: usize) -> String {
    percent(part, whole).map_or_else(|| "–".to_owned(), |p| format!("{p:.1} % ({part}/{whole})"))
}

fn table(f: &Figures, model: Option<&ModelRef>, lang: Lang) -> String {
    let by = model.map_or_else(|| lang.say("items-by-rule").to_owned(), |m| m.id.to_string());
    let head = msg("eval-head").with("transcripts", f.transcripts).with("keys", f.keys).shown("by", by);
    let mut out = head.text(lang) + "\n";
    let mut row = |name: &str, value: String| out.push_str(&format!("  {name}: {value}\n"));
    let mut items = |name: &'static str, i: &ItemFigures| {
        row(lang.say(name), String::new());
        row(lang.say("eval-exact"), share(i.exact, i.discussed));
        row(lang.say("eval-within-one"), share(i.within_one, i.discussed));
        row(lang.say("eval-not-discussed"), share(i.found_not_discussed, i.not_discussed));
        row(lang.say("eval-right-line"), share(i.right_line, i.discussed));
        row(lang.say("eval-quotes"), share(i.quotes_found, i.quotes));
        row(lang.say("eval-without-quote"), i.without_quote.to_string());
    };
    if f.items_by_rule != ItemFigures::default() {
        items("eval-items-rule", &f.items_by_rule);
    }
    if let Some(i) = &f.items_with_model {
        items("eval-items-model", i);
    }
    for (name, q) in [
        ("eval-directions", &f.directions),
        ("eval-directions-plain", &f.directions_asked_plainly),
        ("eval-notes", &f.notes),
        ("eval-ask", &f.ask),
    ] {
        let Some(q) = q else { continue };
        row(lang.say(name), format!("{} · {:.1} s", q.statements, q.seconds));
        row(lang.say("eval-quotes"), share(q.quotes_found, q.quotes));
        row(lang.say("eval-unsupported"), share(q.unsupported, q.statements));
        row(lang.say("eval-agree"), share(q.agree, q.keyed));
    }
    for (name, n) in [("eval-note-check", &f.note_check), ("eval-note-check-plain", &f.note_check_asked_plainly)] {
        let Some(n) = n else { continue };
        row(lang.say(name), format!("{} · {:.1} s", n.statements, n.seconds));
        row(lang.say("eval-note-marked"), share(n.marked, n.statements));
        row(lang.say("eval-note-unsupported"), share(n.unsupported, n.shown()));
        for (fault, times) in &n.faults {
            row(lang.say(fault.message()), times.to_string());
        }
        row(lang.say("eval-note-script"), n.foreign_script.to_string());
        row(lang.say("eval-note-loops"), n.loops.to_string());
        row(lang.say("eval-note-facts"), share(n.facts_found, n.facts));
        row(lang.say("eval-note-taken-back"), share(n.taken_back_marked, n.taken_back));
    }
    if let (Some(ours), Some(plain)) = (&f.note_check, &f.note_check_asked_plainly) {
        row(lang.say("eval-note-fewer"), NoteFigures::fewer(ours, plain).map_or("–".into(), |p| format!("{p:.1} %")));
    }
    row(lang.say("eval-items-seconds"), format!("{:.1} s", f.items_seconds));
    out
}
