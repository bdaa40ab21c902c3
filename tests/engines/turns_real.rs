//! A session in which one person begins before the other has ended, with the real speaker model and an engine that gives words with
//! times: the line becomes two. A missing model is a loud line, or a failure where `GYEOT_REQUIRE_ENGINES` is set.
#![allow(clippy::unwrap_used)]

use crate::stage::engines::{missing, models};
use gyeot::adapters::audio_file::AudioFile;
use gyeot::adapters::{shipped, voice_file};
use gyeot::app::session_event::{SessionCommand, SessionEvent};
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::ids::{RecordId, SessionId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::Body;
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use gyeot::live::session::follow::{Outcome, follow};
use gyeot::live::session::{Advise, Parts, start};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, SpeechEngine};
use gyeot::ports::keeper::{Keeper, Released};
use gyeot::protocol::{Decode, Decoded, Load, Pass};
use gyeot::speech::voice::VoiceModel;
use gyeot::speech::window::Word;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

const RATE: usize = 16_000;
/// Lines of the session by which the voices are known.
const BEFORE: usize = 4;

/// A test that waits longer has failed.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Keeps into a list.
struct List(Arc<Mutex<Vec<Body>>>);

impl Keeper for List {
    fn released(&mut self) -> Result<Released, ErrorReport> {
        Ok(Released::WordsAndAdvice)
    }
    fn keep(&mut self, bodies: &[Body]) -> Result<Vec<RecordId>, ErrorReport> {
        self.0.lock().unwrap().extend_from_slice(bodies);
        Ok(bodies.iter().map(|_| RecordId([1; 16])).collect())
    }
    fn end(&mut self, _: &'static str, _: u64) -> Result<(), ErrorReport> {
        Ok(())
    }
}

/// Two words a second, numbered throughout the session.
struct Words {
    word: fn(usize) -> String,
    next: usize,
}

impl SpeechEngine for Words {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok("words".into())
    }
    fn decode(&mut self, how: Decode, pcm: &[i16], _: &mut dyn FnMut(&ClientText)) -> Result<Decoded, EngineError> {
        let mut words = Vec::new();
        if how.pass == Pass::Window {
            for n in 0..pcm.len() / (RATE / 2) {
                let (start_ms, text) = (n as u32 * 500, ClientText::new(&(self.word)(self.next)));
                words.push(Word { start_ms, end_ms: start_ms + 400, text, confidence: 0.8, opens: false });
                self.next += 1;
            }
        }
        let text = words.iter().map(|w| w.text.reveal()).collect::<Vec<_>>().join(" ");
        let text = ClientText::new(if how.pass == Pass::Window { &text } else { "음 그래요" });
        Ok(Decoded { text, confidence: Some(0.8), no_speech: Some(0.01), words, decoded_twice: false, cpu_ms: 1 })
    }
}

/// Sound that ends when the gate is open; before its end the last window is not decoded.
struct Made {
    pcm: Vec<i16>,
    at: usize,
    live: bool,
    gate: Arc<(Mutex<bool>, Condvar)>,
}

impl Sound for Made {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        let to = (self.at + 1_600).min(self.pcm.len());
        into.extend_from_slice(&self.pcm[self.at..to]);
        let end = self.at == to;
        if end {
            let open = self.gate.0.lock().unwrap();
            drop(self.gate.1.wait_timeout_while(open, LONGEST_WAIT, |open| !*open).unwrap());
        }
        self.at = to;
        Ok(if end { Read::End } else { Read::Some })
    }
    fn is_live(&self) -> bool {
        self.live
    }
}

/// The same without the quiet at its ends.
fn spoken(pcm: &[i16]) -> &[i16] {
    let loud = |x: &i16| x.unsigned_abs() > 1_000;
    let (from, to) = (pcm.iter().position(loud).unwrap(), pcm.iter().rposition(loud).unwrap());
    &pcm[from..=to]
}

/// Some lines of the shipped session and then two of different people without a pause, and when the second of them begins.
fn sound() -> (Vec<i16>, u64, [Speaker; 2]) {
    let demo = shipped::demo_session(Lang::En);
    let reference = Transcript::parse(demo.reference).unwrap();
    let (mut file, mut pcm) = (AudioFile::from_memory("demo", demo.sound).unwrap(), Vec::new());
    while file.read(&mut pcm).unwrap() != Read::End {}
    let piece = |u: &Utterance| spoken(&pcm[u.start_ms as usize * 16..u.end_ms as usize * 16]);
    let lines = &reference.utterances;
    let long = |u: &Utterance| piece(u).len() >= 3 * RATE;
    let pair = lines[BEFORE..].windows(2).find(|p| p[0].speaker != p[1].speaker && long(&p[0]) && long(&p[1])).unwrap();
    let mut made = pcm[..lines[BEFORE - 1].end_ms as usize * 16].to_vec();
    made.extend(std::iter::repeat_n(0, RATE));
    let (one, other) = (piece(&pair[0]), piece(&pair[1]));
    made.extend_from_slice(&one[one.len() - 3 * RATE..]);
    let at = made.len() as u64 / 16;
    made.extend_from_slice(&other[..3 * RATE]);
    made.extend(std::iter::repeat_n(0, RATE));
    (made, at, [pair[0].speaker, pair[1].speaker])
}

struct Ran {
    outcome: Outcome,
    /// Lines that were told at once.
    heard: Vec<Utterance>,
    kept: Vec<Body>,
    at: u64,
    speakers: [Speaker; 2],
}

