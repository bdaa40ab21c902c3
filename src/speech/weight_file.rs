//! Our weight files of the speaker networks: safetensors, checked before a number is taken out.

use crate::domain::explain::{Exit, Explain};
use crate::domain::model::{campplus_weights, voice_weights};
use crate::texts::{Message, msg};

/// A weight file beyond this is not one: the larger of the two has 28 MB.
const MOST_BYTES: usize = 64 << 20;

/// Why a weight file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum VoiceError {
    /// Not a safetensors file of a format that is known.
    Format,
    /// A tensor is missing, of another shape or type, or outside the file.
    Tensor(String),
    /// A weight is not a number.
    NotANumber(String),
}

impl Explain for VoiceError {
    fn message(&self) -> Message {
        match self {
            VoiceError::Format => msg("voice-format")
                .shown("format", format_args!("{}, {}", campplus_weights::FORMAT, voice_weights::FORMAT)),
            VoiceError::Tensor(name) => msg("voice-tensor").shown("name", name),
            VoiceError::NotANumber(name) => msg("voice-not-anumber").shown("name", name),
        }
    }
    fn hint(&self) -> Message {
        msg("voice.hint")
    }
    fn exit(&self) -> Exit {
        Exit::Model
    }
}

/// A safetensors file: the length of a JSON header, the header, then the numbers.
pub(super) struct WeightFile<'a> {
    header: serde_json::Map<String, serde_json::Value>,
    data: &'a [u8],
}

impl<'a> WeightFile<'a> {
    /// Reads the header; refuses what is too large or cut off.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, VoiceError> {
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or(VoiceError::Format)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| VoiceError::Format)?;
        if bytes.len() > MOST_BYTES || length > rest.len() {
            return Err(VoiceError::Format);
        }
        let (header, data) = rest.split_at(length);
        let header: serde_json::Map<_, _> = serde_json::from_slice(header).map_err(|_| VoiceError::Format)?;
        Ok(WeightFile { header, data })
    }

    /// The format that it carries.
    pub(super) fn format(&self) -> Option<&str> {
        self.header.get("__metadata__")?.get("format")?.as_str()
    }

    /// The numbers of a tensor of this name and shape.
    pub(super) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, VoiceError> {
        self.bytes_of(name, shape).ok_or_else(|| VoiceError::Tensor(name.to_owned())).and_then(|bytes| {
            let numbers: Vec<f32> = bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
            if numbers.iter().all(|x| x.is_finite()) {
                Ok(numbers)
            } else {
                Err(VoiceError::NotANumber(name.to_owned()))
            }
        })
    }

    fn bytes_of(&self, name: &str, shape: &[usize]) -> Option<&'a [u8]> {
        let entry = self.header.get(name)?;
        let numbers = |key: &str| -> Option<Vec<usize>> {
            entry.get(key)?.as_array()?.iter().map(|n| n.as_u64().and_then(|n| usize::try_from(n).ok())).collect()
        };
        let offsets = numbers("data_offsets")?;
        let &[from, to] = offsets.as_slice() else { return None };
        let fits = entry.get("dtype")?.as_str()? == "F32"
            && numbers("shape")? == shape
            && to.checked_sub(from)? == 4 * shape.iter().product::<usize>();
        if fits { self.data.get(from..to) } else { None }
    }
}
