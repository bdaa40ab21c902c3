//! People come, leave, forget and take over, with real keys on a real disk: who can read what afterwards, what the log
//! says of it, and what waits for a review.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, PASS, consent, new_member, new_vault, pass, program};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::{Month, Task};
use gyeot::domain::governance::concern::{Concern, RosterNews};
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::schedule::{Every, Schedule};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteRevision, NoteState};
use gyeot::service::{
    BackupKey, Body, HandOver, KeyCost, NewClient, Phrases, Scope, Second, UnlockedVault, VaultError,
};
use secrecy::SecretString;
use std::path::Path;

fn other_pass() -> SecretString {
    SecretString::from("copper meadow lantern forty whales")
}

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

fn founded(dir: &Path, name: &str, role: Role) -> (UnlockedVault, [SecretString; 3]) {
    let new = new_vault(name, role);
    let unlocked = UnlockedVault::init(dir, &new, &pass()).unwrap();
    let phrases = unlocked.take_recovery_phrases().unwrap();
    (unlocked, phrases)
}

fn enrol(unlocked: &UnlockedVault, name: &str, role: Role, second: Option<Second<'_>>, reason: Option<&str>) {
    let new = new_member(name, role);
    unlocked.add_member(&new, &pass(), second, reason).unwrap();
}

fn note() -> NoteRevision {
    NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None }
}

fn client_of(unlocked: &UnlockedVault, supervisors: &[&str]) -> (ClientCode, SessionId) {
    let supervisors = supervisors.iter().map(|s| (*s).to_owned()).collect();
    let code = unlocked
        .add_client(NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() })
        .unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    let mark = Body::Mark { at_ms: 1, label: None };
    unlocked.keep(session, &[mark, Body::Note { note: note() }, Body::ProcessNote { note: note() }]).unwrap();
    (code, session)
}

/// An admin 관리, supervisors 수퍼 (assigned) and 다른수퍼, counsellors 상담 (has the client) and 다음상담.
fn centre(dir: &Path) -> (ClientCode, SessionId, [SecretString; 3]) {
    let (unlocked, phrases) = founded(dir, "관리", Role::Admin);
    enrol(&unlocked, "수퍼", Role::Supervisor, None, Some("처음"));
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    enrol(&unlocked, "다른수퍼", Role::Supervisor, with, None);
    enrol(&unlocked, "상담", Role::Counsellor, with, None);
    enrol(&unlocked, "다음상담", Role::Counsellor, with, None);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir, "상담");
    let (code, session) = client_of(&unlocked, &["수퍼"]);
    unlocked.lock().unwrap();
    (code, session, phrases)
}

fn kinds(unlocked: &UnlockedVault, session: SessionId) -> Vec<String> {
    unlocked.open_session(session).unwrap().iter().map(|o| o.header.kind.clone()).collect()
}

#[test]
fn any_two_recovery_phrases_let_a_member_who_lost_the_passphrase_in_again_with_the_same_keys() {
    for (a, b) in [(1, 2), (3, 1), (2, 3)] {
        let dir = tempfile::tempdir().unwrap();
        let (_, session, phrases) = centre(dir.path());
        let two = Phrases((a, &phrases[a - 1]), (b, &phrases[b - 1]));
        let drill = unlock(dir.path(), "상담");
        drill.recovery_drill(two).unwrap();
        drill.lock().unwrap();
        let before = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap().me().clone();
        let unlocked =
            UnlockedVault::recover(dir.path(), "상담", two, &other_pass(), KeyCost::CheapForTests, "잊음").unwrap();
        assert_eq!(unlocked.me(), &before, "same keys, same fingerprint");
        unlocked.lock().unwrap();
        assert_eq!(UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap_err().exit(), Exit::WrongPassphrase);
        let unlocked = UnlockedVault::unlock(dir.path(), Some("상담"), &other_pass()).unwrap();
        assert_eq!(kinds(&unlocked, session), ["mark", "note", "process-note"]);
        unlocked.lock().unwrap();
        let unlocked = unlock(dir.path(), "관리");
        let log = unlocked.read_log().unwrap();
        let entry = log.iter().find(|(_, e)| e.task == Task::Recover).unwrap();
        assert_eq!((entry.1.by, entry.1.reason.as_deref()), (before.id, Some("잊음")));
        let (report, _) = unlocked.inspect_log(&Month::of(unlocked.now())).unwrap();
        assert_eq!(report.handed_on.len(), 1, "the inspection lists it");
    }
}

#[test]
fn one_phrase_a_wrong_phrase_or_a_phrase_twice_recovers_nobody_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (_, _, p) = centre(dir.path());
    let wrong = SecretString::from("bibib-bibib-bibib-bibib-bibib-bibib");
    let tries =
        [((1, &p[0]), (2, &wrong)), ((1, &p[1]), (2, &p[0])), ((1, &p[0]), (1, &p[0])), ((1, &p[0]), (4, &p[1]))];
    for (first, other) in tries {
        let two = Phrases(first, other);
        let refused =
            UnlockedVault::recover(dir.path(), "상담", two, &other_pass(), KeyCost::CheapForTests, "잊음").unwrap_err();
        assert!(matches!(refused.exit(), Exit::WrongPassphrase | Exit::Usage), "{refused}");
    }
    let good = Phrases((1, &p[0]), (2, &p[1]));
    let weak = SecretString::from("short");
    let refused = UnlockedVault::recover(dir.path(), "상담", good, &weak, KeyCost::CheapForTests, "잊음").unwrap_err();
    assert_eq!(refused.exit(), Exit::Usage, "{refused}");
    let refused =
        UnlockedVault::recover(dir.path(), "상담", good, &other_pass(), KeyCost::CheapForTests, " ").unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "a reason: {refused}");
    unlock(dir.path(), "상담").lock().unwrap();
}

