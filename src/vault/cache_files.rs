//! Where the caseload caches stand, one file for each member, and how they are removed: before something is destroyed or
//! changes hands.

use crate::domain::practice::ids::MemberId;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, sync_dir};
use std::path::{Path, PathBuf};

/// The folder.
pub(crate) const FOLDER: &str = "remembered";

/// Removes what every member remembered, synced: before something is destroyed or changes hands.
pub(crate) fn forget(dir: &Path) -> Result<(), VaultError> {
    let folder = dir.join(FOLDER);
    let removed = if folder.is_file() { std::fs::remove_file(folder) } else { std::fs::remove_dir_all(folder) };
    gone(removed, dir)
}

/// Removes what one member remembered, synced.
pub(crate) fn forget_one(dir: &Path, member: MemberId) -> Result<(), VaultError> {
    let path = path(dir, member);
    gone(std::fs::remove_file(path.with_extension("new")), &dir.join(FOLDER))?;
    gone(std::fs::remove_file(path), &dir.join(FOLDER))
}

fn gone(removed: std::io::Result<()>, parent: &Path) -> Result<(), VaultError> {
    match removed {
        Ok(()) => sync_dir(parent),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(disk(e)),
    }
}

pub(crate) fn path(dir: &Path, member: MemberId) -> PathBuf {
    dir.join(FOLDER).join(format!("{member}.age"))
}
