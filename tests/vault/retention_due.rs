//! Retention: a vault in which time passes, with something of every class, and what the list and the two people make
//! of it.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, consent, new_member, new_vault, pass, program};
use gyeot::adapters::clock::SetClock;
use gyeot::adapters::shipped;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::governance::retention::{RetentionClass, Table};
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteRevision, NoteState};
use gyeot::service::{Body, DueRow, NewClient, Scope, Second, UnlockedVault, VaultError};
use std::path::Path;
use std::sync::Arc;

const DAY: i64 = 86_400_000;
/// 2026-01-01T00:00:00Z.
const BEGIN: Timestamp = Timestamp(1_767_225_600_000);

fn at(days: i64) -> Timestamp {
    Timestamp(BEGIN.0 + days * DAY)
}

/// The vault of an admin 관리 and a counsellor 상담, and its clock.
struct Years {
    dir: tempfile::TempDir,
    clock: Arc<SetClock>,
    table: Table,
}

impl Years {
    fn begin() -> Self {
        let (dir, clock) = (tempfile::tempdir().unwrap(), Arc::new(SetClock::new(BEGIN)));
        let new = new_vault("관리", Role::Admin);
        let unlocked =
            UnlockedVault::init_at(&dir.path().join("v"), &new, &pass(), Box::new(Arc::clone(&clock))).unwrap();
        let new = new_member("상담", Role::Counsellor);
        unlocked.add_member(&new, &pass(), None, Some("처음")).unwrap();
        unlocked.lock().unwrap();
        Years { dir, clock, table: shipped::retention().unwrap() }
    }

    fn on(&self, day: i64, name: &str) -> UnlockedVault {
        self.clock.set(at(day));
        UnlockedVault::unlock_at(&self.vault(), Some(name), &pass(), Box::new(Arc::clone(&self.clock))).unwrap()
    }

    fn vault(&self) -> std::path::PathBuf {
        self.dir.path().join("v")
    }

    fn due(&self, day: i64, name: &str) -> Vec<DueRow> {
        self.on(day, name).retention_due(&self.table).unwrap()
    }
}

fn classes(due: &[DueRow]) -> Vec<&'static str> {
    due.iter().map(|d| d.class.word()).collect()
}

fn client(unlocked: &UnlockedVault) -> ClientCode {
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    code
}

fn note() -> NoteRevision {
    NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None }
}

fn session(unlocked: &UnlockedVault, code: &ClientCode) -> SessionId {
    let session = unlocked.begin_session(code, unlocked.now()).unwrap();
    let mark = Body::Mark { at_ms: 1, label: None };
    unlocked.keep(session, &[mark, Body::Note { note: note() }, Body::ProcessNote { note: note() }]).unwrap();
    unlocked.end_session(session, unlocked.now(), "ended").unwrap();
    session
}

fn kinds(unlocked: &UnlockedVault, session: SessionId) -> Vec<String> {
    unlocked.open_session(session).unwrap().into_iter().map(|o| o.header.kind).collect()
}

#[test]
fn every_class_comes_due_on_its_day_and_not_the_day_before_and_only_for_who_sees_it() {
    let y = Years::begin();
    let unlocked = y.on(0, "상담");
    let code = client(&unlocked);
    session(&unlocked, &code);
    stage::raise(&unlocked, &code);
    unlocked.lock().unwrap();
    // The client goes on being seen, so that the case itself does not come due with its parts.
    for day in [300, 600, 900, 1090] {
        let unlocked = y.on(day, "상담");
        let id = unlocked.begin_session(&code, unlocked.now()).unwrap();
        unlocked.end_session(id, unlocked.now(), "ended").unwrap();
        unlocked.lock().unwrap();
    }
    let own = |due: Vec<DueRow>| due.into_iter().filter(|d| d.last == BEGIN).collect::<Vec<_>>();
    assert_eq!(classes(&own(y.due(364, "상담"))), [""; 0]);
    let due = own(y.due(365, "상담"));
    assert_eq!((classes(&due), due[0].records), (vec!["session"], 1), "the mark; the note stays with the case");
    assert_eq!(classes(&own(y.due(1095, "상담"))), ["session"], "2028 is a leap year");
    let due = own(y.due(1096, "상담"));
    assert_eq!(classes(&due), ["session", "process", "escalation", "roster"]);
    assert!(due.iter().take(3).all(|d| d.client.as_ref() == Some(&code)));
    let refused = y.on(729, "관리").retention_due(&y.table).unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "not told that nothing is due: an admin sees no client");
    let due = y.due(730, "관리");
    assert_eq!(classes(&due), ["access-log"], "who reads the log sees its entries, and no client");
    assert_eq!(classes(&y.due(1096, "관리")), ["access-log", "escalation", "roster"]);
    // Three years after the last session the client is due, and what goes with the client is not listed again.
    let due = y.due(1090 + 1096, "상담");
    let of = due.iter().filter(|d| d.client.is_some()).map(|d| d.class).collect::<Vec<_>>();
    assert_eq!(of, [RetentionClass::Case]);
}

