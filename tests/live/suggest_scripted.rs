//! The advisor over real frames with an engine that was written beforehand: what must hold whatever a model says.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use gyeot::adapters::shipped;
use gyeot::adapters::workers::{InProcess, Worker};
use gyeot::domain::advice::direction::SAFETY_CARD;
use gyeot::domain::advice::suggestion::{RationaleFrom, Suggestions};
use gyeot::domain::model::ChatTemplate;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::{ModelRef, Speaker, Transcript};
use gyeot::live::suggest::{Advisor, Engines, Respondent};
use gyeot::ports::engine::{EngineError, LanguageEngine};
use gyeot::ports::engines::Kind;
use gyeot::protocol::{Judge, Judged, Load, Write, Written};
use gyeot::worker::scripted::ScriptedLanguage;
use unicode_normalization::UnicodeNormalization;

fn demo(lang: Lang) -> Transcript {
    Transcript::parse(shipped::demo_session(lang).reference).unwrap()
}

fn respondent() -> Respondent {
    let chat = ChatTemplate {
        system_start: "<s>".into(),
        system_end: "</s>".into(),
        user_start: "<u>".into(),
        user_end: "</u>".into(),
        assistant_start: "<a>".into(),
        assistant_end: "</a>".into(),
    };
    Respondent { chat, model: ModelRef { id: "scripted".into(), sha256: "0".repeat(64) }, parameters_m: Some(7000) }
}

fn advisor(lang: Lang) -> Advisor {
    let library = shipped::technique_library().unwrap();
    let (directions, rationale) =
        (shipped::judge_task("directions").unwrap(), shipped::write_task("rationale").unwrap());
    Advisor::new(library, directions, rationale, lang, respondent())
}

fn worker() -> Worker {
    Worker::start(Box::new(InProcess::new(Kind::Llm, || ScriptedLanguage))).unwrap()
}

fn advise(advisor: &mut Advisor, transcript: &Transcript, language: &mut dyn LanguageEngine) -> Suggestions {
    let cues = shipped::risk_rules().unwrap().cues_in(transcript);
    let mut embedding = worker();
    let mut engines = Engines { embedding: &mut embedding, language };
    advisor.advise(transcript, cues, &mut engines, &mut |_| {}).unwrap()
}

/// Written anew on purpose: it does not use the program's own check.
fn stands_verbatim(transcript: &Transcript, utterance: u32, quote: &str) -> bool {
    let squeeze = |s: &str| s.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    !quote.trim().is_empty()
        && transcript.utterances.iter().any(|u| {
            u.id.0 == utterance
                && matches!(u.speaker, Speaker::Client | Speaker::Unknown)
                && squeeze(u.text.reveal()).contains(&squeeze(quote))
        })
}

/// Says a fixed margin to every question, counts them, and writes whatever it likes.
struct Stubborn {
    margin: f32,
    asked: usize,
    writes: &'static str,
}

impl LanguageEngine for Stubborn {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok(String::new())
    }
    fn embed(&mut self, texts: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        Ok(vec![vec![1.0]; texts.len()])
    }
    fn judge(&mut self, judge: Judge) -> Result<Judged, EngineError> {
        self.asked += judge.questions.len();
        // Long lines answer yes to every third question, so that something does, and not always about the same line.
        let long = |line: usize| judge.lines[line].reveal().chars().count() > 40;
        let yes = |n: usize, line: usize| if long(line) && n.is_multiple_of(3) { 3.0 } else { n as f32 * 0.01 };
        let answers = judge.questions.iter().enumerate().map(|(n, q)| self.margin + yes(n, q.line));
        Ok(Judged { margins: answers.collect() })
    }
    fn write(&mut self, _: Write) -> Result<Written, EngineError> {
        Ok(Written { text: ClientText::new(self.writes), prompt_tokens: 1, tokens: 1, finished: true })
    }
}

#[test]
fn every_quote_stands_verbatim_in_a_line_of_the_client() {
    for lang in [Lang::Ko, Lang::En] {
        let transcript = demo(lang);
        let found = advise(&mut advisor(lang), &transcript, &mut worker());
        assert!(!found.suggestions.is_empty());
        for s in &found.suggestions {
            assert!(s.ai && !s.evidence.is_empty(), "{}", s.technique);
            // What a rule found stands whoever the label names: a label is a model's guess.
            for e in s.evidence.iter().filter(|_| s.rationale_from != RationaleFrom::Rule) {
                assert!(stands_verbatim(&transcript, e.utterance.0, e.quote.reveal()), "{} {lang}", s.technique);
            }
        }
    }
}

#[test]
fn a_risk_cue_brings_up_the_safety_card_first_whatever_the_model_answers() {
    for (lang, margin) in [(Lang::Ko, -100.0), (Lang::En, -100.0), (Lang::Ko, f32::NAN), (Lang::En, 100.0)] {
        let transcript = demo(lang);
        let mut engine = Stubborn { margin, asked: 0, writes: "" };
        let found = advise(&mut advisor(lang), &transcript, &mut engine);
        assert!(!found.risk_cues.is_empty());
        let first = &found.suggestions[0];
        assert_eq!(first.technique.as_str(), SAFETY_CARD);
        assert_eq!((first.rationale_from, first.confidence), (RationaleFrom::Rule, 1.0));
        let cue = &found.risk_cues[0];
        assert!(first.evidence.iter().any(|e| e.utterance == cue.utterance));
    }
}

#[test]
fn the_risk_cues_of_the_rules_are_handed_on_untouched() {
    let transcript = demo(Lang::Ko);
    let by_rule = shipped::risk_rules().unwrap().cues_in(&transcript);
    let found = advise(&mut advisor(Lang::Ko), &transcript, &mut worker());
    assert_eq!(found.risk_cues, by_rule);
}

#[test]
fn a_second_call_asks_only_about_what_is_new() {
    let transcript = demo(Lang::En);
    let mut advisor = advisor(Lang::En);
    let mut engine = Stubborn { margin: 0.0, asked: 0, writes: "" };
    advise(&mut advisor, &transcript, &mut engine);
    let first = engine.asked;
    advise(&mut advisor, &transcript, &mut engine);
    assert!(first > 0);
    assert_eq!(engine.asked, first, "nothing was new");
}

#[test]
fn prose_that_diagnoses_or_quotes_gives_way_to_the_cards_own_words() {
    let transcript = demo(Lang::En);
    for bad in ["The client has a depressive disorder.", "The client said \"I never sleep\".", "", "Bananas."] {
        let mut engine = Stubborn { margin: 0.0, asked: 0, writes: bad };
        let found = advise(&mut advisor(Lang::En), &transcript, &mut engine);
        assert!(found.suggestions.len() > 1);
        assert!(found.suggestions.iter().all(|s| s.rationale_from != RationaleFrom::Model), "{bad}");
    }
}

#[test]
fn a_transcript_without_client_words_gets_no_suggestion_but_what_a_rule_found() {
    let mut transcript = demo(Lang::En);
    transcript.utterances.retain(|u| u.speaker == Speaker::Counsellor);
    let found = advise(&mut advisor(Lang::En), &transcript, &mut worker());
    assert!(found.suggestions.iter().all(|s| s.rationale_from == RationaleFrom::Rule));
    assert_eq!(found.suggestions.is_empty(), found.risk_cues.is_empty());
}
