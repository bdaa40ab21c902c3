//! Consents of a client, given and withdrawn; withdrawing can destroy the session that is open, and supervisors' keys.

use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::consent::{self, Consent, ConsentEvent, ConsentState, Guardian, Scope, Withdrawal};
use crate::domain::practice::ids::{ClientCode, ClientId, SessionId};
use crate::domain::practice::session::SessionState;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::ports::keeper::Released;
use crate::service::state_guard::StateGuard;
use crate::service::supervision::Readers;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::working_copies;
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use serde::Serialize;
use std::collections::BTreeSet;

/// Version of the consent form that the workstation's own questions stand for.
pub const WORKSTATION_FORM: &str = "workstation-1";

/// What was agreed to now. What is `None` is taken over from what holds where this adds to it, else it is nothing.
#[derive(Debug, Clone, Default)]
pub struct Agreed {
    /// These scopes.
    pub scopes: BTreeSet<Scope>,
    /// Beside those that hold; else in their place.
    pub adds: bool,
    /// Version of the form that was signed; where none is named and none was, [`WORKSTATION_FORM`] for what is added.
    pub form: Option<String>,
    /// Who agreed, as on the form; whoever signed for the client where it is not said.
    pub by: Option<String>,
    /// Who signed for a minor.
    pub guardian: Option<Guardian>,
    /// The limits of confidentiality were explained now.
    pub limits_explained: bool,
    /// Other participants who agreed, by role word.
    pub participants: Option<Vec<String>>,
    /// Whoever records this has made sure of the age.
    pub age_confirmed: bool,
}

impl Agreed {
    /// One scope beside those that hold. The workstation asks for the limits and the age in the same question.
    pub fn adding(scope: Scope, limits_explained: bool) -> Self {
        Agreed {
            scopes: [scope].into(),
            adds: true,
            limits_explained,
            age_confirmed: limits_explained,
            ..Agreed::default()
        }
    }

    /// The whole consent as it is written, with what holds before it.
    pub fn assemble(self, holds: &ConsentState, at: Timestamp) -> Consent {
        let held = if self.adds { holds.clone() } else { ConsentState::default() };
        let mut scopes = held.scopes;
        scopes.extend(self.scopes);
        let before = Some(held.version).filter(|v| !v.is_empty());
        let form = self.form.or(before);
        let entry = |text: &str| ClientText::entry(text);
        let guardian = self.guardian.map(|g| Guardian { name: entry(g.name.reveal()), ..g }).or(held.guardian);
        let signer = if guardian.is_some() { "guardian" } else { "client" };
        Consent {
            scopes,
            version: form.unwrap_or_else(|| if self.adds { WORKSTATION_FORM.to_owned() } else { String::new() }),
            by: self.by.unwrap_or_else(|| signer.to_owned()),
            guardian,
            limits_explained: if self.limits_explained { Some(at) } else { held.limits_explained },
            participants: self.participants.unwrap_or(held.participants),
            age_confirmed: self.age_confirmed,
        }
    }
}

/// What a withdrawal did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// Open sessions whose key was destroyed.
    pub destroyed: Vec<SessionId>,
    /// Sessions that had ended before, which a withdrawal of all leaves as they are.
    pub kept: Vec<SessionId>,
    /// What became of the supervisors.
    pub readers: Readers,
}

