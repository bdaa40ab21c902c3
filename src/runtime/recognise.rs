//! From sound to utterances: one thread hears (voice, borders, level), the caller's thread writes down (engine,
//! filter), so that a meter moves and nothing is lost while the engine works. The same code runs through a file as
//! fast as it goes and follows a microphone. It stores nothing and knows no screen.

use crate::domain::agreement::Agreement;
use crate::domain::fault::{Exit, Explain};
use crate::domain::lang::Lang;
use crate::domain::segment::{Limits, Segment, Segmenter};
use crate::domain::speech_filter::{Circumstances, Dropped, SpeechFilter, Verdict};
use crate::domain::text::ClientText;
use crate::domain::time::Span;
use crate::domain::transcript::Gap;
use crate::domain::vad::{RATE, level, ms_of};
use crate::ports::audio::{AudioFault, Read, Sound};
use crate::ports::engine::{EngineFault, SpeechEngine};
use crate::protocol::Decode;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Segments that wait for the engine while a file is read. Full: reading waits.
const AHEAD_OF_A_FILE: usize = 6;
/// Segments that wait for the engine during a live session: twelve minutes of speech without a pause, 25 MB.
/// Full: the segment is given up and becomes a [`Gap`]; the recording still has it.
const AHEAD_OF_LIFE: usize = 64;
/// The level is told this often: ten times a second is what a meter can show.
const TELL_EVERY: usize = RATE as usize / 10;
/// Progress through stretches where nobody speaks is told this often, samples.
const REACHED_EVERY: u64 = RATE as u64 * 10;
/// How often the writing side looks at the growing utterance.
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// A partial needs this much new sound; less changes no word.
const PARTIAL_AFTER_MS: u64 = 700;
/// Partials together may cost one part in this many of one core.
const PARTIAL_SHARE: u32 = 3;
/// No partial is begun when the speaker has paused this long: the final is near and must not wait.
const PARTIAL_UNTIL_QUIET_MS: u64 = 100;

/// How to listen.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Pinned for the whole session.
    pub language: Lang,
    /// Words that are likely to come up.
    pub prompt: Option<ClientText>,
    /// Tell the words of an utterance while it is being spoken.
    pub partials: bool,
    /// Where utterances begin and end.
    pub limits: Limits,
    /// An engine that fails ends the run. Otherwise the lost stretch is a [`Gap`] and listening goes on.
    pub strict: bool,
}

impl Settings {
    /// For a file: no partials, a failing engine ends it.
    pub fn file(language: Lang) -> Self {
        Settings { language, prompt: None, partials: false, limits: Limits::default(), strict: true }
    }

    /// For a session: partials, and it goes on whatever the engine does.
    pub fn live(language: Lang) -> Self {
        Settings { partials: true, strict: false, ..Settings::file(language) }
    }
}

/// One utterance, final.
#[derive(Debug, Clone)]
pub struct Said {
    /// Where it lies in the session.
    pub span: Span,
    /// The words.
    pub text: ClientText,
    /// Mean token probability, when the engine gave one.
    pub confidence: Option<f32>,
    /// Its sound, for whoever tells speakers apart. Drop it afterwards.
    pub segment: Segment,
    /// From the end of the segment to now, milliseconds: waiting and decoding.
    pub lag_ms: u64,
    /// CPU time of the decode, milliseconds.
    pub cpu_ms: u64,
}