#[test]
fn a_counsellor_hands_a_client_over_before_an_admin_and_reads_nothing_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session, _) = centre(dir.path());
    let phrase = pass();
    let admin = Some(Second { name: "관리", passphrase: &phrase });
    let asked = HandOver { to: "다음상담", reason: "전근", process_notes: false, phrases: None };
    let unlocked = unlock(dir.path(), "상담");
    assert_eq!(unlocked.hand_over(&code, &asked, None).unwrap_err().exit(), Exit::Refused, "two persons");
    let supervisor = Some(Second { name: "수퍼", passphrase: &phrase });
    assert_eq!(unlocked.hand_over(&code, &asked, supervisor).unwrap_err().exit(), Exit::Refused, "an admin");
    let no_reason = HandOver { reason: " ", ..asked };
    assert_eq!(unlocked.hand_over(&code, &no_reason, admin).unwrap_err().exit(), Exit::Refused, "a reason");
    let done = unlocked.hand_over(&code, &asked, admin).unwrap();
    assert_eq!((done.epoch, done.process_notes, done.break_glass), (2, false, false));
    assert_eq!(unlocked.client(&code).unwrap_err(), VaultError::NoClient);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "상담");
    assert!(unlocked.clients().unwrap().is_empty(), "not after a restart either");
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "다음상담");
    assert_eq!(kinds(&unlocked, session), ["mark", "note"], "what was, but not the process note");
    unlocked.keep(session, &[Body::ProcessNote { note: note() }]).unwrap();
    unlocked.keep_for(&code, &[Body::Administration { sheet: stage::sheet() }]).unwrap();
    assert!(unlocked.check().unwrap().sound());
    unlocked.lock().unwrap();
    assert!(unlock(dir.path(), "상담").clients().unwrap().is_empty());
    let unlocked = unlock(dir.path(), "다음상담");
    assert_eq!(kinds(&unlocked, session), ["mark", "note", "process-note"]);
    assert_eq!(unlocked.clients().unwrap().len(), 1);
    unlocked.lock().unwrap();
    assert_eq!(kinds(&unlock(dir.path(), "수퍼"), session), ["mark", "note"], "the supervisor stays");
}

#[test]
fn process_notes_go_along_only_when_the_counsellor_who_wrote_them_releases_them() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session, _) = centre(dir.path());
    let phrase = pass();
    let asked = HandOver { to: "다음상담", reason: "전근", process_notes: true, phrases: None };
    let admin = Some(Second { name: "관리", passphrase: &phrase });
    let unlocked = unlock(dir.path(), "수퍼");
    assert_eq!(unlocked.hand_over(&code, &asked, admin).unwrap_err(), VaultError::NoKeys, "not the supervisor");
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "상담");
    assert!(unlocked.hand_over(&code, &asked, admin).unwrap().process_notes);
    unlocked.lock().unwrap();
    assert_eq!(kinds(&unlock(dir.path(), "다음상담"), session), ["mark", "note", "process-note"]);
}

#[test]
fn a_counsellor_who_left_is_listed_and_the_clients_go_on_by_the_supervisor_and_the_admin() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session, _) = centre(dir.path());
    let phrase = pass();
    let unlocked = unlock(dir.path(), "관리");
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    let reached = unlocked.revoke_member("상담", with, None).unwrap().unwrap();
    assert_eq!((reached.len(), &reached[0].code, reached[0].own), (1, &code, true), "the admin sees it without a key");
    assert_eq!(unlocked.reach_of("상담").unwrap(), reached);
    let asked = HandOver { to: "다음상담", reason: "퇴사", process_notes: false, phrases: None };
    let refused =
        unlocked.hand_over(&code, &asked, Some(Second { name: "다른수퍼", passphrase: &phrase })).unwrap_err();
    assert_eq!(refused, VaultError::NoKeys, "a supervisor who never had the client");
    unlocked.lock().unwrap();
    // The supervisor's unlock gives the client a key that the leaver never had; then the two hand it over.
    let unlocked = unlock(dir.path(), "수퍼");
    assert_eq!(kinds(&unlocked, session), ["mark", "note"]);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    let done = unlocked.hand_over(&code, &asked, with).unwrap();
    assert_eq!((done.epoch, done.break_glass), (3, false), "one new key when the leaver left, one now");
    assert!(unlocked.clients().is_err(), "the admin holds no key afterwards");
    assert!(!unlocked.reach_of("상담").unwrap()[0].own);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "다음상담");
    assert_eq!(kinds(&unlocked, session), ["mark", "note"]);
    assert!(unlocked.check().unwrap().sound());
}

#[test]
fn without_anybody_who_holds_the_keys_an_admin_and_a_supervisor_take_two_recovery_phrases() {
    let dir = tempfile::tempdir().unwrap();
    let (_, _, phrases) = centre(dir.path());
    let unlocked = unlock(dir.path(), "상담");
    let (code, session) = client_of(&unlocked, &[]);
    unlocked.lock().unwrap();
    let phrase = pass();
    let with = Some(Second { name: "다른수퍼", passphrase: &phrase });
    let unlocked = unlock(dir.path(), "관리");
    unlocked.revoke_member("상담", with, None).unwrap().unwrap();
    let two = Some(Phrases((1, &phrases[0]), (3, &phrases[2])));
    let asked = HandOver { to: "다음상담", reason: "퇴사", process_notes: true, phrases: two };
    assert_eq!(unlocked.hand_over(&code, &asked, None).unwrap_err().exit(), Exit::Refused, "not the admin alone");
    let done = unlocked.hand_over(&code, &asked, with).unwrap();
    assert!(done.process_notes, "the recovery key opens them");
    unlocked.lock().unwrap();
    assert_eq!(kinds(&unlock(dir.path(), "다음상담"), session), ["mark", "note", "process-note"]);
}

