//! A running session with scripted engines and a list for a vault: what was heard is kept, whatever fails.

#![allow(clippy::unwrap_used, clippy::panic)]

use gyeot::adapters::workers::{InProcess, Kind, Worker};
use gyeot::adapters::{audio_file, shipped};
use gyeot::domain::fault::Fault;
use gyeot::domain::ids::{RecordId, SessionId};
use gyeot::domain::lang::Lang;
use gyeot::domain::record::Body;
use gyeot::domain::suggestion::{Dropped, PromptRef, RationaleFrom, RiskCue, Suggestion, Suggestions};
use gyeot::domain::time::Timestamp;
use gyeot::domain::transcript::{ModelRef, Transcript};
use gyeot::ports::engine::SpeechEngine;
use gyeot::ports::keeper::{Adviser, Keeper};
use gyeot::runtime::session::follow::{Outcome, follow};
use gyeot::runtime::session::{Advise, Parts, start};
use gyeot::worker::scripted::ScriptedSpeech;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Keeps into a list; the first `refusals` writes fail as a full disk would.
struct List {
    kept: Arc<Mutex<Vec<Body>>>,
    refusals: u32,
}

impl Keeper for List {
    fn keep(&mut self, bodies: &[Body]) -> Result<Vec<RecordId>, Fault> {
        if self.refusals > 0 {
            self.refusals -= 1;
            return Err(Fault::failed("the disk is full", "make room"));
        }
        let mut kept = self.kept.lock().unwrap();
        kept.extend_from_slice(bodies);
        let first = kept.len() - bodies.len();
        Ok((first..kept.len()).map(|n| RecordId([n as u8; 16])).collect())
    }
    fn end(&mut self, _how: &'static str) -> Result<(), Fault> {
        Ok(())
    }
}

/// Suggests one card, whatever was said.
struct One;

impl Adviser for One {
    fn advise(
        &mut self,
        _: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, Fault> {
        progress(1, 1);
        Ok(Suggestions {
            schema: gyeot::domain::suggestion::SCHEMA.into(),
            model: ModelRef { id: "scripted".into(), sha256: String::new() },
            prompt: PromptRef { id: "directions".into(), version: "1".into() },
            suggestions: vec![Suggestion {
                technique: "safety-planning".into(),
                title: "t".into(),
                rationale: "r".into(),
                rationale_from: RationaleFrom::Card,
                ai: true,
                evidence: Vec::new(),
                confidence: 0.5,
            }],
            dropped: Dropped::default(),
            risk_cues: cues.to_vec(),
        })
    }
    fn stopper(&self) -> Box<dyn Fn() + Send> {
        Box::new(|| {})
    }
}

fn parts(kept: &Arc<Mutex<Vec<Body>>>, refusals: u32, speech: Option<Box<dyn SpeechEngine>>, advise: Advise) -> Parts {
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech/jfk.wav");
    Parts {
        session: SessionId([7; 16]),
        started: Timestamp(0),
        language: Lang::Ko,
        sound: audio_file::open(&sound).unwrap(),
        speech,
        speech_model: None,
        filter: shipped::speech_filter().unwrap(),
        rules: shipped::risk_rules().unwrap(),
        voices: None,
        adviser: (advise != Advise::Never).then(|| Box::new(One) as Box<dyn Adviser>),
        advise,
        keeper: Box::new(List { kept: Arc::clone(kept), refusals }),
    }
}

fn scripted() -> Option<Box<dyn SpeechEngine>> {
    let lines = [
        "가끔은 그냥 깨어나지 않았으면 좋겠다는 생각이 들어요.",
        "요즘 잠을 거의 못 자요.",
        "네 그래요 정말요.",
        "그냥 누워만 있어요.",
    ];
    Some(Box::new(Worker::start(Box::new(InProcess::new(Kind::Asr, move || ScriptedSpeech::new(lines)))).unwrap()))
}

fn run(parts: Parts) -> (Outcome, Vec<String>) {
    let mut order = Vec::new();
    let outcome = follow(start(parts), &mut |event| {
        order.push(format!("{event:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned());
    });
    (outcome, order)
}

#[test]
fn every_utterance_and_every_cue_is_kept_and_the_whole_transcript_comes_last() {
    let kept = Arc::default();
    let (outcome, order) = run(parts(&kept, 0, scripted(), Advise::AtTheEnd));
    assert!(outcome.saved && outcome.troubles.is_empty(), "{:?}", outcome.troubles);
    assert_eq!((order.first().unwrap().as_str(), order.last().unwrap().as_str()), ("Started", "Ended"));
    assert!(!outcome.utterances.is_empty());
    assert_eq!(outcome.cues.len(), 1, "the first scripted line is one of danger");
    assert_eq!(outcome.advice.unwrap().risk_cues, outcome.cues, "an adviser hands the cues on untouched");
    let kept = kept.lock().unwrap();
    let sealed: usize =
        kept.iter().map(|b| if let Body::Utterances { utterances } = b { utterances.len() } else { 0 }).sum();
    assert_eq!(sealed, outcome.utterances.len());
    assert!(kept.iter().any(|b| matches!(b, Body::RiskCue { .. })));
    let Some(Body::Transcript { transcript, .. }) = kept.last() else { panic!("no transcript at the end") };
    assert_eq!(transcript.utterances, outcome.utterances);
}

#[test]
fn a_disk_that_is_full_for_a_while_loses_nothing_and_is_said() {
    let kept = Arc::default();
    let (outcome, _) = run(parts(&kept, 2, scripted(), Advise::Never));
    assert!(outcome.saved);
    assert!(!outcome.troubles.is_empty());
    let sealed = kept.lock().unwrap().iter().filter(|b| matches!(b, Body::Utterances { .. })).count();
    assert_eq!(sealed, outcome.utterances.len());
}

#[test]
fn a_disk_that_stays_full_ends_the_session_unsaved_and_says_so() {
    let (outcome, order) = run(parts(&Arc::default(), u32::MAX, scripted(), Advise::Never));
    assert!(!outcome.saved);
    assert!(!order.iter().any(|o| o == "Saved"), "saved is never said of what is not on disk");
}

#[test]
fn without_a_speech_engine_every_stretch_of_voice_is_a_gap_and_the_session_ends_well() {
    let kept = Arc::default();
    let (outcome, _) = run(parts(&kept, 0, None, Advise::Never));
    assert!(outcome.saved && outcome.utterances.is_empty());
    assert!(!outcome.gaps.is_empty());
    assert_eq!(kept.lock().unwrap().iter().filter(|b| matches!(b, Body::Gap { .. })).count(), outcome.gaps.len());
}