/// What is heard, in order of time but for levels and partials.
#[derive(Debug, Clone)]
pub enum Heard {
    /// Loudness of the last tenth of a second, live only.
    Level {
        /// Session time.
        at_ms: u64,
        /// Root mean square in dB below full scale, -90 to 0.
        rms_db: f32,
        /// An utterance is open.
        speaking: bool,
    },
    /// The words so far of the utterance that is being spoken.
    Partial {
        /// Where it began, session time.
        start_ms: u64,
        /// The words so far.
        text: ClientText,
        /// How many of its words will not change before the final.
        committed: usize,
    },
    /// An utterance is final.
    Final(Box<Said>),
    /// A segment became no utterance; the text is withheld, for nobody said it.
    Dropped {
        /// Where it lies.
        span: Span,
        /// Why.
        why: Dropped,
    },
    /// A stretch was not heard or could not be written down.
    Gap(Gap),
    /// Everything before this is final.
    Reached {
        /// Session time.
        at_ms: u64,
    },
    /// The engine failed; told once per failure, before its [`Heard::Gap`].
    Trouble(EngineFault),
}

/// What a run came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Length of the sound, milliseconds.
    pub duration_ms: u64,
    /// Length of all segments, milliseconds.
    pub segments_ms: u64,
    /// Segments.
    pub segments: u64,
    /// Segments that became an utterance.
    pub utterances: u64,
    /// Segments that became none.
    pub dropped: u64,
    /// Utterances that said themselves again and again and were kept once.
    pub unlooped: u64,
    /// Segments that were decoded a second time with the whole window.
    pub decoded_twice: u64,
    /// Partials that were decoded.
    pub partials: u64,
    /// CPU time of the final decodes, milliseconds.
    pub cpu_ms: u64,
    /// CPU time of the partials, milliseconds.
    pub partial_cpu_ms: u64,
    /// What was wrong with the sound but did not stop it.
    pub warnings: Vec<String>,
}

/// Why a run ended before its sound did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecogniseFault {
    /// The sound.
    #[error(transparent)]
    Sound(#[from] AudioFault),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineFault),
}

impl Explain for RecogniseFault {
    fn hint(&self) -> String {
        match self {
            RecogniseFault::Sound(f) => f.hint(),
            RecogniseFault::Engine(f) => f.hint(),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            RecogniseFault::Sound(f) => f.exit(),
            RecogniseFault::Engine(f) => f.exit(),
        }
    }
}

/// What may be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Ear {
    /// Everything.
    #[default]
    Open = 0,
    /// Nothing is heard, taped or kept; the time becomes a gap `off-record`.
    OffRecord = 1,
    /// The same, as a gap `pause`.
    Paused = 2,
}

/// Steers a run from elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Control {
    stop: Arc<AtomicBool>,
    ear: Arc<AtomicU8>,
}

impl Control {
    /// Ends the run as if the sound had ended: what is open is still written down.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Whether it was told to stop.
    pub fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }

    /// Opens or closes the ear.
    pub fn ear(&self, ear: Ear) {
        self.ear.store(ear as u8, Ordering::SeqCst);
    }

    /// How the ear is.
    pub fn hears(&self) -> Ear {
        match self.ear.load(Ordering::SeqCst) {
            0 => Ear::Open,
            1 => Ear::OffRecord,
            _ => Ear::Paused,
        }
    }
}

/// Gets every sample that may be kept, in order, before anything else is done with it: the recorder.
pub type Tape<'a> = &'a mut (dyn FnMut(&[i16]) + Send);

/// What the hearing side passes on.
enum Passed {
    Segment(Segment, Instant),
    Gap(Gap),
    Reached(u64),
}

/// The utterance that is being spoken, as the writing side may look at it.
#[derive(Default)]
struct Spoken {
    start: u64,
    pcm: Vec<i16>,
    quiet_ms: u64,
}

