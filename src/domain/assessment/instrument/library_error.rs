//! Why an instrument file was refused, or an instrument not found.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::InstrumentId;

/// Why an instrument file was refused, or an instrument not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Not TOML, or not of the format.
    #[error("{file}:{line}: {what}")]
    Broken {
        /// File name.
        file: String,
        /// Line from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Well formed, but it contradicts itself.
    #[error("{file}:{line}: {place}: {what}")]
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
    #[error("there is no instrument `{0}`")]
    Unknown(InstrumentId, Option<InstrumentId>),
}

impl Explain for LibraryError {
    fn hint(&self) -> String {
        match self {
            LibraryError::Broken { .. } => "mend that line of the file, or take the file out of its folder".to_owned(),
            LibraryError::Inconsistent { .. } => {
                "mend that table of the file; nothing of it is used until it is consistent".to_owned()
            }
            LibraryError::Unknown(_, Some(near)) => format!("did you mean `{near}`? `gyeot assess list` shows all"),
            LibraryError::Unknown(_, None) => "`gyeot assess list` shows all".to_owned(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            LibraryError::Unknown(..) => Exit::Usage,
            _ => Exit::Damaged,
        }
    }
}
