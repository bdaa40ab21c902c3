//! The real speech worker on real sound. A missing worker or model is a loud line, or a failure where
//! `GYEOT_REQUIRE_ENGINES` is set:
//! `cargo build --release` makes the worker, `gyeot models pull whisper-base` the model; `GYEOT_WORKERS` and
//! `GYEOT_MODELS` say where they are.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use crate::stage::engines::{missing, models};
use crate::stage::{data, skipped};
use gyeot::adapters::audio_file;
use gyeot::adapters::models::Store;
use gyeot::adapters::shipped;
use gyeot::adapters::workers::{Process, Worker};
use gyeot::domain::practice::ids::ModelId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::Transcript;
use gyeot::live::recognise::{Control, Heard, Settings, Tally, recognise};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, Interrupt, Interrupts, SpeechEngine};
use gyeot::ports::engines::Kind;
use gyeot::protocol::{Decode, Decoded, Load, Pass};
use gyeot::speech::error_rate::{Errors, characters, words};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The worker with Whisper base, or a loud line.
fn engine() -> Option<Worker> {
    let opened = Store::open(models()).and_then(|s| s.open_verified(&ModelId::from("whisper-base")));
    let (file, ..) = opened.inspect_err(|e| missing(e)).ok()?;
    let process = Process::new(Kind::Asr, Some(file)).inspect_err(|e| missing(e)).ok()?;
    let mut worker = Worker::start(Box::new(process)).unwrap();
    SpeechEngine::load(&mut worker, load(Process::model_path())).unwrap();
    Some(worker)
}

fn load(path: String) -> Load {
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4)) as u16;
    Load { path, threads, context: 0, embedding: false, adapter: None, gpu_layers: None }
}

fn write_down(engine: &mut Worker, sound: &mut dyn Sound, language: Lang) -> (String, Tally) {
    let text = Mutex::new(Vec::new());
    let on = |h: Heard| {
        if let Heard::Final(said) = h {
            text.lock().unwrap().push(said.text.reveal().to_owned());
        }
    };
    let filter = shipped::speech_filter().unwrap();
    let tally = recognise(sound, engine, &filter, &Settings::file(language), &Control::default(), None, &on).unwrap();
    (text.into_inner().unwrap().join(" "), tally)
}

fn write_down_file(engine: &mut Worker, path: &Path, language: Lang) -> (String, Tally) {
    write_down(engine, &mut *audio_file::open(path).unwrap(), language)
}

fn transcript_of(clip: &str) -> String {
    let all = std::fs::read_to_string(data("tests/data/speech/transcripts.tsv")).unwrap();
    let line = all.lines().find(|l| l.starts_with(clip)).unwrap();
    line.split('\t').nth(2).unwrap().to_owned()
}

#[test]
fn the_english_demo_session_is_written_down_with_at_most_five_percent_word_errors_and_no_loop() {
    let Some(mut engine) = engine() else { return };
    let reference = std::fs::read_to_string(data("src/demo/session-en.reference.json")).unwrap();
    let reference = Transcript::parse(&reference).unwrap();
    let reference: Vec<&str> = reference.utterances.iter().map(|u| u.text.reveal()).collect();
    let (text, tally) = write_down_file(&mut engine, &data("src/demo/session-en.flac"), Lang::En);
    let errors = words(&reference.join(" "), &text);
    println!("WER {:.4} ({errors:?}) {tally:?}", errors.rate());
    assert!(errors.rate() <= 0.05, "{errors:?}");
    assert_eq!(tally.unlooped, 0);
}

#[test]
fn the_korean_demo_session_is_written_down_with_at_most_ten_percent_character_errors_and_no_loop() {
    let Some(mut engine) = engine() else { return };
    let reference = std::fs::read_to_string(data("src/demo/session-ko.reference.json")).unwrap();
    let reference = Transcript::parse(&reference).unwrap();
    let reference: Vec<&str> = reference.utterances.iter().map(|u| u.text.reveal()).collect();
    let (text, tally) = write_down_file(&mut engine, &data("src/demo/session-ko.flac"), Lang::Ko);
    let errors = characters(&reference.join(" "), &text);
    println!("CER {:.4} ({errors:?}) {tally:?}", errors.rate());
    assert!(errors.rate() <= 0.10, "{errors:?}");
    assert_eq!(tally.unlooped, 0);
}

