//! Consent and the access log, with real keys on a real disk: what a client agrees to decides who holds a key, everything
//! that is read or refused is an entry, and nothing is taken away without a reason.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, PASS, consent, new_member, new_vault, pass, program};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::{Entry, Month, Task};
use gyeot::domain::practice::consent::{ConsentError, ConsentEvent};
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteRevision, NoteState};
use gyeot::service::{Agreed, Body, Consent, NewClient, Scope, Second, UnlockedVault, VaultError, Withdrawal};
use serde_json::Value;
use std::path::Path;
use std::process::Output;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

const RECORDED: [Scope; 3] = [Scope::Service, Scope::Recording, Scope::Ai];
const SUPERVISED: [Scope; 4] = [Scope::Service, Scope::Recording, Scope::Ai, Scope::Supervision];

/// An admin 관리, supervisors 수퍼 and 다른수퍼, counsellors 상담 and 다른상담; nobody has a client yet.
fn centre(dir: &Path) {
    let new = new_vault("관리", Role::Admin);
    let unlocked = UnlockedVault::init(dir, &new, &pass()).unwrap();
    let phrase = pass();
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    for (name, role, second) in [
        ("수퍼", Role::Supervisor, None),
        ("다른수퍼", Role::Supervisor, with),
        ("상담", Role::Counsellor, with),
        ("다른상담", Role::Counsellor, with),
    ] {
        let new = new_member(name, role);
        unlocked.add_member(&new, &pass(), second, Some("처음")).unwrap();
    }
    unlocked.lock().unwrap();
}

fn add(unlocked: &UnlockedVault, supervisors: &[&str]) -> ClientCode {
    let supervisors = supervisors.iter().map(|s| (*s).to_owned()).collect();
    unlocked.add_client(NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() }).unwrap()
}

/// A session with a mark, a note and a process note; ended.
fn session(unlocked: &UnlockedVault, code: &ClientCode) -> SessionId {
    let session = unlocked.begin_session(code, Timestamp(0)).unwrap();
    let note = || NoteRevision { format: "soap".into(), sections: Vec::new(), state: NoteState::Draft, reason: None };
    let mark = Body::Mark { at_ms: 1, label: None };
    unlocked.keep(session, &[mark, Body::Note { note: note() }, Body::ProcessNote { note: note() }]).unwrap();
    unlocked.end_session(session, Timestamp(9), "ended").unwrap();
    session
}

fn entries(dir: &Path, reader: &str) -> Vec<Entry> {
    let unlocked = unlock(dir, reader);
    let log = unlocked.read_log().unwrap().into_iter().map(|(_, e)| e).collect();
    unlocked.lock().unwrap();
    log
}

#[test]
fn a_supervisor_gets_no_key_without_the_clients_consent_to_supervision() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let unlocked = unlock(dir.path(), "상담");
    let code = add(&unlocked, &[]);
    unlocked.set_consent(&code, consent(&RECORDED)).unwrap();
    let before = unlocked.check().unwrap().records;
    let refused = unlocked.assign_supervisor(&code, "수퍼").unwrap_err();
    assert_eq!((refused.exit(), &refused), (Exit::Refused, &VaultError::Consent(ConsentError::Supervision)));
    assert_eq!(unlocked.check().unwrap().records, before, "no wrap was made");
    unlocked.set_consent(&code, consent(&SUPERVISED)).unwrap();
    unlocked.assign_supervisor(&code, "수퍼").unwrap();
    unlocked.lock().unwrap();
    assert!(unlock(dir.path(), "수퍼").client(&code).is_ok());
    assert!(unlock(dir.path(), "다른수퍼").client(&code).is_err());
}

