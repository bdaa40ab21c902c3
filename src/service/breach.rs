//! The breach pack, made from the log and the roster by one call, and signed by who made it.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::sign_note;
use crate::crypto::keys::fingerprint;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::governance::breach::{BreachPack, Duties, Lost, Said, pack};
use crate::domain::governance::roster::RosterError;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::time::Timestamp;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;

/// What was lost, as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostBy<'a> {
    /// A member's passphrase or key slot, by name, leavers included.
    Member(&'a str),
    /// A workstation, by the name that it has in the log.
    Place(&'a str),
}

impl UnlockedVault {
    /// Makes the pack; gives it and the same as a signed note. `known` is when the centre knew, now where it is not said.
    pub fn breach_pack(
        &self,
        duties: &Duties,
        lost: LostBy<'_>,
        since: Option<Timestamp>,
        known: Option<Timestamp>,
    ) -> Result<(BreachPack, String), VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        self.make_pack(state, grant, duties, lost, (since, known))
    }

    fn make_pack(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::ReadLog>,
        duties: &Duties,
        lost: LostBy<'_>,
        (since, known): (Option<Timestamp>, Option<Timestamp>),
    ) -> Result<(BreachPack, String), VaultError> {
        let now = state.folder.now();
        let known = known.unwrap_or(now);
        if known > now || since.is_some_and(|since| since > known) {
            return Err(VaultError::Input(msg("service-breach-times")));
        }
        let keys = self.log_keys(&state, None)?;
        let entries = self.as_far_as_it_reads(&state, &keys)?.entries;
        let lost = match lost {
            LostBy::Member(name) => {
                let found = state.folder.roster.members.iter().rev().find(|m| m.name == name);
                Lost::Member { id: found.ok_or(RosterError::Nobody)?.id }
            }
            LostBy::Place(name) if entries.iter().any(|l| l.entry.place == name) => {
                Lost::Place { name: name.to_owned() }
            }
            LostBy::Place(_) => return Err(VaultError::Input(msg("service-breach-no-place"))),
        };
        let roster = state.folder.roster.clone();
        let words =
            |id: MemberId| roster.member(id).map_or_else(String::new, |m| fingerprint(&m.recipient, &m.verifying));
        let made = pack(&entries, &roster, duties, &Said { lost, since, known }, &words, (self.me.id, now));
        self.log_access(&mut state, Task::ReadLog, None, made.keys.len() as u64, None, false, Some("breach".into()))?;
        let text = serde_json::to_string_pretty(&made).map_err(|_| CryptoError::Sealing)? + "\n";
        let signed = sign_note(&text, &format!("gyeot/{}", self.me.id), &state.keys);
        Ok((made, signed))
    }
}
