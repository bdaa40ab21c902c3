//! Sound without loss in the form of FLAC (RFC 9639): 16 kHz, mono, 16 bits, fixed predictors. Any player reads what this
//! writes; this reads only what it wrote. Measured on speech: about half of the plain samples.

use crate::speech::vad::RATE;

/// Samples of a block; the last one of a file may be shorter.
const BLOCK: usize = 4096;
/// Highest order of the fixed predictors.
const ORDERS: usize = 4;
/// A block is cut into at most 2^4 parts, each with a Rice parameter of its own.
const PARTS: u32 = 4;
/// Largest Rice parameter of four bits; the fifteenth is an escape.
const RICE: u32 = 14;
/// Bytes before the data of the application block: the mark, the stream's own block, the block's head.
const BEFORE_DATA: usize = 4 + 4 + 34 + 4;

/// The frames of these samples.
pub fn frames(pcm: &[i16]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pcm.len() + 64);
    for (number, block) in pcm.chunks(BLOCK).enumerate() {
        frame(number as u32, block, &mut out);
    }
    out
}

/// A whole file: the samples' count, `data` in an application block under this id, and the frames; at least `least` bytes,
/// filled with an empty block.
pub fn file(samples: usize, id: [u8; 4], data: &[u8], frames: &[u8], least: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(least.max(BEFORE_DATA + 8 + data.len() + frames.len()));
    out.extend_from_slice(b"fLaC");
    out.extend_from_slice(&[0, 0, 0, 34]);
    let block = (BLOCK as u16).to_be_bytes();
    out.extend_from_slice(&block);
    out.extend_from_slice(&block);
    out.extend_from_slice(&[0; 6]);
    // 20 bits rate, 3 bits channels less one, 5 bits sample size less one, 36 bits samples.
    let packed = u64::from(RATE) << 44 | 15 << 36 | samples as u64 & 0xf_ffff_ffff;
    out.extend_from_slice(&packed.to_be_bytes());
    out.extend_from_slice(&[0; 16]);
    block_head(2, 4 + data.len(), &mut out);
    out.extend_from_slice(&id);
    out.extend_from_slice(data);
    let fill = least.saturating_sub(out.len() + 4 + frames.len()).min(0xff_ffff);
    block_head(0x80 | 1, fill, &mut out);
    out.resize(out.len() + fill, 0);
    out.extend_from_slice(frames);
    out
}

fn block_head(kind: u8, len: usize, out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(&(len as u32).to_be_bytes()[1..]);
}

/// The data under this id and the frames of a file of [`file()`]; `None` for anything else.
pub fn parts(bytes: &[u8], id: [u8; 4]) -> Option<(&[u8], &[u8])> {
    let length = |at: usize| -> Option<usize> {
        let head = bytes.get(at..at + 4)?;
        Some(usize::from(head[1]) << 16 | usize::from(head[2]) << 8 | usize::from(head[3]))
    };
    if !bytes.starts_with(b"fLaC\0\0\0\x22") || bytes.get(BEFORE_DATA..BEFORE_DATA + 4)? != id {
        return None;
    }
    let end = BEFORE_DATA + length(BEFORE_DATA - 4)?;
    let data = bytes.get(BEFORE_DATA + 4..end)?;
    let frames = bytes.get(end + 4 + length(end)?..)?;
    Some((data, frames))
}

/// The samples of frames of [`frames`]; `None` where a byte was changed or is missing. At most `most` samples.
pub fn samples(frames: &[u8], most: usize) -> Option<Vec<i16>> {
    let (mut pcm, mut rest) = (Vec::new(), frames);
    while !rest.is_empty() {
        let used = unframe(rest, most, &mut pcm)?;
        rest = &rest[used..];
    }
    Some(pcm)
}

fn frame(number: u32, block: &[i16], out: &mut Vec<u8>) {
    let mut bits = Bits { out: Vec::with_capacity(block.len() + 32), held: 0, count: 0 };
    // The mark of a frame in a stream of equal blocks; length in 16 bits at the end; 16 kHz, mono, 16 bits.
    bits.out.extend_from_slice(&[0xff, 0xf8, 0x75, 0x08]);
    utf8(number, &mut bits.out);
    bits.out.extend_from_slice(&(block.len() as u16 - 1).to_be_bytes());
    let check = crc8(&bits.out);
    bits.out.push(check);
    let residues: Vec<Vec<i32>> = residues(block);
    let cost = |r: &Vec<i32>| r.iter().map(|v| u64::from(v.unsigned_abs())).sum::<u64>();
    let order = (0..residues.len()).min_by_key(|o| cost(&residues[*o])).unwrap_or(0);
    bits.put(0b0001_0000 | (order as u64) << 1, 8);
    for sample in &block[..order] {
        bits.put(u64::from(*sample as u16), 16);
    }
    rice(&residues[order], block.len(), order, &mut bits);
    let mut bytes = bits.done();
    let check = crc16(&bytes);
    bytes.extend_from_slice(&check.to_be_bytes());
    out.extend_from_slice(&bytes);
}

