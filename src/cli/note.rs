//! `gyeot note`: notes of sessions, drafted, written, made ready, signed, amended and compared.

use crate::texts::msg;

pub(crate) mod editing;
mod paper;
mod show;

pub(crate) use crate::adapters::shipped::note_format as form;
pub(crate) use crate::cli::note::editing::read_text;

use crate::adapters::engines::Installed;
use crate::adapters::models::Store;
use crate::adapters::shipped;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::note::revision::{self, LineDecision};
use crate::domain::note::states;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::record::{NoteRevision, NoteState};
use crate::live::note_wording::Wordings;
use crate::service::UnlockedVault;
use crate::service::note_drafts::{self, CertifiedWording, DraftData};
use crate::service::notes::{NoteChange, NoteHistory, NoteVersion};
use std::path::PathBuf;

/// Arguments of `gyeot note`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Sessions with the state of their note.
    List {
        /// Of one client only.
        #[arg(long, value_name = "CODE")]
        client: Option<ClientCode>,
    },
    /// The note of a session.
    Show {
        /// As `gyeot session list` prints it; the first digits are enough.
        session: String,
        /// Every revision, with who wrote it and when.
        #[arg(long)]
        history: bool,
    },
    /// Draft a note from what was said: every sentence with the lines it rests on.
    Draft {
        /// The session.
        session: String,
        /// The form: `soap`, `dap`, `birp`, `girp`, `session-journal`.
        #[arg(long, value_name = "ID", default_value = "session-journal")]
        format: String,
        /// Replace the text that is there; it is kept as an earlier revision.
        #[arg(long)]
        replace: bool,
    },
    /// Decide about one line of a draft; lines are numbered by `show`.
    Decide {
        /// The session.
        session: String,
        /// The line, from 1.
        line: usize,
        /// What happens with it. The new words of `reword` are read from standard input.
        #[arg(value_enum)]
        what: Decision,
    },
    /// Write the note in $EDITOR, which gets it in memory only, or from a file.
    Edit {
        /// The session.
        session: String,
        /// Take the text from this file; `-` is standard input.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
        /// The form of a note that is new.
        #[arg(long, value_name = "ID", default_value = "session-journal")]
        format: String,
    },
    /// Say that the note is done and may be reviewed.
    Ready {
        /// The session.
        session: String,
    },
    /// Take a note back to write on.
    Reopen {
        /// The session.
        session: String,
    },
    /// Sign the note. It never changes afterwards.
    Sign {
        /// The session.
        session: String,
    },
    /// Correct a signed note: the signed text is kept.
    Amend {
        /// The session.
        session: String,
        /// Why.
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Take the text from this file; `-` is standard input. Without it $EDITOR opens.
        #[arg(long, value_name = "FILE")]
        from: Option<PathBuf>,
    },
    /// What changed between two revisions: the last two unless chosen.
    Diff {
        /// The session.
        session: String,
        /// The earlier revision.
        #[arg(long, value_name = "N")]
        from: Option<u32>,
        /// The later revision.
        #[arg(long, value_name = "N")]
        to: Option<u32>,
    },
    /// Write the note to a file: PDF, DOCX, Markdown, text or JSON.
    Export(paper::Export),
    /// A one-page sheet for the client: what was agreed, what to try, the next date, whom to call.
    Handout(paper::HandOut),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Decision {
    /// It stays as it is.
    Keep,
    /// It stays with other words.
    Reword,
    /// It goes.
    Drop,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let vault = unlock(globals)?;
    let session = |wanted: &str| find(&vault.sessions(None)?, wanted);
    match args.what {
        What::List { client } => show::list(&vault, client.as_ref(), globals),
        What::Show { session: wanted, history } => {
            let found = existing(&vault, session(&wanted)?)?;
            show::show(&found, history, globals)
        }
        What::Draft { session: wanted, format, replace } => {
            let session = session(&wanted)?;
            let drafted = draft(&vault, session, &format, replace, globals)?;
            told(&drafted, globals)
        }
        What::Decide { session: wanted, line, what } => {
            let session = session(&wanted)?;
            let found = existing(&vault, session)?;
            let mut note = newest(&found)?.note.clone();
            let decision = match what {
                Decision::Keep => LineDecision::Keep,
                Decision::Drop => LineDecision::Drop,
                Decision::Reword => LineDecision::Reword(ClientText::new(editing::read_text(None)?.trim())),
            };
            revision::decide(&mut note, line, decision).map_err(|_| {
                ErrorReport::usage(msg("cli-note-note-no-line").shown("line", line), msg("cli-note-note-no-line.hint"))
            })?;
            told(&vault.change_note(session, NoteChange::Write(note))?, globals)
        }
        What::Edit { session: wanted, from, format } => {
            let session = session(&wanted)?;
            let before = vault.note_history(session)?;
            let before = before.as_ref().and_then(NoteHistory::newest).map(|v| v.note.clone());
            if let Some(note) = &before {
                // Before an editor is opened for nothing.
                states::after(note.state, states::Act::Edit)?;
            }
            let note = written(before, from, &format, globals.lang())?;
            told(&vault.change_note(session, NoteChange::Write(note))?, globals)
        }
        What::Ready { session: wanted } => change(&vault, session(&wanted)?, NoteChange::MarkReady, globals),
        What::Reopen { session: wanted } => change(&vault, session(&wanted)?, NoteChange::Reopen, globals),
        What::Sign { session: wanted } => change(&vault, session(&wanted)?, NoteChange::Sign, globals),
        What::Amend { session: wanted, reason, from } => {
            let session = session(&wanted)?;
            let found = existing(&vault, session)?;
            let before = newest(&found)?.note.clone();
            states::after(before.state, states::Act::Amend)?;
            let format = before.format.clone();
            let note = written(Some(before), from, &format, globals.lang())?;
            told(&vault.change_note(session, NoteChange::Amend(note, ClientText::new(&reason)))?, globals)
        }
        What::Diff { session: wanted, from, to } => {
            let found = existing(&vault, session(&wanted)?)?;
            show::differences(&found, from, to, globals)
        }
        What::Export(asked) => paper::export(&asked, session(&asked.session)?, &vault, globals),
        What::Handout(asked) => paper::handout(&asked, session(&asked.session)?, &vault, globals),
    }
}

