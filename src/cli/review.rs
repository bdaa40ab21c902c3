//! `gyeot review`: supervision. What waits, reading it, comments, returning and co-signing.

mod show;

use crate::adapters::instruments;
use crate::cli::note::read_text;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::ErrorReport;
use crate::domain::note::states;
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::record::CommentAt;
use crate::domain::review::comment::read_anchor;
use crate::domain::review::error::ReviewError;
use crate::service::UnlockedVault;
use crate::service::notes::NoteVersion;
use crate::service::review::ReviewDecision;
use crate::texts::msg;
use serde_json::json;

/// Arguments of `gyeot review`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What waits for review; for a counsellor, what is at the supervisor and what came back.
    Queue,
    /// Read a note with what it rests on. A supervisor takes it up for review by that.
    Open {
        /// The session.
        session: String,
    },
    /// Comment on a note, or answer in a thread. The words are read from standard input.
    Comment {
        /// The session.
        session: String,
        /// What it is about: `statement:3`, `section:plan`, `utterance:12`; the whole note without it.
        #[arg(long, value_name = "PLACE", conflicts_with = "reply", value_parser = place)]
        on: Option<CommentAt>,
        /// Answer in this thread; the first digits are enough.
        #[arg(long, value_name = "THREAD")]
        reply: Option<String>,
        /// Say that the thread is resolved; no words are read.
        #[arg(long, requires = "reply")]
        resolve: bool,
        /// Open the thread again; no words are read.
        #[arg(long, requires = "reply", conflicts_with = "resolve")]
        reopen: bool,
    },
    /// Give a note back. What is asked for is read from standard input.
    Return {
        /// The session.
        session: String,
        /// The revision that was read; the newest without it.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
    },
    /// Co-sign a note.
    Cosign {
        /// The session.
        session: String,
        /// The revision that was read; the newest without it.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
    },
}

fn place(text: &str) -> Result<CommentAt, String> {
    read_anchor(text).map_err(|e| e.to_string())
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let vault = unlock(globals)?;
    let session = |wanted: &str| find(&vault.sessions(None)?, wanted);
    match args.what {
        What::Queue => {
            let library = instruments::library(&globals.assessments_dir())?;
            show::queue(&vault, &vault.review_queue(&library)?, globals)
        }
        What::Open { session: wanted } => show::review(&vault.open_review(session(&wanted)?, globals.lang())?, globals),
        What::Comment { session: wanted, on, reply, resolve, reopen } => {
            let session = session(&wanted)?;
            let words = || Ok::<_, ErrorReport>(ClientText::new(read_text(None)?.trim()));
            let saved = match reply {
                None => vault.comment(session, read(&vault, session, None)?, on, words()?)?,
                Some(thread) => {
                    let thread = thread_of(&vault, session, &thread)?;
                    let resolved = (resolve || reopen).then_some(resolve);
                    let text = if resolved.is_none() { Some(words()?) } else { None };
                    vault.answer_comment(session, thread, text, resolved)?
                }
            };
            let record = saved.records.first().map(ToString::to_string).unwrap_or_default();
            if globals.json {
                return print::json(&json!({ "schema": "gyeot.review-comment/1", "record": record }));
            }
            print::line(
                msg("cli-review-comment-kept").shown("record", &record[..8.min(record.len())]).text(globals.lang()),
            );
            Ok(())
        }
        What::Return { session: wanted, revision } => {
            let session = session(&wanted)?;
            let read = read(&vault, session, revision)?;
            let words = ClientText::new(read_text(None)?.trim());
            told(&vault.decide_review(session, read, ReviewDecision::Return(words))?, globals)
        }
        What::Cosign { session: wanted, revision } => {
            let session = session(&wanted)?;
            let read = read(&vault, session, revision)?;
            told(&vault.decide_review(session, read, ReviewDecision::Cosign)?, globals)
        }
    }
}

/// The record of the revision that is meant.
fn read(vault: &UnlockedVault, session: SessionId, revision: Option<u32>) -> Result<RecordId, ErrorReport> {
    let history = vault.note_history(session)?;
    let versions = history.as_ref().map_or(&[][..], |h| &h.versions);
    let version = match revision {
        Some(n) => versions.iter().find(|v| v.revision == n).ok_or_else(|| {
            let last = versions.len();
            ErrorReport::usage(
                msg("cli-note-show-note-no-revision").with("n", n),
                msg("cli-note-show-note-no-revision.hint").with("last", last),
            )
        })?,
        None => versions.last().ok_or_else(|| {
            ErrorReport::usage(msg("cli-note-session-no-note-yet"), msg("cli-note-session-no-note-yet.hint"))
        })?,
    };
    Ok(version.record)
}

/// The thread whose id begins with these digits.
fn thread_of(vault: &UnlockedVault, session: SessionId, wanted: &str) -> Result<RecordId, ErrorReport> {
    let threads = vault.review_threads(session)?;
    let mut hits = threads.iter().map(|t| t.record).filter(|id| id.to_string().starts_with(wanted));
    match (hits.next(), hits.next()) {
        (Some(id), None) => Ok(id),
        _ => Err(ReviewError::NoThread.into()),
    }
}

fn told(version: &NoteVersion, globals: &Globals) -> Result<(), ErrorReport> {
    if globals.json {
        return print::json(&json!({
            "schema": "gyeot.review-decision/1", "record": version.record, "revision": version.revision,
            "state": states::word(version.note.state), "at": version.at,
        }));
    }
    let lang = globals.lang();
    let state = states::message(version.note.state).text(lang);
    print::line(msg("cli-note-note-revision").shown("revision", version.revision).shown("state", state).text(lang));
    Ok(())
}
