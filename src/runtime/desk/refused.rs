//! What was asked of a client's content and refused leaves an entry too: by the policy, or because the member has no
//! key to a client of that code. Decides nothing; the policy and the keys do.

use super::caseload::{Case, Known};
use super::fault::DeskFault;
use super::house::ROSTER;
use super::{Desk, Standing, State};
use crate::domain::access::{Capability, Grant, Permit, Whose, grant};
use crate::domain::audit::{Entry, Task};
use crate::domain::client::code_is_well_formed;
use crate::domain::ids::{ClientCode, SessionId};
use crate::domain::lang::Lang;
use std::ops::{Deref, DerefMut};
use std::sync::MutexGuard;

/// The word of an entry for a client or session that is there and whose key the member does not hold.
const NO_KEY: &str = "no-key";

/// The state for the time of one call. A refusal in it is written, synced, before the call returns.
pub(super) struct Sitting<'a>(pub(super) MutexGuard<'a, State>);

impl Deref for Sitting<'_> {
    type Target = State;
    fn deref(&self) -> &State {
        &self.0
    }
}

impl DerefMut for Sitting<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.0
    }
}

impl Drop for Sitting<'_> {
    fn drop(&mut self) {
        if let Some(entry) = self.0.refused.take() {
            let (house, me) = self.0.writer();
            // Nothing was shown. A disk that takes no entry does not turn the refusal into a grant.
            let _ = house.log(&me, &entry);
        }
    }
}

impl Desk {
    /// A roster that was cut or exchanged may list people who were revoked: until it is put right, nothing is done in
    /// the vault but what puts it right.
    pub(super) fn roster_stands<P: Permit>(state: &State) -> Result<(), DeskFault> {
        let standing = &state.house.standing;
        let cut = matches!(standing, Standing::Behind { part, .. } | Standing::Forked { part } if *part == ROSTER);
        if cut && P::CAPABILITY != Capability::KeepWhole {
            Err(DeskFault::NotWhole(standing.words(Lang::En)))
        } else {
            Ok(())
        }
    }

    /// Asks the policy; what it refuses becomes an entry.
    pub(super) fn grant<P: Permit>(&self, state: &State, whose: Whose) -> Result<Grant<P>, DeskFault> {
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
    pub(super) fn may<P: Permit>(&self, state: &State, whose: Whose) -> bool {
        Self::roster_stands::<P>(state).is_ok()
            && grant::<P>(self.me.id, self.me.role, whose, Self::around(state)).is_ok()
    }

    /// The client of this code, if the member has a key to one. A code that is another's becomes an entry; one that
    /// nobody has is a slip of the keyboard.
    pub(super) fn known<'s>(&self, state: &'s State, code: &ClientCode) -> Result<&'s Known, DeskFault> {
        state.caseload()?.by_code(code).inspect_err(|_| {
            let house = &state.house;
            let there = |code| house.store.shelf(house.code_shelf(code)).is_ok_and(|held| !held.is_empty());
            if code_is_well_formed(code.as_str()) && there(code) {
                self.refuse(state, Some(code.clone()), NO_KEY);
            }
        })
    }

    /// As [`Desk::known`], by a session.
    pub(super) fn known_by<'s>(
        &self,
        state: &'s State,
        session: SessionId,
    ) -> Result<(&'s Known, &'s Case), DeskFault> {
        state.caseload()?.of_session(session).inspect_err(|_| {
            if state.house.store.shelf(session.0).is_ok_and(|held| !held.is_empty()) {
                self.refuse(state, None, &format!("{NO_KEY} {session}"));
            }
        })
    }

    fn refuse(&self, state: &State, whose: Option<ClientCode>, word: &str) {
        let entry = Entry {
            by: self.me.id,
            at: state.house.now(),
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
