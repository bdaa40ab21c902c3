//! A note between two machines, each with its own vault folder, by real keys in two real terminals and one folder that both see:
//! handed in, read, commented on at a sentence, returned, mended, co-signed, amended, co-signed again. And the file of a review
//! on a machine that has no vault but a key slot.
#![allow(clippy::print_stderr)]

use crate::stage::{self, PASS, consent, pass};
use crate::tmux::{Terminal, there};
use gyeot::domain::practice::ids::{SessionId, StatementId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::service::notes::NoteChange;
use gyeot::service::{NewClient, Scope, UnlockedVault};
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// Keys that the supervisor may need for the whole story, unlocking and leaving with them, besides the words they write.
const MOST_KEYS: usize = 25;

/// A machine with one member at it.
struct Machine<'a> {
    terminal: Terminal,
    vault: PathBuf,
    state: PathBuf,
    member: &'a str,
    keys: Cell<usize>,
}

impl Machine<'_> {
    /// The program at its unlock screen, the member marked, unlocked by the passphrase.
    fn unlocked(&self, until: &str) {
        let (state, vault) = (self.state.display(), self.vault.display());
        let program = env!("CARGO_BIN_EXE_gyeot");
        let member = self.member;
        // The member is marked first as on a workstation of their own, which remembers who unlocked last.
        let command = format!("clear; GYEOT_STATE={state} GYEOT_LANG=ko GYEOT_VAULT={vault} {program} --as {member}");
        self.terminal.text(&command);
        self.terminal.key("Enter");
        self.terminal.until("암호 문구");
        self.terminal.text(PASS);
        self.press(&["Enter"]);
        self.terminal.until(until);
    }

    /// Keys of the program, counted.
    fn press(&self, keys: &[&str]) {
        self.keys.set(self.keys.get() + keys.len());
        self.terminal.keys(keys);
    }

    fn left(&self) {
        self.press(&["C-q"]);
        self.terminal.left_clean();
        self.terminal.text("clear");
        self.terminal.key("Enter");
    }
}

