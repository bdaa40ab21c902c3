//! Whether a folder takes writing, and which folders of the account lie in memory: what is asked before a vault is opened.

use crate::ports::machine::NoWriting;
use rustix::fs::{Access, StatVfsMountFlags};
use rustix::io::Errno;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Less room than this takes no opening of a vault: the store's file grows by half a mebibyte at a time, but seldom at an
/// opening. Bytes.
const LEAST_ROOM: u64 = 256 * 1024;

/// What is written to try a disk, bytes.
const TRIED: usize = 64 * 1024;

const fn of(error: Errno) -> Option<NoWriting> {
    match error {
        Errno::ROFS => Some(NoWriting::ReadOnly),
        Errno::NOSPC | Errno::DQUOT => Some(NoWriting::Full),
        Errno::ACCESS | Errno::PERM => Some(NoWriting::NotAllowed),
        _ => None,
    }
}

/// Why this folder takes no writing.
pub(super) fn refused(dir: &Path, by_trying: bool) -> Option<NoWriting> {
    if let Ok(disk) = rustix::fs::statvfs(dir) {
        if disk.f_flag.contains(StatVfsMountFlags::RDONLY) {
            return Some(NoWriting::ReadOnly);
        }
        // Some file systems do not say how much room they have.
        if disk.f_blocks > 0 && disk.f_bavail.saturating_mul(disk.f_frsize) < LEAST_ROOM {
            return Some(NoWriting::Full);
        }
    }
    let lock = dir.join("lock");
    let writable = |path: &Path| rustix::fs::access(path, Access::WRITE_OK).err().and_then(of);
    writable(dir).or_else(|| writable(&lock)).or_else(|| if by_trying { tried(dir) } else { None })
}

fn tried(dir: &Path) -> Option<NoWriting> {
    let path = dir.join(format!("room-{}", std::process::id()));
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    let done = file.and_then(|mut file| file.write_all(&[0; TRIED]).and_then(|()| file.sync_all()));
    let _ = std::fs::remove_file(&path);
    done.err().and_then(|e| e.raw_os_error()).and_then(|n| of(Errno::from_raw_os_error(n)))
}

/// The run-time folder of the account, and its folder in the memory that processes share.
pub(super) fn private_memory() -> Vec<PathBuf> {
    let user = rustix::process::getuid().as_raw();
    let run = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|dir| dir.is_dir());
    let shared = Some(PathBuf::from("/dev/shm")).filter(|dir| dir.is_dir());
    let named = [run.map(|dir| dir.join("gyeot")), shared.map(|dir| dir.join(format!("gyeot-{user}")))];
    named.into_iter().flatten().collect()
}
