//! What is written about a session or a client: each body by the capability that its kind needs, sealed to the key of
//! its class.

use crate::crypto::CryptoError;
use crate::crypto::keys::{Recipient, SealKey};
use crate::domain::governance::access::{AnyGrant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{ClientCode, ClientId, RecordId, SessionId};
use crate::domain::practice::session::SessionState;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Class, Replaced};
use crate::service::review_marks::taken_back;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{msg, verbatim};
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// What was acknowledged: it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The ids, in the order given.
    pub records: Vec<RecordId>,
    /// When, by the workstation's clock.
    pub at: Timestamp,
}

impl UnlockedVault {
    /// Keeps bodies of a session as one group. Returns only after all of them are synced to disk. What is written
    /// about a session, or into one that has ended, is an entry of the access log; what a running session says of
    /// itself is between its two entries, of beginning and end.
    pub fn keep(&self, session: SessionId, bodies: &[Body]) -> Result<Saved, VaultError> {
        let state = self.state();
        let (known, case) = self.known_by(&state, session)?;
        if case.row.state == SessionState::Destroyed {
            return Err(VaultError::SessionDestroyed);
        }
        if bodies.iter().filter(|body| matches!(body, Body::Note { .. })).count() > 1 {
            // Both would say that they follow the same revision.
            return Err(VaultError::Input(msg("service-sessions-kind-record-not-kept-way")));
        }
        let mark = bodies.iter().any(|b| matches!(b, Body::Note { .. })).then(|| taken_back(known, session)).flatten();
        let mut allowed = Vec::with_capacity(bodies.len());
        for body in bodies {
            let mut one = self.may_keep(&state, known, body)?;
            if let Body::Note { note } = body {
                let grant = self.ask_by::<permit::WriteNote>(&state, session)?;
                one.replaces = self.note_may_follow(&state, &grant, session, note)?;
            }
            if matches!(body, Body::Transcript { reason: Some(_), .. }) {
                one.replaces = self.transcript_before(&state, &one, session)?;
            }
            allowed.push(one);
            // What a model had a part in is kept only where the client agreed to one (L1).
            let by_model = match body {
                Body::Suggestions { .. } => true,
                Body::NoteDraft { draft } => draft.model.is_some(),
                _ => false,
            };
            if by_model && !known.consent().has(Scope::Ai) {
                return Err(ConsentError::Missing(verbatim(Scope::Ai.word())).into());
            }
            if body.class() == Class::Session {
                let consent = known.consent();
                consent.allows_session()?;
            }
        }
        if let Some(mark) = &mark {
            allowed.push(self.may_keep(&state, known, mark)?);
        }
        self.write_in_session(state, session, allowed)
    }

    fn write_in_session(
        &self,
        mut state: StateGuard<'_>,
        session: SessionId,
        bodies: Vec<Allowed<'_>>,
    ) -> Result<Saved, VaultError> {
        let (known, case) = self.known_by(&state, session)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let open = case.row.state == SessionState::Open;
        let bodies = to_recipients(&state, client, Some(session), bodies)?;
        let about = bodies.iter().filter(|(b, ..)| !open || b.class() != Class::Session).count() as u64;
        if about > 0 {
            self.log_access(&mut state, Task::Write, Some(&code), about, None, false, Some(session.to_string()))?;
        }
        let (folder, me, caseload) = state.split()?;
        let drafts: Vec<Draft<'_>> = bodies
            .iter()
            .map(|(body, to, replaces)| Draft {
                collection: if matches!(body, Body::NoteMark { .. }) { client.0 } else { session.0 },
                to,
                body,
                client: Some(client),
                session: Some(session),
                replaces: *replaces,
            })
            .collect();
        let records = folder.keep(&me, &drafts)?;
        if let Some(case) = caseload.clients.get_mut(&client).and_then(|k| k.sessions.get_mut(&session)) {
            case.row.records += records.len() as u64;
        }
        let marks = bodies.iter().filter(|(b, ..)| matches!(b, Body::NoteMark { .. })).map(|(b, ..)| (*b).clone());
        for mark in marks.collect::<Vec<_>>() {
            state.take_mark(client, session, self.me.id, Some(mark));
        }
        Ok(Saved { records, at: state.folder.now() })
    }

    /// Keeps bodies that belong to a client but to no session: answers, plans, notes between sessions.
    pub fn keep_for(&self, code: &ClientCode, bodies: &[Body]) -> Result<Saved, VaultError> {
        let state = self.state();
        let known = self.known(&state, code)?;
        let mut allowed = Vec::with_capacity(bodies.len());
        for body in bodies {
            if body.class() == Class::Session || matches!(body, Body::Note { .. } | Body::NoteDraft { .. }) {
                return Err(VaultError::NoSession);
            }
            allowed.push(self.may_keep(&state, known, body)?);
        }
        self.write_for_client(state, code, allowed)
    }

    fn write_for_client(
        &self,
        mut state: StateGuard<'_>,
        code: &ClientCode,
        bodies: Vec<Allowed<'_>>,
    ) -> Result<Saved, VaultError> {
        let client = self.known(&state, code)?.card.id;
        let bodies = to_recipients(&state, client, None, bodies)?;
        self.log_access(&mut state, Task::Write, Some(code), bodies.len() as u64, None, false, None)?;
        let (folder, me, caseload) = state.split()?;
        let drafts: Vec<Draft<'_>> = bodies
            .iter()
            .map(|(body, to, replaces)| Draft {
                collection: client.0,
                to,
                body,
                client: Some(client),
                session: None,
                replaces: *replaces,
            })
            .collect();
        let records = folder.keep(&me, &drafts)?;
        if let Some(known) = caseload.clients.get_mut(&client) {
            for (body, ..) in &bodies {
                known.assessments.take(body);
                if let Body::Appointment { appointment } = body {
                    known.appointment = Some(appointment.clone());
                }
            }
        }
        Ok(Saved { records, at: state.folder.now() })
    }

