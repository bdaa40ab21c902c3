//! Weights of other programs turned into the files that ours read. Bytes in, bytes out; each file checks what it
//! reads, runs nothing of it, and gives the same bytes for the same input, so that a manifest can pin them.

use crate::domain::fault::{Exit, Explain};

pub mod ge2e;

/// Why weights could not be converted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConvertFault {
    /// The source is not of the kind that the conversion knows.
    #[error("{what} could not be converted: {why}")]
    NotWhatIsExpected {
        /// The source, such as `the speaker model`.
        what: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Explain for ConvertFault {
    fn hint(&self) -> String {
        "fetch the source again and compare its SHA-256 with the manifest (`gyeot models list`)".into()
    }
    fn exit(&self) -> Exit {
        Exit::Model
    }
}
