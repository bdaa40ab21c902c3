//! What the program wants of its engines, whoever runs them: a child process, or a script in a test.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::text::ClientText;
use crate::protocol::{Decode, Decoded, Judge, Judged, Load, Write, Written};

/// Why an engine gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The worker program is not there or does not start.
    #[error("the {worker} worker could not be started: {why}")]
    Absent {
        /// `asr` or `llm`.
        worker: String,
        /// The system's reason.
        why: String,
    },
    /// It speaks another version.
    #[error("the {worker} worker is of another version (protocol {theirs}, expected {ours})")]
    Version {
        /// `asr` or `llm`.
        worker: String,
        /// Its version.
        theirs: u32,
        /// Ours.
        ours: u32,
    },
    /// It died.
    #[error("the {worker} worker died ({how})")]
    Died {
        /// `asr` or `llm`.
        worker: String,
        /// Signal or exit code.
        how: String,
    },
    /// It died whenever it loaded this model.
    #[error("the {worker} worker died ({how}) while it loaded the model file")]
    DiedLoading {
        /// `asr` or `llm`.
        worker: String,
        /// Signal or exit code.
        how: String,
    },
    /// It died of an instruction this processor does not have.
    #[error("the {worker} worker used an instruction that this processor does not have (SIGILL)")]
    Illegal {
        /// `asr` or `llm`.
        worker: String,
    },
    /// It died too often.
    #[error("the {worker} worker died {times} times and is not started again in this session")]
    Degraded {
        /// `asr` or `llm`.
        worker: String,
        /// Restarts used.
        times: u32,
    },
    /// It did not answer in time and was stopped.
    #[error("the {worker} worker did not answer within {seconds} s and was stopped")]
    Hung {
        /// `asr` or `llm`.
        worker: String,
        /// The limit.
        seconds: u64,
    },
    /// The request was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The engine said no.
    #[error("{what}")]
    Failed {
        /// What happened.
        what: String,
        /// What to do.
        hint: String,
    },
}

impl Explain for EngineError {
    fn hint(&self) -> String {
        match self {
            EngineError::Absent { .. } => {
                "build the workers with `make build`; `gyeot doctor` shows where they are looked for".into()
            }
            EngineError::Version { .. } => "build the whole package again with `make build`".into(),
            EngineError::Died { .. } => {
                "the session goes on without it; `gyeot models verify` checks the model file".into()
            }
            EngineError::DiedLoading { .. } => {
                "the file is damaged or of a kind that this build cannot run; choose another model with `gyeot models list`"
                    .into()
            }
            EngineError::Illegal { .. } => "this build is for another processor: run `make build CPU=portable`".into(),
            EngineError::Degraded { .. } => {
                "writing, scoring and signing still work; look at `gyeot doctor` after the session".into()
            }
            EngineError::Hung { .. } => {
                "close other programs or choose a smaller model with `gyeot models recommend`".into()
            }
            EngineError::Cancelled => "ask again when you are ready".into(),
            EngineError::Failed { hint, .. } => hint.clone(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            EngineError::DiedLoading { .. } => Exit::Model,
            _ => Exit::Failed,
        }
    }
}

/// Speech to text.
pub trait SpeechEngine: Send {
    /// Loads a model, replacing the one before; the engine's description of it.
    fn load(&mut self, load: Load) -> Result<String, EngineError>;
    /// Writes down one segment: 16 kHz mono, at most 30 s. `partial` gets the words so far.
    fn decode(
        &mut self,
        how: Decode,
        pcm: &[i16],
        partial: &mut dyn FnMut(&ClientText),
    ) -> Result<Decoded, EngineError>;
}

/// Embeddings, judgements and short texts.
pub trait LanguageEngine: Send {
    /// Loads a model, replacing the one before; the engine's description of it.
    fn load(&mut self, load: Load) -> Result<String, EngineError>;
    /// One unit vector per text.
    fn embed(&mut self, texts: &[ClientText]) -> Result<Vec<Vec<f32>>, EngineError>;
    /// Margins of small yes/no questions, in their order.
    fn judge(&mut self, judge: Judge) -> Result<Judged, EngineError>;
    /// A short text.
    fn write(&mut self, write: Write) -> Result<Written, EngineError>;
}
