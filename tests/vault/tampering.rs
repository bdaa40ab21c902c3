//! A vault that somebody changed, from the outside: the program says what is wrong in two lines, ends with the right
//! code, and what is intact stays readable.
#![allow(clippy::unwrap_used)]

use crate::stage::{PASS, consent, copy, new_member, new_vault, pass, program};
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::Sealed;
use gyeot::crypto::chain::{self, Head, Name};
use gyeot::crypto::keys::Keyring;
use gyeot::crypto::slot;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Month;
use gyeot::domain::governance::roster::Change;
use gyeot::domain::practice::ids::{ClientCode, MemberId, RecordId, SessionId};
use gyeot::domain::practice::member::{Member, Role};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::ports::clock::Clock;
use gyeot::ports::store::{Put, Store};
use gyeot::service::{Body, KeyCost, NewClient, Scope, Second, UnlockedVault, VaultError};
use secrecy::SecretString;
use std::path::{Path, PathBuf};

struct Vault {
    folder: tempfile::TempDir,
    code: ClientCode,
    session: SessionId,
}

impl Vault {
    fn dir(&self) -> PathBuf {
        self.folder.path().join("v")
    }

    /// Runs the program as this member; gives the exit code and both outputs.
    fn gyeot(&self, member: &str, args: &[&str]) -> (i32, String, String) {
        run(&self.dir(), self.folder.path(), Some(member), PASS, args)
    }

    fn member(&self, name: &str) -> MemberId {
        let unlocked = UnlockedVault::unlock(&self.dir(), Some("관리"), &pass()).unwrap();
        let id = unlocked.roster().named(name).unwrap().id;
        unlocked.lock().unwrap();
        id
    }

    /// The access log of a member on this workstation.
    fn log_of(&self, name: &str) -> PathBuf {
        let id = self.member(name).to_string();
        let mut logs = std::fs::read_dir(self.dir().join("access")).unwrap().map(|e| e.unwrap().path());
        logs.find(|p| p.file_name().unwrap().to_str().unwrap().starts_with(&id)).unwrap()
    }

    fn keys(&self, id: MemberId) -> Keyring {
        slot::unlock(&std::fs::read(self.dir().join(format!("slots/{id}.age"))).unwrap(), &pass()).unwrap()
    }
}

fn run(dir: &Path, scratch: &Path, member: Option<&str>, pass: &str, args: &[&str]) -> (i32, String, String) {
    let file = scratch.join("pass");
    std::fs::write(&file, format!("{pass}\n")).unwrap();
    let mut command = program();
    command.args(args).arg("--passphrase-file").arg(file).env("GYEOT_LANG", "en");
    command.arg("--vault").arg(dir).env_remove("GYEOT_MEMBER").stdin(std::process::Stdio::null());
    if let Some(name) = member {
        command.args(["--as", name]);
    }
    let out = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

/// 관리, 수퍼, 상담 and 다음상담; 상담 has one client with one session that is still open.
fn vault() -> Vault {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = new_vault("관리", Role::Admin);
    let unlocked = UnlockedVault::init(&dir, &new, &pass()).unwrap();
    let phrase = pass();
    let add = |name: &str, role, second: Option<Second<'_>>, reason| {
        let new = new_member(name, role);
        unlocked.add_member(&new, &pass(), second, reason).unwrap();
    };
    add("수퍼", Role::Supervisor, None, Some("처음"));
    let with = Some(Second { name: "수퍼", passphrase: &phrase });
    add("상담", Role::Counsellor, with, None);
    add("다음상담", Role::Counsellor, with, None);
    unlocked.lock().unwrap();
    let unlocked = UnlockedVault::unlock(&dir, Some("상담"), &pass()).unwrap();
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    unlocked.keep(session, &[Body::Mark { at_ms: 1, label: None }]).unwrap();
    unlocked.lock().unwrap();
    Vault { folder, code, session }
}

/// The code, and that the fault is told in two lines: what happened, and what to do.
fn told((code, _, err): &(i32, String, String), exit: Exit, word: &str) {
    assert_eq!(*code, exit as i32, "{err}");
    let lines: Vec<&str> = err.lines().rev().take(2).collect();
    assert!(lines.len() == 2 && lines[1].starts_with("error: ") && lines[0].starts_with("hint: "), "{err}");
    assert!(err.contains(word), "{word:?} is not in {err}");
}

