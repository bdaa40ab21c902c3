//! Reads the weights of a CTranslate2 Whisper model (`model.bin`, binary versions 5 and 6), as faster-whisper uses
//! them. Only an index is held; weights are read by rows.
//!
//! Layout, little endian: version u32, spec text, revision u32, count u32, then per variable: name, rank u8,
//! dimensions u32 each, type u8, bytes u32, data; then aliases: count u32, name and target each. A text is its
//! length u16 with the final NUL, then the bytes. An 8-bit weight has a sibling `<name>_scale`: weight = value / scale.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::texts::msg;
use std::collections::BTreeMap;
use std::io::{Read, Seek};
use std::ops::Range;

/// Far above the 1,259 variables of the largest Whisper.
const MOST_VARIABLES: u32 = 100_000;
/// Rows are read in portions of about this many bytes.
const PORTION: u64 = 4 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    F32,
    I8,
    I16,
    I32,
    F16,
    Bf16,
}

impl Type {
    fn of(code: u8) -> Result<Type, ConvertError> {
        Ok(match code {
            0 => Type::F32,
            1 => Type::I8,
            2 => Type::I16,
            3 => Type::I32,
            4 => Type::F16,
            5 => Type::Bf16,
            _ => return Err(ConvertError::format(msg("convert-ct2-unknown-number-type").shown("code", code))),
        })
    }

    const fn size(self) -> u64 {
        match self {
            Type::F32 | Type::I32 => 4,
            Type::I16 | Type::F16 | Type::Bf16 => 2,
            Type::I8 => 1,
        }
    }

    fn append(self, bytes: &[u8], out: &mut Vec<f32>) {
        match self {
            Type::F32 => out.extend(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b))),
            Type::I32 => out.extend(bytes.as_chunks().0.iter().map(|b| i32::from_le_bytes(*b) as f32)),
            Type::I16 => out.extend(bytes.as_chunks().0.iter().map(|b| f32::from(i16::from_le_bytes(*b)))),
            Type::F16 => out.extend(bytes.as_chunks().0.iter().map(|b| half::f16::from_le_bytes(*b).to_f32())),
            Type::Bf16 => out.extend(bytes.as_chunks().0.iter().map(|b| half::bf16::from_le_bytes(*b).to_f32())),
            Type::I8 => out.extend(bytes.iter().map(|b| f32::from(*b as i8))),
        }
    }
}

#[derive(Debug, Clone)]
struct Variable {
    shape: Vec<u32>,
    kind: Type,
    at: u64,
}

/// An opened model: names, shapes, and where the weights lie.
pub struct Weights<R> {
    file: Bounded<R>,
    variables: BTreeMap<String, Variable>,
}

impl<R: Read + Seek> Weights<R> {
    /// Reads the index and checks that the file ends exactly where it should.
    pub fn open(file: R) -> Result<Self, ConvertError> {
        let mut file = Bounded::new(file)?;
        let version = file.u32()?;
        if !(5..=6).contains(&version) {
            return Err(ConvertError::format(
                msg("convert-ct2-ctranslate2-binary-version-not-known").shown("version", version),
            ));
        }
        let spec = text(&mut file)?;
        if spec != "WhisperSpec" {
            return Err(ConvertError::format(msg("convert-ct2-ctranslate2-model-but-not-whisper")));
        }
        file.u32()?;
        let mut variables = BTreeMap::new();
        for _ in 0..count(&mut file)? {
            let name = text(&mut file)?;
            let rank = file.u8()?;
            if rank > 4 {
                return Err(ConvertError::format(msg("convert-ct2-weight-dimensions").shown("rank", rank)));
            }
            let shape = (0..rank).map(|_| file.u32()).collect::<Result<Vec<_>, _>>()?;
            let kind = Type::of(file.u8()?)?;
            let bytes = u64::from(file.u32()?);
            if elements(&shape).and_then(|n| n.checked_mul(kind.size())) != Some(bytes) {
                return Err(ConvertError::format(msg("convert-ct2-weight-whose-size-not-shape")));
            }
            let at = file.at();
            file.skip(bytes)?;
            variables.insert(name, Variable { shape, kind, at });
        }
        for _ in 0..count(&mut file)? {
            let (alias, target) = (text(&mut file)?, text(&mut file)?);
            let known = variables.get(&target).cloned();
            let known = known.ok_or_else(|| ConvertError::format(msg("convert-ct2-alias-nothing")))?;
            variables.entry(alias).or_insert(known);
        }
        if file.left() > 0 {
            return Err(ConvertError::format(msg("convert-ct2-there-more-than-announces")));
        }
        Ok(Weights { file, variables })
    }