fn note() -> NoteRevision {
    let line = |n: u32, text: &str| NoteLine {
        id: StatementId(n),
        text: ClientText::new(text),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let lines = vec![line(1, "잠을 설친다고 함"), line(2, "출근이 어렵다고 함")];
    let sections = vec![NoteSection { key: "plan".into(), lines }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

/// A centre; its supervisor's copy as it was when they were enrolled; then a client of the counsellor with a written note.
fn centre(dir: &Path, copy: &Path) -> SessionId {
    stage::centre_of(dir, &[("상담", Role::Counsellor)]);
    // The supervisor has seen this vault before a copy of it goes to another machine.
    UnlockedVault::unlock(dir, Some("수퍼"), &pass()).unwrap().lock().unwrap();
    stage::copy(dir, copy);
    let vault = UnlockedVault::unlock(dir, Some("상담"), &pass()).unwrap();
    let supervisors = vec!["수퍼".to_owned()];
    let new = NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = vault.begin_session(&code, Timestamp(vault.now().0 - 3_600_000)).unwrap();
    vault.end_session(session, vault.now(), "ended").unwrap();
    vault.change_note(session, NoteChange::Write(note())).unwrap();
    vault.lock().unwrap();
    session
}

fn newest(dir: &Path, session: SessionId) -> NoteState {
    let vault = UnlockedVault::unlock(dir, Some("상담"), &pass()).unwrap();
    let state = vault.open_review(session, Lang::Ko).unwrap().newest().unwrap().note.state;
    vault.lock().unwrap();
    state
}

/// The settings of a terminal's home name the folder that both see.
fn shares(terminal: &Terminal, folder: &Path) {
    let config = terminal.home().join(".config/gyeot");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("settings.toml"), format!("[review]\nfolder = \"{}\"\n", folder.display())).unwrap();
}

#[test]
fn a_note_goes_from_one_machine_to_another_and_back_until_its_amendment_is_co_signed() {
    if !there() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("shared");
    std::fs::create_dir(&folder).unwrap();
    let here = Terminal::new(120, 40);
    let counsellor = Machine {
        vault: here.vault(),
        state: std::env::var_os("GYEOT_STATE").map_or_else(|| here.home().join("state"), PathBuf::from),
        member: "상담",
        keys: Cell::new(0),
        terminal: here,
    };
    let there = Terminal::new(80, 24);
    let supervisor = Machine {
        vault: there.vault(),
        state: there.home().join("state"),
        member: "수퍼",
        keys: Cell::new(0),
        terminal: there,
    };
    let session = centre(&counsellor.vault, &supervisor.vault);
    shares(&counsellor.terminal, &folder);
    shares(&supervisor.terminal, &folder);

    // The counsellor marks the note ready, and sends it.
    counsellor.unlocked("C-0001");
    counsellor.press(&["Enter"]);
    counsellor.terminal.until("1회기");
    counsellor.press(&["n"]);
    counsellor.terminal.until("출근이 어렵다고");
    counsellor.press(&["C-r"]);
    counsellor.terminal.until("올렸습니다");
    counsellor.press(&["Escape"]);
    counsellor.terminal.until("내담자 목록");
    counsellor.press(&["w"]);
    counsellor.terminal.until("보냄 1");
    counsellor.left();

    // The supervisor reads it on the other machine, comments on a sentence and returns it.
    supervisor.unlocked("검토 대기");
    supervisor.press(&["w"]);
    supervisor.terminal.until("출근이 어렵다고");
    supervisor.press(&["j", "j", "j", "c"]);
    supervisor.terminal.until("의견 쓰기");
    assert!(supervisor.terminal.screen().contains("출근이 어렵다고 함"), "{}", supervisor.terminal.screen());
    supervisor.terminal.text("무엇을 보고 그렇게 썼나요");
    supervisor.press(&["C-s"]);
    supervisor.terminal.until("◆ 수퍼");
    supervisor.press(&["r"]);
    supervisor.terminal.until("수정 요청 쓰기");
    supervisor.terminal.text("들은 말을 적어 주세요");
    supervisor.press(&["C-s"]);
    supervisor.terminal.until("돌려보냈습니다");
    supervisor.left();

    // The counsellor is told of it, reads the comment, mends the sentence and sends it again.
    counsellor.unlocked("C-0001");
    counsellor.press(&["w"]);
    counsellor.terminal.until("받음 1");
    counsellor.terminal.until("수정 요청 1");
    counsellor.press(&["v"]);
    counsellor.terminal.until("들은 말을 적어 주세요");
    counsellor.terminal.until("무엇을 보고 그렇게");
    counsellor.press(&["n"]);
    counsellor.terminal.until("Ctrl-S");
    counsellor.terminal.text("스스로 말하기를 ");
    counsellor.terminal.until("스스로 말하기를");
    counsellor.press(&["C-r"]);
    counsellor.terminal.until("올렸습니다");
    while !counsellor.terminal.screen().contains("내담자 목록") {
        counsellor.press(&["Escape"]);
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    counsellor.press(&["w"]);
    counsellor.terminal.until("보냄 1");
    counsellor.left();

    // Co-signed; amended, which asks for a new co-signature; co-signed again.
    for round in ["first", "amended"] {
        supervisor.unlocked("검토 대기");
        supervisor.press(&["w"]);
        supervisor.terminal.until(if round == "first" {
            "스스로 말하기를"
        } else {
            "7판에는 새 공동 서명이"
        });
        supervisor.press(&["s"]);
        supervisor.terminal.until("공동 서명할까요");
        supervisor.press(&["y"]);
        supervisor.terminal.until("공동 서명했습니다");
        supervisor.left();

        counsellor.unlocked("C-0001");
        counsellor.press(&["w"]);
        counsellor.terminal.until("받음 1");
        if round == "first" {
            counsellor.press(&["Enter"]);
            counsellor.terminal.until("1회기");
            counsellor.press(&["n"]);
            counsellor.terminal.until("스스로 말하기를");
            counsellor.press(&["C-a"]);
            counsellor.terminal.text("어제부터 ");
            counsellor.terminal.until("어제부터");
            counsellor.press(&["C-s"]);
            counsellor.terminal.until("정정하는 사유");
            counsellor.terminal.text("날짜를 빠뜨림");
            counsellor.press(&["Enter"]);
            counsellor.terminal.until("정정");
            counsellor.press(&["Escape"]);
            while !counsellor.terminal.screen().contains("내담자 목록") {
                counsellor.press(&["Escape"]);
                std::thread::sleep(std::time::Duration::from_millis(300));
            }
            counsellor.press(&["w"]);
            counsellor.terminal.until("보냄 1");
        }
        counsellor.left();
    }
    let vault = UnlockedVault::unlock(&counsellor.vault, Some("상담"), &pass()).unwrap();
    let review = vault.open_review(session, Lang::Ko).unwrap();
    let cosignature = review.cosignature().unwrap();
    assert!(cosignature.covers && review.name(cosignature.by) == "수퍼", "{cosignature:?}");
    assert_eq!((review.newest().unwrap().note.state, review.threads.len()), (NoteState::Amended, 1));
    vault.verify_log(None).unwrap();
    vault.lock().unwrap();
    let keys = supervisor.keys.get();
    eprintln!("keys besides the words: the supervisor {keys}, the counsellor {}", counsellor.keys.get());
    assert!(keys <= MOST_KEYS, "{keys}");
}

#[test]
fn the_file_of_a_review_opens_the_same_screens_on_a_machine_that_has_no_vault_but_a_key_slot() {
    if !there() {
        return;
    }
    let terminal = Terminal::new(80, 24);
    let centre_of = terminal.home().join("elsewhere");
    let session = centre(&centre_of, &terminal.home().join("unused"));
    let vault = UnlockedVault::unlock(&centre_of, Some("상담"), &pass()).unwrap();
    vault.change_note(session, NoteChange::MarkReady).unwrap();
    let sent = vault.export_review(session, "수퍼", "수퍼비전", Lang::Ko).unwrap();
    vault.lock().unwrap();
    let supervisor = UnlockedVault::unlock(&centre_of, Some("수퍼"), &pass()).unwrap();
    let slot = centre_of.join("slots").join(format!("{}.age", supervisor.me().id));
    supervisor.lock().unwrap();
    std::fs::copy(slot, terminal.home().join("slot.age")).unwrap();
    std::fs::write(terminal.home().join("note.age"), &sent.bytes).unwrap();
    let program = env!("CARGO_BIN_EXE_gyeot");
    let open =
        format!("clear; cd; GYEOT_LANG=ko GYEOT_VAULT=$HOME/none {program} review open note.age --slot slot.age");
    terminal.text(&open);
    terminal.key("Enter");
    terminal.until("암호 문구");
    terminal.text(PASS);
    terminal.key("Enter");
    terminal.until("출근이 어렵다고");
    terminal.keys(&["j", "j", "c"]);
    terminal.until("의견 쓰기");
    terminal.text("언제부터인가요");
    terminal.key("C-s");
    terminal.until("◆ 수퍼");
    // Nothing is behind this review: leaving it leaves the program, and what was written waits beside the file.
    terminal.key("q");
    terminal.until("파일 옆에");
    terminal.ready();
    terminal.text(&open);
    terminal.key("Enter");
    terminal.until("암호 문구");
    terminal.text(PASS);
    terminal.key("Enter");
    terminal.until("언제부터인가요");
    terminal.keys(&["s", "y"]);
    terminal.until("note.answer.age");
    terminal.left_clean();
    let answer = std::fs::read(terminal.home().join("note.answer.age")).unwrap();
    let vault = UnlockedVault::unlock(&centre_of, Some("상담"), &pass()).unwrap();
    assert_eq!(vault.take_review_in(&answer).unwrap().comments, 1);
    vault.lock().unwrap();
    assert_eq!(newest(&centre_of, session), NoteState::Signed);
    assert!(!terminal.home().join("none").exists(), "no vault was made");
}