#[test]
fn a_wrong_passphrase_someone_elses_slot_and_a_name_that_is_none_are_told_apart() {
    let v = vault();
    let wrong = run(&v.dir(), v.folder.path(), Some("상담"), "not the passphrase", &["client", "list"]);
    told(&wrong, Exit::WrongPassphrase, "passphrase");
    told(&v.gyeot("아무개", &["client", "list"]), Exit::Usage, "no active member");
    let (mine, theirs) = (v.member("상담"), v.member("다음상담"));
    for end in ["age", "sum"] {
        let path = |id| v.dir().join(format!("slots/{id}.{end}"));
        std::fs::copy(path(mine), path(theirs)).unwrap();
    }
    told(&v.gyeot("다음상담", &["client", "list"]), Exit::Damaged, "someone else's keys");
    assert_eq!(v.gyeot("상담", &["client", "list"]).0, 0, "the others go on");
}

#[test]
fn a_record_under_another_id_is_named_and_the_rest_is_read() {
    let v = vault();
    {
        let mut store = SledStore::open(&v.dir().join("store")).unwrap();
        let place = store.collection(v.session.0).unwrap()[0];
        let sealed = Sealed::from_stored(store.get(&place).unwrap().unwrap()).unwrap();
        let put = Put { collection: v.session.0, id: RecordId([9; 16]), sealed };
        store.put(place.writer, &[put], &mut |_| Ok(())).unwrap();
    }
    let session = v.session.to_string();
    let seen = v.gyeot("상담", &["session", "show", &session]);
    told(&seen, Exit::Damaged, "another id");
    let (code, out, _) = v.gyeot("상담", &["vault", "check"]);
    assert_eq!(code, Exit::Damaged as i32);
    assert!(out.contains("another id"), "{out}");
    assert_eq!(v.gyeot("상담", &["client", "show", v.code.as_str()]).0, 0);
}

fn roster(v: &Vault) -> PathBuf {
    v.dir().join("roster")
}

#[test]
fn a_truncated_roster_comes_back_from_its_copy_and_without_one_nothing_is_read_or_written() {
    let v = vault();
    let whole = std::fs::read_to_string(roster(&v)).unwrap();
    let mut lines: Vec<&str> = whole.lines().collect();
    lines.pop();
    std::fs::write(roster(&v), lines.join("\n") + "\n").unwrap();
    let (code, _, err) = v.gyeot("상담", &["client", "list"]);
    assert!(code == 0 && err.contains("put right: roster"), "{code} {err}");
    assert_eq!(std::fs::read_to_string(roster(&v)).unwrap(), whole, "from its second copy");
    for path in [roster(&v), v.dir().join("spare/roster")] {
        std::fs::write(path, lines.join("\n") + "\n").unwrap();
    }
    told(&v.gyeot("상담", &["client", "list"]), Exit::Damaged, "behind");
    let refused = v.gyeot("상담", &["client", "add", "--name", "x"]);
    told(&refused, Exit::Damaged, "behind");
    told(&v.gyeot("관리", &["vault", "check"]), Exit::Damaged, "not sound");
    let salvage = v.gyeot("관리", &["vault", "check", "--salvage"]);
    told(&salvage, Exit::Damaged, "roster: 1 behind");
    std::fs::write(roster(&v), whole).unwrap();
    assert_eq!(v.gyeot("상담", &["client", "add", "--name", "x"]).0, 0, "nothing was lost");
}

#[test]
fn a_log_that_was_cut_stays_cut_however_much_is_written_after_it() {
    let v = vault();
    let path = v.log_of("상담");
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    std::fs::write(&path, lines[..lines.len() - 2].join("\n") + "\n").unwrap();
    let mut said = Vec::new();
    for _ in 0..4 {
        // Each of these is itself two entries.
        let (code, _, err) = v.gyeot("상담", &["client", "show", v.code.as_str()]);
        assert_eq!(code, Exit::Damaged as i32, "shown, and said to be less than there was: {err}");
        said.push(err.lines().next().unwrap_or_default().to_owned());
    }
    assert!(said[0].contains("access log: 2 behind"), "{said:?}");
    assert!(said[1..].iter().all(|s| s.contains("access log: forked")), "{said:?}");
    told(&v.gyeot("상담", &["client", "add", "--name", "x"]), Exit::Damaged, "forked");
}

