//! What a vault puts right by itself, what it does not, and what one damaged part leaves to the others.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, OTHER, client, copy, new_member, new_vault, pass, said, secret};
use crate::store_suite::raw_store;
use gyeot::adapters::sled_chunks::{PIECE_HEAD, salvage, salvage_and_mend};
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::Sealed;
use gyeot::domain::practice::ids::{ClientCode, RecordId, Writer};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::ports::store::{Put, Store, all_of};
use gyeot::service::{Integrity, KeyCost, NewClient, UnlockedVault, VaultError};
use std::path::{Path, PathBuf};

/// A vault of one counsellor with two clients, closed.
fn vault() -> (tempfile::TempDir, PathBuf, Vec<ClientCode>) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = new_vault("이서윤", Role::Counsellor);
    let unlocked = UnlockedVault::init(&dir, &new, &pass()).unwrap();
    let client = |name| unlocked.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
    let codes = vec![client("김하늘"), client("박바다")];
    unlocked.lock().unwrap();
    (folder, dir, codes)
}

fn only(folder: &Path, ending: &str) -> PathBuf {
    let mut found = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    found.find(|p| p.to_str().unwrap().ends_with(ending) && !p.to_str().unwrap().contains("recovery")).unwrap()
}

#[test]
fn a_vault_without_its_mark_says_so_at_every_opening_until_salvage_takes_what_is_there() {
    let (_folder, dir, _) = vault();
    std::fs::remove_file(stage::only(&dir, "checkpoints")).unwrap();
    for _ in 0..3 {
        let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
        assert!(matches!(unlocked.integrity(), Integrity::Damaged { .. }), "{:?}", unlocked.integrity());
        let refused = unlocked.add_client(NewClient { name: ClientText::new("x"), ..NewClient::default() });
        assert!(matches!(refused, Err(VaultError::NotWhole(_))));
        unlocked.lock().unwrap();
    }
    let clock = Box::new(gyeot::adapters::clock::SystemClock);
    let (unlocked, saved) = UnlockedVault::salvage(&dir, None, &pass(), clock).unwrap();
    assert!(saved.lost.is_empty() && unlocked.integrity().whole());
    assert_eq!(unlocked.clients().unwrap().len(), 2);
    unlocked.lock().unwrap();
    assert!(UnlockedVault::unlock(&dir, None, &pass()).unwrap().integrity().whole());
}

#[test]
fn a_line_end_of_the_log_that_was_damaged_is_put_back_and_the_entry_with_it() {
    let (_folder, dir, _) = vault();
    let path = stage::only(&dir, "access");
    let mut log = std::fs::read(&path).unwrap();
    *log.last_mut().unwrap() ^= 4;
    let entries = log.iter().filter(|b| **b == b'\n').count() as u64 + 1;
    std::fs::write(&path, log).unwrap();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert!(unlocked.integrity().whole(), "{:?}", unlocked.integrity());
    let report = unlocked.check().unwrap();
    assert!(report.sound() && report.log_entries > entries, "{report:?}");
    assert_eq!(report.mended, [path.strip_prefix(&dir).unwrap().to_str().unwrap()]);
}

#[test]
fn an_old_passphrase_does_not_come_back_by_a_damaged_slot() {
    let (_folder, dir, _) = vault();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    unlocked.rekey(&secret(OTHER), KeyCost::CheapForTests).unwrap();
    // As after a crash: nothing that a closing does has been done.
    std::mem::forget(unlocked);
    let copied = tempfile::tempdir().unwrap();
    let vault = copied.path().join("v");
    copy(&dir, &vault);
    let slot = only(&vault.join("slots"), ".age");
    let mut bytes = std::fs::read(&slot).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&slot, bytes).unwrap();
    assert!(UnlockedVault::unlock(&vault, None, &pass()).is_err());
    assert!(UnlockedVault::unlock(&vault, None, &secret(OTHER)).is_ok());
}

