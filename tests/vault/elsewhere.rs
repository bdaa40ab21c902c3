//! An older roster, and a vault on a workstation that does not know it: who is believed there, what a person has to say, and
//! what is not taken back by one person alone.

use crate::attacks::{centre, put_roster, unlock};
use crate::stage::{copy, new_member, pass};
use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::own_process::ThisMachine;
use gyeot::adapters::store_kind::Sled;
use gyeot::crypto::chain::{self, Head, Name};
use gyeot::crypto::keys::Keyring;
use gyeot::crypto::slot::{self, KeyCost};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::concern::Concern;
use gyeot::domain::governance::roster::{Change, VAULT_SCHEMA};
use gyeot::domain::practice::member::{Member, Role};
use gyeot::domain::practice::time::Timestamp;
use gyeot::ports::clock::Clock;
use gyeot::service::{Integrity, NewVault, Phrases, Second, UnlockedVault, VaultError};
use gyeot::vault::workstation::Workstation;
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A workstation that has seen nothing.
pub(crate) fn new_station(state: &Path) -> Workstation {
    Workstation {
        stores: Arc::new(Sled),
        clock: Arc::new(SystemClock),
        machine: Arc::new(ThisMachine),
        state: state.to_owned(),
        compared: None,
    }
}

fn other() -> SecretString {
    crate::stage::secret("두루미 아홉 마리 언덕 넘어 북쪽으로 3")
}

/// A vault of one counsellor, its phrases, and an empty folder beside it.
fn alone() -> (tempfile::TempDir, PathBuf, [SecretString; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("마음결", "상담", Role::Counsellor) };
    let vault = UnlockedVault::init(&dir, &new, &pass()).unwrap();
    let phrases = vault.take_recovery_phrases().unwrap();
    vault.lock().unwrap();
    (folder, dir, phrases)
}

#[test]
fn recovery_on_a_new_workstation_asks_for_the_words_and_believes_no_memory() {
    let (folder, dir, phrases) = alone();
    let two = Phrases((1, &phrases[0]), (3, &phrases[2]));
    let recover = |station| {
        UnlockedVault::recover_on(&dir, "상담", two, &other(), (KeyCost::CheapForTests, "새 컴퓨터"), station)
    };
    let station = || new_station(&folder.path().join("state"));
    let asked = recover(station()).unwrap_err();
    let VaultError::FirstSight { words } = asked else { panic!("{asked:?}") };
    let wrong = recover(station().with_words("babab-babab-babab-babab-babab-babab-babab-babab")).unwrap_err();
    assert_eq!(wrong, VaultError::OtherWords);
    let vault = unlock(&dir, "상담");
    assert_eq!(vault.words(), words, "what another workstation reads aloud");
    vault.lock().unwrap();
    recover(station().with_words(&words)).unwrap().lock().unwrap();
    // With the passphrase, which nobody else knows, the member's memory says enough.
    let third = new_station(&folder.path().join("third"));
    UnlockedVault::unlock_on(&dir, None, &other(), third).unwrap().lock().unwrap();
}

#[test]
fn a_vault_forged_around_the_real_recovery_files_is_refused_to_two_right_phrases() {
    let (folder, dir, phrases) = alone();
    let vault = unlock(&dir, "상담");
    let (roster, me) = (vault.roster(), vault.me().clone());
    vault.lock().unwrap();
    // Own keys under the member's name, sealed to the recovery key, whose public half stands in the roster.
    let own = Keyring::generate();
    let first = Member { recipient: own.recipient().to_string(), verifying: own.verifier().to_string(), ..me.clone() };
    let found = Change::Found {
        schema: VAULT_SCHEMA.into(),
        vault: roster.vault.clone(),
        centre: roster.centre.clone(),
        first,
        recovery: roster.recovery.clone(),
        log: roster.log.clone(),
        time_zone: None,
    };
    let name = Name { what: "roster", vault: &roster.vault, writer: None };
    let text = serde_json::to_string(&found).unwrap();
    let (line, head) = chain::append(name, Head::EMPTY, text, &[(me.id, &own)]);
    put_roster(&dir, &chain::write(&line).unwrap());
    let own = own.of_vault(head.hash);
    let forged = slot::lock_for_recovery(&own, &roster.recovery.parse().unwrap()).unwrap();
    let sum = hex::encode(gyeot::crypto::keys::sha256(&[&forged]));
    for folder in ["slots", "spare/slots"] {
        std::fs::write(dir.join(folder).join(format!("{}.recovery.age", me.id)), &forged).unwrap();
        std::fs::write(dir.join(folder).join(format!("{}.recovery.sum", me.id)), &sum).unwrap();
    }
    let two = Phrases((1, &phrases[0]), (2, &phrases[1]));
    let before = std::fs::read(dir.join(format!("slots/{}.age", me.id))).unwrap();
    let station = new_station(&folder.path().join("state"));
    let cost = (KeyCost::CheapForTests, "새 컴퓨터");
    let refused = UnlockedVault::recover_on(&dir, "상담", two, &other(), cost, station).unwrap_err();
    assert!(
        matches!(&refused, VaultError::Untrusted(why) if why.id() == "trust-recovery-of-another-vault"),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(dir.join(format!("slots/{}.age", me.id))).unwrap(), before, "nothing is written");
}

