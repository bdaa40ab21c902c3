//! What a roster is believed by. A folder can be exchanged by whoever has the disk, so the roster has to continue what the
//! member's own keys say (the founding entry, inside the key slot), what the member's sealed memory says (the roster and every
//! writer's heads as they last saw them), and what this workstation keeps outside the folder. Where none of these knows the
//! vault, a person compares words. Nothing but a counted guess is written before.

use crate::crypto::CryptoError;
use crate::crypto::chain::Head;
use crate::crypto::checkpoint::{read_note, sign_note};
use crate::crypto::keys::{Keyring, sha256, vault_fingerprint};
use crate::crypto::seal;
use crate::domain::practice::ids::{MemberId, Writer};
use crate::domain::record::hash_text;
use crate::vault::error::VaultError;
use crate::vault::files::{private_folder, replace};
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::{Integrity, goes_through, of_chain};
use crate::vault::roster_file::{History, ROSTER};
use crate::vault::workstation::Workstation;
use crate::vault::writers::{LOG, TOMBS};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the members' memories, one sealed file each.
pub(crate) const MEMORY_DIR: &str = "memory";
/// Begins the text of a memory.
const FORM: &str = "gyeot.seen/1\n";

/// How far one writer had written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct SeenHeads {
    store: Head,
    log: Head,
    tombs: Head,
}

/// A vault as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    vault: String,
    #[serde(with = "hash_text")]
    founding: [u8; 32],
    /// The roster after each of its entries, hexadecimal: one that was cut is told from another.
    roster: Vec<String>,
    writers: BTreeMap<Writer, SeenHeads>,
}

/// A vault that this workstation knows, wherever its folder is.
#[derive(Debug, Serialize, Deserialize)]
struct Known {
    #[serde(with = "hash_text")]
    founding: [u8; 32],
    roster: Head,
}

/// Why the roster is believed.
#[derive(Debug, Default)]
pub(crate) struct Trusted {
    /// What the member had seen.
    memory: Option<Seen>,
    /// What this workstation had seen at this place.
    place: Option<Seen>,
    /// The member's memory is there and does not read: it is written anew, and told.
    pub(crate) spoiled: Option<String>,
    /// The words, where this workstation sees the vault for the first time.
    pub(crate) new_here: Option<String>,
}

fn memory_path(dir: &Path, member: MemberId) -> PathBuf {
    dir.join(MEMORY_DIR).join(format!("{member}.age"))
}

fn place_path(station: &Workstation, dir: &Path) -> PathBuf {
    let place = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let hash = sha256(&[b"gyeot-place\n", place.as_os_str().as_encoded_bytes()]);
    station.state.join("places").join(hex::encode(&hash[..16]))
}

fn known_path(station: &Workstation, vault: &str) -> PathBuf {
    // The id of a vault that is read here may be anything.
    station.state.join("vaults").join(hex::encode(&sha256(&[b"gyeot-vault\n", vault.as_bytes()])[..16]))
}

/// The name of the member's key on a memory: no spaces, no plus sign.
fn key_name(member: MemberId) -> String {
    format!("gyeot-seen/{member}")
}

fn read_memory(dir: &Path, keys: &Keyring, member: MemberId) -> Option<Seen> {
    let plain = seal::decrypt(&std::fs::read(memory_path(dir, member)).ok()?, keys.read()).ok()?;
    let text = read_note(std::str::from_utf8(&plain).ok()?, &key_name(member), &keys.verifier()).ok()?;
    serde_json::from_str(text.strip_prefix(FORM)?).ok()
}

fn read_state<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

/// The words by which a vault's roster is compared, 128 bits.
pub(crate) fn words(history: &History) -> String {
    vault_fingerprint(&history.founding(), &history.head().hash)
}

/// Words as people type them: any case, blanks or hyphens between them.
pub(crate) fn same_words(said: &str, words: &str) -> bool {
    let split = |text: &str| -> Vec<String> {
        let parts = text.split(|c: char| c == '-' || c.is_whitespace()).filter(|w| !w.is_empty());
        parts.map(str::to_lowercase).collect()
    };
    split(said) == split(words)
}

/// Says why the roster is believed, or refuses it. Writes nothing.
pub(crate) fn check(
    dir: &Path,
    station: &Workstation,
    history: &History,
    member: MemberId,
    keys: &Keyring,
) -> Result<Trusted, VaultError> {
    let founding = history.founding();
    if keys.founding().is_some_and(|known| known != founding) {
        return Err(VaultError::Untrusted("the member's key slot belongs to another founding entry"));
    }
    let (memory, place) = (read_memory(dir, keys, member), read_state::<Seen>(&place_path(station, dir)));
    for seen in [&memory, &place].into_iter().flatten() {
        if seen.vault != history.roster.vault || seen.founding != founding {
            return Err(VaultError::Untrusted("another founding entry stands in its place"));
        }
        // One that stops short is a beginning of it and told as behind.
        if seen.roster.iter().zip(&history.hashes).any(|(seen, here)| *seen != hex::encode(here)) {
            return Err(VaultError::Untrusted("it does not continue the entries that were seen"));
        }
    }
    let known: Option<Known> = read_state(&known_path(station, &history.roster.vault));
    if known.as_ref().is_some_and(|known| known.founding != founding) {
        return Err(VaultError::Untrusted("another founding entry stands in its place"));
    }
    let words = words(history);
    let compared = match &station.compared {
        None => false,
        Some(said) if same_words(said, &words) => true,
        Some(_) => return Err(VaultError::OtherFingerprint),
    };
    let new_here = (known.is_none() && place.is_none()).then(|| words.clone());
    let anchored = memory.is_some() || place.is_some() || known.is_some_and(|known| history.went_through(known.roster));
    if anchored || compared {
        let path = memory_path(dir, member);
        let spoiled = (memory.is_none() && path.exists()).then(|| format!("{MEMORY_DIR}/{member}.age"));
        Ok(Trusted { memory, place, spoiled, new_here: new_here.filter(|_| !compared) })
    } else {
        Err(VaultError::FirstSight { words })
    }
}

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

/// Forgets what one member had seen, when they leave.
pub(crate) fn forget(dir: &Path, member: MemberId) {
    // Sealed to keys that open nothing here any more; it is no harm where it stays.
    let _ = std::fs::remove_file(memory_path(dir, member));
}
