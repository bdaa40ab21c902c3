//! Gain for the softer voice. The detector of voice and the speech model hear absolute levels; a client who sits away
//! from the microphone comes 25 dB and more below the counsellor and would be lost. What is soft and yet above the
//! noise of the room is raised, each stretch by what it lacks; what is loud enough passes unchanged, bit for bit.
//! Pure; as many samples come out as went in, at once.

/// Samples per second.
const RATE: f32 = 16_000.0;
/// The gain is worked out anew after this many samples: 1 ms.
const STEP: u32 = 16;
/// The level is that of the last so many seconds.
const LEVEL_S: f32 = 0.02;
/// The envelope falls to a third in this many seconds: between two turns it must be down.
const FALL_S: f32 = 0.08;
/// Above this a voice is loud enough for the detector, dB below full scale; it loses words from about -50 on.
const ENOUGH_DB: f32 = -42.0;
/// What is raised is raised to this level.
const TARGET_DB: f32 = -34.0;
/// More than this is never added, dB.
const MOST_DB: f32 = 32.0;
/// Below this nothing is raised: the noise of a preamplifier.
const SILENT_DB: f32 = -74.0;
/// A voice stands this much above the noise of the room, dB.
const ABOVE_NOISE_DB: f32 = 8.0;
/// The noise is the lowest level lately; it may rise this fast, dB a second.
const NOISE_RISES: f32 = 1.0;
/// The noise is that of the last so many seconds, so that a single quiet sample is none.
const NOISE_S: f32 = 0.05;
/// The noise is believed after so many steps; before, the averages are still filling.
const WARM_STEPS: u32 = 150;
/// The gain rises, falls before what is loud, and falls back in a pause: dB a second.
const UP: f32 = 250.0;
const DOWN: f32 = 3000.0;
const BACK: f32 = 40.0;

/// Follows the level and raises what is soft.
#[derive(Debug, Clone)]
pub struct Leveller {
    level: f32,
    slow: f32,
    envelope: f32,
    noise_db: f32,
    gain_db: f32,
    gain: f32,
    since: u32,
    steps: u32,
    out: Vec<i16>,
}

impl Default for Leveller {
    fn default() -> Self {
        Leveller {
            level: 0.0,
            slow: 0.0,
            envelope: 0.0,
            noise_db: 0.0,
            gain_db: 0.0,
            gain: 1.0,
            since: 0,
            steps: 0,
            out: Vec::new(),
        }
    }
}

impl Leveller {
    /// The next samples, the soft ones raised. Blocks of any size give the same.
    pub fn level(&mut self, pcm: &[i16]) -> &[i16] {
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        out.extend(pcm.iter().map(|s| self.sample(*s)));
        self.out = out;
        &self.out
    }

    fn sample(&mut self, s: i16) -> i16 {
        let x = f32::from(s) / 32768.0;
        self.level += (x * x - self.level) / (LEVEL_S * RATE);
        self.slow += (x * x - self.slow) / (NOISE_S * RATE);
        self.envelope += (self.level - self.envelope) / (FALL_S * RATE);
        self.envelope = self.envelope.max(self.level);
        self.since += 1;
        if self.since == STEP {
            self.since = 0;
            self.adjust(STEP as f32 / RATE);
        }
        if self.gain_db == 0.0 { s } else { (f32::from(s) * self.gain).round().clamp(-32768.0, 32767.0) as i16 }
    }

    fn adjust(&mut self, seconds: f32) {
        let decibel = |power: f32| 10.0 * power.max(1e-12).log10();
        let at = decibel(self.envelope);
        self.steps = self.steps.saturating_add(1);
        if self.steps > WARM_STEPS {
            let lowest = (self.noise_db + NOISE_RISES * seconds).min(decibel(self.slow));
            self.noise_db = lowest.max(SILENT_DB - ABOVE_NOISE_DB);
        }
        let voice = at > SILENT_DB && at > self.noise_db + ABOVE_NOISE_DB;
        let wanted = if voice && at < ENOUGH_DB { (TARGET_DB - at).clamp(0.0, MOST_DB) } else { 0.0 };
        let speed = match wanted > self.gain_db {
            true => UP,
            false if voice => DOWN,
            false => BACK,
        };
        let step = (speed * seconds).min((wanted - self.gain_db).abs());
        self.gain_db += step.copysign(wanted - self.gain_db);
        if wanted == 0.0 && self.gain_db.abs() < 0.01 {
            self.gain_db = 0.0;
        }
        self.gain = 10f32.powf(self.gain_db / 20.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bursts of a tone like syllables, at a level in dB below full scale.
    fn voice(db: f32, seconds: f32) -> Vec<i16> {
        let peak = 32767.0 * 10f32.powf(db / 20.0) * std::f32::consts::SQRT_2;
        (0..(seconds * RATE) as usize)
            .map(|i| {
                let t = i as f32 / RATE;
                let syllable = (t * 4.0 * std::f32::consts::PI).sin().abs();
                (peak * syllable * (t * 220.0 * std::f32::consts::TAU).sin()) as i16
            })
            .collect()
    }

    fn rms_db(pcm: &[i16]) -> f32 {
        let sum: f64 = pcm.iter().map(|s| (f64::from(*s) / 32768.0).powi(2)).sum();
        10.0 * ((sum / pcm.len() as f64).max(1e-12).log10() as f32)
    }

    #[test]
    fn a_voice_that_is_loud_enough_passes_bit_for_bit() {
        let loud = voice(-24.0, 4.0);
        let out = Leveller::default().level(&loud).to_vec();
        let changed = loud.iter().zip(&out).filter(|(a, b)| a != b).count();
        // Only its very first onset is soft.
        assert!(changed < 800, "{changed}");
    }

    #[test]
    fn a_voice_30_db_below_the_other_comes_near_to_it_and_the_other_stays() {
        let mut sound = voice(-24.0, 4.0);
        sound.extend(vec![0; 8_000]);
        let (from, soft) = (sound.len(), voice(-56.0, 4.0));
        sound.extend(&soft);
        sound.extend(vec![0; 8_000]);
        let again = sound.len();
        sound.extend(voice(-24.0, 2.0));
        let out = Leveller::default().level(&sound).to_vec();
        let raised = rms_db(&out[from + 4_000..from + soft.len()]);
        assert!((-40.0..-28.0).contains(&raised), "{raised}");
        assert!(out.iter().all(|s| *s > -32768 && *s < 32767), "nothing is driven into the limit");
        let loud = rms_db(&out[again..]) - rms_db(&sound[again..]);
        assert!(loud.abs() < 1.0, "{loud}");
    }

    #[test]
    fn the_noise_of_a_room_is_not_raised_to_a_voice() {
        let mut x = 1u32;
        let noise: Vec<i16> = (0..160_000)
            .map(|_| {
                x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                ((x >> 16) as i16) / 400
            })
            .collect();
        let out = Leveller::default().level(&noise).to_vec();
        let (before, after) = (rms_db(&noise[80_000..]), rms_db(&out[80_000..]));
        assert!(after - before < 3.0, "{before} {after}");
    }

    #[test]
    fn silence_stays_silence_and_the_size_of_the_blocks_changes_nothing() {
        assert!(Leveller::default().level(&vec![0; 32_000]).iter().all(|s| *s == 0));
        let sound = voice(-55.0, 3.0);
        let whole = Leveller::default().level(&sound).to_vec();
        let mut parts = Leveller::default();
        let pieces: Vec<i16> = sound.chunks(331).flat_map(|c| parts.level(c).to_vec()).collect();
        assert_eq!(whole, pieces);
    }
}