#[test]
fn the_founder_alone_reads_the_log_and_loses_it_when_a_supervisor_or_an_admin_joins() {
    for role in [Role::Supervisor, Role::Admin] {
        let dir = tempfile::tempdir().unwrap();
        let (unlocked, _) = founded(dir.path(), "상담", Role::Counsellor);
        let first = unlocked.roster().log;
        assert_eq!(unlocked.read_log().unwrap()[0].1.task, Task::Found);
        enrol(&unlocked, "새", role, None, Some("처음"));
        assert_ne!(unlocked.roster().log, first, "a new key");
        assert_eq!(unlocked.read_log().unwrap_err().exit(), Exit::Refused);
        unlocked.lock().unwrap();
        let unlocked = unlock(dir.path(), "상담");
        assert_eq!(unlocked.read_log().unwrap_err().exit(), Exit::Refused);
        assert_eq!(unlocked.overdue_inspections().unwrap(), []);
        assert!(unlocked.check().unwrap().sound());
        unlocked.lock().unwrap();
        let unlocked = unlock(dir.path(), "새");
        let log = unlocked.read_log().unwrap();
        assert_eq!(log[0].1.task, Task::Found, "{role}: also what was written under the key before");
        assert_eq!(unlocked.verify_log(None).unwrap().entries, log.len() as u64 + 1);
    }
}

#[test]
fn an_admin_or_supervisor_who_leaves_takes_a_log_key_along_that_opens_nothing_new() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let phrase = pass();
    let unlocked = unlock(dir.path(), "관리");
    let before = unlocked.roster().log;
    unlocked.revoke_member("다음상담", Some(Second { name: "수퍼", passphrase: &phrase }), None).unwrap().unwrap();
    assert_eq!(unlocked.roster().log, before, "a counsellor never had it");
    unlocked.revoke_member("다른수퍼", Some(Second { name: "수퍼", passphrase: &phrase }), None).unwrap().unwrap();
    assert_ne!(unlocked.roster().log, before);
    let mine = unlocked.read_log().unwrap().len();
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "수퍼");
    assert_eq!(unlocked.read_log().unwrap().len(), mine + 3, "lock, unlock, read");
    let (report, _) = unlocked.inspect_log(&Month::of(unlocked.now())).map_err(|e| e.exit()).unwrap_or_else(|exit| {
        assert_eq!(exit, Exit::Refused, "the admin inspects");
        unlocked.lock().unwrap();
        let unlocked = unlock(dir.path(), "관리");
        unlocked.inspect_log(&Month::of(unlocked.now())).unwrap()
    });
    assert!(report.entries > 20);
}

#[test]
fn what_one_person_did_alone_waits_until_another_has_reviewed_it_wherever_it_was_done() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "상담", Role::Counsellor);
    let (code, _) = client_of(&unlocked, &[]);
    assert_eq!(unlocked.destroy_client(&code, " ", None).unwrap_err().exit(), Exit::Refused, "not without a reason");
    let (certificate, _) = unlocked.destroy_client(&code, "내담자 요청", None).unwrap();
    assert!(certificate.break_glass);
    enrol(&unlocked, "관리", Role::Admin, None, Some("처음"));
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    let waiting: Vec<(u64, Task)> = unlocked.unreviewed().unwrap().iter().map(|(n, e)| (*n, e.task)).collect();
    assert_eq!(waiting.iter().map(|(_, t)| *t).collect::<Vec<_>>(), [Task::Destroy, Task::Roster]);
    assert_eq!(unlocked.roster().unreviewed, [1]);
    for (n, _) in &waiting {
        unlocked.review_entry(*n).unwrap();
        assert_eq!(unlocked.review_entry(*n).unwrap_err(), VaultError::NotWaiting);
    }
    assert!(unlocked.unreviewed().unwrap().is_empty());
    assert!(unlocked.roster().unreviewed.is_empty(), "the roster's own entry as well");
}

#[test]
fn two_counsellors_never_use_one_code_though_neither_sees_the_others_clients() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, _) = centre(dir.path());
    let unlocked = unlock(dir.path(), "다음상담");
    let new = |code: Option<&str>| NewClient {
        name: ClientText::new("박구름"),
        code: code.map(|c| ClientCode(c.into())),
        ..NewClient::default()
    };
    assert_eq!(unlocked.add_client(new(Some(code.as_str()))).unwrap_err(), VaultError::CodeTaken);
    assert_ne!(unlocked.add_client(new(None)).unwrap(), code);
}

#[test]
fn wrong_passphrases_are_told_to_the_log_at_the_next_unlock() {
    let dir = tempfile::tempdir().unwrap();
    drop(founded(dir.path(), "상담", Role::Counsellor));
    for _ in 0..2 {
        UnlockedVault::unlock(dir.path(), None, &other_pass()).unwrap_err();
    }
    let unlocked = unlock(dir.path(), "상담");
    let log = unlocked.read_log().unwrap();
    assert_eq!(log[log.len() - 2].1.detail.as_deref(), Some("after 2 wrong"));
}

/// Written once by the first version of this program, with its full passphrase cost: a counsellor Kim founded it, then
/// broke the glass for the supervisor Lee and once more for the admin Park; one client, one sheet, one session.
const OLD_VAULT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/vault-1.age");

