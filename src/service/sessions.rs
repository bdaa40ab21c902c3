//! Sessions: begun only when a consent releases their key, kept group by group, opened only after the log says so.

use crate::crypto::CryptoError;
use crate::crypto::keys::{SealKey, random_id};
use crate::domain::governance::access::{Grant, Permit, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::note::states::is_signed;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, KeyFor, NoteState, Opened};
use crate::ports::store::Position;
use crate::service::standing::{leave_out, state_from_behind};
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::caseload::{Case, Known};
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;

impl UnlockedVault {
    /// Begins a session with the client and nobody else; as [`UnlockedVault::begin_session_with`].
    pub fn begin_session(&self, code: &ClientCode, started: Timestamp) -> Result<SessionId, VaultError> {
        self.begin_session_with(code, started, &[])
    }

    /// Begins a session: refused unless the client consented to service and recording, and everybody else who takes
    /// part, by role word, has a consent on record (L1). Makes the session key.
    pub fn begin_session_with(
        &self,
        code: &ClientCode,
        started: Timestamp,
        with: &[String],
    ) -> Result<SessionId, VaultError> {
        self.begin_session_in(code, started, with, None)
    }

    /// The same, with the language that is spoken: the next session of this client offers it first.
    pub fn begin_session_in(
        &self,
        code: &ClientCode,
        started: Timestamp,
        with: &[String],
        language: Option<Lang>,
    ) -> Result<SessionId, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::RunSession>(&state, code)?;
        self.write_start(state, grant, started, with, language)
    }

    fn write_start(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::RunSession>,
        started: Timestamp,
        with: &[String],
        language: Option<Lang>,
    ) -> Result<SessionId, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        if let Some(other) = &known.card.goes_on_as {
            return Err(VaultError::Input(msg("service-client-merge-goes-on-there").shown("code", other)));
        }
        known.consent().allows_session()?;
        known.consent().covers(with)?;
        let number = known.sessions.values().map(|c| c.row.number).max().unwrap_or(0) + 1;
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        let (session, key) = (SessionId(random_id()), SealKey::generate());
        let recipient = key.recipient().to_string();
        let start = Body::SessionStart { started, number, recipient, with: with.to_vec(), language };
        let wrap = Body::KeyWrap { what: KeyFor::Session { session, client }, secret: key.secret() };
        self.log_access(&mut state, Task::BeginSession, Some(&code), 0, None, false, Some(session.to_string()))?;
        let (folder, me, caseload) = state.split()?;
        let draft = |body| Draft {
            collection: client.0,
            to: &to,
            body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        let ids = folder.keep(&me, &[draft(&start), draft(&wrap)])?;
        let row = SessionRow {
            id: session,
            client,
            code,
            number,
            started,
            ended: None,
            state: SessionState::Open,
            records: 0,
            language,
        };
        let known = caseload.clients.get_mut(&client).ok_or(VaultError::NoClient)?;
        known.sessions.insert(session, Case { row, key: Some(LazyKey::opened(ids[1], key)) });
        Ok(session)
    }

    /// The state of a session's note, for the marks of the caseload; none without one. Looks at the newest records first
    /// and shows no word of them. The access log says so once for each client of an unlocked vault, with the number of the
    /// client's sessions.
    pub fn note_state(&self, session: SessionId) -> Result<Option<NoteState>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::SeeCaseload>(&state, session)?;
        self.look_for_note(state, grant, session)
    }

    fn look_for_note(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::SeeCaseload>,
        session: SessionId,
    ) -> Result<Option<NoteState>, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code, count) = (known.card.id, known.card.code.clone(), known.sessions.len() as u64);
        if !known.assessments.told.notes {
            self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("whether noted".into()))?;
            if let Some(known) = state.split()?.2.clients.get_mut(&client) {
                known.assessments.told.notes = true;
            }
        }
        let known = state.client_of(&grant)?;
        // Notes are sealed to the case key; what was said is not even tried.
        let keys = known.case_keys(&state.folder, state.keys.read());
        let places = state.folder.store.collection(session.0)?;
        let opened = |place: &Position| Some((*place, state.folder.open_place(place, &keys).ok()??));
        Ok(state_from_behind(places.iter().rev().filter_map(opened)))
    }

    /// Ends a session. `how` is one word of the program: `ended`, `recovered`, or `withdrawn` when a
    /// consent was taken back.
    pub fn end_session(&self, session: SessionId, ended: Timestamp, how: &'static str) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::RunSession>(&state, session)?;
        self.write_end(state, grant, session, ended, how)
    }

    fn write_end(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::RunSession>,
        session: SessionId,
        ended: Timestamp,
        how: &'static str,
    ) -> Result<(), VaultError> {
        let (known, case) = state.session_of(&grant, session)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        if case.row.state != SessionState::Open {
            return Err(VaultError::SessionEnded);
        }
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        let body = Body::SessionEnd { ended, how: how.to_owned() };
        let (folder, me, caseload) = state.split()?;
        let draft = Draft {
            collection: client.0,
            to: &to,
            body: &body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        folder.keep(&me, &[draft])?;
        if let Some(case) = caseload.clients.get_mut(&client).and_then(|k| k.sessions.get_mut(&session)) {
            case.row.ended = Some(ended);
            case.row.state = SessionState::Ended;
        }
        self.log_access(&mut state, Task::EndSession, Some(&code), 0, None, false, Some(session.to_string()))?;
        // A note that was signed while the session still ran let the sound stay.
        let marks = state.caseload()?.clients.get(&client).map(|known| known.marks.iter());
        let newest = marks.into_iter().flatten().filter(|m| m.session == session).max_by_key(|m| m.mark.revision);
        if newest.is_some_and(|m| is_signed(m.mark.state)) {
            self.let_sound_go(&mut state, session)?;
        }
        Ok(())
    }

    /// The sessions of one client or of all, oldest first. One entry for all of them, the first time in an unlocked
    /// vault and whenever there are more than the log was told.
    pub fn sessions(&self, code: Option<&ClientCode>) -> Result<Vec<SessionRow>, VaultError> {
        let mut state = self.state();
        self.sees_clients(&state)?;
        if let Some(code) = code {
            self.known(&state, code)?;
        }
        let (mut rows, mut news) = (Vec::new(), Vec::new());
        for known in state.caseload()?.clients.values() {
            if code.is_some_and(|c| *c != known.card.code) {
                continue;
            }
            rows.extend(rows_of(&state, self.ask_for::<permit::SeeCaseload>(&state, known)?)?);
            if known.sessions.len() as u64 > known.assessments.told.sessions {
                news.push((known.card.id, known.sessions.len() as u64));
            }
        }
        rows.sort_by_key(|r| (r.started, r.number));
        if !news.is_empty() {
            self.log_access(&mut state, Task::Read, code, rows.len() as u64, None, false, Some("sessions".into()))?;
            let clients = &mut state.split()?.2.clients;
            for (client, count) in news {
                clients.entry(client).and_modify(|known| known.assessments.told.sessions = count);
            }
        }
        Ok(rows)
    }

    /// A session's row with the number of its records.
    pub(crate) fn row_of(state: &State, case: &Case) -> Result<SessionRow, VaultError> {
        let records = state.folder.store.held(case.row.id.0)?;
        Ok(SessionRow { records, ..case.row.clone() })
    }

    /// Opens every record of a session that this member has a key for, oldest first. The access log says so, synced,
    /// before anything is opened. Process notes are left out for whoever has no key to them. Of a session whose words were
    /// destroyed when their period was over the notes are still there.
    pub fn open_session(&self, session: SessionId) -> Result<Vec<Opened>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
        self.read_session(state, grant, session, (Task::Read, None, session.to_string()))
    }

    /// As [`UnlockedVault::open_session`], for content that leaves the vault; `form` is one word of the program.
    /// Refused without a reason, before anything is opened.
    pub fn export_session(
        &self,
        session: SessionId,
        form: &'static str,
        reason: &str,
    ) -> Result<Vec<Opened>, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::ExportContent>(&state, session)?;
        self.read_session(state, grant, session, (Task::Export, Some(reason), form.to_owned()))
    }

    fn read_session<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        session: SessionId,
        (task, reason, detail): (Task, Option<&str>, String),
    ) -> Result<Vec<Opened>, VaultError> {
        let (known, case) = state.session_of(&grant, session)?;
        let code = known.card.code.clone();
        let destroyed = case.row.state == SessionState::Destroyed;
        let places = state.folder.store.collection(session.0)?;
        let count = places.len() as u64;
        self.log_access(&mut state, task, Some(&code), count, reason, false, Some(detail))?;
        let (known, case) = state.session_of(&grant, session)?;
        let own = known.session_key(case, &state.folder, state.keys.read())?;
        let keys: Vec<&SealKey> = own.into_iter().chain(known.keys(&state.folder, state.keys.read())).collect();
        let mut opened = open_all(&state, &places, &keys)?;
        opened.retain(|o| !matches!(o.body, Body::SoundKey { .. }));
        if destroyed && opened.is_empty() { Err(VaultError::SessionDestroyed) } else { Ok(opened) }
    }

    /// Opens every record on a client's own collection: answers, plans, notes between sessions, consents, the card.
    /// Logged before it is opened.
    pub fn open_client(&self, code: &ClientCode) -> Result<Vec<Opened>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ReadContent>(&state, code)?;
        self.read_collection(state, grant)
    }

    fn read_collection(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
    ) -> Result<Vec<Opened>, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let count = state.folder.store.collection(client.0)?.len() as u64;
        self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("client".into()))?;
        state.split()?.2.clients.entry(client).and_modify(Known::all_told);
        collection_of(&state, grant)
    }

    /// As [`UnlockedVault::open_client`], for content that leaves the vault ([`Task::Export`] says what that is). `form` is one
    /// word of the program, such as `csv`. Refused without a reason, before anything is opened.
    pub fn export_client(
        &self,
        code: &ClientCode,
        form: &'static str,
        reason: &str,
    ) -> Result<Vec<Opened>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ExportContent>(&state, code)?;
        self.export_collection(state, grant, form, reason)
    }

    fn export_collection(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ExportContent>,
        form: &'static str,
        reason: &str,
    ) -> Result<Vec<Opened>, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let count = state.folder.store.collection(client.0)?.len() as u64;
        self.log_access(&mut state, Task::Export, Some(&code), count, Some(reason), false, Some(form.into()))?;
        collection_of(&state, grant)
    }

    /// Destroys the key of a session, after its entry in the access log: what was sealed to it can never be opened
    /// again.
    pub(crate) fn destroy_session_key(
        &self,
        state: &mut State,
        session: SessionId,
        why: &'static str,
    ) -> Result<(), VaultError> {
        let (known, case) = self.known_by(state, session)?;
        let code = known.card.code.clone();
        case.key.as_ref().ok_or(VaultError::SessionDestroyed)?;
        self.log_access(state, Task::Destroy, Some(&code), 1, Some(why), false, Some(session.to_string()))?;
        self.bury_session_key(state, session, why)
    }

    /// Destroys the key of a session whose destruction is in the access log already.
    pub(crate) fn bury_session_key(
        &self,
        state: &mut State,
        session: SessionId,
        why: &'static str,
    ) -> Result<(), VaultError> {
        let (known, case) = self.known_by(state, session)?;
        let client = known.card.id;
        let held = case.key.as_ref().ok_or(VaultError::SessionDestroyed)?;
        let place = held.place(&state.folder)?.ok_or(VaultError::SessionDestroyed)?;
        let to = known.current(&state.folder, state.keys.read())?.recipient();
        let at = state.folder.now();
        let body = Body::SessionDestroyed { at, why: why.to_owned() };
        let (folder, me, caseload) = state.split()?;
        let draft = Draft {
            collection: client.0,
            to: &to,
            body: &body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        folder.keep(&me, &[draft])?;
        folder.bury(&me, &[place], why)?;
        if let Some(case) = caseload.clients.get_mut(&client).and_then(|k| k.sessions.get_mut(&session)) {
            case.key = None;
            case.row.state = SessionState::Destroyed;
        }
        Ok(())
    }
}

