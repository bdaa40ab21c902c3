//! The high-water mark: how much the store, the roster, the access log and the tombstones held when something was
//! last acknowledged, signed. It is what tells "complete" from "opened".

use super::chain::Head;
use super::fault::VaultFault;
use super::keys::{Keyring, Verifier};
use crate::domain::ids::MemberId;
use crate::domain::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// What was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The vault's id.
    pub vault: String,
    /// Counts up with every mark; the highest readable one holds.
    pub serial: u64,
    /// The store, all of it acknowledged but the last `pending` records.
    pub store: Head,
    /// Records of the group that was being written with this mark: they may or may not have been acknowledged.
    pub pending: u64,
    /// The roster.
    pub roster: Head,
    /// The access log.
    pub log: Head,
    /// The tombstones.
    pub tombs: Head,
    /// By the workstation's clock.
    pub at: Timestamp,
    /// Who signed.
    pub by: MemberId,
}

/// One slot of the mark's file: always this many bytes, so that writing it never changes the file's length.
pub const SLOT: usize = 1024;

/// Signs a mark and writes it as one slot: length, JSON, signature, blanks.
pub fn write(mark: &Mark, by: &Keyring) -> Result<Vec<u8>, VaultFault> {
    let json = serde_json::to_string(mark).map_err(|_| VaultFault::Sealing)?;
    let signature = STANDARD.encode(by.sign(&message(&json)));
    let mut slot = format!("gyeot-mark/1 {json} {signature}").into_bytes();
    if slot.len() >= SLOT {
        return Err(VaultFault::Sealing);
    }
    slot.resize(SLOT - 1, b' ');
    slot.push(b'\n');
    Ok(slot)
}

/// Reads one slot; every byte counts.
pub fn read(slot: &[u8], verifier: &dyn Fn(MemberId) -> Option<Verifier>) -> Result<Mark, VaultFault> {
    let text = std::str::from_utf8(slot).map_err(|_| VaultFault::Damaged)?;
    if slot.len() != SLOT || !text.ends_with('\n') {
        return Err(VaultFault::Damaged);
    }
    let line = text[..SLOT - 1].trim_end_matches(' ');
    let rest = line.strip_prefix("gyeot-mark/1 ").ok_or(VaultFault::Damaged)?;
    let (json, signature) = rest.rsplit_once(' ').ok_or(VaultFault::Damaged)?;
    let mark: Mark = serde_json::from_str(json).map_err(|_| VaultFault::Damaged)?;
    let signature = STANDARD.decode(signature).map_err(|_| VaultFault::Damaged)?;
    let key = verifier(mark.by).ok_or(VaultFault::Signature)?;
    if key.good(&message(json), &signature) { Ok(mark) } else { Err(VaultFault::Signature) }
}

fn message(json: &str) -> Vec<u8> {
    format!("gyeot-mark/1\n{json}\n").into_bytes()
}

/// Signs a text as a C2SP signed note: the text, an empty line, one signature line. Other tools can check it; source:
/// c2sp.org/signed-note. `name` is the key's name: no spaces and no plus sign.
pub fn sign_note(text: &str, name: &str, keys: &Keyring) -> String {
    let mut blob = key_id(name, &verifying_bytes(keys)).to_vec();
    blob.extend_from_slice(&keys.sign(text.as_bytes()));
    format!("{text}\n\u{2014} {name} {}\n", STANDARD.encode(blob))
}

/// Checks a signed note and gives its text.
pub fn read_note<'a>(note: &'a str, name: &str, key: &Verifier) -> Result<&'a str, VaultFault> {
    let cut = note.rfind("\n\n").ok_or(VaultFault::Damaged)? + 1;
    let (text, signatures) = (&note[..cut], &note[cut + 1..]);
    let public = hex::decode(key.to_string()).map_err(|_| VaultFault::Key)?;
    let id = key_id(name, &public);
    let good = signatures.lines().any(|line| {
        let blob = line.strip_prefix("\u{2014} ").and_then(|l| l.strip_prefix(name)).and_then(|l| l.strip_prefix(' '));
        let blob = blob.and_then(|b| STANDARD.decode(b).ok());
        blob.is_some_and(|b| b.len() == 68 && b[..4] == id && key.good(text.as_bytes(), &b[4..]))
    });
    if good { Ok(text) } else { Err(VaultFault::Signature) }
}

/// A checkpoint of the access log: origin, size, head, as a signed note. The head is that of our hash chain, not a
/// Merkle root.
pub fn checkpoint(origin: &str, head: Head, name: &str, keys: &Keyring) -> String {
    sign_note(&format!("{origin}\n{}\n{}\n", head.count, STANDARD.encode(head.hash)), name, keys)
}

/// Checks a checkpoint and gives origin and head.
pub fn read_checkpoint(note: &str, name: &str, key: &Verifier) -> Result<(String, Head), VaultFault> {
    let text = read_note(note, name, key)?;
    let mut lines = text.lines();
    let origin = lines.next().ok_or(VaultFault::Damaged)?.to_owned();
    let count = lines.next().and_then(|n| n.parse().ok()).ok_or(VaultFault::Damaged)?;
    let hash = lines.next().and_then(|h| STANDARD.decode(h).ok()).and_then(|h| h.try_into().ok());
    Ok((origin, Head { count, hash: hash.ok_or(VaultFault::Damaged)? }))
}

fn verifying_bytes(keys: &Keyring) -> Vec<u8> {
    hex::decode(keys.verifier().to_string()).unwrap_or_default()
}

/// c2sp.org/signed-note: first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key) for Ed25519.
fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = super::keys::sha256(&[name.as_bytes(), b"\n\x01", public]);
    [hash[0], hash[1], hash[2], hash[3]]
}
