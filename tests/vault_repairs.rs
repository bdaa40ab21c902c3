//! What a vault puts right by itself, what it does not, and what one damaged part leaves to the others.
#![allow(clippy::unwrap_used)]

mod vault_stage;

use gyeot::adapters::store_pieces::{salvage, salvage_and_mend};
use gyeot::adapters::store_sled::SledStore;
use gyeot::domain::ids::{ClientCode, RecordId};
use gyeot::domain::member::Role;
use gyeot::domain::text::ClientText;
use gyeot::domain::time::Timestamp;
use gyeot::ports::store::{Put, Store};
use gyeot::runtime::desk::{Desk, DeskFault, KeyCost, NewClient, NewMember, NewVault, Standing};
use gyeot::vault::Sealed;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use vault_stage::{client, copy, said};

const FIRST: &str = "velvet harbour cactus nineteen drums";
const SECOND: &str = "seven lanterns over a quiet river";

fn pass(text: &str) -> SecretString {
    SecretString::from(text)
}

/// A vault of one counsellor with two clients, closed.
fn vault() -> (tempfile::TempDir, PathBuf, Vec<ClientCode>) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", "이서윤", Role::Counsellor) };
    let desk = Desk::init(&dir, &new, &pass(FIRST)).unwrap();
    let client = |name| desk.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
    let codes = vec![client("김하늘"), client("박바다")];
    desk.lock().unwrap();
    (folder, dir, codes)
}

fn only(folder: &Path, ending: &str) -> PathBuf {
    let mut found = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    found.find(|p| p.to_str().unwrap().ends_with(ending) && !p.to_str().unwrap().contains("recovery")).unwrap()
}

#[test]
fn a_vault_without_its_mark_says_so_at_every_opening_until_salvage_takes_what_is_there() {
    let (_folder, dir, _) = vault();
    std::fs::remove_file(dir.join("mark")).unwrap();
    for _ in 0..3 {
        let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
        assert!(matches!(desk.standing(), Standing::Damaged { .. }), "{:?}", desk.standing());
        let refused = desk.add_client(NewClient { name: ClientText::new("x"), ..NewClient::default() });
        assert!(matches!(refused, Err(DeskFault::NotWhole(_))));
        desk.lock().unwrap();
    }
    let clock = Box::new(gyeot::adapters::clock::SystemClock);
    let (desk, saved) = Desk::salvage(&dir, None, &pass(FIRST), clock).unwrap();
    assert!(saved.lost.is_empty() && desk.standing().whole());
    assert_eq!(desk.clients().unwrap().len(), 2);
    desk.lock().unwrap();
    assert!(Desk::unlock(&dir, None, &pass(FIRST)).unwrap().standing().whole());
}

#[test]
fn a_line_end_of_the_log_that_was_damaged_is_put_back_and_the_entry_with_it() {
    let (_folder, dir, _) = vault();
    let mut log = std::fs::read(dir.join("access")).unwrap();
    *log.last_mut().unwrap() ^= 4;
    let entries = log.iter().filter(|b| **b == b'\n').count() as u64 + 1;
    std::fs::write(dir.join("access"), log).unwrap();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    assert!(desk.standing().whole(), "{:?}", desk.standing());
    let report = desk.check().unwrap();
    assert!(report.sound() && report.log_entries > entries, "{report:?}");
    assert_eq!(report.mended, ["access"]);
}

#[test]
fn an_old_passphrase_does_not_come_back_by_a_damaged_slot() {
    let (_folder, dir, _) = vault();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    desk.rekey(&pass(SECOND), KeyCost::CheapForTests).unwrap();
    // As after a crash: nothing that a closing does has been done.
    std::mem::forget(desk);
    let copied = tempfile::tempdir().unwrap();
    let vault = copied.path().join("v");
    copy(&dir, &vault);
    let slot = only(&vault.join("slots"), ".age");
    let mut bytes = std::fs::read(&slot).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&slot, bytes).unwrap();
    assert!(Desk::unlock(&vault, None, &pass(FIRST)).is_err());
    assert!(Desk::unlock(&vault, None, &pass(SECOND)).is_ok());
}

#[test]
fn one_clients_damaged_shelf_does_not_close_the_files_of_the_others() {
    let (_folder, dir, codes) = vault();
    let client = Desk::unlock(&dir, None, &pass(FIRST)).unwrap().clients().unwrap()[0].code.clone();
    assert!(codes.contains(&client));
    // The shelf of a client has its card and more; one record is taken from one such shelf behind the count's back.
    let victim = {
        let store = SledStore::open(&dir.join("store")).unwrap();
        let places: Vec<_> = (0..store.head().count).map(|n| store.place(n).unwrap().unwrap()).collect();
        let lobby = places[0].shelf;
        *places.iter().rev().find(|p| p.shelf != lobby && store.shelf(p.shelf).unwrap().len() > 1).unwrap()
    };
    let db = sled::open(dir.join("store")).unwrap();
    let tree = db.open_tree("a").unwrap();
    tree.remove([&b"r"[..], &victim.shelf, &victim.seq.to_be_bytes(), &[0, 0]].concat()).unwrap().unwrap();
    db.flush().unwrap();
    drop((tree, db));
    // Who was there is remembered; what stands on the damaged shelf is not shown, and the fault says what to do.
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    assert_eq!(desk.clients().unwrap().len(), 2);
    assert_eq!(codes.iter().filter(|code| desk.open_client(code).is_ok()).count(), 1);
    assert!(!desk.check().unwrap().sound());
    drop(desk);
    std::fs::remove_dir_all(dir.join("remembered")).unwrap();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    assert_eq!(desk.clients().unwrap().len(), 1);
    assert!(!desk.check().unwrap().sound());
}

