//! Model files of other programs turned into the files that ours read. Each file checks what it reads, runs nothing of
//! it, bounds every length by what the file can hold, and gives the same bytes for the same input on every machine, so
//! that a manifest can pin what comes out.

use crate::domain::explain::{Exit, Explain};

pub mod bounded;
pub mod ct2;
pub mod e5_gguf;
pub mod ge2e;
pub mod ggml_whisper;
pub mod gguf;
pub mod quantise;

/// Why a file could not be read or converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The source is not of the kind that the conversion knows.
    #[error("{what} could not be converted: {why}")]
    NotWhatIsExpected {
        /// The source, such as `the speaker model`.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Another kind of file, a newer version, or nonsense.
    #[error("{0}")]
    Format(String),
    /// The file ends before what it announces.
    #[error("it is cut short")]
    Truncated,
    /// Reading or writing failed.
    #[error("reading or writing failed: {0}")]
    Io(String),
}

impl ConvertError {
    fn format(what: impl Into<String>) -> Self {
        ConvertError::Format(what.into())
    }
}

impl From<std::io::Error> for ConvertError {
    fn from(e: std::io::Error) -> Self {
        ConvertError::Io(e.to_string())
    }
}

impl Explain for ConvertError {
    fn hint(&self) -> String {
        match self {
            ConvertError::Io(_) => "check the disk, the folder and its permissions, then try again".into(),
            _ => "fetch the source again and compare its SHA-256 with the manifest (`gyeot models list`)".into(),
        }
    }
    fn exit(&self) -> Exit {
        Exit::Model
    }
}
