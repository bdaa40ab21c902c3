//! A group of files that leaves the vault whole or not at all: written under a name that nobody looks at, synced, read back, and
//! then renamed in one step. Made exclusively and never through a link.

use crate::domain::crisis::packet_error::PacketError;
use crate::texts::{Message, msg, system};
use crate::vault::files::sync_dir;
use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What is written and not yet in its place begins and ends so.
const BEGINS: &str = ".gyeot-";
const ENDS: &str = ".part";

/// Files that are written and synced and stand under a name of their own still.
#[derive(Debug)]
pub(crate) struct Outgoing {
    part: PathBuf,
    place: PathBuf,
    done: bool,
}

impl Outgoing {
    /// Writes the files into a folder `name` of `dir` that does not stand there yet. `ours` are the names of all files that
    /// such a group may have.
    pub(crate) fn write(
        dir: &Path,
        name: &str,
        files: &[(String, Vec<u8>)],
        ours: &[&str],
    ) -> Result<Outgoing, PacketError> {
        let kind = std::fs::symlink_metadata(dir).map_err(|e| PacketError::Place(why(&e)))?.file_type();
        if !kind.is_dir() {
            return Err(PacketError::Place(msg("outgoing-no-folder")));
        }
        let place = dir.join(name);
        if std::fs::symlink_metadata(&place).is_ok() {
            return Err(PacketError::Place(msg("outgoing-there")));
        }
        remove_left(dir, ours);
        let part = dir.join(format!("{BEGINS}{name}{ENDS}"));
        DirBuilder::new().mode(0o700).create(&part).map_err(|e| PacketError::Disk(why(&e)))?;
        let outgoing = Outgoing { part, place, done: false };
        for (name, bytes) in files {
            outgoing.file(name, bytes).map_err(|e| PacketError::Disk(why(&e)))?;
        }
        sync_dir(&outgoing.part).map_err(|_| PacketError::Disk(msg("outgoing-not-synced")))?;
        for (name, bytes) in files {
            let back = std::fs::read(outgoing.part.join(name)).map_err(|e| PacketError::Disk(why(&e)))?;
            if back != *bytes {
                return Err(PacketError::Disk(msg("outgoing-not-as-written")));
            }
        }
        Ok(outgoing)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.part.join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// Puts the folder in its place, which nothing may have taken meanwhile.
    pub(crate) fn stand(mut self) -> Result<PathBuf, PacketError> {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        let renamed = match renameat_with(CWD, &self.part, CWD, &self.place, RenameFlags::NOREPLACE) {
            // Not every file system knows the flag.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) if !self.place.exists() => {
                std::fs::rename(&self.part, &self.place)
            }
            other => other.map_err(Into::into),
        };
        renamed.map_err(|e| PacketError::Disk(why(&e)))?;
        self.done = true;
        let dir = self.place.parent().unwrap_or(Path::new("/"));
        sync_dir(dir).map_err(|_| PacketError::Disk(msg("outgoing-not-synced")))?;
        Ok(self.place.clone())
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        if !self.done {
            // Nothing is left where it was to go.
            let _ = std::fs::remove_dir_all(&self.part);
        }
    }
}

/// Removes what an export left that was killed: a folder of that name in which nothing stands but files that exports write.
fn remove_left(dir: &Path, ours: &[&str]) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if folder && name.starts_with(BEGINS) && name.ends_with(ENDS) && holds_only(&entry.path(), ours) {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// True when every entry is a plain file of one of these names.
fn holds_only(dir: &Path, names: &[&str]) -> bool {
    std::fs::read_dir(dir).is_ok_and(|entries| {
        entries.flatten().all(|entry| {
            let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            plain && entry.file_name().to_str().is_some_and(|name| names.contains(&name))
        })
    })
}

fn why(e: &std::io::Error) -> Message {
    system::of(e)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_takes_the_others_with_it() {
        let dir = tempfile::tempdir().unwrap();
        // The second name stands in a folder that is not there, as a full device refuses the second file.
        let files = [("one".to_owned(), vec![1; 9]), ("no/two".to_owned(), vec![2; 9])];
        assert!(matches!(Outgoing::write(dir.path(), "p", &files, &["one"]), Err(PacketError::Disk(_))));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn nothing_stands_in_its_place_before_it_is_said_and_nothing_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let files = [("one".to_owned(), b"x".to_vec())];
        drop(Outgoing::write(dir.path(), "p", &files, &["one"]).unwrap());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "dropped before it stood");
        let ready = Outgoing::write(dir.path(), "p", &files, &["one"]).unwrap();
        std::fs::create_dir(dir.path().join("p")).unwrap();
        std::fs::write(dir.path().join("p").join("other"), "y").unwrap();
        assert!(ready.stand().is_err());
        assert_eq!(std::fs::read(dir.path().join("p").join("other")).unwrap(), b"y");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn of_what_lies_there_only_what_an_export_left_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(".gyeot-packet-0-1.part");
        let others = dir.path().join(".gyeot-holiday.part");
        for folder in [&left, &others] {
            std::fs::create_dir(folder).unwrap();
            std::fs::write(folder.join("one"), "half").unwrap();
        }
        std::fs::write(others.join("photo"), "dear").unwrap();
        Outgoing::write(dir.path(), "p", &[("one".to_owned(), b"x".to_vec())], &["one"]).unwrap().stand().unwrap();
        assert!(!left.exists() && others.join("photo").exists());
    }
}