#[test]
fn a_vault_of_the_first_version_restores_opens_for_everyone_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("v");
    let report = UnlockedVault::restore(Path::new(OLD_VAULT), &pass(), &vault).unwrap();
    assert_eq!(report.places, 21);
    // An earlier run of this test went on from here.
    stage::forget_vault(&vault);
    let code = ClientCode("C-0001".into());
    // From before anchors: asked once, compared, then known.
    let unlocked = match UnlockedVault::unlock(&vault, Some("Kim"), &pass()) {
        Err(VaultError::FirstSight { words }) => {
            UnlockedVault::unlock_compared(&vault, Some("Kim"), &pass(), Some(&words)).unwrap()
        }
        // Another run of this test on this workstation has compared them.
        known => known.unwrap(),
    };
    assert!(unlocked.integrity().whole() && unlocked.check().unwrap().sound());
    assert_eq!(unlocked.client(&code).unwrap().name.reveal(), "Old Client");
    let session = unlocked.sessions(Some(&code)).unwrap()[0].id;
    assert!(kinds(&unlocked, session).contains(&"utterances".to_owned()));
    assert!(unlocked.open_client(&code).unwrap().iter().any(|o| o.header.kind == "administration"));
    assert_eq!(unlocked.read_log().unwrap_err().exit(), Exit::Refused);
    unlocked.lock().unwrap();
    let unlocked = unlock(&vault, "Park");
    assert_eq!(unlocked.roster().unreviewed, [1, 2], "both wait for a review to this day");
    assert!(unlocked.read_log().unwrap().len() > 10);
    let phrase = pass();
    let with = Some(Second { name: "Lee", passphrase: &phrase });
    enrol(&unlocked, "New", Role::Counsellor, with, None);
    unlocked.lock().unwrap();
    let unlocked = unlock(&vault, "Kim");
    let asked = HandOver { to: "New", reason: "leaves", process_notes: true, phrases: None };
    unlocked.hand_over(&code, &asked, Some(Second { name: "Park", passphrase: &phrase })).unwrap();
    unlocked.lock().unwrap();
    assert!(kinds(&unlock(&vault, "New"), session).contains(&"utterances".to_owned()));
    let slots = std::fs::read_dir(vault.join("slots")).unwrap().flatten();
    let recovery = slots.filter(|f| f.file_name().to_string_lossy().ends_with(".recovery.age")).count();
    assert_eq!(recovery, 1, "of who was enrolled since; the others are told that theirs is missing");
}

/// The entries of the log since the last unlocking: task, records, and the word of the program.
fn since_unlock(unlocked: &UnlockedVault) -> Vec<(Task, u64, Option<String>)> {
    let log = unlocked.read_log().unwrap();
    let from = log.iter().rposition(|(_, e)| e.task == Task::Unlock).unwrap();
    log[from + 1..].iter().filter(|(_, e)| e.task != Task::ReadLog).for_each(|(_, e)| assert!(e.whose.is_some()));
    let told = |(_, e): &(u64, gyeot::domain::governance::access_log::Entry)| (e.task, e.records, e.detail.clone());
    log[from + 1..].iter().filter(|(_, e)| e.task != Task::ReadLog).map(told).collect()
}

#[test]
fn what_is_written_about_a_session_or_after_its_end_is_in_the_log_and_what_it_says_of_itself_is_not_once_per_group() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "상담", Role::Counsellor);
    let (code, session) = client_of(&unlocked, &[]);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "상담");
    let mark = |at_ms| Body::Mark { at_ms, label: None };
    unlocked.keep(session, &[mark(2)]).unwrap();
    unlocked.keep(session, &[mark(3)]).unwrap();
    assert_eq!(since_unlock(&unlocked), [], "groups of a running session are between its begin and its end");
    unlocked.keep(session, &[mark(4), Body::Note { note: note() }]).unwrap();
    unlocked.end_session(session, Timestamp(9), "ended").unwrap();
    unlocked.keep(session, &[mark(5), Body::Note { note: note() }]).unwrap();
    let word = Some(session.to_string());
    let expected = [(Task::Write, 1, word.clone()), (Task::EndSession, 0, word.clone()), (Task::Write, 2, word)];
    assert_eq!(since_unlock(&unlocked), expected);
    assert!(unlocked.sessions(Some(&code)).is_ok());
}

#[test]
fn the_caseload_leaves_one_entry_per_client_for_its_sheets_and_one_for_its_notes_and_reach_counts_them() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "상담", Role::Counsellor);
    let (code, session) = client_of(&unlocked, &[]);
    let (bare, _) = client_of(&unlocked, &[]);
    let schedule = |instrument: &str| Body::Schedule {
        schedule: Schedule {
            schema: gyeot::domain::practice::schedule::SCHEMA.into(),
            instrument: instrument.into(),
            every: Some(Every::Session),
            from: "2026-10-01".parse().unwrap(),
            until: None,
            set_at: Timestamp(0),
        },
    };
    unlocked.keep_for(&code, &[schedule("phq-9")]).unwrap();
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "상담");
    for _ in 0..3 {
        unlocked.measures(&code).unwrap();
        unlocked.measures(&bare).unwrap();
        unlocked.note_state(session).unwrap();
    }
    let sheets = (Task::Read, 1, Some("instruments".to_owned()));
    let notes = (Task::Read, 1, Some("whether noted".to_owned()));
    assert_eq!(since_unlock(&unlocked), [sheets, notes], "a client without sheets has none to read");
    let reached = unlocked.reach_of("상담").unwrap();
    let of = reached.iter().find(|r| r.code == code).unwrap();
    assert_eq!((of.opened, of.last.is_some()), (2, true));
    unlocked.keep_for(&code, &[schedule("gad-7")]).unwrap();
    unlocked.measures(&code).unwrap();
    let last = since_unlock(&unlocked);
    assert_eq!(last.last(), Some(&(Task::Read, 2, Some("instruments".to_owned()))), "more than it was told");
}

