//! A whisper.cpp file of five-bit blocks as one of eight-bit blocks, in memory. ggml multiplies blocks of Q5_1 one column at a time and
//! unpacks each again for each; of Q8_0 it takes four columns of sound to four rows of weights, so that the encoder, which has 1,500
//! columns, takes less than half of the time (`tests/bench/speech.py`). A step of the one is sixteen steps of the other.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::formats::convert::ggml_whisper::Header;
use crate::formats::convert::quantise::{self, BLOCK, Kind, Q5_1_BYTES};
use std::io::{Read, Seek};

/// Where the file type stands: after the magic and ten dimensions.
const FILE_TYPE_AT: u64 = 4 + 10 * 4;
/// No tensor of a speech model has more dimensions.
const MOST_DIMENSIONS: u32 = 4;
/// No name of a tensor is longer.
const LONGEST_NAME: u32 = 128;
/// Blocks that are read at a time.
const BLOCKS: u64 = 4096;
/// A larger file is left as it is: until the engine has copied what comes out, both need nearly three times as much memory as the file has
/// bytes, and four tenths more than it from then on. The small model has 190 MB.
const LARGEST: u64 = 256 << 20;

/// The file with its Q5_1 tensors as Q8_0; nothing where its weights are of another kind, or where it is not such a file: then whoever
/// opens it says what is wrong with it.
pub fn widened<R: Read + Seek>(mut file: R) -> Result<Option<Vec<u8>>, ConvertError> {
    let header = match Header::read(&mut file) {
        Ok(Some(header)) if header.file_type == Kind::Q5_1.file_type() => header,
        Ok(_) | Err(ConvertError::Format(_) | ConvertError::Truncated) => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let mut file = Bounded::new(file)?;
    if file.end() > LARGEST {
        return Ok(None);
    }
    match copied(&mut file, header.mels) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(ConvertError::Format(_) | ConvertError::Truncated) => Ok(None),
        Err(fault) => Err(fault),
    }
}

fn copied<R: Read + Seek>(file: &mut Bounded<R>, mels: u32) -> Result<Vec<u8>, ConvertError> {
    let mut out = Vec::new();
    // Without the memory for it the engine reads the file as it is.
    let room = usize::try_from(file.end() / 24 * 34).ok().filter(|room| out.try_reserve_exact(*room).is_ok());
    room.ok_or(ConvertError::Truncated)?;
    copy(file, FILE_TYPE_AT, &mut out)?;
    file.u32()?;
    out.extend(Kind::Q8_0.file_type().to_le_bytes());
    let (bands, bins) = (word(file, &mut out)?, word(file, &mut out)?);
    if bands != mels {
        return Err(ConvertError::Truncated);
    }
    copy(file, u64::from(bands) * u64::from(bins) * 4, &mut out)?;
    for _ in 0..word(file, &mut out)? {
        let long = word(file, &mut out)?;
        copy(file, u64::from(long), &mut out)?;
    }
    while file.left() > 0 {
        tensor(file, &mut out)?;
    }
    Ok(out)
}

/// One tensor: rank, length of the name, type, dimensions from the fastest, name, weights.
fn tensor<R: Read + Seek>(file: &mut Bounded<R>, out: &mut Vec<u8>) -> Result<(), ConvertError> {
    let (rank, long, kind) = (word(file, out)?, word(file, out)?, file.u32()?);
    if rank > MOST_DIMENSIONS || long > LONGEST_NAME {
        return Err(ConvertError::Truncated);
    }
    let five_bits = kind == Kind::Q5_1.tensor_type();
    out.extend(if five_bits { Kind::Q8_0.tensor_type() } else { kind }.to_le_bytes());
    let mut weights = 1u64;
    for _ in 0..rank {
        weights = weights.checked_mul(u64::from(word(file, out)?)).ok_or(ConvertError::Truncated)?;
    }
    copy(file, u64::from(long), out)?;
    let bytes = |each: u64| weights.checked_mul(each).ok_or(ConvertError::Truncated);
    if kind == Kind::F32.tensor_type() {
        return copy(file, bytes(4)?, out);
    }
    if kind == Kind::F16.tensor_type() {
        return copy(file, bytes(2)?, out);
    }
    if !five_bits || !weights.is_multiple_of(BLOCK as u64) {
        return Err(ConvertError::Truncated);
    }
    let mut blocks = weights / BLOCK as u64;
    while blocks > 0 {
        let now = blocks.min(BLOCKS);
        for block in file.bytes(now * Q5_1_BYTES as u64)?.as_chunks().0 {
            quantise::append(Kind::Q8_0, &quantise::of_q5_1(block), out)?;
        }
        blocks -= now;
    }
    Ok(())
}

fn word<R: Read + Seek>(file: &mut Bounded<R>, out: &mut Vec<u8>) -> Result<u32, ConvertError> {
    let word = file.u32()?;
    out.extend(word.to_le_bytes());
    Ok(word)
}

