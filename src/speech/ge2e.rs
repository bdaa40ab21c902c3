//! The GE2E speaker encoder as plain arithmetic. Owns the network only.
//!
//! Source: Wan and others, "Generalized End-to-End Loss for Speaker Verification" (2018); the trained weights are
//! those of Resemblyzer 0.1.4 (Apache-2.0). 40 mel bands every 10 ms, three LSTM layers of 256 cells over windows
//! of 1.6 s, a linear layer, ReLU, unit length; the print of a longer piece is the mean of its windows.

use crate::domain::model::voice_weights::{BANDS, GATES, TENSORS, WIDTH};
use crate::speech::matrix::{Weights, lstm_cell};
use crate::speech::mel;
use crate::speech::voice_print::{RATE, VoicePrint, loudness};
use crate::speech::weight_file::{VoiceError, WeightFile};
use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

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

struct Layer {
    input: Weights,
    recurrent: Weights,
    bias: Vec<f32>,
}

/// The network with its weights.
pub struct Ge2e {
    layers: [Layer; LAYERS],
    last: Weights,
    last_bias: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
    hann: Vec<f32>,
    /// Each filter as its first bin and its weights from there.
    filters: Vec<(usize, Vec<f32>)>,
}

impl Ge2e {
    /// The network of the tensors of [`TENSORS`].
    pub(super) fn load(file: &WeightFile<'_>) -> Result<Self, VoiceError> {
        let tensor = |name: &'static str| {
            let shape = TENSORS.iter().find(|t| t.0 == name).map(|t| t.1).unwrap_or_default();
            file.tensor(name, shape)
        };
        let bias = |a, b| -> Result<Vec<f32>, VoiceError> {
            Ok(tensor(a)?.iter().zip(tensor(b)?).map(|(a, b)| a + b).collect())
        };
        let weights = |name: &'static str| -> Result<Weights, VoiceError> {
            let shape = TENSORS.iter().find(|t| t.0 == name).map(|t| t.1).unwrap_or_default();
            let &[outputs, inputs] = shape else { return Err(VoiceError::Tensor(name.to_owned())) };
            Weights::new(&tensor(name)?, inputs, outputs).ok_or_else(|| VoiceError::Tensor(name.to_owned()))
        };
        let layer = |names: [&'static str; 4]| -> Result<Layer, VoiceError> {
            let [input, recurrent, a, b] = names;
            Ok(Layer { input: weights(input)?, recurrent: weights(recurrent)?, bias: bias(a, b)? })
        };
        let names = |n: usize| std::array::from_fn(|i| TENSORS[4 * n + i].0);
        Ok(Ge2e {
            layers: [layer(names(0))?, layer(names(1))?, layer(names(2))?],
            last: weights("linear.weight")?,
            last_bias: tensor("linear.bias")?,
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
    pub(super) fn embed(&self, pcm: &[i16]) -> Option<VoicePrint> {
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
        let loud = loudness(pcm)?;
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
