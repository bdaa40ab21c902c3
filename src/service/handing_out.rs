//! Content that is handed out on paper or as a file: each thing that leaves asks the policy, is refused without a reason and
//! is in the access log, which the monthly inspection lists, before anything of it is opened (L10).

use crate::domain::assessment::administration::Administration;
use crate::domain::assessment::course::courses;
use crate::domain::assessment::instrument::Library;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::governance::access::permit;
use crate::domain::governance::access_log::Task;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::SessionRow;
use crate::domain::record::{Body, Opened};
use crate::domain::transcript::Transcript;
use crate::formats::document::Document;
use crate::service::notes::{NoteHistory, NoteVersion};
use crate::service::paper::handout::{self, HandOut};
use crate::service::paper::record::{RecordCopy, SessionCopy};
use crate::service::paper::{Heading, measures, note, notice, record, transcript};
use crate::service::transcripts::transcript_of;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use serde_json::{Value, json};

/// How and why something is taken away.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// One word of the program for the log: `pdf`, `json`.
    pub form: &'static str,
    /// Why; refused when blank.
    pub reason: &'a str,
    /// The client's name stands on it, not only the code.
    pub name: bool,
    /// Labels.
    pub lang: Lang,
}

impl UnlockedVault {
    /// The note of a session with its revisions, to be taken away. Refused without a reason, before anything is opened.
    pub fn export_note(
        &self,
        session: SessionId,
        form: &'static str,
        reason: &str,
    ) -> Result<Option<NoteHistory>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ExportContent>(&state, session)?;
        self.read_note(state, grant, session, (Task::Export, Some(reason), form))
    }
}

/// A note that was taken out, with the document of the chosen revision.
#[derive(Debug)]
pub struct NotePaper {
    /// All of it.
    pub history: NoteHistory,
    /// The revision.
    pub version: NoteVersion,
    /// On paper.
    pub document: Document,
}

/// The note of a session: the revision of this number or the one that holds.
pub fn note_paper(
    vault: &UnlockedVault,
    session: SessionId,
    revision: Option<u32>,
    formats: &[NoteFormat],
    asked: Asked<'_>,
) -> Result<NotePaper, ErrorReport> {
    let row = row(vault, session)?;
    let history = vault.export_note(session, asked.form, asked.reason)?.ok_or_else(no_note)?;
    let version = note::chosen(&history, revision).cloned().ok_or_else(|| {
        let what = msg("handing-out-no-revision").shown("revision", revision.unwrap_or_default());
        ErrorReport::usage(what, msg("handing-out-no-revision.hint"))
    })?;
    let card = card(vault, &row.code, asked)?;
    let centre = vault.roster().centre;
    let heading = heading(&centre, &row.code, card.as_ref(), asked.lang);
    let document = note::document(&heading, &row, &history, &version, formats);
    Ok(NotePaper { history, version, document })
}

/// The transcript of a session as it was corrected last, with its document.
pub fn transcript_paper(
    vault: &UnlockedVault,
    session: SessionId,
    asked: Asked<'_>,
) -> Result<(Transcript, Document), ErrorReport> {
    let row = row(vault, session)?;
    let opened = vault.export_session(session, asked.form, asked.reason)?;
    let said = transcript_of(opened.iter().map(|o| &o.body), asked.lang);
    let card = card(vault, &row.code, asked)?;
    let centre = vault.roster().centre;
    let heading = heading(&centre, &row.code, card.as_ref(), asked.lang);
    let document = transcript::document(&heading, &row, &said, &opened);
    Ok((said, document))
}

/// The measures of a client: what was given, oldest first, with the document.
pub fn measures_paper(
    vault: &UnlockedVault,
    client: &ClientCode,
    library: &Library,
    asked: Asked<'_>,
) -> Result<(Vec<Administration>, Document), ErrorReport> {
    let opened = vault.export_client(client, asked.form, asked.reason)?;
    let (card, given) = (newest_card(&opened), sheets(&opened));
    let centre = vault.roster().centre;
    let heading = heading(&centre, client, card.filter(|_| asked.name), asked.lang);
    let courses = courses(library, &given, None, asked.lang);
    let document = measures::document(&heading, &courses, card.and_then(|c| c.sex));
    Ok((given, document))
}

/// A client's whole record as a readable copy (L14), with the same as JSON. Process notes only where they are asked for.
pub fn record_paper(
    vault: &UnlockedVault,
    client: &ClientCode,
    process_notes: bool,
    library: &Library,
    formats: &[NoteFormat],
    asked: Asked<'_>,
) -> Result<(Document, Value), ErrorReport> {
    let opened = vault.export_client(client, asked.form, asked.reason)?;
    let (card, given) = (newest_card(&opened), sheets(&opened));
    let mut sessions = Vec::new();
    for row in vault.sessions(Some(client))? {
        sessions.push(session_copy(vault, row, process_notes, asked)?);
    }
    sessions.sort_by_key(|s| (s.row.started, s.row.number));
    let mut copy = RecordCopy {
        consents: Vec::new(),
        sessions,
        courses: courses(library, &given, None, asked.lang),
        sex: card.and_then(|c| c.sex),
        plans: Vec::new(),
        at: vault.now(),
        by: vault.me().name.clone(),
    };
    for o in &opened {
        match &o.body {
            Body::Consent { event } => copy.consents.push(event.clone()),
            Body::Plan { plan } => copy.plans.push((o.header.at, plan.clone())),
            _ => {}
        }
    }
    let centre = vault.roster().centre;
    let heading = heading(&centre, client, card.filter(|_| asked.name), asked.lang);
    let document = record::document(&heading, &copy, formats);
    Ok((document, record_json(client, &copy, &given)))
}

