//! Signed hash chains: the roster, the access log, the tombstones. Each entry names its number, the one before, and
//! who signed; changing, dropping, swapping or cutting any of them shows, with the position.

use crate::crypto::error::CryptoError;
use crate::crypto::keys::{Keyring, Verifier, sha256};
use crate::domain::practice::ids::{MemberId, Writer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

pub use crate::domain::record::{Head, hash_text};

/// One line of a chain's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its number, counts from 0.
    pub n: u64,
    /// Hash of the line before, zeros for the first.
    #[serde(with = "hash_text")]
    pub prev: [u8; 32],
    /// What it says: text of the owner of the chain.
    pub payload: String,
    /// Who signed.
    pub by: Vec<MemberId>,
    /// Their signatures, base64, in the order of `by`.
    pub sig: Vec<String>,
}

/// Which chain of which vault: part of every signature, so that no line fits elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// `roster`, `access log` or `tombstones`.
    pub what: &'static str,
    /// The vault's id.
    pub vault: &'a str,
    /// Whose; `None` for the roster and for the chains of schema 1, which all members wrote.
    pub writer: Option<Writer>,
}

fn message(name: Name<'_>, n: u64, prev: &[u8; 32], by: &[MemberId], payload: &str) -> Vec<u8> {
    let by: Vec<String> = by.iter().map(MemberId::to_string).collect();
    let digest = hex::encode(sha256(&[payload.as_bytes()]));
    let (what, vault, prev, by) = (name.what, name.vault, hex::encode(prev), by.join(","));
    match name.writer {
        None => format!("gyeot-chain/1\n{what}\n{vault}\n{n}\n{prev}\n{by}\n{digest}\n"),
        Some(writer) => format!("gyeot-chain/2\n{what}\n{vault}\n{writer}\n{n}\n{prev}\n{by}\n{digest}\n"),
    }
    .into_bytes()
}

fn hash(line: &Line, message: &[u8]) -> [u8; 32] {
    sha256(&[message, line.sig.join(",").as_bytes()])
}

/// Makes the next line and the head after it.
pub fn append(name: Name<'_>, head: Head, payload: String, signers: &[(MemberId, &Keyring)]) -> (Line, Head) {
    let by: Vec<MemberId> = signers.iter().map(|(id, _)| *id).collect();
    let text = message(name, head.count, &head.hash, &by, &payload);
    let sig = signers.iter().map(|(_, keys)| STANDARD.encode(keys.sign(&text))).collect();
    let line = Line { n: head.count, prev: head.hash, payload, by, sig };
    let next = Head { count: head.count + 1, hash: hash(&line, &text) };
    (line, next)
}

/// The line as it stands in the file, with its newline.
pub fn write(line: &Line) -> Result<String, CryptoError> {
    serde_json::to_string(line).map(|s| s + "\n").map_err(|_| CryptoError::Sealing)
}

/// Reads and checks the next line of a file; gives the head after it. Every byte counts: a line that is not exactly
/// what [`write()`] makes of it is refused.
pub fn read(
    name: Name<'_>,
    head: Head,
    text: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<(Line, Head), CryptoError> {
    let broken = |why| CryptoError::Chain { what: name.what, at: head.count, why };
    let line: Line = serde_json::from_str(text).map_err(|_| broken("chain-unreadable"))?;
    if write(&line).ok().as_deref().map(str::trim_end) != Some(text) {
        return Err(broken("chain-foreign"));
    }
    if line.n != head.count {
        return Err(broken("chain-out-of-place"));
    }
    if line.prev != head.hash {
        return Err(broken("chain-not-following"));
    }
    if line.by.is_empty() || line.by.len() != line.sig.len() {
        return Err(broken("chain-unsigned"));
    }
    if name.writer.is_some_and(|writer| line.by != [writer.member]) {
        return Err(broken("chain-other-writer"));
    }
    let message = message(name, line.n, &line.prev, &line.by, &line.payload);
    for (who, sig) in line.by.iter().zip(&line.sig) {
        let key = verifier(*who).ok_or_else(|| broken("chain-stranger"))?;
        let sig = STANDARD.decode(sig).map_err(|_| broken("chain-signature-unreadable"))?;
        if !key.good(&message, &sig) {
            return Err(broken("chain-signature-wrong"));
        }
    }
    let next = Head { count: head.count + 1, hash: hash(&line, &message) };
    Ok((line, next))
}
