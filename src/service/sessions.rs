//! Sessions: begun only when a consent releases their key, kept group by group, opened only after the log says so.

use crate::crypto::keys::{Recipient, SealKey, random_id};
use crate::domain::governance::access::{Relation, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{ClientCode, ClientId, RecordId, SessionId};
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Class, KeyFor, NoteState, Opened};
use crate::service::{State, UnlockedVault};
use crate::vault::caseload::{Case, Known};
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;

/// What was acknowledged: it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The ids, in the order given.
    pub records: Vec<RecordId>,
    /// When, by the workstation's clock.
    pub at: Timestamp,
}

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
        let mut state = self.state();
        let known = self.known(&state, code)?;
        let client = known.card.id;
        self.grant::<permit::RunSession>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        known.consent().allows_session()?;
        known.consent().covers(with)?;
        let number = known.sessions.values().map(|c| c.row.number).max().unwrap_or(0) + 1;
        let to = known.current(&state.house, state.keys.read())?.recipient();
        let (session, key) = (SessionId(random_id()), SealKey::generate());
        let recipient = key.recipient().to_string();
        let start = Body::SessionStart { started, number, recipient, with: with.to_vec() };
        let wrap = Body::KeyWrap { what: KeyFor::Session { session, client }, secret: key.secret() };
        self.log_access(&mut state, Task::BeginSession, Some(code), 0, None, false, Some(session.to_string()))?;
        let (house, me, caseload) = state.split()?;
        let draft = |body| Draft {
            collection: client.0,
            to: &to,
            body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        // The key's wrap is the second of the group.
        let wrapped_at = house.store.head().count + 1;
        house.keep(&me, &[draft(&start), draft(&wrap)])?;
        let row = SessionRow {
            id: session,
            client,
            code: code.clone(),
            number,
            started,
            ended: None,
            state: SessionState::Open,
            records: 0,
        };
        let known = caseload.clients.get_mut(&client).ok_or(VaultError::NoClient)?;
        known.sessions.insert(session, Case { row, key: Some(LazyKey::opened(wrapped_at, key)) });
        Ok(session)
    }

    /// Keeps bodies of a session as one group. Returns only after all of them are synced to disk. What is written
    /// about a session, or into one that has ended, is an entry of the access log; what a running session says of
    /// itself is between its two entries, of beginning and end.
    pub fn keep(&self, session: SessionId, bodies: &[Body]) -> Result<Saved, VaultError> {
        let mut state = self.state();
        let (known, case) = self.known_by(&state, session)?;
        let (client, relation) = (known.card.id, known.relation(self.me.id));
        let (code, open) = (known.card.code.clone(), case.row.state == SessionState::Open);
        if case.row.state == SessionState::Destroyed {
            return Err(VaultError::SessionDestroyed);
        }
        for body in bodies {
            self.may_keep(&state, client, relation, body)?;
            if body.class() == Class::Session {
                let consent = known.consent();
                consent.allows_session()?;
                if matches!(body, Body::Suggestions { .. }) && !consent.has(Scope::Ai) {
                    return Err(ConsentError::Missing(Scope::Ai.word().into()).into());
                }
            }
        }
        let recipients = bodies
            .iter()
            .map(|body| recipient_of(&state, client, Some(session), body.class()))
            .collect::<Result<Vec<_>, _>>()?;
        let about = bodies.iter().filter(|b| !open || b.class() != Class::Session).count() as u64;
        if about > 0 {
            self.log_access(&mut state, Task::Write, Some(&code), about, None, false, Some(session.to_string()))?;
        }
        let (house, me, caseload) = state.split()?;
        let drafts: Vec<Draft<'_>> = bodies
            .iter()
            .zip(&recipients)
            .map(|(body, to)| Draft {
                collection: session.0,
                to,
                body,
                client: Some(client),
                session: Some(session),
                replaces: None,
            })
            .collect();
        let records = house.keep(&me, &drafts)?;
        if let Some(case) = caseload.clients.get_mut(&client).and_then(|k| k.sessions.get_mut(&session)) {
            case.row.records += records.len() as u64;
        }
        Ok(Saved { records, at: state.house.now() })
    }

    /// Keeps bodies that belong to a client but to no session: answers, plans, notes between sessions.
    pub fn keep_for(&self, code: &ClientCode, bodies: &[Body]) -> Result<Saved, VaultError> {
        let mut state = self.state();
        let known = self.known(&state, code)?;
        let (client, relation) = (known.card.id, known.relation(self.me.id));
        for body in bodies {
            if body.class() == Class::Session {
                return Err(VaultError::NoSession);
            }
            self.may_keep(&state, client, relation, body)?;
        }
        let recipients = bodies
            .iter()
            .map(|body| recipient_of(&state, client, None, body.class()))
            .collect::<Result<Vec<_>, _>>()?;
        self.log_access(&mut state, Task::Write, Some(code), bodies.len() as u64, None, false, None)?;
        let (house, me, caseload) = state.split()?;
        let draft =
            |(body, to)| Draft { collection: client.0, to, body, client: Some(client), session: None, replaces: None };
        let drafts: Vec<Draft<'_>> = bodies.iter().zip(&recipients).map(draft).collect();
        let records = house.keep(&me, &drafts)?;
        if let Some(known) = caseload.clients.get_mut(&client) {
            bodies.iter().for_each(|body| known.measured.take(body));
        }
        Ok(Saved { records, at: state.house.now() })
    }

    /// Whether a note of this session was written, for the marks of the caseload. Looks at the newest records first and
    /// shows no word of them. The access log says so once for each client of an unlocked vault, with the number of the
    /// client's sessions.
    pub fn has_note(&self, session: SessionId) -> Result<bool, VaultError> {
        Ok(self.note_state(session)?.is_some())
    }

    /// The state of the newest revision of a session's note, as [`UnlockedVault::has_note`] looks for it; none without one.
    pub fn note_state(&self, session: SessionId) -> Result<Option<NoteState>, VaultError> {
        let mut state = self.state();
        let (known, _) = self.known_by(&state, session)?;
        let (client, code, count) = (known.card.id, known.card.code.clone(), known.sessions.len() as u64);
        self.grant::<permit::SeeCaseload>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        if !known.measured.told.notes {
            self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("whether noted".into()))?;
            if let Some(known) = state.split()?.2.clients.get_mut(&client) {
                known.measured.told.notes = true;
            }
        }
        let (known, _) = self.known_by(&state, session)?;
        // Notes are sealed to the case key; what was said is not even tried.
        let keys = known.case_keys(&state.house, state.keys.read());
        let places = state.house.store.collection(session.0)?;
        let state_of = |place| match state.house.open_place(place, &keys) {
            Ok(Some(opened)) => match opened.body {
                Body::Note { note } => Some(note.state),
                _ => None,
            },
            _ => None,
        };
        Ok(places.iter().rev().find_map(state_of))
    }

    /// Ends a session. `how` is one word of the program: `ended`, `recovered`, or `withdrawn` when a
    /// consent was taken back.
    pub fn end_session(&self, session: SessionId, ended: Timestamp, how: &'static str) -> Result<(), VaultError> {
        let mut state = self.state();
        let (known, case) = self.known_by(&state, session)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        self.grant::<permit::RunSession>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        if case.row.state != SessionState::Open {
            return Err(VaultError::SessionEnded);
        }
        let to = known.current(&state.house, state.keys.read())?.recipient();
        let body = Body::SessionEnd { ended, how: how.to_owned() };
        let (house, me, caseload) = state.split()?;
        let draft = Draft {
            collection: client.0,
            to: &to,
            body: &body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        house.keep(&me, &[draft])?;
        if let Some(case) = caseload.clients.get_mut(&client).and_then(|k| k.sessions.get_mut(&session)) {
            case.row.ended = Some(ended);
            case.row.state = SessionState::Ended;
        }
        self.log_access(&mut state, Task::EndSession, Some(&code), 0, None, false, Some(session.to_string()))
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
            self.grant::<permit::SeeCaseload>(&state, Whose::Client(known.card.id, known.relation(self.me.id)))?;
            for case in known.sessions.values() {
                rows.push(Self::row_of(&state, case)?);
            }
            if known.sessions.len() as u64 > known.measured.told.sessions {
                news.push((known.card.id, known.sessions.len() as u64));
            }
        }
        rows.sort_by_key(|r| (r.started, r.number));
        if !news.is_empty() {
            self.log_access(&mut state, Task::Read, code, rows.len() as u64, None, false, Some("sessions".into()))?;
            let clients = &mut state.split()?.2.clients;
            for (client, count) in news {
                clients.entry(client).and_modify(|known| known.measured.told.sessions = count);
            }
        }
        Ok(rows)
    }

    /// A session's row with the number of its records.
    pub(crate) fn row_of(state: &State, case: &Case) -> Result<SessionRow, VaultError> {
        let records = state.house.store.held(case.row.id.0)?;
        Ok(SessionRow { records, ..case.row.clone() })
    }

    /// Opens every record of a session that this member has a key for, oldest first. The access log says so, synced,
    /// before anything is opened. Process notes are left out for whoever has no key to them. Of a session whose words were
    /// destroyed when their period was over the notes are still there.
    pub fn open_session(&self, session: SessionId) -> Result<Vec<Opened>, VaultError> {
        let mut state = self.state();
        let (known, case) = self.known_by(&state, session)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        self.grant::<permit::ReadContent>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        let destroyed = case.row.state == SessionState::Destroyed;
        let places = state.house.store.collection(session.0)?;
        let count = places.len() as u64;
        self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some(session.to_string()))?;
        let (known, case) = self.known_by(&state, session)?;
        let own = known.session_key(case, &state.house, state.keys.read())?;
        let keys: Vec<&SealKey> = own.into_iter().chain(known.keys(&state.house, state.keys.read())).collect();
        let opened = open_all(&state, &places, &keys)?;
        if destroyed && opened.is_empty() { Err(VaultError::SessionDestroyed) } else { Ok(opened) }
    }

    /// Opens every record on a client's own collection: answers, plans, notes between sessions, consents, the card.
    /// Logged before it is opened.
    pub fn open_client(&self, code: &ClientCode) -> Result<Vec<Opened>, VaultError> {
        let mut state = self.state();
        let known = self.known(&state, code)?;
        let client = known.card.id;
        self.grant::<permit::ReadContent>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        let count = state.house.store.collection(client.0)?.len() as u64;
        self.log_access(&mut state, Task::Read, Some(code), count, None, false, Some("client".into()))?;
        state.split()?.2.clients.entry(client).and_modify(Known::all_told);
        Self::client_collection(&state, code)
    }

    /// As [`UnlockedVault::open_client`], for content that leaves the vault ([`Task::Export`] says what that is). `form` is one
    /// word of the program, such as `csv`. Refused without a reason, before anything is opened.
    pub fn export_client(
        &self,
        code: &ClientCode,
        form: &'static str,
        reason: &str,
    ) -> Result<Vec<Opened>, VaultError> {
        let mut state = self.state();
        let known = self.known(&state, code)?;
        let client = known.card.id;
        self.grant::<permit::ExportContent>(&state, Whose::Client(client, known.relation(self.me.id)))?;
        let count = state.house.store.collection(client.0)?.len() as u64;
        self.log_access(&mut state, Task::Export, Some(code), count, Some(reason), false, Some(form.into()))?;
        Self::client_collection(&state, code)
    }

    fn client_collection(state: &State, code: &ClientCode) -> Result<Vec<Opened>, VaultError> {
        let known = state.caseload()?.by_code(code)?;
        let places = state.house.store.collection(known.card.id.0)?;
        let mut opened = open_all(state, &places, &known.keys(&state.house, state.keys.read()))?;
        opened.retain(|o| !matches!(o.body, Body::KeyWrap { .. } | Body::KeyIndex { .. }));
        Ok(opened)
    }

    fn may_keep(&self, state: &State, client: ClientId, relation: Relation, body: &Body) -> Result<(), VaultError> {
        let whose = Whose::Client(client, relation);
        match body {
            Body::Note { .. } => self.grant::<permit::WriteNote>(state, whose).map(drop),
            Body::ProcessNote { .. } => self.grant::<permit::ReadProcess>(state, whose).map(drop),
            Body::Comment { .. } => self.grant::<permit::ReviewNote>(state, whose).map(drop),
            Body::Administration { .. } | Body::Schedule { .. } => {
                self.grant::<permit::GiveAssessment>(state, whose).map(drop)
            }
            Body::Plan { .. } => self.grant::<permit::WriteNote>(state, whose).map(drop),
            Body::Utterances { .. }
            | Body::Transcript { .. }
            | Body::Gap { .. }
            | Body::RiskCue { .. }
            | Body::Suggestions { .. }
            | Body::SuggestionDecision { .. }
            | Body::Mark { .. } => self.grant::<permit::RunSession>(state, whose).map(drop),
            // These are written by their own methods, which keep what is in memory in step.
            Body::KeyWrap { .. }
            | Body::KeyIndex { .. }
            | Body::Client { .. }
            | Body::Consent { .. }
            | Body::SessionStart { .. }
            | Body::SessionEnd { .. }
            | Body::SessionDestroyed { .. }
            | Body::Escalation { .. }
            | Body::Newer { .. } => Err(VaultError::Input("this kind of record is not kept this way")),
        }
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
        let place = held.place(&state.house)?.ok_or(VaultError::SessionDestroyed)?;
        let to = known.current(&state.house, state.keys.read())?.recipient();
        let at = state.house.now();
        let body = Body::SessionDestroyed { at, why: why.to_owned() };
        let (house, me, caseload) = state.split()?;
        let draft = Draft {
            collection: client.0,
            to: &to,
            body: &body,
            client: Some(client),
            session: Some(session),
            replaces: None,
        };
        house.keep(&me, &[draft])?;
        house.bury(&me, &[place], why)?;
        if let Some(case) = caseload.clients.get_mut(&client).and_then(|k| k.sessions.get_mut(&session)) {
            case.key = None;
            case.row.state = SessionState::Destroyed;
        }
        Ok(())
    }
}

