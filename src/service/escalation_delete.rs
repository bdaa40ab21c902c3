//! An escalation packet is destroyed on demand (L12): its key with every wrap, the packet and its course, by two persons, with
//! a signed certificate that says what cannot be reached.

use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::ids::MemberId;
use crate::ports::store::Position;
use crate::service::destruction::Certificate;
use crate::service::escalation_steps::Packet;
use crate::service::retention_due::wraps_of;
use crate::service::second::Second;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;

impl UnlockedVault {
    /// Destroys a packet and its course. Whoever holds the client's keys does it, with an admin beside (L13).
    pub fn delete_escalation(
        &self,
        number: &str,
        reason: &str,
        second: Option<Second<'_>>,
    ) -> Result<(Certificate, String), VaultError> {
        let state = self.state();
        if reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        let found = self.find_packet(&state, number)?;
        let present = self.second_for::<permit::Destroy>(&state, found.whose, second)?;
        let grant = self.grant_beside::<permit::Destroy>(&state, found.whose, present.as_ref())?;
        self.bury_packet(state, grant, present.map(|p| p.member.id), &found, reason)
    }

    fn bury_packet(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::Destroy>,
        beside: Option<MemberId>,
        found: &Packet,
        reason: &str,
    ) -> Result<(Certificate, String), VaultError> {
        let (code, glass) = (found.course.raised.code.clone(), grant.break_glass());
        let (wraps, records) = places_of(&state, &grant, found)?;
        let count = (wraps.len() + records.len()) as u64;
        let detail = Some(format!("escalation {}", found.course.id));
        self.log_access_by_two(&mut state, Task::Destroy, Some(&code), count, Some(reason), glass, detail, beside)?;
        let (folder, me) = state.writer();
        folder.bury(&me, &wraps, "destroyed")?;
        folder.bury(&me, &records, "destroyed")?;
        let rewritten = folder.rebuild().ok();
        // Read anew from the wraps that are left.
        state.caseload.take();
        let done = (wraps.len() as u64, records.len() as u64, rewritten);
        self.certify(&state, code, None, reason, done, (glass, beside))
    }
}

/// The wraps of a packet's key, and its records.
fn places_of(
    state: &State,
    grant: &Grant<permit::Destroy>,
    found: &Packet,
) -> Result<(Vec<Position>, Vec<Position>), VaultError> {
    let mut records = state.folder.store.collection(found.course.id.0)?;
    let packet = state.folder.store.find(found.course.id)?;
    let wraps = match &packet {
        Some(place) => wraps_of(state, state.client_of(grant)?, place)?,
        None => Vec::new(),
    };
    records.extend(packet);
    Ok((wraps, records))
}
