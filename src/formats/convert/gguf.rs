//! GGUF, the file format of llama.cpp (version 3): a writer with the layout of the reference writer, and a reader
//! of headers that trusts nothing. llama.cpp's own reader has a list of memory-corruption bugs (CVE-2024-21802 and
//! later), so a file is looked at here before any engine sees it.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::texts::msg;
use std::io::{Read, Seek, Write};

pub(super) const MAGIC: u32 = u32::from_le_bytes(*b"GGUF");
/// Every tensor begins at a multiple of this, as counted from the start of the data.
pub const ALIGNMENT: u64 = 32;
/// Real files hold some dozens of keys.
pub(super) const MOST_KEYS: u64 = 10_000;
/// Real files hold up to some thousands of tensors.
pub(super) const MOST_TENSORS: u64 = 100_000;
/// The longest text that is kept: chat templates reach some tens of kilobytes.
const LONGEST_TEXT: u64 = 1 << 20;

/// A value of the header.
#[derive(Debug, Clone)]
pub enum Value {
    /// An unsigned number of 32 bits.
    U32(u32),
    /// A number of 32 bits with a fraction.
    F32(f32),
    /// A truth value of one byte.
    Bool(bool),
    /// UTF-8 text with a length of 64 bits.
    Text(String),
    /// Texts, as bytes: tokens need not be UTF-8.
    Texts(Vec<Vec<u8>>),
    /// An array of 32-bit floats.
    F32s(Vec<f32>),
    /// 32 bits each, signed.
    I32s(Vec<i32>),
}

/// How a tensor is stored here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// 4 bytes per weight.
    F32,
    /// 18 bytes per 32 weights.
    Q4_0,
}

impl Stored {
    const fn code(self) -> u32 {
        match self {
            Stored::F32 => 0,
            Stored::Q4_0 => 2,
        }
    }

    /// Bytes of so many weights, if they fill whole blocks.
    pub fn bytes(self, weights: u64) -> Option<u64> {
        match self {
            Stored::F32 => weights.checked_mul(4),
            Stored::Q4_0 => weights.is_multiple_of(32).then(|| weights / 32 * 18),
        }
    }
}

/// A tensor to be written; its data follows later, in this order.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Name of the tensor.
    pub name: String,
    /// Rows first, as in mathematics; written from the fastest.
    pub shape: Vec<u64>,
    /// How it is stored.
    pub stored: Stored,
    /// Its length in the file.
    pub bytes: u64,
}

/// Writes everything before the data of the tensors, padded to where the first begins.
pub fn write_header(out: &mut dyn Write, keys: &[(String, Value)], tensors: &[Entry]) -> std::io::Result<()> {
    let mut head = Vec::new();
    head.extend(MAGIC.to_le_bytes());
    head.extend(3u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((keys.len() as u64).to_le_bytes());
    for (key, value) in keys {
        put_text(&mut head, key.as_bytes());
        put_value(&mut head, value);
    }
    let mut at = 0u64;
    for tensor in tensors {
        put_text(&mut head, tensor.name.as_bytes());
        head.extend((tensor.shape.len() as u32).to_le_bytes());
        tensor.shape.iter().rev().for_each(|d| head.extend(d.to_le_bytes()));
        head.extend(tensor.stored.code().to_le_bytes());
        head.extend(at.to_le_bytes());
        at += tensor.bytes.next_multiple_of(ALIGNMENT);
    }
    head.resize(head.len().next_multiple_of(ALIGNMENT as usize), 0);
    out.write_all(&head)
}

/// Zeroes after the data of a tensor, up to where the next begins.
pub fn write_padding(out: &mut dyn Write, bytes: u64) -> std::io::Result<()> {
    let n = bytes.next_multiple_of(ALIGNMENT) - bytes;
    out.write_all(&[0; ALIGNMENT as usize][..n as usize])
}

pub(super) fn put_text(head: &mut Vec<u8>, text: &[u8]) {
    head.extend((text.len() as u64).to_le_bytes());
    head.extend(text);
}

fn put_value(head: &mut Vec<u8>, value: &Value) {
    let array = |head: &mut Vec<u8>, code: u32, n: usize| {
        head.extend(9u32.to_le_bytes());
        head.extend(code.to_le_bytes());
        head.extend((n as u64).to_le_bytes());
    };
    match value {
        Value::U32(v) => {
            head.extend(4u32.to_le_bytes());
            head.extend(v.to_le_bytes());
        }
        Value::F32(v) => {
            head.extend(6u32.to_le_bytes());
            head.extend(v.to_le_bytes());
        }
        Value::Bool(v) => {
            head.extend(7u32.to_le_bytes());
            head.push(u8::from(*v));
        }
        Value::Text(v) => {
            head.extend(8u32.to_le_bytes());
            put_text(head, v.as_bytes());
        }
        Value::Texts(v) => {
            array(head, 8, v.len());
            v.iter().for_each(|t| put_text(head, t));
        }
        Value::F32s(v) => {
            array(head, 6, v.len());
            v.iter().for_each(|x| head.extend(x.to_le_bytes()));
        }
        Value::I32s(v) => {
            array(head, 5, v.len());
            v.iter().for_each(|x| head.extend(x.to_le_bytes()));
        }
    }
}

/// What a GGUF file says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// `general.architecture`.
    pub architecture: String,
    /// `general.name`.
    pub name: Option<String>,
    /// `general.license`.
    pub licence: Option<String>,
    /// `general.file_type`.
    pub file_type: Option<u32>,
    /// `<architecture>.context_length`.
    pub context: Option<u32>,
    /// `tokenizer.chat_template`.
    pub chat_template: Option<String>,
    /// Number of weights over all tensors.
    pub weights: u64,
    /// Number of tensors.
    pub tensors: u64,
    /// `<architecture>.pooling_type` is there: it is an embedding model.
    pub pooled: bool,
}

