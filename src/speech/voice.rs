//! The network that tells voices apart: [`CamPlus`], or [`Ge2e`] where the centre has not fetched that one. Owns which of them a
//! weight file is of. Decides nothing about who speaks: that is [`crate::speech::speakers`].

use crate::domain::model::{campplus_weights, voice_weights};
use crate::speech::campplus::{self, CamPlus};
use crate::speech::ge2e::Ge2e;
use crate::speech::voice_print::loudness;
pub use crate::speech::voice_print::{Encoder, RATE, SHORTEST, VoicePrint};
pub use crate::speech::weight_file::VoiceError;
use crate::speech::weight_file::WeightFile;

/// Seconds of a longer piece that CAM++ listens to.
const MOST_SECONDS: usize = 10;
/// Samples for each row that CAM++ makes: 20 ms.
const ROW: usize = 320;
/// Rows of a window of 1.6 s.
const WINDOW_ROWS: usize = 80;

enum Network {
    Ge2e(Box<Ge2e>),
    CamPlus(Box<CamPlus>),
}

/// A network with its weights.
pub struct VoiceModel(Network);

impl std::fmt::Debug for VoiceModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VoiceModel")
    }
}

impl VoiceModel {
    /// Reads the weights: a safetensors file of ours, whose format says which network they are of.
    pub fn load(bytes: &[u8]) -> Result<Self, VoiceError> {
        let file = WeightFile::open(bytes)?;
        if file.format() == Some(voice_weights::FORMAT) {
            return Ok(VoiceModel(Network::Ge2e(Box::new(Ge2e::load(&file)?))));
        }
        if file.format() != Some(campplus_weights::FORMAT) {
            return Err(VoiceError::Format);
        }
        let mut wrong = None;
        let loaded = CamPlus::load(&mut |name, shape| file.tensor(name, shape).map_err(|e| wrong = Some(e)).ok());
        match loaded {
            Some(network) => Ok(VoiceModel(Network::CamPlus(Box::new(network)))),
            None => Err(wrong.unwrap_or(VoiceError::Format)),
        }
    }

    /// Which network it is.
    pub const fn encoder(&self) -> Encoder {
        match self.0 {
            Network::Ge2e(_) => Encoder::Ge2e,
            Network::CamPlus(_) => Encoder::CamPlus,
        }
    }

    /// The print of one person's speech: 16 kHz mono. `None` when it is shorter than [`SHORTEST`] or silent.
    pub fn embed(&self, pcm: &[i16]) -> Option<VoicePrint> {
        match &self.0 {
            Network::Ge2e(network) => network.embed(pcm),
            Network::CamPlus(network) => {
                loudness(pcm)?;
                // Of a long piece the middle: more of it costs time and changes little.
                let most = MOST_SECONDS * RATE as usize;
                let from = pcm.len().saturating_sub(most) / 2;
                let piece = &pcm[from..(from + most).min(pcm.len())];
                let direction = network.pool(&network.listen(piece))?;
                let heard = pcm.len() as u64 * 1000 / u64::from(RATE);
                Some(VoicePrint::new(direction, heard)?.by(Encoder::CamPlus))
            }
        }
    }

    /// Prints of windows of 1.6 s that lie `hop` frames of 10 ms apart, and of the last one, each with the sample at
    /// its middle. Empty where [`VoiceModel::embed`] gives no print.
    pub(crate) fn slide(&self, pcm: &[i16], hop: usize) -> Vec<(usize, VoicePrint)> {
        match &self.0 {
            Network::Ge2e(network) => network.slide(pcm, hop),
            Network::CamPlus(network) if loudness(pcm).is_some() => {
                // The frames are listened to once; only their mean and deviation are taken window by window.
                let rows = network.listen(pcm);
                let count = rows.len() / campplus::LAST;
                let last = count.saturating_sub(WINDOW_ROWS);
                let step = (hop / 2).max(1);
                let mut starts: Vec<usize> = (0..=last).step_by(step).collect();
                if !last.is_multiple_of(step) {
                    starts.push(last);
                }
                let print = |start: usize| {
                    let end = (start + WINDOW_ROWS).min(count);
                    let direction = network.pool(&rows[start * campplus::LAST..end * campplus::LAST])?;
                    let ms = ((end - start) * ROW * 1000 / RATE as usize) as u64;
                    Some((start.midpoint(end) * ROW, VoicePrint::new(direction, ms)?.by(Encoder::CamPlus)))
                };
                starts.into_iter().filter_map(print).collect()
            }
            Network::CamPlus(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_voice_print_nor_a_diariser_can_be_written_or_copied() {
        // Two implementations apply to a type that has the trait, so naming one would not compile.
        trait Absent<Guard> {
            fn holds() {}
        }
        impl<T> Absent<()> for T {}
        struct Written;
        impl<T: serde::Serialize> Absent<Written> for T {}
        struct Copied;
        impl<T: Clone> Absent<Copied> for T {}
        <VoicePrint as Absent<_>>::holds();
        <crate::speech::speakers::Diariser as Absent<_>>::holds();
    }
}
