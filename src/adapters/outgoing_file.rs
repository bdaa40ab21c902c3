//! A file that content leaves in: for its owner alone, never over a file that is there, never through a link, and there only
//! when it is whole and synced.

use crate::domain::explain::{ErrorReport, Exit};
use crate::texts::{msg, system};
use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes a file that was not there, whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), ErrorReport> {
    OutgoingFile::begin(path)?.finish(bytes)
}

/// Writes the bytes of a file that was begun.
pub type Finish = Box<dyn FnOnce(&[u8]) -> Result<(), ErrorReport>>;

/// As [`OutgoingFile::begin`], for a use case that makes the bytes in between.
pub fn begin_later(path: &Path) -> Result<Finish, ErrorReport> {
    let file = OutgoingFile::begin(path)?;
    Ok(Box::new(move |bytes| file.finish(bytes)))
}

/// A file that is being made. Dropped before [`OutgoingFile::finish`], nothing is left of it.
#[derive(Debug)]
pub struct OutgoingFile {
    path: PathBuf,
    part: PathBuf,
    file: File,
}

impl OutgoingFile {
    /// Makes room for the file beside its place, so that what can not be written is known before anything is opened for it.
    /// Refused where something stands under the name, a link too.
    pub fn begin(path: &Path) -> Result<OutgoingFile, ErrorReport> {
        use std::os::unix::fs::OpenOptionsExt;
        let name = path.file_name().ok_or_else(|| failed(&ErrorKind::InvalidInput.into()))?;
        match std::fs::symlink_metadata(path) {
            Ok(_) => return Err(there()),
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            Err(e) => return Err(failed(&e)),
        }
        let part = path.with_file_name(format!(".{}.{:08x}.part", name.to_string_lossy(), rand::random::<u32>()));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&part).map_err(|e| failed(&e))?;
        Ok(OutgoingFile { path: path.to_owned(), part, file })
    }

    /// Writes all of it, syncs it and gives it its name. Where that fails nothing is left.
    pub fn finish(mut self, bytes: &[u8]) -> Result<(), ErrorReport> {
        self.file.write_all(bytes).and_then(|()| self.file.sync_all()).map_err(|e| failed(&e))?;
        named(&self.part, &self.path)
            .map_err(|e| if e.kind() == ErrorKind::AlreadyExists { there() } else { failed(&e) })?;
        let folder = self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // Some file systems of sticks do not sync a folder; the file itself is synced.
        let _ = File::open(folder).and_then(|dir| dir.sync_all());
        Ok(())
    }
}

/// A file with a signed note beside it, under its name and `.sig`: both or neither are begun.
#[derive(Debug)]
pub struct SignedFile {
    file: OutgoingFile,
    note: OutgoingFile,
}

impl SignedFile {
    /// Makes room for both.
    pub fn begin(path: &Path) -> Result<SignedFile, ErrorReport> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".sig");
        Ok(SignedFile { file: OutgoingFile::begin(path)?, note: OutgoingFile::begin(Path::new(&beside))? })
    }

    /// Writes both, the note first: no file stands there without it.
    pub fn finish(self, bytes: &[u8], note: &str) -> Result<(), ErrorReport> {
        let beside = self.note.path.clone();
        self.note.finish(note.as_bytes())?;
        self.file.finish(bytes).inspect_err(|_| drop(std::fs::remove_file(beside)))
    }
}

impl Drop for OutgoingFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.part);
    }
}

/// Gives a file its name unless something has it.
fn named(part: &Path, path: &Path) -> Result<(), Error> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, part, CWD, path, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::EXIST) => Err(ErrorKind::AlreadyExists.into()),
        // A file system that can not do it in one step, as on some sticks: the name is taken first, then filled.
        Err(_) => {
            OpenOptions::new().write(true).create_new(true).open(path)?;
            std::fs::rename(part, path).inspect_err(|_| drop(std::fs::remove_file(path)))
        }
    }
}

fn there() -> ErrorReport {
    ErrorReport::with(Exit::Usage, msg("outgoing-file-is-there"), msg("outgoing-file-is-there.hint"))
}

fn failed(e: &Error) -> ErrorReport {
    ErrorReport::failed(
        msg("outgoing-file-not-written").with("why", system::of(e)),
        msg("outgoing-file-not-written.hint"),
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn left(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_for_its_owner_alone_and_nothing_else_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("note.pdf");
        OutgoingFile::begin(&path).unwrap().finish(b"whole").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(left(dir.path()), ["note.pdf"]);
    }

    #[test]
    fn neither_a_file_that_is_there_nor_a_link_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link, gone) = (dir.path().join("a"), dir.path().join("b"), dir.path().join("c"));
        std::fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        symlink(dir.path().join("nowhere"), &gone).unwrap();
        for path in [&file, &link, &gone] {
            assert_eq!(OutgoingFile::begin(path).unwrap_err().exit, Exit::Usage);
        }
        let late = dir.path().join("d");
        let begun = OutgoingFile::begin(&late).unwrap();
        symlink(&file, &late).unwrap();
        assert_eq!(begun.finish(b"new").unwrap_err().exit, Exit::Usage);
        assert_eq!(std::fs::read(&file).unwrap(), b"old");
        assert_eq!(left(dir.path()), ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_full_or_missing_place_is_told_and_nothing_is_left() {
        let dir = tempfile::tempdir().unwrap();
        assert!(OutgoingFile::begin(&dir.path().join("no/such/folder.pdf")).is_err());
        let path = dir.path().join("full.pdf");
        let mut begun = OutgoingFile::begin(&path).unwrap();
        begun.file = OpenOptions::new().write(true).open("/dev/full").unwrap();
        assert!(begun.finish(&[0; 4096]).is_err());
        assert!(left(dir.path()).is_empty());
    }
}