impl Header {
    /// Reads and checks all of the header, and that the file is long enough for every tensor it announces. `None`
    /// when it is another kind of file.
    pub fn read(file: impl Read + Seek) -> Result<Option<Header>, ConvertError> {
        let mut file = Bounded::new(file)?;
        if file.left() < 4 || file.u32()? != MAGIC {
            return Ok(None);
        }
        let version = file.u32()?;
        if !(2..=3).contains(&version) {
            return Err(ConvertError::format(msg("convert-gguf-gguf-version-not-known-2-3").shown("version", version)));
        }
        let (tensors, keys) = (file.u64()?, file.u64()?);
        if tensors == 0 || tensors > MOST_TENSORS || keys > MOST_KEYS {
            return Err(ConvertError::format(
                msg("convert-gguf-announces-tensors-keys").shown("tensors", tensors).shown("keys", keys),
            ));
        }
        let mut header = Header { tensors, ..Header::default() };
        let mut alignment = ALIGNMENT;
        let mut contexts = Vec::new();
        for _ in 0..keys {
            let key = text(&mut file)?;
            let kind = file.u32()?;
            match (key.as_str(), value(&mut file, kind)?) {
                ("general.architecture", Seen::Text(v)) => header.architecture = v,
                // An adapter (LoRA), a projector, a vocabulary or an importance matrix goes with a model and is none.
                ("general.type", Seen::Text(v)) if v != "model" => {
                    return Err(ConvertError::format(msg("convert-gguf-no-whole-model-but-addition")));
                }
                ("split.count", Seen::Number(n)) if n > 1 => {
                    return Err(ConvertError::format(msg("convert-gguf-one-part-model-several-files")));
                }
                ("general.name", Seen::Text(v)) => header.name = Some(v),
                ("general.license", Seen::Text(v)) => header.licence = Some(v),
                ("general.file_type", Seen::Number(v)) => header.file_type = u32::try_from(v).ok(),
                ("tokenizer.chat_template", Seen::Text(v)) => header.chat_template = Some(v),
                ("general.alignment", Seen::Number(v)) => alignment = v,
                (key, Seen::Number(v)) if key.ends_with(".context_length") => contexts.push((key.to_owned(), v)),
                (key, Seen::Number(_)) if key.ends_with(".pooling_type") => header.pooled = true,
                _ => {}
            }
        }
        if !(1..=65536).contains(&alignment) || !alignment.is_power_of_two() {
            return Err(ConvertError::format(msg("convert-gguf-alignment-impossible")));
        }
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        if header.architecture.is_empty() || header.architecture.len() > 64 || !header.architecture.bytes().all(plain) {
            return Err(ConvertError::format(msg("convert-gguf-names-no-architecture")));
        }
        let context = format!("{}.context_length", header.architecture);
        header.context = contexts.iter().find(|(k, _)| *k == context).and_then(|(_, v)| u32::try_from(*v).ok());
        let mut needed = 0u64;
        for _ in 0..tensors {
            let tensor = tensor(&mut file, alignment)?;
            header.weights = header.weights.checked_add(tensor.weights).ok_or_else(too_large)?;
            needed = needed.max(tensor.end()?);
        }
        let data = file.at().next_multiple_of(alignment);
        if data.checked_add(needed).is_none_or(|end| end > file.end()) {
            return Err(ConvertError::Truncated);
        }
        Ok(Some(header))
    }

