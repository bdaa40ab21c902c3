//! Process notes, which are the counsellor's alone, and what of them the counsellor releases by hand to whoever supervises the
//! client: a record of its own that holds the chosen lines and nothing else. Taking it back destroys it.

use crate::crypto::CryptoError;
use crate::domain::governance::access::{Grant, Permit, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::note::revision;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::StatementId;
use crate::domain::practice::ids::{RecordId, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, NoteLine, NoteRevision, NoteSection, NoteState, Opened, Origin};
use crate::domain::review::extract::{ProcessExtract, chosen, typed};
use crate::ports::store::Position;
use crate::service::keep::Saved;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// The words of the access log.
const NOTE: &str = "process-note";
const EXTRACT: &str = "process-extract";
/// Why one is destroyed.
const BACK: &str = "taken back";
/// The format's id of process notes: free text in one section.
const FORMAT: &str = "process";

/// A process note as it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessVersion {
    /// The record.
    pub record: RecordId,
    /// When it was written.
    pub at: Timestamp,
    /// The note.
    pub note: NoteRevision,
}

/// An extract that was released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The record.
    pub record: RecordId,
    /// When it was released.
    pub at: Timestamp,
    /// The lines.
    pub extract: ProcessExtract,
}

impl UnlockedVault {
    /// Writes the process note of a session: a line each. The one before stays as a record; the last one holds.
    pub fn write_process_note(&self, session: SessionId, text: &str) -> Result<Saved, VaultError> {
        let line = |(n, text): (usize, String)| NoteLine {
            id: StatementId(n as u32 + 1),
            text: ClientText::new(&text),
            origin: Origin::Typed,
            evidence: Vec::new(),
            check: None,
        };
        let lines: Vec<NoteLine> = typed(text).into_iter().enumerate().map(line).collect();
        if lines.is_empty() {
            return Err(VaultError::Input(msg("process-note-blank")));
        }
        let sections = vec![NoteSection { key: FORMAT.into(), lines }];
        let note = NoteRevision { format: FORMAT.into(), sections, state: NoteState::Draft, reason: None };
        self.keep(session, &[Body::ProcessNote { note }])
    }

    /// The process note of a session that holds; `None` without one.
    pub fn process_note(&self, session: SessionId) -> Result<Option<ProcessVersion>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadProcess>(&state, session)?;
        self.read_process(state, grant, session)
    }

    fn read_process(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadProcess>,
        session: SessionId,
    ) -> Result<Option<ProcessVersion>, VaultError> {
        let code = state.session_of(&grant, session)?.0.card.code.clone();
        self.log_access(&mut state, Task::Read, Some(&code), 1, None, false, Some(NOTE.into()))?;
        newest_process(&state, &grant, session)
    }

    /// Releases lines of the process note that holds, by their numbers from 1, to whoever supervises the client. Refused
    /// without the client's consent to supervision.
    pub fn release_extract(&self, session: SessionId, numbers: &[usize]) -> Result<Released, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadProcess>(&state, session)?;
        self.write_extract(state, grant, session, numbers)
    }

    fn write_extract(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadProcess>,
        session: SessionId,
        numbers: &[usize],
    ) -> Result<Released, VaultError> {
        let (known, _) = state.session_of(&grant, session)?;
        if !known.consent().has(Scope::Supervision) {
            return Err(ConsentError::Supervision.into());
        }
        let (client, code) = (known.card.id, known.card.code.clone());
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        let note = newest_process(&state, &grant, session)?.ok_or(VaultError::Input(msg("process-note-none")))?;
        let all: Vec<&ClientText> = revision::lines(&note.note).map(|l| &l.text).collect();
        let lines = chosen(&all, numbers).ok_or(VaultError::Input(msg("process-extract-lines")))?;
        let extract = ProcessExtract { session, of: note.record, lines };
        let count = extract.lines.len() as u64;
        self.log_access(&mut state, Task::Write, Some(&code), count, None, false, Some(EXTRACT.into()))?;
        let body = Body::ProcessExtract { extract: Box::new(extract.clone()) };
        let (folder, me) = state.writer();
        let draft = Draft {
            collection: session.0,
            to: &to,
            body: &body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        let record = *folder.keep(&me, &[draft])?.first().ok_or(CryptoError::Sealing)?;
        Ok(Released { record, at: state.folder.now(), extract })
    }

    /// What was released of a session's process note and not taken back.
    pub fn released_extracts(&self, session: SessionId) -> Result<Vec<Released>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
        self.read_extracts(state, grant, session)
    }

    fn read_extracts(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
        session: SessionId,
    ) -> Result<Vec<Released>, VaultError> {
        let code = state.session_of(&grant, session)?.0.card.code.clone();
        self.log_access(&mut state, Task::Read, Some(&code), 1, None, false, Some(EXTRACT.into()))?;
        Ok(extracts_of(&state, &grant, session)?.into_iter().map(|(_, released)| released).collect())
    }

    /// Takes an extract back: its record is destroyed. What was read before cannot be undone.
    pub fn take_back_extract(&self, session: SessionId, record: RecordId) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadProcess>(&state, session)?;
        self.bury_extract(state, grant, session, record)
    }

    fn bury_extract(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadProcess>,
        session: SessionId,
        record: RecordId,
    ) -> Result<(), VaultError> {
        let code = state.session_of(&grant, session)?.0.card.code.clone();
        let found = extracts_of(&state, &grant, session)?;
        let places: Vec<Position> = found.into_iter().filter(|(_, r)| r.record == record).map(|(p, _)| p).collect();
        if places.is_empty() {
            return Err(VaultError::Input(msg("process-extract-none")));
        }
        self.log_access(&mut state, Task::Destroy, Some(&code), 1, Some(BACK), false, Some(EXTRACT.into()))?;
        let (folder, me) = state.writer();
        folder.bury(&me, &places, BACK)
    }
}

/// What was released, in the order in which it was.
pub(crate) fn extracts_of<P: Permit>(
    state: &State,
    grant: &Grant<P>,
    session: SessionId,
) -> Result<Vec<(Position, Released)>, VaultError> {
    let known = state.client_of(grant)?;
    let keys = known.case_keys(&state.folder, state.keys.read());
    let mut found = Vec::new();
    for place in state.folder.store.collection(session.0)? {
        if let Ok(Some(Opened { header, body: Body::ProcessExtract { extract } })) =
            state.folder.open_place(&place, &keys)
        {
            found.push((place, Released { record: header.id, at: header.at, extract: *extract }));
        }
    }
    Ok(found)
}

fn newest_process(
    state: &State,
    grant: &Grant<permit::ReadProcess>,
    session: SessionId,
) -> Result<Option<ProcessVersion>, VaultError> {
    let known = state.client_of(grant)?;
    let keys = known.process_keys(&state.folder, state.keys.read());
    for place in state.folder.store.collection(session.0)?.iter().rev() {
        if let Ok(Some(Opened { header, body: Body::ProcessNote { note } })) = state.folder.open_place(place, &keys) {
            return Ok(Some(ProcessVersion { record: header.id, at: header.at, note }));
        }
    }
    Ok(None)
}