#[test]
fn a_roster_changed_by_one_person_with_good_signatures_is_refused_at_its_entry() {
    for (name, glass) in [("관리", false), ("관리", true), ("상담", true)] {
        let v = vault();
        let id = v.member(name);
        let keys = v.keys(id);
        let text = std::fs::read_to_string(roster(&v)).unwrap();
        let vault = {
            let unlocked = UnlockedVault::unlock(&v.dir(), Some("관리"), &pass()).unwrap();
            unlocked.roster().vault
        };
        let chain = Name { what: "roster", vault: &vault, writer: None };
        let known = |m| Some(v.keys(m).verifier());
        let mut head = Head::EMPTY;
        for line in text.lines() {
            head = chain::read(chain, head, line, &known).unwrap().1;
        }
        let own = Keyring::generate();
        let friend = Member {
            id: MemberId([7; 16]),
            name: "몰래".into(),
            role: Role::Supervisor,
            recipient: own.recipient().to_string(),
            verifying: own.verifier().to_string(),
            from: Timestamp(1),
            to: None,
        };
        let glass = glass.then(|| "급함".to_owned());
        let change = Change::Enrol { member: friend, at: Timestamp(1), break_glass: glass, log: None };
        let (line, _) = chain::append(chain, head, serde_json::to_string(&change).unwrap(), &[(id, &keys)]);
        std::fs::write(roster(&v), text + &chain::write(&line).unwrap()).unwrap();
        told(&v.gyeot("상담", &["client", "list"]), Exit::Damaged, "entry 4");
    }
}

#[test]
fn a_vault_of_a_newer_version_is_refused_by_its_version() {
    let v = vault();
    let text = std::fs::read_to_string(roster(&v)).unwrap();
    std::fs::write(roster(&v), text.replacen("gyeot.vault/2", "gyeot.vault/9", 1)).unwrap();
    told(&v.gyeot("상담", &["client", "list"]), Exit::Damaged, "version gyeot.vault/9");
}

#[test]
fn an_old_database_put_back_says_how_far_behind_it_is() {
    let v = vault();
    copy(&v.dir().join("store"), &v.folder.path().join("old"));
    let unlocked = UnlockedVault::unlock(&v.dir(), Some("상담"), &pass()).unwrap();
    for n in 0..3 {
        unlocked.keep(v.session, &[Body::Mark { at_ms: n, label: None }]).unwrap();
    }
    unlocked.lock().unwrap();
    std::fs::remove_dir_all(v.dir().join("store")).unwrap();
    copy(&v.folder.path().join("old"), &v.dir().join("store"));
    let (code, _, err) = v.gyeot("상담", &["client", "list"]);
    assert!(code == Exit::Damaged as i32 && err.contains("store: 3 behind"), "{code} {err}");
    told(&v.gyeot("상담", &["client", "add", "--name", "x"]), Exit::Damaged, "behind");
}

#[test]
fn a_whole_folder_rolled_back_shows_against_a_checkpoint_that_was_kept_elsewhere() {
    let v = vault();
    copy(&v.dir(), &v.folder.path().join("before"));
    let (code, checkpoint, _) = v.gyeot("관리", &["audit", "verify"]);
    assert_eq!(code, 0);
    let kept = v.folder.path().join("checkpoint");
    std::fs::write(&kept, checkpoint).unwrap();
    let kept = kept.to_string_lossy().into_owned();
    assert_eq!(v.gyeot("관리", &["audit", "verify", "--against", &kept]).0, 0);
    std::fs::remove_dir_all(v.dir()).unwrap();
    copy(&v.folder.path().join("before"), &v.dir());
    told(&v.gyeot("관리", &["audit", "verify", "--against", &kept]), Exit::Damaged, "does not continue the checkpoint");
}

