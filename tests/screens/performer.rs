//! What the workstation asks of the vault, performed on a real vault with the cheap key cost: decisions on suggestions
//! are kept whenever they are taken, the marks of the caseload tell the truth, a language once chosen stays.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::{shared, stage};

use gyeot::app::Effect;
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::session_event::Decision;
use gyeot::app::views::{CaseRow, Draft, DraftLine, LineOrigin};
use gyeot::domain::advice::suggestion::{Dropped, PromptRef, SCHEMA, Suggestions};
use gyeot::domain::assessment::score::Answers;
use gyeot::domain::practice::client::NewClient;
use gyeot::domain::practice::ids::{ClientCode, ClientId, SessionId, TechniqueId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::{Body, Decided};
use gyeot::domain::transcript::{ModelRef, Transcript};
use gyeot::runtime::effects::{Performer, Place};
use gyeot::service::{KeyCost, NewVault, Scope, UnlockedVault};
use secrecy::{ExposeSecret, SecretString};
use stage::*;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

struct VaultFolder {
    dir: tempfile::TempDir,
    unlocked: Arc<UnlockedVault>,
    effects: SyncSender<Effect>,
    answers: tokio::sync::mpsc::Receiver<Msg>,
    client: ClientId,
    code: ClientCode,
    session: SessionId,
}

/// A client with one session that has ended, in which one direction was suggested.
fn vault_folder() -> VaultFolder {
    let dir = tempfile::tempdir().unwrap();
    let new = shared::new_vault("이상담", Role::Counsellor);
    let pass = shared::pass();
    let unlocked = Arc::new(UnlockedVault::init(&dir.path().join("vault"), &new, &pass).unwrap());
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, shared::consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();
    let session = unlocked.begin_session(&code, unlocked.now()).unwrap();
    let suggestions = Suggestions {
        schema: SCHEMA.into(),
        model: ModelRef { id: "scripted".into(), sha256: String::new() },
        prompt: PromptRef { id: "directions".into(), version: "1".into() },
        suggestions: directions(Lang::Ko),
        dropped: Dropped::default(),
        risk_cues: Vec::new(),
        made_from: None,
    };
    let transcript = Transcript::empty(Lang::Ko);
    unlocked
        .keep(session, &[Body::Suggestions { suggestions }, Body::Transcript { transcript, reason: None }])
        .unwrap();
    unlocked.end_session(session, unlocked.now(), "ended").unwrap();
    let client = unlocked.clients().unwrap()[0].id;
    let place = Place {
        vault: dir.path().join("vault"),
        models: dir.path().join("models"),
        settings: Some(dir.path().join("settings.toml")),
        lang: Lang::Ko,
        practice_data: Box::new(|| Ok(practice_data())),
        sound: Box::new(|_| panic!("no sound is asked for here")),
    };
    let (to_loop, answers) = tokio::sync::mpsc::channel(64);
    let (effects, asked) = std::sync::mpsc::sync_channel(64);
    let performer = Performer::new(place, to_loop, Some(Arc::clone(&unlocked)));
    std::thread::spawn(move || performer.run(&asked));
    effects.send(Effect::LoadLibrary).unwrap();
    VaultFolder { dir, unlocked, effects, answers, client, code, session }
}

impl VaultFolder {
    fn ask(&self, effect: Effect) {
        self.effects.send(effect).unwrap();
    }

    /// Waits for the first answer that is wanted; a failure is told as it is.
    fn wait<T>(&mut self, wanted: impl Fn(&Answer) -> Option<T>) -> T {
        loop {
            match self.answers.blocking_recv().unwrap() {
                Msg::Answer(Answer::Failed { fault, .. }) => panic!("{fault}; {}", fault.hint),
                Msg::Answer(answer) => match wanted(&answer) {
                    Some(found) => return found,
                    None => continue,
                },
                _ => {}
            }
        }
    }

    fn caseload(&mut self) -> CaseRow {
        self.ask(Effect::LoadCaseload);
        self.wait(|a| match a {
            Answer::Caseload(rows) => Some(rows[0].clone()),
            _ => None,
        })
    }

    fn decisions(&self) -> Vec<(Decided, Option<String>)> {
        let opened = self.unlocked.open_session(self.session).unwrap();
        let decided = |body: &Body| match body {
            Body::SuggestionDecision { technique, decided, text, .. } => {
                assert_eq!(technique.as_str(), "behavioural-activation");
                Some((*decided, text.as_ref().map(|t| t.reveal().to_owned())))
            }
            _ => None,
        };
        opened.iter().filter_map(|o| decided(&o.body)).collect()
    }
}

fn activation() -> TechniqueId {
    "behavioural-activation".into()
}

#[test]
fn a_decision_after_the_end_of_the_session_has_its_record() {
    let mut h = vault_folder();
    for decision in [Decision::Dismissed, Decision::Accepted] {
        h.ask(Effect::KeepDecision { session: h.session, technique: activation(), decision });
    }
    h.caseload();
    assert_eq!(h.decisions(), [(Decided::Rejected, None), (Decided::Accepted, None)]);
}

#[test]
fn the_words_that_a_person_made_of_a_suggestion_are_kept_once_with_the_note() {
    let mut h = vault_folder();
    for edits in [1, 2] {
        let line = DraftLine {
            text: ClientText::new("매일 저녁 산책 십 분"),
            origin: LineOrigin::Accepted { technique: activation(), edited: true },
            evidence: directions(Lang::Ko)[0].evidence.clone(),
            ..DraftLine::default()
        };
        let draft = Draft { format: "soap".into(), sections: vec![("plan".into(), vec![line])], ..Draft::default() };
        h.ask(Effect::KeepNote { client: h.client, session: h.session, draft, edits });
        h.wait(|a| matches!(a, Answer::NoteKept { .. }).then_some(()));
    }
    assert_eq!(h.decisions(), [(Decided::Edited, Some("매일 저녁 산책 십 분".to_owned()))]);
}

#[test]
fn the_caseload_finds_by_itself_which_sessions_have_no_note() {
    let mut h = vault_folder();
    assert_eq!(h.caseload().unwritten, 0, "nothing is opened before the caseload is shown");
    let unwritten = h.wait(|a| match a {
        Answer::Caseload(rows) => Some(rows[0].unwritten),
        _ => None,
    });
    assert_eq!(unwritten, 1);
    let draft = Draft { format: "soap".into(), sections: Vec::new(), ..Draft::default() };
    h.ask(Effect::KeepNote { client: h.client, session: h.session, draft, edits: 1 });
    h.wait(|a| matches!(a, Answer::NoteKept { .. }).then_some(()));
    assert_eq!(h.caseload().unwritten, 0);
    // A new start knows of the note, too, and says nothing.
    assert!(h.unlocked.note_state(h.session).unwrap().is_some());
}

#[test]
fn a_critical_answer_marks_the_client_in_the_caseload_and_a_newer_harmless_sheet_takes_the_mark_away() {
    let mut h = vault_folder();
    assert!(!h.caseload().alert);
    for (ninth, alert) in [(2, true), (0, false)] {
        let mut answers = vec![Some(0); 9];
        answers[8] = Some(ninth);
        h.ask(Effect::KeepAdministration {
            client: h.client,
            session: None,
            instrument: "phq-9".into(),
            answers: Answers(answers),
            total: None,
            lang: Lang::Ko,
            kiosk: false,
            talk: false,
        });
        h.wait(|a| matches!(a, Answer::AdministrationKept).then_some(()));
        assert_eq!(h.caseload().alert, alert);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(h.code.as_str(), "C-0001");
}

#[test]
fn a_language_that_is_chosen_is_kept_in_the_settings_file() {
    let mut h = vault_folder();
    h.ask(Effect::RememberLang(Lang::En));
    h.caseload();
    let settings = gyeot::adapters::settings::read(&h.dir.path().join("settings.toml")).unwrap();
    assert_eq!(settings.lang, Some(Lang::En));
}

#[test]
fn a_sheet_given_on_the_screen_and_one_given_on_the_command_line_are_sealed_as_the_same_body() {
    use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
    use gyeot::service::administrations;
    let mut h = vault_folder();
    let answers = |each: i32| Answers(vec![Some(each); 9]);
    for each in [2, 1] {
        h.ask(Effect::KeepAdministration {
            client: h.client,
            session: None,
            instrument: "phq-9".into(),
            answers: answers(each),
            total: None,
            lang: Lang::Ko,
            kiosk: false,
            talk: false,
        });
        h.wait(|a| matches!(a, Answer::AdministrationKept).then_some(()));
        std::thread::sleep(Duration::from_millis(5));
    }
    let library = gyeot::adapters::instruments::library(&h.dir.path().join("assessments")).unwrap();
    let (phq, now) = (library.get(&"phq-9".into()).unwrap(), h.unlocked.now());
    let context = gyeot::domain::assessment::score::Context { sex: None, age: None, lang: Lang::Ko };
    let occasion = Occasion { given_at: now, by: h.unlocked.me().id, mode: Mode::Counsellor, session: None };
    let made = Administration::new(phq, Sheet::Answers(answers(1)), &context, occasion).unwrap();
    administrations::give(&h.unlocked, &h.code, phq, made).unwrap();
    let kept = administrations::kept(&h.unlocked, &h.code).unwrap();
    assert!(kept[0].score.change.is_none() && kept[1].score.change.is_some(), "the first has nothing before it");
    let same = |a: &Administration| Administration { given_at: now, ..a.clone() };
    assert_eq!(same(&kept[1]), same(&kept[2]));
}

/// Who is at the workstation after the workstation unlocked this vault.
fn signed_in_at(dir: &std::path::Path) -> gyeot::app::views::SignedIn {
    let place = Place {
        vault: dir.to_owned(),
        models: dir.join("models"),
        settings: None,
        lang: Lang::Ko,
        practice_data: Box::new(|| Ok(practice_data())),
        sound: Box::new(|_| panic!("no sound is asked for here")),
    };
    let (to_loop, mut answers) = tokio::sync::mpsc::channel(64);
    let (effects, asked) = std::sync::mpsc::sync_channel(64);
    let performs = std::thread::spawn(move || Performer::new(place, to_loop, None).run(&asked));
    let passphrase = shared::pass();
    effects.send(Effect::Unlock { member: String::new(), passphrase, words: None }).unwrap();
    let who = match answers.blocking_recv().unwrap() {
        Msg::Answer(Answer::Unlocked(who)) => who,
        other => panic!("{other:?}"),
    };
    drop(effects);
    performs.join().unwrap();
    who
}

#[test]
fn the_workstation_is_told_how_the_vault_stands_when_an_old_store_was_put_in_or_the_mark_is_gone() {
    use gyeot::domain::governance::concern::Concern;
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("vault");
    let new = shared::new_vault("이상담", Role::Counsellor);
    let pass = shared::pass();
    UnlockedVault::init(&vault, &new, &pass).unwrap().lock().unwrap();
    assert_eq!(signed_in_at(&vault).concerns, []);
    let copied = |from: &std::path::Path, to: &std::path::Path| {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().flatten().filter(|e| e.path().is_file()) {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    };
    copied(&vault.join("store"), &dir.path().join("old"));
    let unlocked = UnlockedVault::unlock(&vault, None, &pass).unwrap();
    unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.lock().unwrap();
    assert_eq!(signed_in_at(&vault).concerns, []);
    std::fs::remove_dir_all(vault.join("store")).unwrap();
    copied(&dir.path().join("old"), &vault.join("store"));
    let who = signed_in_at(&vault);
    assert!(
        matches!(&who.concerns[..], [Concern::NotWhole(what), Concern::Older(_)] if what.id() == "integrity-behind"),
        "{:?}",
        who.concerns
    );
    assert_eq!(
        who.concerns[0].words(Lang::Ko),
        who.standing.text(Lang::Ko),
        "the same sentence as on the command line"
    );
    std::fs::remove_dir_all(vault.join("checkpoints")).unwrap();
    let who = signed_in_at(&vault);
    assert!(
        matches!(&who.concerns[..], [Concern::NotWhole(what)] if what.id() == "integrity-damaged"),
        "{:?}",
        who.concerns
    );
}

fn place(dir: &std::path::Path) -> Place {
    Place {
        vault: dir.join("vault"),
        models: dir.join("models"),
        settings: Some(dir.join("settings.toml")),
        lang: Lang::Ko,
        practice_data: Box::new(|| Ok(practice_data())),
        sound: Box::new(|_| panic!("no sound is asked for here")),
    }
}

/// Asks a new performer and gives its first answer; then it ends, as when the program is closed.
fn asks(dir: &std::path::Path, effect: Effect) -> Answer {
    let (to_loop, mut answers) = tokio::sync::mpsc::channel(64);
    let (effects, asked) = std::sync::mpsc::sync_channel(64);
    let place = place(dir);
    let performs = std::thread::spawn(move || Performer::new(place, to_loop, None).run(&asked));
    effects.send(effect).unwrap();
    let answer = match answers.blocking_recv().unwrap() {
        Msg::Answer(answer) => answer,
        other => panic!("{other:?}"),
    };
    drop(effects);
    performs.join().unwrap();
    answer
}

#[test]
fn phrases_that_nobody_wrote_down_are_shown_again_at_the_next_unlocking_and_then_never_more() {
    let dir = tempfile::tempdir().unwrap();
    let pass = || SecretString::from("velvet harbour cactus nineteen drums");
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("해솔", "이상담", Role::Counsellor) };
    let made = UnlockedVault::init(&dir.path().join("vault"), &new, &pass()).unwrap();
    let shown = made.take_recovery_phrases().unwrap();
    made.keep_untaken_phrases(&shown).unwrap();
    let on_disk = std::fs::read(dir.path().join("vault/phrases-not-taken.age")).unwrap();
    let first_word = shown[0].expose_secret().split(' ').next().unwrap().to_owned();
    assert!(!String::from_utf8_lossy(&on_disk).contains(&first_word), "never in the clear");
    made.lock().unwrap();
    let unlock = || Effect::Unlock { member: "이상담".into(), passphrase: pass(), words: None };
    for _ in 0..2 {
        let Answer::Made(who, again) = asks(dir.path(), unlock()) else { panic!("the phrases are due") };
        assert_eq!(who.member, "이상담");
        assert_eq!(again.map(|p| p.expose_secret().to_owned()), shown.clone().map(|p| p.expose_secret().to_owned()));
    }
    let unlocked = UnlockedVault::unlock(&dir.path().join("vault"), None, &pass()).unwrap();
    unlocked.phrases_taken().unwrap();
    unlocked.lock().unwrap();
    assert!(matches!(asks(dir.path(), unlock()), Answer::Unlocked(_)));
    let settings = gyeot::adapters::settings::read(&dir.path().join("settings.toml")).unwrap();
    assert_eq!(settings.member.as_deref(), Some("이상담"), "marked first the next time");
}

#[test]
fn a_note_that_is_not_signed_stands_in_the_caseload_after_a_new_start() {
    let mut h = vault_folder();
    let draft = Draft { format: "soap".into(), sections: Vec::new(), ..Draft::default() };
    h.ask(Effect::KeepNote { client: h.client, session: h.session, draft, edits: 1 });
    h.wait(|a| matches!(a, Answer::NoteKept { .. }).then_some(()));
    assert_eq!(h.caseload().drafts, 1);
    // A new start: nothing of what was read is remembered.
    let (to_loop, answers) = tokio::sync::mpsc::channel(64);
    let (effects, asked) = std::sync::mpsc::sync_channel(64);
    let performer = Performer::new(place(h.dir.path()), to_loop, Some(Arc::clone(&h.unlocked)));
    std::thread::spawn(move || performer.run(&asked));
    (h.effects, h.answers) = (effects, answers);
    assert_eq!(h.caseload().drafts, 0, "nothing is opened before the caseload is shown");
    let found = h.wait(|a| match a {
        Answer::Caseload(rows) => Some(rows[0].drafts),
        _ => None,
    });
    assert_eq!(found, 1, "found by itself, without opening the session");
}
