//! A backup is one age file, opened by its maker's passphrase or two recovery phrases: the small files and every place of the store, still sealed, so that
//! it gives its holder no more than the vault itself. Verified by reading all of it back.

use crate::adapters::backup::{BackupError, Item, ReadBackup, WriteBackup};
use crate::adapters::store_sled::{SledStore, sync_dir};
use crate::crypto::CryptoError;
use crate::crypto::parcel::{RecoveryWay, Way};
use crate::crypto::slot::{KeyCost, PAIRS};
use crate::domain::governance::access::{Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::service::UnlockedVault;
use crate::service::check::all_places;
use crate::service::private_folder;
use crate::service::recovery::Phrases;
use crate::vault::error::VaultError;
use crate::vault::files::{RECOVERY, disk, read_summed};
use crate::vault::folder::VaultFolder;
use crate::vault::opening::read_roster;
use secrecy::SecretString;
use serde::Serialize;
use std::path::{Component, Path};

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupReport {
    /// The vault.
    pub vault: String,
    /// Places of the store.
    pub places: u64,
    /// Records that still exist.
    pub records: u64,
    /// Small files.
    pub files: u64,
    /// Bytes of the backup.
    pub bytes: u64,
}

/// What a backup is opened with.
#[derive(Debug, Clone, Copy)]
pub enum BackupKey<'a> {
    /// The passphrase that its maker had on that day.
    Passphrase(&'a SecretString),
    /// Two of the three recovery phrases of that day.
    Recovery(Phrases<'a>),
}

impl<'a> From<&'a SecretString> for BackupKey<'a> {
    fn from(passphrase: &'a SecretString) -> Self {
        BackupKey::Passphrase(passphrase)
    }
}

impl<'a> BackupKey<'a> {
    fn way(self) -> Result<Way<'a>, VaultError> {
        Ok(match self {
            BackupKey::Passphrase(passphrase) => Way::Passphrase(passphrase),
            BackupKey::Recovery(phrases) => {
                let (pair, outer, inner) = phrases.in_order()?;
                Way::Recovery { pair, outer, inner }
            }
        })
    }
}

const FOLDERS: [&str; 2] = ["slots", "recovery"];
const FILES: [&str; 4] = ["roster", "access", "tombs", "mark"];

impl UnlockedVault {
    /// Writes a backup to a new file and reads it back. It opens with the maker's own passphrase of this day, and with two
    /// of the three recovery phrases of this day.
    pub fn back_up(&self, to: &Path, pass: &SecretString, cost: KeyCost) -> Result<BackupReport, VaultError> {
        let mut state = self.state();
        self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        if to.exists() {
            return Err(VaultError::Input("the backup file already exists; give a new name"));
        }
        let records = state.house.store.head().count;
        self.log_access(&mut state, Task::Backup, None, records, None, false, Some("create".into()))?;
        let part = to.with_extension("part");
        let done = Self::write_part(&state.house, &part, pass, cost).and_then(|report| {
            std::fs::rename(&part, to).map_err(disk)?;
            Ok(report)
        });
        // Half a backup is none.
        let report = done.inspect_err(|_| drop(std::fs::remove_file(&part)))?;
        if let Some(dir) = to.parent().filter(|d| !d.as_os_str().is_empty()) {
            sync_dir(dir)?;
        }
        Ok(report)
    }

    fn write_part(
        house: &VaultFolder,
        part: &Path,
        pass: &SecretString,
        cost: KeyCost,
    ) -> Result<BackupReport, VaultError> {
        let mut out = WriteBackup::begin(part, pass, cost, Some(&recovery_way(house)?))?;
        for name in FILES {
            out.file(name, &std::fs::read(house.dir.join(name)).map_err(disk)?)?;
        }
        for folder in FOLDERS {
            let mut names: Vec<_> =
                std::fs::read_dir(house.dir.join(folder)).map_err(disk)?.flatten().map(|e| e.path()).collect();
            names.sort();
            for path in names {
                let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
                out.file(&format!("{folder}/{name}"), &std::fs::read(&path).map_err(disk)?)?;
            }
        }
        for item in all_places(house) {
            let (place, bytes) = item?;
            out.place(&place, bytes.as_deref())?;
        }
        out.finish()?;
        Self::verify_backup(part, pass)
    }

    /// Writes every record, still sealed, as one age file each: `key_collection/` for the wraps of keys, else a folder for each
    /// collection. The way out without this program: stock `age -d` opens them with the keys that the slots and wraps hold.
    /// An export, although nothing is opened: the files are made for use without this vault and its log.
    pub fn unpack_sealed(&self, to: &Path, reason: &str) -> Result<u64, VaultError> {
        let mut state = self.state();
        self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        if std::fs::read_dir(to).is_ok_and(|mut d| d.next().is_some()) {
            return Err(VaultError::Input("the folder is not empty; give another"));
        }
        let records = state.house.store.head().count;
        self.log_access(&mut state, Task::Export, None, records, Some(reason), false, Some("unpack".into()))?;
        private_folder(to)?;
        let (house, mut written) = (&state.house, 0);
        for item in all_places(house) {
            let (place, Some(bytes)) = item? else { continue };
            let collection = if place.collection == house.key_collection() {
                "lobby".to_owned()
            } else {
                hex::encode(place.collection)
            };
            let folder = to.join(collection);
            if !folder.exists() {
                private_folder(&folder)?;
            }
            crate::vault::files::replace(&folder.join(format!("{:08}-{}.age", place.seq, place.id)), &bytes)?;
            written += 1;
        }
        Ok(written)
    }