/// Listens until the sound ends or it is stopped. `on` is called from both threads and must be quick.
pub fn recognise(
    sound: &mut dyn Sound,
    engine: &mut dyn SpeechEngine,
    filter: &SpeechFilter,
    settings: &Settings,
    control: &Control,
    tape: Option<Tape<'_>>,
    on: &(dyn Fn(Heard) + Sync),
) -> Result<Tally, RecogniseFault> {
    let live = sound.is_live();
    let (to, from) = sync_channel(if live { AHEAD_OF_LIFE } else { AHEAD_OF_A_FILE });
    let spoken = Mutex::new(None);
    std::thread::scope(|scope| {
        let shared = &spoken;
        let hearing = scope.spawn(move || {
            let mut ear = Hearing {
                segmenter: Segmenter::new(settings.limits),
                live,
                share: settings.partials.then_some(shared),
                to,
                on,
                out: Vec::new(),
                closed: None,
                reached: 0,
            };
            let heard = ear.run(sound, control, tape);
            (heard, ms_of(ear.segmenter.position()), sound.warnings())
        });
        let mut writing =
            Writing { engine, filter, settings, on, tally: Tally::default(), partial: Partial::default() };
        let written = writing.run(&from, &spoken);
        // A hearing side that still wants to pass something on learns that nobody listens.
        drop(from);
        let mut tally = writing.tally;
        match hearing.join() {
            Ok((heard, duration_ms, warnings)) => {
                written?;
                heard?;
                tally.duration_ms = duration_ms;
                tally.warnings = warnings;
                Ok(tally)
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// The hearing side.
struct Hearing<'a> {
    segmenter: Segmenter,
    live: bool,
    share: Option<&'a Mutex<Option<Spoken>>>,
    to: SyncSender<Passed>,
    on: &'a (dyn Fn(Heard) + Sync),
    out: Vec<Segment>,
    closed: Option<(Ear, u64)>,
    reached: u64,
}

/// The writing side is gone.
struct Unheard;

impl Hearing<'_> {
    fn run(&mut self, sound: &mut dyn Sound, control: &Control, mut tape: Option<Tape<'_>>) -> Result<(), AudioFault> {
        let mut block = Vec::new();
        let end = loop {
            if control.stopped() {
                break Ok(());
            }
            block.clear();
            let went = match sound.read(&mut block) {
                Ok(Read::Some) if control.hears() != Ear::Open => self.deaf(control.hears(), block.len() as u64),
                Ok(Read::Some) => {
                    if let Some(tape) = &mut tape {
                        tape(&block);
                    }
                    self.hear(&block)
                }
                Ok(Read::Lost(samples)) => self.lost(samples),
                Ok(Read::End) => break Ok(()),
                Err(fault) => break Err(fault),
            };
            if went.is_err() {
                return Ok(());
            }
        };
        let last = self.segmenter.finish();
        self.out.extend(last);
        // Nobody may listen any more; then there is nobody to tell either.
        let _ = self.open_ear().and_then(|()| self.pass_on());
        let _ = self.to.send(Passed::Reached(ms_of(self.segmenter.position())));
        end
    }

    fn hear(&mut self, pcm: &[i16]) -> Result<(), Unheard> {
        self.open_ear()?;
        for part in pcm.chunks(TELL_EVERY) {
            self.segmenter.push(part, &mut self.out);
            if self.live {
                let growing = self.segmenter.growing();
                let (at_ms, speaking) = (ms_of(self.segmenter.position()), growing.is_some());
                (self.on)(Heard::Level { at_ms, rms_db: decibel(level(part)), speaking });
            }
            self.show();
            self.pass_on()?;
        }
        Ok(())
    }

    /// Lets the writing side see what is being spoken.
    fn show(&self) {
        let Some(mut spoken) = self.share.and_then(|share| share.lock().ok()) else { return };
        match (self.segmenter.growing(), spoken.as_mut()) {
            (None, _) => *spoken = None,
            (Some(g), Some(s)) if s.start == g.start && g.pcm.len() >= s.pcm.len() => {
                let have = s.pcm.len();
                s.pcm.extend_from_slice(&g.pcm[have..]);
                s.quiet_ms = g.quiet_ms;
            }
            (Some(g), _) => *spoken = Some(Spoken { start: g.start, pcm: g.pcm.to_vec(), quiet_ms: g.quiet_ms }),
        }
    }

    fn lost(&mut self, samples: u64) -> Result<(), Unheard> {
        let start_ms = ms_of(self.segmenter.position());
        self.segmenter.skip(samples, &mut self.out);
        self.show();
        self.pass_on()?;
        self.gap(start_ms, "overrun")
    }

    fn deaf(&mut self, ear: Ear, samples: u64) -> Result<(), Unheard> {
        if self.closed.is_some_and(|(was, _)| was != ear) {
            self.open_ear()?;
        }
        let at = self.segmenter.position();
        self.closed.get_or_insert((ear, at));
        self.segmenter.skip(samples, &mut self.out);
        self.show();
        if self.live {
            let at_ms = ms_of(self.segmenter.position());
            (self.on)(Heard::Level { at_ms, rms_db: decibel(0.0), speaking: false });
        }
        self.pass_on()
    }

    fn open_ear(&mut self) -> Result<(), Unheard> {
        match self.closed.take() {
            Some((Ear::Paused, from)) => self.gap(ms_of(from), "pause"),
            Some((_, from)) => self.gap(ms_of(from), "off-record"),
            None => Ok(()),
        }
    }

    fn gap(&mut self, start_ms: u64, reason: &str) -> Result<(), Unheard> {
        let end_ms = ms_of(self.segmenter.position());
        self.to.send(Passed::Gap(Gap { start_ms, end_ms, reason: reason.to_owned() })).map_err(|_| Unheard)
    }

    fn pass_on(&mut self) -> Result<(), Unheard> {
        for segment in std::mem::take(&mut self.out) {
            let end = segment.start + segment.pcm.len() as u64;
            self.reached = end;
            let passed = Passed::Segment(segment, Instant::now());
            if !self.live {
                self.to.send(passed).map_err(|_| Unheard)?;
                continue;
            }
            match self.to.try_send(passed) {
                Ok(()) => {}
                Err(TrySendError::Disconnected(_)) => return Err(Unheard),
                Err(TrySendError::Full(Passed::Segment(given_up, _))) => {
                    let Span { start_ms, end_ms } = given_up.span();
                    (self.on)(Heard::Gap(Gap { start_ms, end_ms, reason: "overrun".into() }));
                }
                Err(TrySendError::Full(_)) => {}
            }
        }
        let position = self.segmenter.position();
        if self.segmenter.growing().is_none() && position >= self.reached + REACHED_EVERY {
            self.reached = position;
            match self.to.try_send(Passed::Reached(ms_of(position))) {
                Err(TrySendError::Disconnected(_)) => return Err(Unheard),
                // The next one says as much.
                Ok(()) | Err(TrySendError::Full(_)) => {}
            }
        }
        Ok(())
    }
}

fn decibel(rms: f32) -> f32 {
    (20.0 * rms.max(1e-9).log10()).clamp(-90.0, 0.0)
}

/// The partials of one utterance and what they have cost.
#[derive(Default)]
struct Partial {
    start: u64,
    decoded_ms: u64,
    agreement: Agreement,
    not_before: Option<Instant>,
}

/// The writing side.
struct Writing<'a> {
    engine: &'a mut dyn SpeechEngine,
    filter: &'a SpeechFilter,
    settings: &'a Settings,
    on: &'a (dyn Fn(Heard) + Sync),
    tally: Tally,
    partial: Partial,
}

impl Writing<'_> {
    fn run(&mut self, from: &Receiver<Passed>, spoken: &Mutex<Option<Spoken>>) -> Result<(), EngineFault> {
        loop {
            match from.recv_timeout(if self.settings.partials { LOOK_EVERY } else { Duration::from_secs(1) }) {
                Ok(Passed::Segment(segment, ended)) => self.finish(segment, ended)?,
                Ok(Passed::Gap(gap)) => (self.on)(Heard::Gap(gap)),
                Ok(Passed::Reached(at_ms)) => (self.on)(Heard::Reached { at_ms }),
                Err(RecvTimeoutError::Timeout) => self.partial(spoken),
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    }

    fn how(&self) -> Decode {
        Decode { language: self.settings.language, prompt: self.settings.prompt.clone(), full_window: false }
    }

    fn finish(&mut self, segment: Segment, ended: Instant) -> Result<(), EngineFault> {
        let span = segment.span();
        self.tally.segments += 1;
        self.tally.segments_ms += span.len_ms();
        match self.engine.decode(self.how(), &segment.pcm, &mut |_| {}) {
            Ok(decoded) => {
                self.tally.cpu_ms += decoded.cpu_ms;
                self.tally.decoded_twice += u64::from(decoded.decoded_twice);
                let with = Circumstances {
                    language: self.settings.language,
                    voiced_ms: segment.voiced_ms,
                    confidence: decoded.confidence,
                    no_speech: decoded.no_speech,
                };
                let verdict = self.filter.judge(decoded.text.reveal(), with);
                self.tally.unlooped += u64::from(matches!(verdict, Verdict::Unlooped(_)));
                match verdict {
                    Verdict::Keep(text) | Verdict::Unlooped(text) => {
                        self.tally.utterances += 1;
                        (self.on)(Heard::Final(Box::new(Said {
                            span,
                            text,
                            confidence: decoded.confidence,
                            segment,
                            lag_ms: ended.elapsed().as_millis() as u64,
                            cpu_ms: decoded.cpu_ms,
                        })));
                    }
                    Verdict::Drop(why) => {
                        self.tally.dropped += 1;
                        (self.on)(Heard::Dropped { span, why });
                    }
                }
            }
            Err(fault) if self.settings.strict => return Err(fault),
            Err(fault) => {
                (self.on)(Heard::Trouble(fault));
                let Span { start_ms, end_ms } = span;
                (self.on)(Heard::Gap(Gap { start_ms, end_ms, reason: "worker".into() }));
            }
        }
        (self.on)(Heard::Reached { at_ms: span.end_ms });
        Ok(())
    }

    /// Decodes what is being spoken if enough of it is new and the budget allows.
    fn partial(&mut self, spoken: &Mutex<Option<Spoken>>) {
        let now = Instant::now();
        if !self.settings.partials || self.partial.not_before.is_some_and(|t| now < t) {
            return;
        }
        let (start, pcm) = match spoken.lock() {
            Ok(guard) => match guard.as_ref() {
                Some(s) if s.quiet_ms < PARTIAL_UNTIL_QUIET_MS => (s.start, s.pcm.clone()),
                _ => return,
            },
            Err(_) => return,
        };
        let length_ms = ms_of(pcm.len() as u64);
        if self.partial.start != start || self.partial.decoded_ms > length_ms {
            self.partial = Partial { start, not_before: self.partial.not_before, ..Partial::default() };
        }
        if length_ms < self.partial.decoded_ms + PARTIAL_AFTER_MS {
            return;
        }
        self.partial.decoded_ms = length_ms;
        // The final pass tells when the engine fails; a partial is dispensable.
        let Ok(decoded) = self.engine.decode(self.how(), &pcm, &mut |_| {}) else { return };
        self.tally.partials += 1;
        self.tally.partial_cpu_ms += decoded.cpu_ms;
        self.partial.not_before = Some(now + Duration::from_millis(decoded.cpu_ms) * PARTIAL_SHARE);
        let with = Circumstances {
            language: self.settings.language,
            voiced_ms: length_ms,
            confidence: decoded.confidence,
            no_speech: decoded.no_speech,
        };
        if let Verdict::Keep(text) = self.filter.judge(decoded.text.reveal(), with) {
            let text = ClientText::new(&self.partial.agreement.take(text.reveal()));
            let committed = self.partial.agreement.committed();
            (self.on)(Heard::Partial { start_ms: ms_of(start), text, committed });
        }
    }
}
