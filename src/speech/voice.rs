//! What a voice sounds like, as a direction in space: the GE2E speaker encoder as plain arithmetic.
//! Owns the network and the [`VoicePrint`]. Decides nothing about who speaks: that is [`crate::speech::speakers`].
//!
//! A voice print identifies a person, so it never leaves memory (L19): the type has no way to be written, its
//! `Debug` withholds the numbers, and they are wiped when it is dropped.
//!
//! Source: Wan and others, "Generalized End-to-End Loss for Speaker Verification" (2018); the trained weights are
//! those of Resemblyzer 0.1.4 (Apache-2.0). 40 mel bands every 10 ms, three LSTM layers of 256 cells over windows
//! of 1.6 s, a linear layer, ReLU, unit length; the print of a longer piece is the mean of its windows.

use crate::domain::explain::{Exit, Explain};
use crate::domain::model::voice_weights::{BANDS, GATES};
pub use crate::domain::model::voice_weights::{FORMAT, TENSORS, WIDTH, weight_file};
use crate::speech::matrix::{Weights, dot, lstm_cell};
use crate::speech::mel;
use crate::texts::{Message, msg};
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

/// Samples per second that the network was trained on.
pub const RATE: u32 = 16_000;
/// The shortest piece a print is made of: below 0.3 s even clean voices are confused.
pub const SHORTEST: usize = RATE as usize * 3 / 10;

const LAYERS: usize = 3;
const FRAME: usize = 400;
const STEP: usize = 160;
const BINS: usize = FRAME / 2 + 1;
/// Frames of one window: 1.6 s.
const WINDOW: usize = 160;
/// Frames from one window to the next: half a window.
const HOP: usize = 80;
/// Windows of one print at most. A longer piece is sampled evenly: more windows cost time and change nothing.
const MOST_WINDOWS: usize = 16;
/// Windows that go through the network together: more need memory and gain nothing.
const TOGETHER: usize = 8;
/// The loudness the network expects, -30 dB below full scale, as an amplitude.
const LOUDNESS: f64 = 0.031_622_776_601_683_79;
/// Quieter than this (-66 dB) is silence, and silence has no voice.
const SILENCE: f64 = 0.0005;
/// A weight file beyond this is not one: the real one has 5.8 MB.
const MOST_BYTES: usize = 16 << 20;

/// Why a weight file was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum VoiceError {
    /// Not a safetensors file of [`FORMAT`].
    Format,
    /// A tensor is missing, of another shape or type, or outside the file.
    Tensor(&'static str),
    /// A weight is not a number.
    NotANumber(&'static str),
}

impl Explain for VoiceError {
    fn message(&self) -> Message {
        match self {
            VoiceError::Format => msg("voice-format").shown("format", FORMAT),
            VoiceError::Tensor(name) => msg("voice-tensor").with("name", name),
            VoiceError::NotANumber(name) => msg("voice-not-anumber").with("name", name),
        }
    }
    fn hint(&self) -> Message {
        msg("voice.hint")
    }
    fn exit(&self) -> Exit {
        Exit::Model
    }
}

/// The direction of a voice: unit length, [`WIDTH`] numbers, in memory only.
pub struct VoicePrint {
    direction: Zeroizing<Vec<f32>>,
    heard_ms: u64,
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
        Some(VoicePrint { direction, heard_ms })
    }

    /// The same print, of a piece of which only so much was speech, in milliseconds: a piece cut out by its voice has
    /// silence at its ends.
    pub fn of_speech(mut self, ms: u64) -> Self {
        self.heard_ms = ms;
        self
    }

    /// How alike two voices are: the cosine, 1 for the same direction. Same person: mostly above 0.75.
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

struct Layer {
    input: Weights,
    recurrent: Weights,
    bias: Vec<f32>,
}

/// The network with its weights.
pub struct VoiceModel {
    layers: [Layer; LAYERS],
    last: Weights,
    last_bias: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
    hann: Vec<f32>,
    /// Each filter as its first bin and its weights from there.
    filters: Vec<(usize, Vec<f32>)>,
}

impl std::fmt::Debug for VoiceModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VoiceModel")
    }
}