#[test]
fn a_damaged_access_log_keeps_no_leaver_in_and_what_was_reached_is_its_own_answer() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let phrase = pass();
    let unlocked = unlock(dir.path(), "관리");
    let own = unlocked.me().id.to_string();
    let mut logs = std::fs::read_dir(dir.path().join("access")).unwrap().map(|e| e.unwrap().path());
    let path = logs.find(|p| p.file_name().unwrap().to_str().unwrap().starts_with(&own)).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[200] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(unlocked.read_log().unwrap_err().exit(), Exit::Damaged);
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    let reached = unlocked.revoke_member("상담", with, None).unwrap();
    assert_eq!(reached.unwrap_err().exit(), Exit::Damaged, "said beside, not instead");
    let roster = unlocked.roster();
    assert!(roster.members.iter().all(|m| m.name != "상담" || !m.active()));
    drop(unlocked);
    assert_eq!(UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap_err(), VaultError::NoSlot);
}

#[test]
fn the_policy_refuses_a_second_person_before_their_passphrase_is_judged() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session, _) = centre(dir.path());
    let wrong = other_pass();
    let unlocked = unlock(dir.path(), "상담");
    for _ in 0..8 {
        // A supervisor is not the second person of a destruction where there is an admin.
        let second = Some(Second { name: "수퍼", passphrase: &wrong });
        assert_eq!(unlocked.destroy_client(&code, "요청", second).unwrap_err().exit(), Exit::Refused);
        assert_eq!(unlocked.destroy_session(session, "요청", second).unwrap_err().exit(), Exit::Refused);
        assert_eq!(unlocked.revoke_member("다음상담", second, None).unwrap_err().exit(), Exit::Refused);
    }
    unlocked.lock().unwrap();
    assert!(UnlockedVault::unlock(dir.path(), Some("수퍼"), &pass()).is_ok(), "no guess was counted");
}

#[test]
fn one_destruction_of_a_session_is_one_entry_and_one_line_of_the_inspection() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "상담", Role::Counsellor);
    let (_, session) = client_of(&unlocked, &[]);
    unlocked.destroy_session(session, "내담자 요청", None).unwrap();
    let (report, _) = unlocked.inspect_log(&Month::of(unlocked.now())).unwrap();
    assert_eq!(report.destroyed.len(), 1, "{:?}", report.destroyed);
    assert_eq!(report.destroyed[0].detail, Some(session.to_string()));
}

#[test]
fn nothing_is_destroyed_when_the_certificates_file_cannot_be_made_and_no_earlier_one_is_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(&dir.path().join("vault"), "상담", Role::Counsellor);
    let (code, _) = client_of(&unlocked, &[]);
    unlocked.lock().unwrap();
    let at = |name: &str| dir.path().join(name);
    std::fs::write(at("pass"), PASS).unwrap();
    std::fs::write(at("earlier"), "a certificate").unwrap();
    let shred = |file: &Path| {
        let mut c = program();
        c.args(["vault", "shred", "--json", "--reason", "r", "--client", code.as_str(), "--certificate"]).arg(file);
        c.args(["--yes-destroy", code.as_str()]);
        c.arg("--vault").arg(at("vault")).arg("--passphrase-file").arg(at("pass")).output().unwrap()
    };
    for file in [at("nowhere/file"), at("earlier")] {
        assert!(!shred(&file).status.success());
    }
    assert_eq!(std::fs::read_to_string(at("earlier")).unwrap(), "a certificate");
    assert!(unlock(&at("vault"), "상담").client(&code).is_ok(), "the client is still there");
    let done = shred(&at("new"));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let told: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(told["schema"], "gyeot.shredded/1");
    assert_eq!(told["signed"], std::fs::read_to_string(at("new")).unwrap());
}

/// How many wraps of keys in the vault's key_collection this member's own keys open, read outside the program's rules.
fn wraps_opened(dir: &Path, by: &UnlockedVault, member: &str) -> usize {
    let id = by.roster().named(member).unwrap().id;
    let slot = std::fs::read(dir.join("slots").join(format!("{id}.age"))).unwrap();
    let keys = gyeot::crypto::slot::unlock(&slot, &pass()).unwrap();
    let to = tempfile::tempdir().unwrap();
    by.unpack_sealed(&to.path().join("out"), "시험").unwrap();
    let key_collection = std::fs::read_dir(to.path().join("out/keys")).unwrap().flatten();
    key_collection
        .filter(|e| gyeot::crypto::seal::decrypt(&std::fs::read(e.path()).unwrap(), keys.read()).is_ok())
        .count()
}

#[test]
fn a_supervisor_who_becomes_an_admin_keeps_no_case_key_and_reads_nothing_new() {
    let dir = tempfile::tempdir().unwrap();
    let (_, session, _) = centre(dir.path());
    let phrase = pass();
    let with = Some(Second { name: "다른수퍼", passphrase: &phrase });
    let unlocked = unlock(dir.path(), "관리");
    assert!(wraps_opened(dir.path(), &unlocked, "수퍼") > 1, "a case key, and the log's");
    let alone = unlocked.change_role("수퍼", Role::Admin, None, None).unwrap_err();
    assert_eq!(alone.exit(), Exit::Refused, "{alone}");
    let unlocked = unlock(dir.path(), "관리");
    let done = unlocked.change_role("수퍼", Role::Admin, with, None).unwrap();
    assert_eq!((done.from, done.to, done.break_glass), (Role::Supervisor, Role::Admin, false));
    assert_eq!((done.reached.len(), done.reached[0].own), (1, false), "what they could read is said");
    let counsellor = unlock(dir.path(), "상담");
    assert!(counsellor.check().unwrap().sound());
    counsellor.keep(session, &[Body::Mark { at_ms: 2, label: None }]).unwrap();
    counsellor.lock().unwrap();
    let changed = unlock(dir.path(), "수퍼");
    assert_eq!(changed.clients().unwrap_err().exit(), Exit::Refused);
    assert_eq!(changed.open_session(session).unwrap_err().exit(), Exit::Refused);
    assert_eq!(changed.read_log().unwrap()[0].1.task, Task::Found, "the log goes on being theirs");
    assert_eq!(wraps_opened(dir.path(), &changed, "수퍼"), 2, "the log's key and the secret of the codes");
    let roles: Vec<Role> = changed.roster().roles_of(changed.me().id).iter().map(|h| h.role).collect();
    assert_eq!(roles, [Role::Supervisor, Role::Admin]);
    changed.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    let log = unlocked.read_log().unwrap();
    let entry = log.iter().rev().find(|(_, e)| e.task == Task::Roster).unwrap();
    assert!(entry.1.second.is_some() && !entry.1.break_glass);
    assert!(unlocked.check().unwrap().sound());
}

