//! What command line and screens both can do is one function of `service`: each way gives the same.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::*;

use gyeot::adapters::engines::Installed;
use gyeot::app::Effect;
use gyeot::app::effect::Amendment;
use gyeot::app::msg::{Answer, Looked, Msg};
use gyeot::app::session_event::Decision;
use gyeot::app::views::DraftLine;
use gyeot::domain::advice::suggestion::{Dropped, PromptRef, SCHEMA, Suggestions};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::note::revision;
use gyeot::domain::note::statement::{DraftedNote, Statement, Support};
use gyeot::domain::note::states::Act;
use gyeot::domain::practice::client::NewClient;
use gyeot::domain::practice::ids::{ClientCode, ClientId, SessionId, StatementId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::{Body, NoteState, Origin};
use gyeot::domain::transcript::{Gap, ModelRef, Speaker, Transcript, Utterance};
use gyeot::runtime::effects::{Performer, Place};
use gyeot::service::consents::WORKSTATION_FORM;
use gyeot::service::examine::examine;
use gyeot::service::notes::NoteChange;
use gyeot::service::transcripts::{self, Recovered, transcript_of};
use gyeot::service::{Agreed, KeyCost, NewVault, Scope, SessionState, UnlockedVault, decisions};
use secrecy::SecretString;
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

const ALL: [Scope; 3] = [Scope::Service, Scope::Recording, Scope::Ai];

struct Both {
    dir: tempfile::TempDir,
    unlocked: Arc<UnlockedVault>,
    effects: SyncSender<Effect>,
    answers: tokio::sync::mpsc::Receiver<Msg>,
}

fn both() -> Both {
    let dir = tempfile::tempdir().unwrap();
    let new = NewVault { cost: KeyCost::CheapForTests, ..NewVault::new("해솔", "이상담", Role::Counsellor) };
    let pass = SecretString::from("velvet harbour cactus nineteen drums");
    let unlocked = Arc::new(UnlockedVault::init(&dir.path().join("vault"), &new, &pass).unwrap());
    let place = Place {
        vault: dir.path().join("vault"),
        models: dir.path().join("models"),
        settings: None,
        lang: Lang::Ko,
        practice_data: Box::new(|| Ok(crate::stage::practice_data())),
        sound: Box::new(|_| panic!("no sound is asked for here")),
    };
    let (to_loop, answers) = tokio::sync::mpsc::channel(64);
    let (effects, asked) = std::sync::mpsc::sync_channel(64);
    let performer = Performer::new(place, to_loop, Some(Arc::clone(&unlocked)));
    std::thread::spawn(move || performer.run(&asked));
    Both { dir, unlocked, effects, answers }
}

impl Both {
    fn client(&self, name: &str) -> (ClientId, ClientCode) {
        let code = self.unlocked.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
        let id = self.unlocked.clients().unwrap().into_iter().find(|r| r.code == code).unwrap().id;
        (id, code)
    }

    fn agreed(&self, name: &str) -> (ClientId, ClientCode) {
        let (id, code) = self.client(name);
        let agreed = Agreed { scopes: ALL.into(), age_confirmed: true, ..Agreed::default() };
        self.unlocked.agree(&code, Agreed { form: Some("v1".into()), ..agreed }).unwrap();
        (id, code)
    }

    /// A session of which utterances and a gap were sealed, and nothing else.
    fn interrupted(&self, code: &ClientCode) -> SessionId {
        let session = self.unlocked.begin_session(code, self.unlocked.now()).unwrap();
        for (n, (start, end)) in [(1_000, 3_500), (4_000, 6_200)].into_iter().enumerate() {
            let line = Utterance {
                id: UtteranceId(n as u32 + 1),
                start_ms: start,
                end_ms: end,
                speaker: Speaker::Client,
                text: ClientText::new("요즘 잠을 못 자요."),
                confidence: None,
            };
            self.unlocked.keep(session, &[Body::Utterances { utterances: vec![line] }]).unwrap();
        }
        let gap = Gap { start_ms: 6_200, end_ms: 9_000, reason: "asr-down".into() };
        self.unlocked.keep(session, &[Body::Gap { gap }]).unwrap();
        session
    }

    fn ask<T>(&mut self, effect: Effect, wanted: impl Fn(Answer) -> Option<T>) -> T {
        self.effects.send(effect).unwrap();
        loop {
            match self.answers.blocking_recv().unwrap() {
                Msg::Answer(Answer::Failed { fault, .. }) => panic!("{fault}; {}", fault.hint),
                Msg::Answer(answer) => {
                    if let Some(found) = wanted(answer) {
                        return found;
                    }
                }
                _ => {}
            }
        }
    }

    fn bodies(&self, session: SessionId) -> Vec<Body> {
        self.unlocked.open_session(session).unwrap().into_iter().map(|o| o.body).collect()
    }
}

#[test]
fn a_transcript_that_never_was_whole_is_the_same_on_the_screen_and_on_the_command_line() {
    let mut b = both();
    let (client, code) = b.agreed("김하늘");
    let session = b.interrupted(&code);
    let told = transcript_of(&b.bodies(session), Lang::Ko);
    let shown = b.ask(Effect::OpenSession { client, session }, |a| match a {
        Answer::Opened(file) => Some(file.transcript),
        _ => None,
    });
    assert_eq!(shown, told);
    assert_eq!((shown.duration_ms, shown.utterances.len(), shown.gaps.len()), (9_000, 2, 1));
}

#[test]
fn an_interrupted_session_is_finished_alike_from_the_screen_and_from_the_command_line() {
    let mut b = both();
    let (client, code) = b.agreed("김하늘");
    let (by_screen, by_command) = (b.interrupted(&code), b.interrupted(&code));
    let rules = gyeot::adapters::shipped::risk_rules().unwrap();
    let told = transcripts::recover(&b.unlocked, by_command, &rules, Lang::Ko).unwrap();
    let shown = b.ask(Effect::RecoverSession { client, session: by_screen }, |a| match a {
        Answer::Recovered { session, utterances, withdrawn, .. } => {
            assert_eq!(session, by_screen);
            Some(Recovered { utterances, withdrawn })
        }
        _ => None,
    });
    assert_eq!(shown, told);
    assert_eq!(b.bodies(by_screen), b.bodies(by_command));
    let rows = b.unlocked.sessions(Some(&code)).unwrap();
    assert!(rows.iter().all(|r| r.state == SessionState::Ended));
    assert!(
        transcripts::recover(&b.unlocked, by_screen, &rules, Lang::Ko).is_err(),
        "one that has ended is left alone"
    );
}

#[test]
fn a_consent_assembled_scope_by_scope_is_the_one_that_is_written_at_once() {
    let mut b = both();
    let ((by_screen, first), (_, second)) = (b.client("김하늘"), b.client("박바다"));
    for scope in ALL {
        let limits_explained = scope == Scope::Service;
        let effect = Effect::SetConsent { client: by_screen, scope, given: true, erase: false, limits_explained };
        b.ask(effect, |a| matches!(a, Answer::Client(_)).then_some(()));
    }
    let whole = Agreed {
        scopes: ALL.into(),
        form: Some(WORKSTATION_FORM.into()),
        limits_explained: true,
        age_confirmed: true,
        ..Agreed::default()
    };
    b.unlocked.agree(&second, whole).unwrap();
    let [mut screen, mut command] = [first, second].map(|code| b.unlocked.consent(&code).unwrap());
    for state in [&mut screen, &mut command] {
        assert!(state.limits_explained.is_some() && state.since.is_some());
        (state.limits_explained, state.since) = (None, None);
    }
    assert_eq!(screen, command);
}

#[test]
fn a_decision_is_kept_in_one_form_whichever_way_it_is_taken() {
    let mut b = both();
    let (_, code) = b.agreed("김하늘");
    let suggestions = Suggestions {
        schema: SCHEMA.into(),
        model: ModelRef { id: "scripted".into(), sha256: String::new() },
        prompt: PromptRef { id: "directions".into(), version: "1".into() },
        suggestions: directions(Lang::Ko),
        dropped: Dropped::default(),
        risk_cues: Vec::new(),
        made_from: None,
    };
    let technique = suggestions.suggestions[0].technique.clone();
    let session = b.unlocked.begin_session(&code, b.unlocked.now()).unwrap();
    b.unlocked.keep(session, &[Body::Suggestions { suggestions }]).unwrap();
    decisions::decide(&b.unlocked, session, &technique, Decision::Dismissed).unwrap();
    let decision = Decision::Dismissed;
    b.effects.send(Effect::KeepDecision { session, technique, decision }).unwrap();
    b.ask(Effect::LoadCaseload, |a| matches!(a, Answer::Caseload(_)).then_some(()));
    let kept: Vec<Body> =
        b.bodies(session).into_iter().filter(|body| matches!(body, Body::SuggestionDecision { .. })).collect();
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0], kept[1]);
}

