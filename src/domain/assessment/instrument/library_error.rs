//! Why an instrument file was refused, or an instrument not found.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::InstrumentId;
use crate::texts::{Message, msg};

/// Why an instrument file was refused, or an instrument not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum LibraryError {
    /// Not TOML, or not of the format.
    Broken {
        /// File name.
        file: String,
        /// Line from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Well formed, but it contradicts itself.
    Inconsistent {
        /// File name.
        file: String,
        /// Line from 1 of the table in question.
        line: usize,
        /// Which table.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// No such instrument.
    Unknown(InstrumentId, Option<InstrumentId>),
}

impl Explain for LibraryError {
    fn message(&self) -> Message {
        match self {
            LibraryError::Broken { file, line, what } => {
                msg("library-broken").with("file", file).with("line", line).with("what", what)
            }
            LibraryError::Inconsistent { file, line, place, what } => msg("library-inconsistent")
                .with("file", file)
                .with("line", line)
                .with("place", place)
                .with("what", what),
            LibraryError::Unknown(id, _) => msg("library-unknown").shown("id", id),
        }
    }
    fn hint(&self) -> Message {
        match self {
            LibraryError::Broken { .. } => msg("library-broken.hint"),
            LibraryError::Inconsistent { .. } => msg("library-inconsistent.hint"),
            LibraryError::Unknown(_, Some(near)) => msg("library-unknown.hint").shown("near", near),
            LibraryError::Unknown(_, None) => msg("library-unknown-2.hint"),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            LibraryError::Unknown(..) => Exit::Usage,
            _ => Exit::Damaged,
        }
    }
}