#[test]
fn a_supervisor_named_when_the_client_is_taken_on_waits_for_the_consent() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let unlocked = unlock(dir.path(), "상담");
    let code = add(&unlocked, &["수퍼"]);
    unlocked.set_consent(&code, consent(&RECORDED)).unwrap();
    assert_eq!(unlocked.client_file(&code).unwrap().awaiting, ["수퍼"]);
    unlocked.lock().unwrap();
    assert!(unlock(dir.path(), "수퍼").clients().unwrap().is_empty(), "no consent to supervision yet");
    let unlocked = unlock(dir.path(), "상담");
    assert_eq!(unlocked.set_consent(&code, consent(&SUPERVISED)).unwrap().given, ["수퍼"]);
    let file = unlocked.client_file(&code).unwrap();
    assert_eq!((file.supervisors, file.awaiting), (vec!["수퍼".to_owned()], vec![]));
    unlocked.lock().unwrap();
    assert_eq!(unlock(dir.path(), "수퍼").clients().unwrap().len(), 1);
}

/// Ways in which a supervisor loses a client.
type Loss = (&'static str, fn(&UnlockedVault, &ClientCode));
const LOSSES: [Loss; 4] = [
    ("withdrawn from now", |unlocked, code| {
        unlocked.withdraw_consent(code, [Scope::Supervision].into(), Withdrawal::FromNow).unwrap();
    }),
    ("withdrawn all", |unlocked, code| {
        let done = unlocked.withdraw_consent(code, [Scope::Supervision].into(), Withdrawal::All).unwrap();
        assert!(done.destroyed.is_empty(), "supervision is not recording");
    }),
    ("a new consent without it", |unlocked, code| {
        unlocked.set_consent(code, consent(&RECORDED)).unwrap();
    }),
    ("taken off", |unlocked, code| {
        let done = unlocked.unassign_supervisor(code, "수퍼").unwrap();
        assert_eq!((done.taken.len(), done.unmarked), (1, false));
        assert_eq!(unlocked.unassign_supervisor(code, "수퍼").unwrap_err(), VaultError::NotAssigned);
    }),
];

#[test]
fn whichever_way_a_supervisor_loses_a_client_their_wraps_are_gone_and_a_new_key_begins() {
    for (what, lose) in LOSSES {
        let dir = tempfile::tempdir().unwrap();
        centre(dir.path());
        let unlocked = unlock(dir.path(), "상담");
        let code = add(&unlocked, &[]);
        unlocked.set_consent(&code, consent(&SUPERVISED)).unwrap();
        let old = session(&unlocked, &code);
        for name in ["수퍼", "다른수퍼"] {
            unlocked.assign_supervisor(&code, name).unwrap();
        }
        stage::raise(&unlocked, &code);
        unlocked.lock().unwrap();
        let unlocked = unlock(dir.path(), "수퍼");
        assert_eq!(unlocked.open_session(old).unwrap().len(), 2, "{what}: mark and note");
        assert_eq!(unlocked.escalations().unwrap().len(), 1, "{what}");
        let id = unlocked.me().id;
        let opened = unlocked.check().unwrap().opened;
        unlocked.lock().unwrap();

        let unlocked = unlock(dir.path(), "상담");
        lose(&unlocked, &code);
        unlocked.set_consent(&code, consent(&SUPERVISED)).unwrap();
        let new = session(&unlocked, &code);
        unlocked.lock().unwrap();

        let unlocked = unlock(dir.path(), "수퍼");
        assert!(unlocked.clients().unwrap().is_empty(), "{what}: a new consent gives nothing back by itself");
        assert_eq!(unlocked.client(&code).unwrap_err(), VaultError::NoClient, "{what}");
        for session in [old, new] {
            assert_eq!(unlocked.open_session(session).unwrap_err(), VaultError::NoSession, "{what}");
        }
        assert!(unlocked.escalations().unwrap().is_empty(), "{what}: nor the packet");
        let report = unlocked.check().unwrap();
        assert!(report.sound() && report.opened < opened && report.opened <= 2, "{what}: {report:?}");
        unlocked.lock().unwrap();
        let unlocked = unlock(dir.path(), "상담");
        assert_eq!(
            (unlocked.open_session(old).unwrap().len(), unlocked.open_session(new).unwrap().len()),
            (3, 3),
            "{what}"
        );
        assert!(unlocked.check().unwrap().sound());
        unlocked.lock().unwrap();
        let stays = unlock(dir.path(), "다른수퍼").open_session(old).is_ok();
        assert_eq!(stays, what == "taken off", "{what}: the other supervisor");
        let log = entries(dir.path(), "관리");
        let told = |task| log.iter().any(|e| e.task == task && e.detail == Some(id.to_string()));
        assert!(told(Task::Assign) && told(Task::Unassign), "{what}");
        assert!(log.iter().any(|e| e.task == Task::Rekey && e.whose.as_ref() == Some(&code)), "{what}");
        let reached = unlock(dir.path(), "관리").reach_of("수퍼").unwrap();
        assert_eq!((reached.len(), reached[0].until.is_some()), (1, true), "{what}: what they could have read");
    }
}

#[test]
fn reading_a_list_is_one_entry_with_the_number_of_records_however_often_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let new = new_vault("상담", Role::Counsellor);
    let unlocked = UnlockedVault::init(dir.path(), &new, &pass()).unwrap();
    let codes: Vec<ClientCode> = (0..3).map(|_| add(&unlocked, &[])).collect();
    for code in &codes {
        unlocked.set_consent(code, consent(&RECORDED)).unwrap();
        session(&unlocked, code);
    }
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "상담");
    for _ in 0..3 {
        assert_eq!(unlocked.clients().unwrap().len(), 3);
        assert_eq!(unlocked.sessions(None).unwrap().len(), 3);
        unlocked.consent(&codes[0]).unwrap();
        unlocked.retention_due(&gyeot::adapters::shipped::retention().unwrap()).unwrap();
    }
    unlocked.client_file(&codes[1]).unwrap();
    unlocked.consent(&codes[1]).unwrap();
    let log = unlocked.read_log().unwrap();
    let from = log.iter().rposition(|(_, e)| e.task == Task::Unlock).unwrap();
    let read = log[from..].iter().filter(|(_, e)| e.task == Task::Read);
    let told: Vec<(u64, &str, bool)> =
        read.map(|(_, e)| (e.records, e.detail.as_deref().unwrap(), e.whose.is_some())).collect();
    let due = (3, "due", false);
    let expected = [
        (3, "caseload", false),
        (3, "sessions", false),
        (1, "consent", true),
        due,
        due,
        due,
        // The card, a consent, a session: what is asked for after it is told.
        (3, "client", true),
    ];
    assert_eq!(told, expected);
}

