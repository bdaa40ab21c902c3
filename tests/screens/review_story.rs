//! A note on its way between two workstations, by the keys of the real screens on real vaults: handed in, read, commented,
//! returned, mended, co-signed, amended, co-signed again.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::{shared, stage};

use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::own_process::ThisMachine;
use gyeot::adapters::store_kind::Sled;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::screen::Screen;
use gyeot::app::state::review::{ReviewPage, Reviews};
use gyeot::app::{Effect, Model, update};
use gyeot::domain::practice::ids::SessionId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::NoteState;
use gyeot::runtime::effects::{Performer, Place};
use gyeot::service::notes::NoteChange;
use gyeot::service::{NewClient, Scope, UnlockedVault};
use gyeot::ui::keymap;
use gyeot::vault::workstation::Workstation;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

/// Keys that the supervisor may need for the whole story, besides the words they write.
const MOST_KEYS: usize = 25;

/// One workstation with its screens.
struct Workplace {
    vault: Option<Arc<UnlockedVault>>,
    model: Model,
    effects: SyncSender<Effect>,
    answers: tokio::sync::mpsc::Receiver<Msg>,
    performs: Option<std::thread::JoinHandle<()>>,
    keys: usize,
}

impl Workplace {
    fn open(root: &Path, name: &str, member: &str) -> Self {
        let dir = root.join(name);
        let state = root.join(format!("state-{name}"));
        let station = Workstation {
            stores: Arc::new(Sled),
            clock: Arc::new(SystemClock),
            machine: Arc::new(ThisMachine),
            state,
            compared: None,
        };
        let vault = Arc::new(UnlockedVault::unlock_on(&dir, Some(member), &shared::pass(), station).unwrap());
        let place = Place {
            vault: dir,
            models: root.join("models"),
            settings: None,
            lang: Lang::Ko,
            practice_data: Box::new(|| Ok(stage::practice_data())),
            sound: Box::new(|_| panic!("no sound is asked for here")),
        };
        let (to_loop, answers) = tokio::sync::mpsc::channel(64);
        let (effects, asked) = std::sync::mpsc::sync_channel(64);
        let performer = Performer::new(place, to_loop, Some(Arc::clone(&vault)));
        let performs = Some(std::thread::spawn(move || performer.run(&asked)));
        let mut model = stage::started(Lang::Ko);
        model.lock_after_minutes = 600;
        let mut here = Workplace { vault: Some(vault), model, effects, answers, performs, keys: 0 };
        here.send(vec![Effect::LoadLibrary, Effect::LookForVault]);
        here.until("unlocked", |m| m.signed_in.is_some() && m.pages.get::<Reviews>().is_some());
        here
    }