impl Ran {
    /// Lines that begin or end where the voice changes.
    fn at_the_change(&self) -> Vec<&Utterance> {
        let near = |ms: u64| ms.abs_diff(self.at) < 600;
        self.outcome.utterances.iter().filter(|u| near(u.start_ms) || near(u.end_ms)).collect()
    }
}

/// Runs the session, as a file or as it comes from a microphone; `by_hand`: the line with two people is given a speaker before its window is
/// heard.
fn run(model: &Arc<VoiceModel>, live: bool, word: fn(usize) -> String, by_hand: bool) -> Ran {
    let (pcm, at, speakers) = sound();
    let kept: Arc<Mutex<Vec<Body>>> = Arc::default();
    let gate = Arc::new((Mutex::new(!by_hand), Condvar::new()));
    let running = start(Parts {
        session: SessionId([7; 16]),
        started: Timestamp(0),
        language: Lang::Ko,
        sound: Box::new(Made { pcm, at: 0, live, gate: Arc::clone(&gate) }),
        speech: Some(Box::new(Words { word, next: 0 })),
        likely_words: Default::default(),
        speech_model: None,
        filter: shipped::speech_filter().unwrap(),
        rules: shipped::risk_rules().unwrap(),
        voices: Some(Arc::clone(model)),
        people: 2,
        direction_engines: None,
        advise: Advise::Never,
        keeper: Box::new(List(Arc::clone(&kept))),
        recorder_feed: None,
    });
    let commands = running.commands.clone();
    let (mut heard, mut flipped) = (Vec::new(), None::<UtteranceId>);
    let outcome = follow(running, &mut |event| match event {
        SessionEvent::Heard(line) => {
            if by_hand && (line.start_ms..line.end_ms).contains(&at) {
                flipped = Some(line.id);
                commands.send(SessionCommand::Flip(line.id)).unwrap();
            }
            heard.push(line.clone());
        }
        SessionEvent::Relabelled(lines) if lines.iter().any(|(id, _)| Some(*id) == flipped) => {
            *gate.0.lock().unwrap() = true;
            gate.1.notify_all();
        }
        _ => {}
    });
    let kept = std::mem::take(&mut *kept.lock().unwrap());
    Ran { outcome, heard, kept, at, speakers }
}

fn model() -> Option<Arc<VoiceModel>> {
    let path = models().join("campplus-speaker.safetensors");
    if !path.is_file() {
        missing(format_args!("no {}: gyeot models pull campplus-speaker", path.display()));
        return None;
    }
    Some(Arc::new(voice_file::load(std::fs::File::open(path).unwrap()).unwrap()))
}

#[test]
fn two_turns_without_a_pause_become_two_lines_with_two_speakers_in_a_session_and_in_a_file() {
    let Some(model) = model() else { return };
    for live in [false, true] {
        let ran = run(&model, live, |n| format!("w{n}"), false);
        let [one, other] = ran.at_the_change()[..] else { panic!("live {live}: {:?}", ran.outcome.utterances) };
        assert_eq!([one.speaker, other.speaker], ran.speakers, "live {live}");
        assert_eq!(one.end_ms, other.start_ms);
        assert_eq!(ran.outcome.utterances.len(), ran.heard.len() + 1, "no other line is split");
        let whole = ran.heard.iter().find(|u| (u.start_ms..u.end_ms).contains(&ran.at)).unwrap();
        assert_eq!((whole.id, whole.start_ms, whole.end_ms), (one.id, one.start_ms, other.end_ms));
        let numbers = |u: &Utterance| -> Vec<usize> {
            u.text.reveal().split(' ').map(|w| w.trim_start_matches('w').parse().unwrap()).collect()
        };
        let all: Vec<usize> = [numbers(one), numbers(other)].concat();
        assert!(all.windows(2).all(|w| w[1] == w[0] + 1) && all.len() >= 10, "live {live}: {all:?}");
        let sealed = ran.kept.iter().any(|b| match b {
            Body::Utterances { utterances } => utterances.iter().map(|u| u.id).eq([one.id, other.id]),
            _ => false,
        });
        assert!(sealed, "both pieces in one record");
        let Some(Body::Transcript { transcript, .. }) = ran.kept.last() else { panic!("no transcript at the end") };
        assert_eq!(transcript.utterances, ran.outcome.utterances);
    }
}

/// Danger within every two seconds, and never the same words again and again.
fn danger(n: usize) -> String {
    match n % 4 {
        0 => "죽고".into(),
        1 => "싶어요.".into(),
        _ => format!("w{n}"),
    }
}

#[test]
fn the_rules_run_over_both_pieces_and_a_cue_of_the_line_stays() {
    let Some(model) = model() else { return };
    let ran = run(&model, true, danger, false);
    let [one, other] = ran.at_the_change()[..] else { panic!("{:?}", ran.outcome.utterances) };
    for line in [one, other] {
        assert!(ran.outcome.cues.iter().any(|c| c.utterance == line.id), "{:?}", line.id);
    }
    let sealed = ran.kept.iter().filter(|b| matches!(b, Body::RiskCue { .. })).count();
    assert_eq!(sealed, ran.outcome.cues.len());
}

#[test]
fn a_line_whose_speaker_a_person_set_stays_whole() {
    let Some(model) = model() else { return };
    let ran = run(&model, true, |n| format!("w{n}"), true);
    assert!(ran.at_the_change().is_empty(), "{:?}", ran.outcome.utterances);
    assert_eq!(ran.outcome.utterances.len(), ran.heard.len());
}
