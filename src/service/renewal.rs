//! New recovery phrases: a new recovery key, every wrap and slot of the old one sealed anew, the old files gone with their
//! second copies. Two of the old phrases open what has to be sealed anew.
//!
//! The one step that decides is the roster's entry. Before it everything is laid ready beside (`recovery.next`) and
//! nothing of the old is touched; after it what was laid ready takes its place, now or at the next opening.
//!
//! What is destroyed at the end is named in a file of the folder, which anybody with the disk can write. So that file is
//! signed by whoever renews, and holds only for the recovery key that their entry of the roster names.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::{read_note, sign_note};
use crate::crypto::keys::{Keyring, SealKey};
use crate::crypto::slot::{self, KeyCost};
use crate::domain::governance::access::{Around, Whose, grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::governance::roster::Change;
use crate::domain::practice::ids::{ClientId, MemberId, RecordId};
use crate::domain::record::{Body, KeyFor};
use crate::ports::store::Position;
use crate::service::recovery::{Phrases, recovery_key};
use crate::service::second::{Second, glass_reason};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::unlocking::same_keys;
use crate::service::untaken_phrases;
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use crate::vault::files::{SlotKind, disk, private_folder, read_slot_of, replace, slot_file, sync_dir};
use crate::vault::folder::Draft;
use crate::vault::folder::VaultFolder;
use crate::vault::lazy_key::LazyKey;
use crate::vault::renewal_files::{NEXT, RECIPIENT, commit_renewal, next};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The old wraps, which are destroyed last.
const OLD_WRAPS: &str = "old-wraps";

/// Begins the text of that file.
const FORM: &str = "gyeot.old-wraps/1\n";

/// Which wraps a renewal makes needless.
#[derive(Serialize, Deserialize)]
struct OldWraps {
    vault: String,
    /// The recovery key that took the place of theirs.
    recipient: String,
    by: MemberId,
    wraps: Vec<RecordId>,
}

impl OldWraps {
    fn key_name(by: MemberId) -> String {
        format!("gyeot-old-wraps/{by}")
    }

    fn signed(&self, keys: &Keyring) -> Result<String, CryptoError> {
        let json = serde_json::to_string(self).map_err(|_| CryptoError::Sealing)?;
        Ok(sign_note(&format!("{FORM}{json}\n"), &Self::key_name(self.by), keys))
    }

    /// Reads what [`OldWraps::signed`] wrote: of this vault, for its present recovery key, by whoever signed the roster's
    /// entry of it.
    fn read(note: &str, folder: &VaultFolder) -> Option<Self> {
        let said: OldWraps = serde_json::from_str(note.lines().nth(1)?).ok()?;
        let renewed = folder.roster.renewed_by().contains(&said.by);
        read_note(note, &Self::key_name(said.by), &folder.verifier(said.by)?).ok()?.strip_prefix(FORM)?;
        let here = said.vault == folder.roster.vault && said.recipient == folder.roster.recovery;
        (renewed && here).then_some(said)
    }
}

impl UnlockedVault {
    /// Refuses what [`UnlockedVault::renew_recovery`] would refuse, before new phrases are shown to anybody.
    pub fn may_renew_recovery(&self, second: Option<&str>, reason: Option<&str>) -> Result<(), VaultError> {
        let state = self.state();
        let role = second.and_then(|name| state.folder.roster.named(name)).map(|m| m.role);
        let around = Around { second: role, ..Self::around(&state) };
        let allowed = grant::<permit::RenewRecovery>(self.me.id, self.me.role, Whose::Nobody, around)?;
        glass_reason(&allowed, reason)?;
        Ok(())
    }

    /// Makes the recovery key anew under these three phrases, which somebody has already written down: once this
    /// returns nothing else opens it. Gives how many wraps were sealed anew.
    pub fn renew_recovery(
        &self,
        old: Phrases<'_>,
        new: &[SecretString; 3],
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<usize, VaultError> {
        let mut state = self.state();
        let present = self.second_for::<permit::RenewRecovery>(&state, Whose::Nobody, second)?;
        let allowed = self.grant_beside::<permit::RenewRecovery>(&state, Whose::Nobody, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        let dir = state.folder.dir.clone();
        let (was, _) = recovery_key(&dir, &state.folder.history(), old)?;
        let key = SealKey::generate();
        let load = Caseload::load(&state.folder, &was, None)?;
        if load.unreadable > 0 {
            // What does not open now would never open with the new key.
            return Err(CryptoError::Damaged.into());
        }
        lay_ready(&state, &was, &key, new, &load)?;
        let renewed = rewrap(&mut state, &load, &was, &key)?;
        let at = state.folder.now();
        let recipient = key.recipient().to_string();
        let change = Change::Recovery { recipient, at, break_glass: glass.clone() };
        self.change_roster(&mut state, allowed, &change, present.as_ref(), glass.as_deref())?;
        commit_renewal(&dir, &state.folder.roster)?;
        untaken_phrases::forget(&dir)?;
        self.end_renewal(&mut state)?;
        let beside = present.map(|p| p.member.id);
        let broken = glass.is_some();
        let detail = Some("recovery renewed".into());
        self.log_access_by_two(
            &mut state,
            Task::Rekey,
            None,
            renewed as u64,
            glass.as_deref(),
            broken,
            detail,
            beside,
        )?;
        Ok(renewed)
    }

    /// Destroys the wraps of the recovery key of before; after a renewal that was interrupted, at the next unlock.
    pub(crate) fn end_renewal(&self, state: &mut State) -> Result<(), VaultError> {
        let subfolder = next(&state.folder.dir);
        if !subfolder.exists() {
            return Ok(());
        }
        let note = std::fs::read_to_string(subfolder.join(OLD_WRAPS)).unwrap_or_default();
        match OldWraps::read(&note, &state.folder) {
            None => {
                let detail = Some(format!("planted: {NEXT}"));
                self.log_access(state, Task::Check, None, 0, None, false, detail)?;
                state.folder.planted.push(NEXT.to_owned());
            }
            Some(OldWraps { wraps, .. }) => {
                let mut places: Vec<Position> = Vec::new();
                for wrap in wraps {
                    places.extend(state.folder.store.find(wrap)?);
                }
                // Nothing but keys is destroyed, whatever else is named.
                let keys = state.folder.key_collection();
                places.retain(|place| place.collection == keys);
                let detail = Some("old recovery wraps".into());
                self.log_access(state, Task::Rekey, None, places.len() as u64, None, false, detail)?;
                let (folder, me) = state.writer();
                folder.bury(&me, &places, "another recovery key")?;
                state.caseload.take();
                // A full disk may keep the file from being written anew; the wraps are destroyed either way.
                let _ = state.folder.rebuild();
            }
        }
        std::fs::remove_dir_all(subfolder).map_err(disk)?;
        sync_dir(&state.folder.dir)
    }
}

/// Writes the new recovery files and slots beside the old ones.
fn lay_ready(
    state: &State,
    was: &SealKey,
    key: &SealKey,
    phrases: &[SecretString; 3],
    load: &Caseload,
) -> Result<(), VaultError> {
    let (dir, roster) = (state.folder.dir.as_path(), &state.folder.roster);
    let subfolder = next(dir);
    let _ = std::fs::remove_dir_all(&subfolder);
    private_folder(&subfolder)?;
    let files = slot::split(key, state.folder.history().founding(), phrases, KeyCost::Production)?;
    for (file, (a, b)) in files.iter().zip(slot::PAIRS) {
        replace(&subfolder.join(format!("{a}{b}.age")), file)?;
    }
    for member in roster.active() {
        // A slot that was never made is made by its member's next unlock.
        let slot = match read_slot_of(dir, member.id, SlotKind::Recovery) {
            Err(VaultError::NoSlot) => continue,
            slot => slot?,
        };
        let keys = same_keys(slot::unlock_by_recovery(&slot, was)?, member)?;
        let path = slot_file(dir, member.id, SlotKind::Recovery);
        let name = path.file_name().unwrap_or_default();
        replace(&subfolder.join(name), &slot::lock_for_recovery(&keys, &key.recipient())?)?;
    }
    let wraps: Vec<RecordId> = load.wraps.iter().map(|(wrap, _)| *wrap).collect();
    let recipient = key.recipient().to_string();
    let old = OldWraps { vault: roster.vault.clone(), recipient: recipient.clone(), by: state.id, wraps };
    replace(&subfolder.join(OLD_WRAPS), old.signed(&state.keys)?.as_bytes())?;
    replace(&subfolder.join(RECIPIENT), recipient.as_bytes())
}

/// Wraps every key that the old recovery key opens to the new one, and names the new wraps on their clients' shelves.
fn rewrap(state: &mut State, load: &Caseload, was: &SealKey, key: &SealKey) -> Result<usize, VaultError> {
    let to = key.recipient();
    let mut bodies: Vec<(Option<ClientId>, Body)> = Vec::new();
    for (wrap, what) in &load.wraps {
        let secret = LazyKey::closed(*wrap).open(&state.folder, &[was])?.secret();
        let client = match what {
            KeyFor::Case { client, .. } | KeyFor::Process { client, .. } | KeyFor::Escalation { client } => {
                Some(*client)
            }
            KeyFor::Session { .. } | KeyFor::Log | KeyFor::Codes | KeyFor::Centre => None,
        };
        bodies.push((client, Body::KeyWrap { what: what.clone(), secret }));
    }
    let (folder, me) = state.writer();
    let collection = folder.key_collection();
    let drafts: Vec<Draft<'_>> = bodies
        .iter()
        .map(|(_, body)| Draft { collection, to: &to, body, client: None, session: None, replaces: None })
        .collect();
    let ids = folder.keep(&me, &drafts)?;
    let mut of: BTreeMap<ClientId, Vec<RecordId>> = BTreeMap::new();
    for ((client, _), id) in bodies.iter().zip(&ids) {
        if let Some(client) = client {
            of.entry(*client).or_default().push(*id);
        }
    }
    // Whoever destroys a client destroys the wraps that its collection names.
    for (client, wraps) in of {
        let Some(known) = load.clients.get(&client) else { continue };
        let case = known.current(folder, was)?.recipient();
        let index = folder.index_of(&wraps, wraps.iter().map(|_| &to));
        let draft = Draft {
            collection: client.0,
            to: &case,
            body: &index,
            client: Some(client),
            session: None,
            replaces: None,
        };
        folder.keep(&me, &[draft])?;
    }
    Ok(ids.len())
}