#[test]
fn every_changed_line_of_the_access_log_is_named_by_its_number() {
    let v = vault();
    let path = v.log_of("관리");
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    for at in [0, lines.len() / 2, lines.len() - 2] {
        let mut changed = lines.clone();
        changed.remove(at);
        std::fs::write(&path, changed.join("\n") + "\n").unwrap();
        told(&v.gyeot("관리", &["audit", "verify"]), Exit::Damaged, &format!("entry {at}"));
        std::fs::write(&path, &whole).unwrap();
        let mut swapped = lines.clone();
        swapped.swap(at, at + 1);
        std::fs::write(&path, swapped.join("\n") + "\n").unwrap();
        let (code, _, err) = v.gyeot("관리", &["audit", "verify"]);
        assert!(code == Exit::Damaged as i32 && err.contains(&format!("entry {at}")), "{err}");
        std::fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn a_backup_with_one_byte_changed_restores_nothing() {
    let v = vault();
    let file = v.folder.path().join("b.age");
    let unlocked = UnlockedVault::unlock(&v.dir(), Some("관리"), &pass()).unwrap();
    unlocked.back_up(&file, &pass(), KeyCost::CheapForTests).unwrap();
    unlocked.lock().unwrap();
    let whole = std::fs::read(&file).unwrap();
    let target = v.folder.path().join("restored");
    let name = file.to_string_lossy().into_owned();
    for at in [whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        std::fs::write(&file, bytes).unwrap();
        told(&run(&target, v.folder.path(), None, PASS, &["backup", "verify", &name]), Exit::Damaged, "damaged");
        told(&run(&target, v.folder.path(), None, PASS, &["backup", "restore", &name]), Exit::Damaged, "damaged");
        assert!(!target.exists(), "nothing half restored");
    }
    std::fs::write(&file, whole).unwrap();
    assert_eq!(run(&target, v.folder.path(), None, PASS, &["backup", "restore", &name]).0, 0);
    assert_eq!(run(&target, v.folder.path(), Some("상담"), PASS, &["client", "list"]).0, 0);
}

#[test]
fn a_vault_that_another_process_holds_is_locked_and_said_so() {
    let v = vault();
    let unlocked = UnlockedVault::unlock(&v.dir(), Some("상담"), &pass()).unwrap();
    told(&v.gyeot("관리", &["audit", "show"]), Exit::Locked, "open");
    told(&v.gyeot("관리", &["vault", "lock"]), Exit::Locked, "open");
    unlocked.lock().unwrap();
    assert_eq!(v.gyeot("관리", &["vault", "lock"]).0, 0);
}

struct At(i64);

impl Clock for At {
    fn now(&self) -> Timestamp {
        Timestamp(self.0)
    }
}

#[test]
fn a_clock_that_is_set_back_does_not_shorten_the_delay_and_shows_in_the_inspection() {
    let v = vault();
    // An hour after the vault was made, whenever that was.
    let made = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let noon = i64::try_from(made.as_millis()).unwrap() + 7_200_000;
    let unlock = |pass: &str, at: i64| {
        UnlockedVault::unlock_at(&v.dir(), Some("관리"), &SecretString::from(pass.to_owned()), Box::new(At(at)))
    };
    for _ in 0..3 {
        assert_eq!(unlock("not the passphrase", noon).unwrap_err().exit(), Exit::WrongPassphrase);
    }
    for at in [noon, noon + 4_000, noon - 86_400_000, noon - 1] {
        let delayed = unlock(PASS, at).unwrap_err();
        assert!(matches!(delayed, VaultError::Delay { wrong: 3, seconds: 1..=5 }), "at {at}: {delayed:?}");
    }
    unlock(PASS, noon + 5_000).unwrap().lock().unwrap();
    let unlocked = unlock(PASS, noon - 3_600_000).unwrap();
    let (report, _) = unlocked.inspect_log(&Month::of(unlocked.now())).unwrap();
    assert_eq!(report.clock_back.len(), 1, "{report:?}");
}

#[test]
fn a_delay_file_that_was_broken_counts_as_many_wrong_ones() {
    let v = vault();
    std::fs::write(v.dir().join(format!("delay-{}", v.member("상담"))), "x").unwrap();
    assert_eq!(v.gyeot("상담", &["client", "list"]).0, 0, "long ago is long enough");
    let wrong = run(&v.dir(), v.folder.path(), Some("상담"), "not the passphrase", &["client", "list"]);
    told(&wrong, Exit::WrongPassphrase, "passphrase");
}

#[test]
fn withdrawing_all_from_outside_destroys_the_session_that_was_left_open_and_no_session_begins_without_consent() {
    let v = vault();
    let session = v.session.to_string();
    let code = v.code.as_str();
    assert_eq!(v.gyeot("상담", &["session", "show", &session]).0, 0);
    let withdraw = ["client", "consent", code, "--scope", "recording", "--withdraw", "all"];
    let (exit, out, err) = v.gyeot("상담", &withdraw);
    assert!(exit == 0 && out.contains("destroyed: 1"), "{out} {err}");
    told(&v.gyeot("상담", &["session", "show", &session]), Exit::Refused, "destroyed");
    let sound = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/speech/jfk.wav");
    let begun = v.gyeot("상담", &["session", "run", "--client", code, "--input", sound]);
    assert_eq!(begun.0, Exit::Refused as i32, "{}", begun.2);
    let (_, out, _) = v.gyeot("상담", &["session", "list"]);
    assert_eq!(out.matches(code).count(), 1, "no second session: {out}");
    let raw = gyeot::adapters::sled_chunks::salvage(&[&v.dir().join("store")]).unwrap();
    assert!(!raw.is_empty());
}

#[test]
fn a_child_under_fourteen_is_consented_for_by_a_guardian_or_not_at_all() {
    let v = vault();
    let (exit, code, _) = v.gyeot("상담", &["client", "add", "--name", "어린이", "--birth", "2016-05-05"]);
    assert_eq!(exit, 0);
    let code = code.trim();
    let alone = ["client", "consent", code, "--scope", "service", "--scope", "recording", "--form", "1"];
    told(&v.gyeot("상담", &alone), Exit::Refused, "guardian");
    let with = [&alone[..], &["--guardian", "보호자", "--relation", "mother"]].concat();
    assert_eq!(v.gyeot("상담", &with).0, 0);
}
