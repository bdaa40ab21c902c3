//! What was asked of a client's content and refused leaves an entry too: by the policy, or because the member has no
//! key to a client of that code. Decides nothing; the policy and the keys do.

use crate::domain::governance::access::{Capability, Grant, Permit, Whose, foresee, grant};
use crate::domain::governance::access_log::{Entry, Task};
use crate::domain::governance::reading::reads;
use crate::domain::practice::client::code_is_well_formed;
use crate::domain::practice::ids::{ClientCode, SessionId};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::caseload::{Case, Known};
use crate::vault::error::VaultError;
use crate::vault::integrity::Integrity;
use crate::vault::roster_file::ROSTER;
use std::ops::{Deref, DerefMut};
use std::sync::{MutexGuard, PoisonError};

/// The word of an entry for a client or session that is there and whose key the member does not hold.
const NO_KEY: &str = "no-key";

/// The state for the time of one call. A refusal in it is written, synced, before the call returns.
pub(crate) struct StateGuard<'a>(MutexGuard<'a, State>);

impl Deref for StateGuard<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        &self.0
    }
}

impl DerefMut for StateGuard<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.0
    }
}

impl Drop for StateGuard<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.0.refused.take() {
            let (folder, me) = self.0.writer();
            // Nothing was shown. A disk that takes no entry does not turn the refusal into a grant.
            let _ = folder.log(&me, &entry);
        }
    }
}

impl UnlockedVault {
    pub(crate) fn state(&self) -> StateGuard<'_> {
        // A panic in another call left nothing half done that the disk would not show.
        StateGuard(self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A roster that was cut or exchanged may list people who were revoked: until it is put right, nothing is done in
    /// the vault but what puts it right.
    pub(crate) fn roster_stands<P: Permit>(state: &State) -> Result<(), VaultError> {
        if !reads(P::CAPABILITY) {
            state.folder.must_take_writing()?;
        }
        let integrity = &state.folder.integrity;
        let cut = matches!(integrity, Integrity::Behind { part, .. } | Integrity::Forked { part } if *part == ROSTER);
        if cut && P::CAPABILITY != Capability::KeepWhole {
            Err(VaultError::NotWhole(integrity.message()))
        } else {
            Ok(())
        }
    }

    /// Asks the policy; what it refuses becomes an entry.
    pub(crate) fn grant<P: Permit>(&self, state: &State, whose: Whose) -> Result<Grant<P>, VaultError> {
        Self::roster_stands::<P>(state)?;
        grant::<P>(self.me.id, self.me.role, whose, Self::around(state)).map_err(|denied| {
            let known = match whose {
                Whose::Client(id, _) => state.caseload.get().and_then(|load| load.clients.get(&id)),
                Whose::Nobody => None,
            };
            self.refuse(state, known.map(|k| k.card.code.clone()), denied.capability.word());
            denied.into()
        })
    }

    /// What the policy would say, for what the program looks for by itself: nobody asked, so no refusal is written.
    pub(crate) fn may<P: Permit>(&self, state: &State, whose: Whose) -> bool {
        Self::roster_stands::<P>(state).is_ok()
            && foresee::<P>(self.me.id, self.me.role, whose, Self::around(state)).is_ok()
    }

    /// The client of this code, if the member has a key to one. A code that is another's becomes an entry; one that
    /// nobody has is a slip of the keyboard.
    pub(crate) fn known<'s>(&self, state: &'s State, code: &ClientCode) -> Result<&'s Known, VaultError> {
        state.caseload()?.by_code(code).inspect_err(|_| {
            let there = |code| state.code_is_marked(code).unwrap_or(false);
            if code_is_well_formed(code.as_str()) && there(code) {
                self.refuse(state, Some(code.clone()), NO_KEY);
            }
        })
    }

    /// As [`UnlockedVault::known`], by a session.
    pub(crate) fn known_by<'s>(
        &self,
        state: &'s State,
        session: SessionId,
    ) -> Result<(&'s Known, &'s Case), VaultError> {
        state.caseload()?.of_session(session).inspect_err(|_| {
            if state.folder.store.collection(session.0).is_ok_and(|held| !held.is_empty()) {
                self.refuse(state, None, &format!("{NO_KEY} {session}"));
            }
        })
    }

    fn refuse(&self, state: &State, whose: Option<ClientCode>, word: &str) {
        let entry = Entry {
            by: self.me.id,
            at: state.folder.now(),
            place: self.place.clone(),
            whose,
            task: Task::Refused,
            records: 0,
            reason: None,
            break_glass: false,
            detail: Some(word.to_owned()),
            second: None,
        };
        *state.refused.borrow_mut() = Some(entry);
    }
}
