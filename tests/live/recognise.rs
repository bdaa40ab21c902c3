//! The recogniser with an engine that a test writes: what is heard, in which order, and what happens when the engine
//! fails, the ear is closed, sound is lost, or nobody keeps up. Needs no model.
#![allow(clippy::unwrap_used)]

use gyeot::adapters::audio_file;
use gyeot::texts::verbatim;

use gyeot::adapters::shipped;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::recording::Skipped;
use gyeot::domain::practice::text::ClientText;
use gyeot::live::recognise::{Control, Ear, Heard, RecogniseError, Settings, Tally, recognise};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, SpeechEngine};
use gyeot::ports::recorder::SoundSink;
use gyeot::protocol::{Decode, Decoded, Load, Pass};
use gyeot::speech::vad::ms_of;
use gyeot::speech::window::Word;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

/// Answers what the test says.
struct Scripted<F>(F);

impl<F: FnMut(Pass, &[i16]) -> Result<Decoded, EngineError> + Send> SpeechEngine for Scripted<F> {
    fn load(&mut self, _: Load) -> Result<String, EngineError> {
        Ok("scripted".into())
    }
    fn decode(&mut self, how: Decode, pcm: &[i16], _: &mut dyn FnMut(&ClientText)) -> Result<Decoded, EngineError> {
        (self.0)(how.pass, pcm)
    }
}

fn said(text: &str) -> Decoded {
    Decoded {
        text: ClientText::new(text),
        confidence: Some(0.9),
        no_speech: Some(0.01),
        words: Vec::new(),
        decoded_twice: false,
        cpu_ms: 1,
    }
}

/// The same word twice a second, as a decode of a window gives words.
fn said_throughout(word: &str, pcm: &[i16]) -> Decoded {
    let words: Vec<Word> = (0..ms_of(pcm.len() as u64) / 500)
        .map(|n| Word {
            start_ms: n as u32 * 500,
            end_ms: n as u32 * 500 + 400,
            text: ClientText::new(&format!("{word}{n}")),
            confidence: 0.8,
            opens: false,
        })
        .collect();
    let text = words.iter().map(|w| w.text.reveal()).collect::<Vec<_>>().join(" ");
    Decoded { words, ..said(&text) }
}

fn dead() -> EngineError {
    EngineError::Died { worker: "asr".into(), how: verbatim("signal 9") }
}

fn jfk() -> Vec<i16> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/speech/jfk.wav");
    let (mut sound, mut pcm) = (audio_file::open(&path).unwrap(), Vec::new());
    while sound.read(&mut pcm).unwrap() != Read::End {}
    // So that copies in a row do not run into each other.
    pcm.extend(std::iter::repeat_n(0, 16_000));
    pcm
}

/// Blocks as a device gives them, with what the test puts between.
struct Blocks {
    blocks: std::vec::IntoIter<Block>,
    live: bool,
    /// For each read, whether sound was wanted soon.
    short: Arc<Mutex<Vec<bool>>>,
}

enum Block {
    Samples(Vec<i16>),
    Lost(u64),
    Away(u64),
    Do(Box<dyn FnOnce() + Send>),
    Broken,
}

impl Blocks {
    fn new(live: bool, blocks: Vec<Block>) -> Self {
        Blocks { blocks: blocks.into_iter(), live, short: Arc::default() }
    }
}

impl Sound for Blocks {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        match self.blocks.next() {
            Some(Block::Samples(pcm)) => into.extend(pcm),
            Some(Block::Lost(n)) => return Ok(Read::Lost(n)),
            Some(Block::Away(n)) => return Ok(Read::Away(n)),
            Some(Block::Do(act)) => act(),
            Some(Block::Broken) => return Err(AudioError::Microphone(verbatim("unplugged"))),
            None => return Ok(Read::End),
        }
        Ok(Read::Some)
    }
    fn in_short_pieces(&mut self, short: bool) {
        self.short.lock().unwrap().push(short);
    }
    fn is_live(&self) -> bool {
        self.live
    }
}

