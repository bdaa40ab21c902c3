//! What the program wants of its engines, whoever runs them: a child process, or a script in a test.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::text::ClientText;
use crate::protocol::message::Hello;
use crate::protocol::{Decode, Decoded, Judge, Judged, Load, Write, Written};
use crate::texts::{Message, msg};
use std::path::PathBuf;

/// Why an engine gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum EngineError {
    /// The worker program is not there or does not start.
    Absent {
        /// `asr` or `llm`.
        worker: String,
        /// The system's reason.
        why: Message,
    },
    /// It speaks another version.
    Version {
        /// `asr` or `llm`.
        worker: String,
        /// Its version.
        theirs: u32,
        /// Ours.
        ours: u32,
    },
    /// It died.
    Died {
        /// `asr` or `llm`.
        worker: String,
        /// Signal or exit code.
        how: Message,
    },
    /// It died whenever it loaded this model.
    DiedLoading {
        /// `asr` or `llm`.
        worker: String,
        /// Signal or exit code.
        how: Message,
    },
    /// It died of an instruction this processor does not have.
    Illegal {
        /// `asr` or `llm`.
        worker: String,
    },
    /// It died too often.
    Degraded {
        /// `asr` or `llm`.
        worker: String,
        /// Restarts used.
        times: u32,
    },
    /// It did not answer in time and was stopped.
    Hung {
        /// `asr` or `llm`.
        worker: String,
        /// The limit.
        seconds: u64,
    },
    /// The request was cancelled.
    Cancelled,
    /// The engine said no.
    Failed {
        /// What happened.
        what: Message,
        /// What to do.
        hint: Message,
    },
}

impl Explain for EngineError {
    fn message(&self) -> Message {
        match self {
            EngineError::Absent { worker, why } => msg("engine-absent").with("worker", worker).with("why", why),
            EngineError::Version { worker, theirs, ours } => {
                msg("engine-version").with("worker", worker).with("theirs", theirs).with("ours", ours)
            }
            EngineError::Died { worker, how } => msg("engine-died").with("worker", worker).with("how", how),
            EngineError::DiedLoading { worker, how } => {
                msg("engine-died-loading").with("worker", worker).with("how", how)
            }
            EngineError::Illegal { worker } => msg("engine-illegal").with("worker", worker),
            EngineError::Degraded { worker, times } => {
                msg("engine-degraded").with("worker", worker).with("times", times)
            }
            EngineError::Hung { worker, seconds } => msg("engine-hung").with("worker", worker).with("seconds", seconds),
            EngineError::Cancelled => msg("engine-cancelled"),
            EngineError::Failed { what, .. } => what.clone(),
        }
    }
    fn hint(&self) -> Message {
        match self {
            EngineError::Absent { .. } => msg("engine-absent.hint"),
            EngineError::Version { .. } => msg("engine-version.hint"),
            EngineError::Died { .. } => msg("engine-died.hint"),
            EngineError::DiedLoading { .. } => msg("engine-died-loading.hint"),
            EngineError::Illegal { .. } => msg("engine-illegal.hint"),
            EngineError::Degraded { .. } => msg("engine-degraded.hint"),
            EngineError::Hung { .. } => msg("engine-hung.hint"),
            EngineError::Cancelled => msg("engine-cancelled.hint"),
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

/// What is to be done now, while something longer is being decoded.
#[derive(Debug)]
pub enum Interrupt {
    /// Nothing.
    None,
    /// Nobody wants the longer one any more.
    Stop,
    /// This first: one utterance that somebody waits for.
    First(Decode, Vec<i16>),
}

/// Who may interrupt a decode.
pub trait Interrupts {
    /// Asked a hundred times a second while the decode runs. After [`Interrupt::First`] not before its answer.
    fn look(&mut self) -> Interrupt;
    /// The answer to what was to be done first.
    fn heard(&mut self, decoded: Result<Decoded, EngineError>);
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
    /// Writes down a window, or what is still being spoken, and lets itself be interrupted; an engine that cannot does one after
    /// the other.
    fn decode_interruptibly(
        &mut self,
        how: Decode,
        pcm: &[i16],
        _interrupts: &mut dyn Interrupts,
    ) -> Result<Decoded, EngineError> {
        self.decode(how, pcm, &mut |_| {})
    }
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
    /// Several short texts, each handed to `done` with its place as soon as it is written, in any order and once. A text that the
    /// engine refuses is left out. Where `done` says that no more is wanted, the rest is not written and the request is cancelled.
    fn write_together(
        &mut self,
        texts: Vec<Write>,
        done: &mut dyn FnMut(usize, Written) -> bool,
    ) -> Result<(), EngineError> {
        for (place, text) in texts.into_iter().enumerate() {
            match self.write(text) {
                Ok(written) => {
                    if !done(place, written) {
                        return Err(EngineError::Cancelled);
                    }
                }
                Err(EngineError::Failed { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }
}

/// A worker program that was started to be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerFound {
    /// The program.
    pub path: PathBuf,
    /// What it said of itself.
    pub hello: Option<Hello>,
}