#[test]
fn korean_read_aloud_is_written_down_with_at_most_eight_percent_character_errors() {
    let Some(mut engine) = engine() else { return };
    let mut errors = Errors::default();
    for clip in ["ko-read-1.flac", "ko-read-2.flac"] {
        let (text, tally) = write_down_file(&mut engine, &data("tests/data/speech").join(clip), Lang::Ko);
        let of_clip = characters(&transcript_of(clip), &text);
        println!("{clip}: CER {:.4} {tally:?}", of_clip.rate());
        errors += of_clip;
    }
    assert!(errors.rate() <= 0.08, "{errors:?}");
}

#[test]
fn what_the_engine_leaves_of_a_window_is_heard_with_its_own_times() {
    let Some(mut worker) = engine() else { return };
    let mut pcm = Vec::new();
    let mut sound = audio_file::open(&data("tests/data/speech/ko-read-2.flac")).unwrap();
    while sound.read(&mut pcm).unwrap() != Read::End {}
    // Here the engine ends its own window eleven seconds before the end.
    pcm.truncate(16 * 29_000);
    let how = Decode { language: Lang::Ko, prompt: None, pass: Pass::Window };
    let decoded = worker.decode(how, &pcm, &mut |_| {}).unwrap();
    let last = decoded.words.last().unwrap();
    assert!(last.text.reveal().contains("신속하게"), "{:?}", decoded.words);
    assert!((27_000..29_000).contains(&last.start_ms) && last.end_ms <= 29_000, "{last:?}");
    assert!(decoded.words.windows(2).all(|w| w[0].start_ms <= w[1].start_ms), "{:?}", decoded.words);
}

#[test]
fn noise_and_a_minute_of_silence_give_no_word_and_cost_no_decoding() {
    let Some(mut engine) = engine() else { return };
    let (text, _) = write_down_file(&mut engine, &data("tests/data/speech/noise-15s.flac"), Lang::Ko);
    assert_eq!(text, "");
    struct Silence(usize);
    impl Sound for Silence {
        fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
            into.extend(std::iter::repeat_n(0, 16_000));
            self.0 += 1;
            Ok(if self.0 > 60 { Read::End } else { Read::Some })
        }
    }
    let (text, tally) = write_down(&mut engine, &mut Silence(0), Lang::Ko);
    assert_eq!((text.as_str(), tally.segments, tally.cpu_ms), ("", 0, 0));
    assert_eq!(tally.window_cpu_ms, 0);
}

#[test]
fn other_rates_and_channels_of_the_same_speech_give_the_same_words() {
    let Some(mut engine) = engine() else { return };
    let dir = tempfile::tempdir().unwrap();
    for (name, arguments) in [
        ("8k.wav", ["-ar", "8000", "-ac", "1"]),
        ("192k.wav", ["-ar", "192000", "-ac", "1"]),
        ("48k.wav", ["-ar", "48000", "-ac", "2"]),
    ] {
        let path = dir.path().join(name);
        let made = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(data("tests/data/speech/jfk.wav"))
            .args(arguments)
            .arg(&path)
            .stdin(Stdio::null())
            .status();
        if !made.is_ok_and(|s| s.success()) {
            skipped("ffmpeg is not here");
            return;
        }
        let (text, _) = write_down_file(&mut engine, &path, Lang::En);
        let errors = words(&transcript_of("jfk.wav"), &text);
        println!("{name}: {errors:?}");
        assert!(errors.edits <= 2, "{name}: {errors:?}");
    }
}

#[test]
fn the_worker_refuses_what_is_no_model_and_goes_on() {
    if engine().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let good = std::fs::read(models().join("whisper-base.q5_1.bin")).unwrap_or_default();
    let cases = [
        ("text", b"not a model at all".to_vec()),
        ("cut", good[..good.len() / 2].to_vec()),
        ("stub", good[..good.len().min(100)].to_vec()),
        ("empty", Vec::new()),
    ];
    for (name, bytes) in cases {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let file = std::fs::File::open(&path).unwrap();
        let mut worker = Worker::start(Box::new(Process::new(Kind::Asr, Some(file)).unwrap())).unwrap();
        let fault = SpeechEngine::load(&mut worker, load(Process::model_path())).unwrap_err();
        assert!(matches!(fault, EngineError::Failed { .. }), "{name}: {fault}");
        let fault = worker
            .decode(Decode { language: Lang::En, prompt: None, pass: Pass::Quick }, &[0; 16_000], &mut |_| {})
            .unwrap_err();
        assert!(matches!(fault, EngineError::Failed { .. }), "{name}: {fault}");
    }
}

