//! How long a counsellor waits for a direction: from the end of a line to the directions that take it into account, at minute 5 and
//! at minute 50 of one session. `cargo bench --bench first_direction`, with `GYEOT_WORKERS` and `GYEOT_MODELS` where they lie
//! elsewhere. The way of the product: a vault, a session that hears live sound, voices, rules, and the real engines of the
//! directions. The sound is the English demo again and again; its words come from its reference and not from a speech engine, which
//! is measured elsewhere and does not know how long a session lasts. No line is said twice, so that nothing is remembered of it.
//! Exits with 1 where the ratio misses its target.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, missing_docs)]

#[path = "../stage/mod.rs"]
mod stage;

use gyeot::adapters::audio_file::AudioFile;
use gyeot::adapters::engines::Installed;
use gyeot::adapters::shipped;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session_event::{SessionCommand, SessionEvent};
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::Transcript;
use gyeot::live::session::{self, Advise, Running};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, SpeechEngine};
use gyeot::protocol::{Decode, Decoded, Load, Pass};
use gyeot::service::Scope;
use gyeot::service::prepare_session::{self, Request};
use stage::{consent, made};
use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The minutes that are compared, and what the wait at the later may be as a multiple of that at the earlier.
const MINUTES: [u64; 2] = [5, 50];
const TARGET: f64 = 1.25;
/// Waits measured at each.
const WAITS: usize = 9;
/// Sound given at a time: a tenth of a second.
const BLOCK: usize = 1_600;
/// How far the sound may run ahead of the words on the way to a minute, milliseconds.
const AHEAD_MS: u64 = 60_000;
/// No line comes after so much sound: the demo has no such pause.
const LINE_WITHIN_MS: u64 = 60_000;
/// When nothing was said for so long the engines have done what they were asked.
const QUIET: Duration = Duration::from_secs(2);
/// Directions for a line that come later than this are not coming: they are asked for after three lines.
const WAITED: Duration = Duration::from_millis(1_200);

/// Sound that comes like a microphone's, no further than it is let.
struct Given {
    pcm: Arc<Vec<i16>>,
    at: usize,
    /// Milliseconds.
    let_to: Arc<AtomicU64>,
}

impl Sound for Given {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        if self.at as u64 / 16 >= self.let_to.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(1));
            return Ok(Read::Some);
        }
        let from = self.at % self.pcm.len();
        let block = &self.pcm[from..(from + BLOCK).min(self.pcm.len())];
        into.extend_from_slice(block);
        self.at += block.len();
        Ok(Read::Some)
    }
    fn is_live(&self) -> bool {
        true
    }
}

/// Hears the lines of a script, each time with another number in it; the same sound again is the same line.
struct Script {
    lines: Vec<String>,
    heard: HashMap<Vec<i16>, String>,
}

impl SpeechEngine for Script {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok("script".into())
    }
    fn decode(&mut self, how: Decode, pcm: &[i16], _: &mut dyn FnMut(&ClientText)) -> Result<Decoded, EngineError> {
        let text = if how.pass == Pass::Window {
            String::new()
        } else {
            let n = self.heard.len();
            let line = || format!("{} I said that {n} days ago.", self.lines[n % self.lines.len()]);
            let head = pcm[..pcm.len().min(4_000)].to_vec();
            self.heard.entry(head).or_insert_with(line).clone()
        };
        let text = ClientText::new(&text);
        let words = Vec::new();
        Ok(Decoded { text, confidence: Some(0.9), no_speech: Some(0.01), words, decoded_twice: false, cpu_ms: 0 })
    }
}

/// A session that is led minute by minute.
struct Led {
    running: Running,
    let_to: Arc<AtomicU64>,
    lines: usize,
    last_ms: u64,
    /// When each line was over, by the number of lines up to it.
    over: HashMap<usize, Instant>,
    waits: Vec<f64>,
}

