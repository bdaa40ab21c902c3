//! The speaker model as a file: our own weights, or the checkpoint of Resemblyzer, which is converted in memory
//! without running it. Verifying its hash is the business of the models folder.

use crate::domain::explain::{Exit, Explain};
use crate::formats::convert::{ConvertError, ge2e};
use crate::speech::voice::{VoiceError, VoiceModel};
use std::io::Read;

/// Larger than any speaker model.
const MOST_BYTES: u64 = 64 << 20;
/// How every pickle of the second protocol begins; ours begin with a small length.
const PICKLE: [u8; 2] = [0x80, 0x02];

/// Why the speaker model could not be used.
#[derive(Debug, thiserror::Error)]
pub enum VoiceFileError {
    /// The file could not be read.
    #[error("the speaker model could not be read: {0}")]
    Read(#[from] std::io::Error),
    /// The checkpoint could not be converted.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The weights do not load.
    #[error(transparent)]
    Load(#[from] VoiceError),
}

impl Explain for VoiceFileError {
    fn hint(&self) -> String {
        match self {
            VoiceFileError::Read(_) => {
                "`gyeot models verify` checks the models folder; speakers can be set by hand".into()
            }
            VoiceFileError::Convert(e) => e.hint(),
            VoiceFileError::Load(e) => e.hint(),
        }
    }
    fn exit(&self) -> Exit {
        Exit::Model
    }
}

/// Loads the speaker model from an open file.
pub fn load(file: impl Read) -> Result<VoiceModel, VoiceFileError> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.starts_with(&PICKLE) {
        bytes = ge2e::convert(&bytes)?;
    }
    Ok(VoiceModel::load(&bytes)?)
}
