//! Why a model could not be had.

use crate::domain::explain::{Exit, Explain};
use crate::domain::model::Task;
use crate::formats::convert::ConvertError;
use crate::texts::{Message, msg, verbatim};
use std::path::Path;

/// Why a model could not be had.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub enum ModelError {
    /// No manifest and no centre-supplied file of this id.
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// The manifest has no such variant.
    UnknownVariant {
        /// The model.
        id: String,
        /// What was asked for.
        variant: String,
        /// Names of its variants.
        has: String,
    },
    /// Known but not in the models folder.
    Missing {
        /// The model.
        id: String,
        /// The models folder.
        dir: String,
        /// Whether `gyeot models pull` can fetch it.
        can_be_pulled: bool,
    },
    /// No model for this task is in the folder.
    NoneFor {
        /// Which.
        task: Task,
        /// The models folder.
        dir: String,
        /// The one to get.
        id: String,
    },
    /// The file's hash is not the pinned one.
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
    Manifest {
        /// File name.
        name: String,
        /// The first thing that is wrong.
        why: Message,
    },
    /// A file is no model that can be read.
    Unreadable {
        /// File or part of it.
        what: Message,
        /// What is wrong with it.
        why: Message,
    },
    /// Reading or writing failed.
    Io {
        /// What was being done.
        what: Message,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// Not enough room.
    NoRoom {
        /// The models folder.
        dir: String,
        /// MiB.
        needed: u64,
        /// MiB.
        free: u64,
    },
    /// The model does not fit into the memory that is free.
    NoMemory {
        /// The model.
        id: String,
        /// MiB, estimated from the size of its file.
        needed: u64,
        /// MiB.
        free: u64,
        /// MiB of the machine.
        all: u64,
    },
    /// An adapter was added for another file of its base than the one that is here.
    OtherBase {
        /// The adapter.
        id: String,
        /// Its base.
        base: String,
    },
    /// The catalogue pins no hash, so there is nothing that could be fetched and trusted.
    NotPullable {
        /// The model.
        id: String,
        /// Where its publisher keeps it.
        repository: String,
    },
    /// Every source failed.
    SourcesFailed {
        /// The model.
        id: String,
        /// One reason per source.
        why: Message,
        /// What to do.
        hint: Message,
    },
    /// Anything else that a person can mend.
    Refused {
        /// What happened.
        what: Message,
        /// What to do.
        hint: Message,
    },
}

impl ModelError {
    /// A file, and what is wrong with it.
    pub(super) fn unreadable(from: &Path, fault: &ConvertError) -> Self {
        ModelError::Unreadable { what: verbatim(from.display().to_string()), why: fault.message() }
    }

    pub(super) fn io(what: Message, source: std::io::Error) -> Self {
        ModelError::Io { what, source }
    }
}

impl Explain for ModelError {
    fn message(&self) -> Message {
        match self {
            ModelError::Unknown { id } => msg("model-unknown").with("id", id),
            ModelError::UnknownVariant { id, variant, has } => {
                msg("model-unknown-variant").with("id", id).with("variant", variant).with("has", has)
            }
            ModelError::Missing { id, dir, .. } => msg("model-missing").with("id", id).with("dir", dir),
            ModelError::NoneFor { task, dir, .. } => msg("model-none-for").with("task", task.label()).with("dir", dir),
            ModelError::WrongHash { id, path, found, expected } => msg("model-wrong-hash")
                .with("id", id)
                .with("path", path)
                .with("found", found)
                .with("expected", expected),
            ModelError::Manifest { name, why } => msg("model-manifest").with("name", name).with("why", why),
            ModelError::Unreadable { what, why } => msg("model-unreadable").with("what", what).with("why", why),
            ModelError::Io { what, source } => msg("model-io").with("path", what).with("what", source),
            ModelError::NoRoom { dir, needed, free } => {
                msg("model-no-room").with("dir", dir).with("needed", needed).with("free", free)
            }
            ModelError::NoMemory { id, needed, free, all } => {
                msg("model-no-memory").with("id", id).with("needed", needed).with("free", free).with("all", all)
            }
            ModelError::OtherBase { id, base } => msg("model-other-base").with("id", id).with("base", base),
            ModelError::NotPullable { id, .. } => msg("model-not-pullable").with("id", id),
            ModelError::SourcesFailed { id, why, .. } => msg("model-sources-failed").with("id", id).with("why", why),
            ModelError::Refused { what, .. } => what.clone(),
        }
    }
    fn hint(&self) -> Message {
        match self {
            ModelError::Unknown { .. } => msg("model-unknown.hint"),
            ModelError::UnknownVariant { id, .. } => msg("model-unknown-variant.hint").shown("id", id),
            ModelError::Missing { id, can_be_pulled: true, .. } => msg("model-missing.hint").shown("id", id),
            ModelError::Missing { id, can_be_pulled: false, .. } => msg("model-missing-2.hint").shown("id", id),
            ModelError::NoneFor { id, .. } => msg("model-none-for.hint").shown("id", id),
            ModelError::WrongHash { id, .. } => msg("model-wrong-hash.hint").shown("id", id).shown("id", id),
            ModelError::Manifest { .. } => msg("model-manifest.hint"),
            ModelError::Unreadable { .. } => msg("model-unreadable.hint"),
            ModelError::Io { .. } => msg("model-io.hint"),
            ModelError::NoRoom { .. } => msg("model-no-room.hint"),
            ModelError::NoMemory { .. } => msg("model-no-memory.hint"),
            ModelError::OtherBase { base, .. } => msg("model-other-base.hint").shown("base", base),
            ModelError::NotPullable { id, repository } => {
                msg("model-not-pullable.hint").shown("repository", repository).shown("id", id)
            }
            ModelError::SourcesFailed { hint, .. } | ModelError::Refused { hint, .. } => hint.clone(),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Model
    }
}
