//! What was destroyed stays destroyed, whatever is put back; and an exchange of files that the power cut short leaves
//! no vault empty.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{OTHER, consent, copy, new_member, new_vault, pass, secret};
use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::sled_chunks::salvage;
use gyeot::domain::practice::ids::{ClientCode, SessionId, UtteranceId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::service::{Body, Integrity, NewClient, Scope, Second, UnlockedVault, VaultError};
use std::path::{Path, PathBuf};

fn said(n: u32) -> Body {
    let (id, text, speaker) = (UtteranceId(n), ClientText::new("새벽에 깨면 누워 있어요"), Speaker::Client);
    Body::Utterances { utterances: vec![Utterance { id, start_ms: 0, end_ms: 1, speaker, text, confidence: None }] }
}

struct Practice {
    _folder: tempfile::TempDir,
    dir: PathBuf,
    /// Kept, and to be destroyed.
    codes: [ClientCode; 2],
    sessions: [SessionId; 2],
}

/// A practice of one with two clients, one session each, closed.
fn practice() -> Practice {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = new_vault("이서윤", Role::Counsellor);
    let unlocked = UnlockedVault::init(&dir, &new, &pass()).unwrap();
    let one = |name: &str| {
        let code = unlocked.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
        unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
        let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
        unlocked.keep(session, &[said(1), said(2), said(3)]).unwrap();
        unlocked.end_session(session, Timestamp(1), "done").unwrap();
        (code, session)
    };
    let (kept, gone) = (one("김하늘"), one("박바다"));
    unlocked.lock().unwrap();
    Practice { _folder: folder, dir, codes: [kept.0, gone.0], sessions: [kept.1, gone.1] }
}

fn open(dir: &Path) -> UnlockedVault {
    UnlockedVault::unlock(dir, None, &pass()).unwrap()
}

/// Puts an old copy in the place of a folder of the vault.
fn put_back(old: &Path, place: &Path) {
    std::fs::remove_dir_all(place).unwrap();
    copy(old, place);
}

fn destroyed_is_gone(p: &Practice, unlocked: &UnlockedVault) {
    assert_eq!(unlocked.clients().unwrap().iter().map(|c| &c.code).collect::<Vec<_>>(), [&p.codes[0]]);
    assert!(unlocked.open_session(p.sessions[1]).is_err());
    assert_eq!(unlocked.open_session(p.sessions[0]).unwrap().len(), 3);
}

#[test]
fn an_old_database_put_back_brings_no_destroyed_client_back_and_its_return_is_told() {
    let p = practice();
    let old = p.dir.with_extension("old");
    copy(&p.dir.join("store"), &old);
    let unlocked = open(&p.dir);
    unlocked.destroy_client(&p.codes[1], "asked for", None).unwrap();
    unlocked.lock().unwrap();
    put_back(&old, &p.dir.join("store"));
    let unlocked = open(&p.dir);
    if unlocked.integrity().whole() {
        destroyed_is_gone(&p, &unlocked);
        let report = unlocked.check().unwrap();
        assert!(report.mended.iter().any(|m| m.starts_with("store (")), "{report:?}");
    } else {
        assert!(unlocked.clients().unwrap().iter().all(|c| c.code == p.codes[0]));
    }
    let whole = unlocked.integrity().whole();
    unlocked.lock().unwrap();
    if whole {
        let raw = salvage(&[&p.dir.join("store")]).unwrap();
        let unlocked = open(&p.dir);
        assert_eq!(raw.len() as u64, unlocked.check().unwrap().opened + unlocked.check().unwrap().sealed_to_others);
        unlocked.lock().unwrap();
    }
}

#[test]
fn salvage_of_an_old_database_brings_no_destroyed_client_back() {
    let p = practice();
    let old = p.dir.with_extension("old");
    copy(&p.dir.join("store"), &old);
    let unlocked = open(&p.dir);
    unlocked.destroy_client(&p.codes[1], "asked for", None).unwrap();
    unlocked.lock().unwrap();
    put_back(&old, &p.dir.join("store"));
    let (unlocked, _) = UnlockedVault::salvage(&p.dir, None, &pass(), Box::new(SystemClock)).unwrap();
    destroyed_is_gone(&p, &unlocked);
    unlocked.lock().unwrap();
    destroyed_is_gone(&p, &open(&p.dir));
}

#[test]
fn a_crash_between_the_tombstone_and_the_destruction_is_finished_at_the_next_opening() {
    let p = practice();
    let old = p.dir.with_extension("old");
    copy(&p.dir.join("store"), &old);
    let unlocked = open(&p.dir);
    unlocked.destroy_session(p.sessions[1], "asked for", None).unwrap();
    // As if the disk had kept the tombstone and not the rest.
    drop(unlocked);
    put_back(&old, &p.dir.join("store"));
    let unlocked = open(&p.dir);
    assert_eq!(unlocked.open_session(p.sessions[1]).map_or(0, |records| records.len()), 0);
}

#[test]
fn destroying_takes_the_damaged_stores_along_that_were_put_aside_and_the_certificate_names_them() {
    let p = practice();
    let (unlocked, saved) = UnlockedVault::salvage(&p.dir, None, &pass(), Box::new(SystemClock)).unwrap();
    assert!(p.dir.join(&saved.aside).exists());
    let (certificate, _) = unlocked.destroy_client(&p.codes[1], "asked for", None).unwrap();
    assert_eq!(certificate.copies, std::slice::from_ref(&saved.aside));
    assert!(!p.dir.join(&saved.aside).exists());
    destroyed_is_gone(&p, &unlocked);
}

#[test]
fn after_a_destruction_and_a_lock_no_byte_of_what_was_destroyed_is_in_the_file_of_the_store() {
    let p = practice();
    let before = salvage(&[&p.dir.join("store")]).unwrap().len();
    let unlocked = open(&p.dir);
    unlocked.destroy_session(p.sessions[1], "asked for", None).unwrap();
    unlocked.lock().unwrap();
    let after = salvage(&[&p.dir.join("store")]).unwrap();
    // Three utterances and the wrap of the key went, one record that says so came.
    assert_eq!(after.len(), before - 4 + 1);
}

#[test]
fn a_store_whose_exchange_was_cut_short_is_not_found_empty() {
    let p = practice();
    std::fs::rename(p.dir.join("store"), p.dir.join("store.old")).unwrap();
    let unlocked = open(&p.dir);
    assert!(unlocked.integrity().whole(), "{:?}", unlocked.integrity());
    assert_eq!(unlocked.clients().unwrap().len(), 2);
}

/// A centre of counsellor, supervisor, admin; the supervisor was revoked last. Gives the folder's path.
fn with_a_leaver() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = new_vault("관리", Role::Admin);
    let unlocked = UnlockedVault::init(&dir, &new, &pass()).unwrap();
    let other = secret(OTHER);
    unlocked.add_member(&new_member("수퍼", Role::Supervisor), &secret(OTHER), None, Some("first")).unwrap();
    let beside = |name| Some(Second { name, passphrase: &other });
    unlocked.add_member(&new_member("다른수퍼", Role::Supervisor), &secret(OTHER), beside("수퍼"), None).unwrap();
    unlocked.revoke_member("수퍼", beside("다른수퍼"), None).unwrap().unwrap();
    unlocked.lock().unwrap();
    (folder, dir)
}