    /// Name of the quantisation of the file type (llama.cpp, `llama_ftype`).
    pub fn variant(&self) -> Option<&'static str> {
        Some(match self.file_type? {
            0 => "f32",
            1 => "f16",
            2 => "q4_0",
            3 => "q4_1",
            7 => "q8_0",
            8 => "q5_0",
            9 => "q5_1",
            10 => "q2_k",
            11 => "q3_k_s",
            12 => "q3_k_m",
            13 => "q3_k_l",
            14 => "q4_k_s",
            15 => "q4_k_m",
            16 => "q5_k_s",
            17 => "q5_k_m",
            18 => "q6_k",
            25 => "iq4_nl",
            32 => "bf16",
            _ => return None,
        })
    }
}

fn too_large() -> ConvertError {
    ConvertError::format(msg("convert-gguf-tensor-impossibly-large"))
}

/// A tensor as a header announces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Announced {
    pub(super) name: String,
    /// The fastest dimension first, as in the file.
    pub(super) shape: Vec<u64>,
    /// `ggml_type`.
    pub(super) code: u32,
    pub(super) weights: u64,
    /// From the start of all data, bytes.
    pub(super) at: u64,
    /// Length of its data.
    pub(super) bytes: u64,
}

impl Announced {
    /// Where its data ends, from the start of all data.
    pub(super) fn end(&self) -> Result<u64, ConvertError> {
        self.at.checked_add(self.bytes).ok_or_else(too_large)
    }
}

pub(super) fn tensor<R: Read + Seek>(file: &mut Bounded<R>, alignment: u64) -> Result<Announced, ConvertError> {
    let name = text(file)?;
    let rank = file.u32()?;
    if !(1..=4).contains(&rank) {
        return Err(ConvertError::format(msg("convert-gguf-tensor-dimensions").shown("rank", rank)));
    }
    let shape = (0..rank).map(|_| file.u64()).collect::<Result<Vec<_>, _>>()?;
    let (code, at) = (file.u32()?, file.u64()?);
    let (block, bytes) = block_of(code)
        .ok_or_else(|| ConvertError::format(msg("convert-gguf-unknown-tensor-type").shown("code", code)))?;
    let weights = shape.iter().try_fold(1u64, |n, d| n.checked_mul(*d)).ok_or_else(too_large)?;
    if weights == 0 || !shape[0].is_multiple_of(block) {
        return Err(ConvertError::format(msg("convert-gguf-tensor-whose-rows-not-whole-blocks")));
    }
    if !at.is_multiple_of(alignment) {
        return Err(ConvertError::format(msg("convert-gguf-tensor-not-aligned")));
    }
    let bytes = (weights / block).checked_mul(bytes).ok_or_else(too_large)?;
    let announced = Announced { name, shape, code, weights, at, bytes };
    announced.end()?;
    Ok(announced)
}

/// Weights and bytes per block of each `ggml_type` (ggml.h and ggml-common.h).
fn block_of(code: u32) -> Option<(u64, u64)> {
    Some(match code {
        0 | 26 => (1, 4),
        1 | 25 | 30 => (1, 2),
        24 => (1, 1),
        27 | 28 => (1, 8),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        9 => (32, 36),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        15 => (256, 292),
        16 => (256, 66),
        17 => (256, 74),
        18 => (256, 98),
        19 => (256, 50),
        20 => (32, 18),
        21 => (256, 110),
        22 => (256, 82),
        23 => (256, 136),
        29 => (256, 56),
        34 => (256, 54),
        35 => (256, 66),
        39 => (32, 17),
        _ => return None,
    })
}

pub(super) enum Seen {
    Number(u64),
    Text(String),
    Other,
}

pub(super) fn text<R: Read + Seek>(file: &mut Bounded<R>) -> Result<String, ConvertError> {
    let n = file.u64()?;
    if n > LONGEST_TEXT {
        return Err(ConvertError::format(msg("convert-gguf-text-header-absurdly-long")));
    }
    String::from_utf8(file.bytes(n)?).map_err(|_| ConvertError::format(msg("convert-gguf-text-header-not-utf-8")))
}