#[test]
fn a_prompt_of_any_length_a_very_short_segment_and_a_cancel_are_all_answered() {
    let Some(mut worker) = engine() else { return };
    let how =
        |prompt: Option<&str>| Decode { language: Lang::Ko, prompt: prompt.map(ClientText::new), pass: Pass::Quick };
    let long = "수면 제한 행동활성화 상담 ".repeat(500);
    for (prompt, samples) in
        [(Some(long.as_str()), 32_000), (Some(""), 16_000), (None, 1), (None, 800), (None, 480_000)]
    {
        let decoded = worker.decode(how(prompt), &vec![10; samples], &mut |_| {}).unwrap();
        assert!(decoded.confidence.is_none_or(|c| (0.0..=1.0).contains(&c)));
    }
    let canceller = worker.canceller();
    let (speech, mut pcm) = (data("tests/data/speech/ko-read-1.flac"), Vec::new());
    let mut sound = audio_file::open(&speech).unwrap();
    while sound.read(&mut pcm).unwrap() != Read::End {}
    pcm.truncate(16_000 * 25);
    let outcome = std::thread::scope(|s| {
        s.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(300));
            canceller.cancel();
        });
        worker.decode(Decode { pass: Pass::Window, ..how(None) }, &pcm, &mut |_| {})
    });
    assert!(matches!(outcome, Err(EngineError::Cancelled) | Ok(_)), "{outcome:?}");
    assert!(worker.decode(how(None), &pcm[..32_000], &mut |_| {}).is_ok());
    assert_eq!(worker.restarts(), 0);
}

/// Asks for an utterance this long after the window was begun.
struct Asking {
    begun: Instant,
    after: Duration,
    utterance: Option<Vec<i16>>,
    asked: Option<Instant>,
    answer: Option<(Decoded, Duration)>,
}

impl Interrupts for Asking {
    fn look(&mut self) -> Interrupt {
        if self.begun.elapsed() < self.after {
            return Interrupt::None;
        }
        let Some(pcm) = self.utterance.take() else { return Interrupt::None };
        self.asked = Some(Instant::now());
        Interrupt::First(Decode { language: Lang::Ko, prompt: None, pass: Pass::Quick }, pcm)
    }

    fn heard(&mut self, decoded: Result<Decoded, EngineError>) {
        self.answer = Some((decoded.unwrap(), self.asked.unwrap().elapsed()));
    }
}

#[test]
fn an_utterance_goes_before_the_window_that_is_being_decoded_and_neither_says_anything_else() {
    let Some(mut worker) = engine() else { return };
    let mut pcm = Vec::new();
    let mut sound = audio_file::open(&data("src/demo/session-ko.flac")).unwrap();
    while sound.read(&mut pcm).unwrap() != Read::End {}

    let (window, utterance) = (&pcm[..28 * 16_000], &pcm[40 * 16_000..44 * 16_000]);
    let how = |pass| Decode { language: Lang::Ko, prompt: None, pass };
    let begun = Instant::now();
    let alone = worker.decode(how(Pass::Window), window, &mut |_| {}).unwrap();
    let (of_window, begun) = (begun.elapsed(), Instant::now());
    let quick = worker.decode(how(Pass::Quick), utterance, &mut |_| {}).unwrap();
    let of_quick = begun.elapsed();
    // On a machine that does other things as well the window may be over before the later ones.
    let mut answered = 0;
    for part in [1, 3, 5, 7] {
        let begun = Instant::now();
        let after = of_window * part / 10;
        let mut asking = Asking { begun, after, utterance: Some(utterance.to_vec()), asked: None, answer: None };
        let decoded = worker.decode_interruptibly(how(Pass::Window), window, &mut asking).unwrap();
        assert_eq!((&decoded.text, &decoded.words), (&alone.text, &alone.words), "after {after:?}");
        let Some((answer, waited)) = asking.answer else { continue };
        println!("after {after:?}: {waited:?} for {of_quick:?}, the window {:?}", begun.elapsed());
        assert_eq!((answer.text, answer.confidence), (quick.text.clone(), quick.confidence));
        answered += 1;
    }
    assert!(answered >= 2, "{answered} of 4 went before the window");
    assert_eq!(worker.restarts(), 0);
}