    /// Shape of a weight, if it is there.
    pub fn shape(&self, name: &str) -> Option<&[u32]> {
        self.variables.get(name).map(|v| v.shape.as_slice())
    }

    /// Shape of a weight that must be there with so many dimensions.
    pub fn shape_of<const N: usize>(&self, name: &str) -> Result<[u32; N], ConvertError> {
        let shape = self.shape(name).and_then(|s| s.try_into().ok());
        shape.ok_or_else(|| ConvertError::format(msg("convert-ct2-missing-another-shape").shown("name", name)))
    }

    /// A single number, if it is there.
    pub fn number(&mut self, name: &str) -> Result<Option<u32>, ConvertError> {
        if self.shape(name).is_none() {
            return Ok(None);
        }
        let mut value = None;
        self.rows(name, 0..u32::MAX, &mut |w| {
            value = w.first().map(|v| *v as u32);
            Ok(())
        })?;
        Ok(value)
    }

    /// Gives the rows of a weight, cut to those there are, in portions of whole rows. The first dimension counts rows;
    /// a single number is one row.
    pub fn rows(
        &mut self,
        name: &str,
        rows: Range<u32>,
        each: &mut dyn FnMut(&[f32]) -> Result<(), ConvertError>,
    ) -> Result<(), ConvertError> {
        let variable = self.variables.get(name).cloned();
        let variable = variable.ok_or_else(|| ConvertError::format(msg("convert-ct2-missing").shown("name", name)))?;
        let scales = self.scales(name, &variable)?;
        let count = variable.shape.first().copied().unwrap_or(1);
        let row = variable.shape.get(1..).and_then(elements).unwrap_or(1);
        let row_bytes = row * variable.kind.size();
        let per_portion = u32::try_from(PORTION / row_bytes.max(1)).unwrap_or(u32::MAX).max(1);
        let mut next = rows.start;
        let end = rows.end.min(count);
        let mut weights = Vec::new();
        while next < end {
            let n = per_portion.min(end - next);
            self.file.go(variable.at + u64::from(next) * row_bytes)?;
            let bytes = self.file.bytes(u64::from(n) * row_bytes)?;
            weights.clear();
            variable.kind.append(&bytes, &mut weights);
            if !scales.is_empty() && row > 0 {
                for (i, w) in weights.chunks_mut(row as usize).enumerate() {
                    let scale = if scales.len() == 1 { scales[0] } else { scales[next as usize + i] };
                    w.iter_mut().for_each(|w| *w /= scale);
                }
            }
            each(&weights)?;
            next += n;
        }
        Ok(())
    }

    fn scales(&mut self, name: &str, of: &Variable) -> Result<Vec<f32>, ConvertError> {
        let Some(scale) = self.variables.get(&format!("{name}_scale")).cloned() else { return Ok(Vec::new()) };
        let n = elements(&scale.shape).unwrap_or(0);
        if n != 1 && of.shape.first().map(|rows| u64::from(*rows)) != Some(n) {
            return Err(ConvertError::format(msg("convert-ct2-scales-not-fit-rows").shown("name", name)));
        }
        self.file.go(scale.at)?;
        let bytes = self.file.bytes(n * scale.kind.size())?;
        let mut scales = Vec::new();
        scale.kind.append(&bytes, &mut scales);
        Ok(scales)
    }
}