#[test]
fn a_flip_is_the_same_in_the_session_and_on_the_screen() {
    for speaker in [Speaker::Counsellor, Speaker::Client, Speaker::Other, Speaker::Unknown] {
        assert_eq!(gyeot::app::script::other(speaker), speaker.flipped());
        assert_ne!(speaker.flipped(), speaker);
    }
    assert_eq!(Speaker::Counsellor.flipped().flipped(), Speaker::Counsellor);
}

#[test]
fn the_doctor_finds_the_same_on_the_screen_and_on_the_command_line() {
    let mut b = both();
    let models = b.dir.path().join("models");
    let shown = b.ask(Effect::Examine, |a| match a {
        Answer::Examined(findings) => Some(findings),
        _ => None,
    });
    let served = examine(&Installed::at(models.clone()));
    assert!(served.iter().all(|seen| shown.iter().any(|f| f.what == seen.what)), "{shown:?}");
    let beside = [Looked::Processor, Looked::Microphone, Looked::Vault, Looked::Disk, Looked::Memory, Looked::IdleLock];
    assert!(beside.iter().all(|what| shown.iter().any(|f| f.what == *what)), "{shown:?}");
    let command = Command::new(env!("CARGO_BIN_EXE_gyeot"))
        .args(["doctor", "--json", "--lang", "ko", "--models"])
        .arg(&models)
        .env("GYEOT_VAULT", b.dir.path().join("vault"))
        .env("XDG_DATA_HOME", b.dir.path())
        .env("XDG_CONFIG_HOME", b.dir.path())
        .output()
        .unwrap();
    let told: serde_json::Value = serde_json::from_slice(&command.stdout).unwrap();
    let told: Vec<&str> = told["findings"].as_array().unwrap().iter().map(|f| f["found"].as_str().unwrap()).collect();
    assert_eq!(told.len(), shown.len(), "one list for both: {told:?}");
    for finding in shown {
        let words = finding.state.unwrap_or_else(|fault| fault.said(Lang::Ko).0);
        assert!(told.contains(&words.as_str()), "{words} is not among {told:?}");
    }
}