#[test]
fn two_people_destroy_what_is_due_and_nothing_else() {
    let y = Years::begin();
    let unlocked = y.on(0, "상담");
    let code = client(&unlocked);
    let old = session(&unlocked, &code);
    stage::raise(&unlocked, &code);
    unlocked.lock().unwrap();
    let unlocked = y.on(200, "상담");
    let young = session(&unlocked, &code);
    let phrase = pass();
    let admin = Some(Second { name: "관리", passphrase: &phrase });
    assert_eq!(unlocked.destroy_due(&y.table, &code, "기한", admin).unwrap_err(), VaultError::NothingDue);
    unlocked.lock().unwrap();
    let unlocked = y.on(400, "상담");
    assert_eq!(unlocked.destroy_due(&y.table, &code, "기한", None).unwrap_err().exit(), Exit::Refused, "two persons");
    assert_eq!(unlocked.destroy_due(&y.table, &code, " ", admin).unwrap_err().exit(), Exit::Refused, "a reason");
    assert_eq!(kinds(&unlocked, old), ["mark", "note", "process-note"]);
    let (certificate, _) = unlocked.destroy_due(&y.table, &code, "기한", admin).unwrap();
    assert_eq!((certificate.keys, certificate.records, certificate.break_glass), (1, 1, false));
    assert_eq!(kinds(&unlocked, old), ["note", "process-note"], "what was said is gone, what was written stays");
    assert_eq!(kinds(&unlocked, young), ["mark", "note", "process-note"]);
    assert!(unlocked.check().unwrap().sound() && unlocked.retention_due(&y.table).unwrap().is_empty());
    unlocked.lock().unwrap();
    let unlocked = y.on(1100, "상담");
    unlocked.destroy_due(&y.table, &code, "기한", admin).unwrap();
    assert_eq!(kinds(&unlocked, old), ["note"], "the process note");
    assert!(unlocked.escalations().unwrap().is_empty(), "and the packet");
    assert_eq!(kinds(&unlocked, young), ["note", "process-note"], "its words were a year old too");
    assert!(unlocked.check().unwrap().sound());
    unlocked.lock().unwrap();
    let unlocked = y.on(200 + 1096, "상담");
    let (certificate, _) = unlocked.destroy_due(&y.table, &code, "기한", admin).unwrap();
    assert!(certificate.keys >= 4, "the whole client: {certificate:?}");
    assert!(unlocked.clients().unwrap().is_empty());
    unlocked.lock().unwrap();
    let log = y.on(1300, "관리").read_log().unwrap();
    let destroyed: Vec<Option<&str>> =
        log.iter().filter(|(_, e)| e.task == Task::Destroy).map(|(_, e)| e.detail.as_deref()).collect();
    assert_eq!(destroyed, [Some("session"), Some("escalation process session"), None]);
    assert!(log.iter().filter(|(_, e)| e.task == Task::Destroy).all(|(_, e)| e.second.is_some()));
}

fn due_table(own: &Path) -> std::process::Output {
    let mut c = program();
    c.args(["client", "due", "--table", "--lang", "en"]).env("GYEOT_RETENTION", own).output().unwrap()
}

#[test]
fn the_table_is_shown_without_a_passphrase_and_a_centres_own_file_changes_it_or_is_refused_by_line() {
    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("retention.toml");
    let shown = |out: std::process::Output| (out.status.code(), String::from_utf8(out.stdout).unwrap());
    let (code, text) = shown(due_table(&own));
    assert_eq!(code, Some(0));
    for class in RetentionClass::ALL {
        assert!(text.lines().any(|l| l.starts_with(class.word())), "{}: {text}", class.word());
    }
    assert!(text.contains("art. 8") && text.contains("at least 2 years") && text.contains("1 year "), "{text}");
    std::fs::write(&own, "[[class]]\nid = \"case\"\nkeep = \"10y\"\nsource = \"by-laws 7\"\n").unwrap();
    let (_, text) = shown(due_table(&own));
    assert!(text.contains("10 years") && text.contains("the centre's own: by-laws 7"), "{text}");
    std::fs::write(&own, "[[class]]\nid = \"access-log\"\nkeep = \"1y\"\nsource = \"by-laws 7\"\n").unwrap();
    let out = due_table(&own);
    assert_eq!(out.status.code(), Some(2));
    let said = String::from_utf8(out.stderr).unwrap();
    assert!(said.contains("line 3, keep: a statute demands a longer period"), "{said}");
}

#[test]
fn a_closed_record_comes_due_with_the_record_in_which_its_person_goes_on_and_not_before() {
    let y = Years::begin();
    let unlocked = y.on(0, "상담");
    let [kept, other] = [client(&unlocked), client(&unlocked)];
    session(&unlocked, &other);
    unlocked.merge_clients(&kept, &other, "같은 사람").unwrap();
    unlocked.lock().unwrap();
    let unlocked = y.on(1000, "상담");
    session(&unlocked, &kept);
    unlocked.lock().unwrap();
    let cases = |day| {
        let due = y.due(day, "상담").into_iter().filter(|d| d.class == RetentionClass::Case);
        due.filter_map(|d| d.client).collect::<std::collections::BTreeSet<_>>()
    };
    let whole = (1..6000).step_by(200).map(cases).find(|due| !due.is_empty()).unwrap();
    assert_eq!(whole, [kept, other].into());
}
