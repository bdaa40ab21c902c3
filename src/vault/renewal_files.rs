//! The files of a new recovery key, which are laid ready beside the old ones until the roster says that it holds.

use crate::domain::governance::roster::Roster;
use crate::vault::error::VaultError;
use crate::vault::files::{RECOVERY, SLOTS, disk, write_summed};
use std::path::{Path, PathBuf};

/// Where everything is laid ready.
pub(crate) const NEXT: &str = "recovery.next";
/// Whose files they are: the new recipient.
pub(crate) const RECIPIENT: &str = "recipient";

/// The folder in which they lie.
pub(crate) fn next(dir: &Path) -> PathBuf {
    dir.join(NEXT)
}

/// Puts what was laid ready in its place, when the roster says that it holds; else removes it. Before anything that
/// reads slots or recovery files.
pub(crate) fn commit_renewal(dir: &Path, roster: &Roster) -> Result<(), VaultError> {
    let subfolder = next(dir);
    if !subfolder.exists() {
        return Ok(());
    }
    if std::fs::read_to_string(subfolder.join(RECIPIENT)).ok().as_ref() != Some(&roster.recovery) {
        return std::fs::remove_dir_all(subfolder).map_err(disk);
    }
    for name in crate::vault::mirror::names(&subfolder)? {
        let into = if name.ends_with(".recovery.age") { SLOTS } else { RECOVERY };
        write_summed(dir, into, &name, &std::fs::read(subfolder.join(&name)).map_err(disk)?)?;
    }
    Ok(())
}
