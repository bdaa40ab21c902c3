//! The header that is signed inside every record: what it is, where it stands, who wrote it.

use crate::domain::practice::ids::{ClientId, DeviceId, MemberId, RecordId, SessionId, Writer};
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The schema number that is written. Old numbers stay readable; see the fixtures.
pub const SCHEMA: u32 = 2;

/// How long a chain is and what its last entry hashes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Entries.
    pub count: u64,
    /// SHA-256 of the last one; of nothing, zeros. Written as 64 hexadecimal digits.
    #[serde(with = "hash_text")]
    pub hash: [u8; 32],
}

impl Head {
    /// The head of an empty chain.
    pub const EMPTY: Head = Head { count: 0, hash: [0; 32] };
}

/// Hashes as 64 hexadecimal digits.
pub mod hash_text {
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes.
    pub fn serialize<S: Serializer>(hash: &[u8; 32], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(hash))
    }

    /// Reads exactly 64 digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(d)?;
        let mut hash = [0u8; 32];
        hex::decode_to_slice(text, &mut hash).map_err(|_| serde::de::Error::custom("64 hexadecimal digits"))?;
        Ok(hash)
    }
}

/// Where a record stands in its author's own sequence, since schema 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// The workstation; with the author it names the sequence.
    pub device: DeviceId,
    /// Counts from 0 in this sequence.
    pub number: u64,
    /// Hash of the signed plaintext of the record before in this sequence; zeros for the first.
    #[serde(with = "hash_text")]
    pub before: [u8; 32],
    /// The roster as the author saw it.
    pub roster: Head,
    /// Its logical time, by which records are ordered within a collection: what stands in clear beside it could be
    /// written anew by whoever has the disk.
    pub time: u64,
}

/// The header, signed inside the seal together with the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`SCHEMA`] at the time of writing.
    pub schema: u32,
    /// The vault it was written in.
    pub vault: String,
    /// Under this id it is stored; opening it under another fails.
    pub id: RecordId,
    /// The collection it stands in: a session, a client, or the keys of the vault; 32 hexadecimal digits.
    #[serde(alias = "shelf")]
    pub collection: String,
    /// The body's kind word.
    pub kind: String,
    /// Counts from 1; a correction of a record has the next number.
    pub revision: u32,
    /// The record it replaces, when it is a correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<RecordId>,
    /// Hash of the signed plaintext of the record it replaces, hexadecimal, so that sealing that one to another reader
    /// does not break the reference. Schema 1: SHA-256 of its sealed bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// Whose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientId>,
    /// In which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// The recipient it is sealed to: a record re-sealed to another key is found out.
    pub recipient: String,
    /// Who wrote it.
    pub author: MemberId,
    /// Where it stands in the author's sequence; `None` in schema 1, which had one sequence for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Written>,
    /// When, by the workstation's clock.
    pub at: Timestamp,
}

impl Header {
    /// Whose sequence it stands in, and its number there; `None` in schema 1.
    pub fn place(&self) -> Option<(Writer, u64)> {
        self.written.map(|w| (Writer { member: self.author, device: w.device }, w.number))
    }
}
