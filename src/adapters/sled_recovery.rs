//! What sled may cut off its file when it opens it, kept so that it can be salvaged. Knows where sled 0.34.7 keeps the
//! number of a segment and the reach of a snapshot; reads files, never changes the store's own.

use crate::adapters::sled_chunks::disk;
use crate::adapters::store_sled::sync_dir;
use crate::ports::store::StoreError;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// Copies the files of a store that was not closed. sled, when it opens such a store and meets damage, cuts the rest
/// of its file off: measured here, one flipped bit cost 29 of 131 intact records that way.
///
/// On a full disk nothing of the copy is left behind.
pub fn copy_aside(from: &Path, to: &Path) -> Result<(), StoreError> {
    let part = to.with_extension("part");
    let _ = std::fs::remove_dir_all(&part);
    copy_all(from, &part).inspect_err(|_| drop(std::fs::remove_dir_all(&part)))?;
    std::fs::rename(&part, to).map_err(disk)?;
    to.parent().map_or(Ok(()), sync_dir)
}

/// What sled 0.34.7 writes into its `conf` for the settings that a vault has, with its CRC-32.
const CONF: &[u8; 62] = b"segment_size: 524288\nuse_compression: false\nversion: 0.34\n\x76\x19\x51\xc1";

/// Writes `conf` anew when one bit of it is flipped; true when it was. sled itself refuses to open by it, or, when the
/// bit is in its checksum, says nothing.
pub fn mend_conf(dir: &Path) -> Result<bool, StoreError> {
    let path = dir.join("conf");
    let Ok(bytes) = std::fs::read(&path) else { return Ok(false) };
    let bits: u32 = bytes.iter().zip(CONF).map(|(a, b)| (a ^ b).count_ones()).sum();
    if bytes.len() != CONF.len() || bits != 1 {
        return Ok(false);
    }
    let new = dir.join("conf.new");
    let write = std::fs::write(&new, CONF).and_then(|()| File::open(&new)?.sync_all());
    write.and_then(|()| std::fs::rename(&new, &path)).map_err(disk)?;
    sync_dir(dir).map(|()| true)
}

fn copy_all(from: &Path, part: &Path) -> Result<(), StoreError> {
    std::fs::create_dir_all(part.join("blobs")).map_err(disk)?;
    for folder in ["", "blobs"] {
        let Ok(entries) = std::fs::read_dir(from.join(folder)) else { continue };
        for entry in entries {
            let entry = entry.map_err(disk)?;
            if entry.file_type().map_err(disk)?.is_file() {
                let target = part.join(folder).join(entry.file_name());
                std::fs::copy(entry.path(), &target).map_err(disk)?;
                File::open(&target).and_then(|f| f.sync_all()).map_err(disk)?;
            }
        }
    }
    Ok(())
}

/// The length of sled's segments, its default.
const SEGMENT: u64 = 512 * 1024;
/// sled writes the number of a segment into bytes 4 to 12 of it, with these bits turned over.
const NUMBER_MASK: i64 = 0x7FFF_FFFF_FFFF_FFFF;
/// More than this is not held in memory for one opening; a store that just grew so much is copied as a whole.
const MOST: usize = 256 * 1024 * 1024;

/// The segments that sled reads anew at the next opening: those written since its last snapshot. At the first damaged
/// message in them it stops and writes zeros over what follows, before it finds out whether it may: measured here, one
/// flipped bit in a store that had been closed cost 9 of 24 intact records.
#[derive(Debug)]
pub struct Tail {
    segments: Vec<(u64, Vec<u8>)>,
}

impl Tail {
    /// Reads them; `None` when they are too much for memory.
    pub fn read(dir: &Path) -> Result<Option<Self>, StoreError> {
        let mut segments = Vec::new();
        let Ok(file) = File::open(dir.join("db")) else { return Ok(Some(Tail { segments })) };
        let reach = snapshot_reach(dir) / SEGMENT as i64 * SEGMENT as i64;
        let length = file.metadata().map_err(disk)?.len();
        let mut at = 0;
        while at < length {
            let mut head = [0u8; 8];
            let number = match file.read_exact_at(&mut head, at + 4) {
                Ok(()) => i64::from_le_bytes(head) ^ NUMBER_MASK,
                Err(_) => i64::MAX,
            };
            if number >= reach {
                let mut bytes = vec![0; usize::try_from(SEGMENT.min(length - at)).unwrap_or(0)];
                file.read_exact_at(&mut bytes, at).map_err(disk)?;
                segments.push((at, bytes));
                if segments.len() * SEGMENT as usize > MOST {
                    return Ok(None);
                }
            }
            at += SEGMENT;
        }
        Ok(Some(Tail { segments }))
    }

    /// True when something that was written there before does not stand there any more.
    pub fn was_cut(&self, dir: &Path) -> Result<bool, StoreError> {
        let file = File::open(dir.join("db")).map_err(disk)?;
        for (at, before) in &self.segments {
            let mut now = vec![0; before.len()];
            if file.read_exact_at(&mut now, *at).is_err() {
                return Ok(true);
            }
            if now != *before && before.iter().zip(&now).any(|(b, n)| *b != 0 && b != n) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes them to a folder of their own, each at its old offset, for salvage.
    pub fn save(&self, to: &Path) -> Result<(), StoreError> {
        std::fs::create_dir_all(to).map_err(disk)?;
        let path = to.join("db");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(disk)?;
        for (at, bytes) in &self.segments {
            file.write_all_at(bytes, *at).map_err(disk)?;
        }
        file.sync_all().map_err(disk)?;
        sync_dir(to)
    }
}

/// Up to where the newest snapshot reaches, as its name says in hexadecimal digits; 0 when there is none.
fn snapshot_reach(dir: &Path) -> i64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let names = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned());
    let reach = |name: String| i64::from_str_radix(name.strip_prefix("snap.")?, 16).ok();
    names.filter_map(reach).max().unwrap_or(0)
}
