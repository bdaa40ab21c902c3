//! The block formats of ggml for blocks of 32 weights: Q8_0, Q5_0, Q5_1 (ggml-quants: reference rounding).

use crate::formats::convert::ConvertError;
use crate::texts::msg;
use half::f16;

/// Weights in a block.
pub const BLOCK: usize = 32;
/// Bytes of a block of Q5_0.
pub const Q5_0_BYTES: usize = 22;
/// Bytes of a block of Q5_1.
pub const Q5_1_BYTES: usize = 24;
/// Bytes of a block of Q8_0.
pub const Q8_0_BYTES: usize = 34;

/// How weights are stored in a whisper.cpp file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 32-bit floats, 4 bytes per weight.
    F32,
    /// 16-bit floats, 2 bytes per weight.
    F16,
    /// 34 bytes for 32: a scale and 8-bit values.
    Q8_0,
    /// 22 bytes for 32: a scale and 5-bit values around zero.
    Q5_0,
    /// 24 bytes for 32: a scale, a minimum and 5-bit values above it.
    Q5_1,
}

impl Kind {
    /// Of a variant's name.
    pub fn of_name(name: &str) -> Option<Kind> {
        match name {
            "f32" => Some(Kind::F32),
            "f16" => Some(Kind::F16),
            "q8_0" => Some(Kind::Q8_0),
            "q5_0" => Some(Kind::Q5_0),
            "q5_1" => Some(Kind::Q5_1),
            _ => None,
        }
    }

    /// `ggml_type`, as a tensor's header has it.
    pub const fn tensor_type(self) -> u32 {
        match self {
            Kind::F32 => 0,
            Kind::F16 => 1,
            Kind::Q5_0 => 6,
            Kind::Q5_1 => 7,
            Kind::Q8_0 => 8,
        }
    }

    /// `ggml_ftype`, as the file's header has it; quantised kinds carry the quantisation version 2 in thousands.
    pub const fn file_type(self) -> u32 {
        match self {
            Kind::F32 => 0,
            Kind::F16 => 1,
            Kind::Q8_0 => 2007,
            Kind::Q5_0 => 2008,
            Kind::Q5_1 => 2009,
        }
    }

    /// Whether weights come in blocks of [`BLOCK`].
    pub const fn quantised(self) -> bool {
        !matches!(self, Kind::F32 | Kind::F16)
    }
}

/// Writes weights in a format; the number of weights is a multiple of [`BLOCK`] for a quantised one.
pub fn append(kind: Kind, weights: &[f32], out: &mut Vec<u8>) -> Result<(), ConvertError> {
    if kind.quantised() && !weights.len().is_multiple_of(BLOCK) {
        return Err(ConvertError::format(msg("convert-quantise-row-weights-not-multiple-32")));
    }
    match kind {
        Kind::F32 => weights.iter().for_each(|w| out.extend(w.to_le_bytes())),
        Kind::F16 => weights.iter().for_each(|w| out.extend(f16::from_f32(*w).to_le_bytes())),
        Kind::Q8_0 => weights.as_chunks().0.iter().for_each(|b| q8_0(b, out)),
        Kind::Q5_0 => weights.as_chunks().0.iter().for_each(|b| q5_0(b, out)),
        Kind::Q5_1 => weights.as_chunks().0.iter().for_each(|b| q5_1(b, out)),
    }
    Ok(())
}

fn q8_0(block: &[f32; BLOCK], out: &mut Vec<u8>) {
    let scale = block.iter().fold(0.0f32, |m, w| m.max(w.abs())) / 127.0;
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    out.extend(f16::from_f32(scale).to_le_bytes());
    out.extend(block.iter().map(|w| (w * inverse).round_ties_even() as i8 as u8));
}

fn q5_0(block: &[f32; BLOCK], out: &mut Vec<u8>) {
    // The first of the largest, with its sign: it becomes exactly the lowest value.
    let largest = block.iter().fold(0.0f32, |m, w| if w.abs() > m.abs() { *w } else { m });
    let scale = largest / -16.0;
    let inverse = if scale != 0.0 { 1.0 / scale } else { 0.0 };
    out.extend(f16::from_f32(scale).to_le_bytes());
    five_bits(block.map(|w| ((w * inverse + 16.5) as i64).clamp(0, 31) as u8), out);
}

fn q5_1(block: &[f32; BLOCK], out: &mut Vec<u8>) {
    let least = block.iter().copied().fold(f32::INFINITY, f32::min);
    let most = block.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scale = (most - least) / 31.0;
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    out.extend(f16::from_f32(scale).to_le_bytes());
    out.extend(f16::from_f32(least).to_le_bytes());
    five_bits(block.map(|w| (((w - least) * inverse + 0.5) as i64).clamp(0, 31) as u8), out);
}

/// The weights of a block of Q5_1.
pub fn of_q5_1(block: &[u8; Q5_1_BYTES]) -> [f32; BLOCK] {
    let [d0, d1, m0, m1, f0, f1, f2, f3, low @ ..] = block;
    let scale = f16::from_le_bytes([*d0, *d1]).to_f32();
    let least = f16::from_le_bytes([*m0, *m1]).to_f32();
    of_five_bits(&[*f0, *f1, *f2, *f3], low).map(|value| scale * f32::from(value) + least)
}

