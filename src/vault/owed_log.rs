//! The entries of the access log that a vault could not take, because it was read where nothing can be written: kept on this
//! workstation, sealed to the readers of the log and signed, and written into the vault's log the next time its member opens
//! it where it can be written (L8). One file for each vault and writer, a chain like the log itself.

use crate::crypto::chain::{Line, Name};
use crate::crypto::keys::{Keyring, Verifier, random_id, sha256};
use crate::domain::practice::ids::{MemberId, Writer};
use crate::vault::error::VaultError;
use crate::vault::files::{ChainFile, disk, last_line, private_folder, read_chain_past, replace};
use crate::vault::workstation::Workstation;
use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What the chain is called.
const OWED: &str = "owed access log";
/// The folder in the workstation's own folder.
const FOLDER: &str = "owed";
/// Room that is kept for entries where the workstation's folder lies on the disk that is full: removed for the first that
/// finds no room. Bytes; an entry has about one thousand.
const RESERVE_BYTES: usize = 64 * 1024;
const RESERVE: &str = "reserve";

/// Where they are kept.
#[derive(Debug, Clone)]
pub(crate) struct OwedLog {
    /// Of all vaults.
    all: PathBuf,
    /// Of this vault.
    folder: PathBuf,
    vault: String,
}

impl OwedLog {
    /// Of this vault, on this workstation.
    pub(crate) fn of(station: &Workstation, vault: &str) -> Self {
        let all = station.state.join(FOLDER);
        // The id of a vault that is read here may be anything.
        let folder = all.join(hex::encode(&sha256(&[b"gyeot-owed\n", vault.as_bytes()])[..16]));
        OwedLog { all, folder, vault: vault.to_owned() }
    }

    /// The folder, for what else is counted while the vault cannot be written.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, writer: Writer) -> PathBuf {
        self.folder.join(writer.to_string())
    }

    /// Makes the room that entries need on a full disk, while there is room. Without it they are refused then.
    pub(crate) fn reserve(&self) {
        let path = self.all.join(RESERVE);
        if !path.exists() {
            let _ = private_folder(&self.all).and_then(|()| replace(&path, &[b'.'; RESERVE_BYTES]));
        }
    }

    /// Refuses where this workstation cannot keep an entry: nothing is shown then.
    pub(crate) fn ready(&self) -> Result<(), VaultError> {
        self.with_room(&mut || {
            private_folder(&self.folder)?;
            replace(&self.folder.join("ready"), b"ready\n")
        })
    }

    /// Does this; once more without the room that is kept for it.
    fn with_room(&self, work: &mut dyn FnMut() -> Result<(), VaultError>) -> Result<(), VaultError> {
        let done = work().or_else(|e| match std::fs::remove_file(self.all.join(RESERVE)) {
            Ok(()) => work(),
            Err(_) => Err(e),
        });
        done.map_err(|e| match e {
            VaultError::Store(_) => VaultError::NotLogged,
            e => e,
        })
    }

    /// One at a time, also of several programs.
    fn alone(&self) -> Result<File, VaultError> {
        let path = self.folder.join("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map_err(disk)?;
        rustix::fs::flock(&file, rustix::fs::FlockOperation::LockExclusive).map_err(|e| disk(e.into()))?;
        Ok(file)
    }

    /// Adds the sealed entry of this writer, synced before it returns.
    pub(crate) fn append(&self, keys: &Keyring, writer: Writer, sealed: &str) -> Result<(), VaultError> {
        let (path, name) = (self.path(writer), Name { what: OWED, vault: &self.vault, writer: Some(writer) });
        let mine = keys.verifier();
        let verifier = |id: MemberId| (id == writer.member).then(|| mine.clone());
        self.with_room(&mut || {
            private_folder(&self.folder)?;
            let _alone = self.alone()?;
            if path.exists() && last_line(&path, name, &verifier).is_err() {
                // What does not read stays, and is told when it is taken in.
                std::fs::rename(&path, self.aside(writer)).map_err(disk)?;
            }
            let mut file = if path.exists() {
                ChainFile::open(&path, name, last_line(&path, name, &verifier)?)?
            } else {
                ChainFile::create(&path, name)?
            };
            file.append(sealed.to_owned(), &[(writer.member, keys)])
        })
    }

    fn aside(&self, writer: Writer) -> PathBuf {
        let free = (0u32..).map(|n| self.folder.join(format!("{writer}.damaged-{n}"))).find(|path| !path.exists());
        free.unwrap_or_else(|| self.folder.join(format!("{writer}.damaged")))
    }

    /// The entries of this writer, sealed, in their order; and how many places do not read. Hands them to `take`; what was
    /// taken is forgotten here afterwards, what does not read stays.
    pub(crate) fn hand_over(
        &self,
        writer: Writer,
        verifier: &dyn Fn(MemberId) -> Option<Verifier>,
        take: &mut dyn FnMut(Vec<String>, usize) -> Result<(), VaultError>,
    ) -> Result<(), VaultError> {
        if !self.folder.is_dir() {
            return Ok(());
        }
        let _alone = self.alone()?;
        let own = writer.to_string();
        let mut files: Vec<PathBuf> = std::fs::read_dir(&self.folder)
            .map_err(disk)?
            .flatten()
            .filter(|e| {
                let name = e.file_name().to_string_lossy().into_owned();
                name == own || name.strip_prefix(&own).is_some_and(|rest| rest.starts_with(".damaged"))
            })
            .map(|e| e.path())
            .collect();
        // What was put aside is older.
        files.sort_by_key(|path| path.extension().is_none());
        let name = Name { what: OWED, vault: &self.vault, writer: Some(writer) };
        let (found, mut broken, mut damaged) = (RefCell::new(Vec::new()), 0, Vec::new());
        for path in &files {
            let here = RefCell::new(0usize);
            let mut of_mine = |line: &Line| -> Result<(), &'static str> {
                if line.by != [writer.member] {
                    return Err("chain-other-account");
                }
                found.borrow_mut().push(line.payload.clone());
                Ok(())
            };
            read_chain_past(path, name, &mut of_mine, &mut |_, _| *here.borrow_mut() += 1, verifier)?;
            let here = here.into_inner();
            broken += here;
            damaged.push(here > 0);
        }
        if files.is_empty() {
            return Ok(());
        }
        take(found.into_inner(), broken)?;
        for (path, damaged) in files.into_iter().zip(damaged) {
            // Under a name at which nobody looks again: it may be evidence.
            let kept = self.folder.join(format!("told-{}", hex::encode(random_id())));
            if damaged { std::fs::rename(path, kept) } else { std::fs::remove_file(path) }.map_err(disk)?;
        }
        Ok(())
    }
}