#[test]
fn the_right_passphrase_of_one_member_does_not_clear_the_delay_of_another() {
    let (_folder, dir, _) = vault();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    let new = NewMember { name: "수퍼".into(), role: Role::Supervisor, cost: KeyCost::CheapForTests };
    desk.add_member(&new, &pass(SECOND), None, Some("처음")).unwrap();
    desk.lock().unwrap();
    for _ in 0..3 {
        assert!(Desk::unlock(&dir, Some("수퍼"), &pass("not the passphrase")).is_err());
        Desk::unlock(&dir, Some("이서윤"), &pass(FIRST)).unwrap().lock().unwrap();
    }
    assert!(matches!(Desk::unlock(&dir, Some("수퍼"), &pass(SECOND)), Err(DeskFault::Delay { wrong: 3, .. })));
}

#[test]
fn a_damaged_second_copy_and_a_damaged_delay_are_named_and_put_right() {
    let (_folder, dir, _) = vault();
    assert!(Desk::unlock(&dir, None, &pass("not the passphrase")).is_err());
    let delay = std::fs::read_dir(&dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let delay = delay.filter(|n| n.starts_with("delay-")).collect::<Vec<_>>();
    for name in [delay[0].as_str(), "spare/roster", "spare/tombs"] {
        let mut bytes = std::fs::read(dir.join(name)).unwrap();
        if bytes.is_empty() {
            continue;
        }
        bytes[9] ^= 1;
        std::fs::write(dir.join(name), bytes).unwrap();
    }
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    assert_eq!(desk.check().unwrap().mended, [delay[0].as_str(), "spare/roster"]);
    desk.lock().unwrap();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    assert!(desk.check().unwrap().mended.is_empty());
}

#[test]
fn an_exchange_of_the_stores_folder_that_a_crash_interrupted_is_taken_back() {
    let (_folder, dir, codes) = vault();
    std::fs::rename(dir.join("store"), dir.join("store.old")).unwrap();
    std::fs::create_dir(dir.join("store.new")).unwrap();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    assert!(desk.standing().whole(), "{:?}", desk.standing());
    assert_eq!(desk.clients().unwrap().len(), codes.len());
    assert!(!dir.join("store.new").exists() && !dir.join("store.old").exists());
}

#[test]
fn a_certificate_is_known_to_be_as_it_was_signed_and_one_changed_letter_is_found() {
    let (_folder, dir, codes) = vault();
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    let (done, signed) = desk.destroy_client(&codes[0], "for the test", None).unwrap();
    assert!(done.rewritten);
    desk.lock().unwrap();
    let read = Desk::read_signed(&dir, signed.as_bytes()).unwrap();
    assert!(read.by == "이서윤" && read.text.contains("gyeot.destruction/1"));
    let changed = signed.replace("\"records\": 2", "\"records\": 0");
    assert_ne!(signed, changed);
    assert_eq!(Desk::read_signed(&dir, changed.as_bytes()).unwrap_err(), DeskFault::NotSigned);
}

#[test]
fn every_bit_of_a_record_that_is_flipped_in_the_raw_file_is_turned_back_by_salvage() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("store");
    let mut store = SledStore::open(&dir).unwrap();
    let put = Put {
        shelf: [7; 16],
        id: RecordId([9; 16]),
        sealed: Sealed::from_stored(b"age-encryption.org/v1\none record".to_vec()).unwrap(),
    };
    store.put(&[put], &mut |_| Ok(())).unwrap();
    drop(store);
    let whole = salvage(&[&dir]).unwrap();
    let mut raw = std::fs::read(dir.join("db")).unwrap();
    raw.truncate(raw.iter().rposition(|b| *b != 0).unwrap() + 1);
    let starts: Vec<usize> = (0..raw.len() - 4).filter(|at| raw[*at..].starts_with(b"gyR1")).collect();
    let length = 116 + whole[0].1.len() + 16;
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
    let desk = Desk::unlock(&dir, None, &pass(FIRST)).unwrap();
    let session = desk.begin_session(&client(&desk, "이강물"), Timestamp(0)).unwrap();
    desk.keep(session, &[said(1, 50)]).unwrap();
    desk.keep(session, &[said(2, 3_000), said(3, 50)]).unwrap();
    let killed = folder.path().join("killed");
    copy(&dir, &killed);
    desk.lock().unwrap();
    // As after a kill between two writes of the group: of its first record no later piece was ever written.
    let seq = salvage(&[&killed.join("store")]).unwrap().iter().map(|(place, _)| place.seq).max().unwrap() - 1;
    let mut db = std::fs::read(killed.join("store/db")).unwrap();
    for at in 0..db.len() - 116 {
        let first = db[at + 108..at + 110] == [0, 0];
        if db[at..].starts_with(b"gyR1") && db[at + 4..at + 12] == seq.to_be_bytes() && !first {
            db[at..at + 116].fill(0);
        }
    }
    std::fs::write(killed.join("store/db"), db).unwrap();
    let desk = Desk::unlock(&killed, None, &pass(FIRST)).unwrap();
    assert_eq!(desk.standing(), Standing::Complete { interrupted: 2 });
    assert_eq!(desk.open_session(session).unwrap().len(), 1);
    desk.keep(session, &[said(2, 50), said(3, 50)]).unwrap();
    assert!(desk.check().unwrap().sound());
}
