//! The file of one writer's checkpoint: two slots, written in turn and synced, so that a torn write leaves the other.

use crate::crypto::checkpoint::SLOT;
use crate::ports::store::StoreError;
use crate::texts::system;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;

/// The open file.
#[derive(Debug)]
pub struct CheckpointFile {
    file: File,
}

fn disk(e: std::io::Error) -> StoreError {
    StoreError::Disk(system::of(&e))
}

impl CheckpointFile {
    /// Opens or makes the file at its full length, so that no later write changes the length.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(path)
            .map_err(disk)?;
        if file.metadata().map_err(disk)?.len() == 0 {
            file.write_all_at(&[b' '; 2 * SLOT], 0).map_err(disk)?;
            file.sync_all().map_err(disk)?;
        }
        Ok(CheckpointFile { file })
    }

    /// A file that nothing is written to: of who writes no more.
    pub(crate) fn none() -> Result<Self, StoreError> {
        File::options().read(true).write(true).open("/dev/null").map(|file| CheckpointFile { file }).map_err(disk)
    }

    /// Both slots as they stand; shorter when the file was cut.
    pub fn slots(&self) -> Result<[Vec<u8>; 2], StoreError> {
        let read = |at: usize| -> Result<Vec<u8>, StoreError> {
            let mut slot = vec![0u8; SLOT];
            let mut have = 0;
            while have < SLOT {
                match self.file.read_at(&mut slot[have..], (at * SLOT + have) as u64).map_err(disk)? {
                    0 => break,
                    n => have += n,
                }
            }
            slot.truncate(have);
            Ok(slot)
        };
        Ok([read(0)?, read(1)?])
    }

    /// Writes the slot of this serial number and syncs it. Where the disk refuses, what stood there is put back: whoever opens
    /// next would read the slot from the system's cache, and it would acknowledge what its writer was told was not done.
    pub fn write(&self, serial: u64, slot: &[u8]) -> Result<(), StoreError> {
        let at = serial % 2 * SLOT as u64;
        let mut before = [b' '; SLOT];
        let stood = self.file.read_exact_at(&mut before, at);
        self.file.write_all_at(slot, at).and_then(|()| self.file.sync_data()).map_err(|e| {
            // The refusal is told whether or not this is refused as well.
            stood.and_then(|()| self.file.write_all_at(&before, at)).ok();
            disk(e)
        })
    }
}
