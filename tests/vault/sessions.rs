//! The unlocked vault from end to end, on a real disk with the cheap key cost: what is kept comes back, what is not
//! allowed is refused, what was changed shows.
#![allow(clippy::unwrap_used)]

use crate::stage::{PASS, consent, copy, new_vault, pass, program, walk};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::ids::{ClientCode, SessionId, UtteranceId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::ports::keeper::Released;
use gyeot::service::{Body, Integrity, NewClient, Scope, UnlockedVault, VaultError, Withdrawal};
use secrecy::SecretString;
use std::path::Path;

const PLANTED: &str = "새벽에 깨면 그냥 누워 있어요";

fn made(dir: &Path, role: Role) -> UnlockedVault {
    let new = new_vault("이서윤", role);
    UnlockedVault::init(dir, &new, &pass()).unwrap()
}

fn open_vault(dir: &Path) -> Result<UnlockedVault, VaultError> {
    UnlockedVault::unlock(dir, None, &pass())
}

fn said(n: u32, text: &str) -> Body {
    Body::Utterances {
        utterances: vec![Utterance {
            id: UtteranceId(n),
            start_ms: u64::from(n) * 1000,
            end_ms: u64::from(n) * 1000 + 900,
            speaker: Speaker::Client,
            text: ClientText::new(text),
            confidence: None,
        }],
    }
}

fn with_session(dir: &Path) -> (UnlockedVault, ClientCode, SessionId) {
    let unlocked = made(dir, Role::Counsellor);
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(1_000)).unwrap();
    (unlocked, code, session)
}

#[test]
fn what_was_kept_is_there_after_the_vault_was_closed_and_opened_again() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, code, session) = with_session(dir.path());
    let saved = unlocked.keep(session, &[said(1, PLANTED), said(2, "네")]).unwrap();
    assert_eq!(saved.records.len(), 2);
    unlocked.end_session(session, Timestamp(9_000), "ended").unwrap();
    unlocked.lock().unwrap();
    let unlocked = open_vault(dir.path()).unwrap();
    assert_eq!(unlocked.integrity(), Integrity::Complete { interrupted: 0 });
    assert_eq!(unlocked.clients().unwrap()[0].name.reveal(), "김하늘");
    assert_eq!(unlocked.sessions(Some(&code)).unwrap()[0].records, 2);
    let opened = unlocked.open_session(session).unwrap();
    assert_eq!(opened.iter().map(|o| o.body.clone()).collect::<Vec<_>>(), [said(1, PLANTED), said(2, "네")]);
}

#[test]
fn a_session_does_not_begin_without_consent_to_service_and_recording() {
    let dir = tempfile::tempdir().unwrap();
    let unlocked = made(dir.path(), Role::Counsellor);
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    assert_eq!(unlocked.begin_session(&code, Timestamp(0)).unwrap_err().exit(), Exit::Refused);
    unlocked.set_consent(&code, consent(&[Scope::Service])).unwrap();
    assert_eq!(unlocked.begin_session(&code, Timestamp(0)).unwrap_err().exit(), Exit::Refused);
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    unlocked.begin_session(&code, Timestamp(0)).unwrap();
}

#[test]
fn withdrawing_everything_in_the_middle_of_a_session_destroys_what_was_said() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, code, session) = with_session(dir.path());
    unlocked.keep(session, &[said(1, PLANTED)]).unwrap();
    let gone = unlocked.withdraw_consent(&code, [Scope::Recording].into(), Withdrawal::All).unwrap();
    assert_eq!((gone.destroyed, gone.kept), (vec![session], vec![]));
    assert_eq!(unlocked.keep(session, &[said(2, "x")]).unwrap_err(), VaultError::SessionDestroyed);
    assert_eq!(unlocked.open_session(session).unwrap_err(), VaultError::SessionDestroyed);
    unlocked.lock().unwrap();
    assert_eq!(open_vault(dir.path()).unwrap().open_session(session).unwrap_err(), VaultError::SessionDestroyed);
}

#[test]
fn withdrawing_from_now_keeps_what_was_said_and_takes_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, code, session) = with_session(dir.path());
    unlocked.keep(session, &[said(1, PLANTED)]).unwrap();
    unlocked.withdraw_consent(&code, [Scope::Recording].into(), Withdrawal::FromNow).unwrap();
    assert_eq!(unlocked.keep(session, &[said(2, "x")]).unwrap_err().exit(), Exit::Refused);
    assert_eq!(unlocked.open_session(session).unwrap().len(), 1);
}

#[test]
fn wrong_passphrases_are_delayed_and_the_delay_outlives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    drop(made(dir.path(), Role::Counsellor));
    let wrong = SecretString::from("not the passphrase at all");
    for _ in 0..3 {
        assert_eq!(UnlockedVault::unlock(dir.path(), None, &wrong).unwrap_err().exit(), Exit::WrongPassphrase);
    }
    let delayed = open_vault(dir.path()).unwrap_err();
    assert!(matches!(delayed, VaultError::Delay { wrong: 3, .. }), "{delayed}");
    assert_eq!(delayed.exit(), Exit::Locked);
}

