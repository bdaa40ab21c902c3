//! Where the recorder writes: one folder that it was given as a descriptor. A piece is there whole or not at all, and it
//! is on disk when [`Segments::put`] returns.

use rustix::fs::{
    AtFlags, FallocateFlags, Mode, OFlags, fallocate, fdatasync, fsync, ftruncate, openat, renameat, unlinkat,
};
use rustix::io::Errno;
use std::os::fd::OwnedFd;

/// Ends the name of a piece.
pub const ENDS: &str = ".age";
/// The file that holds space free for pieces.
pub const RESERVE: &str = "reserve";
/// Reserved before a recording, bytes: about half an hour of sound.
pub const RESERVED: u64 = 32 << 20;
/// Given back from the reserve at a time, bytes: four pieces.
const STEP: u64 = 256 << 10;

/// Why a piece was not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No space, or no more of it for this user.
    NoSpace,
    /// Anything else.
    Failed,
}

/// Takes pieces.
pub trait Segments {
    /// Reserves space before a recording; false where less than [`RESERVED`] could be had.
    fn reserve(&mut self) -> bool;
    /// Writes a piece under this name and syncs file and folder.
    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault>;
    /// Gives reserved space back to the disk; false when there is none.
    fn release(&mut self) -> bool;
}

/// The folder on disk.
#[derive(Debug)]
pub struct SegmentFolder {
    dir: OwnedFd,
    reserve: Option<(OwnedFd, u64)>,
}

fn fault(e: Errno) -> Fault {
    match e {
        Errno::NOSPC | Errno::DQUOT | Errno::FBIG => Fault::NoSpace,
        _ => Fault::Failed,
    }
}

impl SegmentFolder {
    /// Over an open folder. Nothing is reserved yet.
    pub fn of(dir: OwnedFd) -> Self {
        SegmentFolder { dir, reserve: None }
    }

    fn write(&self, new: &str, name: &str, bytes: &[u8]) -> Result<(), Errno> {
        let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = openat(&self.dir, new, flags, Mode::RUSR | Mode::WUSR)?;
        let mut rest = bytes;
        while !rest.is_empty() {
            match rustix::io::write(&file, rest) {
                Ok(0) => return Err(Errno::IO),
                Ok(written) => rest = &rest[written..],
                Err(Errno::INTR) => {}
                Err(e) => return Err(e),
            }
        }
        fdatasync(&file)?;
        renameat(&self.dir, new, &self.dir, name)?;
        fsync(&self.dir)
    }
}

impl Segments for SegmentFolder {
    fn reserve(&mut self) -> bool {
        let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let made = openat(&self.dir, RESERVE, flags, Mode::RUSR | Mode::WUSR).ok();
        self.reserve = made.and_then(|file| match fallocate(&file, FallocateFlags::empty(), 0, RESERVED) {
            Ok(()) => Some((file, RESERVED)),
            Err(_) => None,
        });
        if self.reserve.is_none() {
            let _ = unlinkat(&self.dir, RESERVE, AtFlags::empty());
        }
        self.reserve.is_some()
    }

    fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        let new = format!("{name}.new");
        self.write(&new, name, bytes).map_err(|e| {
            // Half a piece must not take the space that the next try needs.
            let _ = unlinkat(&self.dir, &new, AtFlags::empty());
            fault(e)
        })
    }

    fn release(&mut self) -> bool {
        let Some((file, left)) = &mut self.reserve else { return false };
        *left = left.saturating_sub(STEP);
        let done = ftruncate(&*file, *left).is_ok();
        if *left == 0 || !done {
            self.reserve = None;
            let _ = unlinkat(&self.dir, RESERVE, AtFlags::empty());
        }
        done
    }
}

impl Drop for SegmentFolder {
    fn drop(&mut self) {
        if self.reserve.take().is_some() {
            let _ = unlinkat(&self.dir, RESERVE, AtFlags::empty());
        }
    }
}
