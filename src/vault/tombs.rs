//! The tombstones: which records were destroyed or lost, by their ids, one chain for each writer, joined when read.

use crate::crypto::CryptoError;
use crate::crypto::chain::Line;
use crate::crypto::keys::Verifier;
use crate::domain::practice::ids::{MemberId, RecordId, Writer};
use crate::domain::practice::time::Timestamp;
use crate::vault::error::VaultError;
use crate::vault::files::read_chain;
use crate::vault::writers::{TOMBS, TOMBS_DIR, chain_name, file_of, writers_in};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// One thing that was destroyed, or that salvage did not find: random ids and numbers only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Tomb {
    /// Records whose bytes were removed.
    #[serde(default)]
    pub(crate) records: Vec<RecordId>,
    /// Where they stood, so that salvage does not take them for lost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) numbers: Vec<(Writer, u64)>,
    /// Records that were lost: only their numbers are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) lost: Vec<(Writer, u64)>,
    /// One word of the program.
    pub(crate) why: String,
    /// When.
    pub(crate) at: Timestamp,
}

/// Records whose bytes are rightly not there.
#[derive(Debug, Default, Clone)]
pub(crate) struct Gone {
    /// Destroyed on purpose.
    pub(crate) buried: BTreeSet<RecordId>,
    /// Where the destroyed ones stood.
    pub(crate) numbers: BTreeSet<(Writer, u64)>,
    /// Lost in an earlier salvage.
    pub(crate) lost: BTreeSet<(Writer, u64)>,
}

/// Reads the tombstones of all writers. Those of schema 1 named numbers; what they said was said again by ids when the vault
/// was migrated.
pub(crate) fn gone(
    dir: &Path,
    vault: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Gone, VaultError> {
    let mut gone = Gone::default();
    for writer in writers_in(&dir.join(TOMBS_DIR))? {
        read_tombs(dir, vault, writer, verifier, &mut gone)?;
    }
    Ok(gone)
}

/// Reads the tombstones of one writer; gives how many there are.
pub(crate) fn read_tombs(
    dir: &Path,
    vault: &str,
    writer: Writer,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
    gone: &mut Gone,
) -> Result<u64, VaultError> {
    let name = chain_name(TOMBS, vault, writer);
    let mut take = |line: &Line| -> Result<(), VaultError> {
        let broken = CryptoError::Chain { what: TOMBS, at: line.n, why: "chain-unreadable" };
        let tomb: Tomb = serde_json::from_str(&line.payload).map_err(|_| broken)?;
        gone.buried.extend(tomb.records);
        gone.numbers.extend(tomb.numbers);
        gone.lost.extend(tomb.lost);
        Ok(())
    };
    Ok(read_chain(&file_of(dir, TOMBS_DIR, writer), name, &mut take, verifier)?.count)
}