fn cut_last_line(file: &Path) {
    let bytes = std::fs::read(file).unwrap();
    let end = bytes[..bytes.len() - 1].iter().rposition(|b| *b == b'\n').unwrap();
    std::fs::write(file, &bytes[..=end]).unwrap();
}

#[test]
fn a_roster_that_was_cut_is_put_back_from_its_copy_and_a_leaver_stays_a_leaver() {
    let (_folder, dir) = with_a_leaver();
    cut_last_line(&dir.join("roster"));
    let unlocked = UnlockedVault::unlock(&dir, Some("관리"), &pass()).unwrap();
    assert!(unlocked.integrity().whole(), "{:?}", unlocked.integrity());
    assert!(unlocked.roster().active().all(|m| m.name != "수퍼"));
    assert_eq!(unlocked.check().unwrap().mended, ["roster"]);
}

#[test]
fn while_the_roster_is_cut_nothing_is_shown_and_salvage_moves_nothing() {
    let (_folder, dir) = with_a_leaver();
    cut_last_line(&dir.join("roster"));
    cut_last_line(&dir.join("spare/roster"));
    let unlocked = UnlockedVault::unlock(&dir, Some("관리"), &pass()).unwrap();
    assert!(
        matches!(unlocked.integrity(), Integrity::Behind { part: "roster", missing: 1 }),
        "{:?}",
        unlocked.integrity()
    );
    assert!(matches!(unlocked.read_log(), Err(VaultError::NotWhole(_))));
    assert!(!unlocked.check().unwrap().sound());
    drop(unlocked);
    let salvaged = UnlockedVault::salvage(&dir, Some("관리"), &pass(), Box::new(SystemClock));
    assert!(matches!(salvaged, Err(VaultError::NotWhole(_))));
    let aside =
        std::fs::read_dir(&dir).unwrap().flatten().filter(|e| e.file_name().to_string_lossy().contains("damaged"));
    assert_eq!(aside.count(), 0);
}
