//! A vault where nothing can be written: it is read from a private copy, nothing of it changes, nothing is lost of the access
//! log, and where no entry can be kept nothing is shown. The refusal is injected; the last two tests mount real disks.

use crate::elsewhere::new_station;
use crate::refusals::Tmpfs;
use crate::stage::{consent, fresh_copy, made, pass, said, secret, sheet, walk};
use crate::writer::killed;
use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::own_process::ThisMachine;
use gyeot::adapters::store_kind::Sled;
use gyeot::crypto::keys::Keyring;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::{Entry, Task};
use gyeot::domain::practice::consent::Scope;
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::ports::machine::{Machine, NoWriting};
use gyeot::ports::store::StoreError;
use gyeot::service::{Body, KeyCost, NewClient, UnlockedVault, VaultError};
use gyeot::vault::workstation::Workstation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Words that stand in no file outside the seal.
const WORDS: &str = "달팽이관나침반";

/// A machine whose disks refuse, with these folders in memory.
struct Refusing(Option<NoWriting>, Vec<PathBuf>);

impl Machine for Refusing {
    fn count_days_in(&self, _: Option<&str>) {}
    fn keep_out_of_swap(&self, _: &Keyring) {}
    fn takes_no_writing(&self, _: &Path, _: bool) -> Option<NoWriting> {
        self.0
    }
    fn private_memory(&self) -> Vec<PathBuf> {
        self.1.clone()
    }
}

struct Ground {
    root: tempfile::TempDir,
    code: ClientCode,
    session: SessionId,
}

impl Ground {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let state = root.path().join("state");
        let vault = made(&root.path().join("v"));
        let code = crate::stage::client(&vault, WORDS);
        let session = vault.begin_session(&code, Timestamp(0)).unwrap();
        vault.keep(session, &[said(1, 40)]).unwrap();
        vault.keep_for(&code, &[Body::Administration { sheet: sheet() }]).unwrap();
        vault.lock().unwrap();
        // This workstation has seen it.
        drop(UnlockedVault::unlock_on(&root.path().join("v"), None, &pass(), new_station(&state)).unwrap());
        Ground { root, code, session }
    }

    fn dir(&self) -> PathBuf {
        self.root.path().join("v")
    }

    fn memory(&self) -> PathBuf {
        self.root.path().join("memory")
    }

    fn station(&self, why: Option<NoWriting>) -> Workstation {
        Workstation {
            stores: Arc::new(Sled),
            clock: Arc::new(SystemClock),
            machine: Arc::new(Refusing(why, vec![self.memory()])),
            state: self.root.path().join("state"),
            compared: None,
        }
    }

    fn open(&self, why: Option<NoWriting>) -> Result<UnlockedVault, VaultError> {
        UnlockedVault::unlock_on(&self.dir(), None, &pass(), self.station(why))
    }

    fn log(&self) -> Vec<Entry> {
        let vault = self.open(None).unwrap();
        assert!(vault.integrity().whole());
        vault.verify_log(None).unwrap();
        vault.read_log().unwrap().into_iter().map(|(_, entry)| entry).collect()
    }

    /// The folder of the entries that are owed to this vault.
    fn owed(&self) -> PathBuf {
        let all = std::fs::read_dir(self.root.path().join("state/owed")).unwrap();
        all.map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap()
    }

    fn copies(&self) -> usize {
        std::fs::read_dir(self.memory()).map_or(0, Iterator::count)
    }
}

/// Every file with its bytes and the time at which it was written.
fn as_it_is(dir: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    walk(dir, &mut |path| {
        let at = std::fs::metadata(path).unwrap().modified().unwrap();
        found.insert(path.to_owned(), (std::fs::read(path).unwrap(), at));
    });
    found
}

fn reads(vault: &UnlockedVault, code: &ClientCode, session: SessionId) {
    assert_eq!(vault.clients().unwrap().len(), 1);
    assert_eq!(vault.full_card(code, "위기", false).unwrap().card.name.reveal(), WORDS);
    assert_eq!(vault.open_session(session).unwrap().len(), 1);
    assert_eq!(vault.sessions(None).unwrap().len(), 1);
    assert_eq!(vault.measures(code).unwrap().given.len(), 1);
    assert!(vault.working_copies().unwrap().is_empty() && vault.appointments().unwrap().is_empty());
    assert!(vault.check().unwrap().sound());
}