#[test]
fn an_older_roster_at_another_place_is_told_and_one_person_does_not_take_it_back() {
    let c = centre();
    let old = c.dir.with_file_name("old");
    copy(&c.dir, &old);
    let phrase = pass();
    let with = |name| Some(Second { name, passphrase: &phrase });
    let vault = unlock(&c.dir, "관리");
    vault.revoke_member("떠남", with("수퍼"), None).unwrap().unwrap();
    vault.lock().unwrap();
    for _ in 0..2 {
        // The second time as the first: what this workstation knows does not go back by looking.
        let vault = unlock(&old, "관리");
        assert!(
            matches!(vault.integrity(), Integrity::Behind { part: "roster", missing: 1 }),
            "{:?}",
            vault.integrity()
        );
        let refused = vault.accept_older(None, "월요일의 백업").unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused, "{refused}");
        assert!(vault.add_member(&new_member("새사람", Role::Counsellor), &pass(), with("수퍼"), None).is_err());
        vault.lock().unwrap();
    }
    let counsellor = unlock(&old, "상담");
    assert!(counsellor.accept_older(with("수퍼"), "월요일의 백업").is_err(), "an admin and a supervisor");
    counsellor.lock().unwrap();
    let vault = unlock(&old, "관리");
    vault.accept_older(with("수퍼"), "월요일의 백업").unwrap();
    assert!(
        vault
            .read_log()
            .unwrap()
            .iter()
            .any(|(_, e)| { e.detail.as_deref() == Some("older accepted, roster") && e.second.is_some() })
    );
    vault.lock().unwrap();
    assert!(unlock(&old, "관리").integrity().whole());
}

#[test]
fn another_history_is_not_accepted_as_an_older_one() {
    let c = centre();
    let old = c.dir.with_file_name("old");
    copy(&c.dir, &old);
    let write = |dir: &Path, n| {
        let vault = unlock(dir, "상담");
        vault.keep(c.session, &[crate::stage::said(n, 9)]).unwrap();
        vault.lock().unwrap();
    };
    write(&c.dir, 2);
    unlock(&c.dir, "관리").lock().unwrap();
    // Written on apart from an old copy, then put in place: longer than nothing that was seen, and another.
    let state = c.dir.with_file_name("state-of-another");
    std::fs::create_dir_all(state.join("x")).unwrap();
    let device = PathBuf::from(std::env::var_os("GYEOT_STATE").unwrap()).join("device");
    std::fs::copy(device, state.join("device")).unwrap();
    for n in [7, 8] {
        let vault = UnlockedVault::unlock_on(&old, Some("상담"), &pass(), new_station(&state)).unwrap();
        vault.keep(c.session, &[crate::stage::said(n, 9)]).unwrap();
        vault.lock().unwrap();
    }
    std::fs::remove_dir_all(&c.dir).unwrap();
    copy(&old, &c.dir);
    let vault = unlock(&c.dir, "관리");
    assert!(matches!(vault.integrity(), Integrity::Forked { .. }), "{:?}", vault.integrity());
    let refused = vault.accept_older(None, "월요일의 백업").unwrap_err();
    assert!(matches!(refused, VaultError::NotWhole(_)), "{refused:?}");
}

#[test]
fn no_escape_of_a_name_in_the_folder_reaches_what_is_shown() {
    use std::os::unix::fs::symlink;
    let c = centre();
    std::fs::write(c.dir.join("delay-\u{1b}[2Jx"), "x").unwrap();
    let vault = unlock(&c.dir, "관리");
    let told: String = vault.concerns().iter().map(|c| c.words(gyeot::texts::Lang::Ko)).collect();
    assert!(told.contains("delay-[2Jx") && !told.contains('\u{1b}'), "{told}");
    vault.lock().unwrap();
    std::fs::remove_file(c.dir.join("delay-\u{1b}[2Jx")).unwrap();
    symlink("/", c.dir.join("\u{1b}]0;x\u{7}")).unwrap();
    let refused = UnlockedVault::unlock(&c.dir, Some("관리"), &pass()).unwrap_err();
    assert!(!refused.to_string().contains('\u{1b}'), "{refused}");
    let (_, said) = c.gyeot("관리", &["client", "list"]);
    assert!(!said.contains('\u{1b}'), "{said}");
    std::fs::remove_file(c.dir.join("\u{1b}]0;x\u{7}")).unwrap();
    let roster = std::fs::read_to_string(c.dir.join("roster")).unwrap();
    let newer = roster.replace(VAULT_SCHEMA, "gyeot.vault/9\\\\u001b[2J");
    assert_ne!(newer, roster);
    put_roster(&c.dir, &newer);
    let refused = UnlockedVault::unlock(&c.dir, Some("관리"), &pass()).unwrap_err();
    assert!(refused.to_string().contains("gyeot.vault/9") && !refused.to_string().contains('\u{1b}'), "{refused}");
}