#[test]
fn a_transcript_that_is_whole_is_taken_as_it_is() {
    let mut whole = Transcript::empty(Lang::En);
    whole.duration_ms = 77;
    let bodies = [Body::Transcript { transcript: whole.clone(), reason: None }];
    assert_eq!(transcript_of(&bodies, Lang::Ko), whole);
}

#[test]
fn a_drafted_note_that_is_written_on_in_the_workstation_keeps_where_its_lines_come_from() {
    let mut b = both();
    let (client, code) = b.agreed("김하늘");
    let session = b.interrupted(&code);
    let said = |text: &str, support| Statement {
        section: "subjective".into(),
        about: "complaint".into(),
        text: ClientText::new(text),
        evidence: Vec::new(),
        support,
        retracted_by: None,
        heard: None,
        supported: None,
    };
    let statements = vec![said("하나", Support::Supported), said("둘", Support::Retracted)];
    let prompt = PromptRef { id: "note-content".into(), version: "1".into() };
    let drafted = DraftedNote {
        format: "soap".into(),
        model: None,
        prompt,
        statements: statements.clone(),
        instruction: None,
        made_from: None,
    };
    let soap = formats().iter().find(|f| f.id == "soap").unwrap().clone();
    let first =
        b.unlocked.keep_note_draft(session, drafted, |r| revision::from_draft(&statements, r, &soap)).unwrap().note;

    let mut draft = b.ask(Effect::OpenSession { client, session }, |a| match a {
        Answer::Opened(file) => file.note,
        _ => None,
    });
    let lines = &mut draft.sections.iter_mut().find(|(key, _)| key == "subjective").unwrap().1;
    lines.push(DraftLine { text: ClientText::new("내가 쓴 줄"), ..DraftLine::default() });
    b.ask(Effect::KeepNote { client, session, draft, edits: 1 }, |a| {
        matches!(a, Answer::NoteKept { .. }).then_some(())
    });
    let history = b.unlocked.note_history(session).unwrap().unwrap();
    let newest = &history.newest().unwrap().note;
    let (before, now) = (&first.sections[0].lines, &newest.sections[0].lines);
    assert_eq!(now[..2], before[..], "origin, name and check stay with the words");
    assert_eq!((now[2].origin.clone(), now[2].id), (Origin::Typed, StatementId(3)));
    let blocked = b.unlocked.change_note(session, NoteChange::Sign).unwrap_err();
    assert_eq!(blocked.exit(), Exit::Refused, "what was taken back still wants a decision");

    let state = |a| match a {
        Answer::NoteChanged { state, .. } => Some(state),
        _ => None,
    };
    let mut draft = b.ask(Effect::OpenSession { client, session }, |a| match a {
        Answer::Opened(file) => file.note,
        _ => None,
    });
    draft.sections[0].1[1].check.as_mut().unwrap().settled = true;
    b.ask(Effect::KeepNote { client, session, draft: draft.clone(), edits: 2 }, |a| {
        matches!(a, Answer::NoteKept { .. }).then_some(())
    });
    assert_eq!(b.ask(Effect::ChangeNote { session, act: Act::MarkReady }, state), NoteState::Ready);
    assert_eq!(b.ask(Effect::ChangeNote { session, act: Act::Sign }, state), NoteState::Signed);
    draft.sections[0].1.truncate(1);
    let amend = Amendment { session, draft, reason: ClientText::new("한 줄이 틀림"), edits: 3 };
    assert_eq!(b.ask(Effect::AmendNote(Box::new(amend)), state), NoteState::Amended);
    let newest = b.unlocked.note_history(session).unwrap().unwrap().newest().unwrap().note.clone();
    assert_eq!(newest.reason.unwrap().reveal(), "한 줄이 틀림");
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("note.pdf");
    let reason = "법원 제출".to_owned();
    b.ask(Effect::ExportNote { session, reason, file: file.display().to_string() }, |a| {
        matches!(a, Answer::NoteExported(_)).then_some(())
    });
    assert!(std::fs::read(&file).unwrap().starts_with(b"%PDF"));
}