#[test]
fn one_clients_damaged_shelf_does_not_close_the_files_of_the_others() {
    let (_folder, dir, codes) = vault();
    let client = UnlockedVault::unlock(&dir, None, &pass()).unwrap().clients().unwrap()[0].code.clone();
    assert!(codes.contains(&client));
    // The collection of a client has its card and more; one record is taken from one such collection behind the count's back.
    let victim = {
        let store = SledStore::open(&dir.join("store")).unwrap();
        let places: Vec<_> = all_of(&store).map(|r| r.unwrap().0).collect();
        let key_collection = places[0].collection;
        *places
            .iter()
            .rev()
            .find(|p| p.collection != key_collection && store.collection(p.collection).unwrap().len() > 1)
            .unwrap()
    };
    let db = raw_store(&dir.join("store"));
    let tree = db.open_tree("a").unwrap();
    tree.remove([&b"r"[..], &victim.collection, &victim.time.to_be_bytes(), &victim.id.0, &[0, 0]].concat())
        .unwrap()
        .unwrap();
    db.flush().unwrap();
    drop((tree, db));
    // Who was there is remembered; what stands on the damaged collection is not shown, and the fault says what to do.
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert_eq!(unlocked.clients().unwrap().len(), 2);
    assert_eq!(codes.iter().filter(|code| unlocked.open_client(code).is_ok()).count(), 1);
    assert!(!unlocked.check().unwrap().sound());
    drop(unlocked);
    std::fs::remove_dir_all(dir.join("remembered")).unwrap();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert_eq!(unlocked.clients().unwrap().len(), 1);
    assert!(!unlocked.check().unwrap().sound());
}

#[test]
fn the_right_passphrase_of_one_member_does_not_clear_the_delay_of_another() {
    let (_folder, dir, _) = vault();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    let new = new_member("수퍼", Role::Supervisor);
    unlocked.add_member(&new, &secret(OTHER), None, Some("처음")).unwrap();
    unlocked.lock().unwrap();
    for _ in 0..3 {
        assert!(UnlockedVault::unlock(&dir, Some("수퍼"), &secret("not the passphrase")).is_err());
        UnlockedVault::unlock(&dir, Some("이서윤"), &pass()).unwrap().lock().unwrap();
    }
    assert!(matches!(
        UnlockedVault::unlock(&dir, Some("수퍼"), &secret(OTHER)),
        Err(VaultError::Delay { wrong: 3, .. })
    ));
}

#[test]
fn a_damaged_second_copy_and_a_damaged_delay_are_named_and_put_right() {
    let (_folder, dir, _) = vault();
    assert!(UnlockedVault::unlock(&dir, None, &secret("not the passphrase")).is_err());
    let delay = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let delay = delay.filter(|n| n.starts_with("delay-")).collect::<Vec<_>>();
    for name in [delay[0].as_str(), "spare/roster"] {
        let mut bytes = std::fs::read(dir.join(name)).unwrap();
        if bytes.is_empty() {
            continue;
        }
        bytes[9] ^= 1;
        std::fs::write(dir.join(name), bytes).unwrap();
    }
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert_eq!(unlocked.check().unwrap().mended, [delay[0].as_str(), "spare/roster"]);
    unlocked.lock().unwrap();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert!(unlocked.check().unwrap().mended.is_empty());
}

#[test]
fn an_exchange_of_the_stores_folder_that_a_crash_interrupted_is_taken_back() {
    let (_folder, dir, codes) = vault();
    std::fs::rename(dir.join("store"), dir.join("store.old")).unwrap();
    std::fs::create_dir(dir.join("store.new")).unwrap();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    assert!(unlocked.integrity().whole(), "{:?}", unlocked.integrity());
    assert_eq!(unlocked.clients().unwrap().len(), codes.len());
    assert!(!dir.join("store.new").exists() && !dir.join("store.old").exists());
}

