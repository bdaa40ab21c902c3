//! Where a vault meets this machine: the one place that says which store, clock and folder of the workstation a vault is
//! opened with. Everything else takes them as arguments.

use crate::adapters::clock::SystemClock;
use crate::adapters::own_process::ThisMachine;
use crate::adapters::store_kind::Sled;
use crate::crypto::slot::KeyCost;
use crate::ports::clock::Clock;
use crate::ports::hardware_key::HardwareKey;
use crate::service::{BackupKey, BackupReport, NewVault, Phrases, Salvaged, UnlockedVault, VaultError};
use crate::vault::workstation::Workstation;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where this workstation keeps who it is and what it has seen: `GYEOT_STATE`, or the state folder of the account.
fn state_folder() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("GYEOT_STATE")
        .or_else(|| set("XDG_STATE_HOME").map(|state| state.join("gyeot")))
        .or_else(|| set("HOME").map(|home| home.join(".local/state/gyeot")))
        .unwrap_or_else(|| PathBuf::from(".gyeot-state"))
}

/// This machine: sled, its clock, its state folder.
pub fn workstation() -> Workstation {
    Workstation {
        stores: Arc::new(Sled),
        clock: Arc::new(SystemClock),
        machine: Arc::new(ThisMachine),
        state: state_folder(),
        compared: None,
    }
}

fn workstation_with(words: Option<&str>) -> Workstation {
    match words {
        None => workstation(),
        Some(words) => workstation().with_words(words),
    }
}

impl UnlockedVault {
    /// Makes a new vault in this folder, which must be empty or absent, and unlocks it.
    pub fn init(dir: &Path, new: &NewVault, pass: &SecretString) -> Result<UnlockedVault, VaultError> {
        Self::init_on(dir, new, pass, workstation())
    }

    /// As [`UnlockedVault::init`] with another clock.
    pub fn init_at(
        dir: &Path,
        new: &NewVault,
        pass: &SecretString,
        clock: Box<dyn Clock>,
    ) -> Result<UnlockedVault, VaultError> {
        Self::init_on(dir, new, pass, workstation().with_clock(clock))
    }

    /// Unlocks a vault as this member; without a name as the only one who has a key here.
    pub fn unlock(dir: &Path, member: Option<&str>, pass: &SecretString) -> Result<UnlockedVault, VaultError> {
        Self::unlock_on(dir, member, pass, workstation())
    }

    /// As [`UnlockedVault::unlock`] with another clock.
    pub fn unlock_at(
        dir: &Path,
        member: Option<&str>,
        pass: &SecretString,
        clock: Box<dyn Clock>,
    ) -> Result<UnlockedVault, VaultError> {
        Self::unlock_on(dir, member, pass, workstation().with_clock(clock))
    }

    /// As [`UnlockedVault::unlock`]; `words` are those of a vault that is seen here for the first time, compared in person.
    pub fn unlock_compared(
        dir: &Path,
        member: Option<&str>,
        pass: &SecretString,
        words: Option<&str>,
    ) -> Result<UnlockedVault, VaultError> {
        Self::unlock_on(dir, member, pass, workstation_with(words))
    }

    /// Unlocks with the member's hardware slot instead of the passphrase; `words` as at [`UnlockedVault::unlock_compared`].
    pub fn unlock_by_hardware(
        dir: &Path,
        member: Option<&str>,
        key: &HardwareKey,
        words: Option<&str>,
    ) -> Result<UnlockedVault, VaultError> {
        Self::unlock_by_hardware_on(dir, member, key, workstation_with(words))
    }

    /// Saves every intact record of a store that does not open, or opens incomplete, into a new store.
    pub fn salvage(
        dir: &Path,
        member: Option<&str>,
        pass: &SecretString,
        clock: Box<dyn Clock>,
    ) -> Result<(UnlockedVault, Salvaged), VaultError> {
        Self::salvage_on(dir, member, pass, workstation().with_clock(clock))
    }

    /// Reads a whole backup: every byte, every hash, every link of the sequences, the roster. Needs no vault.
    pub fn verify_backup<'a>(from: &Path, key: impl Into<BackupKey<'a>>) -> Result<BackupReport, VaultError> {
        Self::verify_backup_on(from, key.into(), &workstation())
    }

    /// Restores a backup into an empty or absent folder and reads it back.
    pub fn restore<'a>(from: &Path, key: impl Into<BackupKey<'a>>, dir: &Path) -> Result<BackupReport, VaultError> {
        Self::restore_on(from, key.into(), dir, &workstation())
    }

    /// Lets a member who lost the passphrase in again.
    pub fn recover(
        dir: &Path,
        member: &str,
        phrases: Phrases<'_>,
        new: &SecretString,
        cost: KeyCost,
        reason: &str,
    ) -> Result<UnlockedVault, VaultError> {
        Self::recover_on(dir, member, phrases, new, (cost, reason), workstation())
    }

    /// As [`UnlockedVault::recover`]; `words` as at [`UnlockedVault::unlock_compared`].
    pub fn recover_compared(
        dir: &Path,
        member: &str,
        phrases: Phrases<'_>,
        new: &SecretString,
        (cost, reason): (KeyCost, &str),
        words: Option<&str>,
    ) -> Result<UnlockedVault, VaultError> {
        Self::recover_on(dir, member, phrases, new, (cost, reason), workstation_with(words))
    }
}
