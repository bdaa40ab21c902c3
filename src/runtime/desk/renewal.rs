//! New recovery phrases: a new recovery key, every wrap and slot of the old one sealed anew, the old files gone with their
//! second copies. Two of the old phrases open what has to be sealed anew.
//!
//! The one step that decides is the roster's entry. Before it everything is laid ready beside (`recovery.next`) and
//! nothing of the old is touched; after it what was laid ready takes its place, now or at the next opening.

use super::caseload::Caseload;
use super::fault::DeskFault;
use super::files::{RECOVERY, SLOTS, SlotKind, disk, read_slot_of, replace, slot_file, write_summed};
use super::held::Held;
use super::house::Draft;
use super::members::{Second, glass_reason};
use super::recovery::{Phrases, recovery_key};
use super::unlocking::same_keys;
use super::{Desk, State, private_folder};
use crate::adapters::store_sled::sync_dir;
use crate::domain::access::{Around, Whose, grant, permit};
use crate::domain::audit::Task;
use crate::domain::ids::{ClientId, RecordId};
use crate::domain::record::{Body, KeyFor};
use crate::domain::roster::{Change, Roster};
use crate::ports::store::Place;
use crate::vault::keys::SealKey;
use crate::vault::{VaultFault, slot};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where everything is laid ready.
const NEXT: &str = "recovery.next";
/// Whose files they are: the new recipient.
const RECIPIENT: &str = "recipient";
/// Numbers of the places of the old wraps, which are destroyed last.
const OLD_WRAPS: &str = "old-wraps";

fn next(dir: &Path) -> PathBuf {
    dir.join(NEXT)
}

impl Desk {
    /// Refuses what [`Desk::renew_recovery`] would refuse, before new phrases are shown to anybody.
    pub fn may_renew_recovery(&self, second: Option<&str>, reason: Option<&str>) -> Result<(), DeskFault> {
        let state = self.state();
        let role = second.and_then(|name| state.house.roster.named(name)).map(|m| m.role);
        let around = Around { second: role, ..Self::around(&state) };
        let allowed = grant::<permit::RenewRecovery>(self.me.id, self.me.role, Whose::Nobody, around)?;
        glass_reason(&allowed, reason).map(drop)
    }

