//! Workers: greeted, asked, cancelled, killed, restarted within a budget; every request ends exactly once.

#![allow(clippy::unwrap_used, clippy::panic)]

use gyeot::adapters::workers::{InProcess, Process, RESTART_BUDGET, Worker};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::ports::engine::{EngineError, LanguageEngine, SpeechEngine};
use gyeot::ports::engines::Kind;
use gyeot::protocol::{Answer, Ask, Decode, Load, Pass};
use gyeot::worker::scripted::{ScriptedLanguage, ScriptedSpeech};
use gyeot::worker::{Engine, Fate};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

fn decode() -> Decode {
    Decode { language: Lang::Ko, prompt: None, pass: Pass::Quick }
}

fn load() -> Load {
    Load { path: "none".into(), threads: 1, context: 0, embedding: false, adapter: None, gpu_layers: None }
}

fn scripted(lines: &'static [&'static str]) -> Worker {
    Worker::start(Box::new(InProcess::new(Kind::Asr, move || ScriptedSpeech::new(lines.iter().copied())))).unwrap()
}

/// A worker program that misbehaves as the shell script says.
fn rogue(dir: &tempfile::TempDir, script: &str) -> Process {
    let path: PathBuf = dir.path().join("rogue");
    let mut f = std::fs::File::create(&path).unwrap();
    write!(f, "#!/bin/sh\n{script}\n").unwrap();
    f.set_permissions(std::fs::Permissions::from_mode(0o755)).unwrap();
    drop(f);
    Process::with_program(Kind::Asr, path, None)
}

#[test]
fn a_scripted_engine_answers_through_the_same_frames_in_order() {
    let mut w = scripted(&["안녕하세요 선생님", "두 번째"]);
    assert_eq!(SpeechEngine::load(&mut w, load()).unwrap(), "scripted");
    let mut partials = Vec::new();
    let first = w.decode(decode(), &[0; 1600], &mut |t| partials.push(t.reveal().to_owned())).unwrap();
    assert_eq!(first.text.reveal(), "안녕하세요 선생님");
    assert_eq!(partials, ["안녕하세요"]);
    assert_eq!(w.decode(decode(), &[], &mut |_| {}).unwrap().text.reveal(), "두 번째");
    assert_eq!(w.decode(decode(), &[], &mut |_| {}).unwrap().text.reveal(), "");
}

#[test]
fn embeddings_of_the_scripted_engine_are_unit_vectors_and_like_texts_are_near() {
    let mut w = Worker::start(Box::new(InProcess::new(Kind::Llm, || ScriptedLanguage))).unwrap();
    let texts: Vec<ClientText> =
        ["잠이 안 와요", "잠이 통 안 와요", "술을 마셔요"].into_iter().map(ClientText::new).collect();
    let v = w.embed(&texts).unwrap();
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    assert!((dot(&v[0], &v[0]) - 1.0).abs() < 1e-5);
    assert!(dot(&v[0], &v[1]) > dot(&v[0], &v[2]));
}

#[test]
fn a_worker_of_the_other_kind_is_refused_with_a_remedy() {
    let got = Worker::start(Box::new(InProcess::new(Kind::Llm, || ScriptedSpeech::new(["x"]))));
    assert!(matches!(got.err(), Some(EngineError::Version { .. })));
}

#[test]
fn a_program_that_is_not_there_is_said_to_be_absent() {
    let p = Process::with_program(Kind::Asr, "/nonexistent/gyeot-asr".into(), None);
    assert!(matches!(Worker::start(Box::new(p)).err(), Some(EngineError::Absent { .. })));
}

