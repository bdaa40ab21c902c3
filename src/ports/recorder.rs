//! The recorder as the program sees it: started with a folder, fed over a pipe, heard over another.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::recording::Skipped;
use crate::ports::engine::WorkerFound;
use crate::texts::{Message, msg};
use std::io::{Read, Write};
use std::path::Path;

/// Why nothing is recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum RecorderError {
    /// The program is not there or does not start.
    Absent(Message),
    /// It speaks another version, or says less of its sandbox than this system can do.
    Refused,
}

impl Explain for RecorderError {
    fn message(&self) -> Message {
        match self {
            RecorderError::Absent(why) => msg("recorder-absent").with("why", why),
            RecorderError::Refused => msg("recorder-refused"),
        }
    }
    fn hint(&self) -> Message {
        msg("recorder-absent.hint")
    }
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

/// A recorder that runs and was heard to say who it is.
pub struct RecorderLink {
    /// Checks the signatures of this run.
    pub verifying: String,
    /// It is fed here.
    pub to: Box<dyn Write + Send>,
    /// It tells here; at its end the process is over.
    pub from: Box<dyn Read + Send>,
    /// Takes note of its end, after `from` has ended.
    pub over: Box<dyn FnOnce() + Send>,
}

/// Starts recorders.
pub trait Recorders: Send + Sync {
    /// Starts one that writes into this folder, which exists.
    fn start(&self, folder: &Path) -> Result<RecorderLink, RecorderError>;
    /// Starts one without a folder and ends it.
    fn look(&self) -> Result<WorkerFound, RecorderError>;
}

/// Gets every sample that may be kept, in order, before anything else is done with it. Never waits while the sound is live.
pub trait SoundSink: Send {
    /// Sound from this sample of the session on.
    fn sound(&mut self, at: u64, pcm: &[i16]);
    /// Nothing is to be kept up to this sample.
    fn skipped(&mut self, to: u64, why: Skipped);
}
