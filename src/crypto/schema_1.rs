//! The high-water mark of schema 1, one for the whole vault: read when such a vault is migrated, never written.

use crate::crypto::chain::Head;
use crate::crypto::checkpoint::read_slot;
use crate::crypto::error::CryptoError;
use crate::crypto::keys::Verifier;
use crate::domain::practice::ids::MemberId;
use serde::Deserialize;

/// What was there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Mark {
    /// The vault's id.
    pub vault: String,
    /// The highest readable one holds.
    pub serial: u64,
    /// The store, all of it acknowledged but the last `pending` records.
    pub store: Head,
    /// Records of the group that was being written.
    pub pending: u64,
    /// The roster.
    pub roster: Head,
    /// The access log.
    pub log: Head,
    /// The tombstones.
    pub tombs: Head,
    /// Who signed.
    pub by: MemberId,
}

/// Bytes of one of the two slots of the mark's file.
pub const MARK_SLOT: usize = 1024;

/// The newest mark of this vault in the bytes of its file; `None` when no slot reads.
pub fn newest_mark(file: &[u8], vault: &str, verifier: &dyn Fn(MemberId) -> Option<Verifier>) -> Option<Mark> {
    let read = |slot: &[u8]| -> Result<Mark, CryptoError> {
        read_slot(slot, MARK_SLOT, "gyeot-mark/1", |mark: &Mark| verifier(mark.by))
    };
    file.chunks(MARK_SLOT).filter_map(|slot| read(slot).ok()).filter(|m| m.vault == vault).max_by_key(|m| m.serial)
}