impl VoiceModel {
    /// Reads the weights: a safetensors file with the tensors of [`TENSORS`] and `format` = [`FORMAT`].
    pub fn load(bytes: &[u8]) -> Result<Self, VoiceError> {
        let file = WeightFile::open(bytes)?;
        let bias = |a, b| -> Result<Vec<f32>, VoiceError> {
            Ok(file.tensor(a)?.iter().zip(file.tensor(b)?).map(|(a, b)| a + b).collect())
        };
        let weights = |name: &'static str| -> Result<Weights, VoiceError> {
            let shape = TENSORS.iter().find(|t| t.0 == name).map(|t| t.1).unwrap_or_default();
            let &[outputs, inputs] = shape else { return Err(VoiceError::Tensor(name)) };
            Weights::new(&file.tensor(name)?, inputs, outputs).ok_or(VoiceError::Tensor(name))
        };
        let layer = |names: [&'static str; 4]| -> Result<Layer, VoiceError> {
            let [input, recurrent, a, b] = names;
            Ok(Layer { input: weights(input)?, recurrent: weights(recurrent)?, bias: bias(a, b)? })
        };
        let names = |n: usize| std::array::from_fn(|i| TENSORS[4 * n + i].0);
        Ok(VoiceModel {
            layers: [layer(names(0))?, layer(names(1))?, layer(names(2))?],
            last: weights("linear.weight")?,
            last_bias: file.tensor("linear.bias")?,
            transform: RealFftPlanner::new().plan_fft_forward(FRAME),
            hann: (0..FRAME)
                .map(|i| 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / FRAME as f64).cos())
                .map(|w| w as f32)
                .collect(),
            filters: mel::filters(BANDS, RATE, FRAME)
                .chunks_exact(BINS)
                .map(|row| {
                    let from = row.iter().position(|w| *w > 0.0).unwrap_or(0);
                    let to = row.iter().rposition(|w| *w > 0.0).map_or(from, |i| i + 1);
                    (from, row[from..to].to_vec())
                })
                .collect(),
        })
    }

    /// The print of one person's speech: 16 kHz mono. `None` when it is shorter than [`SHORTEST`] or silent.
    pub fn embed(&self, pcm: &[i16]) -> Option<VoicePrint> {
        let bands = self.bands(pcm)?;
        let frames = bands.len() / BANDS;
        let count = (frames - WINDOW) / HOP + 1;
        let starts: Vec<usize> = if count <= MOST_WINDOWS {
            (0..count).map(|i| i * HOP).collect()
        } else {
            (0..MOST_WINDOWS).map(|i| i * (frames - WINDOW) / (MOST_WINDOWS - 1)).collect()
        };
        let mut sum = vec![0f32; WIDTH];
        for print in self.windows(&bands, &starts).into_iter().flatten() {
            sum.iter_mut().zip(print.direction()).for_each(|(s, x)| *s += x);
        }
        VoicePrint::new(sum, pcm.len() as u64 * 1000 / u64::from(RATE))
    }

    /// Prints of windows of 1.6 s that lie `hop` frames of 10 ms apart, and of the last one, each with the sample at
    /// its middle. Empty where [`VoiceModel::embed`] gives no print.
    pub(crate) fn slide(&self, pcm: &[i16], hop: usize) -> Vec<(usize, VoicePrint)> {
        let Some(bands) = self.bands(pcm) else { return Vec::new() };
        let last = bands.len() / BANDS - WINDOW;
        let mut starts: Vec<usize> = (0..=last).step_by(hop.max(1)).collect();
        if !last.is_multiple_of(hop.max(1)) {
            starts.push(last);
        }
        let prints = self.windows(&bands, &starts).into_iter().zip(&starts);
        prints.filter_map(|(print, start)| Some(((start + WINDOW / 2) * STEP, print?))).collect()
    }

    /// Prints of the windows of 1.6 s that begin at each of `starts` (frames of 10 ms).
    fn windows(&self, bands: &[f32], starts: &[usize]) -> Vec<Option<VoicePrint>> {
        let mut prints = Vec::with_capacity(starts.len());
        for batch in starts.chunks(TOGETHER) {
            let mut ends = self.run(bands, batch);
            for end in ends.chunks_exact(WIDTH) {
                prints.push(VoicePrint::new(end.to_vec(), (WINDOW * STEP) as u64 * 1000 / u64::from(RATE)));
            }
            ends.zeroize();
        }
        prints
    }

    /// The network over a batch of windows; one row of [`WIDTH`] per window, not yet of unit length.
    fn run(&self, bands: &[f32], starts: &[usize]) -> Vec<f32> {
        let batch = starts.len();
        // Rows lie frame by frame, the windows of a frame side by side, so that a step of time is one block.
        let mut rows = Zeroizing::new(Vec::with_capacity(WINDOW * batch * WIDTH));
        for frame in 0..WINDOW {
            for start in starts {
                rows.extend_from_slice(&bands[(start + frame) * BANDS..(start + frame + 1) * BANDS]);
            }
        }
        for layer in &self.layers {
            let mut gates = Zeroizing::new(layer.bias.repeat(WINDOW * batch));
            layer.input.add_to(&rows, &mut gates);
            let mut cells = Zeroizing::new(vec![0f32; batch * WIDTH]);
            let mut outs = Zeroizing::new(vec![0f32; WINDOW * batch * WIDTH]);
            for frame in 0..WINDOW {
                let (before, now) = outs.split_at_mut(frame * batch * WIDTH);
                let gates = &mut gates[frame * batch * GATES..(frame + 1) * batch * GATES];
                if frame > 0 {
                    layer.recurrent.add_to(&before[(frame - 1) * batch * WIDTH..], gates);
                }
                for n in 0..batch {
                    lstm_cell(
                        &gates[n * GATES..(n + 1) * GATES],
                        &mut cells[n * WIDTH..(n + 1) * WIDTH],
                        &mut now[n * WIDTH..(n + 1) * WIDTH],
                    );
                }
            }
            rows = outs;
        }
        let mut ends = self.last_bias.repeat(batch);
        self.last.add_to(&rows[(WINDOW - 1) * batch * WIDTH..], &mut ends);
        ends.iter_mut().for_each(|x| *x = x.max(0.0));
        ends
    }

    /// Mel bands of the piece at the loudness the network expects, [`BANDS`] per frame, at least one window of
    /// frames; what is missing is silence.
    fn bands(&self, pcm: &[i16]) -> Option<Zeroizing<Vec<f32>>> {
        if pcm.len() < SHORTEST {
            return None;
        }
        let power = pcm.iter().map(|s| (f64::from(*s) / 32_768.0).powi(2)).sum::<f64>() / pcm.len() as f64;
        let loud = power.sqrt();
        if loud < SILENCE {
            return None;
        }
        let gain = (LOUDNESS / loud / 32_768.0) as f32;
        let edge = FRAME / 2;
        let mut sound = Zeroizing::new(vec![0f32; pcm.len() + FRAME]);
        sound[edge..].iter_mut().zip(pcm).for_each(|(to, s)| *to = f32::from(*s) * gain);
        let frames = 1 + pcm.len() / STEP;
        let mut out = Zeroizing::new(Vec::with_capacity(frames.max(WINDOW) * BANDS));
        let (mut frame, mut bins) = (self.transform.make_input_vec(), self.transform.make_output_vec());
        let mut scratch = self.transform.make_scratch_vec();
        for n in 0..frames {
            let piece = &sound[n * STEP..n * STEP + FRAME];
            frame.iter_mut().zip(piece.iter().zip(&self.hann)).for_each(|(to, (s, w))| *to = s * w);
            self.transform.process_with_scratch(&mut frame, &mut bins, &mut scratch).ok()?;
            for (from, filter) in &self.filters {
                out.push(bins[*from..].iter().zip(filter).map(|(z, w)| z.norm_sqr() * w).sum());
            }
        }
        frame.zeroize();
        out.resize(frames.max(WINDOW) * BANDS, 0.0);
        Some(out)
    }
}