struct Ran {
    outcome: Result<Tally, RecogniseError>,
    heard: Vec<Heard>,
    recorder_said: Vec<i16>,
}

impl Ran {
    fn finals(&self) -> Vec<(u64, u64)> {
        let spans = self.heard.iter().filter_map(|h| match h {
            Heard::Final(s) => Some((s.span.start_ms, s.span.end_ms)),
            _ => None,
        });
        spans.collect()
    }

    fn gaps(&self) -> Vec<(u64, u64, &str)> {
        let gaps = self.heard.iter().filter_map(|h| match h {
            Heard::Gap(g) => Some((g.start_ms, g.end_ms, g.reason.as_str())),
            _ => None,
        });
        gaps.collect()
    }
}

fn run(
    blocks: Blocks,
    settings: &Settings,
    control: &Control,
    engine: impl FnMut(&[i16]) -> Result<Decoded, EngineError> + Send,
) -> Ran {
    let mut engine = engine;
    run_by_pass(blocks, settings, control, move |_, pcm| engine(pcm))
}

/// Keeps what it is given.
#[derive(Default)]
struct RecorderSaid(Vec<i16>);

impl SoundSink for RecorderSaid {
    fn sound(&mut self, _: u64, pcm: &[i16]) {
        self.0.extend_from_slice(pcm);
    }
    fn skipped(&mut self, _: u64, _: Skipped) {}
}

fn run_by_pass(
    blocks: Blocks,
    settings: &Settings,
    control: &Control,
    engine: impl FnMut(Pass, &[i16]) -> Result<Decoded, EngineError> + Send,
) -> Ran {
    let mut blocks = blocks;
    let heard = Mutex::new(Vec::new());
    let mut sink = RecorderSaid::default();
    let outcome = recognise(
        &mut blocks,
        &mut Scripted(engine),
        &shipped::speech_filter().unwrap(),
        settings,
        control,
        Some(&mut sink),
        &|h| heard.lock().unwrap().push(h),
    );
    Ran { outcome, heard: heard.into_inner().unwrap(), recorder_said: sink.0 }
}

#[test]
fn sound_is_wanted_soon_while_somebody_speaks_or_the_ear_is_closed_and_not_in_a_quiet_room() {
    let control = Control::default();
    let (close, open) = (control.clone(), control.clone());
    let quiet = || Block::Samples(vec![0; 16_000]);
    let mut blocks = vec![quiet(), quiet()];
    blocks.extend(jfk()[..32_000].chunks(8_000).map(|pcm| Block::Samples(pcm.to_vec())));
    blocks.extend([quiet(), quiet(), Block::Do(Box::new(move || close.ear(Ear::OffRecord))), quiet()]);
    blocks.extend([Block::Do(Box::new(move || open.ear(Ear::Open))), quiet(), quiet()]);
    let blocks = Blocks::new(true, blocks);
    let short = Arc::clone(&blocks.short);
    run(blocks, &quiet_live(), &control, |_| Ok(said("w"))).outcome.unwrap();
    let short = short.lock().unwrap();
    // Two quiet reads and the one in which somebody begins; speech and the read after it; a quiet one and the one that closes the ear;
    // one while it is closed and the one that opens it; the rest.
    let wanted = [(3, false), (4, true), (2, false), (2, true), (3, false)];
    let wanted: Vec<bool> = wanted.iter().flat_map(|(reads, short)| std::iter::repeat_n(*short, *reads)).collect();
    assert_eq!(*short, wanted);
}

fn quiet_live() -> Settings {
    Settings { partials: false, ..Settings::live(Lang::En) }
}