#[test]
fn a_counsellor_with_clients_keeps_the_role_until_all_are_handed_over_and_an_admin_holds_none_of_their_keys() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, _) = centre(dir.path());
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    let refused = unlock(dir.path(), "관리").change_role("상담", Role::Admin, with, None).unwrap_err();
    assert_eq!((refused.clone(), refused.exit()), (VaultError::StillTheirs(1), Exit::Refused));
    let unlocked = unlock(dir.path(), "수퍼");
    let asked = HandOver { to: "다음상담", reason: "역할 변경", process_notes: false, phrases: None };
    unlocked.hand_over(&code, &asked, Some(Second { name: "관리", passphrase: &phrase })).unwrap();
    assert!(
        wraps_opened(dir.path(), &unlocked, "상담") > 0,
        "the supervisor could not take the counsellor's own wraps"
    );
    unlocked.lock().unwrap();
    unlock(dir.path(), "관리").change_role("상담", Role::Admin, with, None).unwrap();
    let changed = unlock(dir.path(), "상담");
    assert_eq!(wraps_opened(dir.path(), &changed, "상담"), 2, "the log's key and the secret of the codes");
    assert_eq!(changed.client(&code).unwrap_err().exit(), Exit::Refused);
    changed.read_log().unwrap();
    assert!(changed.check().unwrap().sound());
}

#[test]
fn a_supervisor_who_becomes_a_counsellor_loses_the_log_and_an_admin_who_does_reads_no_packet() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, _) = centre(dir.path());
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    let counsellor = unlock(dir.path(), "상담");
    stage::raise(&counsellor, &code);
    counsellor.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    assert_eq!(unlocked.escalations().unwrap().len(), 1);
    let before = unlocked.roster().log;
    unlocked.change_role("다른수퍼", Role::Counsellor, with, None).unwrap();
    let changed = unlock(dir.path(), "다른수퍼");
    assert_ne!(changed.roster().log, before, "a new key of the log");
    assert_eq!(changed.read_log().unwrap_err().exit(), Exit::Refused);
    changed.lock().unwrap();
    // The admin too: two sign, and the change holds from the next unlocking on.
    unlock(dir.path(), "관리").change_role("관리", Role::Counsellor, with, None).unwrap();
    let changed = unlock(dir.path(), "관리");
    assert_eq!(changed.me().role, Role::Counsellor);
    assert!(changed.escalations().unwrap().is_empty());
    assert_eq!(changed.read_log().unwrap_err().exit(), Exit::Refused);
    assert_eq!(wraps_opened(dir.path(), &changed, "관리"), 1, "the secret of the codes");
    changed.lock().unwrap();
    let unlocked = unlock(dir.path(), "수퍼");
    assert!(unlocked.read_log().is_ok() && unlocked.check().unwrap().sound());
}

#[test]
fn a_practice_of_one_changes_a_role_by_break_glass_with_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "혼자", Role::Counsellor);
    assert_eq!(
        unlocked.change_role("혼자", Role::Supervisor, None, None).unwrap_err().exit(),
        Exit::Refused,
        "a reason"
    );
    let unlocked = unlock(dir.path(), "혼자");
    assert!(unlocked.change_role("혼자", Role::Supervisor, None, Some("자격 취득")).unwrap().break_glass);
    let unlocked = unlock(dir.path(), "혼자");
    assert_eq!((unlocked.me().role, unlocked.roster().unreviewed), (Role::Supervisor, vec![1]));
    assert_eq!(unlocked.change_role("혼자", Role::Supervisor, None, Some("x")).unwrap_err().exit(), Exit::Usage);
}

#[test]
fn a_fingerprint_that_was_compared_stands_in_the_roster_and_other_words_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "관리", Role::Admin);
    let new = new_member("수퍼", Role::Supervisor);
    let (member, words) = unlocked.add_member(&new, &pass(), None, Some("처음")).unwrap();
    assert_eq!(unlocked.roster().compared(member.id), None, "enrolled, and not compared");
    let others = unlocked.confirm_fingerprint("수퍼", "babab-babab-babab-babab").unwrap_err();
    assert_eq!((others.clone(), others.exit()), (VaultError::OtherFingerprint, Exit::Refused));
    let own = unlocked.confirm_fingerprint("관리", &words).unwrap_err();
    assert_eq!(own.exit(), Exit::Refused, "{own}");
    unlocked.confirm_fingerprint("수퍼", &words.replace('-', " ").to_uppercase()).unwrap();
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "수퍼");
    assert_eq!(unlocked.roster().compared(member.id).unwrap().by, unlocked.roster().named("관리").unwrap().id);
    assert!(unlocked.read_log().unwrap().iter().filter(|(_, e)| e.task == Task::Roster).count() >= 2, "and in the log");
}