/// What each order of prediction leaves over, without the first samples of that order.
fn residues(block: &[i16]) -> Vec<Vec<i32>> {
    let mut all = vec![block.iter().map(|s| i32::from(*s)).collect::<Vec<_>>()];
    while all.len() <= ORDERS && all[all.len() - 1].len() > 1 {
        let last = &all[all.len() - 1];
        all.push(last.windows(2).map(|w| w[1] - w[0]).collect());
    }
    all
}

const fn folded(value: i32) -> u64 {
    ((value << 1) ^ (value >> 31)) as u32 as u64
}

/// The parameter with which these take the fewest bits, and how many.
fn parameter(values: &[i32]) -> (u32, u64) {
    let cost = |k: u32| values.iter().map(|v| (folded(*v) >> k) + 1 + u64::from(k)).sum::<u64>();
    let sum: u64 = values.iter().map(|v| folded(*v)).sum();
    let near = (sum / (values.len() as u64).max(1)).max(1).ilog2();
    (near.saturating_sub(1)..=near + 1).map(|k| k.min(RICE)).map(|k| (k, cost(k))).min_by_key(|c| c.1).unwrap_or((0, 0))
}

fn cut(residue: &[i32], length: usize, order: usize, parts: u32) -> Option<Vec<&[i32]>> {
    let each = length >> parts;
    if each << parts != length || each <= order {
        return None;
    }
    let (first, rest) = residue.split_at(each - order);
    Some(std::iter::once(first).chain(rest.chunks(each)).collect())
}

fn rice(residue: &[i32], length: usize, order: usize, bits: &mut Bits) {
    let whole = |parts: u32| {
        let cut = cut(residue, length, order, parts)?;
        let chosen: Vec<(u32, u64)> = cut.iter().map(|part| parameter(part)).collect();
        Some((chosen.iter().map(|c| c.1 + 4).sum::<u64>(), parts, cut, chosen))
    };
    let Some((_, parts, cut, chosen)) = (0..=PARTS).filter_map(whole).min_by_key(|w| w.0) else { return };
    bits.put(u64::from(parts), 6);
    for (part, (k, _)) in cut.iter().zip(chosen) {
        bits.put(u64::from(k), 4);
        for value in *part {
            let value = folded(*value);
            bits.zeros(value >> k);
            bits.put(1, 1);
            bits.put(value & ((1 << k) - 1), k);
        }
    }
}

fn utf8(number: u32, out: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    let letter = char::from_u32(number).unwrap_or('\0');
    out.extend_from_slice(letter.encode_utf8(&mut buffer).as_bytes());
}

/// Reads one frame; gives how many bytes it has.
fn unframe(bytes: &[u8], most: usize, pcm: &mut Vec<i16>) -> Option<usize> {
    if bytes.get(..4)? != [0xff, 0xf8, 0x75, 0x08] {
        return None;
    }
    let wide = match bytes.get(4)? {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => return None,
    };
    let at = 4 + wide;
    let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])) + 1;
    if crc8(bytes.get(..at + 2)?) != *bytes.get(at + 2)? || pcm.len() + length > most {
        return None;
    }
    let mut from = Taken { bytes: bytes.get(at + 3..)?, at: 0 };
    let head = from.take(8)?;
    let order = (head >> 1 & 7) as usize;
    if head & 0b1111_0001 != 0b0001_0000 || order > ORDERS || order > length {
        return None;
    }
    let mut values: Vec<i32> = Vec::with_capacity(length);
    for _ in 0..order {
        values.push(i32::from(from.take(16)? as u16 as i16));
    }
    let parts = from.take(6)?;
    if parts > PARTS {
        return None;
    }
    let each = length >> parts;
    if each << parts != length || each < order {
        return None;
    }
    for part in 0..1usize << parts {
        let k = from.take(4)?;
        if k > RICE {
            return None;
        }
        for _ in 0..if part == 0 { each - order } else { each } {
            let folded = from.unary()? << k | from.take(k)?;
            let residue = (folded >> 1) as i32 ^ -((folded & 1) as i32);
            values.push(residue.wrapping_add(predicted(&values, order)));
        }
    }
    let end = at + 3 + from.at.div_ceil(8);
    let check = u16::from_be_bytes([*bytes.get(end)?, *bytes.get(end + 1)?]);
    if crc16(&bytes[..end]) != check {
        return None;
    }
    for value in values {
        pcm.push(i16::try_from(value).ok()?);
    }
    Some(end + 2)
}