#[test]
fn a_file_is_decoded_in_windows_of_up_to_thirty_seconds_and_its_utterances_come_in_order() {
    let pcm = jfk();
    let total = ms_of(3 * pcm.len() as u64);
    let blocks = (0..3).map(|_| Block::Samples(pcm.clone())).collect();
    let mut decoded = Vec::new();
    let ran = run_by_pass(Blocks::new(false, blocks), &Settings::file(Lang::En), &Control::default(), |pass, pcm| {
        assert_eq!(pass, Pass::Window);
        decoded.push(pcm.to_vec());
        Ok(said_throughout("w", pcm))
    });
    let tally = ran.outcome.as_ref().unwrap();
    assert_eq!((tally.duration_ms, tally.windows), (total, decoded.len() as u64));
    assert!(tally.utterances >= 6 && tally.utterances == tally.segments, "{tally:?}");
    assert!(decoded.iter().all(|w| w.len() <= 30 * 16_000) && decoded.len() < 4, "{} windows", decoded.len());
    assert!(ran.finals().is_sorted());
    let sounds = ran.heard.iter().filter_map(|h| match h {
        Heard::Final(s) => Some(s.segment.pcm.clone()),
        _ => None,
    });
    assert_eq!(sounds.collect::<Vec<_>>().concat(), decoded.concat());
    assert!(matches!(ran.heard.last(), Some(Heard::Reached { at_ms }) if *at_ms == total));
    assert_eq!(ran.recorder_said.len(), pcm.len() * 3);
}

#[test]
fn an_utterance_that_its_window_gives_no_words_is_decoded_alone() {
    let mut alone = 0;
    let ran = run_by_pass(
        Blocks::new(false, vec![Block::Samples(jfk())]),
        &Settings::file(Lang::En),
        &Control::default(),
        |pass, pcm| {
            let mut window = said_throughout("w", pcm);
            window.words.truncate(2);
            alone += u64::from(pass == Pass::Quick);
            Ok(if pass == Pass::Window { window } else { said("ask not") })
        },
    );
    let tally = ran.outcome.as_ref().unwrap();
    assert_eq!((tally.windows, tally.alone, tally.utterances), (1, alone, tally.segments));
    assert!(alone >= 2, "{tally:?}");
}

#[test]
fn in_a_session_an_utterance_is_told_at_once_and_revised_when_its_window_was_heard() {
    let ran =
        run_by_pass(Blocks::new(true, vec![Block::Samples(jfk())]), &quiet_live(), &Control::default(), |pass, pcm| {
            Ok(if pass == Pass::Quick { said("ask knot") } else { said_throughout("w", pcm) })
        });
    let tally = ran.outcome.as_ref().unwrap();
    let revised: Vec<(u64, u64)> = ran
        .heard
        .iter()
        .filter_map(|h| match h {
            Heard::Revised(r) => {
                assert!(r.text.reveal().starts_with('w'));
                Some((r.span.start_ms, r.span.end_ms))
            }
            _ => None,
        })
        .collect();
    assert_eq!(revised, ran.finals(), "the same utterances, each once");
    assert_eq!((tally.revised, tally.utterances), (tally.segments, tally.segments));

    let ran =
        run_by_pass(Blocks::new(true, vec![Block::Samples(jfk())]), &quiet_live(), &Control::default(), |pass, _| {
            if pass == Pass::Quick { Ok(said("ask not")) } else { Err(dead()) }
        });
    assert_eq!(ran.outcome.as_ref().unwrap().revised, 0);
    assert!(!ran.finals().is_empty() && ran.gaps().is_empty(), "a fault leaves the quick words");
}

#[test]
fn the_times_of_the_words_are_told_once_for_each_utterance_that_has_its_words_from_a_window() {
    for (live, quick) in [(false, "w"), (true, "ask knot")] {
        let settings = if live { quiet_live() } else { Settings::file(Lang::En) };
        let blocks = Blocks::new(live, vec![Block::Samples(jfk())]);
        let ran = run_by_pass(blocks, &settings, &Control::default(), |pass, pcm| {
            Ok(if pass == Pass::Quick { said(quick) } else { said_throughout("w", pcm) })
        });
        let mut words_told = std::collections::BTreeMap::new();
        let mut times = Vec::new();
        for heard in &ran.heard {
            match heard {
                Heard::Final(s) => drop(words_told.insert(s.span.start_ms, s.text.clone())),
                Heard::Revised(r) => drop(words_told.insert(r.span.start_ms, r.text.clone())),
                Heard::Timed(t) => {
                    times.push((t.span.start_ms, t.span.end_ms));
                    let words: Vec<&str> = t.words.iter().map(|w| w.text.reveal()).collect();
                    assert_eq!(words.join(" "), words_told[&t.span.start_ms].reveal(), "those that were told before");
                    assert!(t.words.iter().all(|w| u64::from(w.start_ms) < t.span.len_ms() + 500));
                }
                _ => {}
            }
        }
        assert_eq!(times, ran.finals(), "live {live}");
    }
}

