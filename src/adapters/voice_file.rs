//! The speaker model as a file: our own weights, or the checkpoint of 3D-Speaker or Resemblyzer, which is converted in
//! memory without running it. Verifying its hash is the business of the models folder.

use crate::domain::explain::{Exit, Explain};
use crate::formats::convert::{ConvertError, campplus, ge2e};
use crate::speech::voice::{VoiceError, VoiceModel};
use crate::texts::{Message, msg};
use std::io::Read;

/// Larger than any speaker model.
const MOST_BYTES: u64 = 64 << 20;
/// How every pickle of the second protocol begins; ours begin with a small length.
const PICKLE: [u8; 2] = [0x80, 0x02];
/// How a zip begins.
const ZIP: [u8; 4] = *b"PK\x03\x04";

/// Why the speaker model could not be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message())]
pub enum VoiceFileError {
    /// The file could not be read.
    Read(#[from] std::io::Error),
    /// The checkpoint could not be converted.
    Convert(#[from] ConvertError),
    /// The weights do not load.
    Load(#[from] VoiceError),
}

impl Explain for VoiceFileError {
    fn message(&self) -> Message {
        match self {
            VoiceFileError::Read(why) => msg("voice-file-read").with("why", why),
            VoiceFileError::Convert(e) => e.message(),
            VoiceFileError::Load(e) => e.message(),
        }
    }
    fn hint(&self) -> Message {
        match self {
            VoiceFileError::Read(_) => msg("voice-file-read.hint"),
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
    } else if bytes.starts_with(&ZIP) {
        bytes = campplus::convert(&bytes)?;
    }
    Ok(VoiceModel::load(&bytes)?)
}