fn session_copy(
    vault: &UnlockedVault,
    row: SessionRow,
    process_notes: bool,
    asked: Asked<'_>,
) -> Result<SessionCopy, ErrorReport> {
    let note = vault.export_note(row.id, asked.form, asked.reason)?;
    let records = match vault.export_session(row.id, asked.form, asked.reason) {
        Ok(records) => records,
        Err(VaultError::SessionDestroyed) => Vec::new(),
        Err(e) => return Err(e.into()),
    };
    let said = records.iter().any(|o| matches!(o.body, Body::Transcript { .. } | Body::Utterances { .. }));
    let transcript = said.then(|| transcript_of(records.iter().map(|o| &o.body), asked.lang));
    let process = records.iter().filter(|_| process_notes).filter_map(|o| match &o.body {
        Body::ProcessNote { note } => Some(note.clone()),
        _ => None,
    });
    let process = process.collect();
    Ok(SessionCopy { row, note, transcript, records, process })
}

fn record_json(client: &ClientCode, copy: &RecordCopy<'_>, given: &[Administration]) -> Value {
    let session = |s: &SessionCopy| {
        let versions = s.note.iter().flat_map(|h| &h.versions);
        let note =
            versions.map(|v| json!({ "revision": v.revision, "author": v.author_name, "at": v.at, "note": v.note }));
        json!({
            "session": s.row, "note": note.collect::<Vec<_>>(), "transcript": s.transcript, "process_notes": s.process,
        })
    };
    let plans: Vec<Value> = copy.plans.iter().map(|(at, plan)| json!({ "at": at, "plan": plan })).collect();
    json!({
        "schema": "gyeot.record/1", "client": client, "copied": copy.at, "by": copy.by, "consents": copy.consents,
        "measures": given, "plans": plans, "sessions": copy.sessions.iter().map(session).collect::<Vec<_>>(),
    })
}

/// A sheet for the client to take home. Without words of its own it has those of the note that say what was agreed.
pub fn handout_paper(
    vault: &UnlockedVault,
    session: SessionId,
    written: Option<HandOut>,
    next: Option<String>,
    formats: &[NoteFormat],
    lines: &crate::domain::crisis::crisis_line::CrisisLines,
    asked: Asked<'_>,
) -> Result<Document, ErrorReport> {
    let row = row(vault, session)?;
    let history = vault.export_note(session, asked.form, asked.reason)?;
    let newest = history.as_ref().and_then(|h| h.newest());
    let of_note = || {
        let version = newest.ok_or_else(no_note)?;
        let format = formats.iter().find(|f| f.id == version.note.format);
        let agreed = format.map(|f| handout::agreed(&version.note, f)).unwrap_or_default();
        // The document leaves it out where no line has the mark.
        let notice = Some(notice::for_client(&version.note, asked.lang));
        Ok::<_, ErrorReport>((HandOut { agreed, exercise: Vec::new(), next }, notice))
    };
    let (sheet, notice) = match written {
        Some(sheet) => (sheet, None),
        None => of_note()?,
    };
    let (centre, me, day) = (vault.roster().centre, vault.me().name.clone(), row.started.date());
    Ok(handout::document(&sheet, (&centre, &me, &day), lines, notice, asked.lang))
}

fn no_note() -> ErrorReport {
    ErrorReport::with(Exit::Refused, msg("cli-note-session-no-note-yet"), msg("cli-note-session-no-note-yet.hint"))
}

fn row(vault: &UnlockedVault, session: SessionId) -> Result<SessionRow, ErrorReport> {
    let rows = vault.sessions(None)?;
    rows.into_iter().find(|r| r.id == session).ok_or_else(|| VaultError::NoSession.into())
}

/// The card, only where the name is to stand on the paper.
fn card(vault: &UnlockedVault, code: &ClientCode, asked: Asked<'_>) -> Result<Option<ClientCard>, ErrorReport> {
    Ok(if asked.name { Some(vault.client(code)?) } else { None })
}

fn heading<'a>(centre: &'a str, client: &'a ClientCode, card: Option<&'a ClientCard>, lang: Lang) -> Heading<'a> {
    Heading { centre, client, name: card.map(|c| &c.name), lang }
}

fn newest_card(opened: &[Opened]) -> Option<&ClientCard> {
    opened.iter().rev().find_map(|o| match &o.body {
        Body::Client { card } => Some(card.as_ref()),
        _ => None,
    })
}

fn sheets(opened: &[Opened]) -> Vec<Administration> {
    let mut found: Vec<Administration> = opened
        .iter()
        .filter_map(|o| match &o.body {
            Body::Administration { sheet } => Some((**sheet).clone()),
            _ => None,
        })
        .collect();
    found.sort_by_key(|a| a.given_at);
    found
}
