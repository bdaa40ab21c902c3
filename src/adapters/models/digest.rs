//! SHA-256 of model files, once per change of a file.
//!
//! A file below [`ALWAYS_REHASHED_BELOW`] is hashed at every opening. A larger one is hashed once, and the result
//! is kept in `.hashes.json` under its device, inode, size, modification time and status-change time. The last one
//! cannot be set back without root, so a file that was written to is always hashed again. What this gives up:
//! somebody who may write to the models folder could forge `.hashes.json` too, and a disk that rots below the file
//! system goes unnoticed. `gyeot models verify` never reads the kept values.

use crate::adapters::models::error::ModelError;
use crate::texts::msg;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// 200 MB: hashing less takes about 0.15 s with the SHA instructions of a processor, which nobody notices.
pub const ALWAYS_REHASHED_BELOW: u64 = 200_000_000;

const KEPT: &str = ".hashes.json";

/// SHA-256 of an open file from its start, in hexadecimal; the file is left at its start. `progress` gets the bytes
/// read so far.
pub fn of_file(file: &mut File, progress: &mut dyn FnMut(u64)) -> std::io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    let mut done = 0u64;
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        done += n as u64;
        progress(done);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(hex::encode(hash.finalize()))
}

/// The kept hashes of one models folder.
pub struct Kept {
    path: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    state: String,
    sha256: String,
}

impl Kept {
    /// Of this models folder.
    pub fn of(dir: &Path) -> Self {
        Kept { path: dir.join(KEPT) }
    }

    /// The hash of an open file, kept or computed by the rule of this module.
    pub fn hash(&self, name: &str, file: &mut File) -> Result<String, ModelError> {
        let io = |e| ModelError::io(msg("models-digest-could-not-read").shown("what", name), e);
        let meta = file.metadata().map_err(io)?;
        let state = if meta.len() < ALWAYS_REHASHED_BELOW { None } else { state(&meta) };
        let Some(state) = state else { return of_file(file, &mut |_| {}).map_err(io) };
        let mut kept = self.read();
        if let Some(entry) = kept.get(name).filter(|e| e.state == state) {
            return Ok(entry.sha256.clone());
        }
        let sha256 = of_file(file, &mut |_| {}).map_err(io)?;
        // Written to while it was read: what was hashed is not what lies there.
        if file.metadata().ok().as_ref().and_then(crate::adapters::models::digest::state).as_ref() == Some(&state) {
            kept.insert(name.to_owned(), Entry { state, sha256: sha256.clone() });
            self.write(&kept);
        }
        Ok(sha256)
    }

    fn read(&self) -> BTreeMap<String, Entry> {
        std::fs::read(&self.path).ok().and_then(|b| serde_json::from_slice(&b).ok()).unwrap_or_default()
    }

    fn write(&self, kept: &BTreeMap<String, Entry>) {
        // A folder that cannot be written to (a read-only share) only costs the hashing each time.
        let temporary = self.path.with_extension(format!("{}.part", std::process::id()));
        if let Ok(bytes) = serde_json::to_vec_pretty(kept) {
            let _ = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, &self.path));
        }
    }
}

#[cfg(unix)]
fn state(meta: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    Some(format!(
        "{}:{}:{}:{}.{:09}:{}.{:09}",
        meta.dev(),
        meta.ino(),
        meta.len(),
        meta.mtime(),
        meta.mtime_nsec(),
        meta.ctime(),
        meta.ctime_nsec()
    ))
}

/// Without inode and status-change time nothing is kept: every opening hashes.
#[cfg(not(unix))]
fn state(_meta: &std::fs::Metadata) -> Option<String> {
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_large_file_is_hashed_again_after_a_write_that_keeps_size_and_modification_time() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("large");
        let mut file = File::options().create_new(true).read(true).write(true).open(&path).unwrap();
        file.set_len(ALWAYS_REHASHED_BELOW + 1).unwrap();
        let before = file.metadata().unwrap().modified().unwrap();
        let kept = Kept::of(dir.path());
        let first = kept.hash("large", &mut file).unwrap();
        assert_eq!(kept.hash("large", &mut file).unwrap(), first);
        file.write_all(b"x").unwrap();
        file.set_modified(before).unwrap();
        assert_ne!(kept.hash("large", &mut file).unwrap(), first);
    }

    #[test]
    fn a_small_file_is_never_believed_from_the_kept_hashes() {
        let dir = tempfile::tempdir().unwrap();
        let mut file = File::options().create_new(true).read(true).write(true).open(dir.path().join("s")).unwrap();
        file.write_all(b"abc").unwrap();
        let hash = Kept::of(dir.path()).hash("s", &mut file).unwrap();
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(!dir.path().join(KEPT).exists());
    }
}