#[test]
fn a_certificate_is_known_to_be_as_it_was_signed_and_one_changed_letter_is_found() {
    let (_folder, dir, codes) = vault();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    let (done, signed) = unlocked.destroy_client(&codes[0], "for the test", None).unwrap();
    assert!(done.rewritten);
    unlocked.lock().unwrap();
    let read = UnlockedVault::read_signed(&dir, signed.as_bytes()).unwrap();
    assert!(read.by == "이서윤" && read.text.contains("gyeot.destruction/1"));
    let changed = signed.replace("\"records\": 2", "\"records\": 0");
    assert_ne!(signed, changed);
    assert_eq!(UnlockedVault::read_signed(&dir, changed.as_bytes()).unwrap_err(), VaultError::NotSigned);
}

#[test]
fn every_bit_of_a_record_that_is_flipped_in_the_raw_file_is_turned_back_by_salvage() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("store");
    let mut store = SledStore::open(&dir).unwrap();
    let put = Put {
        collection: [7; 16],
        id: RecordId([9; 16]),
        sealed: Sealed::from_stored(b"age-encryption.org/v1\none record".to_vec()).unwrap(),
    };
    store.put(Writer::from_bytes(&[3; 32]), &[put], &mut |_| Ok(())).unwrap();
    drop(store);
    let whole = salvage(&[&dir]).unwrap();
    let mut raw = std::fs::read(dir.join("db")).unwrap();
    raw.truncate(raw.iter().rposition(|b| *b != 0).unwrap() + 1);
    let starts: Vec<usize> = (0..raw.len() - 4).filter(|at| raw[*at..].starts_with(b"gyR2")).collect();
    let length = PIECE_HEAD + whole[0].1.len() + 16;
    for bit in 0..length * 8 {
        let mut hurt = raw.clone();
        for start in &starts {
            hurt[start + bit / 8] ^= 1 << (bit % 8);
        }
        std::fs::write(dir.join("db"), hurt).unwrap();
        assert!(salvage(&[&dir]).unwrap().is_empty(), "bit {bit}");
        assert_eq!(salvage_and_mend(&[&dir]).unwrap(), whole, "bit {bit}");
    }
}

#[test]
fn a_group_that_a_kill_cut_off_before_its_sync_is_not_missed_though_some_of_its_records_are_whole_in_the_file() {
    let (folder, dir, _) = vault();
    let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
    let session = unlocked.begin_session(&client(&unlocked, "이강물"), Timestamp(0)).unwrap();
    unlocked.keep(session, &[said(1, 50)]).unwrap();
    unlocked.keep(session, &[said(2, 3_000), said(3, 50)]).unwrap();
    let killed = folder.path().join("killed");
    copy(&dir, &killed);
    unlocked.lock().unwrap();
    // As after a kill between two writes of the group: of its first record no later piece was ever written.
    let number = salvage(&[&killed.join("store")]).unwrap().iter().map(|(place, _)| place.number).max().unwrap() - 1;
    let mut db = std::fs::read(killed.join("store/db")).unwrap();
    for at in 0..db.len() - PIECE_HEAD {
        let first = db[at + PIECE_HEAD - 8..at + PIECE_HEAD - 6] == [0, 0];
        if db[at..].starts_with(b"gyR2") && db[at + 36..at + 44] == number.to_be_bytes() && !first {
            db[at..at + PIECE_HEAD].fill(0);
        }
    }
    std::fs::write(killed.join("store/db"), db).unwrap();
    let unlocked = UnlockedVault::unlock(&killed, None, &pass()).unwrap();
    assert_eq!(unlocked.integrity(), Integrity::Complete { interrupted: 2 });
    assert_eq!(unlocked.open_session(session).unwrap().len(), 1);
    unlocked.keep(session, &[said(2, 50), said(3, 50)]).unwrap();
    assert!(unlocked.check().unwrap().sound());
}
