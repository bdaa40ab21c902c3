//! `gyeot review` as a person or a script uses it: the queue, a comment, a return, a co-signature; and the same by file on a
//! machine that has no vault but a key slot.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{PASS, consent, new_member, new_vault, pass, program};
use gyeot::domain::practice::ids::{SessionId, StatementId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::service::notes::NoteChange;
use gyeot::service::{NewClient, Scope, Second, UnlockedVault};
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

fn run(dir: &Path, vault: &str, who: &str, args: &[&str], words: &str) -> Output {
    std::fs::write(dir.join("pass"), PASS).unwrap();
    let mut c = program();
    c.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("GYEOT_LANG");
    c.env("GYEOT_MODELS", dir.join("models")).env("GYEOT_VAULT", dir.join(vault));
    c.current_dir(dir).env("XDG_CONFIG_HOME", dir.join("config")).arg("--passphrase-file").arg(dir.join("pass"));
    if !who.is_empty() {
        c.args(["--as", who]);
    }
    let mut child = c.spawn().unwrap();
    // A command that was refused reads no words.
    let _ = child.stdin.take().unwrap().write_all(words.as_bytes());
    child.wait_with_output().unwrap()
}

fn json(out: &Output) -> serde_json::Value {
    let err = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(0), "{err}");
    serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&out.stdout)))
}