/// A safetensors file: the length of a JSON header, the header, then the numbers.
struct WeightFile<'a> {
    header: serde_json::Map<String, serde_json::Value>,
    data: &'a [u8],
}

impl<'a> WeightFile<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, VoiceError> {
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or(VoiceError::Format)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| VoiceError::Format)?;
        if bytes.len() > MOST_BYTES || length > rest.len() {
            return Err(VoiceError::Format);
        }
        let (header, data) = rest.split_at(length);
        let header: serde_json::Map<_, _> = serde_json::from_slice(header).map_err(|_| VoiceError::Format)?;
        let format = header.get("__metadata__").and_then(|m| m.get("format")).and_then(|f| f.as_str());
        if format != Some(FORMAT) {
            return Err(VoiceError::Format);
        }
        Ok(WeightFile { header, data })
    }

    fn tensor(&self, name: &'static str) -> Result<Vec<f32>, VoiceError> {
        let shape = TENSORS.iter().find(|t| t.0 == name).map(|t| t.1).ok_or(VoiceError::Tensor(name))?;
        self.bytes_of(name, shape).ok_or(VoiceError::Tensor(name)).and_then(|bytes| {
            let numbers: Vec<f32> = bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
            if numbers.iter().all(|x| x.is_finite()) { Ok(numbers) } else { Err(VoiceError::NotANumber(name)) }
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