fn copy<R: Read + Seek>(file: &mut Bounded<R>, bytes: u64, out: &mut Vec<u8>) -> Result<(), ConvertError> {
    out.extend(file.bytes(bytes)?);
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use half::f16;
    use std::io::Cursor;

    const WIDTH: usize = 64;

    fn tensor_of(kind: Kind, shape: &[usize], name: &str, weights: &[f32], out: &mut Vec<u8>) {
        for word in [shape.len() as u32, name.len() as u32, kind.tensor_type()] {
            out.extend(word.to_le_bytes());
        }
        shape.iter().for_each(|n| out.extend((*n as u32).to_le_bytes()));
        out.extend(name.as_bytes());
        quantise::append(kind, weights, out).unwrap();
    }

    fn weights() -> Vec<f32> {
        (0..WIDTH * WIDTH).map(|n| (n as f32 * 0.37).sin() * (1.0 + n as f32 / 900.0)).collect()
    }

    fn file(kind: Kind) -> Vec<u8> {
        let mut out = Vec::new();
        let w = WIDTH as u32;
        for word in [0x6767_6d6c, 51865, 1500, w, 1, 1, 448, w, 1, 1, 80, kind.file_type()] {
            out.extend(word.to_le_bytes());
        }
        for word in [80u32, 2] {
            out.extend(word.to_le_bytes());
        }
        out.extend((0..160).flat_map(|n| (n as f32).to_le_bytes()));
        out.extend(3u32.to_le_bytes());
        for token in ["a", "", "나"] {
            out.extend((token.len() as u32).to_le_bytes());
            out.extend(token.as_bytes());
        }
        tensor_of(Kind::F32, &[1000], "encoder.positions", &[0.5; 1000], &mut out);
        tensor_of(kind, &[WIDTH, WIDTH], "encoder.weight", &weights(), &mut out);
        tensor_of(Kind::F16, &[3, 2], "encoder.conv", &[0.25; 6], &mut out);
        tensor_of(kind, &[WIDTH, WIDTH], "decoder.weight", &weights(), &mut out);
        out
    }

    #[test]
    fn only_the_five_bit_weights_change_and_each_by_less_than_a_step_of_eight_bits() {
        let (five, eight) = (file(Kind::Q5_1), widened(Cursor::new(file(Kind::Q5_1))).unwrap().unwrap());
        // What the quantiser writes of the weights as the five bits have them.
        let mut read = Vec::new();
        let mut packed = Vec::new();
        quantise::append(Kind::Q5_1, &weights(), &mut packed).unwrap();
        packed.as_chunks().0.iter().for_each(|block| read.extend(quantise::of_q5_1(block)));
        let mut wanted = Vec::new();
        quantise::append(Kind::Q8_0, &read, &mut wanted).unwrap();
        let at = eight.windows(wanted.len()).position(|part| part == wanted).unwrap();
        assert_eq!(eight.len() - five.len(), 2 * (wanted.len() - packed.len()));
        for (block, five) in eight[at..].chunks(34).zip(read.chunks(BLOCK)) {
            let scale = f16::from_le_bytes([block[0], block[1]]).to_f32();
            for (byte, five) in block[2..].iter().zip(five) {
                assert!((scale * f32::from(*byte as i8) - five).abs() <= scale * 0.51 + five.abs() * 0.001);
            }
        }
        // Up to the weights only the two types differ.
        let differ: Vec<usize> = (0..at).filter(|n| eight[*n] != five[*n]).collect();
        assert_eq!(differ.len(), 2, "{differ:?}");
        assert_eq!(Header::read(Cursor::new(&eight)).unwrap().unwrap().variant(), Some("q8_0"));
        assert_eq!(widened(Cursor::new(eight)).unwrap(), None);
    }

    #[test]
    fn other_weights_and_other_files_are_left_as_they_are() {
        for kind in [Kind::Q8_0, Kind::Q5_0, Kind::F16] {
            assert_eq!(widened(Cursor::new(file(kind))).unwrap(), None, "{kind:?}");
        }
        assert_eq!(widened(Cursor::new(b"GGUF....")).unwrap(), None);
    }

    #[test]
    fn a_file_that_is_cut_short_anywhere_is_left_to_whoever_opens_it() {
        let whole = file(Kind::Q5_1);
        // Between two tensors the engine has to find what is missing.
        for end in (0..whole.len()).step_by(7) {
            let _ = widened(Cursor::new(&whole[..end])).unwrap();
        }
        assert_eq!(widened(Cursor::new(&whole[..whole.len() - 1])).unwrap(), None);
    }

    #[test]
    fn no_length_or_type_that_is_wrong_makes_it_panic_or_fail() {
        let whole = file(Kind::Q5_1);
        for at in (FILE_TYPE_AT as usize + 4..whole.len() - 4).step_by(4) {
            let mut wrong = whole.clone();
            wrong[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
            let _ = widened(Cursor::new(wrong)).unwrap();
        }
    }
}
