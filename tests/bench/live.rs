//! What a running session owes to whoever reads along, as ratios of one run: `GYEOT_WORKERS=FOLDER cargo bench --bench live -- [ko|en]
//! [--plays N] [--silence S]`. The demo is heard at the pace it was spoken, so often after another, then so many seconds in which nobody
//! speaks; everything else is the program's own: vault, both workers, voices, directions, recorder, the workstation's state and its screen
//! of 120 × 40, painted to nowhere as often as the workstation paints. In every other half minute the language model is kept busy by
//! questions to a text it has not read. Figures:
//!
//! painted: from the end of an utterance (its pause is over, by the clock of the sound) until its words stand on the screen / the time
//!          that decoding it took.
//! busy:    the same while the language model answers / while it does not.
//! memory:  what program and workers need for themselves (Pss) in the last half minute of speech / in the half minute before a tenth of it
//!          is over, or in the second one.
//! idle:    processor time of all of them while nobody speaks.
//! lost:    stretches that were given up because the engine was behind.
//!
//! Exits with 1 where a figure is above its target. Linux.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../screens/stage.rs"]
mod screens;
#[path = "../stage/mod.rs"]
mod stage;

use gyeot::adapters::audio_file::AudioFile;
use gyeot::adapters::engines::Installed;
use gyeot::adapters::paced::Paced;
use gyeot::adapters::shipped;
use gyeot::app::Model;
use gyeot::app::msg::Msg;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::session_event::{SessionCommand, SessionEvent};
use gyeot::domain::practice::text::ClientText;
use gyeot::live::session::{self, Advise};
use gyeot::ports::audio::{AudioError, Read, Sound};
use gyeot::ports::engine::{EngineError, Interrupt, Interrupts, SpeechEngine};
use gyeot::ports::engines::Engines;
use gyeot::protocol::{Decode, Decoded, Judge, Load, Pass, Question};
use gyeot::service::{Scope, prepare_session};
use gyeot::ui::draw;
use gyeot::ui::view::View;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

/// As in the workstation: at most sixty frames a second, ten where only a level moves.
const FRAME: Duration = Duration::from_millis(16);
const CALM_FRAME: Duration = Duration::from_millis(100);
/// The language model is busy in every other stretch of this length.
const STRETCH: Duration = Duration::from_secs(30);
/// Silence that is not looked at: the last window is heard again, the last directions are made.
const SETTLING: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_secs(3);
const RATE: u64 = 16_000;
/// From the end of an utterance to the end of its pause: what `Limits` has of the pause beyond the tail, in whole frames of 16 ms.
const PAUSE_AFTER: Duration = Duration::from_millis(160);
/// Farther apart than this, the end of a pause by the sound's clock and by the program's are of an utterance that was cut for its length.
const SAME_END: Duration = Duration::from_millis(200);

/// A decode of the speech engine.
struct Decoding {
    samples: u64,
    pass: Pass,
    end: Instant,
    took: Duration,
}

/// The speech engine with a clock.
struct Timed {
    engine: Box<dyn SpeechEngine>,
    log: Arc<Mutex<Vec<Decoding>>>,
}

impl SpeechEngine for Timed {
    fn load(&mut self, load: Load) -> Result<String, EngineError> {
        self.engine.load(load)
    }

    fn decode(
        &mut self,
        how: Decode,
        pcm: &[i16],
        partial: &mut dyn FnMut(&ClientText),
    ) -> Result<Decoded, EngineError> {
        let (begun, pass) = (Instant::now(), how.pass);
        let decoded = self.engine.decode(how, pcm, partial);
        let end = Instant::now();
        self.log.lock().unwrap().push(Decoding { samples: pcm.len() as u64, pass, end, took: end - begun });
        decoded
    }