#[test]
fn what_is_refused_is_an_entry_of_whom_it_concerns_and_the_inspection_lists_it() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let unlocked = unlock(dir.path(), "상담");
    let code = add(&unlocked, &[]);
    unlocked.set_consent(&code, consent(&SUPERVISED)).unwrap();
    unlocked.assign_supervisor(&code, "수퍼").unwrap();
    let session = session(&unlocked, &code);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "다른상담");
    assert_eq!(unlocked.client(&code).unwrap_err(), VaultError::NoClient);
    assert_eq!(unlocked.open_session(session).unwrap_err(), VaultError::NoSession);
    assert_eq!(unlocked.client(&ClientCode("C-9999".into())).unwrap_err(), VaultError::NoClient);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "수퍼");
    assert_eq!(unlocked.export_client(&code, "csv", "회의").unwrap_err().exit(), Exit::Refused);
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "관리");
    assert_eq!(unlocked.clients().unwrap_err().exit(), Exit::Refused);
    let (report, _) = unlocked.inspect_log(&Month::of(unlocked.now())).unwrap();
    let told: Vec<(Option<&str>, &str)> =
        report.refused.iter().map(|e| (e.whose.as_ref().map(|c| c.as_str()), e.detail.as_deref().unwrap())).collect();
    let by_session = format!("no-key {session}");
    let code = Some(code.as_str());
    let expected = [(code, "no-key"), (None, by_session.as_str()), (code, "export-content"), (None, "see-caseload")];
    assert_eq!(told, expected, "a code that nobody has is a slip of the keyboard");
}

