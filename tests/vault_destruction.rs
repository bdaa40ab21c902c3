//! What was destroyed stays destroyed, whatever is put back; and an exchange of files that the power cut short leaves
//! no vault empty.
#![allow(clippy::unwrap_used, clippy::panic)]

mod vault_stage;

use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::store_pieces::salvage;
use gyeot::domain::ids::{ClientCode, SessionId, UtteranceId};
use gyeot::domain::member::Role;
use gyeot::domain::text::ClientText;
use gyeot::domain::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::runtime::desk::{
    Body, Consent, Desk, DeskFault, KeyCost, NewClient, NewMember, NewVault, Scope, Second, Standing,
};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use vault_stage::copy;

const FIRST: &str = "velvet harbour cactus nineteen drums";
const OTHER: &str = "seven lanterns over a quiet river";

fn pass(text: &str) -> SecretString {
    SecretString::from(text)
}

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
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", "이서윤", Role::Counsellor) };
    let desk = Desk::init(&dir, &new, &pass(FIRST)).unwrap();
    let one = |name: &str| {
        let code = desk.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
        let scopes = [Scope::Service, Scope::Recording].into();
        desk.set_consent(
            &code,
            Consent { scopes, version: "1".into(), by: "client".into(), age_confirmed: true, ..Consent::default() },
        )
        .unwrap();
        let session = desk.begin_session(&code, Timestamp(0)).unwrap();
        desk.keep(session, &[said(1), said(2), said(3)]).unwrap();
        desk.end_session(session, Timestamp(1), "done").unwrap();
        (code, session)
    };
    let (kept, gone) = (one("김하늘"), one("박바다"));
    desk.lock().unwrap();
    Practice { _folder: folder, dir, codes: [kept.0, gone.0], sessions: [kept.1, gone.1] }
}

fn open(dir: &Path) -> Desk {
    Desk::unlock(dir, None, &pass(FIRST)).unwrap()
}

/// Puts an old copy in the place of a folder of the vault.
fn put_back(old: &Path, place: &Path) {
    std::fs::remove_dir_all(place).unwrap();
    copy(old, place);
}

fn destroyed_is_gone(p: &Practice, desk: &Desk) {
    assert_eq!(desk.clients().unwrap().iter().map(|c| &c.code).collect::<Vec<_>>(), [&p.codes[0]]);
    assert!(desk.open_session(p.sessions[1]).is_err());
    assert_eq!(desk.open_session(p.sessions[0]).unwrap().len(), 3);
}

#[test]
fn an_old_database_put_back_brings_no_destroyed_client_back_and_its_return_is_told() {
    let p = practice();
    let old = p.dir.with_extension("old");
    copy(&p.dir.join("store"), &old);
    let desk = open(&p.dir);
    desk.destroy_client(&p.codes[1], "asked for", None).unwrap();
    desk.lock().unwrap();
    put_back(&old, &p.dir.join("store"));
    let desk = open(&p.dir);
    if desk.standing().whole() {
        destroyed_is_gone(&p, &desk);
        let report = desk.check().unwrap();
        assert!(report.mended.iter().any(|m| m.starts_with("store (")), "{report:?}");
    } else {
        assert!(desk.clients().unwrap().iter().all(|c| c.code == p.codes[0]));
    }
    let whole = desk.standing().whole();
    desk.lock().unwrap();
    if whole {
        let raw = salvage(&[&p.dir.join("store")]).unwrap();
        let desk = open(&p.dir);
        assert_eq!(raw.len() as u64, desk.check().unwrap().opened + desk.check().unwrap().sealed_to_others);
        desk.lock().unwrap();
    }
}

#[test]
fn salvage_of_an_old_database_brings_no_destroyed_client_back() {
    let p = practice();
    let old = p.dir.with_extension("old");
    copy(&p.dir.join("store"), &old);
    let desk = open(&p.dir);
    desk.destroy_client(&p.codes[1], "asked for", None).unwrap();
    desk.lock().unwrap();
    put_back(&old, &p.dir.join("store"));
    let (desk, _) = Desk::salvage(&p.dir, None, &pass(FIRST), Box::new(SystemClock)).unwrap();
    destroyed_is_gone(&p, &desk);
    desk.lock().unwrap();
    destroyed_is_gone(&p, &open(&p.dir));
}

