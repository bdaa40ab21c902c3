//! A note is made ready while its session runs: at the end nothing is compared again, no model is waited for longer than it may take,
//! and what was compared is forgotten with the consent.

use crate::note_templates::{Few, Pairs, data, loaded, talked};
use crate::stage::{consent, made};
use gyeot::adapters::shipped;
use gyeot::domain::advice::evidence::Evidence;
use gyeot::domain::model::ChatTemplate;
use gyeot::domain::note::revision::lines;
use gyeot::domain::note::statement::{Statement, Support};
use gyeot::domain::practice::consent::Scope;
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Span;
use gyeot::domain::transcript::{ModelRef, Speaker, Transcript};
use gyeot::live::note_draft::Drafter;
use gyeot::live::note_wording::Wordings;
use gyeot::live::session::engines::SessionAdviser;
use gyeot::live::suggest::Respondent;
use gyeot::ports::engine::{EngineError, LanguageEngine};
use gyeot::ports::engines::Loaded;
use gyeot::ports::keeper::DirectionEngines;
use gyeot::protocol::{Judge, Judged, Load, Write, Written};
use gyeot::service::note_drafts;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const TALK: [(&str, &str); 4] = [
    ("counsellor", "요즘 어떻게 지내셨어요?"),
    ("client", "밤에 몇 번씩 깨서 잠을 설치고 아침에 못 일어나요."),
    ("client", "입맛이 없어서 밥을 거의 못 먹어요."),
    ("client", "이번 주에 하루 십 분씩 걸어 볼게요."),
];

#[test]
fn what_was_compared_of_a_session_is_not_compared_again_and_is_forgotten_with_the_consent() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let session = talked(&vault, &TALK);
    let soap = || data(shipped::note_format("soap").unwrap());
    let (first, _) =
        note_drafts::draft(&vault, session, soap(), &Few(Some(|| Box::new(Pairs))), false, Lang::Ko).unwrap();
    let of = |note| lines(note).map(|l| l.text.reveal().to_owned()).collect::<Vec<_>>();
    assert!(of(&first.note).iter().any(|l| l.contains("잠을 설치고")), "{:?}", of(&first.note));

    let (again, without) = note_drafts::draft(&vault, session, soap(), &Few(None), true, Lang::Ko).unwrap();
    assert_eq!(of(&again.note), of(&first.note), "no engine is there, and none is needed");
    assert!(without.is_none());

    let code = vault.sessions(None).unwrap().remove(0).code;
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let (facts, without) = note_drafts::draft(&vault, session, soap(), &Few(None), true, Lang::Ko).unwrap();
    assert!(without.is_some() && !of(&facts.note).iter().any(|l| l.contains("잠을 설치고")));
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();
    let (_, without) = note_drafts::draft(&vault, session, soap(), &Few(None), true, Lang::Ko).unwrap();
    assert!(without.is_some(), "it was forgotten when the client took the consent back");
}

fn heard(lines: &[&str]) -> Transcript {
    let mut t = Transcript::empty(Lang::Ko);
    for (n, text) in (0u64..).zip(lines) {
        let span = Span { start_ms: n * 1000, end_ms: n * 1000 + 900 };
        t.add(span, Speaker::Client, ClientText::new(text), None);
    }
    t
}

fn chat() -> ChatTemplate {
    let none = String::new;
    ChatTemplate {
        system_start: none(),
        system_end: none(),
        user_start: none(),
        user_end: none(),
        assistant_start: none(),
        assistant_end: none(),
    }
}

#[test]
fn while_people_speak_each_line_is_compared_for_the_note() {
    let compared = gyeot::live::note_draft::SharedCompared::default();
    let drafter = || {
        let (kinds, retraction) = (shipped::note_kinds().unwrap(), shipped::retraction_rules().unwrap());
        Drafter::new(kinds, retraction, Lang::Ko).with(Arc::clone(&compared))
    };
    let mut language = loaded(Pairs);
    language.manifest.chat = Some(chat());
    let cards = (shipped::technique_library().unwrap(), shipped::direction_heads().unwrap());
    let tasks = (shipped::judge_task("directions").unwrap(), shipped::write_task("rationale").unwrap());
    let mut adviser =
        SessionAdviser::new(loaded(Pairs), language, cards, tasks, Lang::Ko).unwrap().with_note(drafter());
    let (first, both) =
        (heard(&["밤에 자꾸 깨서 힘들어요."]), heard(&["밤에 자꾸 깨서 힘들어요.", "밥을 거의 못 먹어요."]));

    assert!(drafter().prepared(&heard(&[])).is_none());
    adviser.begin(Lang::Ko);
    assert!(drafter().prepared(&heard(&[])).is_some() && drafter().prepared(&first).is_none());
    // Whatever becomes of the directions: these engines answer no question.
    let _ = adviser.advise(&first, &[], &mut |_, _| {});
    assert!(drafter().prepared(&first).is_none(), "directions do not wait for the note");
    adviser.meanwhile(&first);
    assert!(drafter().prepared(&first).is_some() && drafter().prepared(&both).is_none());
    adviser.meanwhile(&both);
    assert_eq!(drafter().prepared(&both), Some(loaded(Pairs).model));
}

/// Words the first statement, and the second never: it waits until it is stopped.
struct Slow(u32, Receiver<()>);

impl LanguageEngine for Slow {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok(String::new())
    }
    fn embed(&mut self, _: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn judge(&mut self, _: Judge) -> Result<Judged, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn write(&mut self, _: Write) -> Result<Written, EngineError> {
        self.0 += 1;
        if self.0 > 1 {
            let _ = self.1.recv();
            return Err(EngineError::Cancelled);
        }
        let text = ClientText::new("내담자는 요즘 거의 잠을 못 잔다고 말함.");
        Ok(Written { text, prompt_tokens: 1, tokens: 1, finished: true })
    }
}

#[test]
fn a_model_that_is_slow_is_waited_for_no_longer_than_the_file_says_and_the_words_that_were_said_stand() {
    let mut wording = shipped::note_wording().unwrap();
    assert!((1..=6).contains(&wording.draft_seconds), "a draft is there within ten seconds");
    wording.draft_seconds = 1;
    let wordings = Wordings { wording, check: shipped::note_check().unwrap() };
    let by =
        Respondent { model: ModelRef { id: "m".into(), sha256: "0".repeat(64) }, chat: chat(), parameters_m: None };
    let said = ["요즘 거의 잠을 못 자요.", "밥을 거의 못 먹어요."];
    let t = heard(&said);
    let form = |text: &str| format!("“{text}”라고 호소함.");
    let mut all: Vec<Statement> = (1u32..)
        .zip(said)
        .map(|(n, text)| Statement {
            section: "subjective".into(),
            about: "complaint".into(),
            text: ClientText::new(&form(text)),
            evidence: vec![Evidence { utterance: UtteranceId(n), quote: ClientText::new(text) }],
            support: Support::Supported,
            retracted_by: None,
            heard: None,
            supported: None,
        })
        .collect();
    let (told, stopped) = channel();
    let engine = Loaded {
        stop: Arc::new(move || {
            let _ = told.send(());
        }),
        ..loaded(Slow(0, stopped))
    };
    let begun = Instant::now();
    assert_eq!(wordings.reword(&mut all, &t, None, &by, engine, begun), [0]);
    let took = begun.elapsed();
    assert!((Duration::from_millis(900)..Duration::from_secs(6)).contains(&took), "{took:?}");
    assert!(all[0].text.reveal().starts_with("내담자는"), "what was there in time is taken");
    assert_eq!(all[1].text.reveal(), form(said[1]));
}
