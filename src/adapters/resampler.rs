//! Samples of any rate and channel count become 16 kHz mono, 16 bit. Shared by files and microphones; the only file
//! that names rubato.

use crate::adapters::downmix::Downmix;
use crate::speech::vad::RATE;
use rubato::{FftFixedInOut, Resampler as _};

/// Rates that make sense for speech: telephones have 8 kHz, studios 384 kHz at most.
pub const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;
/// Work is done in pieces of this many parts of a second: long enough for a sharp filter, short enough to be live.
const PIECES_PER_SECOND: u32 = 25;

/// Channels are mixed, the rate is changed, samples that are no number become silence and are counted.
pub struct ToMono16k {
    channels: usize,
    mix: Downmix,
    rate: u32,
    changing: Option<Changing>,
    not_a_number: u64,
    frames: u64,
    given: u64,
}

struct Changing {
    by: FftFixedInOut<f32>,
    waiting: Vec<f32>,
    out: Vec<Vec<f32>>,
    /// Output that the filter delays and that is left out at the start.
    delay: usize,
}

impl ToMono16k {
    /// For interleaved samples of this rate and channel count; nothing for a rate outside [`RATES`] or no channel.
    pub fn new(rate: u32, channels: usize) -> Option<Self> {
        if !RATES.contains(&rate) || channels == 0 {
            return None;
        }
        let changing = if rate == RATE {
            None
        } else {
            let piece = (rate / PIECES_PER_SECOND) as usize;
            let by = FftFixedInOut::new(rate as usize, RATE as usize, piece, 1).ok()?;
            let (out, delay) = (by.output_buffer_allocate(true), by.output_delay());
            Some(Changing { by, waiting: Vec::new(), out, delay })
        };
        Some(ToMono16k {
            channels,
            mix: Downmix::new(rate, channels),
            rate,
            changing,
            not_a_number: 0,
            frames: 0,
            given: 0,
        })
    }

    /// The rate that comes in.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// The channels that come in.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Samples that were no number or infinite.
    pub fn not_a_number(&self) -> u64 {
        self.not_a_number
    }

    /// Samples of one channel that came in so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Takes interleaved samples, full scale at 1.0, and appends what is ready.
    pub fn push(&mut self, interleaved: &[f32], into: &mut Vec<i16>) {
        let factors = self.mix.factors(interleaved);
        let mut bad = 0;
        let mono = interleaved.chunks_exact(self.channels).map(|frame| {
            let sum: f32 = frame
                .iter()
                .zip(&factors)
                .map(|(s, factor)| {
                    bad += u64::from(!s.is_finite());
                    if s.is_finite() { s.clamp(-1.0, 1.0) * factor } else { 0.0 }
                })
                .sum();
            sum
        });
        let frames = (interleaved.len() / self.channels) as u64;
        match &mut self.changing {
            None => {
                into.extend(mono.map(sixteen_bits));
                self.given += frames;
            }
            Some(changing) => changing.waiting.extend(mono),
        }
        self.frames += frames;
        self.not_a_number += bad;
        self.work(into, None);
    }

    /// The sound ended: appends what the filter still holds, so that lengths agree to a sample.
    pub fn finish(&mut self, into: &mut Vec<i16>) {
        let due = (self.frames * u64::from(RATE)).div_ceil(u64::from(self.rate));
        while self.given < due {
            let Some(changing) = &mut self.changing else { return };
            let piece = changing.by.input_frames_next();
            let have = changing.waiting.len();
            changing.waiting.resize(have.next_multiple_of(piece).max(piece), 0.0);
            let before = self.given;
            self.work(into, Some(due));
            if self.given == before && have == 0 && self.changing.as_ref().is_none_or(|c| c.delay == 0) {
                return;
            }
        }
    }

    fn work(&mut self, into: &mut Vec<i16>, due: Option<u64>) {
        let Some(c) = &mut self.changing else { return };
        let piece = c.by.input_frames_next();
        let mut from = 0;
        while c.waiting.len() - from >= piece {
            // The sizes are the resampler's own, so it has nothing to refuse.
            let Ok((_, made)) = c.by.process_into_buffer(&[&c.waiting[from..from + piece]], &mut c.out, None) else {
                break;
            };
            from += piece;
            let left_out = made.min(c.delay);
            c.delay -= left_out;
            let room = due.map_or(usize::MAX, |due| due.saturating_sub(self.given) as usize);
            let ready = &c.out[0][left_out..made];
            let ready = &ready[..ready.len().min(room)];
            into.extend(ready.iter().copied().map(sixteen_bits));
            self.given += ready.len() as u64;
        }
        c.waiting.drain(..from);
    }
}

