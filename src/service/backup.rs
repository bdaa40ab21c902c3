//! A backup is one age file, opened by its maker's passphrase or two recovery phrases: the small files and every place of the store, still sealed, so that
//! it gives its holder no more than the vault itself. Verified by reading all of it back.

use crate::crypto::CryptoError;
use crate::crypto::keys::random_id;
use crate::crypto::parcel::{RecoveryWay, Way};
use crate::crypto::slot::{KeyCost, PAIRS};
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::ports::store::{Held, Store, StoreError, all_of};
use crate::service::recovery::Phrases;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{Message, msg};
use crate::vault::backup_file::{BackupError, Item, ReadBackup, WriteBackup};
use crate::vault::error::VaultError;
use crate::vault::files::{RECOVERY, disk, name_new, private_folder, read_summed, replace, sync_dir};
use crate::vault::folder::VaultFolder;
use crate::vault::roster_file::read_roster;
use crate::vault::trust::MEMORY_DIR;
use crate::vault::workstation::Workstation;
use crate::vault::writers::{CHECKPOINTS_DIR, LOGS_DIR, TOMBS_DIR};
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

const FOLDERS: [&str; 6] = ["slots", "recovery", LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR, MEMORY_DIR];
/// The small files of a vault of schema 1, as its backups hold them.
const FILES_1: [&str; 3] = ["access", "tombs", "mark"];

impl UnlockedVault {
    /// Writes a backup to a new file and reads it back. It opens with the maker's own passphrase of this day, and with two
    /// of the three recovery phrases of this day.
    pub fn back_up(&self, to: &Path, pass: &SecretString, cost: KeyCost) -> Result<BackupReport, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        self.write_backup(state, grant, to, pass, cost)
    }

    fn write_backup(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::KeepWhole>,
        to: &Path,
        pass: &SecretString,
        cost: KeyCost,
    ) -> Result<BackupReport, VaultError> {
        if to.exists() {
            return Err(VaultError::Input(msg("service-backup-backup-file-already-exists-give")));
        }
        let records = state.folder.store.heads().values().map(|head| head.count).sum();
        self.log_access(&mut state, Task::Backup, None, records, None, false, Some("begin".into()))?;
        let part = beside(to)?;
        let done = Self::write_part(&state.folder, &part, pass, cost).and_then(|report| {
            // Fails where somebody made a file of that name meanwhile: nothing of theirs is replaced.
            name_new(&part, to).map_err(disk)?;
            Ok(report)
        });
        // Half a backup is none.
        let report = done.inspect_err(|_| drop(std::fs::remove_file(&part)))?;
        if let Some(dir) = to.parent().filter(|d| !d.as_os_str().is_empty()) {
            // Some file systems of sticks do not sync a folder; the file itself is synced.
            let _ = sync_dir(dir);
        }
        // Only this entry says that there is a backup; the one before says that one was begun.
        self.log_access(&mut state, Task::Backup, None, records, None, false, Some("create".into()))?;
        Ok(report)
    }

    fn write_part(
        folder: &VaultFolder,
        part: &Path,
        pass: &SecretString,
        cost: KeyCost,
    ) -> Result<BackupReport, VaultError> {
        let mut out = WriteBackup::begin(part, pass, cost, Some(&recovery_way(folder)?))?;
        out.file("roster", &std::fs::read(folder.dir.join("roster")).map_err(disk)?)?;
        for subfolder in FOLDERS.into_iter().filter(|subfolder| folder.dir.join(subfolder).is_dir()) {
            let mut names: Vec<_> =
                std::fs::read_dir(folder.dir.join(subfolder)).map_err(disk)?.flatten().map(|e| e.path()).collect();
            names.sort();
            for path in names {
                let Some(name) = path.file_name().and_then(|n| n.to_str()) else { continue };
                out.file(&format!("{subfolder}/{name}"), &std::fs::read(&path).map_err(disk)?)?;
            }
        }
        for item in all_of(folder.store.as_ref()) {
            let (place, bytes) = item?;
            out.place(&place, bytes.as_deref())?;
        }
        out.finish()?;
        Self::verify_backup_on(part, BackupKey::Passphrase(pass), &folder.station)
    }

    /// Writes every record, still sealed, as one age file each: `keys/` for the wraps of keys, else a folder for each
    /// collection. The way out without this program: stock `age -d` opens them with the keys that the slots and wraps hold.
    /// An export, although nothing is opened: the files are made for use without this vault and its log.
    pub fn unpack_sealed(&self, to: &Path, reason: &str) -> Result<u64, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        self.write_unpacked(state, grant, to, reason)
    }

    fn write_unpacked(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::KeepWhole>,
        to: &Path,
        reason: &str,
    ) -> Result<u64, VaultError> {
        if std::fs::read_dir(to).is_ok_and(|mut d| d.next().is_some()) {
            return Err(VaultError::Input(msg("service-backup-folder-not-empty-give-another")));
        }
        let records = state.folder.store.heads().values().map(|head| head.count).sum();
        self.log_access(&mut state, Task::Export, None, records, Some(reason), false, Some("unpack".into()))?;
        private_folder(to)?;
        let (folder, mut written) = (&state.folder, 0);
        for item in all_of(folder.store.as_ref()) {
            let (place, Some(bytes)) = item? else { continue };
            let collection = if place.collection == folder.key_collection() {
                "keys".to_owned()
            } else {
                hex::encode(place.collection)
            };
            let subfolder = to.join(collection);
            if !subfolder.exists() {
                private_folder(&subfolder)?;
            }
            replace(&subfolder.join(format!("{:08}-{}.age", place.time, place.id)), &bytes)?;
            written += 1;
        }
        Ok(written)
    }

    /// Reads a whole backup: every byte, every hash, every link of the sequence, the roster. Needs no vault.
    pub fn verify_backup_on(
        from: &Path,
        key: BackupKey<'_>,
        station: &Workstation,
    ) -> Result<BackupReport, VaultError> {
        let way = key.way()?;
        present(from)?;
        // Not beside the backup: a stick may be full or write-protected.
        let dir = tempfile::Builder::new().prefix("gyeot-check-").tempdir().map_err(disk)?;
        Self::unpack(from, way, dir.path(), None, station)
    }

    /// Restores a backup into an empty or absent folder and reads it back.
    pub fn restore_on(
        from: &Path,
        key: BackupKey<'_>,
        dir: &Path,
        station: &Workstation,
    ) -> Result<BackupReport, VaultError> {
        let way = key.way()?;
        present(from)?;
        let taken = std::fs::read_dir(dir).is_ok_and(|mut d| d.next().is_some());
        if taken {
            return Err(VaultError::Exists);
        }
        if dir.file_name().is_none() {
            return Err(VaultError::Input(msg("service-backup-folder-restore-needs-name")));
        }
        let fresh = beside(dir)?;
        private_folder(&fresh)?;
        match Self::unpack(from, way, &fresh, Some(&fresh), station) {
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

    /// Unpacks the small files into `dir` and, when asked, the records into a store in `into`; checks everything either way.
    fn unpack(
        from: &Path,
        way: Way<'_>,
        dir: &Path,
        into: Option<&Path>,
        station: &Workstation,
    ) -> Result<BackupReport, VaultError> {
        let bytes = std::fs::metadata(from).map_err(disk)?.len();
        let mut report = BackupReport { vault: String::new(), places: 0, records: 0, files: 0, bytes };
        let mut backup = ReadBackup::open(from, way).map_err(|e| wrong_phrases(e, way))?;
        let damaged = |why: Message| VaultError::File { file: "backup".into(), why };
        let mut first = None;
        while let Some(item) = backup.next()? {
            match item {
                Item::File(name, content) => {
                    let path = Path::new(&name);
                    let parts: Vec<_> = path.components().collect();
                    let plain = parts.iter().all(|c| matches!(c, Component::Normal(_)));
                    let known = match parts[..] {
                        [one] => one.as_os_str() == "roster" || FILES_1.iter().any(|f| one.as_os_str() == *f),
                        [subfolder, _] => FOLDERS.iter().any(|f| subfolder.as_os_str() == *f),
                        _ => false,
                    };
                    if !plain || !known {
                        return Err(damaged(msg("service-backup-file-name-no-vault")));
                    }
                    path.parent().map_or(Ok(()), |subfolder| private_folder(&dir.join(subfolder)))?;
                    replace(&dir.join(path), &content)?;
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
                        failed = Some(damaged(msg("service-backup-record-not-what-place-says")));
                        return None;
                    }
                    Some(Ok((place, bytes)))
                }
                Some(Item::File(..)) => {
                    failed = Some(damaged(msg("service-backup-parts-out-order")));
                    None
                }
                None => None,
            }
        });
        match into {
            Some(into) => fill(into, station, &mut places).map_err(|e| match e {
                VaultError::Store(StoreError::Apart { .. }) => {
                    damaged(msg("service-backup-records-not-follow-each-other"))
                }
                e => e,
            })?,
            None => {
                let mut before: Option<crate::ports::store::Position> = None;
                for item in places.by_ref() {
                    let (place, _) = item?;
                    let next_to = before.filter(|b| b.writer == place.writer && b.number + 1 == place.number);
                    if next_to.is_some_and(|b| !place.follows(b.after_this())) {
                        return Err(damaged(msg("service-backup-records-not-follow-each-other")));
                    }
                    before = Some(place);
                }
            }
        }
        match failed {
            Some(e) => Err(e),
            None => Ok(report),
        }
    }
}

