//! What was looked at on this computer, and what was found.

use crate::domain::explain::ErrorReport;

/// What the doctor looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
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
    /// Room on the disk of the vault.
    Disk,
}

/// One line of the doctor's findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at.
    pub what: Looked,
    /// What was found, or what is wrong with it.
    pub state: Result<String, ErrorReport>,
}
