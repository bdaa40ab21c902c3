//! Five members, every class of record, every way to read and write it, with real keys: the table in `expected` is
//! the whole truth.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, consent, new_member, pass};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteRevision, NoteState};
use gyeot::service::{Body, Consent, KeyCost, NewClient, Scope, Second, UnlockedVault, VaultError};
use secrecy::SecretString;
use std::path::Path;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

fn note() -> NoteRevision {
    NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None }
}

/// A centre of five: admin 관리, supervisors 수퍼 (assigned) and 다른수퍼, counsellors 상담 (own) and 다른상담.
fn centre(dir: &Path) -> (ClientCode, SessionId) {
    crate::stage::centre_of(dir, &crate::stage::FIVE);
    let unlocked = unlock(dir, "상담");
    let code = unlocked
        .add_client(NewClient {
            name: ClientText::new("김하늘"),
            supervisors: vec!["수퍼".into()],
            ..NewClient::default()
        })
        .unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    unlocked
        .keep(
            session,
            &[Body::Mark { at_ms: 1, label: None }, Body::Note { note: note() }, Body::ProcessNote { note: note() }],
        )
        .unwrap();
    unlocked.keep_for(&code, &[Body::Administration { sheet: stage::sheet() }]).unwrap();
    stage::raise(&unlocked, &code);
    unlocked.lock().unwrap();
    (code, session)
}

/// What each member may do, in the order of `did`.
const EXPECTED: [(&str, &str); 5] = [
    (
        "관리",
        "clients:- code:- session:- process:- case:- escalation:1 log:y keep:- consent:- comment:- add:- backup:y",
    ),
    (
        "수퍼",
        "clients:1 code:y session:y process:- case:y escalation:1 log:y keep:- consent:- comment:y add:- backup:y",
    ),
    (
        "다른수퍼",
        "clients:0 code:- session:- process:- case:- escalation:0 log:y keep:- consent:- comment:- add:- backup:y",
    ),
    (
        "상담",
        "clients:1 code:y session:y process:y case:y escalation:1 log:- keep:y consent:y comment:- add:y backup:y",
    ),
    (
        "다른상담",
        "clients:0 code:- session:- process:- case:- escalation:0 log:- keep:- consent:- comment:- add:y backup:y",
    ),
];

fn yes<T>(done: &Result<T, VaultError>) -> &'static str {
    match done {
        Ok(_) => "y",
        Err(e) => {
            assert_eq!(e.exit(), Exit::Refused, "{e}");
            "-"
        }
    }
}

fn did(unlocked: &UnlockedVault, code: &ClientCode, session: SessionId) -> String {
    let clients = unlocked.clients().map_or("-".to_owned(), |c| c.len().to_string());
    let opened = unlocked.open_session(session);
    let kinds: Vec<String> = opened.iter().flatten().map(|o| o.header.kind.clone()).collect();
    let has = |kind: &str| if kinds.iter().any(|k| k == kind) { "y" } else { "-" };
    let comment = Body::Comment {
        on: gyeot::domain::practice::ids::RecordId([0; 16]),
        line: None,
        at: None,
        text: ClientText::new("x"),
    };
    let consent = Consent { version: "2".into(), ..consent(&[Scope::Service, Scope::Recording]) };
    let dir = tempfile::tempdir().unwrap();
    let backup = unlocked.back_up(&dir.path().join("b"), &pass(), KeyCost::CheapForTests);
    format!(
        "clients:{clients} code:{} session:{} process:{} case:{} escalation:{} log:{} keep:{} consent:{} comment:{} add:{} backup:{}",
        yes(&unlocked.client(code)),
        has("mark"),
        has("process-note"),
        yes(&unlocked.open_client(code)),
        unlocked.escalations().unwrap().len(),
        yes(&unlocked.read_log()),
        yes(&unlocked.keep(session, &[Body::Mark { at_ms: 2, label: None }, Body::Plan { plan: stage::plan() }])),
        yes(&unlocked.set_consent(code, consent)),
        yes(&unlocked.keep(session, &[comment])),
        yes(&unlocked.add_client(NewClient { name: ClientText::new("새"), ..NewClient::default() })),
        yes(&backup),
    )
}

#[test]
fn every_role_reads_and_writes_exactly_what_the_table_says_with_real_keys() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session) = centre(dir.path());
    for (name, expected) in EXPECTED {
        let unlocked = unlock(dir.path(), name);
        assert_eq!(did(&unlocked, &code, session), expected, "{name}");
        unlocked.lock().unwrap();
    }
}