/// Opens what the keys open; what they do not is left out when it is another class's, an error when it is damaged.
fn open_all(
    state: &State,
    places: &[crate::ports::store::Position],
    keys: &[&SealKey],
) -> Result<Vec<Opened>, VaultError> {
    let mut opened = Vec::with_capacity(places.len());
    for place in places {
        match state.house.open_place(place, keys) {
            Ok(Some(record)) => opened.push(record),
            Ok(None) | Err(VaultError::Vault(crate::crypto::CryptoError::NotYours)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(opened)
}

/// The key a body of this class is sealed to.
fn recipient_of(
    state: &State,
    client: ClientId,
    session: Option<SessionId>,
    class: Class,
) -> Result<Recipient, VaultError> {
    let known = state.caseload()?.clients.get(&client).ok_or(VaultError::NoClient)?;
    let (house, read) = (&state.house, state.keys.read());
    let key = match class {
        Class::Case => Some(known.current(house, read)?),
        // Wraps and packets name their own readers and are not kept through here.
        Class::Wrap | Class::Escalation => None,
        Class::Process => known.process.values().next_back().map(|held| held.open(house, &[read])).transpose()?,
        Class::Session => {
            let case = session.and_then(|s| known.sessions.get(&s)).ok_or(VaultError::NoSession)?;
            known.session_key(case, house, read)?.map(Some).ok_or(VaultError::SessionDestroyed)?
        }
    };
    key.map(SealKey::recipient).ok_or(VaultError::Vault(crate::crypto::CryptoError::NotYours))
}