fn change(vault: &UnlockedVault, session: SessionId, change: NoteChange, globals: &Globals) -> Result<(), ErrorReport> {
    told(&vault.change_note(session, change)?, globals)
}

fn existing(vault: &UnlockedVault, session: SessionId) -> Result<NoteHistory, ErrorReport> {
    vault.note_history(session)?.ok_or_else(|| {
        ErrorReport::with(Exit::Refused, msg("cli-note-session-no-note-yet"), msg("cli-note-session-no-note-yet.hint"))
    })
}

fn newest(history: &NoteHistory) -> Result<&NoteVersion, ErrorReport> {
    history.newest().ok_or_else(|| {
        ErrorReport::failed(msg("cli-note-session-no-note-yet"), msg("cli-note-session-no-note-yet.hint"))
    })
}

/// The text that a person wrote, from a file or an editor, brought back to lines.
fn written(
    before: Option<NoteRevision>,
    from: Option<PathBuf>,
    format: &str,
    lang: Lang,
) -> Result<NoteRevision, ErrorReport> {
    let format = form(before.as_ref().map_or(format, |n| &n.format))?;
    let empty = NoteRevision { format: format.id.clone(), sections: Vec::new(), state: NoteState::Draft, reason: None };
    let before = before.unwrap_or(empty);
    let text = match from {
        Some(path) => editing::read_text(Some(&path))?,
        None => editing::in_editor(&editing::as_text(&before, &format, lang))?,
    };
    Ok(revision::from_text(&text, &before, &format))
}

/// What a draft of this form is made with.
fn draft_data(format: &str, models: PathBuf) -> Result<DraftData, ErrorReport> {
    let (form, kinds, retraction) = (form(format)?, shipped::note_kinds()?, shipped::retraction_rules()?);
    let wordings = Wordings { wording: shipped::note_wording()?, check: shipped::note_check()? };
    // Without a folder of models nothing is certified.
    let certificates = Store::open(models).map(|store| store.certificates()).unwrap_or_default();
    Ok(DraftData { form, kinds, retraction, wording: Some(CertifiedWording { wordings, certificates }) })
}

/// Drafts the note of a session; says why no model had a part in it, where none had.
fn draft(
    vault: &UnlockedVault,
    session: SessionId,
    format: &str,
    replace: bool,
    globals: &Globals,
) -> Result<NoteVersion, ErrorReport> {
    let (data, engines) = (draft_data(format, globals.models_dir())?, Installed::at(globals.models_dir()));
    let (version, without) = note_drafts::draft(vault, session, data, &engines, replace, globals.lang())?;
    if let Some(why) = without {
        print::trouble(&why, globals.lang());
        print::note(globals.lang().say("cli-note-without-model-only-facts"));
    }
    Ok(version)
}

/// Says what was kept: the state, and what still needs a decision.
fn told(version: &NoteVersion, globals: &Globals) -> Result<(), ErrorReport> {
    if globals.json {
        return print::json(&show::as_json(version));
    }
    let lang = globals.lang();
    let undecided = revision::undecided(&version.note).filter(|s| s.blocks_signing()).count();
    let state = states::message(version.note.state).text(lang);
    print::line(msg("cli-note-note-revision").shown("revision", version.revision).shown("state", state).text(lang));
    if undecided > 0 {
        print::note(msg("cli-note-sentences-need-decision-gyeot").shown("undecided", undecided).text(lang));
    }
    Ok(())
}
