//! What is heard, and what a run came to.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Span;
use crate::domain::transcript::Gap;
use crate::domain::transcript::likely_words::LikelyWords;
use crate::ports::audio::AudioError;
use crate::ports::engine::EngineError;
use crate::speech::filter::Dropped;
use crate::speech::segment::Segment;
use crate::speech::window::Word;
use crate::texts::Message;

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

/// When the words of an utterance that was told were said. Words and times are those of the engine: names may be spelled otherwise in
/// what was told.
#[derive(Debug, Clone)]
pub struct Timed {
    /// The span under which it was told.
    pub span: Span,
    /// The words in order, with times from the beginning of the utterance.
    pub words: Vec<Word>,
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
    /// An utterance has its words: for good, or with [`Settings::quick`](crate::live::recognise::settings::Settings::quick) until [`Heard::Revised`].
    Final(Box<Said>),
    /// An utterance that was told has other words now.
    Revised(Revised),
    /// The times of the words of an utterance that was told are known; after its last words were told.
    Timed(Timed),
    /// A segment became no utterance; the text is withheld, for nobody said it.
    Dropped {
        /// Where it lies.
        span: Span,
        /// Why.
        why: Dropped,
    },
    /// A stretch was not heard or could not be written down.
    Gap(Gap),
    /// The device is gone, or there again; told once each.
    Device {
        /// It gives sound.
        there: bool,
    },
    /// Everything before this is final.
    Reached {
        /// Session time.
        at_ms: u64,
    },
    /// The engine failed; told once per failure, before its [`Heard::Gap`].
    Trouble(EngineError),
}

impl Heard {
    /// The same with words that sound like these written as they are.
    #[must_use]
    pub fn spelled(self, words: &LikelyWords, lang: Lang) -> Self {
        match self {
            Heard::Partial { start_ms, text, committed } => {
                Heard::Partial { start_ms, text: words.written(&text, lang), committed }
            }
            Heard::Final(mut said) => {
                said.text = words.written(&said.text, lang);
                Heard::Final(said)
            }
            Heard::Revised(revised) => Heard::Revised(Revised { text: words.written(&revised.text, lang), ..revised }),
            other => other,
        }
    }
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
    /// Segments that were decoded a second time.
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
