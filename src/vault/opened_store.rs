//! The store of a vault, opened under its remedies: the marker that says it is open, what sled may cut off kept aside,
//! then the store itself. Says nothing about completeness and needs no key, so that it can be done while a passphrase is judged.

use crate::ports::store::{Store, StoreKind};
use crate::vault::error::VaultError;
use crate::vault::files::{BEFORE, FAILED, OPEN, UNCLEAN, disk, replace};
use std::path::{Path, PathBuf};

/// An opened store that no folder took yet. Dropped, it is closed again and the marker goes with it: the vault is as it
/// was found.
pub(crate) struct OpenedStore {
    dir: PathBuf,
    /// `None` once it was taken.
    store: Option<Box<dyn Store>>,
    /// The program that had the store open before was stopped.
    pub(crate) unclean: bool,
    /// That program was told that the disk refused its last group.
    pub(crate) failed: bool,
    /// The marker was there and said neither.
    pub(crate) misread: bool,
}

impl OpenedStore {
    /// True when the store was closed and nothing of it stands aside: then opening it is short, and closing it again
    /// leaves it as it was found.
    pub(crate) fn is_closed(dir: &Path) -> bool {
        !dir.join(UNCLEAN).exists() && !dir.join(BEFORE).exists()
    }

    /// Opens the store of this vault's folder.
    pub(crate) fn open(dir: &Path, kind: &dyn StoreKind) -> Result<Self, VaultError> {
        let left = std::fs::read(dir.join(UNCLEAN)).ok();
        let (unclean, failed) = (left.is_some(), left.as_deref() == Some(FAILED));
        let misread = left.as_deref().is_some_and(|left| left != OPEN && left != FAILED);
        let (folder, before) = (dir.join("store"), dir.join(BEFORE));
        if left.as_deref() != Some(OPEN) {
            replace(&dir.join(UNCLEAN), OPEN)?;
        }
        let opened = kind.open_with_care(&folder, &before, unclean)?;
        Ok(OpenedStore { dir: dir.to_owned(), store: Some(opened), unclean, failed, misread })
    }

    /// The store, for a folder that closes it and takes the marker away.
    pub(crate) fn take(mut self) -> Result<Box<dyn Store>, VaultError> {
        self.store.take().ok_or_else(|| disk(std::io::ErrorKind::NotFound.into()))
    }
}

impl Drop for OpenedStore {
    fn drop(&mut self) {
        if self.store.take().is_some() && !self.unclean && !self.dir.join(BEFORE).exists() {
            let _ = std::fs::remove_file(self.dir.join(UNCLEAN));
        }
    }
}