#[test]
fn a_second_desk_on_the_same_vault_is_told_that_it_is_held() {
    let dir = tempfile::tempdir().unwrap();
    let unlocked = made(dir.path(), Role::Counsellor);
    assert_eq!(open_vault(dir.path()).unwrap_err().exit(), Exit::Locked);
    drop(unlocked);
    open_vault(dir.path()).unwrap();
}

#[test]
fn an_old_store_put_back_is_said_to_be_behind_and_nothing_is_written_over_it() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, _, session) = with_session(dir.path());
    unlocked.keep(session, &[said(1, "a")]).unwrap();
    unlocked.lock().unwrap();
    let old = tempfile::tempdir().unwrap();
    copy(&dir.path().join("store"), &old.path().join("store"));
    let unlocked = open_vault(dir.path()).unwrap();
    for n in 2..7 {
        unlocked.keep(session, &[said(n, "b")]).unwrap();
    }
    unlocked.lock().unwrap();
    std::fs::remove_dir_all(dir.path().join("store")).unwrap();
    copy(&old.path().join("store"), &dir.path().join("store"));
    for _ in 0..2 {
        let unlocked = open_vault(dir.path()).unwrap();
        assert_eq!(unlocked.integrity(), Integrity::Behind { part: "store", missing: 5 });
        assert_eq!(unlocked.keep(session, &[said(9, "c")]).unwrap_err().exit(), Exit::Damaged);
        assert_eq!(unlocked.open_session(session).unwrap().len(), 1, "what is there stays readable");
    }
}

#[test]
fn no_planted_word_is_in_any_file_of_the_vault() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, code, session) = with_session(dir.path());
    unlocked.keep(session, &[said(1, PLANTED)]).unwrap();
    let code = code.as_str().to_owned();
    unlocked.lock().unwrap();
    let mut files = 0;
    walk(dir.path(), &mut |path| {
        let bytes = std::fs::read(path).unwrap();
        for word in [PLANTED, "김하늘", &code] {
            let hit = bytes.windows(word.len()).any(|w| w == word.as_bytes());
            assert!(!hit, "{} holds a planted word", path.display());
            assert!(!path.to_string_lossy().contains(word));
        }
        files += 1;
    });
    assert!(files > 6, "{files} files were looked at");
}

#[test]
fn what_the_client_takes_back_from_now_on_ends_the_session_and_a_later_withdrawal_of_all_leaves_what_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (unlocked, code, session) = with_session(dir.path());
    unlocked.keep(session, &[said(1, PLANTED)]).unwrap();
    let takes_back = |scope, how| unlocked.withdraw_consent(&code, [scope].into(), how).unwrap();
    assert_eq!(unlocked.released(session).unwrap(), Released::WordsAndAdvice);
    takes_back(Scope::Ai, Withdrawal::FromNow);
    assert_eq!(unlocked.released(session).unwrap(), Released::Words);
    takes_back(Scope::Recording, Withdrawal::FromNow);
    assert_eq!(unlocked.released(session).unwrap(), Released::Nothing);
    assert!(matches!(unlocked.keep(session, &[said(2, PLANTED)]), Err(VaultError::Consent(_))));
    unlocked.end_session(session, unlocked.now(), "withdrawn").unwrap();
    let done = takes_back(Scope::Service, Withdrawal::All);
    assert_eq!((done.destroyed, done.kept), (vec![], vec![session]), "it is not open any more, and that is said");
    let opened = unlocked.open_session(session).unwrap();
    assert!(opened.iter().any(|o| o.body == said(1, PLANTED)));
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let next = unlocked.begin_session(&code, unlocked.now()).unwrap();
    assert_eq!(takes_back(Scope::Recording, Withdrawal::All).destroyed, [next]);
    assert_eq!(unlocked.released(next).unwrap(), Released::Destroyed);
}

#[test]
fn recovery_closes_what_was_withdrawn_as_it_is_and_still_recovers_the_others() {
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("vault");
    let (unlocked, code, withdrawn) = with_session(&vault);
    unlocked.keep(withdrawn, &[said(1, PLANTED)]).unwrap();
    unlocked.withdraw_consent(&code, [Scope::Recording].into(), Withdrawal::FromNow).unwrap();
    let other = unlocked.add_client(NewClient { name: ClientText::new("박바다"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&other, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let interrupted = unlocked.begin_session(&other, Timestamp(2_000)).unwrap();
    unlocked.keep(interrupted, &[said(1, PLANTED), said(2, PLANTED)]).unwrap();
    unlocked.lock().unwrap();
    std::fs::write(dir.path().join("pass"), PASS).unwrap();
    let out = program()
        .args(["session", "recover", "--json", "--vault"])
        .arg(&vault)
        .arg("--passphrase-file")
        .arg(dir.path().join("pass"))
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let told: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let row = |id: SessionId, n: u32, withdrawn: bool| serde_json::json!({ "session": id, "utterances": n, "withdrawn": withdrawn, "from_sound": 0, "sound_ms": 0, "refused": {} });
    assert_eq!(told["sessions"], serde_json::json!([row(withdrawn, 1, true), row(interrupted, 2, false)]));
    let unlocked = open_vault(&vault).unwrap();
    assert!(unlocked.sessions(None).unwrap().iter().all(|s| s.state == gyeot::service::SessionState::Ended));
    assert!(unlocked.open_session(withdrawn).unwrap().iter().any(|o| o.body == said(1, PLANTED)));
}
