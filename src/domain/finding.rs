//! What was looked at on this computer, and what was found.

use crate::domain::explain::ErrorReport;
use crate::texts::{Message, verbatim};

/// What the doctor looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// The processor, with what it has for the models.
    Processor,
    /// The program that writes down speech.
    SpeechWorker,
    /// The program that runs language models.
    LanguageWorker,
    /// The program that keeps the sound of a session.
    Recorder,
    /// The folder of the models.
    Models,
    /// The model for speech.
    SpeechModel,
    /// The model that answers small questions.
    LanguageModel,
    /// The model that compares sentences.
    EmbeddingModel,
    /// The model that tells voices apart.
    SpeakerModel,
    /// The microphones of this computer.
    Microphone,
    /// Whose keys to the vault are here.
    Vault,
    /// Room on the disk of the vault.
    Disk,
    /// Whether keys in memory can reach the swap.
    Memory,
    /// After how long an unattended screen locks.
    IdleLock,
    /// In which zone days are counted.
    Days,
}

impl Looked {
    /// The id of its name.
    pub const fn id(self) -> &'static str {
        match self {
            Looked::Processor => "doctor-processor",
            Looked::SpeechWorker => "speech-worker",
            Looked::LanguageWorker => "language-worker",
            Looked::Recorder => "recorder",
            Looked::Models => "models-folder",
            Looked::SpeechModel => "speech-model",
            Looked::LanguageModel => "language-model",
            Looked::EmbeddingModel => "embedding-model",
            Looked::SpeakerModel => "speaker-model",
            Looked::Microphone => "microphone",
            Looked::Vault => "doctor-vault",
            Looked::Disk => "disk-room",
            Looked::Memory => "doctor-memory",
            Looked::IdleLock => "doctor-lock",
            Looked::Days => "doctor-days",
        }
    }
}

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Right,
    /// Works, and should be known; or is missing and can be done without.
    Worth,
    /// Has to be mended.
    Wrong,
}

/// One line of the doctor's findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: Looked,
    /// What was found, or what is wrong with it.
    pub state: Result<String, ErrorReport>,
    /// How that is.
    pub health: Health,
}

impl Finding {
    /// As it should be.
    pub fn right(what: Looked, found: impl Into<String>) -> Self {
        Finding { what, state: Ok(found.into()), health: Health::Right }
    }

    /// Has to be mended.
    pub fn wrong(what: Looked, fault: impl Into<ErrorReport>) -> Self {
        Finding { what, state: Err(fault.into()), health: Health::Wrong }
    }

    /// Missing, and can be done without.
    pub fn without(what: Looked, fault: impl Into<ErrorReport>) -> Self {
        Finding { health: Health::Worth, ..Finding::wrong(what, fault) }
    }

    /// Works, and there is something to be known or done about it.
    pub fn worth(what: Looked, found: impl Into<String>, hint: Message) -> Self {
        Finding::without(what, ErrorReport::failed(verbatim(found), hint))
    }
}
