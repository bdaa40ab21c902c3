//! Logarithmic mel bands as Kaldi makes them: 25 ms every 10 ms, pre-emphasis, Povey window, 80 bands from 20 Hz on, less
//! their mean over the piece. Owns these numbers only.
//!
//! Source: Kaldi's `compute-fbank-feats`, as 3D-Speaker calls it for CAM++, without its dither.

use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

/// Samples of a frame, and from one frame to the next, at 16 kHz.
const FRAME: usize = 400;
const STEP: usize = 160;
const FFT: usize = 512;
const RATE: f64 = 16_000.0;
const LOWEST_HZ: f64 = 20.0;
const EMPHASIS: f64 = 0.97;
/// The power of Hann's window that is Povey's.
const POVEY: f64 = 0.85;
/// The smallest energy whose logarithm is taken.
const FLOOR: f64 = 1.19e-7;

/// The bank with its window and transform.
pub struct Fbank {
    transform: Arc<dyn RealToComplex<f64>>,
    window: Vec<f64>,
    /// Each filter as its first bin and its weights from there.
    filters: Vec<(usize, Vec<f64>)>,
}

impl Fbank {
    /// A bank of so many bands.
    pub fn new(bands: usize) -> Self {
        let mel = |hz: f64| 1127.0 * (1.0 + hz / 700.0).ln();
        let (low, high) = (mel(LOWEST_HZ), mel(RATE / 2.0));
        let corner = |n: usize| low + (high - low) * n as f64 / (bands + 1) as f64;
        let filter = |band: usize| {
            let (left, middle, right) = (corner(band), corner(band + 1), corner(band + 2));
            let weights: Vec<f64> = (0..FFT / 2)
                .map(|bin| mel(bin as f64 * RATE / FFT as f64))
                .map(|m| ((m - left) / (middle - left)).min((right - m) / (right - middle)).max(0.0))
                .collect();
            let from = weights.iter().position(|w| *w > 0.0).unwrap_or(0);
            let to = weights.iter().rposition(|w| *w > 0.0).map_or(from, |i| i + 1);
            (from, weights[from..to].to_vec())
        };
        let hann = |i: usize| 0.5 - 0.5 * (std::f64::consts::TAU * i as f64 / (FRAME - 1) as f64).cos();
        Fbank {
            transform: RealFftPlanner::new().plan_fft_forward(FFT),
            window: (0..FRAME).map(|i| hann(i).powf(POVEY)).collect(),
            filters: (0..bands).map(filter).collect(),
        }
    }

    /// The bands of a piece at 16 kHz, frame after frame; empty where it is shorter than a frame.
    pub fn bands(&self, pcm: &[i16]) -> Zeroizing<Vec<f32>> {
        let bands = self.filters.len();
        let frames = if pcm.len() < FRAME { 0 } else { 1 + (pcm.len() - FRAME) / STEP };
        let mut out = Zeroizing::new(vec![0f32; frames * bands]);
        let (mut frame, mut bins) = (self.transform.make_input_vec(), self.transform.make_output_vec());
        let mut scratch = self.transform.make_scratch_vec();
        let mut sums = vec![0f64; bands];
        for (n, row) in out.chunks_exact_mut(bands).enumerate() {
            let piece = &pcm[n * STEP..n * STEP + FRAME];
            let mean = piece.iter().map(|s| f64::from(*s)).sum::<f64>() / FRAME as f64;
            let mut before = f64::from(piece[0]) - mean;
            for ((to, s), w) in frame.iter_mut().zip(piece).zip(&self.window) {
                let now = f64::from(*s) - mean;
                *to = (now - EMPHASIS * before) / 32_768.0 * w;
                before = now;
            }
            frame[FRAME..].fill(0.0);
            if self.transform.process_with_scratch(&mut frame, &mut bins, &mut scratch).is_err() {
                return Zeroizing::new(Vec::new());
            }
            for ((to, sum), (from, filter)) in row.iter_mut().zip(&mut sums).zip(&self.filters) {
                let energy: f64 = bins[*from..].iter().zip(filter).map(|(z, w)| z.norm_sqr() * w).sum();
                let log = energy.max(FLOOR).ln();
                *to = log as f32;
                *sum += log;
            }
        }
        frame.zeroize();
        for row in out.chunks_exact_mut(bands) {
            row.iter_mut().zip(&sums).for_each(|(x, sum)| *x -= (sum / frames as f64) as f32);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_loudest_in_the_band_of_its_frequency_and_bands_have_no_mean() {
        let bank = Fbank::new(80);
        let tone = |hz: f64, i: usize| (8000.0 * (std::f64::consts::TAU * hz * i as f64 / RATE).sin()) as i16;
        // Half a second of one tone, then one of another: without its mean a steady tone would vanish.
        let pcm: Vec<i16> = (0..16_000).map(|i| tone(if i < 8000 { 400.0 } else { 3000.0 }, i)).collect();
        let bands = bank.bands(&pcm);
        assert_eq!(bands.len(), 98 * 80);
        let loudest = |frame: usize| {
            let row = &bands[frame * 80..(frame + 1) * 80];
            (0..80).max_by(|a, b| row[*a].total_cmp(&row[*b]))
        };
        assert!(loudest(10) < loudest(90), "{:?} {:?}", loudest(10), loudest(90));
        let mean: f32 = (0..98).map(|f| bands[f * 80 + 20]).sum::<f32>() / 98.0;
        assert!(mean.abs() < 1e-3, "{mean}");
        assert!(bank.bands(&pcm[..399]).is_empty());
    }
}