#[test]
fn what_is_read_where_nothing_can_be_written_changes_nothing_there_and_leaves_nothing_behind() {
    for why in [NoWriting::ReadOnly, NoWriting::Full, NoWriting::NotAllowed] {
        let ground = Ground::new();
        let before = as_it_is(&ground.dir());
        let vault = ground.open(Some(why)).unwrap();
        assert_eq!((vault.read_only(), ground.copies()), (Some(why), 1));
        assert!(vault.concerns().iter().any(|c| format!("{c:?}").starts_with("ReadOnly")));
        reads(&vault, &ground.code, ground.session);
        // What lies in memory and in the workstation's folder is sealed.
        for folder in [ground.memory(), ground.root.path().join("state")] {
            walk(&folder, &mut |path| {
                let bytes = std::fs::read(path).unwrap();
                assert!(!bytes.windows(WORDS.len()).any(|w| w == WORDS.as_bytes()), "{}", path.display());
            });
        }
        let backup = ground.root.path().join("b.age");
        vault.back_up(&backup, &secret("다른 두루미 여덟 마리 강을 건너 남쪽 8"), KeyCost::CheapForTests).unwrap();
        vault.lock().unwrap();
        assert_eq!(ground.copies(), 0);
        assert!(as_it_is(&ground.dir()) == before, "{why:?}: the vault's folder changed");
    }
}