#[test]
fn what_nobody_said_is_dropped_and_counted_and_its_words_are_told_to_nobody() {
    let ran =
        run(Blocks::new(false, vec![Block::Samples(jfk())]), &Settings::file(Lang::Ko), &Control::default(), |_| {
            Ok(said("시청해주셔서 감사합니다."))
        });
    let tally = ran.outcome.as_ref().unwrap();
    assert_eq!((tally.utterances, tally.dropped), (0, tally.segments));
    assert!(tally.segments > 0);
    assert!(!format!("{:?}", ran.heard).contains("시청"));
}

#[test]
fn a_failing_engine_ends_a_file_and_leaves_gaps_in_a_session() {
    let ran =
        run(Blocks::new(false, vec![Block::Samples(jfk())]), &Settings::file(Lang::En), &Control::default(), |_| {
            Err(dead())
        });
    assert_eq!(ran.outcome, Err(RecogniseError::Engine(dead())));

    let mut n = 0;
    let blocks = vec![Block::Samples(jfk()), Block::Samples(jfk())];
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &Control::default(), |_| {
        n += 1;
        if n == 2 { Err(dead()) } else { Ok(said("ask what you can do")) }
    });
    let tally = ran.outcome.as_ref().unwrap();
    assert_eq!(tally.utterances + 1, tally.segments);
    assert_eq!(ran.gaps().iter().map(|g| g.2).collect::<Vec<_>>(), ["worker"]);
    assert_eq!(ran.heard.iter().filter(|h| matches!(h, Heard::Trouble(_))).count(), 1);
}

#[test]
fn off_the_record_nothing_is_decoded_or_taped_and_the_time_is_a_gap() {
    let control = Control::default();
    let (close, open) = (control.clone(), control.clone());
    let pcm = jfk();
    let length = ms_of(pcm.len() as u64);
    let blocks = vec![
        Block::Samples(pcm.clone()),
        Block::Do(Box::new(move || close.ear(Ear::OffRecord))),
        Block::Samples(pcm.clone()),
        Block::Do(Box::new(move || open.ear(Ear::Open))),
        Block::Samples(pcm.clone()),
    ];
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &control, |_| Ok(said("ask not")));
    assert_eq!(ran.gaps(), [(length, 2 * length, "off-record")]);
    assert!(ran.finals().iter().all(|(start, end)| *end <= length || *start >= 2 * length), "{:?}", ran.finals());
    assert!(ran.finals().iter().any(|(start, _)| *start >= 2 * length));
    assert_eq!(ran.recorder_said.len(), 2 * pcm.len());
}

#[test]
fn a_pause_that_lasts_to_the_end_is_a_gap_too() {
    let control = Control::default();
    control.ear(Ear::Paused);
    let ran = run(Blocks::new(true, vec![Block::Samples(jfk())]), &quiet_live(), &control, |_| Ok(said("x")));
    assert_eq!(ran.gaps(), [(0, 12_000, "pause")]);
    assert!(ran.recorder_said.is_empty() && ran.finals().is_empty());
}

#[test]
fn lost_sound_is_a_gap_and_what_follows_keeps_its_time() {
    let blocks = vec![Block::Samples(jfk()), Block::Lost(16_000 * 5), Block::Samples(jfk())];
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &Control::default(), |_| Ok(said("ask not")));
    assert_eq!(ran.gaps(), [(12_000, 17_000, "overrun")]);
    assert_eq!(ran.outcome.unwrap().duration_ms, 29_000);
}

