//! A member changes role: two persons sign, the log follows the new readers, and what the new role may not hold is let go
//! of. And the fingerprint of a member's keys, compared in person.
//!
//! Nobody but their reader can tell whose a wrap is. So the keys that the new role may not hold are destroyed by the
//! program of that member at their next unlock, and from the counsellors' next unlock on nothing new is sealed to them.

use crate::crypto::keys::fingerprint;
use crate::domain::governance::access::{Relation, Whose, permit};
use crate::domain::governance::access_log::{Reach, reach};
use crate::domain::governance::roster::{Change, Compared, RosterError};
use crate::domain::practice::ids::{ClientId, MemberId};
use crate::domain::practice::member::Role;
use crate::domain::record::KeyFor;
use crate::ports::store::Position;
use crate::service::second::{Second, glass_reason};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, replace};
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

impl UnlockedVault {
    /// Gives a member another role and locks: a role holds from the next unlocking on. A counsellor hands their clients
    /// over first: no other role may hold the keys of a counsellor.
    pub fn change_role(
        self,
        name: &str,
        role: Role,
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<Reassigned, VaultError> {
        let mut state = self.state();
        let present = self.second_for::<permit::ChangeRoster>(&state, Whose::Nobody, second)?;
        let allowed = self.roster_grant(&state, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        let member = state.folder.roster.named(name).ok_or(RosterError::Nobody)?.clone();
        if member.role == role {
            return Err(RosterError::SameRole.into());
        }
        let reached = {
            let held = self.log_keys(&state, present.as_ref())?;
            reach(&self.entries(&state, &held)?, member.id)
        };
        let clients = reached.iter().filter(|r| r.own).count();
        if member.role == Role::Counsellor && clients > 0 {
            return Err(VaultError::StillTheirs(clients));
        }
        let at = state.folder.now();
        let change = Change::Reassign { member: member.id, role, at, break_glass: glass.clone(), log: None };
        let (change, log) = self.with_log(&mut state, change, present.as_ref())?;
        self.change_roster(&mut state, allowed, &change, present.as_ref(), glass.as_deref())?;
        crate::service::pending_duties::forget(&state.folder.dir, member.id)?;
        crate::vault::cache_files::forget_one(&state.folder.dir, member.id)?;
        self.take_log(&mut state, log)?;
        self.share_with_new(&mut state, member.id)?;
        self.rotate_due(&mut state)?;
        drop(state);
        let done = Reassigned { from: member.role, to: role, break_glass: glass.is_some(), reached };
        self.lock()?;
        Ok(done)
    }

    /// Destroys the wraps of keys that this member's role may not hold, once after each change of the role.
    pub(crate) fn drop_forbidden_keys(&self, state: &mut State) -> Result<(), VaultError> {
        let Some(since) = state.folder.roster.role_since(self.me.id) else { return Ok(()) };
        let done = marker(&state.folder.dir, self.me.id);
        if std::fs::read_to_string(&done).is_ok_and(|entry| entry == since.to_string()) {
            return Ok(());
        }
        let load = state.caseload()?;
        if load.unreadable > 0 || load.hidden > 0 {
            // Whose keys these are is not known where a client's file is not read: somebody may have hidden it. What is
            // destroyed does not come back; what has to go can wait.
            return Ok(());
        }
        let log = state.folder.roster.log_readers().iter().any(|m| m.id == self.me.id);
        let wraps = load.wraps.clone();
        let mut gone: Vec<Position> = Vec::new();
        for (wrap, what) in &wraps {
            if !self.may_hold(state, what, log)?
                && let Some(place) = state.folder.store.find(*wrap)?
            {
                gone.push(place);
            }
        }
        if !gone.is_empty() {
            let (folder, me) = state.writer();
            folder.bury(&me, &gone, "another role")?;
            // Read anew when it is asked for, from the wraps that are left.
            state.caseload.take();
        }
        replace(&done, since.to_string().as_bytes())
    }

    fn may_hold(&self, state: &State, what: &KeyFor, log: bool) -> Result<bool, VaultError> {
        let load = state.caseload()?;
        let relation = |id: &ClientId| load.clients.get(id).map_or(Relation::None, |k| k.relation(self.me.id));
        let of = |id: &ClientId| holds(self.me.role, relation(id));
        // An admin holds keys of packets without any card; whoever else has one without the client's case key may be somebody
        // from whom the wrap of it is hidden.
        let of_case =
            |id: &ClientId| load.wraps.iter().any(|(_, w)| matches!(w, KeyFor::Case { client, .. } if client == id));
        let roles = state.folder.roster.roles_of(self.me.id);
        let admin_before = roles.iter().rev().nth(1).is_some_and(|held| held.role == Role::Admin);
        Ok(match what {
            KeyFor::Case { client, .. } => of(client),
            KeyFor::Process { client, .. } => self.me.role == Role::Counsellor && of(client),
            KeyFor::Escalation { client } => {
                self.me.role == Role::Admin || of(client) || !(admin_before || of_case(client))
            }
            KeyFor::Log => log,
            KeyFor::Session { .. } | KeyFor::Codes | KeyFor::Centre => true,
        })
    }

    /// Writes that the fingerprint of a member was compared in person, by the words that the member read aloud.
    pub fn confirm_fingerprint(&self, name: &str, words: &str) -> Result<Compared, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::CompareFingerprint>(&state, Whose::Nobody)?;
        let member = state.folder.roster.named(name).ok_or(RosterError::Nobody)?.clone();
        if member.id == self.me.id {
            return Err(RosterError::OwnFingerprint.into());
        }
        let right = fingerprint(&member.recipient, &member.verifying);
        let said: Vec<String> = words
            .split(|c: char| c == '-' || c.is_whitespace())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        if said.join("-") != right {
            return Err(VaultError::OtherFingerprint);
        }
        let at = state.folder.now();
        self.change_roster(&mut state, grant, &Change::Compare { member: member.id, at }, None, None)?;
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
pub(crate) fn forget(dir: &Path, of: MemberId) -> Result<(), VaultError> {
    match std::fs::remove_file(marker(dir, of)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(e)),
        _ => Ok(()),
    }
}
