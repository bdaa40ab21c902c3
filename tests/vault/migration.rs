//! A vault of schema 1 is brought over at its opening: once, after a copy, complete; killed in the middle it is either, and a
//! damaged one is refused and stays as it was.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{copy, data, files, pass};
use crate::store_suite::raw_store;
use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::own_process::ThisMachine;
use gyeot::adapters::store_kind::Sled;
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::keys::sha256;
use gyeot::crypto::slot;
use gyeot::domain::practice::ids::Writer;
use gyeot::domain::practice::lang::Lang;
use gyeot::ports::store::{Position, all_of};
use gyeot::service::{KeyCost, UnlockedVault, VaultError};
use gyeot::vault::workstation::Workstation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One place as schema 1 wrote it.
fn old_place(p: &Position) -> Vec<u8> {
    [&p.number.to_be_bytes()[..], &p.collection, &p.id.0, &p.hash, &p.head].concat()
}

/// A folder of schema 1 as the program of before left it: its store too.
fn old_vault(root: &Path) -> PathBuf {
    let dir = root.join("v");
    UnlockedVault::restore(&data("tests/fixtures/vault-1.age"), &pass(), &dir).unwrap();
    let records: Vec<_> = {
        let store = SledStore::open(&dir.join("store")).unwrap();
        all_of(&store).map(Result::unwrap).collect()
    };
    std::fs::remove_dir_all(dir.join("store")).unwrap();
    let db = raw_store(&dir.join("store"));
    let tree = db.open_tree("a").unwrap();
    for (position, bytes) in records {
        assert_eq!(position.writer, Writer::SCHEMA_1);
        let place = old_place(&position);
        tree.insert([&b"s"[..], &position.number.to_be_bytes()].concat(), place.clone()).unwrap();
        let bytes = bytes.unwrap_or_default();
        let count = bytes.len().div_ceil(4096) as u16;
        for (part, n) in bytes.chunks(4096).zip(0u16..) {
            let mut piece = [&b"gyR1"[..], &place, &n.to_be_bytes(), &count.to_be_bytes()].concat();
            piece.extend_from_slice(&(part.len() as u32).to_be_bytes());
            piece.extend_from_slice(part);
            let sum = sha256(&[&piece]);
            piece.extend_from_slice(&sum[..16]);
            let key = [&b"r"[..], &position.collection, &position.number.to_be_bytes(), &n.to_be_bytes()].concat();
            tree.insert(key, piece).unwrap();
        }
    }
    db.flush().unwrap();
    drop((tree, db));
    dir
}

/// The same for tests that open it again and again and try other things than its passphrase: its slots cost next to nothing. The first
/// test opens it as it was.
fn old_vault_quick_to_open(root: &Path) -> PathBuf {
    let dir = old_vault(root);
    for place in [dir.clone(), dir.join("spare")].into_iter().filter(|place| place.join("slots").is_dir()) {
        for slot in files(&place.join("slots")) {
            let path = place.join("slots").join(slot);
            let name = path.file_name().unwrap().to_str().unwrap();
            if !name.ends_with(".age") || name.ends_with(".recovery.age") {
                continue;
            }
            let keys = slot::unlock(&std::fs::read(&path).unwrap(), &pass()).unwrap();
            let quick = slot::lock(&keys, &pass(), KeyCost::CheapForTests).unwrap();
            std::fs::write(path.with_extension("sum"), hex::encode(sha256(&[&quick]))).unwrap();
            std::fs::write(&path, quick).unwrap();
        }
    }
    dir
}

/// A workstation that has seen nothing but what is beside this folder.
fn station(dir: &Path) -> Workstation {
    let state = dir.with_file_name("state");
    Workstation {
        stores: Arc::new(Sled),
        clock: Arc::new(SystemClock),
        machine: Arc::new(ThisMachine),
        state,
        compared: None,
    }
}

/// Unlocks, after the words of the first sight were compared.
fn unlocked(dir: &Path, name: &str) -> Result<UnlockedVault, VaultError> {
    match UnlockedVault::unlock_on(dir, Some(name), &pass(), station(dir)) {
        Err(VaultError::FirstSight { words }) => {
            let words = words.to_uppercase().replace('-', " ");
            UnlockedVault::unlock_on(dir, Some(name), &pass(), station(dir).with_words(&words))
        }
        other => other,
    }
}

fn content(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let there = files(dir).into_iter().filter(|f| !f.to_str().unwrap().starts_with("delay-") && f != Path::new("lock"));
    there.filter(|f| !f.starts_with("store")).map(|f| (f.clone(), std::fs::read(dir.join(f)).unwrap())).collect()
}

#[test]
fn a_vault_from_before_asks_for_its_words_once_is_copied_and_complete_afterwards() {
    let root = tempfile::tempdir().unwrap();
    let dir = old_vault(root.path());
    let before = content(&dir);
    let asked = UnlockedVault::unlock_on(&dir, Some("Kim"), &pass(), station(&dir)).unwrap_err();
    assert!(matches!(asked, VaultError::FirstSight { .. }), "{asked:?}");
    assert!(matches!(
        UnlockedVault::unlock_on(&dir, Some("Kim"), &pass(), station(&dir).with_words("babab-babab")),
        Err(VaultError::OtherWords)
    ));
    assert_eq!(content(&dir), before, "nothing before the words are compared");
    let opened = unlocked(&dir, "Kim").unwrap();
    assert!(opened.integrity().whole(), "{:?}", opened.integrity());
    let report = opened.check().unwrap();
    assert!(report.sound() && report.records >= 21, "{report:?}");
    assert_eq!(opened.clients().unwrap().len(), 1);
    opened.lock().unwrap();
    let beside = content(&root.path().join("v.schema-1"));
    assert_eq!(beside.get(Path::new("roster")), before.get(Path::new("roster")), "the copy is the vault of before");
    assert!(!dir.join("mark").exists() && !dir.join("migrated").exists() && !dir.join("schema-1").exists());
    // The program of before reads the founding entry first and refuses its version by name.
    let first = std::fs::read_to_string(dir.join("roster")).unwrap();
    assert!(first.lines().next().unwrap().contains("gyeot.vault/2"), "named to the program of before");
    let again = UnlockedVault::unlock_on(&dir, Some("Park"), &pass(), station(&dir)).unwrap();
    assert!(again.read_log().unwrap().len() > 10, "the log of before is read with that of now");
    assert!(again.integrity().whole() && again.check().unwrap().sound());
}

