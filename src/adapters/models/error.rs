//! Why a model could not be had.

use crate::domain::explain::{Exit, Explain};

/// Why a model could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No manifest and no centre-supplied file of this id.
    #[error("there is no model called {id}")]
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// The manifest has no such variant.
    #[error("{id} has no variant {variant}; it has {has}")]
    UnknownVariant {
        /// The model.
        id: String,
        /// What was asked for.
        variant: String,
        /// Names of its variants.
        has: String,
    },
    /// Known but not in the models folder.
    #[error("the model {id} is not in {dir}")]
    Missing {
        /// The model.
        id: String,
        /// The models folder.
        dir: String,
        /// Whether `gyeot models pull` can fetch it.
        can_be_pulled: bool,
    },
    /// No model for this task is in the folder.
    #[error("no model for {task} is in {dir}")]
    NoneFor {
        /// `asr`, `llm`, …
        task: &'static str,
        /// The models folder.
        dir: String,
        /// The one to get.
        id: String,
    },
    /// The file's hash is not the pinned one.
    #[error("the file of {id} is not what its hash says: {path} has sha256 {found}, expected {expected}")]
    WrongHash {
        /// The model.
        id: String,
        /// The file.
        path: String,
        /// What it has.
        found: String,
        /// What was pinned.
        expected: String,
    },
    /// A manifest is not well formed.
    #[error("the manifest {name} is not well formed: {why}")]
    Manifest {
        /// File name.
        name: String,
        /// The first thing that is wrong.
        why: String,
    },
    /// A file is no model that can be read.
    #[error("{what} is not a model file that can be read: {why}")]
    Unreadable {
        /// File or part of it.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Reading or writing failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// Not enough room.
    #[error("not enough room in {dir}: {needed} MiB are needed, {free} MiB are free")]
    NoRoom {
        /// The models folder.
        dir: String,
        /// MiB.
        needed: u64,
        /// MiB.
        free: u64,
    },
    /// The catalogue pins no hash, so there is nothing that could be fetched and trusted.
    #[error("{id} cannot be pulled: no file of it was seen, so no hash is pinned")]
    NotPullable {
        /// The model.
        id: String,
        /// Where its publisher keeps it.
        repository: String,
    },
    /// Every source failed.
    #[error("{id} could not be fetched: {why}")]
    SourcesFailed {
        /// The model.
        id: String,
        /// One reason per source.
        why: String,
        /// What to do.
        hint: String,
    },
    /// Anything else that a person can mend.
    #[error("{what}")]
    Refused {
        /// What happened.
        what: String,
        /// What to do.
        hint: String,
    },
}

impl ModelError {
    pub(super) fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        ModelError::Io { what: what.into(), source }
    }
}

impl Explain for ModelError {
    fn hint(&self) -> String {
        match self {
            ModelError::Unknown { .. } => "`gyeot models list` shows what there is".into(),
            ModelError::UnknownVariant { id, .. } => format!("`gyeot models list {id}` shows its variants"),
            ModelError::Missing { id, can_be_pulled: true, .. } => format!("gyeot models pull {id}"),
            ModelError::Missing { id, can_be_pulled: false, .. } => {
                format!("get the file from its publisher, then: gyeot models add FILE --id {id}")
            }
            ModelError::NoneFor { id, .. } => format!("gyeot models pull {id}"),
            ModelError::WrongHash { id, .. } => {
                format!("do not use it; fetch it again: gyeot models remove {id}, then gyeot models pull {id}")
            }
            ModelError::Manifest { .. } => "mend or remove that file".into(),
            ModelError::Unreadable { .. } => {
                "a GGUF file, a whisper.cpp file or a CTranslate2 Whisper folder is expected; copy it again if it was cut"
                    .into()
            }
            ModelError::Io { .. } => "check the disk, the folder and its permissions, then try again".into(),
            ModelError::NoRoom { .. } => "make room, or choose another folder with --models DIR".into(),
            ModelError::NotPullable { id, repository } => {
                format!("get a GGUF file from {repository}, then: gyeot models add FILE --id {id}")
            }
            ModelError::SourcesFailed { hint, .. } | ModelError::Refused { hint, .. } => hint.clone(),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Model
    }
}