/// A vault of one counsellor with one client, and the program itself.
struct Position {
    dir: tempfile::TempDir,
    code: ClientCode,
}

impl Position {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let new = new_vault("상담", Role::Counsellor);
        let unlocked = UnlockedVault::init(&dir.path().join("vault"), &new, &pass()).unwrap();
        let code = add(&unlocked, &[]);
        unlocked.lock().unwrap();
        std::fs::write(dir.path().join("pass"), PASS).unwrap();
        Position { dir, code }
    }

    /// A session of the client that has ended.
    fn session(&self) -> String {
        let unlocked = UnlockedVault::unlock(&self.dir.path().join("vault"), None, &pass()).unwrap();
        let agreed =
            Agreed { scopes: [Scope::Service, Scope::Recording].into(), age_confirmed: true, ..Agreed::default() };
        unlocked.agree(&self.code, Agreed { form: Some("v1".into()), ..agreed }).unwrap();
        let session = unlocked.begin_session(&self.code, unlocked.now()).unwrap();
        unlocked.end_session(session, unlocked.now(), "ended").unwrap();
        unlocked.lock().unwrap();
        session.to_string()
    }

    fn run(&self, args: &[&str]) -> Output {
        let at = |p: &str| self.dir.path().join(p);
        let mut c = program();
        c.args(args).arg("--vault").arg(at("vault")).arg("--passphrase-file").arg(at("pass"));
        c.env("GYEOT_LANG", "en").output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let out = self.run(&[args, &["--json"]].concat());
        assert_eq!(out.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        serde_json::from_slice(&out.stdout).unwrap()
    }

    fn text(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert_eq!(out.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    }

    fn refused(&self, args: &[&str]) -> String {
        let out = self.run(args);
        assert_eq!(out.status.code(), Some(13), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        assert!(out.stdout.is_empty(), "{args:?}: nothing is shown");
        String::from_utf8(out.stderr).unwrap()
    }
}

#[test]
fn nothing_of_a_client_is_taken_away_without_a_reason_and_the_inspection_lists_each_time_it_was() {
    let p = Position::new();
    let code = p.code.as_str();
    let unpacked = p.dir.path().join("unpacked").to_string_lossy().into_owned();
    let session = p.session();
    let ways: [&[&str]; 5] = [
        &["assess", "history", "--client", code, "--format", "csv"],
        &["assess", "history", "--client", code, "--format", "fhir"],
        &["assess", "history", "--client", code, "--json"],
        &["session", "show", &session, "--json"],
        &["vault", "unpack", &unpacked],
    ];
    for way in ways {
        assert!(p.refused(way).contains("--reason"));
        p.refused(&[way, &["--reason", "  "]].concat());
    }
    assert!(!Path::new(&unpacked).exists());
    p.text(&["assess", "history", "--client", code]);
    for way in ways {
        p.text(&[way, &["--reason", "for the court"]].concat());
    }
    p.text(&["session", "show", &session]);
    p.text(&["assess", "history", "--client", code, "--reason", "printed for the client"]);
    p.text(&["session", "show", &session, "--reason", "printed for the client"]);
    let month = Month::of(UnlockedVault::unlock(&p.dir.path().join("vault"), None, &pass()).unwrap().now()).to_string();
    let inspected = p.json(&["audit", "inspect", "--month", &month]);
    let exports = inspected["inspection"]["exports"].as_array().unwrap();
    let told: Vec<(&str, &str)> =
        exports.iter().map(|e| (e["detail"].as_str().unwrap(), e["reason"].as_str().unwrap())).collect();
    let court = "for the court";
    let printed = ("text", "printed for the client");
    let json = ("json", court);
    assert_eq!(told, [("csv", court), ("fhir", court), json, json, ("unpack", court), printed, printed]);
    assert!(exports.iter().all(|e| e["task"] == "export" && (e["whose"] == code || e["detail"] == "unpack")));
}

#[test]
fn the_age_is_asked_for_once_and_the_history_of_consents_is_shown_with_everybody_who_agreed() {
    let p = Position::new();
    let code = p.code.as_str();
    let give: Vec<&str> = vec!["client", "consent", code, "--scope", "service", "--scope", "recording", "--form"];
    let refused = p.refused(&[&give[..], &["v1"]].concat());
    assert!(refused.contains("--age-confirmed"), "{refused}");
    p.text(&[&give[..], &["v1", "--age-confirmed", "--participant", "mother"]].concat());
    let said = p.text(&[&give[..], &["v2", "--participant", "mother", "--participant", "father"]].concat());
    assert!(said.contains("mother, father"), "{said}");
    p.text(&["client", "consent", code, "--withdraw", "from-now", "--scope", "recording"]);
    let history = p.text(&["client", "consent", code, "--history"]);
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines.len(), 3, "{history}");
    assert!(lines[0].contains("v1") && lines[0].contains("14 or older, confirmed") && lines[0].contains("mother"));
    assert!(lines[1].contains("v2") && lines[1].contains("mother, father"));
    assert!(lines[2].contains("withdrawn") && lines[2].contains("from now"), "{history}");
    let told = p.json(&["client", "consent", code, "--history"]);
    let events: Vec<ConsentEvent> = serde_json::from_value(told["events"].clone()).unwrap();
    assert!(matches!(&events[1], ConsentEvent::Given { consent, .. } if consent.participants == ["mother", "father"]));
}

#[test]
fn a_session_with_somebody_who_has_not_agreed_does_not_begin() {
    let p = Position::new();
    let unlocked = UnlockedVault::unlock(&p.dir.path().join("vault"), None, &pass()).unwrap();
    let with = |who: &[&str]| who.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    unlocked.set_consent(&p.code, Consent { participants: with(&["mother"]), ..consent(&RECORDED) }).unwrap();
    let refused = unlocked.begin_session_with(&p.code, Timestamp(0), &with(&["mother", "father"])).unwrap_err();
    assert_eq!((refused.exit(), &refused), (Exit::Refused, &VaultError::Consent(ConsentError::Participant)));
    assert!(unlocked.sessions(None).unwrap().is_empty());
    let session = unlocked.begin_session_with(&p.code, Timestamp(0), &with(&["mother"])).unwrap();
    let took_part = unlocked.open_client(&p.code).unwrap().into_iter().find_map(|o| match o.body {
        Body::SessionStart { with, .. } if o.header.session == Some(session) => Some(with),
        _ => None,
    });
    assert_eq!(took_part, Some(with(&["mother"])));
    unlocked.lock().unwrap();
    let sound = concat!(env!("CARGO_MANIFEST_DIR"), "/src/demo/session-en.flac");
    let run = ["session", "run", "--client", p.code.as_str(), "--input", sound, "--with", "father"];
    assert!(p.refused(&run).contains("--participant"));
}

#[test]
fn a_withdrawal_of_all_after_the_session_says_that_nothing_was_destroyed_and_how_to() {
    let p = Position::new();
    let unlocked = UnlockedVault::unlock(&p.dir.path().join("vault"), None, &pass()).unwrap();
    unlocked.set_consent(&p.code, consent(&RECORDED)).unwrap();
    let ended = session(&unlocked, &p.code);
    unlocked.lock().unwrap();
    let said = p.text(&["client", "consent", p.code.as_str(), "--withdraw", "all", "--scope", "recording"]);
    assert!(
        said.contains("nothing was destroyed") && said.contains(&format!("vault shred --session {ended}")),
        "{said}"
    );
}
