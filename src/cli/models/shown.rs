//! What `gyeot models list` and `recommend` show.

use crate::adapters::models::{Store, recommend};
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::model::{Manifest, Task, Tier, Verified};
use crate::domain::practice::lang::Lang;
use crate::texts::msg;
use serde_json::json;
use std::collections::BTreeSet;

/// Bytes for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes / 1000),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// The variants of a model that are here.
pub(super) fn here<'a>(store: &'a Store, manifest: &'a Manifest) -> impl Iterator<Item = &'a str> {
    let there = |v: &&crate::domain::model::Variant| v.sha256.is_some() && store.path_of(manifest, v).is_file();
    manifest.variants.iter().filter(there).map(|v| v.name.as_str())
}

/// All models, or everything about some.
pub(super) fn list(store: &Store, ids: &[String], globals: &Globals) -> Result<(), ErrorReport> {
    let (json, lang) = (globals.json, globals.lang());
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
        let head = ["list-model", "list-model-task", "models-tier", "list-size", "list-state", "list-licence"];
        let mut rows = vec![head.map(|id| lang.say(id).to_owned()).to_vec()];
        rows.extend(chosen.iter().map(|m| {
            let bytes = m.variant(None).and_then(|v| v.bytes).map_or("?".into(), size);
            let state = match (here(store, m).next(), m.can_be_pulled()) {
                (Some(_), _) => "list-model-here",
                (None, true) => "list-model-pull",
                (None, false) => "list-model-add",
            };
            let mark = if m.licence.restrictive { " !" } else { "" };
            let licence = format!("{}{mark}", m.licence.name);
            let task = m.task.label().text(lang);
            let (id, tier, state) =
                (m.id.to_string(), lang.say(tier_name(m.tier)).to_owned(), lang.say(state).to_owned());
            vec![id, task, tier, bytes, state, licence]
        }));
        print::table(&rows);
        print::note(lang.say("models-restrictive"));
        return Ok(());
    }
    for m in chosen {
        describe(store, m, lang);
    }
    Ok(())
}

fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Small => "models-tier-small",
        Tier::Middle => "models-tier-middle",
        Tier::Large => "models-tier-large",
    }
}

fn describe(store: &Store, m: &Manifest, lang: Lang) {
    print::line(format!("{} · {}", m.id, m.title));
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut row = |label: &str, text: String| rows.push(vec![format!("  {label}"), text]);
    row(lang.say("models-from"), m.publisher.clone());
    if let Some(repository) = &m.repository {
        row("", repository.clone());
    }
    let tier = lang.say(tier_name(m.tier));
    row(lang.say("list-model-task"), format!("{} · {tier} · {}", m.task.label().text(lang), m.languages.join(" ")));
    if let Some(adapter) = &m.adapter {
        row(lang.say("models-adapter-of"), format!("{} {}", adapter.base, adapter.sha256));
    }
    row(lang.say("list-licence"), m.licence.name.clone());
    if let Some(note) = &m.licence.note {
        row("", note.clone());
    }
    let verified = match m.verified {
        Verified::Yes => "models-verified-yes",
        Verified::Unverified => "models-verified-no",
        Verified::Centre => "models-verified-centre",
    };
    row(lang.say("models-verified"), lang.say(verified).to_owned());
    if let Some(note) = &m.verified_note {
        row("", note.clone());
    }
    print::table(&rows);
    let present: BTreeSet<&str> = here(store, m).collect();
    let variants = m.variants.iter().map(|v| {
        let mark = if v.name == m.default_variant { "*" } else { " " };
        let state = if present.contains(v.name.as_str()) { lang.say("list-model-here") } else { "" };
        let bytes = v.bytes.map_or("?".into(), size);
        let hash = v.sha256.clone().unwrap_or_else(|| lang.say("models-no-hash").to_owned());
        vec![format!("  {mark} {}", v.name), bytes, hash, state.to_owned()]
    });
    print::table(&variants.collect::<Vec<_>>());
}

/// Measures this machine and says which models keep up.
pub(super) fn recommendation(store: &Store, globals: &Globals) -> Result<(), ErrorReport> {
    let (json, lang) = (globals.json, globals.lang());
    print::note(lang.say("models-measuring"));
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
    let memory = machine.memory_mib.map_or("?".into(), |m| format!("{:.1} GiB", m as f64 / 1024.0));
    print::line(
        msg("models-machine")
            .with("cores", machine.cores)
            .with("memory", memory)
            .with("dots", format!("{:.0}", machine.dots))
            .with("bandwidth", format!("{:.1}", machine.bandwidth))
            .text(lang),
    );
    if cfg!(debug_assertions) {
        print::note(lang.say("models-not-optimised"));
    }
    let row = |p: &recommend::Prediction, speed: String| {
        let about = if p.size_estimated { "~" } else { "" };
        vec![p.id.clone(), speed, format!("{about}{} MiB", p.memory_mib), lang.say(verdict(p)).to_owned()]
    };
    let head = |what: &'static str, speed: &'static str| {
        [what, speed, "models-memory", "models-during"].map(|id| lang.say(id).to_owned()).to_vec()
    };
    let speech = predictions.iter().filter(|p| p.task == Task::Asr);
    let speech = speech.map(|p| row(p, format!("{:.2}", p.real_time_factor.unwrap_or_default())));
    let language = predictions.iter().filter(|p| p.task == Task::Llm).map(|p| {
        let (reads, writes) = (p.prefill_per_second.unwrap_or_default(), p.decode_per_second.unwrap_or_default());
        row(p, format!("{reads:.0} / {writes:.1}"))
    });
    print::line("");
    print::table(&std::iter::once(head("model-task-asr", "models-of-real-time")).chain(speech).collect::<Vec<_>>());
    print::line("");
    print::table(&std::iter::once(head("model-task-llm", "models-tokens")).chain(language).collect::<Vec<_>>());
    print::line("");
    let name = |id: &Option<String>| id.clone().unwrap_or_else(|| lang.say("models-none-verified").to_owned());
    print::line(msg("models-best").with("speech", name(&asr)).with("language", name(&llm)).text(lang));
    print::note(lang.say("models-predicted"));
    Ok(())
}

fn verdict(p: &recommend::Prediction) -> &'static str {
    match (p.fits, p.keeps_up, p.real_time_factor) {
        (false, _, _) => "models-too-large",
        (_, true, _) => "models-keeps-up",
        (_, false, Some(factor)) if factor < 1.0 => "models-final-only",
        _ => "models-afterwards",
    }
}
