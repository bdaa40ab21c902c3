//! `gyeot suggest --task items`: scores proposed for an instrument's items, nothing stored and nothing summed up.

use super::{Telling, show};
use crate::adapters::models::Store;
use crate::adapters::{engines, instruments, shipped};
use crate::cli::interrupt::Guard;
use crate::cli::suggest::Args;
use crate::cli::{Globals, print};
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::outcome::{From, Outcome, Proposal, Proposals};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::clock;
use crate::domain::transcript::{ModelRef, Transcript};
use crate::live::items::{self, Model};
use crate::live::suggest::{Engines, Respondent};
use crate::service::item_proposals::may_be_proposed;
use crate::texts::msg;
use serde::Serialize;

/// Proposals as they are printed.
#[derive(Debug, Serialize)]
struct Printed {
    #[serde(flatten)]
    proposals: Proposals,
    /// None: the rules read alone.
    model: Option<ModelRef>,
    prompt: Option<PromptRef>,
}

/// Runs the task. Without a model the rules read alone, and that is said.
pub(super) fn run(args: &Args, transcript: &Transcript, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang.unwrap_or(transcript.language);
    let id = InstrumentId(args.instrument.clone().unwrap_or_default());
    let library = instruments::library(&globals.assessments_dir())?;
    let instrument = library.get(&id)?;
    let data = shipped::item_data(&id)?;
    may_be_proposed(instrument, data.is_some(), lang)?;
    let Some(data) = data else { return Ok(()) };
    let exit = Guard::new()?;
    let mut printed = Printed { proposals: items::by_rule(transcript, instrument, &data), model: None, prompt: None };
    if !args.rules_only {
        let mut telling = Telling::new(args.quiet, lang);
        match brought_up(args, globals) {
            Ok((mut embedding, mut language, respondent)) => {
                let task = shipped::judge_task("directions")?;
                let prompt = task.prompt.clone();
                let mut both = Engines { embedding: &mut embedding.worker, language: &mut language.worker };
                let model = Model { engines: &mut both, respondent, task };
                printed.proposals =
                    items::with_model(transcript, instrument, &data, transcript.language, model, &mut |p| {
                        telling.tell(p)
                    })?;
                (printed.model, printed.prompt) = (Some(language.model.clone()), Some(prompt));
                telling.end();
            }
            // What the rules found stands.
            Err(why) if args.model.is_none() => {
                print::note(lang.say("items-rules-alone"));
                print::trouble(&why, lang);
            }
            Err(why) => return Err(why),
        }
    }
    let text = text(&printed, instrument, transcript, lang);
    show(&exit, globals.json, &printed, &text)
}

fn brought_up(args: &Args, globals: &Globals) -> Result<(engines::Ready, engines::Ready, Respondent), ErrorReport> {
    let store = Store::open(globals.models_dir())?;
    let threads = args.threads.unwrap_or_else(engines::threads);
    let embedding = engines::embedding(&store, threads)?;
    let language = engines::language(&store, globals.language_model(args.model.as_ref())?.as_ref(), threads)?;
    let respondent = Respondent::of(&language.manifest, language.model.clone()).ok_or_else(|| {
        ErrorReport::failed(
            msg("cli-suggest-cannot-answer-questions-manifest-names").shown("model", &language.model.id),
            msg("cli-suggest-cannot-answer-questions-manifest-names.hint"),
        )
    })?;
    Ok((embedding, language, respondent))
}

fn text(printed: &Printed, instrument: &Instrument, transcript: &Transcript, lang: Lang) -> String {
    let by = printed.model.as_ref().map_or_else(|| lang.say("items-by-rule").to_owned(), |m| m.id.to_string());
    let mut out =
        format!("{} · {} ({}, {by})\n", lang.say("items-draft"), instrument.title.pick(lang), printed.proposals.rules);
    let spoken =
        if instrument.languages().contains(&lang) { Some(lang) } else { instrument.languages().first().copied() };
    let wording = spoken.and_then(|l| instrument.wording(l).ok());
    for p in &printed.proposals.items {
        let asked = wording.as_ref().and_then(|w| w.questions.iter().find(|q| q.position == p.item));
        out.push_str(&format!("\n{}. {}\n", instrument.number(p.item - 1), asked.map_or("", |q| q.text)));
        let label =
            |value: i32| asked.and_then(|q| q.options.iter().find(|o| o.0 == value)).map_or("", |o| o.1).to_owned();
        match (p.outcome, p.score) {
            (Outcome::Proposed, Some(score)) => {
                let sure = p.shares.iter().find(|s| s.value == score).map_or(0.0, |s| s.share);
                out.push_str(&format!(
                    "   → {score} {} ({:.0} %){}\n",
                    label(score),
                    sure * 100.0,
                    said_how_often(p, lang)
                ));
            }
            (Outcome::Mentioned, _) | (Outcome::Proposed, None) => {
                out.push_str(&format!("   – {}\n", lang.say("items-mentioned")));
            }
            (Outcome::NotDiscussed, _) => out.push_str(&format!("   – {}\n", lang.say("items-not-discussed"))),
        }
        for q in &p.quotes {
            if let Some(asked) = &q.asked {
                out.push_str(&format!("     ({}: {})\n", lang.say("speaker-counsellor"), asked.quote.reveal()));
            }
            let at = if transcript.duration_ms > 0 { clock(q.at_ms) } else { transcript.place(q.evidence.utterance) };
            out.push_str(&format!("     “{}” {at}\n", q.evidence.quote.reveal()));
        }
    }
    out.push_str(&format!("\n{}\n", lang.say("items-person-accepts")));
    out
}

/// What a reader has to know of how the score came about.
fn said_how_often(p: &Proposal, lang: Lang) -> String {
    let mut out = String::new();
    if !p.frequency_told {
        out.push_str(&format!(" · {}", lang.say("items-frequency-not-told")));
    }
    if p.from == From::Model {
        out.push_str(&format!(" · {}", lang.say("items-found-by-model")));
    }
    out
}