#[test]
fn a_microphone_that_goes_and_comes_back_is_told_twice_and_leaves_one_gap_in_its_time() {
    let away = || (0..30).map(|_| Block::Away(1_600));
    let mut blocks = vec![Block::Samples(jfk())];
    blocks.extend(away());
    blocks.extend([Block::Samples(Vec::new()), Block::Samples(jfk())]);
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &Control::default(), |_| Ok(said("ask not")));
    assert_eq!(ran.gaps(), [(12_000, 15_000, "device")]);
    let told: Vec<bool> =
        ran.heard.iter().filter_map(|h| if let Heard::Device { there } = h { Some(*there) } else { None }).collect();
    assert_eq!(told, [false, true]);
    assert_eq!(ran.outcome.unwrap().duration_ms, 27_000);
}

#[test]
fn off_the_record_stays_off_the_record_while_the_microphone_is_gone() {
    let control = Control::default();
    let close = control.clone();
    let blocks = vec![
        Block::Samples(jfk()),
        Block::Do(Box::new(move || close.ear(Ear::OffRecord))),
        Block::Away(16_000),
        Block::Away(16_000),
    ];
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &control, |_| Ok(said("ask not")));
    assert_eq!(ran.gaps(), [(12_000, 14_000, "off-record")]);
}

#[test]
fn a_stop_writes_down_what_was_being_said() {
    let control = Control::default();
    let stop = control.clone();
    let blocks =
        vec![Block::Samples(jfk()[..32_000].to_vec()), Block::Do(Box::new(move || stop.stop())), Block::Samples(jfk())];
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &control, |_| Ok(said("and so my fellow Americans")));
    assert_eq!(ran.finals().len(), 1);
    assert_eq!(ran.outcome.unwrap().duration_ms, 2_000);
}

#[test]
fn a_microphone_that_breaks_ends_the_session_with_its_fault_after_the_last_words() {
    let blocks = vec![Block::Samples(jfk()[..32_000].to_vec()), Block::Broken];
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &Control::default(), |_| Ok(said("and so")));
    assert!(matches!(ran.outcome, Err(RecogniseError::Sound(AudioError::Microphone(_)))));
    assert_eq!(ran.finals().len(), 1);
}

#[test]
fn when_the_engine_cannot_keep_up_with_life_segments_become_gaps_and_the_tape_is_whole() {
    let pcm = jfk();
    let (all_read, wait): (_, Receiver<()>) = channel();
    let mut blocks: Vec<Block> = (0..40).map(|_| Block::Samples(pcm.clone())).collect();
    blocks.push(Block::Do(Box::new(move || drop(all_read))));
    let wait = Mutex::new(wait);
    let ran = run(Blocks::new(true, blocks), &quiet_live(), &Control::default(), |_| {
        // The first decode lasts until everything has been heard.
        let _ = wait.lock().unwrap().recv();
        Ok(said("ask not"))
    });
    let tally = ran.outcome.as_ref().unwrap();
    let given_up = ran.gaps().iter().filter(|g| g.2 == "overrun").count() as u64;
    assert!(given_up > 0 && tally.utterances >= 64, "{given_up} given up, {} written", tally.utterances);
    assert_eq!(ran.recorder_said.len(), 40 * pcm.len());
}

#[test]
fn levels_are_told_ten_times_a_second_of_a_live_sound_and_never_of_a_file() {
    for live in [true, false] {
        let settings = Settings { partials: false, ..Settings::file(Lang::En) };
        let ran = run(Blocks::new(live, vec![Block::Samples(jfk())]), &settings, &Control::default(), |_| {
            Ok(said("ask not"))
        });
        let levels: Vec<f32> = ran
            .heard
            .iter()
            .filter_map(|h| match h {
                Heard::Level { rms_db, .. } => Some(*rms_db),
                _ => None,
            })
            .collect();
        assert_eq!(levels.len(), if live { 120 } else { 0 });
        assert!(levels.iter().all(|db| (-90.0..=0.0).contains(db)));
    }
}