#[test]
fn a_migration_that_was_killed_goes_on_or_begins_anew_at_the_next_opening() {
    let root = tempfile::tempdir().unwrap();
    let base = old_vault_quick_to_open(root.path());
    let kept = root.path().join("base");
    copy(&base, &kept);
    drop(unlocked(&base, "Kim").unwrap());
    let parts = ["roster", "store", "access", "tombs", "checkpoints"];
    for moved in 0..=parts.len() {
        // As after a kill when so many parts had been moved: the others lie ready.
        let dir = root.path().join(format!("killed-{moved}"));
        copy(&kept, &dir);
        let ready = dir.join("migrated");
        std::fs::create_dir(&ready).unwrap();
        let mark = std::fs::read(dir.join("mark")).unwrap();
        std::fs::write(ready.join("made-from"), hex::encode(sha256(&[&mark]))).unwrap();
        for (n, part) in parts.iter().enumerate() {
            let to = if n < moved { dir.join(part) } else { ready.join(part) };
            let _ = if to.is_dir() { std::fs::remove_dir_all(&to) } else { std::fs::remove_file(&to).or(Ok(())) };
            let from = base.join(part);
            if from.is_dir() {
                copy(&from, &to)
            } else {
                let _ = std::fs::copy(&from, &to).unwrap();
            }
        }
        let opened = unlocked(&dir, "Kim").unwrap();
        assert!(opened.integrity().whole(), "{moved}: {:?}", opened.integrity());
        assert!(opened.check().unwrap().sound(), "{moved}");
        assert!(!dir.join("migrated").exists());
    }
    // Killed before it was complete: begun anew.
    let dir = root.path().join("early");
    copy(&kept, &dir);
    copy(&kept.join("store"), &dir.join("migrating/store"));
    assert!(unlocked(&dir, "Kim").unwrap().check().unwrap().sound());
}

#[test]
fn a_damaged_vault_from_before_is_refused_and_left_as_it_is() {
    let root = tempfile::tempdir().unwrap();
    let base = old_vault_quick_to_open(root.path());
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 4] = [
        ("no mark", |dir| std::fs::remove_file(dir.join("mark")).unwrap()),
        ("a cut log", |dir| {
            let log = std::fs::read_to_string(dir.join("access")).unwrap();
            let lines: Vec<&str> = log.lines().collect();
            std::fs::write(dir.join("access"), lines[..lines.len() - 3].join("\n") + "\n").unwrap();
        }),
        ("a record gone", |dir| {
            let db = raw_store(&dir.join("store"));
            let tree = db.open_tree("a").unwrap();
            tree.remove([&b"s"[..], &5u64.to_be_bytes()].concat()).unwrap().unwrap();
            db.flush().unwrap();
        }),
        ("an older store", |dir| {
            let db = raw_store(&dir.join("store"));
            let tree = db.open_tree("a").unwrap();
            for n in 18..21u64 {
                tree.remove([&b"s"[..], &n.to_be_bytes()].concat()).unwrap().unwrap();
            }
            db.flush().unwrap();
        }),
    ];
    for (what, damage) in damages {
        let dir = root.path().join(what.replace(' ', "-"));
        copy(&base, &dir);
        damage(&dir);
        let before = content(&dir);
        let refused = unlocked(&dir, "Kim").unwrap_err();
        assert!(matches!(refused, VaultError::NotMigrated(_)), "{what}: {refused:?}");
        let mut after = content(&dir);
        after.retain(|f, _| !f.starts_with("migrating"));
        assert_eq!(after, before, "{what}");
    }
}

#[test]
fn a_vault_from_before_on_a_disk_that_cannot_be_written_is_refused_stays_and_is_brought_over_when_it_can() {
    let Some(disk) = crate::refusals::Tmpfs::mounted(40_000) else { return };
    let root = tempfile::tempdir().unwrap();
    let dir = disk.path().join("v");
    copy(&old_vault_quick_to_open(root.path()), &dir);
    let before = content(&dir);
    // What the workstation knows lies on another disk.
    let here = || Workstation { state: root.path().join("state"), ..station(&dir) };
    let Err(VaultError::FirstSight { words }) = UnlockedVault::unlock_on(&dir, Some("Kim"), &pass(), here()) else {
        panic!("the words are asked for")
    };
    let open = || UnlockedVault::unlock_on(&dir, Some("Kim"), &pass(), here().with_words(&words));
    disk.read_only(true);
    let refused = gyeot::domain::explain::ErrorReport::from(open().unwrap_err());
    for lang in [Lang::Ko, Lang::En] {
        let (what, hint) = refused.said(lang);
        assert!(!what.is_empty() && !hint.is_empty(), "{what}: {hint}");
    }
    assert_eq!(content(&dir), before);
    disk.read_only(false);
    let vault = open().unwrap();
    assert!(vault.integrity().whole() && vault.check().unwrap().sound());
    vault.lock().unwrap();
}