#[test]
fn who_enrols_the_first_supervisor_of_a_practice_of_one_can_say_that_the_fingerprint_was_compared() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _) = founded(dir.path(), "혼자", Role::Counsellor);
    let new = new_member("수퍼", Role::Supervisor);
    let (member, words) = unlocked.add_member(&new, &pass(), None, Some("처음")).unwrap();
    unlocked.confirm_fingerprint("수퍼", &words).unwrap();
    assert_eq!(unlocked.roster().compared(member.id).unwrap().by, unlocked.me().id);
}

#[test]
fn new_recovery_phrases_open_everything_and_the_old_ones_nothing_not_even_from_the_second_copies() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session, old) = centre(dir.path());
    let new = ["bafa bafa one", "bafa bafa two", "bafa bafa three"].map(SecretString::from);
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    let two = Phrases((1, &old[0]), (3, &old[2]));
    let old_files: Vec<Vec<u8>> = ["12", "13", "23"]
        .iter()
        .map(|n| std::fs::read(dir.path().join(format!("recovery/{n}.age"))).unwrap())
        .collect();
    let unlocked = unlock(dir.path(), "관리");
    assert_eq!(unlocked.renew_recovery(two, &new, None, None).unwrap_err().exit(), Exit::Refused, "two persons");
    let wrong = Phrases((1, &old[1]), (3, &old[2]));
    assert_eq!(unlocked.renew_recovery(wrong, &new, with, None).unwrap_err(), VaultError::Phrases);
    assert!(
        unlocked.renew_recovery(two, &new, with, None).unwrap() >= 3,
        "the log's, the client's case and process keys"
    );
    assert_eq!(unlocked.recovery_drill(two).unwrap_err(), VaultError::Phrases);
    unlocked.recovery_drill(Phrases((2, &new[1]), (3, &new[2]))).unwrap();
    assert!(unlocked.check().unwrap().sound());
    let log = unlocked.read_log().unwrap();
    let entry = log.iter().find(|(_, e)| e.detail.as_deref() == Some("recovery renewed")).unwrap();
    assert!(entry.1.second.is_some());
    // The old key, taken from a copy of its old file, opens no wrap and no slot.
    let key = gyeot::crypto::slot::join(&old_files[1], &old[0], &old[2]).unwrap().0;
    let to = tempfile::tempdir().unwrap();
    unlocked.unpack_sealed(&to.path().join("out"), "시험").unwrap();
    for wrap in std::fs::read_dir(to.path().join("out/keys")).unwrap().flatten() {
        assert!(gyeot::crypto::seal::decrypt(&std::fs::read(wrap.path()).unwrap(), &key).is_err());
    }
    for folder in ["", "spare"] {
        for slot in std::fs::read_dir(dir.path().join(folder).join("slots")).unwrap().flatten() {
            let name = slot.file_name().into_string().unwrap();
            if name.ends_with(".recovery.age") {
                let bytes = std::fs::read(slot.path()).unwrap();
                assert!(gyeot::crypto::slot::unlock_by_recovery(&bytes, &key).is_err(), "{folder}/{name}");
            }
        }
        for (n, old_file) in ["12", "13", "23"].iter().zip(&old_files) {
            let now = std::fs::read(dir.path().join(folder).join(format!("recovery/{n}.age"))).unwrap();
            assert_ne!(now, *old_file, "{folder}/{n}");
        }
    }
    assert!(!dir.path().join("recovery.next").exists());
    unlocked.lock().unwrap();
    // Everything that recovery is for, with the new phrases.
    let refused =
        UnlockedVault::recover(dir.path(), "상담", two, &other_pass(), KeyCost::CheapForTests, "잊음").unwrap_err();
    assert_eq!(refused, VaultError::Phrases);
    let two = Phrases((1, &new[0]), (2, &new[1]));
    let unlocked =
        UnlockedVault::recover(dir.path(), "상담", two, &other_pass(), KeyCost::CheapForTests, "잊음").unwrap();
    assert_eq!(kinds(&unlocked, session), ["mark", "note", "process-note"]);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    unlocked.revoke_member("상담", with, None).unwrap().unwrap();
    let asked = HandOver { to: "다음상담", reason: "퇴사", process_notes: true, phrases: Some(two) };
    unlocked.hand_over(&code, &asked, Some(Second { name: "다른수퍼", passphrase: &phrase })).unwrap();
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "다음상담");
    assert_eq!(kinds(&unlocked, session), ["mark", "note", "process-note"]);
    // A destroyed client leaves no wrap behind, the renewed ones neither.
    unlocked.destroy_client(&code, "요청", Some(Second { name: "관리", passphrase: &phrase })).unwrap();
    let key = gyeot::crypto::slot::join(&std::fs::read(dir.path().join("recovery/12.age")).unwrap(), &new[0], &new[1]);
    let to = tempfile::tempdir().unwrap();
    unlocked.unpack_sealed(&to.path().join("out"), "시험").unwrap();
    let key_collection = std::fs::read_dir(to.path().join("out/keys")).unwrap().flatten();
    let opened = key_collection
        .filter(|e| gyeot::crypto::seal::decrypt(&std::fs::read(e.path()).unwrap(), &key.as_ref().unwrap().0).is_ok())
        .count();
    assert_eq!(opened, 2, "the log's key and the secret of the codes");
}