pub(super) fn value<R: Read + Seek>(file: &mut Bounded<R>, kind: u32) -> Result<Seen, ConvertError> {
    Ok(match kind {
        0 | 1 | 7 => Seen::Number(file.u8()?.into()),
        2 | 3 => Seen::Number(file.u16()?.into()),
        4 | 5 => Seen::Number(file.u32()?.into()),
        6 => {
            file.skip(4)?;
            Seen::Other
        }
        8 => Seen::Text(text(file)?),
        9 => {
            let (of, n) = (file.u32()?, file.u64()?);
            match of {
                8 => {
                    // Each text takes at least its length, so a lying count ends at the end of the file.
                    for _ in 0..n {
                        let length = file.u64()?;
                        file.skip(length)?;
                    }
                }
                _ => {
                    let size = match of {
                        0 | 1 | 7 => 1,
                        2 | 3 => 2,
                        4..=6 => 4,
                        10..=12 => 8,
                        _ => return Err(ConvertError::format(msg("convert-gguf-list-unknown-nested-values-header"))),
                    };
                    file.skip(n.checked_mul(size).ok_or(ConvertError::Truncated)?)?;
                }
            }
            Seen::Other
        }
        10 | 11 => Seen::Number(file.u64()?),
        12 => {
            file.skip(8)?;
            Seen::Other
        }
        _ => return Err(ConvertError::format(msg("convert-gguf-unknown-value-type-header").shown("kind", kind))),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn small() -> Vec<u8> {
        let keys = [
            ("general.architecture".to_owned(), Value::Text("qwen2".into())),
            ("qwen2.context_length".to_owned(), Value::U32(4096)),
            ("tokenizer.ggml.tokens".to_owned(), Value::Texts(vec![b"a".to_vec(), vec![0xff]])),
            ("tokenizer.ggml.scores".to_owned(), Value::F32s(vec![0.5])),
            ("tokenizer.ggml.token_type".to_owned(), Value::I32s(vec![1])),
            ("general.file_type".to_owned(), Value::U32(2)),
            ("x".to_owned(), Value::Bool(true)),
            ("y".to_owned(), Value::F32(1.0)),
        ];
        let tensors = [
            Entry { name: "a".into(), shape: vec![2, 32], stored: Stored::Q4_0, bytes: 36 },
            Entry { name: "b".into(), shape: vec![3], stored: Stored::F32, bytes: 12 },
        ];
        let mut out = Vec::new();
        write_header(&mut out, &keys, &tensors).unwrap();
        for t in &tensors {
            out.extend(vec![7; t.bytes as usize]);
            write_padding(&mut out, t.bytes).unwrap();
        }
        out
    }

    #[test]
    fn what_is_written_is_read_back() {
        let header = Header::read(Cursor::new(small())).unwrap().unwrap();
        assert_eq!(header.architecture, "qwen2");
        assert_eq!((header.context, header.variant(), header.weights), (Some(4096), Some("q4_0"), 67));
    }

    #[test]
    fn a_file_that_is_cut_anywhere_before_its_last_weight_is_refused() {
        let file = small();
        let last_weight = file.len() - 20;
        for n in 4..last_weight {
            assert!(Header::read(Cursor::new(&file[..n])).is_err(), "{n}");
        }
        assert!(Header::read(Cursor::new(&file[..last_weight])).is_ok());
    }

    #[test]
    fn absurd_counts_are_refused_at_once() {
        for at in [8, 16] {
            let mut file = small();
            file[at..at + 8].copy_from_slice(&u64::MAX.to_le_bytes());
            assert!(Header::read(Cursor::new(file)).is_err());
        }
        // A text of 16 EiB, and one of 1 GiB.
        for length in [u64::MAX, 1 << 30] {
            let mut file = small();
            file[24..32].copy_from_slice(&length.to_le_bytes());
            assert!(Header::read(Cursor::new(file)).is_err());
        }
    }

    #[test]
    fn another_kind_of_file_is_not_taken_for_gguf() {
        assert_eq!(Header::read(Cursor::new(b"lmgg....")).unwrap(), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(flips in prop::collection::vec((0usize..512, any::<u8>()), 1..12)) {
            let mut file = small();
            let n = file.len();
            flips.into_iter().for_each(|(at, value)| file[at % n] = value);
            let _ = Header::read(Cursor::new(file));
        }
    }
}
