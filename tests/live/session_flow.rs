//! A running session with scripted engines and a list for a vault: what was heard is kept, whatever fails.

#![allow(clippy::unwrap_used, clippy::panic)]

use gyeot::adapters::audio_file;
use gyeot::adapters::shipped;
use gyeot::adapters::workers::{InProcess, Worker};
use gyeot::app::session_event::{SessionCommand, SessionEvent};
use gyeot::domain::advice::suggestion::{Dropped, PromptRef, RationaleFrom, RiskCue, Suggestion, Suggestions};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::ids::{RecordId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::Body;
use gyeot::domain::transcript::{ModelRef, Transcript};
use gyeot::live::session::follow::{Outcome, follow};
use gyeot::live::session::start;
use gyeot::live::session::{Advise, Parts};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, SpeechEngine};
use gyeot::ports::engines::Kind;
use gyeot::ports::keeper::{DirectionEngines, Keeper, Released};
use gyeot::protocol::{Decode, Decoded, Load, Pass};
use gyeot::speech::window::Word;
use gyeot::texts::verbatim;
use gyeot::worker::scripted::ScriptedSpeech;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex};

/// Keeps into a list; the first `refusals` writes fail as a full disk would.
struct List {
    kept: Arc<Mutex<Vec<Body>>>,
    refusals: u32,
    /// What the client lets the session do, and what from the first write on that holds what is named.
    released: Arc<Mutex<Released>>,
    changes: Option<(&'static str, Released)>,
    how: Arc<Mutex<Option<&'static str>>>,
}

impl List {
    fn of(kept: &Arc<Mutex<Vec<Body>>>, refusals: u32) -> Self {
        let released = Arc::new(Mutex::new(Released::WordsAndAdvice));
        List { kept: Arc::clone(kept), refusals, released, changes: None, how: Arc::default() }
    }
}

impl Keeper for List {
    fn released(&mut self) -> Result<Released, ErrorReport> {
        Ok(*self.released.lock().unwrap())
    }
    fn keep(&mut self, bodies: &[Body]) -> Result<Vec<RecordId>, ErrorReport> {
        if self.refusals > 0 {
            self.refusals -= 1;
            return Err(ErrorReport::failed(verbatim("the disk is full"), verbatim("make room")));
        }
        if let Some((_, to)) = self.changes.take_if(|(on, _)| bodies.iter().any(|b| b.kind() == *on)) {
            *self.released.lock().unwrap() = to;
            return Err(ErrorReport::failed(verbatim("the consent was taken back"), verbatim("-")));
        }
        let mut kept = self.kept.lock().unwrap();
        kept.extend_from_slice(bodies);
        let first = kept.len() - bodies.len();
        Ok((first..kept.len()).map(|n| RecordId([n as u8; 16])).collect())
    }
    fn end(&mut self, how: &'static str, _: u64) -> Result<(), ErrorReport> {
        *self.how.lock().unwrap() = Some(how);
        Ok(())
    }
}

/// Suggests one card, whatever was said. While it reads, consents may be taken back.
#[derive(Default)]
struct One {
    asked: Arc<AtomicU32>,
    takes_back: Option<(Arc<Mutex<Released>>, Released)>,
}

impl DirectionEngines for One {
    fn advise(
        &mut self,
        _: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, ErrorReport> {
        progress(1, 1);
        self.asked.fetch_add(1, Ordering::SeqCst);
        if let Some((released, to)) = &self.takes_back {
            *released.lock().unwrap() = *to;
        }
        Ok(Suggestions {
            schema: gyeot::domain::advice::suggestion::SCHEMA.into(),
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
            made_from: None,
        })
    }
    fn stopper(&self) -> Box<dyn Fn() + Send> {
        Box::new(|| {})
    }
}

pub fn parts(
    kept: &Arc<Mutex<Vec<Body>>>,
    refusals: u32,
    speech: Option<Box<dyn SpeechEngine>>,
    advise: Advise,
) -> Parts {
    let sound = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech/jfk.wav");
    Parts {
        session: SessionId([7; 16]),
        started: Timestamp(0),
        language: Lang::Ko,
        sound: audio_file::open(&sound).unwrap(),
        speech,
        likely_words: Default::default(),
        speech_model: None,
        filter: shipped::speech_filter().unwrap(),
        rules: shipped::risk_rules().unwrap(),
        voices: None,
        people: 2,
        direction_engines: (advise != Advise::Never).then(|| Box::new(One::default()) as Box<dyn DirectionEngines>),
        advise,
        keeper: Box::new(List::of(kept, refusals)),
        recorder_feed: None,
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

/// A speech engine that says these lines.
pub fn speech(lines: &'static [&'static str]) -> Option<Box<dyn SpeechEngine>> {
    let make = move || ScriptedSpeech::new(lines.iter().copied());
    Some(Box::new(Worker::start(Box::new(InProcess::new(Kind::Asr, make))).unwrap()))
}

/// Runs a session to its end; `on` sees each event and may send commands.
pub fn run_with(parts: Parts, on: &mut dyn FnMut(&SessionEvent, &SyncSender<SessionCommand>)) -> Outcome {
    let running = start(parts);
    let commands = running.commands.clone();
    follow(running, &mut |event| on(event, &commands))
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

/// A file that comes like a microphone.
struct Live(Box<dyn Sound>);

impl Sound for Live {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        self.0.read(into)
    }
    fn is_live(&self) -> bool {
        true
    }
}

/// Hears danger in every utterance, and on second thoughts something harmless.
struct SecondThoughts;

impl SpeechEngine for SecondThoughts {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok("second thoughts".into())
    }
    fn decode(&mut self, how: Decode, pcm: &[i16], _: &mut dyn FnMut(&ClientText)) -> Result<Decoded, EngineError> {
        let word = |n: usize| Word {
            start_ms: n as u32 * 500,
            end_ms: n as u32 * 500 + 400,
            text: ClientText::new("등산"),
            confidence: 0.8,
            opens: false,
        };
        let (text, words) = match how.pass {
            Pass::Quick => ("깨어나지 않았으면 좋겠다는 생각이 들어요.", Vec::new()),
            Pass::Window => ("", (0..pcm.len() / 8_000).map(word).collect()),
        };
        let (text, confidence, no_speech) = (ClientText::new(text), Some(0.9), Some(0.01));
        Ok(Decoded { text, confidence, no_speech, words, decoded_twice: false, cpu_ms: 1 })
    }
}

#[test]
fn a_revised_utterance_keeps_its_id_and_its_risk_cues_and_is_sealed_again() {
    let kept = Arc::default();
    let mut parts = parts(&kept, 0, Some(Box::new(SecondThoughts)), Advise::Never);
    parts.sound = Box::new(Live(parts.sound));
    let (outcome, order) = run(parts);
    assert!(outcome.saved && outcome.troubles.is_empty(), "{:?}", outcome.troubles);
    let count = |what: &str| order.iter().filter(|o| *o == what).count();
    assert_eq!((count("Heard"), count("Revised")), (outcome.utterances.len(), outcome.utterances.len()));
    assert!(outcome.utterances.iter().all(|u| u.text.reveal().starts_with("등산")), "{:?}", outcome.utterances);
    assert_eq!(outcome.cues.len(), outcome.utterances.len(), "what a rule found stays found");
    let kept = kept.lock().unwrap();
    let Some(Body::Transcript { transcript, .. }) = kept.last() else { panic!("no transcript at the end") };
    assert_eq!(transcript.utterances, outcome.utterances);
    // A session that was killed before its end is put together from the records of its utterances.
    let mut so_far = Transcript::empty(Lang::Ko);
    for body in kept.iter() {
        if let Body::Utterances { utterances } = body {
            utterances.iter().for_each(|u| so_far.restore(u.clone()));
        }
    }
    assert_eq!(so_far.utterances, transcript.utterances);
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

fn words(kept: &[Body]) -> usize {
    kept.iter().map(|b| if let Body::Utterances { utterances } = b { utterances.len() } else { 0 }).sum()
}

#[test]
fn a_consent_to_ai_that_is_taken_back_while_a_model_reads_loses_no_word_and_keeps_none_of_the_models() {
    let kept = Arc::default();
    let list = List::of(&kept, 0);
    let (asked, how) = (Arc::new(AtomicU32::new(0)), Arc::clone(&list.how));
    let takes_back = Some((Arc::clone(&list.released), Released::Words));
    let direction_engines: Box<dyn DirectionEngines> = Box::new(One { asked: Arc::clone(&asked), takes_back });
    let all = Parts {
        direction_engines: Some(direction_engines),
        keeper: Box::new(list),
        ..parts(&kept, 0, scripted(), Advise::Throughout)
    };
    let (outcome, _) = run(all);
    assert!(outcome.saved && outcome.troubles.is_empty(), "{:?}", outcome.troubles);
    assert!(outcome.advice.is_none(), "what was worked out over words no longer released is not shown");
    assert_eq!(asked.load(Ordering::SeqCst), 1, "and no model is asked again");
    assert_eq!(*how.lock().unwrap(), Some("ended"));
    let kept = kept.lock().unwrap();
    assert_eq!(words(&kept), outcome.utterances.len());
    assert!(!kept.iter().any(|b| matches!(b, Body::Suggestions { .. })));
    assert!(matches!(kept.last(), Some(Body::Transcript { .. })));
}

#[test]
fn a_group_that_is_refused_for_its_suggestions_holds_no_word_back() {
    let kept = Arc::default();
    let list = List { changes: Some(("suggestions", Released::Words)), ..List::of(&kept, 0) };
    let (outcome, _) = run(Parts { keeper: Box::new(list), ..parts(&kept, 0, scripted(), Advise::AtTheEnd) });
    assert!(outcome.saved && outcome.troubles.is_empty(), "{:?}", outcome.troubles);
    let kept = kept.lock().unwrap();
    assert_eq!(words(&kept), outcome.utterances.len());
    assert!(!kept.iter().any(|b| matches!(b, Body::Suggestions { .. })));
}

#[test]
fn a_session_whose_recording_is_taken_back_from_now_on_is_closed_with_what_it_has_and_that_is_no_loss() {
    for on in ["utterances", "suggestions", "transcript"] {
        let kept = Arc::default();
        let list = List { changes: Some((on, Released::Nothing)), ..List::of(&kept, 0) };
        let how = Arc::clone(&list.how);
        let (outcome, _) = run(Parts { keeper: Box::new(list), ..parts(&kept, 0, scripted(), Advise::AtTheEnd) });
        assert!(outcome.saved && outcome.troubles.is_empty(), "{on}: {:?}", outcome.troubles);
        assert_eq!(*how.lock().unwrap(), Some("withdrawn"), "{on}: nothing later finds it open");
        let kept = kept.lock().unwrap();
        assert!(!kept.iter().any(|b| b.kind() == on || matches!(b, Body::Transcript { .. })), "{on}");
        assert_eq!(words(&kept) > 0, on != "utterances", "{on}: what was kept before stays");
    }
}

#[test]
fn a_destroyed_session_ends_at_once_without_a_last_advice_and_writes_nothing_more() {
    let kept = Arc::default();
    let list = List { changes: Some(("utterances", Released::Destroyed)), ..List::of(&kept, 0) };
    let (how, asked) = (Arc::clone(&list.how), Arc::new(AtomicU32::new(0)));
    let direction_engines: Box<dyn DirectionEngines> = Box::new(One { asked: Arc::clone(&asked), takes_back: None });
    let all = Parts {
        direction_engines: Some(direction_engines),
        keeper: Box::new(list),
        ..parts(&kept, 0, scripted(), Advise::AtTheEnd)
    };
    let (outcome, _) = run(all);
    assert!(!outcome.saved && outcome.troubles.is_empty(), "{:?}", outcome.troubles);
    assert_eq!((asked.load(Ordering::SeqCst), *how.lock().unwrap()), (0, None));
    assert!(kept.lock().unwrap().is_empty());
}

/// Takes its time over the second question, until it is told to go on.
struct Slow {
    goes_on: std::sync::mpsc::Receiver<()>,
    inner: One,
}

impl DirectionEngines for Slow {
    fn advise(
        &mut self,
        transcript: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, ErrorReport> {
        let _ = self.goes_on.recv();
        self.inner.advise(transcript, cues, progress)
    }
    fn stopper(&self) -> Box<dyn Fn() + Send> {
        Box::new(|| {})
    }
}

#[test]
fn a_session_of_the_screen_is_closed_before_its_model_is_done_and_what_the_model_finds_then_is_kept_too() {
    use gyeot::app::session_event::SessionEvent;
    let kept: Arc<Mutex<Vec<Body>>> = Arc::default();
    let list = List::of(&kept, 0);
    let how = Arc::clone(&list.how);
    let (go_on, goes_on) = std::sync::mpsc::channel();
    let slow: Box<dyn DirectionEngines> = Box::new(Slow { goes_on, inner: One::default() });
    let all = Parts {
        direction_engines: Some(slow),
        keeper: Box::new(list),
        ..parts(&kept, 0, scripted(), Advise::Throughout)
    };
    let mut ended_first = false;
    let outcome = follow(start(all), &mut |event| match event {
        SessionEvent::Ended { saved } => {
            assert!(*saved);
            assert_eq!(*how.lock().unwrap(), Some("ended"));
            assert!(matches!(kept.lock().unwrap().last(), Some(Body::Transcript { .. })));
            ended_first = true;
            // Only now the model answers, each time it is asked.
            for _ in 0..8 {
                // It may be done before all are sent.
                let _ = go_on.send(());
            }
        }
        SessionEvent::Advice(_) => assert!(ended_first, "the session does not wait for the model"),
        _ => {}
    });
    assert!(outcome.saved && outcome.advice.is_some() && ended_first);
    assert!(matches!(kept.lock().unwrap().last(), Some(Body::Suggestions { .. })), "kept after the end");
}

/// Tells in which order directions and what is made ready beside them are done.
struct Ordered {
    done: Arc<Mutex<Vec<&'static str>>>,
    inner: One,
}

impl DirectionEngines for Ordered {
    fn advise(
        &mut self,
        transcript: &Transcript,
        cues: &[RiskCue],
        progress: &mut dyn FnMut(u32, u32),
    ) -> Result<Suggestions, ErrorReport> {
        self.done.lock().unwrap().push("asked");
        self.inner.advise(transcript, cues, progress)
    }
    fn meanwhile(&mut self, _: &Transcript) {
        // Whoever waits for directions has them by then.
        std::thread::sleep(std::time::Duration::from_millis(300));
        self.done.lock().unwrap().push("made ready");
    }
    fn stopper(&self) -> Box<dyn Fn() + Send> {
        Box::new(|| {})
    }
}

#[test]
fn directions_do_not_wait_for_what_is_made_ready_beside_them_but_the_end_leaves_nothing_undone() {
    let (kept, done) = (Arc::default(), Arc::default());
    let ordered: Box<dyn DirectionEngines> = Box::new(Ordered { done: Arc::clone(&done), inner: One::default() });
    let all = Parts { direction_engines: Some(ordered), ..parts(&kept, 0, scripted(), Advise::Throughout) };
    let told = Arc::clone(&done);
    let outcome = follow(start(all), &mut |event| {
        if matches!(event, SessionEvent::Advice(_)) {
            told.lock().unwrap().push("told");
        }
    });
    assert!(outcome.saved);
    let done = done.lock().unwrap();
    let last = done.iter().rposition(|d| *d == "asked").unwrap();
    assert_eq!(done[last..], ["asked", "made ready", "told"], "{done:?}");
    if last > 0 {
        assert_eq!(done[..2], ["asked", "told"], "{done:?}");
    }
}