#[test]
fn every_reading_of_a_vault_that_cannot_be_written_stands_in_its_log_after_the_next_opening_once() {
    let ground = Ground::new();
    let before = ground.log();
    for _ in 0..2 {
        let vault = ground.open(Some(NoWriting::ReadOnly)).unwrap();
        reads(&vault, &ground.code, ground.session);
        vault.lock().unwrap();
    }
    let owed = ground.owed();
    let file = std::fs::read_dir(&owed).unwrap().flatten().map(|e| e.path());
    let file = file.into_iter().find(|path| path.to_string_lossy().contains('-')).unwrap();
    let bytes = std::fs::read(&file).unwrap();
    let after = ground.log();
    assert_eq!(after[..before.len()], before[..]);
    let new = &after[before.len()..];
    let unlocked = new.iter().filter(|e| e.detail.as_deref() == Some("read-only")).count();
    let cards = new.iter().filter(|e| e.reason.as_deref() == Some("위기") && e.whose.as_ref() == Some(&ground.code));
    assert_eq!((unlocked, cards.count()), (2, 2));
    assert!(new.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert!(!file.exists());
    // A crash between writing them and forgetting them here.
    std::fs::write(&file, &bytes).unwrap();
    let again = ground.log();
    assert_eq!(again.len(), after.len() + 3, "an unlocking, a check and a reading of the log, nothing twice");
    // A damaged one is told, the others are taken.
    let vault = ground.open(Some(NoWriting::Full)).unwrap();
    vault.full_card(&ground.code, "둘째", false).unwrap();
    vault.full_card(&ground.code, "셋째", false).unwrap();
    vault.lock().unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = text.find(lines[1]).unwrap() + 60;
    let mut bytes = text.clone().into_bytes();
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let told = ground.log();
    let new = &told[again.len()..];
    assert!(new.iter().any(|e| e.detail.as_deref().is_some_and(|d| d.starts_with("owed entries that do not read: "))));
    assert!(new.iter().any(|e| e.reason.as_deref() == Some("셋째")));
    assert!(!new.iter().any(|e| e.reason.as_deref() == Some("둘째")));
    assert_eq!(new.iter().filter(|e| e.task == Task::ReadLog).count(), 1);
}

#[test]
fn a_vault_that_cannot_be_written_takes_nothing_and_says_why() {
    let ground = Ground::new();
    let vault = ground.open(Some(NoWriting::ReadOnly)).unwrap();
    let (code, session) = (&ground.code, ground.session);
    let new = || NewClient { name: ClientText::new("이름"), ..NewClient::default() };
    let refused: Vec<VaultError> = vec![
        vault.add_client(new()).unwrap_err(),
        vault.keep(session, &[said(2, 10)]).unwrap_err(),
        vault.keep_for(code, &[Body::Administration { sheet: sheet() }]).unwrap_err(),
        vault.begin_session(code, Timestamp(1)).unwrap_err(),
        vault.end_session(session, Timestamp(1), "done").unwrap_err(),
        vault.change_client(code, |_| {}).unwrap_err(),
        vault.set_consent(code, consent(&[Scope::Service])).unwrap_err(),
        vault.rekey(&secret("다른 두루미 여덟 마리 강을 건너 남쪽 8"), KeyCost::CheapForTests).unwrap_err(),
        vault.merge_clients(code, &ClientCode::from("C-0099"), "왜").unwrap_err(),
    ];
    for e in refused {
        assert_eq!((&e, e.exit()), (&VaultError::Store(StoreError::ReadOnly(NoWriting::ReadOnly)), Exit::Refused));
        assert!(e.message().to_string().contains("read-only") && !e.hint().to_string().is_empty());
    }
    vault.lock().unwrap();
    assert_eq!(ground.open(None).unwrap().clients().unwrap().len(), 1);
}

#[test]
fn where_no_entry_of_the_log_can_be_kept_nothing_is_shown() {
    let ground = Ground::new();
    // No account writes below a file, not even the system's own.
    std::fs::write(ground.root.path().join("file"), b"").unwrap();
    let station = Workstation { state: ground.root.path().join("file/state"), ..ground.station(Some(NoWriting::Full)) };
    let said = UnlockedVault::unlock_on(&ground.dir(), None, &pass(), station).unwrap_err();
    assert_eq!(said, VaultError::NotLogged);
    assert_eq!(ground.copies(), 0);
    // It can be kept at first and not later.
    let vault = ground.open(Some(NoWriting::Full)).unwrap();
    let owed = ground.owed();
    std::fs::remove_dir_all(&owed).unwrap();
    std::fs::write(&owed, b"").unwrap();
    assert_eq!(vault.full_card(&ground.code, "위기", false).map(|_| ()).unwrap_err(), VaultError::NotLogged);
    assert_eq!(vault.open_session(ground.session).map(|_| ()).unwrap_err(), VaultError::NotLogged);
}

#[test]
fn readers_keep_nobody_out_and_a_writer_keeps_readers_out() {
    let ground = Ground::new();
    let [one, two] = [NoWriting::ReadOnly; 2].map(|why| ground.open(Some(why)).unwrap());
    assert_eq!(ground.copies(), 2);
    let writer = ground.open(None).unwrap();
    for reader in [&one, &two] {
        reads(reader, &ground.code, ground.session);
    }
    let held = ground.open(Some(NoWriting::ReadOnly)).unwrap_err();
    assert_eq!((&held, held.exit()), (&VaultError::Store(StoreError::Held), Exit::Locked));
    writer.lock().unwrap();
    drop((one, two));
    assert_eq!(ground.copies(), 0);
    let read = ground.log().iter().filter(|e| e.reason.as_deref() == Some("위기")).count();
    assert_eq!(read, 2, "two readers wrote into one file of owed entries");
}

#[test]
fn a_copy_whose_process_was_killed_is_removed_at_the_next_opening_and_one_that_is_open_is_not() {
    let ground = Ground::new();
    let left = ground.memory().join("00ff");
    for folder in [&ground.memory(), &left, &left.join("vault")] {
        gyeot_private(folder);
    }
    std::fs::write(left.join("lock"), b"").unwrap();
    std::fs::write(left.join("vault/roster"), b"sealed").unwrap();
    let reader = ground.open(Some(NoWriting::ReadOnly)).unwrap();
    assert!(!left.exists());
    drop(ground.open(None).unwrap());
    assert_eq!(ground.copies(), 1, "the reader's own");
    reads(&reader, &ground.code, ground.session);
    // In a folder that others can enter nothing is put, nor removed.
    drop(reader);
    set_mode(&ground.memory(), 0o755);
    gyeot_private(&left);
    std::fs::write(left.join("lock"), b"").unwrap();
    let reader = ground.open(Some(NoWriting::ReadOnly)).unwrap();
    assert_eq!(ground.copies(), 1);
    assert!(left.exists() && ground.root.path().join("state/reading").read_dir().unwrap().count() == 1);
    drop(reader);
    assert_eq!(ground.root.path().join("state/reading").read_dir().unwrap().count(), 0);
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

fn gyeot_private(path: &Path) {
    std::fs::create_dir_all(path).unwrap();
    set_mode(path, 0o700);
}

#[test]
fn wrong_passphrases_are_counted_where_the_vault_cannot_be_written() {
    let ground = Ground::new();
    let guess = || {
        let wrong = secret("틀린 문장");
        UnlockedVault::unlock_on(&ground.dir(), None, &wrong, ground.station(Some(NoWriting::ReadOnly))).unwrap_err()
    };
    for _ in 0..3 {
        assert_eq!(guess().exit(), Exit::WrongPassphrase);
    }
    assert!(matches!(guess(), VaultError::Delay { wrong: 3, .. }));
    assert!(matches!(ground.open(Some(NoWriting::ReadOnly)), Err(VaultError::Delay { .. })));
    assert_eq!(ground.copies(), 0);
}

#[test]
fn a_vault_whose_writer_was_killed_is_read_where_it_cannot_be_written_and_mended_only_later() {
    let ground = Ground::new();
    let acknowledged = killed(&ground.dir(), ground.session, 9);
    let before = as_it_is(&ground.dir());
    let vault = ground.open(Some(NoWriting::ReadOnly)).unwrap();
    assert!(vault.integrity().whole(), "{:?}", vault.integrity());
    assert!(vault.open_session(ground.session).unwrap().len() as u32 >= acknowledged);
    drop(vault);
    assert!(as_it_is(&ground.dir()) == before);
    assert_eq!(ground.copies(), 0);
    drop(ground.open(None).unwrap());
}

/// On the machine as it is.
fn here(dir: &Path, state: &Path) -> Result<UnlockedVault, VaultError> {
    UnlockedVault::unlock_on(dir, None, &pass(), new_station(state))
}

#[test]
fn a_disk_mounted_to_be_read_only_is_read_and_written_again_when_it_can_be() {
    let Some(disk) = Tmpfs::mounted(16_000) else { return };
    let ground = Ground::new();
    let (dir, state) = (disk.path().join("v"), ground.root.path().join("there"));
    fresh_copy(&ground.dir(), &dir);
    drop(here(&dir, &state).unwrap());
    disk.read_only(true);
    let vault = here(&dir, &state).unwrap();
    assert_eq!(vault.read_only(), Some(NoWriting::ReadOnly));
    reads(&vault, &ground.code, ground.session);
    drop(vault);
    // What was written to it is joined into another copy all the same.
    let home = ground.open(None).unwrap();
    let entries = home.read_log().unwrap().len();
    home.join(&dir).unwrap();
    assert!(home.read_log().unwrap().len() > entries + 2);
    drop(home);
    disk.read_only(false);
    let vault = here(&dir, &state).unwrap();
    assert_eq!(vault.read_only(), None);
    assert!(vault.read_log().unwrap().iter().any(|(_, e)| e.reason.as_deref() == Some("위기")));
}

#[test]
fn a_full_disk_is_read_also_where_the_workstations_own_folder_lies_on_it() {
    let Some(disk) = Tmpfs::mounted(16_000) else { return };
    let ground = Ground::new();
    let (dir, state) = (disk.path().join("v"), disk.path().join("state"));
    fresh_copy(&ground.dir(), &dir);
    drop(here(&dir, &state).unwrap());
    let fill = || {
        let mut file = std::fs::File::create(disk.path().join(format!("{:?}", std::time::Instant::now()))).unwrap();
        while std::io::Write::write_all(&mut file, &[1; 4096]).is_ok() {}
    };
    fill();
    let vault = here(&dir, &state).unwrap();
    assert_eq!(vault.read_only(), Some(NoWriting::Full));
    reads(&vault, &ground.code, ground.session);
    drop(vault);
    // What was kept for entries is used up as well.
    fill();
    assert_eq!(here(&dir, &state).map(|_| ()).unwrap_err(), VaultError::NotLogged);
}

#[test]
fn this_machine_says_of_a_folder_that_takes_writing_that_it_does() {
    let root = tempfile::tempdir().unwrap();
    for by_trying in [false, true] {
        assert_eq!(ThisMachine.takes_no_writing(root.path(), by_trying), None);
    }
    assert_eq!(root.path().read_dir().unwrap().count(), 0);
}
