//! The high-water checkpoint: how much the store, the roster, the access log and the tombstones held when something was
//! last acknowledged, signed. It is what tells "complete" from "opened".

use crate::crypto::chain::Head;
use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Keyring, Verifier};
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

/// What was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The vault's id.
    pub vault: String,
    /// Counts up with every checkpoint; the highest readable one holds.
    pub serial: u64,
    /// The store, all of it acknowledged but the last `pending` records.
    pub store: Head,
    /// Records of the group that was being written with this checkpoint: they may or may not have been acknowledged.
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

/// One slot of the checkpoint's file: always this many bytes, so that writing it never changes the file's length.
pub const SLOT: usize = 1024;

/// Signs a checkpoint and writes it as one slot: length, JSON, signature, blanks.
pub fn write(checkpoint: &Checkpoint, by: &Keyring) -> Result<Vec<u8>, CryptoError> {
    let json = serde_json::to_string(checkpoint).map_err(|_| CryptoError::Sealing)?;
    let signature = STANDARD.encode(by.sign(&message(&json)));
    let mut slot = format!("gyeot-mark/1 {json} {signature}").into_bytes();
    if slot.len() >= SLOT {
        return Err(CryptoError::Sealing);
    }
    slot.resize(SLOT - 1, b' ');
    slot.push(b'\n');
    Ok(slot)
}

/// Reads one slot; every byte counts.
pub fn read(slot: &[u8], verifier: &dyn Fn(MemberId) -> Option<Verifier>) -> Result<Checkpoint, CryptoError> {
    let text = std::str::from_utf8(slot).map_err(|_| CryptoError::Damaged)?;
    if slot.len() != SLOT || !text.ends_with('\n') {
        return Err(CryptoError::Damaged);
    }
    let line = text[..SLOT - 1].trim_end_matches(' ');
    let rest = line.strip_prefix("gyeot-mark/1 ").ok_or(CryptoError::Damaged)?;
    let (json, signature) = rest.rsplit_once(' ').ok_or(CryptoError::Damaged)?;
    let checkpoint: Checkpoint = serde_json::from_str(json).map_err(|_| CryptoError::Damaged)?;
    let signature = STANDARD.decode(signature).map_err(|_| CryptoError::Damaged)?;
    let key = verifier(checkpoint.by).ok_or(CryptoError::Signature)?;
    if key.good(&message(json), &signature) { Ok(checkpoint) } else { Err(CryptoError::Signature) }
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
pub fn read_note<'a>(note: &'a str, name: &str, key: &Verifier) -> Result<&'a str, CryptoError> {
    let cut = note.rfind("\n\n").ok_or(CryptoError::Damaged)? + 1;
    let (text, signatures) = (&note[..cut], &note[cut + 1..]);
    let public = hex::decode(key.to_string()).map_err(|_| CryptoError::Key)?;
    let id = key_id(name, &public);
    let good = signatures.lines().any(|line| {
        let blob = line.strip_prefix("\u{2014} ").and_then(|l| l.strip_prefix(name)).and_then(|l| l.strip_prefix(' '));
        let blob = blob.and_then(|b| STANDARD.decode(b).ok());
        blob.is_some_and(|b| b.len() == 68 && b[..4] == id && key.good(text.as_bytes(), &b[4..]))
    });
    if good { Ok(text) } else { Err(CryptoError::Signature) }
}

/// A checkpoint of the access log: origin, size, head, as a signed note. The head is that of our hash chain, not a
/// Merkle root.
pub fn checkpoint(origin: &str, head: Head, name: &str, keys: &Keyring) -> String {
    sign_note(&format!("{origin}\n{}\n{}\n", head.count, STANDARD.encode(head.hash)), name, keys)
}

/// Checks a checkpoint and gives origin and head.
pub fn read_checkpoint(note: &str, name: &str, key: &Verifier) -> Result<(String, Head), CryptoError> {
    let text = read_note(note, name, key)?;
    let mut lines = text.lines();
    let origin = lines.next().ok_or(CryptoError::Damaged)?.to_owned();
    let count = lines.next().and_then(|n| n.parse().ok()).ok_or(CryptoError::Damaged)?;
    let hash = lines.next().and_then(|h| STANDARD.decode(h).ok()).and_then(|h| h.try_into().ok());
    Ok((origin, Head { count, hash: hash.ok_or(CryptoError::Damaged)? }))
}

fn verifying_bytes(keys: &Keyring) -> Vec<u8> {
    hex::decode(keys.verifier().to_string()).unwrap_or_default()
}

/// c2sp.org/signed-note: first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key) for Ed25519.
fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = crate::crypto::keys::sha256(&[name.as_bytes(), b"\n\x01", public]);
    [hash[0], hash[1], hash[2], hash[3]]
}