#[test]
fn a_renewal_that_stopped_after_the_rosters_entry_is_ended_at_the_next_unlock_and_one_before_it_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let (_, _, old) = centre(dir.path());
    let new = ["bafa bafa one", "bafa bafa two", "bafa bafa three"].map(SecretString::from);
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    let two = Phrases((1, &old[0]), (2, &old[1]));
    let before: Vec<(String, Vec<u8>)> = ["12", "13", "23"]
        .iter()
        .map(|n| format!("recovery/{n}.age"))
        .map(|n| (n.clone(), std::fs::read(dir.path().join(n)).unwrap()))
        .collect();
    let unlocked = unlock(dir.path(), "관리");
    unlocked.renew_recovery(two, &new, with, None).unwrap();
    unlocked.lock().unwrap();
    // As it stands when the program was stopped between the roster's entry and the files.
    let next = dir.path().join("recovery.next");
    std::fs::create_dir(&next).unwrap();
    let roster = unlock(dir.path(), "다른수퍼").roster();
    std::fs::create_dir_all(&next).unwrap();
    for (name, bytes) in &before {
        let path = dir.path().join(name);
        let laid = next.join(path.file_name().unwrap());
        std::fs::copy(&path, laid).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    std::fs::write(next.join("recipient"), &roster.recovery).unwrap();
    std::fs::write(next.join("old-wraps"), "[]").unwrap();
    let unlocked = unlock(dir.path(), "관리");
    unlocked.recovery_drill(Phrases((1, &new[0]), (2, &new[1]))).unwrap();
    assert!(!next.exists() && unlocked.check().unwrap().sound());
    unlocked.lock().unwrap();
    std::fs::create_dir(&next).unwrap();
    std::fs::write(next.join("12.age"), "laid ready, and never decided").unwrap();
    let unlocked = unlock(dir.path(), "관리");
    unlocked.recovery_drill(Phrases((1, &new[0]), (2, &new[1]))).unwrap();
    assert!(!next.exists());
}

#[test]
fn a_backup_opens_with_two_recovery_phrases_of_its_day_on_an_empty_machine() {
    let dir = tempfile::tempdir().unwrap();
    let (_, session, phrases) = centre(&dir.path().join("v"));
    let (backup, restored) = (dir.path().join("b.age"), dir.path().join("w"));
    let unlocked = unlock(&dir.path().join("v"), "관리");
    let made = unlocked.back_up(&backup, &other_pass(), KeyCost::CheapForTests).unwrap();
    unlocked.lock().unwrap();
    for (a, b) in [(1, 2), (3, 1), (2, 3)] {
        let two = BackupKey::Recovery(Phrases((a, &phrases[a - 1]), (b, &phrases[b - 1])));
        assert_eq!(UnlockedVault::verify_backup(&backup, two).unwrap(), made);
    }
    let two = Phrases((2, &phrases[1]), (3, &phrases[2]));
    let wrong = BackupKey::Recovery(Phrases((1, &phrases[1]), (3, &phrases[2])));
    assert_eq!(UnlockedVault::restore(&backup, wrong, &restored).unwrap_err(), VaultError::Phrases);
    assert!(!restored.exists());
    assert_eq!(UnlockedVault::verify_backup(&backup, &pass()).unwrap_err().exit(), Exit::WrongPassphrase);
    UnlockedVault::restore(&backup, BackupKey::Recovery(two), &restored).unwrap();
    let unlocked =
        UnlockedVault::recover(&restored, "상담", two, &other_pass(), KeyCost::CheapForTests, "불이 남").unwrap();
    assert_eq!(kinds(&unlocked, session), ["mark", "note", "process-note"]);
    assert!(unlocked.check().unwrap().sound());
    unlocked.lock().unwrap();
    // A backup of the first form has no such way in, and says so.
    let old = UnlockedVault::verify_backup(Path::new(OLD_VAULT), BackupKey::Recovery(two)).unwrap_err();
    assert_eq!((old.exit(), old.to_string().contains("from before")), (Exit::Refused, true));
}

#[test]
fn a_missing_backup_and_a_file_that_is_none_are_called_so_and_nothing_is_left_beside_them() {
    let dir = tempfile::tempdir().unwrap();
    let missing = UnlockedVault::verify_backup(&dir.path().join("none.age"), &pass()).unwrap_err();
    assert_eq!(missing.exit(), Exit::Usage);
    assert!(missing.to_string().contains("could not be read"), "{missing}");
    let other = dir.path().join("letter.txt");
    std::fs::write(&other, "dear all\n").unwrap();
    let none = UnlockedVault::restore(&other, &pass(), &dir.path().join("v")).unwrap_err();
    assert!(none.to_string().contains("no backup") && !none.hint().to_string().contains("vault check"), "{none}");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn what_others_changed_of_the_members_is_told_once_at_the_next_unlock_and_not_to_whoever_changed_it() {
    let dir = tempfile::tempdir().unwrap();
    stage::centre_of(dir.path(), &[("상담", Role::Counsellor)]);
    let unlock = |name: &str| UnlockedVault::unlock(dir.path(), Some(name), &pass()).unwrap();
    let told = |vault: &UnlockedVault| {
        vault.concerns().into_iter().find_map(|concern| match concern {
            Concern::Roster(news) => Some(news),
            _ => None,
        })
    };
    let counsellor = unlock("상담");
    assert_eq!(told(&counsellor), None, "nothing is new at the first unlock");
    counsellor.lock().unwrap();

    let admin = unlock("관리");
    let phrase = pass();
    let with = || Some(Second { name: "수퍼", passphrase: &phrase });
    admin.add_member(&stage::new_member("새상담", Role::Counsellor), &pass(), with(), None).unwrap();
    admin.revoke_member("새상담", with(), None).unwrap().unwrap();
    assert_eq!(told(&admin), None, "who did it knows it");
    admin.lock().unwrap();

    let counsellor = unlock("상담");
    let enrolled = RosterNews::Enrolled("새상담".into(), Role::Counsellor);
    assert_eq!(told(&counsellor), Some(vec![enrolled, RosterNews::Left("새상담".into())]));
    counsellor.lock().unwrap();
    let counsellor = unlock("상담");
    assert_eq!(told(&counsellor), None, "it is told once");
    counsellor.lock().unwrap();
    let second = unlock("수퍼");
    assert_eq!(told(&second), None, "who signed it as the second person knows it");
}