/// A clock that was set back by a day.
struct Yesterday;

impl Clock for Yesterday {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 - 86_400_000)
    }
}

#[test]
fn a_clock_that_was_set_back_is_told_and_one_that_is_right_is_not() {
    let (_folder, dir, _) = alone();
    let told = |vault: &UnlockedVault| {
        vault.concerns().iter().any(|c| matches!(c, Concern::ClockBack(minutes) if (1430..=1440).contains(minutes)))
    };
    let vault = unlock(&dir, "상담");
    assert!(!told(&vault));
    vault.lock().unwrap();
    let vault = UnlockedVault::unlock_at(&dir, None, &pass(), Box::new(Yesterday)).unwrap();
    assert!(told(&vault) && vault.integrity().whole(), "{:?}", vault.concerns());
}

#[test]
fn a_copy_that_is_merely_behind_says_whose_records_are_not_here_and_that_it_is_not_another() {
    let c = centre();
    let old = c.dir.with_file_name("old");
    copy(&c.dir, &old);
    let vault = unlock(&c.dir, "상담");
    vault.keep(c.session, &[crate::stage::said(2, 9), crate::stage::said(3, 9)]).unwrap();
    vault.lock().unwrap();
    unlock(&c.dir, "관리").lock().unwrap();
    let memory = std::fs::read_dir(c.dir.join("memory")).unwrap().map(|e| e.unwrap().path());
    let memory: Vec<(PathBuf, Vec<u8>)> = memory.map(|p| (p.clone(), std::fs::read(p).unwrap())).collect();
    std::fs::remove_dir_all(&c.dir).unwrap();
    copy(&old, &c.dir);
    for (path, bytes) in memory {
        std::fs::write(path, bytes).unwrap();
    }
    let vault = unlock(&c.dir, "관리");
    assert!(matches!(vault.integrity(), Integrity::Behind { .. }), "{:?}", vault.integrity());
    let told: Vec<String> = vault.concerns().iter().map(|c| c.words(gyeot::texts::Lang::En)).collect();
    let older = told.iter().find(|words| words.contains("older than what was seen")).unwrap();
    assert!(older.contains("상담") && older.contains("as it was"), "{older}");
}

#[test]
fn the_certificate_of_a_destruction_names_the_other_workstations_whose_copies_it_does_not_reach() {
    let (folder, dir, _) = alone();
    let vault = unlock(&dir, "상담");
    let code = crate::stage::client(&vault, "김하늘");
    vault.lock().unwrap();
    let other_station = || new_station(&folder.path().join("state"));
    UnlockedVault::unlock_on(&dir, None, &pass(), other_station()).unwrap().lock().unwrap();
    let vault = unlock(&dir, "상담");
    let (certificate, signed) = vault.destroy_client(&code, "요청", None).unwrap();
    assert!(certificate.out_of_reach.iter().any(|what| what.contains("1 other workstations")), "{certificate:?}");
    assert!(signed.contains("1 other workstations"));
}

#[test]
fn a_backup_that_lacks_log_entries_only_is_accepted_however_often_it_was_opened_before() {
    for opened in 0..6 {
        let (folder, dir, _) = alone();
        let old = folder.path().join("old");
        copy(&dir, &old);
        let vault = unlock(&dir, "상담");
        vault.clients().unwrap();
        vault.lock().unwrap();
        std::fs::remove_dir_all(&dir).unwrap();
        copy(&old, &dir);
        for _ in 0..opened {
            let vault = unlock(&dir, "상담");
            assert!(matches!(vault.integrity(), Integrity::Behind { .. }), "{opened}: {:?}", vault.integrity());
            vault.lock().unwrap();
        }
        let vault = unlock(&dir, "상담");
        vault.accept_older(None, "월요일의 백업").unwrap();
        vault.lock().unwrap();
        assert!(unlock(&dir, "상담").integrity().whole(), "{opened}");
    }
}
