//! `gyeot review`: supervision. What waits, reading it, comments, returning and co-signing.

mod files;
mod show;

use crate::adapters::instruments;
use crate::cli::note::read_text;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Explain};
use crate::domain::note::states;
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::record::CommentAt;
use crate::domain::review::comment::read_anchor;
use crate::domain::review::error::ReviewError;
use crate::domain::review::verdict::Verdict;
use crate::service::UnlockedVault;
use crate::service::notes::NoteVersion;
use crate::service::review::ReviewDecision;
use crate::texts::{Message, msg};
use serde_json::json;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

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
        #[command(flatten)]
        what: Wanted,
        /// With a file, on a terminal: print it, in place of the screens of the workstation.
        #[arg(long)]
        text: bool,
    },
    /// Comment on a note, or answer in a thread. The words are read from standard input.
    Comment {
        #[command(flatten)]
        what: Wanted,
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
        #[command(flatten)]
        what: Wanted,
        /// The revision that was read; the newest without it.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
    },
    /// Co-sign a note.
    Cosign {
        #[command(flatten)]
        what: Wanted,
        /// The revision that was read; the newest without it.
        #[arg(long, value_name = "N")]
        revision: Option<u32>,
    },
    /// Make a file of a review for a supervisor who reads it on another machine.
    Export {
        /// The session, or the code of a client: then the note that waits longest.
        session: String,
        /// The supervisor; the file opens with their key alone.
        #[arg(long, value_name = "MEMBER")]
        to: String,
        /// Where the file goes; it must not be there yet.
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// Why; the monthly inspection lists it.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// One step with the folder of the settings: send what waits and take answers in; for a supervisor, the next file.
    Folder,
    /// Take the answer of a supervisor in.
    Import {
        /// The file that came back.
        file: PathBuf,
    },
}

/// A session, or a file that came from a counsellor.
#[derive(Debug, clap::Args)]
struct Wanted {
    /// The session, or the file of a review.
    session: String,
    /// With a file, on a machine without a vault: one's own key slot.
    #[arg(long, value_name = "FILE")]
    slot: Option<PathBuf>,
    /// With a file: where the answer goes; beside it unless chosen.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Wanted {
    /// The file, where one is named.
    fn file(&self) -> Option<&Path> {
        let path = Path::new(&self.session);
        (path.is_file() || self.session.contains('/') || self.session.ends_with(".age")).then_some(path)
    }
}

fn place(text: &str) -> Result<CommentAt, Message> {
    read_anchor(text).map_err(|e| e.message())
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    match &args.what {
        What::Open { what, .. }
        | What::Comment { what, .. }
        | What::Return { what, .. }
        | What::Cosign { what, .. } => {
            if let Some(file) = what.file() {
                return on_file(&args.what, what, file, globals);
            }
        }
        What::Folder => return files::folder(globals),
        What::Queue | What::Export { .. } | What::Import { .. } => {}
    }
    let vault = unlock(globals)?;
    let session = |wanted: &str| find(&vault.sessions(None)?, wanted);
    match args.what {
        What::Queue => {
            let library = instruments::library(&globals.assessments_dir())?;
            show::queue(&vault, &vault.review_queue(&library)?, globals)
        }
        What::Open { what, .. } => show::review(&vault.open_review(session(&what.session)?, globals.lang())?, globals),
        What::Comment { what, on, reply, resolve, reopen } => {
            let session = session(&what.session)?;
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
            let kept = msg("cli-review-comment-kept").shown("record", &record[..8.min(record.len())]);
            print::line(kept.text(globals.lang()));
            Ok(())
        }
        What::Return { what, revision } => {
            let session = session(&what.session)?;
            let read = read(&vault, session, revision)?;
            told(&vault.decide_review(session, read, ReviewDecision::Return(words()?))?, globals)
        }
        What::Cosign { what, revision } => {
            let session = session(&what.session)?;
            let read = read(&vault, session, revision)?;
            told(&vault.decide_review(session, read, ReviewDecision::Cosign)?, globals)
        }
        What::Export { session: wanted, to, output, reason } => {
            let code = vault.clients()?.into_iter().map(|row| row.code).find(|code| code.as_str() == wanted);
            let session = match code {
                Some(code) => vault.waiting_review(&code)?,
                None => session(&wanted)?,
            };
            files::export(&vault, session, &to, &output, &reason, globals)
        }
        What::Import { file } => files::import(&vault, &file, globals),
        What::Folder => Ok(()),
    }
}

fn words() -> Result<ClientText, ErrorReport> {
    Ok(ClientText::new(read_text(None)?.trim()))
}

/// The same on a file from another machine.
fn on_file(asked: &What, what: &Wanted, file: &Path, globals: &Globals) -> Result<(), ErrorReport> {
    let desk = files::Opened::read(file, (what.slot.as_deref(), what.output.as_deref()), globals)?;
    match asked {
        What::Comment { reply: Some(_), .. } => {
            Err(ErrorReport::usage(msg("cli-review-file-no-replies"), msg("cli-review-file-no-replies.hint")))
        }
        What::Comment { on, .. } => desk.comment(on.clone(), words()?, globals),
        What::Return { .. } => desk.answer(Verdict::Return, Some(words()?), globals),
        What::Cosign { .. } => desk.answer(Verdict::Cosign, None, globals),
        What::Open { text: false, .. } if !globals.json && std::io::stdout().is_terminal() => desk.on_screen(globals),
        What::Open { .. } | What::Queue | What::Folder | What::Export { .. } | What::Import { .. } => {
            desk.show(globals)
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
