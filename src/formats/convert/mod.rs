//! Model files of other programs turned into the files that ours read. Each file checks what it reads, runs nothing of
//! it, bounds every length by what the file can hold, and gives the same bytes for the same input on every machine, so
//! that a manifest can pin what comes out.

use crate::domain::explain::{Exit, Explain};
use crate::texts::{Message, msg, system};

pub mod bounded;
pub mod campplus;
pub mod ct2;
pub mod e5_gguf;
pub mod ge2e;
pub mod ggml_whisper;
pub mod gguf;
pub mod gguf_layout;
pub mod gguf_vocabulary;
pub mod iq4_nl;
mod pickle;
pub mod quantise;
pub mod relaid;
mod weight_file;
pub mod widened;

/// Why a file could not be read or converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum ConvertError {
    /// The source is not of the kind that the conversion knows.
    NotWhatIsExpected {
        /// The source, such as `the speaker model`.
        what: Message,
        /// What is wrong with it.
        why: Message,
    },
    /// Another kind of file, a newer version, or nonsense.
    Format(Message),
    /// The file ends before what it announces.
    Truncated,
    /// Reading or writing failed.
    Io(Message),
}

impl ConvertError {
    fn format(what: Message) -> Self {
        ConvertError::Format(what)
    }
}

impl From<std::io::Error> for ConvertError {
    fn from(e: std::io::Error) -> Self {
        ConvertError::Io(system::of(&e))
    }
}

impl Explain for ConvertError {
    fn message(&self) -> Message {
        match self {
            ConvertError::NotWhatIsExpected { what, why } => {
                msg("convert-not-what-is-expected").with("what", what).with("why", why)
            }
            ConvertError::Format(what) => what.clone(),
            ConvertError::Truncated => msg("convert-truncated"),
            ConvertError::Io(why) => msg("convert-io").with("why", why),
        }
    }
    fn hint(&self) -> Message {
        match self {
            ConvertError::Io(_) => msg("convert-io.hint"),
            _ => msg("convert.hint"),
        }
    }
    fn exit(&self) -> Exit {
        Exit::Model
    }
}
