//! Blocks of 32 weights in 4.5 bits each, IQ4_NL of ggml: a scale, and for each weight one of sixteen levels that lie closer together
//! around zero. ggml lays such blocks out anew for eight rows at a time and multiplies four columns in one go.
//!
//! Of all scales that bring the largest weight near one end of the levels, the one with the least squared error is taken. Plain sums in
//! a fixed order: the same bytes on every machine.

use half::f16;

use super::quantise::BLOCK;

/// Bytes of a block.
pub const BYTES: usize = 18;

/// The levels (ggml-common.h, `kvalues_iq4nl`).
const LEVELS: [i8; 16] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
/// The largest weight may come to lie so far beyond its end of the levels, or before it.
const BEYOND: i16 = 7;

/// The nearest level of each whole number from -128.
const NEAREST: [u8; 256] = nearest();

const fn nearest() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let (mut best, mut n) = (0, 1);
        while n < LEVELS.len() {
            let value = at as i16 - 128;
            if (value - LEVELS[n] as i16).abs() < (value - LEVELS[best] as i16).abs() {
                best = n;
            }
            n += 1;
        }
        table[at] = best as u8;
        at += 1;
    }
    table
}

/// The number of the level that is nearest.
fn level(value: f32) -> u8 {
    // As a cast does it, what is beyond the ends is at the ends.
    NEAREST[((value + 128.5) as u8) as usize]
}

/// A block of weights.
pub fn block(weights: &[f32; BLOCK]) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    // The first of the largest, with its sign.
    let largest = weights.iter().fold(0.0f32, |m, w| if w.abs() > m.abs() { *w } else { m });
    if largest == 0.0 || !largest.is_finite() {
        bytes[2..].fill(NEAREST[128] * 17);
        return bytes;
    }
    let (mut best, mut scale) = (0.0f32, 0.0f32);
    for end in [LEVELS[0], LEVELS[15]] {
        for beyond in -BEYOND..=BEYOND {
            let inverse = f32::from(i16::from(end) + beyond) / largest;
            let (mut along, mut length) = (0.0f32, 0.0f32);
            for weight in weights {
                let value = f32::from(LEVELS[level(weight * inverse) as usize]);
                along += value * weight;
                length += value * value;
            }
            // With the best scale for these levels the squared error is the less the larger this is.
            let taken = if length > 0.0 { along / length * along } else { 0.0 };
            if taken > best {
                (best, scale) = (taken, along / length);
            }
        }
    }
    let stored = f16::from_f32(scale.clamp(f16::MIN.to_f32(), f16::MAX.to_f32()));
    bytes[..2].copy_from_slice(&stored.to_le_bytes());
    let inverse = if stored.to_f32() == 0.0 { 0.0 } else { 1.0 / stored.to_f32() };
    let half = BLOCK / 2;
    for i in 0..half {
        bytes[2 + i] = level(weights[i] * inverse) | (level(weights[i + half] * inverse) << 4);
    }
    bytes
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a block back by the definition of its format.
    fn back(bytes: &[u8; BYTES]) -> Vec<f32> {
        let scale = f16::from_le_bytes([bytes[0], bytes[1]]).to_f32();
        let value = |i: usize| {
            let byte = bytes[2 + i % 16];
            LEVELS[usize::from(if i < 16 { byte & 15 } else { byte >> 4 })]
        };
        (0..BLOCK).map(|i| scale * f32::from(value(i))).collect()
    }

    fn squared(one: &[f32], other: &[f32]) -> f32 {
        one.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum()
    }

    #[test]
    fn weights_that_lie_on_the_levels_are_kept() {
        for scale in [0.5f32, -0.25] {
            let weights: [f32; BLOCK] = std::array::from_fn(|i| scale * f32::from(LEVELS[(i * 5) % 16]));
            assert_eq!(back(&block(&weights)), weights);
        }
    }

    #[test]
    fn a_block_of_zeroes_is_as_near_to_zero_as_its_levels_are_and_nothing_infinite_comes_out() {
        assert!(back(&block(&[0.0; BLOCK])).iter().all(|w| *w == 0.0));
        for odd in [f32::INFINITY, f32::NAN, f32::MIN_POSITIVE, 3e38] {
            let mut weights = [0.25; BLOCK];
            weights[3] = odd;
            assert!(back(&block(&weights)).iter().all(|w| w.is_finite()), "{odd}");
        }
    }

    /// What a manifest pins is made of such blocks, on whatever machine.
    #[test]
    fn the_same_blocks_come_out_on_every_machine() {
        let mut out = Vec::new();
        for n in 0..64u32 {
            // Whole numbers of a linear congruence, so that the weights themselves are the same everywhere.
            let mut state = n;
            let weights: [f32; BLOCK] = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                f32::from((state >> 20) as i16 - 2048) / 1024.0
            });
            out.extend(block(&weights));
        }
        let sum = out.iter().fold(0u64, |sum, byte| sum.wrapping_mul(1_099_511_628_211) ^ u64::from(*byte));
        assert_eq!(sum, 16_626_218_119_303_980_977);
    }

    proptest! {
        #[test]
        fn every_value_is_taken_to_its_nearest_level(value in -140f32..140.0) {
            let found = f32::from(LEVELS[level(value) as usize]);
            let nearest = LEVELS.iter().map(|l| (f32::from(*l) - value).abs()).fold(f32::INFINITY, f32::min);
            // By whole numbers: at most half of one off.
            prop_assert!((found - value).abs() <= nearest + 1.0);
        }

        #[test]
        fn no_scale_is_worse_than_the_one_that_takes_the_largest_weight_to_an_end(weights in prop::array::uniform32(-8.0f32..8.0)) {
            let largest = weights.iter().fold(0.0f32, |m, w| if w.abs() > m.abs() { *w } else { m });
            let scale = largest / f32::from(LEVELS[0]);
            let plain: Vec<f32> = weights.iter().map(|w| scale * f32::from(LEVELS[level(w / scale) as usize])).collect();
            let ours = squared(&back(&block(&weights)), &weights);
            let slack = 1e-3 * weights.iter().map(|w| w * w).sum::<f32>() + 1e-9;
            prop_assert!(ours <= squared(&plain, &weights) + slack, "{ours} {}", squared(&plain, &weights));
        }
    }
}