/// Stops what it interrupts after a while.
struct Stopping(Instant, Duration);

impl Interrupts for Stopping {
    fn look(&mut self) -> Interrupt {
        if self.0.elapsed() < self.1 { Interrupt::None } else { Interrupt::Stop }
    }

    fn heard(&mut self, _: Result<Decoded, EngineError>) {}
}

#[test]
fn a_worker_that_is_interrupted_at_any_moment_lives_on() {
    let Some(mut worker) = engine() else { return };
    let mut pcm = Vec::new();
    let mut sound = audio_file::open(&data("src/demo/session-en.flac")).unwrap();
    while sound.read(&mut pcm).unwrap() != Read::End {}
    let how = |pass| Decode { language: Lang::En, prompt: None, pass };
    for round in 0..std::env::var("GYEOT_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(4u64) {
        let from = round as usize * 5 * 16_000 % (pcm.len() - 30 * 16_000);
        let pid = worker.pid();
        let after = Duration::from_millis(round * 37 % 500);
        let stopped = worker.decode_interruptibly(
            how(Pass::Quick),
            &pcm[from..from + 6 * 16_000],
            &mut Stopping(Instant::now(), after),
        );
        assert!(matches!(stopped, Ok(_) | Err(EngineError::Cancelled)), "{stopped:?}");
        assert_eq!(worker.pid(), pid, "stopped after {after:?}");
        let utterance = Some(pcm[from + 16_000..from + 4 * 16_000].to_vec());
        let after = Duration::from_millis(round * 211 % 3_000);
        let mut asking = Asking { begun: Instant::now(), after, utterance, asked: None, answer: None };
        worker.decode_interruptibly(how(Pass::Window), &pcm[from..from + 29 * 16_000], &mut asking).unwrap();
        assert_eq!(worker.pid(), pid, "an utterance after {after:?}");
    }
}

#[test]
fn a_worker_dies_with_its_input() {
    let Some(worker) = engine() else { return };
    let pid = worker.pid().unwrap();
    drop(worker);
    assert!(!Path::new(&format!("/proc/{pid}")).exists());
}

/// For people who tune: `GYEOT_SOUND=FILE GYEOT_LANG=ko cargo test --test engines speech:: -- --ignored --nocapture`.
#[test]
#[ignore = "prints what the engine says of a recording, segment by segment; only for recordings without clients"]
fn show_what_the_engine_says_segment_by_segment() {
    struct Loud(Worker);
    impl SpeechEngine for Loud {
        fn load(&mut self, load: Load) -> Result<String, EngineError> {
            SpeechEngine::load(&mut self.0, load)
        }
        fn decode(
            &mut self,
            how: Decode,
            pcm: &[i16],
            partial: &mut dyn FnMut(&ClientText),
        ) -> Result<Decoded, EngineError> {
            let decoded = self.0.decode(how, pcm, partial)?;
            println!(
                "{:5.2} s  p {:.2}  no speech {:.2}  {} ms{}  {}",
                pcm.len() as f32 / 16_000.0,
                decoded.confidence.unwrap_or(-1.0),
                decoded.no_speech.unwrap_or(-1.0),
                decoded.cpu_ms,
                if decoded.decoded_twice { "  TWICE" } else { "" },
                decoded.text.reveal()
            );
            Ok(decoded)
        }
    }
    let (Some(engine), Some(file)) = (engine(), std::env::var_os("GYEOT_SOUND")) else { return };
    let language = std::env::var("GYEOT_LANG").ok().and_then(|l| l.parse().ok()).unwrap_or_default();
    let filter = shipped::speech_filter().unwrap();
    let on = |h: Heard| match h {
        Heard::Final(s) => println!("        {} to {}: {}", s.span.start_ms, s.span.end_ms, s.text.reveal()),
        Heard::Dropped { span, why } => println!("        {} to {}: DROPPED {why:?}", span.start_ms, span.end_ms),
        _ => {}
    };
    let mut sound = audio_file::open(Path::new(&file)).unwrap();
    let (settings, control) = (Settings::file(language), Control::default());
    println!("{:?}", recognise(&mut *sound, &mut Loud(engine), &filter, &settings, &control, None, &on).unwrap());
}
