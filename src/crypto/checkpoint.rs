//! The high-water checkpoint of one writer: how many records, log entries and tombstones they had written when something
//! was last acknowledged, signed. It is what tells "complete" from "opened".

use crate::crypto::chain::Head;
use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Keyring, Verifier, sha256};
use crate::domain::practice::ids::{MemberId, Writer};
use crate::domain::practice::time::Timestamp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where the sequences of schema 1 ended, which had no writers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// Records.
    pub store: Head,
    /// The access log.
    pub log: Head,
    /// The tombstones.
    pub tombs: Head,
}

/// How much one writer had written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The vault's id.
    pub vault: String,
    /// Whose: it says nothing of anybody else's sequence, and nobody else can sign it.
    pub writer: Writer,
    /// Counts up with every checkpoint of this writer; the highest readable one holds.
    pub serial: u64,
    /// This writer's records, all of them acknowledged but the last `pending`.
    pub store: Head,
    /// Records of the group that was being written with this checkpoint: they may or may not have been acknowledged.
    pub pending: u64,
    /// The roster as this writer saw it.
    pub roster: Head,
    /// This writer's access log.
    pub log: Head,
    /// Bytes of that log's file.
    pub log_bytes: u64,
    /// A person has to look at that log: it was found damaged, and what is written since does not hide it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log_fault: bool,
    /// This writer's tombstones.
    pub tombs: Head,
    /// Of a vault that began with schema 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// By the workstation's clock.
    pub at: Timestamp,
}

/// One slot of a checkpoint's file: always this many bytes, so that writing it never changes the file's length.
pub const SLOT: usize = 2048;

const MAGIC: &str = "gyeot-checkpoint/2";

/// Signs a checkpoint and writes it as one slot: length, JSON, signature, blanks.
pub fn write(checkpoint: &Checkpoint, by: &Keyring) -> Result<Vec<u8>, CryptoError> {
    let json = serde_json::to_string(checkpoint).map_err(|_| CryptoError::Sealing)?;
    let signature = STANDARD.encode(by.sign(&message(MAGIC, &json)));
    let mut slot = format!("{MAGIC} {json} {signature}").into_bytes();
    if slot.len() >= SLOT {
        return Err(CryptoError::Sealing);
    }
    slot.resize(SLOT - 1, b' ');
    slot.push(b'\n');
    Ok(slot)
}

/// Reads one slot; every byte counts.
pub fn read(slot: &[u8], verifier: &dyn Fn(MemberId) -> Option<Verifier>) -> Result<Checkpoint, CryptoError> {
    read_slot(slot, SLOT, MAGIC, |checkpoint: &Checkpoint| verifier(checkpoint.writer.member))
}

pub(super) fn read_slot<T: serde::de::DeserializeOwned>(
    slot: &[u8],
    length: usize,
    magic: &str,
    signer: impl Fn(&T) -> Option<Verifier>,
) -> Result<T, CryptoError> {
    let text = std::str::from_utf8(slot).map_err(|_| CryptoError::Damaged)?;
    if slot.len() != length || !text.ends_with('\n') {
        return Err(CryptoError::Damaged);
    }
    let line = text[..length - 1].trim_end_matches(' ');
    let rest = line.strip_prefix(magic).and_then(|rest| rest.strip_prefix(' ')).ok_or(CryptoError::Damaged)?;
    let (json, signature) = rest.rsplit_once(' ').ok_or(CryptoError::Damaged)?;
    let said: T = serde_json::from_str(json).map_err(|_| CryptoError::Damaged)?;
    let signature = STANDARD.decode(signature).map_err(|_| CryptoError::Damaged)?;
    let key = signer(&said).ok_or(CryptoError::Signature)?;
    if key.good(&message(magic, json), &signature) { Ok(said) } else { Err(CryptoError::Signature) }
}

fn message(magic: &str, json: &str) -> Vec<u8> {
    format!("{magic}\n{json}\n").into_bytes()
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

/// A checkpoint of the access log: origin, number of entries, a hash over the heads of all writers' logs, then a line for
/// each of them, as a signed note. The heads are those of our hash chains, not a Merkle root.
pub fn checkpoint(origin: &str, heads: &BTreeMap<Writer, Head>, name: &str, keys: &Keyring) -> String {
    sign_note(&note_text(origin, heads), name, keys)
}

fn note_text(origin: &str, heads: &BTreeMap<Writer, Head>) -> String {
    let lines: String =
        heads.iter().map(|(w, head)| format!("{w} {} {}\n", head.count, STANDARD.encode(head.hash))).collect();
    let count: u64 = heads.values().map(|head| head.count).sum();
    let hash = sha256(&[b"gyeot-log-heads/1\n", lines.as_bytes()]);
    format!("{origin}\n{count}\n{}\n{lines}", STANDARD.encode(hash))
}

/// Checks a checkpoint and gives origin and heads.
pub fn read_checkpoint(
    note: &str,
    name: &str,
    key: &Verifier,
) -> Result<(String, BTreeMap<Writer, Head>), CryptoError> {
    let text = read_note(note, name, key)?;
    let origin = text.lines().next().ok_or(CryptoError::Damaged)?.to_owned();
    let mut heads = BTreeMap::new();
    for line in text.lines().skip(3) {
        let [writer, count, hash] = line.split(' ').collect::<Vec<_>>()[..] else { return Err(CryptoError::Damaged) };
        let writer: Writer = writer.parse().map_err(|_| CryptoError::Damaged)?;
        let count = count.parse().map_err(|_| CryptoError::Damaged)?;
        let hash = STANDARD.decode(hash).ok().and_then(|h| h.try_into().ok()).ok_or(CryptoError::Damaged)?;
        heads.insert(writer, Head { count, hash });
    }
    if text == note_text(&origin, &heads) { Ok((origin, heads)) } else { Err(CryptoError::Damaged) }
}

fn verifying_bytes(keys: &Keyring) -> Vec<u8> {
    hex::decode(keys.verifier().to_string()).unwrap_or_default()
}

/// c2sp.org/signed-note: first four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key) for Ed25519.
fn key_id(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = sha256(&[name.as_bytes(), b"\n\x01", public]);
    [hash[0], hash[1], hash[2], hash[3]]
}