    /// Reads a whole backup: every byte, every hash, every link of the sequence, the roster. Needs no vault.
    pub fn verify_backup<'a>(from: &Path, key: impl Into<BackupKey<'a>>) -> Result<BackupReport, VaultError> {
        let way = key.into().way()?;
        present(from)?;
        // Not beside the backup: a stick may be full or write-protected.
        let dir = tempfile::Builder::new().prefix("gyeot-check-").tempdir().map_err(disk)?;
        Self::unpack(from, way, dir.path(), false)
    }

    /// Restores a backup into an empty or absent folder and reads it back.
    pub fn restore<'a>(from: &Path, key: impl Into<BackupKey<'a>>, dir: &Path) -> Result<BackupReport, VaultError> {
        let way = key.into().way()?;
        present(from)?;
        let taken = std::fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some());
        if taken {
            return Err(VaultError::Exists);
        }
        let fresh = match dir.file_name() {
            Some(name) => dir.with_file_name(format!("{}.restoring", name.to_string_lossy())),
            None => return Err(VaultError::Input("the folder to restore to needs a name")),
        };
        let _ = std::fs::remove_dir_all(&fresh);
        private_folder(&fresh)?;
        match Self::unpack(from, way, &fresh, true) {
            Ok(report) => {
                let _ = std::fs::remove_dir(dir);
                std::fs::rename(&fresh, dir).map_err(disk)?;
                if let Some(parent) = dir.parent().filter(|d| !d.as_os_str().is_empty()) {
                    sync_dir(parent)?;
                }
                Ok(report)
            }
            Err(e) => {
                let _ = std::fs::remove_dir_all(&fresh);
                Err(e)
            }
        }
    }

    /// Unpacks the small files into `dir` and, when asked, the store too; checks everything either way.
    fn unpack(from: &Path, way: Way<'_>, dir: &Path, store: bool) -> Result<BackupReport, VaultError> {
        let bytes = std::fs::metadata(from).map_err(disk)?.len();
        let mut report = BackupReport { vault: String::new(), places: 0, records: 0, files: 0, bytes };
        let mut backup = ReadBackup::open(from, way).map_err(|e| wrong_phrases(e, way))?;
        for folder in FOLDERS {
            private_folder(&dir.join(folder))?;
        }
        let damaged = |why: &str| VaultError::File { file: "backup".into(), why: why.to_owned() };
        let mut first = None;
        while let Some(item) = backup.next()? {
            match item {
                Item::File(name, content) => {
                    let path = Path::new(&name);
                    if !path.components().all(|c| matches!(c, Component::Normal(_))) || path.components().count() > 2 {
                        return Err(damaged("a file in it has a name that no vault has"));
                    }
                    crate::vault::files::replace(&dir.join(path), &content)?;
                    report.files += 1;
                }
                place @ Item::Position(..) => {
                    first = Some(place);
                    break;
                }
            }
        }
        report.vault = read_roster(dir)?.0.vault;
        let mut failed: Option<VaultError> = None;
        let mut places = std::iter::from_fn(|| {
            let item = match first.take() {
                Some(item) => Some(item),
                None => match backup.next() {
                    Ok(item) => item,
                    Err(e) => {
                        failed = Some(e.into());
                        None
                    }
                },
            };
            match item {
                Some(Item::Position(place, bytes)) => {
                    report.places += 1;
                    report.records += u64::from(bytes.is_some());
                    if bytes.as_ref().is_some_and(|b| crate::crypto::keys::sha256(&[b]) != place.hash) {
                        failed = Some(damaged("a record in it is not what its place says"));
                        return None;
                    }
                    Some(Ok((place, bytes)))
                }
                Some(Item::File(..)) => {
                    failed = Some(damaged("its parts are out of order"));
                    None
                }
                None => None,
            }
        });
        if store {
            private_folder(&dir.join("store"))?;
            drop(SledStore::rebuild(&dir.join("store"), &mut places)?);
        } else {
            let mut before: Option<crate::ports::store::Position> = None;
            for item in places.by_ref() {
                let (place, _) = item?;
                let next_to = before.filter(|b| b.seq + 1 == place.seq);
                if next_to.is_some_and(|b| !place.follows(b.after_this())) {
                    return Err(damaged("its records do not follow each other"));
                }
                before = Some(place);
            }
        }
        match failed {
            Some(e) => Err(e),
            None => Ok(report),
        }
    }
}

/// Says that the file is not there before a folder is made beside it.
fn present(from: &Path) -> Result<(), VaultError> {
    let missing = |e: std::io::Error| BackupError::NoFile { path: from.display().to_string(), why: e.kind() };
    Ok(std::fs::metadata(from).map(drop).map_err(missing)?)
}

/// Two phrases that do not open it are no passphrase.
fn wrong_phrases(e: BackupError, way: Way<'_>) -> VaultError {
    match (e, way) {
        (BackupError::Vault(CryptoError::Passphrase), Way::Recovery { .. }) => VaultError::Phrases,
        (e, _) => e.into(),
    }
}

/// The vault's recovery key and its files, as they are now.
fn recovery_way(house: &VaultFolder) -> Result<RecoveryWay, VaultError> {
    let file = |(a, b): (usize, usize)| read_summed(&house.dir, RECOVERY, &format!("{a}{b}.age"));
    let files = [file(PAIRS[0])?, file(PAIRS[1])?, file(PAIRS[2])?];
    Ok(RecoveryWay { to: house.roster.recovery.parse()?, files })
}
