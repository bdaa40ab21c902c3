//! What is typed into a note and not saved: kept for its writer alone, gone with the client's keys, and nobody can plant one.

use crate::stage::{self, client, made, pass, unlock_only};
use gyeot::domain::note::working_copy::{Draft, DraftLine, SCHEMA, WorkingCopy};
use gyeot::domain::practice::ids::SessionId;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::{NewClient, Scope, UnlockedVault, VaultError, Withdrawal};
use std::path::{Path, PathBuf};

fn copy(session: SessionId, words: &str) -> WorkingCopy {
    let line = DraftLine { text: ClientText::new(words), ..DraftLine::default() };
    let draft = Draft { format: "soap".into(), sections: vec![("plan".into(), vec![line])], ..Draft::default() };
    WorkingCopy { schema: SCHEMA.into(), session, at: Timestamp(1), amending: false, draft }
}

fn kept(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir.join("unsaved")) else { return Vec::new() };
    entries.map(|e| e.unwrap().path()).collect()
}

#[test]
fn what_was_typed_is_there_after_a_crash_and_gone_when_it_is_put_away_and_the_disk_shows_no_word() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let session = vault.begin_session(&client(&vault, "김하늘"), Timestamp(0)).unwrap();
    vault.keep_working_copy(&copy(session, "처음")).unwrap();
    vault.keep_working_copy(&copy(session, "수면 일지를 쓰기로")).unwrap();
    assert_eq!(kept(dir.path()).len(), 1, "the newest is in the place of the one before");
    let bytes = std::fs::read(&kept(dir.path())[0]).unwrap();
    assert!(!bytes.windows(6).any(|w| w == "수면".as_bytes()));
    // No locking: the process is gone.
    drop(vault);
    let vault = unlock_only(dir.path());
    assert_eq!(vault.working_copies().unwrap().into_iter().collect::<Vec<_>>(), [session]);
    assert_eq!(vault.working_copy(session).unwrap(), Some(copy(session, "수면 일지를 쓰기로")));
    vault.drop_working_copy(session).unwrap();
    assert!(vault.working_copy(session).unwrap().is_none() && kept(dir.path()).is_empty());
    assert!(vault.working_copies().unwrap().is_empty());
}

#[test]
fn another_member_neither_keeps_nor_reads_one_and_bytes_that_the_writer_did_not_sign_are_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    stage::centre_of(dir.path(), &stage::FIVE);
    let open = |name: &str| UnlockedVault::unlock(dir.path(), Some(name), &pass()).unwrap();
    let vault = open("상담");
    let new =
        NewClient { name: ClientText::new("김하늘"), supervisors: vec!["수퍼".into()], ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, stage::consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let one = vault.begin_session(&code, Timestamp(0)).unwrap();
    vault.end_session(one, Timestamp(1), "ended").unwrap();
    let two = vault.begin_session(&code, Timestamp(2)).unwrap();
    vault.keep_working_copy(&copy(one, "하나")).unwrap();
    vault.keep_working_copy(&copy(two, "둘")).unwrap();
    vault.lock().unwrap();
    for name in ["수퍼", "다른수퍼", "다른상담", "관리"] {
        let vault = open(name);
        assert!(vault.keep_working_copy(&copy(one, "x")).is_err(), "{name}");
        assert!(vault.working_copy(one).is_err(), "{name}");
        vault.lock().unwrap();
    }
    // One session's copy in the place of another's, or a cut one: none is shown, and nothing breaks.
    let files = kept(dir.path());
    let of = |id: SessionId| files.iter().find(|f| f.display().to_string().contains(&id.to_string())).unwrap();
    let bytes = std::fs::read(of(two)).unwrap();
    for planted in [bytes.clone(), bytes[..bytes.len() / 2].to_vec(), Vec::new(), b"no".to_vec()] {
        std::fs::write(of(one), planted).unwrap();
        let vault = open("상담");
        assert_eq!(vault.working_copy(one).unwrap(), None);
        assert!(vault.working_copy(two).unwrap().is_some());
        vault.lock().unwrap();
    }
    std::fs::remove_file(of(one)).unwrap();
    std::os::unix::fs::symlink(of(two), of(one)).unwrap();
    // As everywhere in the folder, a link is refused by its name before anything is read.
    let refused = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap_err();
    assert!(matches!(refused, VaultError::File { file, .. } if file.starts_with("unsaved/")));
}

#[test]
fn destroying_a_session_or_a_client_destroys_what_was_typed_about_it() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let (kept_code, gone_code) = (client(&vault, "김하늘"), client(&vault, "박지훈"));
    let begin = |code, at| {
        let session = vault.begin_session(code, Timestamp(at)).unwrap();
        vault.end_session(session, Timestamp(at + 1), "ended").unwrap();
        vault.keep_working_copy(&copy(session, "글")).unwrap();
        session
    };
    let (one, two, three) = (begin(&kept_code, 0), begin(&kept_code, 10), begin(&gone_code, 20));
    vault.destroy_session(one, "요청", None).unwrap();
    assert_eq!(kept(dir.path()).len(), 2);
    assert!(vault.keep_working_copy(&copy(one, "다시")).is_err(), "nothing is written about it any more");
    vault.destroy_client(&gone_code, "요청", None).unwrap();
    let left = kept(dir.path());
    assert_eq!(left.len(), 1, "{three} is gone");
    assert!(vault.working_copy(two).unwrap().is_some());
}

#[test]
fn erasing_a_session_erases_what_was_typed_about_it_and_nothing_waits_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let code = client(&vault, "김하늘");
    let ended = vault.begin_session(&code, Timestamp(0)).unwrap();
    vault.end_session(ended, Timestamp(1), "ended").unwrap();
    vault.keep_working_copy(&copy(ended, "지난 회기")).unwrap();
    let open = vault.begin_session(&code, Timestamp(2)).unwrap();
    vault.keep_working_copy(&copy(open, "지금 회기")).unwrap();
    vault.withdraw_consent(&code, [Scope::Recording].into(), Withdrawal::All).unwrap();
    assert_eq!(kept(dir.path()).len(), 1, "its case key stays, so the file has to go");
    assert_eq!(vault.working_copies().unwrap().into_iter().collect::<Vec<_>>(), [ended]);
}
