//! `gyeot session hear-again`: another model hears the kept sound, and its words are proposed beside the first ones.

use crate::adapters::engines::Installed;
use crate::adapters::shipped;
use crate::cli::meter::Meter;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ModelId;
use crate::domain::practice::session_event::SessionEvent;
use crate::domain::practice::time::clock;
use crate::service::hear_again::{self, Proposal, Word};
use crate::service::recover_sound::SecondEar;
use crate::texts::msg;
use std::sync::Mutex;

/// Arguments of `gyeot session hear-again`.
#[derive(Debug, clap::Args)]
pub(super) struct HearAgain {
    /// As `list` prints it; the first digits are enough.
    session: String,
    /// The speech model that hears it now.
    #[arg(long, value_name = "ID")]
    model: Option<ModelId>,
    /// Take these proposals over: `all`, or lines by number such as 3,5,9.
    #[arg(long, value_name = "N|all")]
    take: Option<String>,
}

/// Runs the command.
pub(super) fn run(asked: &HearAgain, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let unlocked = unlock(globals)?;
    let session = find(&unlocked.sessions(None)?, &asked.session)?;
    let engines = Installed::at(globals.models_dir());
    let mut ear = SecondEar::with_model(&engines, asked.model.as_ref(), shipped::speech_filter()?)?;
    let meter = Mutex::new(Meter::default());
    let progress = |at_ms, total_ms| {
        if let Ok(mut meter) = meter.lock() {
            meter.follow(&SessionEvent::Position { at_ms, total_ms: Some(total_ms) }, lang);
        }
    };
    let proposals = hear_again::propose(&unlocked, session, lang, &mut ear, &progress)?;
    if let Ok(mut meter) = meter.lock() {
        meter.clear();
    }
    let taken = taken(asked.take.as_deref(), &proposals)?;
    let done = if taken.is_empty() {
        None
    } else {
        Some(hear_again::take(&unlocked, session, &taken, (lang, &shipped::risk_rules()?))?)
    };
    if globals.json {
        let rows: Vec<_> = proposals.iter().map(json).collect();
        return print::json(&serde_json::json!({
            "schema": "gyeot.heard-again/1", "session": session, "model": ear.speech.model, "proposals": rows,
            "taken": taken.iter().map(|p| p.line).collect::<Vec<_>>(), "stale": done.as_ref().map_or(0, |d| d.stale),
        }));
    }
    for p in &proposals {
        print::line(format!("{:>4} {}  {}", p.line.0, clock(p.start_ms), shown(p)));
    }
    print::note(msg("hear-again-proposals").with("n", proposals.len()).shown("taken", taken.len()).text(lang));
    if let Some(stale) = done.map(|d| d.stale).filter(|n| *n > 0) {
        print::note(msg("session-correct-stale").with("n", stale).text(lang));
    }
    Ok(())
}

fn json(p: &Proposal) -> serde_json::Value {
    serde_json::json!({
        "line": p.line, "start_ms": p.start_ms, "before": p.before.reveal(), "after": p.after.reveal(),
        "confidence": p.confidence,
    })
}

/// Both hearings in one line: what goes in square brackets, what comes in braces.
fn shown(p: &Proposal) -> String {
    let words = p.words().into_iter().map(|word| match word {
        Word::Same(w) => w.to_owned(),
        Word::Gone(w) => format!("[-{w}-]"),
        Word::New(w) => format!("{{+{w}+}}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn taken(asked: Option<&str>, proposals: &[Proposal]) -> Result<Vec<Proposal>, ErrorReport> {
    let Some(list) = asked else { return Ok(Vec::new()) };
    if list == "all" {
        return Ok(proposals.to_vec());
    }
    let one = |n: &str| {
        let n: u32 = n.trim().parse().ok()?;
        proposals.iter().find(|p| p.line.0 == n).cloned()
    };
    list.split(',').map(one).collect::<Option<Vec<_>>>().ok_or_else(|| {
        ErrorReport::usage(msg("hear-again-not-proposed").shown("list", list), msg("hear-again-not-proposed.hint"))
    })
}