#[test]
fn a_worker_that_dies_before_hello_is_said_to_have_died_and_how() {
    let dir = tempfile::tempdir().unwrap();
    match Worker::start(Box::new(rogue(&dir, "exit 7"))).err() {
        Some(EngineError::Died { how, .. }) => assert_eq!(how.to_string(), "exit code 7"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_illegal_instruction_is_named_and_the_remedy_is_a_portable_build() {
    use gyeot::domain::explain::Explain;
    let dir = tempfile::tempdir().unwrap();
    let fault = Worker::start(Box::new(rogue(&dir, "kill -ILL $$"))).err().unwrap();
    assert!(matches!(fault, EngineError::Illegal { .. }), "{fault:?}");
    assert!(fault.hint().to_string().contains("CPU=portable"));
}

#[test]
fn a_worker_that_talks_nonsense_is_refused_and_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let fault = Worker::start(Box::new(rogue(&dir, "yes | head -c 100000; exec sleep 60"))).err().unwrap();
    assert!(
        matches!(fault, EngineError::Died { .. } | EngineError::Hung { .. } | EngineError::Version { .. }),
        "{fault:?}"
    );
}

/// Dies on the first `deaths` requests of its life as a program, each time as a whole worker.
struct Mortal {
    deaths: Arc<AtomicU32>,
}

impl Engine for Mortal {
    fn name(&self) -> &'static str {
        "asr"
    }
    fn answer(
        &mut self,
        ask: Ask,
        tail: Vec<u8>,
        context: &gyeot::worker::serve::RequestContext<'_>,
    ) -> Result<Answer, Fate> {
        if matches!(ask, Ask::Decode(_))
            && self.deaths.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |d| d.checked_sub(1)).is_ok()
        {
            panic!("killed on purpose");
        }
        ScriptedSpeech::new(["살아 있어요"]).answer(ask, tail, context)
    }
}

fn mortal(deaths: u32) -> Worker {
    let left = Arc::new(AtomicU32::new(deaths));
    Worker::start(Box::new(InProcess::new(Kind::Asr, move || Mortal { deaths: Arc::clone(&left) }))).unwrap()
}

#[test]
fn a_worker_that_dies_once_is_restarted_gets_its_model_again_and_answers() {
    let mut w = mortal(1);
    SpeechEngine::load(&mut w, load()).unwrap();
    assert_eq!(w.decode(decode(), &[], &mut |_| {}).unwrap().text.reveal(), "살아 있어요");
    assert_eq!(w.restarts(), 1);
}

#[test]
fn a_worker_that_keeps_dying_uses_up_its_budget_and_is_then_left_alone() {
    let mut w = mortal(1000);
    let mut faults = Vec::new();
    for _ in 0..8 {
        faults.push(w.decode(decode(), &[], &mut |_| {}).unwrap_err());
    }
    assert_eq!(w.restarts(), RESTART_BUDGET);
    assert!(matches!(faults.last(), Some(EngineError::Degraded { .. })), "{faults:?}");
}

/// Works in slices until it is cancelled.
struct Slow;

impl Engine for Slow {
    fn name(&self) -> &'static str {
        "asr"
    }
    fn answer(
        &mut self,
        _ask: Ask,
        _tail: Vec<u8>,
        context: &gyeot::worker::serve::RequestContext<'_>,
    ) -> Result<Answer, Fate> {
        while !context.cancelled() {
            std::thread::sleep(Duration::from_millis(5));
        }
        Err(Fate::Cancelled)
    }
}

#[test]
fn a_cancel_from_another_thread_ends_the_request_and_the_worker_goes_on() {
    let mut w = Worker::start(Box::new(InProcess::new(Kind::Asr, || Slow))).unwrap();
    for _ in 0..2 {
        let canceller = w.canceller();
        let t = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            canceller.cancel();
        });
        assert_eq!(w.decode(decode(), &[], &mut |_| {}).unwrap_err(), EngineError::Cancelled);
        t.join().unwrap();
    }
    assert_eq!(w.restarts(), 0);
}

/// Sends far more partials than the channel holds.
struct Flood;

impl Engine for Flood {
    fn name(&self) -> &'static str {
        "asr"
    }
    fn answer(
        &mut self,
        ask: Ask,
        tail: Vec<u8>,
        context: &gyeot::worker::serve::RequestContext<'_>,
    ) -> Result<Answer, Fate> {
        for n in 0..5000 {
            context.partial(&format!("말 {n}"));
        }
        ScriptedSpeech::new(["끝"]).answer(ask, tail, context)
    }
}

#[test]
fn a_flood_of_partials_is_dropped_and_the_answer_is_not() {
    let mut w = Worker::start(Box::new(InProcess::new(Kind::Asr, || Flood))).unwrap();
    assert_eq!(
        w.decode(decode(), &[], &mut |_| std::thread::sleep(Duration::from_micros(50))).unwrap().text.reveal(),
        "끝"
    );
}
