//! A member changes role: two persons sign, the log follows the new readers, and what the new role may not hold is let go
//! of. And the fingerprint of a member's keys, compared in person.
//!
//! Nobody but their reader can tell whose a wrap is. So the keys that the new role may not hold are destroyed by the
//! program of that member at their next unlock, and from the counsellors' next unlock on nothing new is sealed to them.

use super::fault::DeskFault;
use super::files::{disk, replace};
use super::members::{Second, glass_reason};
use super::{Desk, State};
use crate::domain::access::{Relation, Whose, permit};
use crate::domain::audit::{Reach, reach};
use crate::domain::ids::{ClientId, MemberId};
use crate::domain::member::Role;
use crate::domain::record::KeyFor;
use crate::domain::roster::{Change, Compared, RosterFault};
use crate::ports::store::Place;
use crate::vault::keys::fingerprint;
use std::path::{Path, PathBuf};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reassigned {
    /// The role before.
    pub from: Role,
    /// The role now.
    pub to: Role,
    /// One person did it; it waits for an after-review.
    pub break_glass: bool,
    /// What their keys reached in the role before: read or copied, it stays so.
    pub reached: Vec<Reach>,
}

impl Desk {
    /// Gives a member another role and locks: a role holds from the next unlocking on. A counsellor hands their clients
    /// over first: no other role may hold the keys of a counsellor.
    pub fn change_role(
        self,
        name: &str,
        role: Role,
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<Reassigned, DeskFault> {
        let mut state = self.state();
        let present = self.second_for::<permit::ChangeRoster>(&state, Whose::Nobody, second)?;
        let allowed = self.roster_grant(&state, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        let member = state.house.roster.named(name).ok_or(RosterFault::Nobody)?.clone();
        if member.role == role {
            return Err(RosterFault::SameRole.into());
        }
        let reached = {
            let held = self.log_keys(&state, present.as_ref())?;
            reach(&self.entries(&state, &held)?, member.id)
        };
        let clients = reached.iter().filter(|r| r.own).count();
        if member.role == Role::Counsellor && clients > 0 {
            return Err(DeskFault::StillTheirs(clients));
        }
        let at = state.house.now();
        let change = Change::Reassign { member: member.id, role, at, break_glass: glass.clone(), log: None };
        let (change, log) = self.with_log(&mut state, change, present.as_ref())?;
        self.change_roster(&mut state, &change, present.as_ref(), glass.as_deref())?;
        super::duties::forget(&state.house.dir, member.id)?;
        super::remembered::forget_one(&state.house.dir, member.id)?;
        self.take_log(&mut state, log)?;
        self.rotate_due(&mut state)?;
        drop(state);
        let done = Reassigned { from: member.role, to: role, break_glass: glass.is_some(), reached };
        self.lock()?;
        Ok(done)
    }

    /// Destroys the wraps of keys that this member's role may not hold, once after each change of the role.
    pub(super) fn let_go(&self, state: &mut State) -> Result<(), DeskFault> {
        let Some(since) = state.house.roster.role_since(self.me.id) else { return Ok(()) };
        let done = marker(&state.house.dir, self.me.id);
        if std::fs::read_to_string(&done).is_ok_and(|entry| entry == since.to_string()) {
            return Ok(());
        }
        let log = state.house.roster.log_readers().iter().any(|m| m.id == self.me.id);
        let wraps = state.caseload()?.wraps.clone();
        let mut gone: Vec<Place> = Vec::new();
        for (seq, what) in &wraps {
            if !self.may_hold(state, what, log)?
                && let Some(place) = state.house.store.place(*seq)?
            {
                gone.push(place);
            }
        }
        if !gone.is_empty() {
            let (house, me) = state.writer();
            house.bury(&me, &gone, "another role")?;
            // Read anew when it is asked for, from the wraps that are left.
            state.caseload.take();
        }
        replace(&done, since.to_string().as_bytes())
    }

    fn may_hold(&self, state: &State, what: &KeyFor, log: bool) -> Result<bool, DeskFault> {
        let load = state.caseload()?;
        let relation = |id: &ClientId| load.clients.get(id).map_or(Relation::None, |k| k.relation(self.me.id));
        let of = |id: &ClientId| holds(self.me.role, relation(id));
        Ok(match what {
            KeyFor::Case { client, .. } => of(client),
            KeyFor::Process { client, .. } => self.me.role == Role::Counsellor && of(client),
            KeyFor::Escalation { client } => self.me.role == Role::Admin || of(client),
            KeyFor::Log => log,
            KeyFor::Session { .. } => true,
        })
    }

    /// Writes that the fingerprint of a member was compared in person, by the words that the member read aloud.
    pub fn confirm_fingerprint(&self, name: &str, words: &str) -> Result<Compared, DeskFault> {
        let mut state = self.state();
        self.grant::<permit::CompareFingerprint>(&state, Whose::Nobody)?;
        let member = state.house.roster.named(name).ok_or(RosterFault::Nobody)?.clone();
        if member.id == self.me.id {
            return Err(RosterFault::OwnFingerprint.into());
        }
        let right = fingerprint(&member.recipient, &member.verifying);
        let said: Vec<String> = words
            .split(|c: char| c == '-' || c.is_whitespace())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        if said.join("-") != right {
            return Err(DeskFault::OtherFingerprint);
        }
        let at = state.house.now();
        self.change_roster(&mut state, &Change::Compare { member: member.id, at }, None, None)?;
        Ok(Compared { by: self.me.id, at })
    }
}

/// Who holds the case key of a client.
const fn holds(role: Role, relation: Relation) -> bool {
    matches!((role, relation), (Role::Counsellor, Relation::Own) | (Role::Supervisor, Relation::Assigned))
}

/// Where it is kept that a change of role was followed up; what it says can only delay what is done anyway.
fn marker(dir: &Path, of: MemberId) -> PathBuf {
    dir.join(format!("role-{of}"))
}

/// Removes the marker of a leaver.
pub(super) fn forget(dir: &Path, of: MemberId) -> Result<(), DeskFault> {
    match std::fs::remove_file(marker(dir, of)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(e)),
        _ => Ok(()),
    }
}