    fn send(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.effects.send(effect).unwrap();
        }
    }

    fn take(&mut self, msg: Msg) {
        if let Msg::Answer(Answer::Failed { fault, .. }) = &msg {
            panic!("{fault}; {}", fault.hint);
        }
        let effects = update(&mut self.model, msg);
        self.send(effects);
    }

    /// Takes answers until the screen is as it should be.
    fn until(&mut self, what: &str, wanted: impl Fn(&Model) -> bool) {
        let end = Instant::now() + Duration::from_secs(60);
        while !wanted(&self.model) {
            assert!(Instant::now() < end, "never {what}: {:?}", self.model.screen);
            match self.answers.try_recv() {
                Ok(msg) => self.take(msg),
                Err(_) => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }

    fn press(&mut self, key: Key) {
        self.keys += 1;
        let msg = keymap::of_pressed(&self.model, key).unwrap_or_else(|| panic!("{key:?} does nothing here"));
        self.take(msg);
    }

    /// Letters of a text: not counted as keys of the program.
    fn writes(&mut self, text: &str) {
        for c in text.chars() {
            let msg = keymap::of_pressed(&self.model, Key::char(c)).unwrap();
            self.take(msg);
        }
    }

    fn close(mut self) -> usize {
        drop(self.effects);
        self.vault.take();
        self.performs.take().unwrap().join().unwrap();
        self.keys
    }
}

const ENTER: Key = Key::plain(KeyName::Enter);
const DOWN: Key = Key::char('j');

fn centre(root: &Path) -> SessionId {
    let dir = root.join("a");
    let vault = UnlockedVault::init(&dir, &shared::new_vault("관리", Role::Admin), &shared::pass()).unwrap();
    vault.add_member(&shared::new_member("수퍼", Role::Supervisor), &shared::pass(), None, Some("처음")).unwrap();
    let phrase = shared::pass();
    let second = Some(gyeot::service::Second { name: "수퍼", passphrase: &phrase });
    vault.add_member(&shared::new_member("상담", Role::Counsellor), &shared::pass(), second, None).unwrap();
    vault.lock().unwrap();
    let vault = UnlockedVault::unlock(&dir, Some("상담"), &shared::pass()).unwrap();
    let supervisors = vec!["수퍼".to_owned()];
    let new = NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, shared::consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = vault.begin_session(&code, Timestamp(0)).unwrap();
    let mut transcript = gyeot::domain::transcript::Transcript::empty(Lang::Ko);
    transcript.utterances = stage::words(Lang::Ko);
    vault.keep(session, &[gyeot::service::Body::Transcript { transcript, reason: None }]).unwrap();
    vault.end_session(session, Timestamp(60_000), "ended").unwrap();
    let note = stage::reviewed_note(Lang::Ko, NoteState::Draft);
    vault.change_note(session, NoteChange::Write(note)).unwrap();
    vault.lock().unwrap();
    // The supervisor has seen this vault, and compared its words, before a copy of it goes to another workstation.
    UnlockedVault::unlock(&dir, Some("수퍼"), &shared::pass()).unwrap().lock().unwrap();
    session
}

/// What the copy at one workstation has and the other has not.
fn carry(root: &Path, from: &str, to: &str, member: &str) {
    let state = root.join(format!("state-{to}"));
    let station = Workstation {
        stores: Arc::new(Sled),
        clock: Arc::new(SystemClock),
        machine: Arc::new(ThisMachine),
        state,
        compared: None,
    };
    let vault = UnlockedVault::unlock_on(&root.join(to), Some(member), &shared::pass(), station).unwrap();
    vault.join(&root.join(from)).unwrap();
    vault.lock().unwrap();
}

fn queued(m: &Model, state: NoteState) -> bool {
    let reviews = m.pages.get::<Reviews>();
    m.screen == Screen::Assigned && reviews.is_some_and(|r| r.rows().any(|row| row.course.state == state))
}

fn reading(m: &Model) -> bool {
    m.screen == Screen::Review && m.pages.get::<ReviewPage>().is_some()
}

fn state(root: &Path, name: &str, session: SessionId) -> NoteState {
    let place = root.join(format!("state-{name}"));
    let station = Workstation {
        stores: Arc::new(Sled),
        clock: Arc::new(SystemClock),
        machine: Arc::new(ThisMachine),
        state: place,
        compared: None,
    };
    let member = if name == "a" { "상담" } else { "수퍼" };
    let vault = UnlockedVault::unlock_on(&root.join(name), Some(member), &shared::pass(), station).unwrap();
    let newest = vault.note_history(session).unwrap().unwrap().versions.pop().unwrap();
    vault.lock().unwrap();
    newest.note.state
}

#[test]
fn a_supervisor_brings_a_note_from_handed_in_to_co_signed_after_an_amendment_with_few_keys() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path();
    let session = centre(root);
    shared::copy(&root.join("a"), &root.join("b"));

    let mut counsellor = Workplace::open(root, "a", "상담");
    counsellor.until("the caseload", |m| m.screen == Screen::Caseload && !m.caseload.is_empty());
    counsellor.press(ENTER);
    counsellor.until("the client", |m| m.screen == Screen::Client);
    counsellor.press(Key::char('n'));
    counsellor.until("the note", |m| m.screen == Screen::Note);
    counsellor.press(Key::ctrl('r'));
    counsellor.until("handed in", |m| m.note.is_none());
    counsellor.close();
    assert_eq!(state(root, "a", session), NoteState::Ready);

    carry(root, "a", "b", "수퍼");
    let mut supervisor = Workplace::open(root, "b", "수퍼");
    supervisor.until("the queue", |m| queued(m, NoteState::Ready));
    supervisor.press(ENTER);
    supervisor.until("the review", reading);
    for _ in 0..2 {
        supervisor.press(DOWN);
    }
    supervisor.press(Key::char('c'));
    supervisor.writes("무엇을 보고 그렇게 썼나요?");
    supervisor.press(Key::ctrl('s'));
    supervisor
        .until("the comment", |m| reading(m) && m.pages.get::<ReviewPage>().is_some_and(|p| p.file.threads.len() == 1));
    supervisor.press(Key::char('r'));
    supervisor.writes("근거가 된 말을 적어 주세요");
    supervisor.press(Key::ctrl('s'));
    supervisor.until("returned", |m| queued(m, NoteState::NeedsRevision));
    let mut keys = supervisor.close();

    carry(root, "b", "a", "상담");
    let mut counsellor = Workplace::open(root, "a", "상담");
    counsellor.until("the caseload", |m| m.screen == Screen::Caseload && !m.caseload.is_empty());
    let told = matches!(&counsellor.model.notice, Some(n) if n.say == gyeot::app::notice::Say::CameBack(1));
    assert!(told, "what came back is said at unlocking: {:?}", counsellor.model.notice);
    counsellor.press(Key::char('v'));
    counsellor.until("the review", reading);
    counsellor.press(Key::char('a'));
    counsellor.writes("첫 줄의 말이었습니다");
    counsellor.press(Key::ctrl('s'));
    counsellor.until("the answer", |m| {
        reading(m) && m.pages.get::<ReviewPage>().is_some_and(|p| p.file.threads[0].answers.len() == 1)
    });
    counsellor.press(Key::char('n'));
    counsellor.until("the note", |m| m.screen == Screen::Note);
    counsellor.writes("스스로 말하기를 ");
    counsellor.press(Key::ctrl('r'));
    counsellor.until("handed in again", |m| m.note.is_none());
    counsellor.close();
    assert_eq!(state(root, "a", session), NoteState::Ready);

    for (before, after) in [(NoteState::Ready, "first"), (NoteState::Amended, "second")] {
        carry(root, "a", "b", "수퍼");
        let mut supervisor = Workplace::open(root, "b", "수퍼");
        supervisor.until("the queue", |m| queued(m, before));
        supervisor.press(ENTER);
        supervisor.until("the review", reading);
        supervisor.press(Key::char('s'));
        supervisor.press(Key::char('y'));
        supervisor.until(after, |m| m.screen == Screen::Assigned && !queued(m, before));
        keys += supervisor.close();
        carry(root, "b", "a", "상담");
        assert_eq!(state(root, "a", session), NoteState::CoSigned, "{after}");
        if before == NoteState::Ready {
            let vault = UnlockedVault::unlock(&root.join("a"), Some("상담"), &shared::pass()).unwrap();
            let text = vault.note_history(session).unwrap().unwrap().versions.pop().unwrap().note;
            vault.change_note(session, NoteChange::Amend(text, ClientText::new("날짜를 고침"))).unwrap();
            vault.lock().unwrap();
        }
    }
    eprintln!("the supervisor pressed {keys} keys besides the words");
    assert!(keys <= MOST_KEYS, "{keys}");
}