fn elements(shape: &[u32]) -> Option<u64> {
    shape.iter().try_fold(1u64, |n, d| n.checked_mul(u64::from(*d)))
}

fn count<R: Read + Seek>(file: &mut Bounded<R>) -> Result<u32, ConvertError> {
    match file.u32()? {
        n if n <= MOST_VARIABLES => Ok(n),
        n => Err(ConvertError::format(msg("convert-ct2-announces-weights").shown("n", n))),
    }
}

fn text<R: Read + Seek>(file: &mut Bounded<R>) -> Result<String, ConvertError> {
    let n = file.u16()?;
    let mut bytes = file.bytes(u64::from(n))?;
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    String::from_utf8(bytes).map_err(|_| ConvertError::format(msg("convert-ct2-name-not-text")))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    /// Writes a model file of named f32 or i8 weights.
    pub(crate) fn file(variables: &[(&str, &[u32], u8, Vec<u8>)]) -> Vec<u8> {
        let text = |out: &mut Vec<u8>, s: &str| {
            out.extend((s.len() as u16 + 1).to_le_bytes());
            out.extend(s.as_bytes());
            out.push(0);
        };
        let mut out = 6u32.to_le_bytes().to_vec();
        text(&mut out, "WhisperSpec");
        out.extend(3u32.to_le_bytes());
        out.extend((variables.len() as u32).to_le_bytes());
        for (name, shape, kind, data) in variables {
            text(&mut out, name);
            out.push(shape.len() as u8);
            shape.iter().for_each(|d| out.extend(d.to_le_bytes()));
            out.push(*kind);
            out.extend((data.len() as u32).to_le_bytes());
            out.extend(data);
        }
        out.extend(0u32.to_le_bytes());
        out
    }

    fn floats(values: &[f32]) -> Vec<u8> {
        values.iter().flat_map(|v| v.to_le_bytes()).collect()
    }

    fn read(bytes: Vec<u8>, name: &str, rows: Range<u32>) -> Vec<f32> {
        let mut all = Vec::new();
        let mut weights = Weights::open(Cursor::new(bytes)).unwrap();
        weights
            .rows(name, rows, &mut |w| {
                all.extend(w);
                Ok(())
            })
            .unwrap();
        all
    }

    #[test]
    fn rows_come_back_as_they_were_written() {
        let bytes = file(&[("a", &[3, 2], 0, floats(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]))]);
        assert_eq!(read(bytes, "a", 1..3), [3.0, 4.0, 5.0, 6.0]);
    }

    #[test]
    fn eight_bit_weights_are_divided_by_the_scale_of_their_row() {
        let bytes = file(&[("a", &[2, 2], 1, vec![10, 0xF6, 40, 8]), ("a_scale", &[2], 0, floats(&[10.0, 4.0]))]);
        assert_eq!(read(bytes, "a", 0..2), [1.0, -1.0, 10.0, 2.0]);
    }

    #[test]
    fn a_model_that_is_cut_anywhere_is_refused() {
        let bytes = file(&[("a", &[3, 2], 0, floats(&[0.5; 6])), ("b", &[], 3, vec![8, 0, 0, 0])]);
        for n in 0..bytes.len() {
            assert!(Weights::open(Cursor::new(&bytes[..n])).is_err(), "{n}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Weights::open(Cursor::new(longer)).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_ask_for_much_memory(
            flips in prop::collection::vec((0usize..90, any::<u8>()), 0..8)
        ) {
            let mut bytes = file(&[("a", &[3, 2], 0, floats(&[0.5; 6])), ("b_scale", &[2], 0, floats(&[1.0, 2.0]))]);
            for (at, value) in flips {
                let n = bytes.len();
                bytes[at % n] = value;
            }
            if let Ok(mut weights) = Weights::open(Cursor::new(bytes)) {
                let names: Vec<String> = weights.variables.keys().cloned().collect();
                for name in names {
                    let _ = weights.rows(&name, 0..u32::MAX, &mut |_| Ok(()));
                }
            }
        }
    }
}
