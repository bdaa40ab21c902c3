//! What a roster is believed by. A folder can be exchanged by whoever has the disk, so the roster has to continue what the
//! member's own keys say (the founding entry, inside the key slot), what the member's sealed memory says (the roster and every
//! writer's heads as they last saw them), and what this workstation keeps outside the folder. Where none of these knows the
//! vault, a person compares words. Nothing but a counted guess is written before.

use crate::crypto::chain::Head;
use crate::crypto::checkpoint::read_note;
use crate::crypto::keys::{Keyring, sha256, vault_fingerprint};
use crate::crypto::seal;
use crate::domain::practice::ids::{MemberId, Writer};
use crate::domain::record::hash_text;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::roster_file::History;
use crate::vault::workstation::Workstation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the members' memories, one sealed file each.
pub(crate) const MEMORY_DIR: &str = "memory";
/// Begins the text of a memory.
pub(crate) const FORM: &str = "gyeot.seen/1\n";

/// How far one writer had written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SeenHeads {
    pub(crate) store: Head,
    pub(crate) log: Head,
    /// Bytes of that log's file: where the entry after the seen ones begins.
    pub(crate) log_bytes: u64,
    pub(crate) tombs: Head,
    /// As `log_bytes`, of the tombstones.
    pub(crate) tombs_bytes: u64,
}

/// A vault as it was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seen {
    pub(crate) vault: String,
    #[serde(with = "hash_text")]
    pub(crate) founding: [u8; 32],
    /// The roster after each of its entries, hexadecimal: one that was cut is told from another.
    pub(crate) roster: Vec<String>,
    pub(crate) writers: BTreeMap<Writer, SeenHeads>,
}

/// A vault that this workstation knows, wherever its folder is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    #[serde(with = "hash_text")]
    pub(crate) founding: [u8; 32],
    /// As in [`Seen`].
    pub(crate) roster: Vec<String>,
}

/// What opened the keys. A member's own memory is sealed to them: it says something only where they cannot have been put
/// there by somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenedBy {
    /// A passphrase, which only the member knows.
    Passphrase,
    /// A slot that is sealed to a public key: of a recovery or a hardware key. Anybody can make one.
    PublicKey,
}

/// Why the roster is believed.
#[derive(Debug, Default)]
pub(crate) struct Trusted {
    /// What the member had seen.
    pub(crate) memory: Option<Seen>,
    /// What this workstation had seen at this place.
    pub(crate) place: Option<Seen>,
    /// The member's memory is there and does not read: it is written anew, and told.
    pub(crate) spoiled: Option<String>,
    /// So many entries of the roster that this workstation knows, from whatever place, are not there.
    pub(crate) roster_behind: u64,
    /// The words, where this workstation sees the vault for the first time.
    pub(crate) new_here: Option<String>,
}

pub(crate) fn memory_path(dir: &Path, member: MemberId) -> PathBuf {
    dir.join(MEMORY_DIR).join(format!("{member}.age"))
}

pub(crate) fn place_path(station: &Workstation, dir: &Path) -> PathBuf {
    let place = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let hash = sha256(&[b"gyeot-place\n", place.as_os_str().as_encoded_bytes()]);
    station.state.join("places").join(hex::encode(&hash[..16]))
}

pub(crate) fn known_path(station: &Workstation, vault: &str) -> PathBuf {
    // The id of a vault that is read here may be anything.
    station.state.join("vaults").join(hex::encode(&sha256(&[b"gyeot-vault\n", vault.as_bytes()])[..16]))
}

/// The name of the member's key on a memory: no spaces, no plus sign.
pub(crate) fn key_name(member: MemberId) -> String {
    format!("gyeot-seen/{member}")
}

fn read_memory(dir: &Path, keys: &Keyring, member: MemberId) -> Option<Seen> {
    let plain = seal::decrypt(&std::fs::read(memory_path(dir, member)).ok()?, keys.read()).ok()?;
    let text = read_note(std::str::from_utf8(&plain).ok()?, &key_name(member), &keys.verifier()).ok()?;
    serde_json::from_str(text.strip_prefix(FORM)?).ok()
}

pub(crate) fn read_state<T: serde::de::DeserializeOwned>(path: &Path) -> Option<T> {
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

/// True when the shorter of the two is a beginning of the other.
fn continues(seen: &[String], history: &History) -> bool {
    seen.iter().zip(&history.hashes).all(|(seen, here)| *seen == hex::encode(here))
}

/// Refuses a roster that began otherwise than the one which this workstation saw at this place: it is named as such, before
/// anybody is looked for in it.
pub(crate) fn same_place(dir: &Path, station: &Workstation, history: &History) -> Result<(), VaultError> {
    let seen = read_state::<Seen>(&place_path(station, dir));
    if seen.is_some_and(|seen| seen.vault != history.roster.vault || seen.founding != history.founding()) {
        return Err(VaultError::Untrusted(msg("vault-trust-another-founding-entry-stands-place")));
    }
    Ok(())
}

/// Says why the roster is believed, or refuses it. Writes nothing.
pub(crate) fn check(
    dir: &Path,
    station: &Workstation,
    history: &History,
    member: MemberId,
    (keys, by): (&Keyring, OpenedBy),
) -> Result<Trusted, VaultError> {
    let founding = history.founding();
    if keys.founding().is_some_and(|known| known != founding) {
        return Err(VaultError::Untrusted(msg("vault-trust-members-key-slot-belongs-another")));
    }
    let (memory, place) = (read_memory(dir, keys, member), read_state::<Seen>(&place_path(station, dir)));
    for seen in [&memory, &place].into_iter().flatten() {
        if seen.vault != history.roster.vault || seen.founding != founding {
            return Err(VaultError::Untrusted(msg("vault-trust-another-founding-entry-stands-place")));
        }
        // One that stops short is a beginning of it and told as behind.
        if !continues(&seen.roster, history) {
            return Err(VaultError::Untrusted(msg("vault-trust-not-continue-entries-were-seen")));
        }
    }
    let known: Option<Known> = read_state(&known_path(station, &history.roster.vault));
    if known.as_ref().is_some_and(|known| known.founding != founding) {
        return Err(VaultError::Untrusted(msg("vault-trust-another-founding-entry-stands-place")));
    }
    if known.as_ref().is_some_and(|known| !continues(&known.roster, history)) {
        return Err(VaultError::Untrusted(msg("vault-trust-not-continue-entries-were-seen")));
    }
    let roster_behind = known.as_ref().map_or(0, |k| k.roster.len().saturating_sub(history.hashes.len()) as u64);
    let words = words(history);
    let compared = match &station.compared {
        None => false,
        Some(said) if same_words(said, &words) => true,
        Some(_) => return Err(VaultError::OtherWords),
    };
    let new_here = (known.is_none() && place.is_none()).then(|| words.clone());
    let by_memory = memory.is_some() && by == OpenedBy::Passphrase;
    let anchored = by_memory || place.is_some() || known.is_some();
    if anchored || compared {
        let path = memory_path(dir, member);
        let spoiled = (memory.is_none() && path.exists()).then(|| format!("{MEMORY_DIR}/{member}.age"));
        Ok(Trusted { memory, place, spoiled, roster_behind, new_here: new_here.filter(|_| !compared) })
    } else {
        Err(VaultError::FirstSight { words })
    }
}

/// Forgets what one member had seen, when they leave.
pub(crate) fn forget(dir: &Path, member: MemberId) {
    // Sealed to keys that open nothing here any more; it is no harm where it stays.
    let _ = std::fs::remove_file(memory_path(dir, member));
}
