//! `gyeot session correct`: mends the words of a transcript. What stood before is kept as an earlier transcript. Words come
//! from standard input or a file, never from an argument.

use crate::adapters::shipped;
use crate::cli::note::read_text;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::correction::{Correction, CorrectionError};
use crate::service::corrections::{self, Corrected};
use crate::texts::msg;
use std::path::PathBuf;

/// Arguments of `gyeot session correct`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(false))]
pub(super) struct Correct {
    /// As `list` prints it; the first digits are enough.
    session: String,
    /// Other words for this line, as `session show --numbers` numbers it; the words are read from standard input.
    #[arg(long, value_name = "N", group = "what")]
    line: Option<u32>,
    /// This line becomes two: two lines of text are read.
    #[arg(long, value_name = "N", group = "what")]
    split: Option<u32>,
    /// This line and the next one become one.
    #[arg(long, value_name = "N", group = "what")]
    merge: Option<u32>,
    /// A name or a word becomes another everywhere: two lines of text are read, the old and the new.
    #[arg(long, group = "what")]
    replace: bool,
    /// Read the words from this file in place of standard input.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(asked: &Correct, globals: &Globals) -> Result<(), ErrorReport> {
    let correction = wanted(asked)?;
    let unlocked = unlock(globals)?;
    let session = find(&unlocked.sessions(None)?, &asked.session)?;
    let done = corrections::apply(&unlocked, session, &[correction], (globals.lang(), &shipped::risk_rules()?))?;
    let Corrected { lines, new_cues, stale } = &done;
    if globals.json {
        return print::json(&serde_json::json!({
            "schema": "gyeot.corrected/1", "session": session, "lines": lines, "new_cues": new_cues, "stale": stale,
        }));
    }
    let lang = globals.lang();
    print::line(msg("session-correct-done").with("n", lines.len()).shown("cues", new_cues).text(lang));
    if *stale > 0 {
        print::note(msg("session-correct-stale").with("n", *stale).text(lang));
    }
    Ok(())
}

fn wanted(asked: &Correct) -> Result<Correction, ErrorReport> {
    if let Some(n) = asked.merge {
        return Ok(Correction::Merge(UtteranceId(n)));
    }
    let text = read_text(asked.from.as_deref())?;
    if let Some(n) = asked.line {
        return Ok(Correction::Edit(UtteranceId(n), ClientText::new(text.trim())));
    }
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty());
    let (Some(first), Some(second), None) = (lines.next(), lines.next(), lines.next()) else {
        return Err(CorrectionError::NoWords.into());
    };
    let (first, second) = (ClientText::new(first), ClientText::new(second));
    Ok(match asked.split {
        Some(n) => Correction::Split(UtteranceId(n), first, second),
        None => Correction::Replace(first, second),
    })
}