    /// The newest whole transcript of a session, as a correction names it.
    fn transcript_before(
        &self,
        state: &State,
        _correction: &Allowed<'_>,
        session: SessionId,
    ) -> Result<Option<Replaced>, VaultError> {
        let (known, case) = self.known_by(state, session)?;
        let own = Vec::from_iter(known.session_key(case, &state.folder, state.keys.read())?);
        for place in state.folder.store.collection(session.0)?.iter().rev() {
            if let Ok(Some(opened)) = state.folder.open_place(place, &own)
                && matches!(opened.body, Body::Transcript { .. })
            {
                return Ok(Some((place.id, opened.header.revision, place.signed)));
            }
        }
        Ok(None)
    }

    /// Asks the policy for the capability that this kind of record is written with.
    fn may_keep<'b>(&self, state: &State, known: &Known, body: &'b Body) -> Result<Allowed<'b>, VaultError> {
        let whose = Whose::Client(known.card.id, known.relation(self.me.id));
        let grant = match body {
            Body::Note { .. } | Body::NoteMark { .. } | Body::NoteDraft { .. } | Body::Plan { .. } => {
                self.grant::<permit::WriteNote>(state, whose)?.erased()
            }
            Body::ProcessNote { .. } => self.grant::<permit::ReadProcess>(state, whose)?.erased(),
            Body::Reply { .. } => self.grant::<permit::AnswerComment>(state, whose)?.erased(),
            Body::Comment { .. } => self.grant::<permit::ReviewNote>(state, whose)?.erased(),
            Body::Administration { .. } | Body::ScreeningLeft { .. } | Body::Schedule { .. } => {
                self.grant::<permit::GiveAssessment>(state, whose)?.erased()
            }
            Body::Appointment { .. } => self.grant::<permit::SetAppointment>(state, whose)?.erased(),
            Body::Utterances { .. }
            | Body::Transcript { .. }
            | Body::SoundKey { .. }
            | Body::Gap { .. }
            | Body::RiskCue { .. }
            | Body::Suggestions { .. }
            | Body::SuggestionDecision { .. }
            | Body::Mark { .. } => self.grant::<permit::RunSession>(state, whose)?.erased(),
            // These are written by their own methods, which keep what is in memory, or the row of revisions, in step.
            Body::SafetyPlan { .. }
            | Body::CaseReport { .. }
            | Body::ProcessExtract { .. }
            | Body::SupervisionHours { .. }
            | Body::KeyWrap { .. }
            | Body::KeyIndex { .. }
            | Body::Client { .. }
            | Body::Consent { .. }
            | Body::SessionStart { .. }
            | Body::SessionEnd { .. }
            | Body::SessionDestroyed { .. }
            | Body::ReviewSent { .. }
            | Body::Countersigned { .. }
            | Body::Escalation { .. }
            | Body::EscalationStep { .. }
            | Body::Receiver { .. }
            | Body::NoteTemplate { .. }
            | Body::Newer { .. } => return Err(VaultError::Input(msg("service-sessions-kind-record-not-kept-way"))),
        };
        Ok(Allowed { body, grant, replaces: None })
    }
}

/// A body that may be written, with the grant that says so.
struct Allowed<'b> {
    body: &'b Body,
    grant: AnyGrant,
    /// The record that it corrects.
    replaces: Option<Replaced>,
}

/// A body with the key it is sealed to, and the record that it corrects.
type Addressed<'b> = (&'b Body, Recipient, Option<Replaced>);

/// Spends the grants: each body with the key it is sealed to.
fn to_recipients<'b>(
    state: &State,
    client: ClientId,
    session: Option<SessionId>,
    allowed: Vec<Allowed<'b>>,
) -> Result<Vec<Addressed<'b>>, VaultError> {
    let mut found = Vec::with_capacity(allowed.len());
    for Allowed { body, grant, replaces } in allowed {
        if grant.client() != Some(client) {
            return Err(VaultError::NoClient);
        }
        found.push((body, recipient_of(state, client, session, body.class())?, replaces));
    }
    Ok(found)
}

/// The key a body of this class is sealed to.
fn recipient_of(
    state: &State,
    client: ClientId,
    session: Option<SessionId>,
    class: Class,
) -> Result<Recipient, VaultError> {
    let known = state.caseload()?.clients.get(&client).ok_or(VaultError::NoClient)?;
    let (folder, read) = (&state.folder, state.keys.read());
    let key = match class {
        Class::Case => Some(known.current(folder, read)?),
        // Wraps and packets name their own readers and are not kept through here.
        Class::Wrap | Class::Escalation | Class::Centre => None,
        Class::Process => known.process.values().next_back().map(|held| held.open(folder, &[read])).transpose()?,
        Class::Session => {
            let case = session.and_then(|s| known.sessions.get(&s)).ok_or(VaultError::NoSession)?;
            known.session_key(case, folder, read)?.map(Some).ok_or(VaultError::SessionDestroyed)?
        }
    };
    key.map(SealKey::recipient).ok_or(VaultError::Vault(CryptoError::NotYours))
}
