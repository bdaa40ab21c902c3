//! `gyeot models`: what there is, what fits this machine, fetching, bringing, checking and removing.

mod certify;
mod progress;
mod shown;

use crate::adapters::engines::Installed;
use crate::adapters::models::import::{self, About};
use crate::adapters::models::pull::{self, Pulled};
use crate::adapters::models::report::Report;
use crate::adapters::models::{ModelError, Store, digest};
use crate::adapters::settings;
use crate::cli::models::progress::Progress;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::model::{Manifest, Tier};
use crate::domain::practice::ids::ModelId;
use crate::texts::msg;
use clap::Subcommand;
use serde_json::json;
use std::fs::File;
use std::path::PathBuf;

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
    /// Take in a file from a stick: GGUF (in one file or in parts), a LoRA adapter, whisper.cpp, or a faster-whisper folder.
    Add {
        /// The file or folder.
        file: PathBuf,
        /// The id it shall have.
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        /// The format to convert to: a faster-whisper folder to q5_1 and others, a GGUF file to iq4_nl.
        #[arg(long, value_name = "NAME")]
        variant: Option<String>,
        /// A catalogue model with the same chat markers.
        #[arg(long, value_name = "ID")]
        like: Option<String>,
        /// For a LoRA adapter: the model that is here and that it changes.
        #[arg(long, value_name = "ID", conflicts_with = "like")]
        base: Option<String>,
    },
    /// Hash what is here again and compare.
    Verify {
        /// Ids; none means all that are here.
        ids: Vec<String>,
    },
    /// Measure whether a language model may word sentences of a note, and keep the result with its hash.
    Certify {
        /// The model.
        id: ModelId,
    },
    /// Use this language model, or this adapter of one, wherever a command names none; without one the best that is here.
    Use {
        /// The model; its files are looked at first.
        id: Option<ModelId>,
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
        What::List { ids } => shown::list(&store, &ids, globals),
        What::Recommend => shown::recommendation(&store, globals),
        What::Pull { mut ids, all_demo, tier, variant } => {
            if all_demo {
                ids.push("demo".into());
            }
            fetch(&store, &ids, tier, variant.as_deref(), globals)
        }
        What::Add { file, id, variant, like, base } => {
            take_in(&store, &file, &About { id, variant, like, base }, globals)
        }
        What::Verify { ids } => verify(&store, &ids, globals),
        What::Certify { id } => certify::certify(&store, &id, globals),
        What::Use { id } => choose(&store, id, globals),
        What::Remove { ids } => remove(&store, &ids, globals),
    }
}

/// Keeps the language model of the settings after a look at its files.
fn choose(store: &Store, id: Option<ModelId>, globals: &Globals) -> Result<(), ErrorReport> {
    Installed::choose_language(store, settings::path().as_deref(), id.as_ref())?;
    if globals.json {
        return print::json(&json!({ "schema": "gyeot.model-used/1", "id": id }));
    }
    let said = id.map_or(msg("say-model-used-best"), |id| msg("say-model-used").shown("id", id));
    print::line(said.text(globals.lang()));
    Ok(())
}

fn fetch(
    store: &Store,
    ids: &[String],
    tier: Tier,
    variant: Option<&str>,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let (json, lang) = (globals.json, globals.lang());
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
    let mut progress = Progress::new(lang);
    let mut done = Vec::new();
    for (id, variant) in &wanted {
        let pulled = pull::pull(store, id, variant.as_deref(), &mut progress)?;
        let (path, fetched) = match &pulled {
            Pulled::AlreadyHere(path) => (path, false),
            Pulled::Fetched(path) => (path, true),
        };
        if !json {
            let what = if fetched { "models-fetched" } else { "models-already-here" };
            print::line(format!("{id}: {}: {}", lang.say(what), path.display()));
        }
        done.push(json!({ "id": id, "path": path, "fetched": fetched }));
    }
    if json { print::json(&json!({ "schema": "gyeot.pulled/1", "models": done })) } else { Ok(()) }
}

fn take_in(store: &Store, file: &std::path::Path, about: &About, globals: &Globals) -> Result<(), ErrorReport> {
    let (json, lang) = (globals.json, globals.lang());
    let added = import::add(store, file, about, &mut Progress::new(lang))?;
    if let (true, Some(note)) = (added.licence.restrictive, &added.licence.note) {
        print::note(format!("{}: {}: {note}", added.id, added.licence.name));
    }
    if json {
        return print::json(&json!({
            "schema": "gyeot.added/1", "id": added.id, "variant": added.variant, "path": added.path,
            "sha256": added.sha256, "pinned": added.pinned,
        }));
    }
    let known = lang.say(if added.pinned { "models-pinned" } else { "models-brought" });
    print::line(format!("{} ({}): {known}: {}", added.id, added.variant, added.path.display()));
    print::line(format!("sha256 {}", added.sha256));
    Ok(())
}

fn verify(store: &Store, ids: &[String], globals: &Globals) -> Result<(), ErrorReport> {
    let (json, lang) = (globals.json, globals.lang());
    let chosen: Vec<&Manifest> = match ids {
        [] => store.catalogue().all().iter().filter(|m| shown::here(store, m).next().is_some()).collect(),
        ids => ids
            .iter()
            .map(|id| store.find(&id.as_str().into(), None).and_then(|f| store.catalogue().get(&f.manifest.id)))
            .collect::<Result<_, _>>()?,
    };
    let mut progress = Progress::new(lang);
    let (mut rows, mut wrong) = (Vec::new(), None);
    for m in chosen {
        for v in m.variants.iter().filter(|v| shown::here(store, m).any(|n| n == v.name)) {
            let path = store.path_of(m, v);
            let io =
                |source| ModelError::Io { what: msg("cli-models-could-not-read").with("what", path.display()), source };
            let mut file = File::open(&path).map_err(io)?;
            progress.begin(&v.file, v.bytes);
            let found = digest::of_file(&mut file, &mut |n| progress.at(n)).map_err(io)?;
            progress.end();
            let right = v.sha256.as_ref() == Some(&found);
            if !json {
                print::line(format!(
                    "{} {}: {}",
                    m.id,
                    v.name,
                    lang.say(if right { "models-right" } else { "models-wrong" })
                ));
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
        print::note(msg("models-none-in").shown("dir", store.dir().display()).text(lang));
    }
    wrong.map_or(Ok(()), |w| Err(w.into()))
}

fn remove(store: &Store, ids: &[String], globals: &Globals) -> Result<(), ErrorReport> {
    let (json, lang) = (globals.json, globals.lang());
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
        [] => print::line(lang.say("models-nothing-here")),
        gone => gone.iter().for_each(|path| {
            print::line(msg("models-removed").shown("path", path.display()).text(lang));
        }),
    }
    Ok(())
}
