//! What a guess at a passphrase does to a vault: the store is opened while the first one is judged, and whether it was
//! right or wrong, the vault is afterwards as it has to be.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, files, pass, prepared, said};
use gyeot::adapters::sled_chunks::salvage;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::{Integrity, UnlockedVault, VaultError};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

fn wrong() -> SecretString {
    SecretString::from("not the passphrase")
}

/// Every file but the count of the wrong ones.
fn found(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = files(dir).into_iter().filter(|f| !f.to_str().unwrap().starts_with("delay-"));
    all.map(|f| (f.clone(), std::fs::read(dir.join(f)).unwrap())).collect()
}

/// When each file of the store was written.
fn written(dir: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let store = dir.join("store");
    files(&store)
        .into_iter()
        .map(|f| (f.clone(), std::fs::metadata(store.join(f)).unwrap().modified().unwrap()))
        .collect()
}

/// What the files of the only writer are called.
fn only_name(dir: &Path) -> std::ffi::OsString {
    stage::only(dir, "checkpoints").file_name().unwrap().to_owned()
}

fn made_and_closed(dir: &Path) {
    let session = prepared(dir);
    let unlocked = UnlockedVault::unlock(dir, None, &pass()).unwrap();
    unlocked.keep(session, &[said(1, 10)]).unwrap();
    unlocked.end_session(session, Timestamp(1), "ended").unwrap();
    unlocked.lock().unwrap();
    UnlockedVault::unlock(dir, None, &pass()).unwrap().lock().unwrap();
}

#[test]
fn a_wrong_passphrase_leaves_the_vault_as_it_was_found_and_the_next_opening_is_clean() {
    let dir = tempfile::tempdir().unwrap();
    made_and_closed(dir.path());
    let before = found(dir.path());
    let records = salvage(&[&dir.path().join("store")]).unwrap().len();
    assert!(!dir.path().join("unclean").exists());
    assert_eq!(UnlockedVault::unlock(dir.path(), None, &wrong()).unwrap_err().exit(), Exit::WrongPassphrase);
    assert!(!dir.path().join("unclean").exists() && !dir.path().join("store.before").exists());
    let outside = |all: &BTreeMap<PathBuf, Vec<u8>>| -> BTreeMap<PathBuf, Vec<u8>> {
        all.iter().filter(|(f, _)| !f.starts_with("store")).map(|(f, b)| (f.clone(), b.clone())).collect()
    };
    assert_eq!(outside(&found(dir.path())), outside(&before));
    assert_eq!(salvage(&[&dir.path().join("store")]).unwrap().len(), records);
    let unlocked = UnlockedVault::unlock(dir.path(), None, &pass()).unwrap();
    assert_eq!(unlocked.integrity(), Integrity::Complete { interrupted: 0 });
    let report = unlocked.check().unwrap();
    assert!(report.sound() && report.mended.is_empty(), "{report:?}");
}

#[test]
fn who_goes_on_guessing_does_not_touch_the_store_nor_does_who_is_refused_because_the_delay_runs() {
    let dir = tempfile::tempdir().unwrap();
    made_and_closed(dir.path());
    assert!(UnlockedVault::unlock(dir.path(), None, &wrong()).is_err());
    let (before, at) = (found(dir.path()), written(dir.path()));
    for _ in 0..2 {
        assert_eq!(UnlockedVault::unlock(dir.path(), None, &wrong()).unwrap_err().exit(), Exit::WrongPassphrase);
    }
    for _ in 0..3 {
        assert!(matches!(UnlockedVault::unlock(dir.path(), None, &pass()), Err(VaultError::Delay { .. })));
    }
    assert_eq!((found(dir.path()), written(dir.path())), (before, at));
}

#[test]
fn a_store_that_does_not_open_is_said_to_who_has_the_passphrase_and_a_wrong_one_is_said_first() {
    let dir = tempfile::tempdir().unwrap();
    made_and_closed(dir.path());
    std::fs::write(dir.path().join("store/conf"), b"nothing that sled wrote").unwrap();
    for _ in 0..2 {
        assert_eq!(UnlockedVault::unlock(dir.path(), None, &wrong()).unwrap_err().exit(), Exit::WrongPassphrase);
        assert_eq!(UnlockedVault::unlock(dir.path(), None, &pass()).unwrap_err().exit(), Exit::Damaged);
    }
    let clock = Box::new(gyeot::adapters::clock::SystemClock);
    let (unlocked, saved) = UnlockedVault::salvage(dir.path(), None, &pass(), clock).unwrap();
    assert!(saved.lost.is_empty() && unlocked.integrity().whole());
}

#[test]
fn the_store_of_a_program_that_was_stopped_is_not_copied_nor_its_marker_changed_by_a_wrong_passphrase() {
    for marker in [&b"open\n"[..], b"failed\n"] {
        let dir = tempfile::tempdir().unwrap();
        made_and_closed(dir.path());
        std::fs::write(dir.path().join("unclean"), marker).unwrap();
        let (before, at) = (found(dir.path()), written(dir.path()));
        assert_eq!(UnlockedVault::unlock(dir.path(), None, &wrong()).unwrap_err().exit(), Exit::WrongPassphrase);
        assert_eq!((found(dir.path()), written(dir.path())), (before, at));
        let unlocked = UnlockedVault::unlock(dir.path(), None, &pass()).unwrap();
        assert!(unlocked.integrity().whole() && unlocked.check().unwrap().sound());
        unlocked.lock().unwrap();
        assert!(!dir.path().join("unclean").exists());
    }
}

#[test]
fn a_damaged_chain_is_said_as_before_and_the_store_that_was_opened_meanwhile_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    made_and_closed(dir.path());
    // In its second copy too, or it would be put right.
    let name = only_name(dir.path());
    let tombs = ["tombs", "spare/tombs"].map(|f| dir.path().join(f).join(&name));
    let write = |bytes: &[u8]| tombs.iter().for_each(|f| std::fs::write(f, bytes).unwrap());
    write(b"not a tombstone\n");
    for _ in 0..2 {
        assert_eq!(UnlockedVault::unlock(dir.path(), None, &pass()).unwrap_err().exit(), Exit::Damaged);
        assert!(!dir.path().join("unclean").exists());
    }
    write(b"");
    assert!(UnlockedVault::unlock(dir.path(), None, &pass()).unwrap().check().unwrap().sound());
}