    /// Makes the recovery key anew under these three phrases, which somebody has already written down: once this
    /// returns nothing else opens it. Gives how many wraps were sealed anew.
    pub fn renew_recovery(
        &self,
        old: Phrases<'_>,
        new: &[SecretString; 3],
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<usize, DeskFault> {
        let mut state = self.state();
        let present = self.second_for::<permit::RenewRecovery>(&state, Whose::Nobody, second)?;
        let allowed = self.grant_beside::<permit::RenewRecovery>(&state, Whose::Nobody, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        let dir = state.house.dir.clone();
        let (was, _) = recovery_key(&dir, &state.house.roster.recovery, old)?;
        let key = SealKey::generate();
        let load = Caseload::load(&state.house, &was, None)?;
        if load.unreadable > 0 {
            // What does not open now would never open with the new key.
            return Err(VaultFault::Damaged.into());
        }
        lay_ready(&dir, &state.house.roster, &was, &key, new, &load)?;
        let renewed = rewrap(&mut state, &load, &was, &key)?;
        let at = state.house.now();
        let recipient = key.recipient().to_string();
        let change = Change::Recovery { recipient, at, break_glass: glass.clone() };
        self.change_roster(&mut state, &change, present.as_ref(), glass.as_deref())?;
        take_place(&dir, &state.house.roster)?;
        self.end_renewal(&mut state)?;
        let beside = present.map(|p| p.member.id);
        let broken = glass.is_some();
        let detail = Some("recovery renewed".into());
        self.note_two(&mut state, Task::Rekey, None, renewed as u64, glass.as_deref(), broken, detail, beside)?;
        Ok(renewed)
    }

    /// Destroys the wraps of the recovery key of before; after a renewal that was interrupted, at the next unlock.
    pub(super) fn end_renewal(&self, state: &mut State) -> Result<(), DeskFault> {
        let folder = next(&state.house.dir);
        let Ok(text) = std::fs::read(folder.join(OLD_WRAPS)) else { return Ok(()) };
        let seqs: Vec<u64> = serde_json::from_slice(&text).unwrap_or_default();
        let mut places: Vec<Place> = Vec::new();
        for seq in seqs {
            places.extend(state.house.store.place(seq)?);
        }
        let (house, me) = state.writer();
        house.bury(&me, &places, "another recovery key")?;
        state.caseload.take();
        // A full disk may keep the file from being written anew; the wraps are destroyed either way.
        let _ = state.house.rebuild();
        std::fs::remove_dir_all(folder).map_err(disk)?;
        Ok(sync_dir(&state.house.dir)?)
    }
}

/// Writes the new recovery files and slots beside the old ones.
fn lay_ready(
    dir: &Path,
    roster: &Roster,
    was: &SealKey,
    key: &SealKey,
    phrases: &[SecretString; 3],
    load: &Caseload,
) -> Result<(), DeskFault> {
    let folder = next(dir);
    let _ = std::fs::remove_dir_all(&folder);
    private_folder(&folder)?;
    for (file, (a, b)) in slot::split(key, phrases)?.iter().zip(slot::PAIRS) {
        replace(&folder.join(format!("{a}{b}.age")), file)?;
    }
    for member in roster.active() {
        // A slot that was never made is made by its member's next unlock.
        let slot = match read_slot_of(dir, member.id, SlotKind::Recovery) {
            Err(DeskFault::NoSlot) => continue,
            slot => slot?,
        };
        let keys = same_keys(slot::unlock_by_recovery(&slot, was)?, member)?;
        let path = slot_file(dir, member.id, SlotKind::Recovery);
        let name = path.file_name().unwrap_or_default();
        replace(&folder.join(name), &slot::lock_for_recovery(&keys, &key.recipient())?)?;
    }
    let seqs: Vec<u64> = load.wraps.iter().map(|(seq, _)| *seq).collect();
    replace(&folder.join(OLD_WRAPS), &serde_json::to_vec(&seqs).map_err(|_| VaultFault::Sealing)?)?;
    replace(&folder.join(RECIPIENT), key.recipient().to_string().as_bytes())
}

/// Wraps every key that the old recovery key opens to the new one, and names the new wraps on their clients' shelves.
fn rewrap(state: &mut State, load: &Caseload, was: &SealKey, key: &SealKey) -> Result<usize, DeskFault> {
    let to = key.recipient();
    let mut bodies: Vec<(Option<ClientId>, Body)> = Vec::new();
    for (seq, what) in &load.wraps {
        let secret = Held::closed(*seq).open(&state.house, &[was])?.secret();
        let client = match what {
            KeyFor::Case { client, .. } | KeyFor::Process { client, .. } | KeyFor::Escalation { client } => {
                Some(*client)
            }
            KeyFor::Session { .. } | KeyFor::Log => None,
        };
        bodies.push((client, Body::KeyWrap { what: what.clone(), secret }));
    }
    let (house, me) = state.writer();
    let shelf = house.lobby();
    let drafts: Vec<Draft<'_>> = bodies
        .iter()
        .map(|(_, body)| Draft { shelf, to: &to, body, client: None, session: None, replaces: None })
        .collect();
    let ids = house.keep(&me, &drafts)?;
    let mut of: BTreeMap<ClientId, Vec<RecordId>> = BTreeMap::new();
    for ((client, _), id) in bodies.iter().zip(&ids) {
        if let Some(client) = client {
            of.entry(*client).or_default().push(*id);
        }
    }
    // Whoever destroys a client destroys the wraps that its shelf names.
    for (client, wraps) in of {
        let Some(known) = load.clients.get(&client) else { continue };
        let case = known.current(house, was)?.recipient();
        let index = house.index_of(&wraps, wraps.iter().map(|_| &to));
        let draft =
            Draft { shelf: client.0, to: &case, body: &index, client: Some(client), session: None, replaces: None };
        house.keep(&me, &[draft])?;
    }
    Ok(ids.len())
}

/// Puts what was laid ready in its place, when the roster says that it holds; else removes it. Before anything that
/// reads slots or recovery files.
pub(super) fn take_place(dir: &Path, roster: &Roster) -> Result<(), DeskFault> {
    let folder = next(dir);
    if !folder.exists() {
        return Ok(());
    }
    if std::fs::read_to_string(folder.join(RECIPIENT)).ok().as_ref() != Some(&roster.recovery) {
        return std::fs::remove_dir_all(folder).map_err(disk);
    }
    for name in super::spare::names(&folder)? {
        let into = if name.ends_with(".recovery.age") { SLOTS } else { RECOVERY };
        write_summed(dir, into, &name, &std::fs::read(folder.join(&name)).map_err(disk)?)?;
    }
    Ok(())
}
