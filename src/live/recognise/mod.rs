//! From sound to utterances: one thread hears (voice, borders, level), the caller's thread writes down (engine,
//! filter), so that a meter moves and nothing is lost while the engine works. The same code runs through a file as
//! fast as it goes and follows a microphone. It stores nothing and knows no screen.

use crate::texts::Message;

mod hearing;
mod partial;
mod writing;

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::recording::Skipped;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Gap;
use crate::live::recognise::hearing::Hearing;
use crate::live::recognise::partial::Partial;
use crate::live::recognise::writing::Writing;
use crate::ports::audio::{AudioError, Sound};
use crate::ports::engine::{EngineError, SpeechEngine};
use crate::ports::recorder::SoundSink;
use crate::speech::filter::{Dropped, SpeechFilter};
use crate::speech::leveller::Leveller;
use crate::speech::segment::{Limits, Segment, Segmenter};
use crate::speech::vad::ms_of;
use crate::speech::window::Window;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// Segments that wait for the engine while a file is read. Full: reading waits.
const AHEAD_OF_A_FILE: usize = 6;
/// Segments that wait for the engine during a live session: twelve minutes of speech without a pause, 25 MB.
/// Full: the segment is given up and becomes a [`Gap`]; where the sound is kept, `session hear-again` has its words.
const AHEAD_OF_LIFE: usize = 64;

/// How to listen.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Pinned for the whole session.
    pub language: Lang,
    /// Words that are likely to come up.
    pub prompt: Option<ClientText>,
    /// Tell an utterance as soon as it ended, from a decode without its neighbours, and revise it when its window of up
    /// to 30 s was decoded. Otherwise it is told once, when its window is full.
    pub quick: bool,
    /// Tell the words of an utterance while it is being spoken.
    pub partials: bool,
    /// Where utterances begin and end.
    pub limits: Limits,
    /// An engine that fails ends the run. Otherwise the lost stretch is a [`Gap`] and listening goes on.
    pub strict: bool,
}

impl Settings {
    /// For a file: every utterance once, out of its window; a failing engine ends it.
    pub fn file(language: Lang) -> Self {
        Settings { language, prompt: None, quick: false, partials: false, limits: Limits::default(), strict: true }
    }

    /// For a session: partials and quick words, and it goes on whatever the engine does.
    pub fn live(language: Lang) -> Self {
        Settings { quick: true, partials: true, strict: false, ..Settings::file(language) }
    }
}

/// One utterance with its words.
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

/// Other words for an utterance that was told before, heard with what stands around it.
#[derive(Debug, Clone)]
pub struct Revised {
    /// The span under which it was told.
    pub span: Span,
    /// The words.
    pub text: ClientText,
    /// Mean token probability, when the engine gave one.
    pub confidence: Option<f32>,
}

/// What is heard, in order of time but for levels, partials and revisions. An utterance of which a quick decode made no
/// words may come late.
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
    /// An utterance has its words: for good, or with [`Settings::quick`] until [`Heard::Revised`].
    Final(Box<Said>),
    /// An utterance that was told has other words now.
    Revised(Revised),
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
    Trouble(EngineError),
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
    /// Windows that were decoded.
    pub windows: u64,
    /// Utterances whose quick words were replaced.
    pub revised: u64,
    /// Utterances that got no words from their window and were decoded alone.
    pub alone: u64,
    /// Windows that were given up because the engine was too far behind; their utterances keep the quick words.
    pub heard_once: u64,
    /// CPU time of the decodes of single utterances, milliseconds.
    pub cpu_ms: u64,
    /// CPU time of the windows, milliseconds.
    pub window_cpu_ms: u64,
    /// CPU time of the partials, milliseconds.
    pub partial_cpu_ms: u64,
    /// What was wrong with the sound but did not stop it.
    pub warnings: Vec<Message>,
}

/// Why a run ended before its sound did.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum RecogniseError {
    /// The sound.
    Sound(#[from] AudioError),
    /// The engine.
    Engine(#[from] EngineError),
}

impl Explain for RecogniseError {
    fn message(&self) -> Message {
        match self {
            RecogniseError::Sound(e) => e.message(),
            RecogniseError::Engine(e) => e.message(),
        }
    }
    fn hint(&self) -> Message {
        match self {
            RecogniseError::Sound(f) => f.hint(),
            RecogniseError::Engine(f) => f.hint(),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            RecogniseError::Sound(f) => f.exit(),
            RecogniseError::Engine(f) => f.exit(),
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
    /// Nothing is heard, recorded or kept; the time becomes a gap `off-record`.
    OffRecord = 1,
    /// The same, as a gap `pause`.
    Paused = 2,
}

impl Ear {
    /// Why nothing is recorded while the ear is so.
    const fn skips(self) -> Skipped {
        match self {
            Ear::OffRecord => Skipped::OffRecord,
            Ear::Paused | Ear::Open => Skipped::Pause,
        }
    }
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
    sink: Option<&mut dyn SoundSink>,
    on: &(dyn Fn(Heard) + Sync),
) -> Result<Tally, RecogniseError> {
    let live = sound.is_live();
    let (to, from) = sync_channel(if live { AHEAD_OF_LIFE } else { AHEAD_OF_A_FILE });
    let spoken = Mutex::new(None);
    std::thread::scope(|scope| {
        let shared = &spoken;
        let hearing = scope.spawn(move || {
            let mut ear = Hearing {
                leveller: Leveller::default(),
                segmenter: Segmenter::new(settings.limits),
                live,
                share: settings.partials.then_some(shared),
                to,
                on,
                out: Vec::new(),
                closed: None,
                reached: 0,
            };
            let heard = ear.run(sound, control, sink);
            (heard, ms_of(ear.segmenter.position()), sound.warnings())
        });
        let mut writing = Writing {
            engine,
            filter,
            settings,
            on,
            tally: Tally::default(),
            partial: Partial::default(),
            open: Window::default(),
            reached_ms: 0,
            full: VecDeque::new(),
        };
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
