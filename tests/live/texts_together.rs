//! Several texts in one request: each is handed on as soon as it is written, once, whatever becomes of the worker, and nothing is written
//! that nobody wants.

use gyeot::adapters::workers::{InProcess, Worker};
use gyeot::domain::practice::text::ClientText;
use gyeot::ports::engine::{EngineError, LanguageEngine};
use gyeot::ports::engines::Kind;
use gyeot::protocol::message::Part;
use gyeot::protocol::{Answer, Ask, Judge, Judged, Load, Write, Written};
use gyeot::worker::serve::RequestContext;
use gyeot::worker::{Engine, Fate};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Asks for the text that is its only part.
fn asked(texts: &[&str]) -> Vec<Write> {
    let part = |text: &&str| Part { text: ClientText::new(text), trusted: true };
    texts.iter().map(|text| Write { parts: vec![part(text)], grammar: None, max_tokens: 9 }).collect()
}

fn said(text: &str) -> Written {
    Written { text: ClientText::new(text), prompt_tokens: 1, tokens: 1, finished: true }
}

/// Says what it is asked for, the last text first; refuses one called `strange`. Dies once when it has told two.
struct Backwards {
    deaths: Arc<AtomicU32>,
    told: Arc<AtomicU32>,
}

impl Engine for Backwards {
    fn name(&self) -> &'static str {
        "llm"
    }
    fn answer(&mut self, ask: Ask, _: Vec<u8>, context: &RequestContext<'_>) -> Result<Answer, Fate> {
        let Ask::WriteTogether { texts } = ask else { return Err(Fate::Cancelled) };
        let mut written = vec![None; texts.len()];
        for (place, text) in texts.iter().enumerate().rev() {
            let text = text.parts[0].text.reveal();
            if text == "strange" {
                continue;
            }
            context.wrote(place, &said(text));
            written[place] = Some(said(text));
            self.told.fetch_add(1, Ordering::SeqCst);
            if place + 2 == texts.len()
                && self.deaths.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |d| d.checked_sub(1)).is_ok()
            {
                panic!("killed on purpose");
            }
            for _ in 0..20 {
                std::thread::sleep(Duration::from_millis(5));
                if context.cancelled() {
                    return Err(Fate::Cancelled);
                }
            }
        }
        Ok(Answer::WrittenTogether { texts: written })
    }
}

fn worker(deaths: u32) -> (Worker, Arc<AtomicU32>) {
    let (deaths, told) = (Arc::new(AtomicU32::new(deaths)), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&told);
    let make = move || Backwards { deaths: Arc::clone(&deaths), told: Arc::clone(&counted) };
    (Worker::start(Box::new(InProcess::new(Kind::Llm, make))).unwrap(), told)
}

fn written(engine: &mut dyn LanguageEngine, texts: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut keep = |place, text: Written| {
        found.push((place, text.text.reveal().to_owned()));
        true
    };
    engine.write_together(asked(texts), &mut keep).unwrap();
    found
}

#[test]
fn texts_are_handed_on_in_the_order_in_which_they_are_written_and_a_refused_one_is_left_out() {
    let (mut worker, _) = worker(0);
    let found = written(&mut worker, &["one", "strange", "three"]);
    assert_eq!(found, [(2, "three".to_owned()), (0, "one".to_owned())]);
    assert!(written(&mut worker, &[]).is_empty());
}

#[test]
fn a_worker_that_is_started_anew_hands_nothing_on_twice() {
    let (mut worker, told) = worker(1);
    let found = written(&mut worker, &["one", "two", "three"]);
    assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!((worker.restarts(), told.load(Ordering::SeqCst)), (1, 5), "two were written twice");
}

#[test]
fn what_nobody_wants_any_more_is_not_written() {
    let (mut worker, told) = worker(0);
    let mut first = Vec::new();
    let texts = ["one"; 50];
    let end = worker.write_together(asked(&texts), &mut |place, _| {
        first.push(place);
        false
    });
    assert_eq!(end, Err(EngineError::Cancelled));
    assert!(told.load(Ordering::SeqCst) < 10, "{told:?}");
    assert_eq!((first[0], worker.restarts()), (49, 0));
}

/// Writes one text at a time.
struct OneByOne(usize);

impl LanguageEngine for OneByOne {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok(String::new())
    }
    fn embed(&mut self, _: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn judge(&mut self, _: Judge) -> Result<Judged, EngineError> {
        Err(EngineError::Cancelled)
    }
    fn write(&mut self, write: Write) -> Result<Written, EngineError> {
        self.0 += 1;
        let text = write.parts[0].text.reveal();
        let strange = || gyeot::texts::verbatim("strange");
        if text == "strange" { Err(EngineError::Failed { what: strange(), hint: strange() }) } else { Ok(said(text)) }
    }
}

#[test]
fn an_engine_that_writes_one_at_a_time_keeps_the_same_promises() {
    let mut engine = OneByOne(0);
    let found = written(&mut engine, &["one", "strange", "three"]);
    assert_eq!(found, [(0, "one".to_owned()), (2, "three".to_owned())]);
    let mut engine = OneByOne(0);
    let end = engine.write_together(asked(&["one", "two", "three"]), &mut |place, _| place == 0);
    assert_eq!((end, engine.0), (Err(EngineError::Cancelled), 2));
}
