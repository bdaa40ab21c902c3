//! What a vault asks of the machine beside a store and a clock.

use crate::crypto::keys::Keyring;
use crate::texts::{Message, msg};
use std::path::{Path, PathBuf};

/// Why nothing can be written where a vault lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoWriting {
    /// The disk was mounted to be read only, or turned so by the system after a fault.
    ReadOnly,
    /// No room, or the quota is used up.
    Full,
    /// This account may not write there.
    NotAllowed,
}

impl NoWriting {
    /// One phrase.
    pub const fn phrase(self) -> Message {
        match self {
            NoWriting::ReadOnly => msg("system-read-only"),
            NoWriting::Full => msg("system-storage-full"),
            NoWriting::NotAllowed => msg("system-permission-denied"),
        }
    }
}

/// The machine on which a vault is unlocked.
pub trait Machine: Send + Sync {
    /// From now on days are those of this zone (IANA), when it is known here; what held before stays otherwise.
    fn count_days_in(&self, zone: Option<&str>);
    /// Keeps these keys out of the swap where not every page is. They must not move afterwards.
    fn keep_out_of_swap(&self, keys: &Keyring);
    /// Why this folder takes no writing; `None` where it does. `by_trying` writes a file of some size and removes it: for a
    /// disk that says that it has room and refuses all the same.
    fn takes_no_writing(&self, dir: &Path, by_trying: bool) -> Option<NoWriting>;
    /// Folders of this account alone that are gone when the machine is switched off, or none. They need not be there yet.
    fn private_memory(&self) -> Vec<PathBuf>;
}