    fn decode_interruptibly(
        &mut self,
        how: Decode,
        pcm: &[i16],
        interrupts: &mut dyn Interrupts,
    ) -> Result<Decoded, EngineError> {
        let (begun, pass) = (Instant::now(), how.pass);
        let mut timed = TimedBeside { interrupts, log: &self.log, first: None };
        let decoded = self.engine.decode_interruptibly(how, pcm, &mut timed);
        let end = Instant::now();
        // What was stopped told nothing.
        if decoded.is_ok() {
            self.log.lock().unwrap().push(Decoding { samples: pcm.len() as u64, pass, end, took: end - begun });
        }
        decoded
    }
}

/// What is decoded before a window, with a clock: from when it was asked for, so that what the worker waits counts.
struct TimedBeside<'a> {
    interrupts: &'a mut dyn Interrupts,
    log: &'a Mutex<Vec<Decoding>>,
    first: Option<(Instant, u64, Pass)>,
}

impl Interrupts for TimedBeside<'_> {
    fn look(&mut self) -> Interrupt {
        let now = self.interrupts.look();
        if let Interrupt::First(how, pcm) = &now {
            self.first = Some((Instant::now(), pcm.len() as u64, how.pass));
        }
        now
    }

    fn heard(&mut self, decoded: Result<Decoded, EngineError>) {
        if let Some((begun, samples, pass)) = self.first.take() {
            let end = Instant::now();
            self.log.lock().unwrap().push(Decoding { samples, pass, end, took: end - begun });
        }
        self.interrupts.heard(decoded);
    }
}

/// The demo so many times, then silence.
struct Played {
    lang: Lang,
    plays: usize,
    now: Option<AudioFile>,
    silence: u64,
    /// When the first sound was handed over.
    begun: Arc<OnceLock<Instant>>,
}

impl Sound for Played {
    fn read(&mut self, into: &mut Vec<i16>) -> Result<Read, AudioError> {
        self.begun.get_or_init(Instant::now);
        loop {
            if let Some(file) = &mut self.now {
                match file.read(into)? {
                    Read::End => self.now = None,
                    other => return Ok(other),
                }
            }
            if self.plays > 0 {
                self.plays -= 1;
                self.now = Some(AudioFile::from_memory("demo", shipped::demo_session(self.lang).sound).unwrap());
            } else if self.silence > 0 {
                self.silence -= 1;
                into.extend(std::iter::repeat_n(0, RATE as usize));
                return Ok(Read::Some);
            } else {
                return Ok(Read::End);
            }
        }
    }
}

/// An utterance that stands on the screen.
struct Painted {
    /// Until it was painted, and what decoding took.
    after: Duration,
    decode: Duration,
    from: Instant,
    to: Instant,
}

/// When the language model answered.
type Answers = Arc<Mutex<Vec<(Instant, Instant)>>>;

/// Keeps the language model busy in every other stretch until told to stop.
fn keep_busy(engines: &Installed, lang: Lang, stop: Arc<AtomicBool>, answers: Answers) -> std::thread::JoinHandle<()> {
    let mut model = engines.language(None).unwrap();
    let said = shipped::demo_session(lang).reference.to_owned();
    std::thread::spawn(move || {
        let begun = Instant::now();
        let mut n = 0usize;
        while !stop.load(Ordering::SeqCst) {
            if (begun.elapsed().as_secs() / STRETCH.as_secs()).is_multiple_of(2) {
                std::thread::sleep(Duration::from_millis(50));
                continue;
            }
            n += 1;
            // Other words at the beginning: nothing of it was read before.
            let text: String = said.chars().skip(200 + n * 37 % 4_000).take(600).collect();
            let from = Instant::now();
            let question = Question { line: 0, after: "\nDoes the client sleep badly? Answer:".into() };
            let judge = Judge {
                before: format!("{n} {text}"),
                lines: vec![ClientText::new("I lie awake.")],
                questions: vec![question],
                answers: (" yes".into(), " no".into()),
            };
            model.engine.judge(judge).unwrap();
            answers.lock().unwrap().push((from, Instant::now()));
        }
    })
}

