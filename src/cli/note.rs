//! `gyeot note`: notes of sessions, drafted, written, made ready, signed, amended and compared.

use crate::texts::msg;

pub(crate) mod editing;
mod paper;
mod show;
mod template;

pub(crate) use crate::adapters::shipped::note_format as form;
pub(crate) use crate::cli::note::editing::read_text;

use crate::adapters::models::Store;
use crate::adapters::shipped;
use crate::cli::asking::given_or_asked;
use crate::cli::passphrase::unlock;
use crate::cli::session::find;
use crate::cli::{Globals, print};
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::note::format::NoteFormat;
use crate::domain::note::revision::{self, LineDecision};
use crate::domain::note::states;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::record::{NoteRevision, NoteSection, NoteState};
use crate::live::note_wording::Wordings;
use crate::service::UnlockedVault;
use crate::service::note_drafts::{self, CertifiedWording, DraftData};
use crate::service::notes::{NoteChange, NoteHistory, NoteVersion};
use crate::service::{note_redrafts, note_templates};
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
        /// The form: `soap`, `dap`, `birp`, `girp`, `session-journal`, or a template of the centre's own.
        #[arg(long, value_name = "ID", default_value = "session-journal")]
        format: String,
        /// Replace the text that is there; it is kept as an earlier revision.
        #[arg(long)]
        replace: bool,
        /// Draft only this section again, by its heading or its number; your own sentences in it stay.
        #[arg(long, value_name = "SECTION", conflicts_with_all = ["format", "replace"])]
        section: Option<String>,
        /// What is wanted of it: shorter, as a list, only the plan, …; `-` asks for it on standard input.
        #[arg(long, value_name = "TEXT", requires = "section")]
        instruction: Option<String>,
    },
    /// The centre's own templates of notes.
    Template(template::Template),
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
    let args = match args.what {
        What::Template(asked) => return template::run(asked, globals),
        _ => args,
    };
    let vault = unlock(globals)?;
    let session = |wanted: &str| find(&vault.sessions(None)?, wanted);
    match args.what {
        What::List { client } => show::list(&vault, client.as_ref(), globals),
        What::Show { session: wanted, history } => {
            let found = existing(&vault, session(&wanted)?)?;
            show::show(&found, &forms_of(&vault)?, history, globals)
        }
        // Ran above.
        What::Template(_) => Ok(()),
        What::Draft { session: wanted, section: Some(section), instruction, .. } => {
            let session = session(&wanted)?;
            let asked = given_or_asked(instruction, globals.lang().say("note-redraft-ask"))?.unwrap_or_default();
            told(&redraft(&vault, session, &section, &asked, globals)?, globals)
        }
        What::Draft { session: wanted, format, replace, .. } => {
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
            let form = form_of(&vault, before.as_ref().map_or(&format, |n| &n.format))?;
            let note = written(before, from, &form, globals.lang())?;
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
            let form = form_of(&vault, &before.format)?;
            let note = written(Some(before), from, &form, globals.lang())?;
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
    format: &NoteFormat,
    lang: Lang,
) -> Result<NoteRevision, ErrorReport> {
    let empty = NoteRevision { format: format.id.clone(), sections: Vec::new(), state: NoteState::Draft, reason: None };
    let before = before.unwrap_or(empty);
    let text = match from {
        Some(path) => editing::read_text(Some(&path))?,
        None => editing::in_editor(&editing::as_text(&before, format, lang))?,
    };
    Ok(revision::from_text(&text, &before, format))
}

/// The forms that notes of this vault have.
fn forms_of(vault: &UnlockedVault) -> Result<Vec<NoteFormat>, ErrorReport> {
    Ok(note_templates::forms(vault, shipped::note_formats()?)?)
}

/// The form of this id, built in or the centre's own.
pub(super) fn form_of(vault: &UnlockedVault, id: &str) -> Result<NoteFormat, ErrorReport> {
    shipped::note_format_of(forms_of(vault)?, id)
}

/// What a draft of this form is made with.
pub(super) fn draft_data(form: NoteFormat, models: PathBuf) -> Result<DraftData, ErrorReport> {
    let (kinds, retraction) = (shipped::note_kinds()?, shipped::retraction_rules()?);
    let wordings = Wordings { wording: shipped::note_wording()?, check: shipped::note_check()? };
    // Without a folder of models nothing is certified.
    let certificates = Store::open(models).map(|store| store.certificates()).unwrap_or_default();
    let wording = Some(CertifiedWording { wordings, certificates });
    Ok(DraftData { form, kinds, retraction, rules: shipped::risk_rules()?, wording })
}

/// Drafts the note of a session; says why no model had a part in it, where none had.
fn draft(
    vault: &UnlockedVault,
    session: SessionId,
    format: &str,
    replace: bool,
    globals: &Globals,
) -> Result<NoteVersion, ErrorReport> {
    let form = form_of(vault, format)?;
    if form.retired {
        return Err(ErrorReport::with(
            Exit::Refused,
            msg("note-template-is-retired").with("id", format),
            msg("note-template-is-retired.hint"),
        ));
    }
    let (data, engines) = (draft_data(form, globals.models_dir())?, globals.engines()?);
    let (version, without) = note_drafts::draft(vault, session, data, &engines, replace, globals.lang())?;
    if let Some(why) = without {
        print::trouble(&why, globals.lang());
        print::note(globals.lang().say("cli-note-without-model-only-facts"));
    }
    Ok(version)
}

/// Drafts one section of a note again, and keeps the note with it.
fn redraft(
    vault: &UnlockedVault,
    session: SessionId,
    section: &str,
    instruction: &str,
    globals: &Globals,
) -> Result<NoteVersion, ErrorReport> {
    let found = existing(vault, session)?;
    let mut note = newest(&found)?.note.clone();
    states::after(note.state, states::Act::Edit)?;
    let form = form_of(vault, &note.format)?;
    let (data, engines) = (draft_data(form, globals.models_dir())?, globals.engines()?);
    let instructions = shipped::note_instructions()?;
    let asked = note_redrafts::Asked {
        session,
        section: data.form.named(section).map_or_else(|| section.to_owned(), |s| s.id.clone()),
        instruction: ClientText::new(instruction.trim()),
        present: note_redrafts::present(&note),
    };
    let again = note_redrafts::redraft(vault, &asked, &data, &instructions, &engines, globals.lang())?;
    if !note.sections.iter().any(|s| s.key == asked.section) {
        note.sections.push(NoteSection { key: asked.section.clone(), lines: Vec::new() });
    }
    revision::redraft_section(&mut note, &asked.section, &again.statements, again.record);
    Ok(vault.change_note(session, NoteChange::Write(note))?)
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
        print::note(msg("cli-note-sentences-need-decision-gyeot").with("undecided", undecided).text(lang));
    }
    Ok(())
}