#[test]
fn a_crash_between_the_tombstone_and_the_destruction_is_finished_at_the_next_opening() {
    let p = practice();
    let old = p.dir.with_extension("old");
    copy(&p.dir.join("store"), &old);
    let desk = open(&p.dir);
    desk.destroy_session(p.sessions[1], "asked for", None).unwrap();
    // As if the disk had kept the tombstone and not the rest.
    drop(desk);
    put_back(&old, &p.dir.join("store"));
    let desk = open(&p.dir);
    assert_eq!(desk.open_session(p.sessions[1]).map_or(0, |records| records.len()), 0);
}

#[test]
fn destroying_takes_the_damaged_stores_along_that_were_put_aside_and_the_certificate_names_them() {
    let p = practice();
    let (desk, saved) = Desk::salvage(&p.dir, None, &pass(FIRST), Box::new(SystemClock)).unwrap();
    assert!(p.dir.join(&saved.aside).exists());
    let (certificate, _) = desk.destroy_client(&p.codes[1], "asked for", None).unwrap();
    assert_eq!(certificate.copies, std::slice::from_ref(&saved.aside));
    assert!(!p.dir.join(&saved.aside).exists());
    destroyed_is_gone(&p, &desk);
}

#[test]
fn after_a_destruction_and_a_lock_no_byte_of_what_was_destroyed_is_in_the_file_of_the_store() {
    let p = practice();
    let before = salvage(&[&p.dir.join("store")]).unwrap().len();
    let desk = open(&p.dir);
    desk.destroy_session(p.sessions[1], "asked for", None).unwrap();
    desk.lock().unwrap();
    let after = salvage(&[&p.dir.join("store")]).unwrap();
    // Three utterances and the wrap of the key went, one record that says so came.
    assert_eq!(after.len(), before - 4 + 1);
}

#[test]
fn a_store_whose_exchange_was_cut_short_is_not_found_empty() {
    let p = practice();
    std::fs::rename(p.dir.join("store"), p.dir.join("store.old")).unwrap();
    let desk = open(&p.dir);
    assert!(desk.standing().whole(), "{:?}", desk.standing());
    assert_eq!(desk.clients().unwrap().len(), 2);
}

/// A centre of counsellor, supervisor, admin; the supervisor was revoked last. Gives the folder's path.
fn with_a_leaver() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", "관리", Role::Admin) };
    let desk = Desk::init(&dir, &new, &pass(FIRST)).unwrap();
    let other = pass(OTHER);
    let member = |name: &str, role| NewMember { name: name.into(), role, cost: KeyCost::CheapForTests };
    desk.add_member(&member("수퍼", Role::Supervisor), &pass(OTHER), None, Some("first")).unwrap();
    let beside = |name| Some(Second { name, passphrase: &other });
    desk.add_member(&member("다른수퍼", Role::Supervisor), &pass(OTHER), beside("수퍼"), None).unwrap();
    desk.revoke_member("수퍼", beside("다른수퍼"), None).unwrap().unwrap();
    desk.lock().unwrap();
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
    let desk = Desk::unlock(&dir, Some("관리"), &pass(FIRST)).unwrap();
    assert!(desk.standing().whole(), "{:?}", desk.standing());
    assert!(desk.roster().active().all(|m| m.name != "수퍼"));
    assert_eq!(desk.check().unwrap().mended, ["roster"]);
}

#[test]
fn while_the_roster_is_cut_nothing_is_shown_and_salvage_moves_nothing() {
    let (_folder, dir) = with_a_leaver();
    cut_last_line(&dir.join("roster"));
    cut_last_line(&dir.join("spare/roster"));
    let desk = Desk::unlock(&dir, Some("관리"), &pass(FIRST)).unwrap();
    assert!(matches!(desk.standing(), Standing::Behind { part: "roster", missing: 1 }), "{:?}", desk.standing());
    assert!(matches!(desk.read_log(), Err(DeskFault::NotWhole(_))));
    assert!(!desk.check().unwrap().sound());
    drop(desk);
    let salvaged = Desk::salvage(&dir, Some("관리"), &pass(FIRST), Box::new(SystemClock));
    assert!(matches!(salvaged, Err(DeskFault::NotWhole(_))));
    let aside =
        std::fs::read_dir(&dir).unwrap().flatten().filter(|e| e.file_name().to_string_lossy().contains("damaged"));
    assert_eq!(aside.count(), 0);
}