/// The weights of a block of Q5_0.
pub fn of_q5_0(block: &[u8; Q5_0_BYTES]) -> [f32; BLOCK] {
    let [d0, d1, f0, f1, f2, f3, low @ ..] = block;
    let scale = f16::from_le_bytes([*d0, *d1]).to_f32();
    of_five_bits(&[*f0, *f1, *f2, *f3], low).map(|value| scale * (f32::from(value) - 16.0))
}

/// The weights of a block of Q8_0.
pub fn of_q8_0(block: &[u8; Q8_0_BYTES]) -> [f32; BLOCK] {
    let [d0, d1, values @ ..] = block;
    let scale = f16::from_le_bytes([*d0, *d1]).to_f32();
    values.map(|value| scale * f32::from(value as i8))
}

/// The values of [`five_bits`].
fn of_five_bits(fifth: &[u8; 4], low: &[u8; BLOCK / 2]) -> [u8; BLOCK] {
    let fifth = u32::from_le_bytes(*fifth);
    let mut values = [0; BLOCK];
    for (i, byte) in low.iter().enumerate() {
        let half = BLOCK / 2;
        values[i] = (byte & 15) | ((fifth >> i & 1) << 4) as u8;
        values[i + half] = (byte >> 4) | ((fifth >> (i + half) & 1) << 4) as u8;
    }
    values
}

/// The fifth bits of all 32 values as one word, then the low halves: value i with value i + 16 in one byte.
fn five_bits(values: [u8; BLOCK], out: &mut Vec<u8>) {
    let fifth = values.iter().enumerate().fold(0u32, |word, (i, v)| word | (u32::from(v >> 4) << i));
    out.extend(fifth.to_le_bytes());
    out.extend((0..BLOCK / 2).map(|i| (values[i] & 15) | ((values[i + BLOCK / 2] & 15) << 4)));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn half_at(bytes: &[u8], at: usize) -> f32 {
        f16::from_le_bytes([bytes[at], bytes[at + 1]]).to_f32()
    }

    /// Reads a block back by the definition of its format.
    fn back(kind: Kind, bytes: &[u8]) -> Vec<f32> {
        let d = half_at(bytes, 0);
        let five = |head: usize, i: usize| {
            let word = u32::from_le_bytes(bytes[head..head + 4].try_into().unwrap());
            let byte = bytes[head + 4 + i % 16];
            let low = if i < 16 { byte & 15 } else { byte >> 4 };
            f32::from(low) + ((word >> i & 1) as f32) * 16.0
        };
        (0..BLOCK)
            .map(|i| match kind {
                Kind::Q8_0 => d * f32::from(bytes[2 + i] as i8),
                Kind::Q5_0 => d * (five(2, i) - 16.0),
                Kind::Q5_1 => d * five(4, i) + half_at(bytes, 2),
                _ => unreachable!(),
            })
            .collect()
    }

    #[test]
    fn the_largest_weight_of_a_q5_0_block_is_kept_exactly() {
        let mut block = [0.5f32; BLOCK];
        block[20] = -4.0;
        let mut out = Vec::new();
        append(Kind::Q5_0, &block, &mut out).unwrap();
        assert_eq!(out.len(), 22);
        assert_eq!(back(Kind::Q5_0, &out)[20], -4.0);
    }

    #[test]
    fn a_block_of_zeroes_stays_zero_in_every_format() {
        for kind in [Kind::Q8_0, Kind::Q5_0, Kind::Q5_1] {
            let mut out = Vec::new();
            append(kind, &[0.0; BLOCK], &mut out).unwrap();
            assert!(back(kind, &out).iter().all(|w| *w == 0.0), "{kind:?}");
        }
    }

    #[test]
    fn a_broken_block_is_refused() {
        assert!(append(Kind::Q5_1, &[0.0; 31], &mut Vec::new()).is_err());
    }

    proptest! {
        #[test]
        fn a_block_is_read_as_it_is_defined(block in prop::array::uniform32(-8.0f32..8.0)) {
            let of = |kind| {
                let mut out = Vec::new();
                append(kind, &block, &mut out).unwrap();
                out
            };
            let (five, above, eight) = (of(Kind::Q5_0), of(Kind::Q5_1), of(Kind::Q8_0));
            prop_assert_eq!(of_q5_0(five.as_slice().try_into().unwrap()).to_vec(), back(Kind::Q5_0, &five));
            prop_assert_eq!(of_q5_1(above.as_slice().try_into().unwrap()).to_vec(), back(Kind::Q5_1, &above));
            prop_assert_eq!(of_q8_0(eight.as_slice().try_into().unwrap()).to_vec(), back(Kind::Q8_0, &eight));
        }

        #[test]
        fn no_weight_moves_by_more_than_about_half_a_step(block in prop::array::uniform32(-8.0f32..8.0)) {
            let most = block.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let least = block.iter().copied().fold(f32::INFINITY, f32::min);
            let span = most.abs().max(least.abs());
            // Half a step, a whole one at the far end of Q5_0, and what f16 loses of scale and minimum.
            for (kind, step) in [(Kind::Q8_0, span / 254.0), (Kind::Q5_0, span / 16.0), (Kind::Q5_1, (most - least) / 62.0)] {
                let mut out = Vec::new();
                append(kind, &block, &mut out).unwrap();
                for (was, is) in block.iter().zip(back(kind, &out)) {
                    prop_assert!((was - is).abs() <= step * 1.01 + span * 0.002, "{kind:?} {was} {is}");
                }
            }
        }
    }
}
