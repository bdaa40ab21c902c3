//! What a member and a workstation have seen of a vault: written down when it is whole, compared at the next opening.

use crate::crypto::CryptoError;
use crate::crypto::chain::Head;
use crate::crypto::checkpoint::sign_note;
use crate::crypto::keys::Keyring;
use crate::crypto::seal;
use crate::domain::practice::ids::{MemberId, Writer};
use crate::vault::error::VaultError;
use crate::vault::files::{private_folder, replace};
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::{Integrity, goes_through, of_chain};
use crate::vault::roster_file::ROSTER;
use crate::vault::trust::{
    FORM, Known, MEMORY_DIR, Seen, SeenHeads, Trusted, key_name, known_path, memory_path, place_path,
};
use crate::vault::writers::{LOG, TOMBS};
use std::collections::BTreeMap;

impl Trusted {
    /// What went back since it was seen.
    pub(crate) fn compare(&self, folder: &VaultFolder) -> Integrity {
        let mut integrity = Integrity::Complete { interrupted: 0 };
        for seen in [&self.memory, &self.place].into_iter().flatten() {
            if let Some(wrong) = seen.against(folder) {
                integrity = integrity.and(wrong);
            }
        }
        integrity
    }

    /// True when the vault is as the member saw it last, but for what they wrote on this workstation.
    pub(crate) fn remembers(&self, folder: &VaultFolder, member: MemberId) -> bool {
        let now = Seen::now(folder);
        let others = |seen: &Seen| {
            let mut seen = seen.clone();
            seen.writers.remove(&folder.writer(member));
            seen
        };
        let memory = self.memory.as_ref();
        memory.is_some_and(|seen| others(seen) == others(&now)) && self.place.is_some()
    }
}

impl Seen {
    fn now(folder: &VaultFolder) -> Self {
        let heads = folder.store.heads();
        let mut writers: BTreeMap<Writer, SeenHeads> = BTreeMap::new();
        for writer in heads.keys().chain(folder.writers.keys()) {
            let store = heads.get(writer).copied().unwrap_or(Head::EMPTY);
            let files = folder.writers.get(writer);
            let (log, tombs) = files.map_or((Head::EMPTY, Head::EMPTY), |files| (files.log.head, files.tombs.head));
            writers.insert(*writer, SeenHeads { store, log, tombs });
        }
        let vault = folder.roster.vault.clone();
        let roster = folder.roster_hashes.iter().map(hex::encode).collect();
        let founding = folder.roster_hashes.first().copied().unwrap_or_default();
        Seen { vault, founding, roster, writers }
    }

    fn against(&self, folder: &VaultFolder) -> Option<Integrity> {
        let missing = self.roster.len().saturating_sub(folder.roster_hashes.len()) as u64;
        if missing > 0 {
            return Some(Integrity::Behind { part: ROSTER, missing });
        }
        self.writers.iter().find_map(|(writer, seen)| {
            let files = folder.writers.get(writer);
            let (log, tombs) = files.map_or((Head::EMPTY, Head::EMPTY), |files| (files.log.head, files.tombs.head));
            goes_through(folder.store.as_ref(), *writer, seen.store)
                .or_else(|| of_chain(LOG, log, seen.log))
                .or_else(|| of_chain(TOMBS, tombs, seen.tombs))
        })
    }
}

/// Writes down what the member and this workstation have seen now. Only of a whole vault.
pub(crate) fn remember(folder: &VaultFolder, member: MemberId, keys: &Keyring) -> Result<(), VaultError> {
    if !folder.integrity.whole() {
        return Ok(());
    }
    let seen = Seen::now(folder);
    let json = serde_json::to_string(&seen).map_err(|_| CryptoError::Sealing)?;
    let signed = sign_note(&format!("{FORM}{json}\n"), &key_name(member), keys);
    private_folder(&folder.dir.join(MEMORY_DIR))?;
    replace(&memory_path(&folder.dir, member), &seal::encrypt(signed.as_bytes(), &keys.recipient())?)?;
    let known = Known { founding: seen.founding, roster: folder.roster_file.head };
    let known = serde_json::to_vec(&known).map_err(|_| CryptoError::Sealing)?;
    for (path, bytes) in [
        (place_path(&folder.station, &folder.dir), json.as_bytes()),
        (known_path(&folder.station, &seen.vault), known.as_slice()),
    ] {
        private_folder(&folder.station.state)?;
        path.parent().map_or(Ok(()), private_folder)?;
        replace(&path, bytes)?;
    }
    Ok(())
}