fn note() -> NoteRevision {
    let line = |n: u32, text: &str| NoteLine {
        id: StatementId(n),
        text: ClientText::new(text),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let lines = vec![line(1, "첫 문장"), line(2, "둘째 문장")];
    let sections = vec![NoteSection { key: "plan".into(), lines }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

/// A vault with a note that was handed in; gives the first digits of its session.
fn handed_in(dir: &Path) -> (String, SessionId) {
    let vault = UnlockedVault::init(&dir.join("vault"), &new_vault("관리", Role::Admin), &pass()).unwrap();
    vault.add_member(&new_member("수퍼", Role::Supervisor), &pass(), None, Some("처음")).unwrap();
    let phrase = pass();
    let second = Some(Second { name: "수퍼", passphrase: &phrase });
    vault.add_member(&new_member("상담", Role::Counsellor), &pass(), second, None).unwrap();
    vault.lock().unwrap();
    let vault = UnlockedVault::unlock(&dir.join("vault"), Some("상담"), &pass()).unwrap();
    let supervisors = vec!["수퍼".to_owned()];
    let new = NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = vault.begin_session(&code, Timestamp(0)).unwrap();
    vault.end_session(session, Timestamp(60_000), "ended").unwrap();
    vault.change_note(session, NoteChange::Write(note())).unwrap();
    vault.change_note(session, NoteChange::MarkReady).unwrap();
    vault.lock().unwrap();
    (session.to_string()[..8].to_owned(), session)
}

#[test]
fn a_note_is_reviewed_from_the_command_line_and_every_step_is_one_object() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (session, _) = handed_in(dir);
    let s = session.as_str();
    let supervisor = |args: &[&str], words: &str| run(dir, "vault", "수퍼", &[args, &["--json"]].concat(), words);
    let queue = json(&supervisor(&["review", "queue"], ""));
    assert_eq!((&queue["schema"], &queue["waiting"][0]["state"]), (&"gyeot.review-queue/1".into(), &"ready".into()));
    let review = json(&supervisor(&["review", "open", s], ""));
    assert_eq!((&review["state"], &review["revision"]), (&"in-review".into(), &3.into()));
    let kept = json(&supervisor(&["review", "comment", s, "--on", "statement:2"], "근거가 무엇인가요\n"));
    let thread = kept["record"].as_str().unwrap()[..8].to_owned();
    let refused = supervisor(&["review", "comment", s, "--on", "statement:9"], "x");
    assert_eq!(refused.status.code(), Some(2), "{}", String::from_utf8_lossy(&refused.stderr));
    let refused = supervisor(&["review", "return", s], " \n");
    assert_eq!(refused.status.code(), Some(13), "says what is asked for");
    let stale = supervisor(&["review", "cosign", s, "--revision", "2"], "");
    assert_eq!(stale.status.code(), Some(13), "names the revision that was read");
    assert_eq!(json(&supervisor(&["review", "return", s], "더 자세히"))["state"], "needs-revision");

    let counsellor = |args: &[&str], words: &str| run(dir, "vault", "상담", args, words);
    let mine = json(&counsellor(&["review", "queue", "--json"], ""));
    assert_eq!(mine["returned"].as_array().unwrap().len(), 1);
    let said = String::from_utf8(counsellor(&["review", "open", s], "").stdout).unwrap();
    assert!(said.contains("근거가 무엇인가요") && said.contains("더 자세히"), "{said}");
    json(&counsellor(&["review", "comment", s, "--reply", &thread, "--json"], "첫 줄입니다"));
    json(&counsellor(&["review", "comment", s, "--reply", &thread, "--resolve", "--json"], ""));
    assert_eq!(counsellor(&["review", "cosign", s], "").status.code(), Some(13), "not one's own note");
    assert_eq!(counsellor(&["note", "ready", s], "").status.code(), Some(0));
    json(&supervisor(&["review", "open", s], ""));
    assert_eq!(json(&supervisor(&["review", "cosign", s], ""))["state"], "co-signed");
    let review = json(&supervisor(&["review", "open", s], ""));
    assert_eq!((&review["cosignature"]["covers"], &review["threads"][0]["resolved"]), (&true.into(), &true.into()));
    let empty = String::from_utf8(run(dir, "vault", "수퍼", &["review", "queue", "--lang", "ko"], "").stdout).unwrap();
    assert!(empty.contains("검토를 기다리는 노트가 없습니다"), "{empty}");
}

#[test]
fn a_note_is_co_signed_on_a_machine_with_no_vault_and_the_answer_is_taken_in_once() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (session, _) = handed_in(dir);
    let vault = UnlockedVault::unlock(&dir.join("vault"), Some("수퍼"), &pass()).unwrap();
    let id = vault.me().id.to_string();
    vault.lock().unwrap();
    let (slot, file) = (dir.join("slot.age"), dir.join("note.age"));
    std::fs::copy(dir.join("vault/slots").join(format!("{id}.age")), &slot).unwrap();
    let (slot, path) = (slot.to_str().unwrap().to_owned(), file.to_str().unwrap().to_owned());
    let export = ["review", "export", "C-0001", "--to", "수퍼", "--output", &path, "--reason", "수퍼비전", "--json"];
    assert_eq!(json(&run(dir, "vault", "상담", &export, ""))["revision"], 2);
    let again = run(dir, "vault", "상담", &export, "");
    assert_eq!(again.status.code(), Some(2), "a file that is there is not written over");

    let away = |args: &[&str], words: &str| run(dir, "none", "", &[args, &["--slot", &slot, "--json"]].concat(), words);
    let review = json(&away(&["review", "open", &path], ""));
    assert_eq!((&review["client"], &review["state"]), (&"C-0001".into(), &"ready".into()));
    assert_eq!(json(&away(&["review", "comment", "note.age", "--on", "section:plan"], "좋습니다"))["comments"], 1);
    assert_eq!(json(&away(&["review", "cosign", &path], ""))["comments"], 1);
    let answer = dir.join("note.answer.age");
    let words = std::fs::read(&answer).unwrap();
    assert!(words.starts_with(b"age-encryption.org/v1"), "nothing of it in clear");

    let back = answer.to_str().unwrap();
    let taken = json(&run(dir, "vault", "상담", &["review", "import", back, "--json"], ""));
    assert_eq!(
        (&taken["verdict"], &taken["state"], &taken["by"]),
        (&"cosign".into(), &"signed".into(), &"수퍼".into())
    );
    let twice = run(dir, "vault", "상담", &["review", "import", back, "--lang", "en"], "");
    assert_eq!(twice.status.code(), Some(13));
    assert!(String::from_utf8_lossy(&twice.stderr).contains("taken in before"));
    std::fs::write(dir.join("half.age"), &words[..words.len() / 2]).unwrap();
    let half =
        run(dir, "vault", "상담", &["review", "import", dir.join("half.age").to_str().unwrap(), "--lang", "en"], "");
    assert_eq!(half.status.code(), Some(12));
    assert!(String::from_utf8_lossy(&half.stderr).contains("half copied"));
    let shown = json(&run(dir, "vault", "상담", &["review", "open", &session, "--json"], ""));
    assert_eq!((&shown["cosignature"]["covers"], &shown["threads"][0]["text"]), (&true.into(), &"좋습니다".into()));
}
