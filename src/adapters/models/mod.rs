//! The models folder: what is in it, whether it is what the catalogue pinned, and how files come into it.
//! Knows no engine and reads no client data. Files here are public weights; nothing in this folder is secret.

pub mod catalogue;
pub mod digest;
pub mod fetch;
pub mod import;
pub mod pull;
pub mod recommend;
pub mod store;

pub use crate::adapters::models::catalogue::Catalogue;
pub use crate::adapters::models::store::{Found, ModelRef, Store};
pub use crate::domain::model::{ChatTemplate, Manifest, Task, Tier, Variant, Verified};

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
        /// Catalogue id of the model.
        id: String,
        /// What was asked for.
        variant: String,
        /// Names of its variants.
        has: String,
    },
    /// Known but not in the models folder.
    #[error("the model {id} is not in {dir}")]
    Missing {
        /// Catalogue id of the model.
        id: String,
        /// Path of the models folder.
        dir: String,
        /// Whether `gyeot models pull` can fetch it.
        can_be_pulled: bool,
    },
    /// No model for this task is in the folder.
    #[error("no model for {task} is in {dir}")]
    NoneFor {
        /// `asr`, `llm`, …
        task: &'static str,
        /// Path of the models folder.
        dir: String,
        /// The one to get.
        id: String,
    },
    /// The file's hash is not the pinned one.
    #[error("the file of {id} is not what its hash says: {path} has sha256 {found}, expected {expected}")]
    WrongHash {
        /// Catalogue id of the model.
        id: String,
        /// Path of the file.
        path: String,
        /// SHA-256 of the file as it is.
        found: String,
        /// SHA-256 that the manifest names.
        expected: String,
    },
    /// A manifest is not well formed.
    #[error("the manifest {name} is not well formed: {why}")]
    Manifest {
        /// Name of the file, without its folder.
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
        /// Reason as the operating system gives it.
        #[source]
        source: std::io::Error,
    },
    /// The disk has less free space than the model and its ingredients need.
    #[error("not enough room in {dir}: {needed} MiB are needed, {free} MiB are free")]
    NoRoom {
        /// Path of the models folder.
        dir: String,
        /// Space that is needed, MiB.
        needed: u64,
        /// Space that is free, MiB.
        free: u64,
    },
    /// The catalogue pins no hash, so there is nothing that could be fetched and trusted.
    #[error("{id} cannot be pulled: no file of it was seen, so no hash is pinned")]
    NotPullable {
        /// Catalogue id of the model.
        id: String,
        /// Where its publisher keeps it.
        repository: String,
    },
    /// No source gave the model.
    #[error("{id} could not be fetched: {why}")]
    SourcesFailed {
        /// Catalogue id of the model.
        id: String,
        /// One reason per source.
        why: String,
        /// What the user can do, one sentence.
        hint: String,
    },
    /// Anything else that a person can mend.
    #[error("{what}")]
    Refused {
        /// What happened, one sentence.
        what: String,
        /// What the user can do, one sentence.
        hint: String,
    },
}

impl ModelError {
    fn io(what: impl Into<String>, source: std::io::Error) -> Self {
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