/// Makes the store of a restored vault.
fn fill(
    dir: &Path,
    station: &Workstation,
    records: &mut dyn Iterator<Item = Result<Held, StoreError>>,
) -> Result<(), VaultError> {
    private_folder(&dir.join("store"))?;
    let mut store: Box<dyn Store> = station.stores.open(&dir.join("store"))?;
    let mut gone = 0;
    store.take_in(&mut records.inspect(|r| gone += u64::from(r.as_ref().is_ok_and(|(_, b)| b.is_none()))), true)?;
    Ok(store.destroy(&[], gone)?)
}

/// A name beside a path that nobody else has.
fn beside(path: &Path) -> Result<std::path::PathBuf, VaultError> {
    let name = path
        .file_name()
        .ok_or(VaultError::Input(msg("service-backup-file-needs-name")))?
        .to_string_lossy()
        .into_owned();
    Ok(path.with_file_name(format!(".{name}.{}", hex::encode(&random_id()[..8]))))
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
fn recovery_way(folder: &VaultFolder) -> Result<RecoveryWay, VaultError> {
    let file = |(a, b): (usize, usize)| read_summed(&folder.dir, RECOVERY, &format!("{a}{b}.age"));
    let files = [file(PAIRS[0])?, file(PAIRS[1])?, file(PAIRS[2])?];
    Ok(RecoveryWay { to: folder.roster.recovery.parse()?, files })
}
