//! Is somebody speaking? One answer per frame of 16 ms. It decides nothing about where an utterance begins or ends:
//! that is [`crate::speech::segment`].

/// Samples per second of all sound inside the program: 16 kHz mono, the rate of the speech models.
pub const RATE: u32 = 16_000;
/// Samples per frame: 16 ms, the frame of the detector.
pub const FRAME: usize = 256;
/// Milliseconds per frame.
pub const FRAME_MS: u64 = FRAME as u64 * 1000 / RATE as u64;
/// Below this level a frame is never voice, whatever the detector says: -72 dBFS, under the noise floor of any
/// microphone preamplifier, so that digital silence and dither cost no decoding.
pub const SILENT_LEVEL: f32 = 0.000_25;

/// Session time of a sample, milliseconds.
pub const fn ms_of(sample: u64) -> u64 {
    sample * 1000 / RATE as u64
}

/// What was heard in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Frame {
    /// How likely it is voice, 0 to 1.
    pub voice: f32,
    /// Root mean square of the samples, 0 to 1 of full scale.
    pub level: f32,
}

/// Root mean square of samples, 0 to 1 of full scale.
pub fn level(pcm: &[i16]) -> f32 {
    if pcm.is_empty() {
        return 0.0;
    }
    let sum: f64 = pcm.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    ((sum / pcm.len() as f64).sqrt() / 32768.0) as f32
}

/// A level as decibels below full scale, -90 to 0; silence is -90.
pub fn decibel(rms: f32) -> f32 {
    (20.0 * rms.max(1e-9).log10()).clamp(-90.0, 0.0)
}

/// The detector with its memory of the last frames; one for each stream of sound.
#[derive(Default)]
pub struct Vad {
    detector: Box<earshot::Detector>,
}

impl Vad {
    /// Hears the next frame.
    pub fn hear(&mut self, frame: &[i16; FRAME]) -> Frame {
        let level = level(frame);
        // The detector hears every frame: its context must not jump.
        let voice = self.detector.predict_i16(frame).clamp(0.0, 1.0);
        Frame { voice: if level < SILENT_LEVEL { 0.0 } else { voice }, level }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digital_silence_is_never_voice() {
        let mut vad = Vad::default();
        assert!((0..2000).all(|_| vad.hear(&[0; FRAME]).voice == 0.0));
    }

    #[test]
    fn a_full_scale_square_wave_has_level_one() {
        let square: Vec<i16> = (0..FRAME).map(|i| if i % 2 == 0 { i16::MIN } else { i16::MAX }).collect();
        assert!((level(&square) - 1.0).abs() < 1e-3);
        assert_eq!(level(&[]), 0.0);
    }

    proptest! {
        #[test]
        fn any_samples_give_a_probability_and_a_level_between_0_and_1(
            samples in proptest::collection::vec(any::<i16>(), FRAME * 4)
        ) {
            let mut vad = Vad::default();
            for frame in samples.as_chunks::<FRAME>().0 {
                let heard = vad.hear(frame);
                prop_assert!((0.0..=1.0).contains(&heard.voice) && (0.0..=1.0).contains(&heard.level));
            }
        }
    }
}
