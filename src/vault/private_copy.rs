//! A copy of a vault that lies where nothing can be written: opening a store writes, so what is opened is the copy. Sealed as
//! the vault is, in a folder that only this account enters, in memory where there is room, removed when the vault is closed;
//! what a kill leaves is removed at the next opening of any vault.

use crate::crypto::keys::random_id;
use crate::ports::store::StoreError;
use crate::vault::error::VaultError;
use crate::vault::files::{DAMAGED, FRESH, Lock, SALVAGED, disk, only_the_owners, private_folder};
use crate::vault::workstation::Workstation;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The folder in the workstation's own folder, where there is no room in memory.
const FOLDER: &str = "reading";
/// In the folder of a copy: locked as long as its process lives.
const LOCK: &str = "lock";
/// Room is asked for so many times the size of the vault: a store that was not closed is copied aside before it is opened,
/// and opening it writes.
const TIMES: u64 = 3;
/// And so much more, bytes.
const AND: u64 = 4 << 20;
/// A folder without a lock is being made; after this long it was left.
const MAKING: Duration = Duration::from_secs(60);
/// What lies in a vault's folder and is not read by opening it: kept sound, and stores that were put aside.
const LEFT: [&str; 4] = ["sound", "lock", FRESH, SALVAGED];

/// The copy. Dropped, it is removed.
#[derive(Debug)]
pub(crate) struct PrivateCopy {
    root: PathBuf,
    _lock: File,
}

/// A file as it was when it was looked at; a folder has no length.
type Listed = (PathBuf, Option<(u64, SystemTime)>);

impl PrivateCopy {
    /// Copies the vault in this folder. Refused while a program writes it.
    pub(crate) fn of(vault: &Path, station: &Workstation) -> Result<Self, VaultError> {
        only_the_owners(vault)?;
        // Readers do not keep each other out; nothing is held once the copy is made.
        let _lock = Lock::to_read(vault)?;
        let listed = listed(vault)?;
        let size: u64 = listed.iter().filter_map(|(_, file)| file.map(|(len, _)| len)).sum();
        let room = size.saturating_mul(TIMES) + AND;
        let mut why = VaultError::NoRoomToRead(room >> 20);
        for base in bases(station) {
            if !is_ours(&base) || room_in(&base).is_some_and(|there| there < room) {
                continue;
            }
            match Self::copied(vault, &listed, &base) {
                Ok(copy) if self::listed(vault)? == listed => return Ok(copy),
                // Somebody wrote meanwhile: where no lock can be made, this is how that is seen.
                Ok(_) => return Err(StoreError::Held.into()),
                Err(e) => why = e,
            }
        }
        Err(why)
    }

    fn copied(vault: &Path, listed: &[Listed], base: &Path) -> Result<Self, VaultError> {
        let root = base.join(hex::encode(random_id()));
        private_folder(&root)?;
        let copy = match locked(&root) {
            Ok(Some(lock)) => PrivateCopy { root, _lock: lock },
            _ => {
                let _ = std::fs::remove_dir_all(&root);
                return Err(StoreError::Held.into());
            }
        };
        private_folder(&copy.dir())?;
        for (path, file) in listed {
            let to = copy.dir().join(path);
            if file.is_none() {
                private_folder(&to)?;
                continue;
            }
            let mut new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(disk)?;
            let mut old = File::open(vault.join(path)).map_err(disk)?;
            std::io::copy(&mut old, &mut new).map_err(disk)?;
        }
        Ok(copy)
    }

    /// The folder of the copied vault.
    pub(crate) fn dir(&self) -> PathBuf {
        self.root.join("vault")
    }
}

impl Drop for PrivateCopy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.root);
    }
}

fn bases(station: &Workstation) -> Vec<PathBuf> {
    let mut bases = station.machine.private_memory();
    bases.push(station.state.join(FOLDER));
    bases
}

/// Makes the folder where it is not there; true when it is a folder of this account that no other enters. Anybody may have
/// made one of this name in a folder that all share.
fn is_ours(base: &Path) -> bool {
    if !base.exists() && private_folder(base).is_err() {
        return false;
    }
    is_private(base)
}

fn is_private(base: &Path) -> bool {
    let me = rustix::process::getuid().as_raw();
    std::fs::symlink_metadata(base).is_ok_and(|m| m.is_dir() && m.uid() == me && m.mode() & 0o077 == 0)
}

/// Bytes that this disk still takes, where it says so.
fn room_in(base: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(base).ok().filter(|disk| disk.f_blocks > 0)?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Every file and folder that is copied, in order.
fn listed(vault: &Path) -> Result<Vec<Listed>, VaultError> {
    let mut found = Vec::new();
    let mut todo = vec![PathBuf::new()];
    while let Some(folder) = todo.pop() {
        for entry in std::fs::read_dir(vault.join(&folder)).map_err(disk)? {
            let entry = entry.map_err(disk)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if folder.as_os_str().is_empty() && (LEFT.contains(&name.as_str()) || name.starts_with(DAMAGED)) {
                continue;
            }
            let (path, seen) = (folder.join(entry.file_name()), entry.metadata().map_err(disk)?);
            if seen.is_dir() {
                todo.push(path.clone());
                found.push((path, None));
            } else if seen.is_file() {
                found.push((path, Some((seen.len(), seen.modified().map_err(disk)?))));
            }
        }
    }
    // A folder comes before what is in it.
    found.sort();
    Ok(found)
}

/// The lock of a copy's folder, if nobody holds it.
fn locked(root: &Path) -> std::io::Result<Option<File>> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(root.join(LOCK))?;
    Ok(rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive).is_ok().then_some(file))
}

/// Removes the copies whose process is gone.
pub(crate) fn sweep(station: &Workstation) {
    for base in bases(station).into_iter().filter(|base| is_private(base)) {
        for entry in std::fs::read_dir(&base).into_iter().flatten().flatten() {
            let root = entry.path();
            let held = if root.join(LOCK).exists() {
                locked(&root).ok().flatten()
            } else {
                let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
                if age.is_some_and(|age| age > MAKING) { locked(&root).ok().flatten() } else { None }
            };
            if held.is_some() {
                let _ = std::fs::remove_dir_all(&root);
            }
        }
    }
}
