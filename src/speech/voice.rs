//! The network that tells voices apart: [`CamPlus`], or [`Ge2e`] where the centre has not fetched that one. Owns which of them a
//! weight file is of. Decides nothing about who speaks: that is [`crate::speech::speakers`].

use crate::domain::model::{campplus_weights, voice_weights};
use crate::speech::campplus::{CamPlus, LAST};
use crate::speech::ge2e::Ge2e;
use crate::speech::listened::{Listened, add_up};
use crate::speech::voice_print::loudness;
pub use crate::speech::voice_print::{Encoder, RATE, SHORTEST, VoicePrint};
pub use crate::speech::weight_file::VoiceError;
use crate::speech::weight_file::WeightFile;

/// Seconds of a longer piece that CAM++ listens to.
const MOST_SECONDS: usize = 10;
/// Milliseconds of each row that CAM++ makes.
const ROW_MS: u64 = 20;

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
                let rows = network.listen(&pcm[from..(from + most).min(pcm.len())]);
                let direction = network.pool(&add_up(&rows), rows.len() / LAST)?;
                Some(VoicePrint::new(direction, heard_ms(pcm))?.by(Encoder::CamPlus))
            }
        }
    }

    /// The same, with what the whole piece sounded like, for [`VoiceModel::print_between`]; one run of the network.
    /// GE2E listens to windows of its own and gives none.
    pub fn listen(&self, pcm: &[i16]) -> Option<(VoicePrint, Option<Listened>)> {
        match &self.0 {
            Network::Ge2e(network) => Some((network.embed(pcm)?, None)),
            Network::CamPlus(network) => {
                loudness(pcm)?;
                let rows = network.listen(pcm);
                let direction = network.pool(&add_up(&rows), rows.len() / LAST)?;
                let print = VoicePrint::new(direction, heard_ms(pcm))?.by(Encoder::CamPlus);
                Some((print, Some(Listened::of(&rows))))
            }
        }
    }

    /// The print of a stretch of blocks of a piece.
    pub fn print_between(&self, of: &Listened, from: usize, to: usize) -> Option<VoicePrint> {
        let Network::CamPlus(network) = &self.0 else { return None };
        let (sums, rows) = of.between(from, to);
        let direction = network.pool(&sums, rows)?;
        Some(VoicePrint::new(direction, rows as u64 * ROW_MS)?.by(Encoder::CamPlus))
    }
}

const fn heard_ms(pcm: &[i16]) -> u64 {
    pcm.len() as u64 * 1000 / RATE as u64
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