fn sixteen_bits(s: f32) -> i16 {
    (s * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tone(rate: u32, hz: f32, seconds: f32) -> Vec<f32> {
        (0..(rate as f32 * seconds) as usize)
            .map(|i| 0.5 * (i as f32 * hz * std::f32::consts::TAU / rate as f32).sin())
            .collect()
    }

    /// How much of a frequency is in 16 kHz samples (Goertzel), as an amplitude.
    fn amplitude(pcm: &[i16], hz: f32) -> f32 {
        let w = hz * std::f32::consts::TAU / 16_000.0;
        let (mut re, mut im) = (0.0f64, 0.0f64);
        for (i, s) in pcm.iter().enumerate() {
            let (sin, cos) = f64::from(w * i as f32).sin_cos();
            re += f64::from(*s) / 32768.0 * cos;
            im += f64::from(*s) / 32768.0 * sin;
        }
        (2.0 * (re * re + im * im).sqrt() / pcm.len() as f64) as f32
    }

    #[test]
    fn a_tone_keeps_its_pitch_and_loudness_at_every_usual_rate_and_length_agrees_to_a_sample() {
        for rate in [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000] {
            let mut to = ToMono16k::new(rate, 1).unwrap();
            let mut out = Vec::new();
            for part in tone(rate, 440.0, 2.0).chunks(1234) {
                to.push(part, &mut out);
            }
            to.finish(&mut out);
            assert!(out.len().abs_diff(32_000) <= 1, "{rate}: {}", out.len());
            let a = amplitude(&out, 440.0);
            assert!((a - 0.5).abs() < 0.01, "{rate}: {a}");
        }
    }

    #[test]
    fn what_16_khz_cannot_hold_is_filtered_and_not_folded_back() {
        let mut to = ToMono16k::new(48_000, 1).unwrap();
        let mut out = Vec::new();
        to.push(&tone(48_000, 11_000.0, 1.0), &mut out);
        to.finish(&mut out);
        assert!(amplitude(&out, 5_000.0) < 0.002);
    }

    #[test]
    fn an_impulse_stays_where_it_was() {
        let mut sound = vec![0.0; 48_000];
        sound[24_000] = 1.0;
        let (mut to, mut out) = (ToMono16k::new(48_000, 1).unwrap(), Vec::new());
        to.push(&sound, &mut out);
        to.finish(&mut out);
        let peak = out.iter().enumerate().max_by_key(|(_, s)| s.unsigned_abs()).unwrap().0;
        assert!(peak.abs_diff(8_000) <= 2, "{peak}");
    }

    #[test]
    fn sixteen_bit_mono_at_16_khz_passes_bit_for_bit() {
        let pcm: Vec<i16> = (i16::MIN..=i16::MAX).step_by(7).collect();
        let (mut to, mut out) = (ToMono16k::new(16_000, 1).unwrap(), Vec::new());
        to.push(&pcm.iter().map(|s| f32::from(*s) / 32768.0).collect::<Vec<_>>(), &mut out);
        to.finish(&mut out);
        assert_eq!(out, pcm);
    }

    #[test]
    fn impossible_rates_and_no_channels_are_refused() {
        assert!(ToMono16k::new(0, 1).is_none() && ToMono16k::new(3_000_000, 1).is_none());
        assert!(ToMono16k::new(16_000, 0).is_none());
    }

    proptest! {
        #[test]
        fn any_floats_in_any_blocks_give_the_right_length_and_count_what_is_no_number(
            rate in prop_oneof![Just(8_000u32), Just(16_000), Just(44_100), Just(48_000), 4_000u32..60_000],
            channels in 1usize..4,
            blocks in proptest::collection::vec(proptest::collection::vec(any::<f32>(), 0..500), 0..8)
        ) {
            let (mut to, mut out) = (ToMono16k::new(rate, channels).unwrap(), Vec::new());
            let (mut frames, mut bad) = (0u64, 0u64);
            for b in &blocks {
                let whole = &b[..b.len() / channels * channels];
                to.push(whole, &mut out);
                frames += (whole.len() / channels) as u64;
                bad += whole.iter().filter(|s| !s.is_finite()).count() as u64;
            }
            to.finish(&mut out);
            prop_assert_eq!(to.not_a_number(), bad);
            prop_assert_eq!(out.len() as u64, (frames * 16_000).div_ceil(u64::from(rate)));
        }
    }
}
