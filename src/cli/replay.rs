//! `gyeot replay`: what a model proposed, or a draft that models had a part in, is made again from the same lines with the same models, and said whether it is the same.
//! Prints no word of anybody.

use crate::adapters::engines::Installed;
use crate::adapters::shipped;
use crate::cli::note::{draft_data, form_of};
use crate::cli::passphrase::unlock;
use crate::cli::{Globals, print, session};
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::advice::technique::Library;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{RecordId, SessionId, TechniqueId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::domain::transcript::ModelRef;
use crate::service::replay::{self, Difference, Replayed};
use crate::service::replay_draft::{self, NoteDifference, ReplayedNote};
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;

/// Arguments of `gyeot replay`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record of suggestions, by its id; or a session as `session list` prints it, of which the newest are taken.
    #[arg(value_name = "RECORD")]
    record: String,
    /// The draft of the session's note instead: that of this record, or the newest.
    #[arg(long)]
    note: bool,
    /// No progress on stderr.
    #[arg(long)]
    quiet: bool,
}

/// Runs the command. Ends with 1 when something differs.
pub fn run(args: &Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let unlocked = unlock(globals)?;
    let (session, record) = wanted(&unlocked, &args.record)?;
    if args.note {
        return note(&unlocked, session, record, globals);
    }
    let data = shipped::session_data()?;
    let cards = data.techniques.clone();
    let engines = Installed::at(globals.models_dir());
    let mut told = 0;
    let found = replay::replay(&unlocked, session, record, data, &engines, &mut |done, of| {
        let tenth = done * 10 / of.max(1);
        if !args.quiet && tenth > told {
            told = tenth;
            print::note(msg("ask-progress").shown("done", done).shown("of", of).text(lang));
        }
    })?;
    if globals.json {
        let same = found.same();
        print::json(&serde_json::json!({ "same": same, "replayed": found }))?;
    } else {
        text(&found, &cards, lang).iter().for_each(print::line);
    }
    ended(found.same())
}

fn ended(same: bool) -> Result<(), ErrorReport> {
    match same {
        true => Ok(()),
        false => Err(ErrorReport::failed(msg("replay-is-not-the-same"), msg("replay-is-not-the-same.hint"))),
    }
}

/// The draft of a note, made again.
fn note(
    unlocked: &UnlockedVault,
    session: SessionId,
    record: Option<RecordId>,
    globals: &Globals,
) -> Result<(), ErrorReport> {
    let engines = Installed::at(globals.models_dir());
    let data = |form: &str| draft_data(form_of(unlocked, form)?, globals.models_dir());
    let found = replay_draft::replay_note(unlocked, session, record, data, &engines)?;
    if globals.json {
        print::json(&serde_json::json!({ "same": found.same(), "replayed": found }))?;
    } else {
        note_text(&found, globals.lang()).iter().for_each(print::line);
    }
    ended(found.same())
}

fn note_text(found: &ReplayedNote, lang: Lang) -> Vec<String> {
    let from = &found.made_from;
    let mut prompts = vec![named(&from.kinds), named(&from.retraction)];
    prompts.extend(from.wording.iter().flat_map(|by| [named(&by.prompt), named(&by.check)]));
    let models = [Some(&from.embedding), from.wording.as_ref().map(|by| &by.model)];
    let models: Vec<String> = models.into_iter().flatten().map(model).collect();
    let mut out = vec![
        record(found.record, found.at, found.lines, lang),
        msg("replay-note-models").shown("models", models.join("; ")).text(lang),
        msg("replay-prompts").shown("prompts", prompts.join(", ")).text(lang),
        msg("replay-note-made").with("chosen", found.chosen).with("worded", found.worded).text(lang),
    ];
    if found.same() {
        out.push(lang.say("replay-note-same").to_owned());
    }
    out.extend(found.differences.iter().map(|d| {
        let said = match d {
            NoteDifference::Version { then, now } => {
                msg("replay-version").shown("then", named(then)).shown("now", named(now))
            }
            NoteDifference::Gone { statement } => msg("replay-note-gone").with("n", *statement),
            NoteDifference::New { statement } => msg("replay-note-new").with("n", *statement),
            NoteDifference::Words { statement } => msg("replay-note-words").with("n", *statement),
            NoteDifference::Support { statement } => msg("replay-note-support").with("n", *statement),
        };
        format!("≠ {}", said.text(lang))
    }));
    out
}

/// A session by its first digits, or a record by all of its id.
fn wanted(unlocked: &UnlockedVault, record: &str) -> Result<(SessionId, Option<RecordId>), ErrorReport> {
    match session::find(&unlocked.sessions(None)?, record) {
        Ok(session) => Ok((session, None)),
        Err(no_session) => {
            let Ok(id) = record.parse::<RecordId>() else { return Err(no_session) };
            Ok((unlocked.session_of(id)?, Some(id)))
        }
    }
}

/// Which record, when it was made, and of how many lines.
fn record(id: RecordId, at: Timestamp, lines: usize, lang: Lang) -> String {
    msg("replay-record").shown("record", id).with("at", at.shown()).with("lines", lines).text(lang)
}

/// A model with the beginning of its hash.
fn model(m: &ModelRef) -> String {
    format!("{} ({})", m.id, m.sha256.chars().take(12).collect::<String>())
}

fn named(prompt: &PromptRef) -> String {
    format!("{} {}", prompt.id, prompt.version)
}

fn text(found: &Replayed, cards: &Library, lang: Lang) -> Vec<String> {
    let from = &found.made_from;
    let mut prompts = vec![named(&from.prompt), named(&from.rationale)];
    prompts.extend(from.heads.as_ref().map(named));
    let mut out = vec![
        record(found.record, found.at, found.lines, lang),
        msg("replay-models")
            .shown("language", model(&from.language))
            .shown("embedding", model(&from.embedding))
            .text(lang),
        msg("replay-prompts").shown("prompts", prompts.join(", ")).text(lang),
    ];
    if found.same() {
        out.push(msg("replay-same").with("cards", found.cards.0).text(lang));
    }
    let title = |id: &TechniqueId| cards.get(id).map_or(id.0.clone(), |card| card.text(lang).title.clone());
    out.extend(found.differences.iter().map(|d| {
        let said = match d {
            Difference::Version { then, now } => msg("replay-version")
                .shown("then", named(then))
                .shown("now", now.as_ref().map_or_else(|| "-".to_owned(), named)),
            Difference::Gone { technique } => msg("replay-gone").shown("card", title(technique)),
            Difference::New { technique } => msg("replay-new").shown("card", title(technique)),
            Difference::Order => msg("replay-order"),
            Difference::Evidence { technique } => msg("replay-evidence").shown("card", title(technique)),
            Difference::Reason { technique } => msg("replay-reason").shown("card", title(technique)),
            Difference::Confidence { technique } => msg("replay-confidence").shown("card", title(technique)),
        };
        format!("≠ {}", said.text(lang))
    }));
    out
}