impl UnlockedVault {
    /// Every consent and withdrawal of a client, oldest first. An entry the first time in an unlocked vault, and
    /// whenever there are more than the log was told.
    pub fn consents(&self, code: &ClientCode) -> Result<Vec<ConsentEvent>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::SeeCaseload>(&state, code)?;
        self.read_consents(state, grant)
    }

    /// What the client agrees to now; logged as [`UnlockedVault::consents`].
    pub fn consent(&self, code: &ClientCode) -> Result<ConsentState, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::SeeCaseload>(&state, code)?;
        Ok(ConsentState::of(self.read_consents(state, grant)?.iter()))
    }

    /// What the client of a session agrees to now; logged as [`UnlockedVault::consents`].
    pub fn consent_of(&self, session: SessionId) -> Result<ConsentState, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::SeeCaseload>(&state, session)?;
        Ok(ConsentState::of(self.read_consents(state, grant)?.iter()))
    }

    fn read_consents(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::SeeCaseload>,
    ) -> Result<Vec<ConsentEvent>, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code, count) = (known.card.id, known.card.code.clone(), known.consents.len() as u64);
        let (events, told) = (known.consents.clone(), known.assessments.told.consents);
        if count > told {
            self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("consent".into()))?;
            let tell = |known: &mut Known| known.assessments.told.consents = count;
            state.split()?.2.clients.entry(client).and_modify(tell);
        }
        Ok(events)
    }

    /// Writes what was agreed to now, assembled with what holds; else as [`UnlockedVault::set_consent`]. The one way
    /// in for the command line and the screens.
    pub fn agree(&self, code: &ClientCode, agreed: Agreed) -> Result<Readers, VaultError> {
        let mut state = self.state();
        let grant = self.ask::<permit::SetConsent>(&state, code)?;
        let given = agreed.assemble(&state.client_of(&grant)?.consent(), state.folder.now());
        self.give(&mut state, grant, given)
    }

    /// Writes a consent as given; it replaces what held before. Supervisors follow it: whoever was named before the
    /// client agreed to supervision gets the keys, and where the new consent does not hold it they are taken.
    pub fn set_consent(&self, code: &ClientCode, given: Consent) -> Result<Readers, VaultError> {
        let mut state = self.state();
        let grant = self.ask::<permit::SetConsent>(&state, code)?;
        self.give(&mut state, grant, given)
    }

    fn give(&self, state: &mut State, grant: Grant<permit::SetConsent>, given: Consent) -> Result<Readers, VaultError> {
        let (known, at) = (state.client_of(&grant)?, state.folder.now());
        consent::check(&given, &known.consent(), known.card.birth_date.as_deref(), &at.date())?;
        let id = self.write_consent(state, grant, ConsentEvent::Given { consent: given, at })?;
        self.follow_consent(state, id)
    }

    /// Takes scopes back. Without recording nothing more can be kept of a running session; with
    /// [`Withdrawal::All`] the key of every session that is still open is destroyed, and with it what was said, and then
    /// every record of it.
    /// Sessions that have ended stay: what was agreed to then is theirs, and destroying them is asked for by name.
    /// [`Withdrawal::All`] of recording destroys the sound of the open sessions, of keeping the sound that of every session.
    /// Without supervision the supervisors' keys are destroyed, whichever way it is withdrawn.
    pub fn withdraw_consent(
        &self,
        code: &ClientCode,
        scopes: BTreeSet<Scope>,
        how: Withdrawal,
    ) -> Result<Withdrawn, VaultError> {
        let mut state = self.state();
        let grant = self.ask::<permit::SetConsent>(&state, code)?;
        let (known, at) = (state.client_of(&grant)?, state.folder.now());
        let ends = scopes.contains(&Scope::Recording) || scopes.contains(&Scope::Service);
        let of = |kept: SessionState| -> Vec<SessionId> {
            known.sessions.iter().filter(|(_, c)| c.row.state == kept).map(|(s, _)| *s).collect()
        };
        // Sound of sessions that have ended is kept by its own consent alone, and goes with it.
        let takes_sound = ends || scopes.contains(&Scope::KeepSound);
        let heard: Vec<SessionId> = if scopes.contains(&Scope::KeepSound) {
            known.sessions.keys().copied().collect()
        } else {
            of(SessionState::Open)
        };
        let (open, ended) = (of(SessionState::Open), of(SessionState::Ended));
        let id = self.write_consent(&mut state, grant, ConsentEvent::Withdrawn { scopes, how, at })?;
        let mut done = Withdrawn::default();
        if how == Withdrawal::All && takes_sound {
            for session in heard {
                self.bury_sound(&mut state, session, "withdrawn")?;
            }
        }
        if ends && how == Withdrawal::All {
            // What was typed into their notes lies under the case key, which stays.
            working_copies::forget(&state.folder.dir, &open.iter().copied().collect())?;
            for session in open {
                self.destroy_session_key(&mut state, session, "withdrawn")?;
                // Notes that were begun in it have other keys; they go with their bytes.
                let rest = state.folder.store.collection(session.0)?;
                let (folder, me) = state.writer();
                folder.bury(&me, &rest, "withdrawn")?;
                done.destroyed.push(session);
            }
            done.kept = ended;
        }
        done.readers = self.follow_consent(&mut state, id)?;
        Ok(done)
    }

    /// What the consents of its client let a session do now.
    pub fn released(&self, session: SessionId) -> Result<Released, VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::RunSession>(&state, session)?;
        let (known, case) = state.session_of(&grant, session)?;
        let consent = known.consent();
        Ok(match case.row.state {
            SessionState::Destroyed => Released::Destroyed,
            _ if consent.allows_session().is_err() => Released::Nothing,
            _ if consent.has(Scope::Ai) => Released::WordsAndAdvice,
            _ => Released::Words,
        })
    }

    /// Gives the client whose consent it is.
    fn write_consent(
        &self,
        state: &mut State,
        grant: Grant<permit::SetConsent>,
        event: ConsentEvent,
    ) -> Result<ClientId, VaultError> {
        let (folder, me, caseload) = state.split()?;
        let id = grant.client().ok_or(VaultError::NoClient)?;
        let known = caseload.clients.get_mut(&id).ok_or(VaultError::NoClient)?;
        let to = known.current(folder, me.keys.read())?.recipient();
        let body = Body::Consent { event: event.clone() };
        let draft = Draft { collection: id.0, to: &to, body: &body, client: Some(id), session: None, replaces: None };
        folder.keep(&me, &[draft])?;
        known.consents.push(event);
        let code = known.card.code.clone();
        self.log_access(state, Task::Consent, Some(&code), 1, None, false, None)?;
        Ok(id)
    }
}