#[test]
fn the_admins_keys_open_no_record_but_the_logs_key_and_the_escalation() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let unlocked = unlock(dir.path(), "관리");
    let report = unlocked.check().unwrap();
    // The wraps of the log's key, of the secret of the codes and of the packet's key, and the packet.
    assert_eq!((report.opened, report.sound()), (4, true), "{report:?}");
    assert!(report.sealed_to_others > 15);
}

#[test]
fn one_person_cannot_change_the_roster_of_a_centre_that_has_two() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let new = new_member("몰래", Role::Counsellor);
    for name in ["관리", "수퍼", "상담"] {
        let unlocked = unlock(dir.path(), name);
        let refused = unlocked.add_member(&new, &pass(), None, Some("급함")).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused, "{name}: {refused}");
        let oneself = pass();
        let refused =
            unlocked.add_member(&new, &pass(), Some(Second { name, passphrase: &oneself }), None).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused, "{name} twice: {refused}");
    }
}

#[test]
fn a_supervisor_who_leaves_reads_nothing_new_and_the_list_says_what_could_have_been_read() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session) = centre(dir.path());
    let unlocked = unlock(dir.path(), "상담");
    let leaver = unlocked.roster().named("수퍼").unwrap().id;
    assert_eq!(unlocked.could_have_read(leaver)[0].code, code);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    let phrase = pass();
    unlocked.revoke_member("수퍼", Some(Second { name: "다른수퍼", passphrase: &phrase }), None).unwrap().unwrap();
    unlocked.lock().unwrap();
    assert_eq!(UnlockedVault::unlock(dir.path(), Some("수퍼"), &pass()).unwrap_err(), VaultError::NoSlot);
    let unlocked = unlock(dir.path(), "상담");
    assert!(unlocked.client(&code).unwrap().supervisors.is_empty(), "the new card names no leaver");
    assert!(unlocked.could_have_read(leaver).is_empty());
    assert_eq!(unlocked.open_session(session).unwrap().len(), 3, "old and new keys both open for the counsellor");
    assert!(unlocked.check().unwrap().sound());
}

#[test]
fn a_destroyed_client_is_gone_for_every_reader_and_from_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session) = centre(dir.path());
    let unlocked = unlock(dir.path(), "상담");
    assert_eq!(unlocked.destroy_client(&code, "요청", None).unwrap_err().exit(), Exit::Refused, "two persons");
    let phrase = pass();
    let supervisor = Some(Second { name: "수퍼", passphrase: &phrase });
    let both = unlocked.destroy_client(&code, "요청", supervisor).unwrap_err();
    assert_eq!(both.exit(), Exit::Refused, "both work with the client: an admin is needed");
    let second = Some(Second { name: "관리", passphrase: &phrase });
    assert_eq!(unlocked.destroy_client(&code, " ", second).unwrap_err().exit(), Exit::Refused, "a reason");
    let (certificate, signed) = unlocked.destroy_client(&code, "내담자 요청", second).unwrap();
    assert!(certificate.keys >= 5 && signed.contains("gyeot.destruction/1"));
    assert!(unlocked.check().unwrap().sound());
    unlocked.lock().unwrap();
    let raw = gyeot::adapters::sled_chunks::salvage(&[&dir.path().join("store")]).unwrap();
    assert!(raw.iter().all(|(place, _)| place.collection != session.0), "nothing of the session is in the raw file");
    for name in ["수퍼", "상담"] {
        assert!(unlock(dir.path(), name).clients().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn a_backup_restores_on_an_empty_folder_and_everyone_reads_what_they_read_before() {
    let dir = tempfile::tempdir().unwrap();
    let (v, w, b) = (dir.path().join("v"), dir.path().join("w"), dir.path().join("b.age"));
    let (_, session) = centre(&v);
    let unlocked = unlock(&v, "관리");
    let made = unlocked.back_up(&b, &pass(), KeyCost::CheapForTests).unwrap();
    unlocked.lock().unwrap();
    assert_eq!(UnlockedVault::verify_backup(&b, &pass()).unwrap(), made);
    assert!(UnlockedVault::verify_backup(&b, &SecretString::from("another phrase")).is_err());
    assert_eq!(UnlockedVault::restore(&b, &pass(), &v).unwrap_err(), VaultError::Exists);
    UnlockedVault::restore(&b, &pass(), &w).unwrap();
    let unlocked = unlock(&w, "상담");
    assert!(unlocked.integrity().whole() && unlocked.check().unwrap().sound());
    assert_eq!(unlocked.open_session(session).unwrap().len(), 3);
}
