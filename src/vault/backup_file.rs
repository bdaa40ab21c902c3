//! The file of a backup: one age file, inside it a row of small files, then of places. Every part
//! has its length before it, and the last part says that it is the last.

use crate::crypto::CryptoError;
use crate::crypto::parcel::{self, Parcel, RecoveryWay, Way};
use crate::crypto::slot::KeyCost;
use crate::domain::explain::{Exit, Explain};
use crate::ports::store::{POSITION_BYTES, Position, StoreError};
use crate::texts::{Message, msg, system};
use secrecy::SecretString;
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

const MAGIC: &[u8; 16] = b"gyeot-backup/2\n\0";
/// A backup of a vault of schema 1.
const MAGIC_1: &[u8; 16] = b"gyeot-backup/1\n\0";
/// Larger than any record or file of a vault can be but the access log of many years.
const MOST: u64 = 4 << 30;

/// Why a backup was not written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum BackupError {
    /// The disk.
    Store(#[from] StoreError),
    /// Passphrase, or no backup at all.
    Vault(CryptoError),
    /// The file is not there, or may not be read.
    NoFile {
        /// As it was given.
        path: String,
        /// The system's reason.
        why: std::io::ErrorKind,
    },
    /// A changed, cut or foreign byte.
    Damaged,
}

impl From<CryptoError> for BackupError {
    fn from(e: CryptoError) -> Self {
        match e {
            CryptoError::Damaged => BackupError::Damaged,
            e => BackupError::Vault(e),
        }
    }
}

impl Explain for BackupError {
    fn message(&self) -> Message {
        match self {
            BackupError::Store(e) => e.message(),
            BackupError::Vault(e) => e.message(),
            BackupError::NoFile { path, why } => msg("backup-no-file").with("path", path).with("why", why),
            BackupError::Damaged => msg("backup-damaged"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            BackupError::Store(e) => e.hint(),
            BackupError::Vault(e) => e.hint(),
            BackupError::NoFile { .. } => msg("backup-no-file.hint"),
            BackupError::Damaged => msg("backup-damaged.hint"),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            BackupError::Store(e) => e.exit(),
            BackupError::Vault(e) => e.exit(),
            BackupError::NoFile { .. } => Exit::Usage,
            BackupError::Damaged => Exit::Damaged,
        }
    }
}

fn disk(e: std::io::Error) -> BackupError {
    StoreError::Disk(system::of(&e)).into()
}

/// age reports a changed byte as an error of reading.
fn damaged(e: std::io::Error) -> BackupError {
    match e.kind() {
        std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => BackupError::Damaged,
        _ => disk(e),
    }
}

/// A backup being written.
pub struct WriteBackup(Parcel<BufWriter<File>>);

impl WriteBackup {
    /// Begins a new file, for its owner alone; one that exists is an error.
    pub fn begin(
        path: &Path,
        pass: &SecretString,
        cost: KeyCost,
        recovery: Option<&RecoveryWay>,
    ) -> Result<Self, BackupError> {
        use std::os::unix::fs::OpenOptionsExt;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(disk)?;
        let mut out = Parcel::begin(BufWriter::new(file), pass, cost, recovery)?;
        out.write_all(MAGIC).map_err(disk)?;
        Ok(WriteBackup(out))
    }

    fn part(&mut self, kind: u8, parts: &[&[u8]]) -> Result<(), BackupError> {
        let len: u64 = parts.iter().map(|p| p.len() as u64).sum();
        self.0.write_all(&[kind]).and_then(|()| self.0.write_all(&len.to_be_bytes())).map_err(disk)?;
        for part in parts {
            self.0.write_all(part).map_err(disk)?;
        }
        Ok(())
    }

    /// Adds a small file.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), BackupError> {
        self.part(b'f', &[name.as_bytes(), b"\0", bytes])
    }

    /// Adds a place with its bytes; without them it was destroyed.
    pub fn place(&mut self, place: &Position, bytes: Option<&[u8]>) -> Result<(), BackupError> {
        match bytes {
            Some(bytes) => self.part(b'r', &[&place.to_bytes(), bytes]),
            None => self.part(b'd', &[&place.to_bytes()]),
        }
    }

    /// Writes the end and syncs the file.
    pub fn finish(mut self) -> Result<(), BackupError> {
        self.part(b'.', &[])?;
        let file = self.0.finish().map_err(disk)?.into_inner().map_err(|e| disk(e.into_error()))?;
        file.sync_all().map_err(disk)
    }
}

/// One part of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A small file: its name in the vault's folder, and its bytes.
    File(String, Vec<u8>),
    /// A place, with its bytes unless it was destroyed.
    Position(Position, Option<Vec<u8>>),
}

/// A backup being read.
pub struct ReadBackup {
    from: Box<dyn Read>,
    done: bool,
    schema_1: bool,
}

impl ReadBackup {
    /// Opens a file with its maker's passphrase or two recovery phrases.
    pub fn open(path: &Path, way: Way<'_>) -> Result<Self, BackupError> {
        let missing = |e: std::io::Error| BackupError::NoFile { path: path.display().to_string(), why: e.kind() };
        let read = || File::open(path).map(BufReader::new).map_err(missing);
        let mut from = parcel::open(read()?, read()?, way)?;
        let mut magic = [0u8; 16];
        from.read_exact(&mut magic).map_err(damaged)?;
        if &magic != MAGIC && &magic != MAGIC_1 {
            return Err(BackupError::Damaged);
        }
        Ok(ReadBackup { from, done: false, schema_1: &magic == MAGIC_1 })
    }

    /// True for the backup of a vault of schema 1: restored, it is such a vault and brought over when it is opened.
    pub const fn schema_1(&self) -> bool {
        self.schema_1
    }

    fn position(&self, bytes: &[u8]) -> Option<Position> {
        if self.schema_1 { Position::from_schema_1(bytes) } else { Position::from_bytes(bytes) }
    }

    /// The next part, `None` after the last; a file that ends without its last part is damaged.
    #[allow(clippy::should_implement_trait, reason = "it can fail, and an iterator of results invites ignoring that")]
    pub fn next(&mut self) -> Result<Option<Item>, BackupError> {
        if self.done {
            return Ok(None);
        }
        let mut head = [0u8; 9];
        self.from.read_exact(&mut head).map_err(damaged)?;
        let len = head[1..].iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        if len > MOST {
            return Err(BackupError::Damaged);
        }
        let mut bytes = Vec::new();
        self.from.by_ref().take(len).read_to_end(&mut bytes).map_err(damaged)?;
        if bytes.len() as u64 != len {
            return Err(BackupError::Damaged);
        }
        let broken = || BackupError::Damaged;
        match head[0] {
            b'.' => {
                let mut rest = [0u8; 1];
                if self.from.read(&mut rest).map_err(damaged)? != 0 {
                    return Err(broken());
                }
                self.done = true;
                Ok(None)
            }
            b'f' => {
                let cut = bytes.iter().position(|b| *b == 0).ok_or_else(broken)?;
                let name = String::from_utf8(bytes[..cut].to_vec()).map_err(|_| broken())?;
                Ok(Some(Item::File(name, bytes.split_off(cut + 1))))
            }
            b'r' => {
                let length = if self.schema_1 { 104 } else { POSITION_BYTES };
                let place = bytes.get(..length).and_then(|b| self.position(b)).ok_or_else(broken)?;
                Ok(Some(Item::Position(place, Some(bytes.split_off(length)))))
            }
            b'd' => Ok(Some(Item::Position(self.position(&bytes).ok_or_else(broken)?, None))),
            _ => Err(broken()),
        }
    }
}