/// This process and all that it started.
fn family(pid: u32) -> Vec<u32> {
    let mut found = vec![pid];
    for task in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        found.extend(children.split_whitespace().filter_map(|c| c.parse().ok()).flat_map(family));
    }
    found
}

/// Kilobytes that these processes need for themselves.
fn memory(of: &[u32]) -> u64 {
    let pss = |pid: &u32| -> Option<u64> {
        let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
        rollup.lines().find_map(|l| l.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()
    };
    of.iter().filter_map(pss).sum()
}

/// Processor seconds that these processes have had.
fn processor(of: &[u32]) -> f64 {
    let ticks = |pid: &u32| -> Option<u64> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
    };
    of.iter().filter_map(ticks).sum::<u64>() as f64 / 100.0
}

fn at(values: &mut [f64], of_hundred: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get((values.len() * of_hundred / 100).min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// What came out of the session.
#[derive(Default)]
struct Run {
    painted: Vec<Painted>,
    late: usize,
    lost: usize,
    /// Since the beginning, kilobytes, processor seconds.
    looks: Vec<(Duration, u64, f64)>,
}

/// Follows the session as the workstation does, and paints it.
fn follow(
    running: &session::Running,
    model: &mut Model,
    log: &Mutex<Vec<Decoding>>,
    of: &[u32],
    (sound, speech): (&OnceLock<Instant>, Duration),
) -> Run {
    let mut terminal = Terminal::with_options(
        CrosstermBackend::new(std::io::sink()),
        ratatui::TerminalOptions { viewport: ratatui::Viewport::Fixed(ratatui::layout::Rect::new(0, 0, 120, 40)) },
    )
    .unwrap();
    let (mut view, mut run) = (View::new(true), Run::default());
    let begun = Instant::now();
    let (mut last, mut looked) = (begun, begun);
    let mut due: Option<Instant> = None;
    // Samples and end of the utterance that was told last; what is told and not painted: since when, and what decoding it took.
    let mut heard: Option<(u64, u64)> = None;
    let mut unpainted: Vec<(Instant, Duration)> = Vec::new();
    loop {
        let wait = due.map_or(LOOK_EVERY, |d| d.saturating_duration_since(Instant::now()));
        let event = running.events.recv_timeout(wait);
        let now = Instant::now();
        if due.is_some_and(|d| d <= now) {
            terminal.draw(|frame| draw(frame, model, &mut view)).unwrap();
            (last, due) = (Instant::now(), None);
            run.painted.extend(unpainted.drain(..).map(|(from, decode)| Painted {
                after: last.saturating_duration_since(from),
                decode,
                from,
                to: last,
            }));
        }
        if now - looked >= LOOK_EVERY {
            looked = now;
            // Looking at the memory costs more than all the rest does in silence.
            let needed = if now - begun <= speech { memory(of) } else { 0 };
            run.looks.push((now - begun, needed, processor(of)));
        }
        let event = match event {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return run,
        };
        let calm = matches!(
            event,
            SessionEvent::Level { .. }
                | SessionEvent::Position { .. }
                | SessionEvent::Partial { .. }
                | SessionEvent::Advising { .. }
                | SessionEvent::Lag { .. }
        );
        match &event {
            SessionEvent::Heard(line) => heard = Some(((line.end_ms - line.start_ms) * RATE / 1000, line.end_ms)),
            SessionEvent::Lag { ms } => {
                let log = log.lock().unwrap();
                let heard = heard.take();
                // Spans are whole milliseconds.
                let same = |d: &&Decoding| heard.is_some_and(|(s, _)| d.samples.abs_diff(s) <= RATE / 500);
                let told = log.iter().rfind(|d| d.pass == Pass::Quick && same(d));
                // Where the quick decode found no words, its window told it.
                let by_window = |t: &Decoding| log.iter().any(|d| d.pass == Pass::Window && d.end > t.end);
                match (told, sound.get(), heard) {
                    (Some(d), Some(sound), Some((_, end_ms))) if !by_window(d) => {
                        let by_the_sound = *sound + Duration::from_millis(end_ms) + PAUSE_AFTER;
                        let by_the_program = now.checked_sub(Duration::from_millis(*ms)).unwrap();
                        let cut = by_the_program > by_the_sound + SAME_END;
                        unpainted.push((if cut { by_the_program } else { by_the_sound }, d.took));
                    }
                    _ => run.late += 1,
                }
            }
            SessionEvent::Trouble(fault) => println!("trouble: {fault:?}"),
            SessionEvent::Gap(gap) if gap.reason == "overrun" => run.lost += 1,
            SessionEvent::Ended { .. } => return run,
            _ => {}
        }
        let of_the_sound = matches!(event, SessionEvent::Level { .. } | SessionEvent::Position { .. });
        let before = model.sound_shown();
        screens::play(model, [Msg::Session(screens::SESSION, event)]);
        if of_the_sound && before == model.sound_shown() {
            continue;
        }
        let next = (last + if calm { CALM_FRAME } else { FRAME }).max(now);
        due = Some(due.map_or(next, |d| d.min(next)));
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let number = |name: &str, otherwise: u64| {
        let at = args.iter().position(|a| a == name);
        at.and_then(|n| args.get(n + 1)).map_or(otherwise, |n| n.parse().unwrap())
    };
    let lang = if args.iter().any(|a| a == "ko") { Lang::Ko } else { Lang::En };
    let (plays, silence) = (number("--plays", 1), number("--silence", 90));
    let Some(workers) = std::env::var_os("GYEOT_WORKERS") else {
        println!("skipped: GYEOT_WORKERS is the folder of the workers");
        return;
    };
    println!("{plays} times the demo ({lang}), {silence} s of silence, workers of {}", workers.display());
    let dir = tempfile::tempdir().unwrap();
    let unlocked = Arc::new(stage::made(&dir.path().join("v")));
    let client = stage::client(&unlocked, "김하늘");
    unlocked.set_consent(&client, stage::consent(&[Scope::Service, Scope::Recording, Scope::Ai])).unwrap();
    let engines = Installed::at(stage::engines::models());
    let clock: Arc<OnceLock<Instant>> = Arc::default();
    let sound = Played { lang, plays: plays as usize, now: None, silence, begun: Arc::clone(&clock) };
    let request = prepare_session::Request {
        client,
        language: lang,
        sound: Box::new(Paced::new(sound)),
        made_up: true,
        advise: Advise::Throughout,
        with: Vec::new(),
        engines: Box::new(engines.clone()),
        data: shipped::session_data().unwrap(),
        speech_model: None,
        language_model: None,
    };
    let (mut parts, without) = prepare_session::prepare(&unlocked, request).unwrap();
    assert!(without.is_empty(), "a session with everything: {without:?}");
    let log = Arc::new(Mutex::new(Vec::new()));
    parts.speech =
        parts.speech.map(|engine| Box::new(Timed { engine, log: Arc::clone(&log) }) as Box<dyn SpeechEngine>);
    let mut model = screens::live(lang);
    screens::play(&mut model, [Msg::Resize(120, 40)]);
    let running = session::start_on_screen(parts);
    std::thread::sleep(Duration::from_millis(500));
    // Without the model that is only here to be in the way.
    let of = family(std::process::id());
    let (stop, answers): (Arc<AtomicBool>, Answers) = Default::default();
    let busy = keep_busy(&engines, lang, Arc::clone(&stop), Arc::clone(&answers));
    let speech = Duration::from_secs(240 * plays);
    let (halt, commands) = (Arc::clone(&stop), running.commands.clone());
    std::thread::spawn(move || {
        std::thread::sleep(speech);
        halt.store(true, Ordering::SeqCst);
        std::thread::sleep(Duration::from_secs(silence));
        let _ = commands.send(SessionCommand::Stop);
    });
    let run = follow(&running, &mut model, &log, &of, (&clock, speech));
    drop(running.events);
    busy.join().unwrap();
    let held = report(&run, &answers.lock().unwrap(), speech, Duration::from_secs(silence));
    std::process::exit(i32::from(!held));
}

/// Prints the figures and says whether all hold their targets.
fn report(run: &Run, answers: &[(Instant, Instant)], speech: Duration, silence: Duration) -> bool {
    let beside = |p: &&Painted| answers.iter().any(|(from, to)| *from < p.to && *to > p.from);
    let (busy, alone): (Vec<&Painted>, Vec<&Painted>) = run.painted.iter().partition(beside);
    let ratios =
        |of: &[&Painted]| -> Vec<f64> { of.iter().map(|p| p.after.as_secs_f64() / p.decode.as_secs_f64()).collect() };
    let delays = |of: &[&Painted]| -> Vec<f64> { of.iter().map(|p| p.after.as_secs_f64() * 1000.0).collect() };
    for (name, of) in [("alone", &alone), ("busy", &busy)] {
        let mut decodes: Vec<f64> = of.iter().map(|p| p.decode.as_secs_f64() * 1000.0).collect();
        println!(
            "{name:6} {} utterances: painted after p50 {:.0} ms, p95 {:.0} ms; decoded in p50 {:.0} ms; ratio p50 {:.2}",
            of.len(),
            at(&mut delays(of), 50),
            at(&mut delays(of), 95),
            at(&mut decodes, 50),
            at(&mut ratios(of), 50)
        );
    }
    let mut slowest: Vec<&Painted> = run.painted.iter().collect();
    slowest.sort_by(|a, b| {
        (b.after.as_secs_f64() / b.decode.as_secs_f64()).total_cmp(&(a.after.as_secs_f64() / a.decode.as_secs_f64()))
    });
    for p in slowest.iter().take(3) {
        println!(
            "slowest: painted after {:.0} ms, decoded in {:.0} ms",
            p.after.as_secs_f64() * 1e3,
            p.decode.as_secs_f64() * 1e3
        );
    }
    println!("{} answers of the language model; {} utterances came late, out of their window", answers.len(), run.late);
    let within = |from: Duration, to: Duration| run.looks.iter().filter(move |(t, ..)| *t >= from && *t < to);
    let half = Duration::from_secs(30);
    let mib = |from, to| at(&mut within(from, to).map(|(_, kb, _)| *kb as f64 / 1024.0).collect::<Vec<_>>(), 50);
    // Minute 5 of 50.
    let tenth = (speech / 10).max(half * 2);
    let (early, late) = (mib(tenth - half, tenth), mib(speech.saturating_sub(half), speech));
    let silent: Vec<_> = within(speech + SETTLING, (speech + silence).saturating_sub(LOOK_EVERY)).collect();
    let idle = match silent.as_slice() {
        [first, .., last] => (last.2 - first.2) * 100.0 / (last.0 - first.0).as_secs_f64(),
        _ => f64::NAN,
    };
    println!("memory {early:.0} MiB early, {late:.0} MiB late");
    let (all, one) = (at(&mut ratios(&alone), 95), at(&mut ratios(&busy), 95));
    let mut held = true;
    let mut row = |name: &str, figure: f64, target: f64| {
        let fine = figure <= target;
        held &= fine;
        println!("{name:52} {figure:7.3}   target ≤ {target}{}", if fine { "" } else { "   MISSED" });
    };
    // Without the demo only silence is measured.
    if !speech.is_zero() {
        row("end of speech → painted / decode, p95, alone", all, 1.15);
        row("the same with the language model busy / alone", one / all, 1.3);
        row("memory late / early", late / early, 1.05);
    }
    row("processor while nobody speaks, %", idle, 0.3);
    row("stretches given up", run.lost as f64, 0.0);
    held
}
