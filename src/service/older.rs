//! Going on with an older state of the vault that a backup or an old copy brought back: a person says so, and the log keeps
//! it. What is merely older is taken; another history in place of the old one is not. An older roster brings people back who
//! left, so that two persons take it, as for every change of who is a member.

use crate::domain::governance::access::{Around, Grant, Whose, grant, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::ids::MemberId;
use crate::service::second::{Second, glass_reason};
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::integrity::Integrity;
use crate::vault::memory;
use crate::vault::roster_file::ROSTER;

/// Who took it, besides whoever unlocked.
struct Beside {
    second: Option<MemberId>,
    break_glass: bool,
    roster: bool,
}

impl UnlockedVault {
    /// Takes an older state of the vault for the measure. Only where every checkpoint is satisfied and the vault is merely
    /// older than what was seen; an older roster only with a second person.
    pub fn accept_older(&self, second: Option<Second<'_>>, reason: &str) -> Result<(), VaultError> {
        let state = self.state();
        let allowed = self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        if reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        if !state.folder.by_checkpoints.whole() {
            return Err(VaultError::NotWhole(state.folder.by_checkpoints.message()));
        }
        // As it was found: since then this member wrote on in the log.
        let beside = match state.folder.by_seen.clone() {
            Integrity::Complete { .. } => return Ok(()),
            Integrity::Behind { part: ROSTER, .. } => {
                let present = self.second(&state, second)?;
                let around = Around { second: present.as_ref().map(|p| p.member.role), ..Self::around(&state) };
                let allowed = grant::<permit::ChangeRoster>(self.me.id, self.me.role, Whose::Nobody, around)?;
                let break_glass = glass_reason(&allowed, Some(reason))?.is_some();
                Beside { second: present.map(|p| p.member.id), break_glass, roster: true }
            }
            Integrity::Behind { .. } => Beside { second: None, break_glass: false, roster: false },
            other => return Err(VaultError::NotWhole(other.message())),
        };
        self.take_older(state, allowed, reason, &beside)
    }

    fn take_older(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::KeepWhole>,
        reason: &str,
        beside: &Beside,
    ) -> Result<(), VaultError> {
        state.folder.must_take_writing()?;
        let detail = if beside.roster { "older accepted, roster" } else { "older accepted" };
        let (glass, second) = (beside.break_glass, beside.second);
        self.log_access_by_two(&mut state, Task::Backup, None, 0, Some(reason), glass, Some(detail.into()), second)?;
        let (folder, me) = state.writer();
        folder.integrity = folder.by_checkpoints.clone();
        folder.by_seen = Integrity::Complete { interrupted: 0 };
        folder.settle(&me)?;
        if beside.roster {
            memory::forget_known(&state.folder)?;
        }
        memory::remember(&state.folder, self.me.id, &state.keys)
    }
}
