//! What a voice sounds like, as a direction in space: the [`VoicePrint`] alone, whichever network made it.
//!
//! A voice print identifies a person, so it never leaves memory (L19): the type has no way to be written, its
//! `Debug` withholds the numbers, and they are wiped when it is dropped.

use crate::speech::matrix::dot;
use zeroize::Zeroizing;

/// Samples per second that the network was trained on.
pub const RATE: u32 = 16_000;
/// The shortest piece a print is made of: below 0.3 s even clean voices are confused.
pub const SHORTEST: usize = RATE as usize * 3 / 10;
/// Quieter than this (-66 dB) is silence, and silence has no voice.
const SILENCE: f64 = 0.0005;

/// The direction of a voice: unit length, in memory only.
pub struct VoicePrint {
    direction: Zeroizing<Vec<f32>>,
    heard_ms: u64,
    encoder: Encoder,
}

/// Which network made a print: prints of two networks cannot be compared, and each has its own figures of likeness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoder {
    /// GE2E.
    Ge2e,
    /// CAM++.
    CamPlus,
}

impl VoicePrint {
    /// A print of a direction of any length and of how much speech it was made of, in milliseconds.
    /// `None` when it has no direction: empty, zero or not finite.
    pub fn new(direction: Vec<f32>, heard_ms: u64) -> Option<Self> {
        let mut direction = Zeroizing::new(direction);
        let length = direction.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        if !length.is_finite() || length < 1e-12 {
            return None;
        }
        direction.iter_mut().for_each(|x| *x = (f64::from(*x) / length) as f32);
        Some(VoicePrint { direction, heard_ms, encoder: Encoder::Ge2e })
    }

    /// The same print, of another network.
    pub fn by(mut self, encoder: Encoder) -> Self {
        self.encoder = encoder;
        self
    }

    /// Which network made it.
    pub const fn encoder(&self) -> Encoder {
        self.encoder
    }

    /// The same print, of a piece of which only so much was speech, in milliseconds: a piece cut out by its voice has
    /// silence at its ends.
    pub fn of_speech(mut self, ms: u64) -> Self {
        self.heard_ms = ms;
        self
    }

    /// How alike two voices are: the cosine, 1 for the same direction.
    pub fn likeness(&self, other: &VoicePrint) -> f32 {
        self.along(&other.direction)
    }

    /// How much speech it was made of, in milliseconds.
    pub const fn heard_ms(&self) -> u64 {
        self.heard_ms
    }

    pub(super) fn along(&self, other: &[f32]) -> f32 {
        dot(&self.direction, other)
    }

    pub(super) fn direction(&self) -> &[f32] {
        &self.direction
    }
}

impl std::fmt::Debug for VoicePrint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VoicePrint({} ms, withheld)", self.heard_ms)
    }
}

/// The loudness of a piece as an amplitude of full scale; `None` where it is too short or silent to have a voice.
pub(super) fn loudness(pcm: &[i16]) -> Option<f64> {
    if pcm.len() < SHORTEST {
        return None;
    }
    let power = pcm.iter().map(|s| (f64::from(*s) / 32_768.0).powi(2)).sum::<f64>() / pcm.len() as f64;
    Some(power.sqrt()).filter(|loud| *loud >= SILENCE)
}