/// What a fixed predictor of this order expects next.
fn predicted(before: &[i32], order: usize) -> i32 {
    let s = |back: usize| before[before.len() - back];
    match order {
        0 => 0,
        1 => s(1),
        2 => 2i32.wrapping_mul(s(1)).wrapping_sub(s(2)),
        3 => 3i32.wrapping_mul(s(1).wrapping_sub(s(2))).wrapping_add(s(3)),
        _ => 4i32.wrapping_mul(s(1).wrapping_add(s(3))).wrapping_sub(6i32.wrapping_mul(s(2))).wrapping_sub(s(4)),
    }
}

/// Bits on their way out, the highest first.
struct Bits {
    out: Vec<u8>,
    held: u64,
    count: u32,
}

impl Bits {
    /// At most 32 bits.
    fn put(&mut self, value: u64, bits: u32) {
        self.held = self.held << bits | value;
        self.count += bits;
        while self.count >= 8 {
            self.count -= 8;
            self.out.push((self.held >> self.count) as u8);
        }
        self.held &= (1 << self.count) - 1;
    }

    fn zeros(&mut self, mut count: u64) {
        while count > 0 {
            let now = count.min(32);
            self.put(0, now as u32);
            count -= now;
        }
    }

    fn done(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.put(0, 8 - self.count);
        }
        self.out
    }
}

/// Bits on their way in.
struct Taken<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Taken<'_> {
    fn bit(&mut self) -> Option<u32> {
        let bit = self.bytes.get(self.at / 8)? >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    fn take(&mut self, bits: u32) -> Option<u32> {
        let mut value = 0;
        for _ in 0..bits {
            value = value << 1 | self.bit()?;
        }
        Some(value)
    }

    /// Zeros before the next one; more than a sample can need is damage.
    fn unary(&mut self) -> Option<u32> {
        (0..1 << 17).find_map(|n| match self.bit() {
            Some(0) => None,
            Some(_) => Some(Some(n)),
            None => Some(None),
        })?
    }
}

fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0u8, |crc, b| (0..8).fold(crc ^ b, |c, _| if c & 0x80 == 0 { c << 1 } else { c << 1 ^ 0x07 }))
}

fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0u16, |crc, b| {
        (0..8).fold(crc ^ u16::from(*b) << 8, |c, _| if c & 0x8000 == 0 { c << 1 } else { c << 1 ^ 0x8005 })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_sample_comes_back(pcm in prop_oneof![
            proptest::collection::vec(any::<i16>(), 0..9000),
            proptest::collection::vec(-40i16..40, 0..9000),
            proptest::collection::vec(prop_oneof![Just(i16::MIN), Just(i16::MAX)], 0..200),
        ]) {
            let frames = frames(&pcm);
            prop_assert_eq!(samples(&frames, pcm.len()), Some(pcm.clone()));
            let file = file(pcm.len(), *b"gyet", b"data", &frames, 5000);
            prop_assert!(file.len() >= 5000);
            prop_assert_eq!(parts(&file, *b"gyet"), Some((b"data".as_slice(), frames.as_slice())));
        }

        #[test]
        fn any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = parts(&bytes, *b"gyet");
            let framed: Vec<u8> = [0xff, 0xf8, 0x75, 0x08].into_iter().chain(bytes).collect();
            let _ = samples(&framed, 100_000);
        }
    }

    #[test]
    fn a_changed_or_missing_byte_is_refused() {
        let pcm: Vec<i16> = (0..5000).map(|n| ((f64::from(n) / 20.0).sin() * 9000.0) as i16).collect();
        let frames = frames(&pcm);
        assert!(frames.len() < pcm.len(), "{} bytes for {} samples", frames.len(), pcm.len());
        for at in (0..frames.len()).step_by(97) {
            let mut changed = frames.clone();
            changed[at] ^= 4;
            assert_ne!(samples(&changed, pcm.len()), Some(pcm.clone()), "byte {at}");
        }
        assert_eq!(samples(&frames[..frames.len() - 1], pcm.len()), None);
    }
}
