//! Several channels become one. The mean, but for two faults of cheap cables and recorders: a channel in opposite phase,
//! which a mean would cancel, is turned around, and a dead channel is left out.

/// What is remembered fades to a half in this many seconds: longer than a word, shorter than a setting lasts.
const HALF_LIFE_S: f64 = 1.0;
/// A channel turns when it resembles the reverse of the loudest this much (correlation).
const REVERSED: f64 = -0.8;
/// And turns back when it resembles the loudest this much.
const SAME: f64 = 0.3;
/// A channel this much weaker in energy than the loudest is dead: 50 dB, below any voice that leaks across a room.
const DEAD: f64 = 1e-5;

/// Mixes interleaved samples.
pub struct Downmix {
    channels: usize,
    rate: f64,
    energy: Vec<f64>,
    /// With the loudest channel, which changes: products of all pairs.
    products: Vec<f64>,
    turned: Vec<bool>,
}

impl Downmix {
    /// For so many channels at so many samples a second.
    pub fn new(rate: u32, channels: usize) -> Self {
        Downmix {
            channels,
            rate: f64::from(rate),
            energy: vec![0.0; channels],
            products: vec![0.0; channels * channels],
            turned: vec![false; channels],
        }
    }

    /// The factor of each channel for the next block, after a look at it. Their magnitudes add up to one.
    pub fn factors(&mut self, interleaved: &[f32]) -> Vec<f32> {
        let n = self.channels;
        if n < 2 {
            return vec![1.0; n];
        }
        self.listen(interleaved);
        let loudest = (0..n).max_by(|a, b| self.energy[*a].total_cmp(&self.energy[*b])).unwrap_or(0);
        let most = self.energy[loudest];
        let alive: Vec<bool> = self.energy.iter().map(|e| most <= 0.0 || *e >= most * DEAD).collect();
        for (c, lives) in alive.iter().copied().enumerate() {
            let alike = self.products[loudest * n + c] / (most * self.energy[c]).sqrt().max(f64::MIN_POSITIVE);
            // The loudest sets the phase of the others; its own sign stays, so that nothing jumps when it changes.
            let alike = if self.turned[loudest] { -alike } else { alike };
            if c != loudest && lives && most > 0.0 {
                let limit = if self.turned[c] { SAME } else { REVERSED };
                self.turned[c] = alike < limit;
            }
        }
        let share = 1.0 / alive.iter().filter(|a| **a).count().max(1) as f32;
        (0..n)
            .map(|c| {
                if !alive[c] {
                    0.0
                } else if self.turned[c] {
                    -share
                } else {
                    share
                }
            })
            .collect()
    }

    fn listen(&mut self, interleaved: &[f32]) {
        let n = self.channels;
        let frames = interleaved.len() / n;
        let keep = 0.5f64.powf(frames as f64 / (HALF_LIFE_S * self.rate));
        self.energy.iter_mut().chain(&mut self.products).for_each(|x| *x *= keep);
        for frame in interleaved.chunks_exact(n) {
            for a in 0..n {
                let x = f64::from(finite(frame[a]));
                self.energy[a] += x * x;
                for (b, sample) in frame.iter().enumerate().skip(a + 1) {
                    let product = x * f64::from(finite(*sample));
                    self.products[a * n + b] += product;
                    self.products[b * n + a] += product;
                }
            }
        }
    }
}

fn finite(s: f32) -> f32 {
    if s.is_finite() { s.clamp(-1.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(phase: f32, gain: f32) -> impl Iterator<Item = f32> {
        (0..16_000).map(move |i| gain * (i as f32 * 0.17 + phase).sin())
    }

    fn pair(left: impl Iterator<Item = f32>, right: impl Iterator<Item = f32>) -> Vec<f32> {
        left.zip(right).flat_map(|(l, r)| [l, r]).collect()
    }

    #[test]
    fn channels_alike_and_channels_unlike_are_averaged() {
        let mut mix = Downmix::new(16_000, 2);
        assert_eq!(mix.factors(&pair(tone(0.0, 0.5), tone(0.0, 0.4))), [0.5, 0.5]);
        let mut mix = Downmix::new(16_000, 2);
        assert_eq!(mix.factors(&pair(tone(0.0, 0.5), tone(1.6, 0.1))), [0.5, 0.5]);
    }

    #[test]
    fn a_channel_in_opposite_phase_is_turned_around_and_stays_so() {
        let mut mix = Downmix::new(16_000, 2);
        let sound = pair(tone(0.0, 0.5), tone(0.0, -0.5));
        for _ in 0..3 {
            let f = mix.factors(&sound);
            assert!(f[0] * f[1] < 0.0, "{f:?}");
        }
        // The other becomes the louder one: still against each other.
        let f = mix.factors(&pair(tone(0.0, 0.1), tone(0.0, -0.9)));
        assert!(f[0] * f[1] < 0.0, "{f:?}");
    }

    #[test]
    fn a_dead_channel_takes_nothing_from_the_other() {
        let mut mix = Downmix::new(16_000, 2);
        assert_eq!(mix.factors(&pair(tone(0.0, 0.5), tone(0.0, 0.0))), [1.0, 0.0]);
        assert_eq!(mix.factors(&[0.0; 64]), [1.0, 0.0], "silence changes nothing");
        assert_eq!(Downmix::new(16_000, 2).factors(&[0.0; 64]), [0.5, 0.5]);
    }
}