impl Led {
    /// Takes what the session says until nothing comes for so long; true when a line was heard.
    fn listen(&mut self, quiet: Duration, until_line: bool) -> bool {
        let mut heard = false;
        while let Ok(event) = self.running.events.recv_timeout(quiet) {
            match event {
                SessionEvent::Heard(line) => {
                    self.lines += 1;
                    self.last_ms = self.last_ms.max(line.end_ms);
                    heard = true;
                    if until_line {
                        break;
                    }
                }
                SessionEvent::Advice(found) => {
                    let seen = found.made_from.unwrap().speakers.chars().count();
                    self.waits.extend(self.over.remove(&seen).map(|over| over.elapsed().as_secs_f64()));
                }
                SessionEvent::Trouble(fault) => panic!("{}", fault.what.text(Lang::En)),
                _ => {}
            }
        }
        heard
    }

    /// Lets people speak up to a minute, as quickly as the session takes it, and waits until all is done.
    fn lead_to(&mut self, minute: u64) {
        while self.last_ms + 20_000 < minute * 60_000 {
            self.let_to.store((self.last_ms + AHEAD_MS).min(minute * 60_000), Ordering::SeqCst);
            self.listen(Duration::from_millis(200), true);
        }
        self.listen(QUIET, false);
    }

    /// Lets people speak line by line and measures the waits for directions; seconds, in order of size.
    fn waits(&mut self) -> Vec<f64> {
        self.waits.clear();
        self.over.clear();
        while self.waits.len() < WAITS {
            let from = self.let_to.load(Ordering::SeqCst);
            let mut end;
            loop {
                let now = self.let_to.fetch_add(100, Ordering::SeqCst);
                assert!(now < from + LINE_WITHIN_MS, "no line was heard");
                end = Instant::now();
                if self.listen(Duration::from_millis(20), true) {
                    break;
                }
            }
            self.over.insert(self.lines, end);
            self.listen(WAITED, false);
        }
        let mut waits = self.waits.clone();
        waits.sort_by(f64::total_cmp);
        waits
    }
}

fn main() -> ExitCode {
    let folder = tempfile::tempdir().unwrap();
    let unlocked = Arc::new(made(&folder.path().join("v")));
    let client = stage::client(&unlocked, "가람");
    unlocked.set_consent(&client, consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();

    let demo = shipped::demo_session(Lang::En);
    let mut file = AudioFile::from_memory("demo", demo.sound).unwrap();
    let mut pcm = Vec::new();
    while file.read(&mut pcm).unwrap() != Read::End {}
    let lines: Vec<String> =
        Transcript::parse(demo.reference).unwrap().utterances.iter().map(|u| u.text.reveal().to_owned()).collect();

    let let_to = Arc::new(AtomicU64::new(0));
    let sound = Given { pcm: Arc::new(pcm), at: 0, let_to: Arc::clone(&let_to) };
    let request = Request {
        client,
        language: Lang::En,
        sound: Box::new(sound),
        made_up: false,
        advise: Advise::Throughout,
        with: Vec::new(),
        engines: Box::new(Installed::at(stage::engines::models())),
        data: shipped::session_data().unwrap(),
        speech_model: None,
        language_model: None,
    };
    let (mut parts, without) = prepare_session::prepare(&unlocked, request).unwrap();
    assert!(parts.direction_engines.is_some() && parts.voices.is_some(), "{without:?}");
    parts.speech = Some(Box::new(Script { lines, heard: HashMap::new() }));
    parts.recorder_feed = None;
    let running = session::start(parts);
    let mut led = Led { running, let_to, lines: 0, last_ms: 0, over: HashMap::new(), waits: Vec::new() };

    let mut medians = Vec::new();
    for minute in MINUTES {
        led.lead_to(minute);
        let waits = led.waits();
        let median = waits[waits.len() / 2];
        println!(
            "minute {minute:>2}, {} lines: {:.0} ms from the end of a line to its directions ({:.0} to {:.0})",
            led.lines,
            median * 1e3,
            waits[0] * 1e3,
            waits[waits.len() - 1] * 1e3
        );
        medians.push(median);
    }
    let ratio = medians[1] / medians[0];
    println!("ratio {ratio:.2} (target {TARGET})");
    led.running.commands.send(SessionCommand::Stop).unwrap();
    led.running.commands.send(SessionCommand::Stop).unwrap();
    led.running.join();
    if ratio <= TARGET { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