/// The rows of all sessions of the client that the grant names.
fn rows_of(state: &State, grant: Grant<permit::SeeCaseload>) -> Result<Vec<SessionRow>, VaultError> {
    state.client_of(&grant)?.sessions.values().map(|case| UnlockedVault::row_of(state, case)).collect()
}

/// What stands on the collection of the client that the grant names, without wraps of keys.
fn collection_of<P: Permit>(state: &State, grant: Grant<P>) -> Result<Vec<Opened>, VaultError> {
    let known = state.client_of(&grant)?;
    let places = state.folder.store.collection(known.card.id.0)?;
    let mut opened = open_all(state, &places, &known.keys(&state.folder, state.keys.read()))?;
    opened.retain(|o| !matches!(o.body, Body::KeyWrap { .. } | Body::KeyIndex { .. }));
    Ok(opened)
}

/// Opens what the keys open; what they do not is left out when it is another class's, an error when it is damaged.
/// Revisions of a note that do not stand are left out.
fn open_all(state: &State, places: &[Position], keys: &[&SealKey]) -> Result<Vec<Opened>, VaultError> {
    let mut opened = Vec::with_capacity(places.len());
    for place in places {
        match state.folder.open_place(place, keys) {
            Ok(Some(record)) => opened.push((*place, record)),
            // What its author may not have written is not shown; the scrub names it.
            Ok(None) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => {}
            Err(e) => return Err(e),
        }
    }
    leave_out(&mut opened);
    Ok(opened.into_iter().map(|(_, record)| record).collect())
}
