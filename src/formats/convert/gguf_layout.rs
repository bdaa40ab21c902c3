//! Where everything lies in a GGUF file: its keys as they stand, its tensors, its data. With it the parts of a model in several
//! files become one file again, and an adapter is compared with the model that it was made for. Trusts nothing that it reads.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::formats::convert::gguf::{
    ALIGNMENT, Announced, MAGIC, MOST_KEYS, MOST_TENSORS, Seen, put_text, tensor, text, value, write_padding,
};
use crate::texts::msg;
use std::io::{Read, Seek, SeekFrom, Write};

/// Bytes of a tensor that are copied at once.
const COPIED: u64 = 1 << 20;
/// Whole headers are kept in memory for a moment: real ones are below 20 MB, most of it vocabulary.
const LARGEST_HEADER: u64 = 256 << 20;

/// The layout of one file.
#[derive(Debug)]
pub struct Layout {
    /// Names of the keys, and where each stands in the file with its name and value.
    pub(super) keys: Vec<(String, std::ops::Range<u64>)>,
    pub(super) tensors: Vec<Announced>,
    pub(super) alignment: u64,
    /// Where the data of the tensors begins.
    pub(super) data: u64,
    /// `general.architecture`, empty where none is named.
    pub architecture: String,
    /// `general.type`, such as `model` or `adapter`.
    pub kind: Option<String>,
    /// `adapter.type`, such as `lora`.
    pub adapter: Option<String>,
    /// `general.base_model.0.name`: what an adapter says of its base.
    pub base_name: Option<String>,
    /// `split.no` and `split.count`.
    pub split: Option<(u64, u64)>,
}

impl Layout {
    /// Reads and checks the whole header, and that the file is long enough for what it announces.
    pub fn read(file: impl Read + Seek) -> Result<Layout, ConvertError> {
        let mut file = Bounded::new(file)?;
        if file.left() < 4 || file.u32()? != MAGIC {
            return Err(ConvertError::format(msg("convert-gguf-not-gguf")));
        }
        let version = file.u32()?;
        if !(2..=3).contains(&version) {
            return Err(ConvertError::format(msg("convert-gguf-gguf-version-not-known-2-3").shown("version", version)));
        }
        let (tensors, keys) = (file.u64()?, file.u64()?);
        if tensors > MOST_TENSORS || keys > MOST_KEYS {
            let what = msg("convert-gguf-announces-tensors-keys").shown("tensors", tensors).shown("keys", keys);
            return Err(ConvertError::format(what));
        }
        let mut layout = Layout {
            keys: Vec::new(),
            tensors: Vec::new(),
            alignment: ALIGNMENT,
            data: 0,
            architecture: String::new(),
            kind: None,
            adapter: None,
            base_name: None,
            split: None,
        };
        let (mut no, mut count) = (0, None);
        for _ in 0..keys {
            let at = file.at();
            let key = text(&mut file)?;
            let kind = file.u32()?;
            match (key.as_str(), value(&mut file, kind)?) {
                ("general.architecture", Seen::Text(v)) => layout.architecture = v,
                ("general.type", Seen::Text(v)) => layout.kind = Some(v),
                ("adapter.type", Seen::Text(v)) => layout.adapter = Some(v),
                ("general.base_model.0.name", Seen::Text(v)) => layout.base_name = Some(v),
                ("general.alignment", Seen::Number(v)) => layout.alignment = v,
                ("split.no", Seen::Number(v)) => no = v,
                ("split.count", Seen::Number(v)) => count = Some(v),
                _ => {}
            }
            layout.keys.push((key, at..file.at()));
        }
        layout.split = count.map(|count| (no, count));
        if !(1..=65536).contains(&layout.alignment) || !layout.alignment.is_power_of_two() {
            return Err(ConvertError::format(msg("convert-gguf-alignment-impossible")));
        }
        let (mut needed, mut all) = (0, 0u64);
        for _ in 0..tensors {
            let tensor = tensor(&mut file, layout.alignment)?;
            needed = needed.max(tensor.end()?);
            all = all.saturating_add(tensor.bytes);
            layout.tensors.push(tensor);
        }
        layout.data = file.at().next_multiple_of(layout.alignment);
        // Tensors that lie over one another would be written one after another.
        if layout.data.checked_add(needed.max(all)).is_none_or(|end| end > file.end()) {
            return Err(ConvertError::Truncated);
        }
        Ok(layout)
    }

    /// Why this adapter is not for a model of that layout: another architecture, or a weight that the model does not have or has
    /// in another shape. `None` where it fits.
    pub fn misfit(&self, base: &Layout) -> Option<Misfit> {
        if self.architecture != base.architecture {
            return Some(Misfit::Architecture { adapter: self.architecture.clone(), base: base.architecture.clone() });
        }
        for changed in &self.tensors {
            // Norms beside the pairs are allowed and ignored by the engine.
            let (name, of_input) = match (changed.name.strip_suffix(".lora_a"), changed.name.strip_suffix(".lora_b")) {
                (Some(name), _) => (name, true),
                (_, Some(name)) => (name, false),
                _ => continue,
            };
            let missing = || Some(Misfit::Weight { name: name.to_owned() });
            let Some(weight) = base.tensors.iter().find(|t| t.name == name) else { return missing() };
            let dimension = |shape: &[u64], n: usize| shape.get(n).copied().unwrap_or(1);
            // A embeds the input of the weight, B makes its output; for the embedding of tokens it is the other way round.
            let embeds_tokens = name == "token_embd.weight";
            let fits = match of_input {
                true if embeds_tokens => dimension(&changed.shape, 1) == dimension(&weight.shape, 1),
                true => dimension(&changed.shape, 0) == dimension(&weight.shape, 0),
                false if embeds_tokens => dimension(&changed.shape, 1) == dimension(&weight.shape, 0),
                false => dimension(&changed.shape, 1) == dimension(&weight.shape, 1),
            };
            if !fits {
                return missing();
            }
        }
        None
    }
}

/// What does not fit between an adapter and a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misfit {
    /// They are of two architectures.
    Architecture {
        /// Of the adapter.
        adapter: String,
        /// Of the model.
        base: String,
    },
    /// The adapter changes a weight that the model does not have, or has in another shape.
    Weight {
        /// Its name in the model.
        name: String,
    },
}

/// Writes the parts of a model, in their order, as one file: the keys of the first without those of splitting, every tensor, all
/// data.
pub fn join<R: Read + Seek>(mut parts: Vec<(R, Layout)>, out: &mut dyn Write) -> Result<(), ConvertError> {
    let Some((first, layout)) = parts.first_mut() else { return Err(ConvertError::Truncated) };
    let alignment = layout.alignment;
    let keys: Vec<_> =
        layout.keys.iter().filter(|(name, _)| !name.starts_with("split.")).map(|(_, at)| at.clone()).collect();
    let raw = raw_keys(first, &keys)?;
    let tensors: Vec<&Announced> = parts.iter().flat_map(|(_, layout)| &layout.tensors).collect();
    out.write_all(&head(keys.len(), &raw, &tensors, alignment)?)?;
    for (file, layout) in &mut parts {
        for tensor in &layout.tensors {
            file.seek(SeekFrom::Start(layout.data + tensor.at))?;
            copy(file, tensor.bytes, out)?;
            pad(out, tensor.bytes, alignment)?;
        }
    }
    Ok(())
}

/// Keys as they stand in a file.
pub(super) fn raw_keys(file: &mut (impl Read + Seek), keys: &[std::ops::Range<u64>]) -> Result<Vec<u8>, ConvertError> {
    let mut raw = Vec::new();
    for at in keys {
        let from = raw.len();
        if (from as u64).saturating_add(at.end - at.start) > LARGEST_HEADER {
            return Err(ConvertError::format(msg("convert-gguf-text-header-absurdly-long")));
        }
        file.seek(SeekFrom::Start(at.start))?;
        raw.resize(from + (at.end - at.start) as usize, 0);
        file.read_exact(&mut raw[from..])?;
    }
    Ok(raw)
}

/// Everything before the data of the tensors, which follow one another in this order.
pub(super) fn head(keys: usize, raw: &[u8], tensors: &[&Announced], alignment: u64) -> Result<Vec<u8>, ConvertError> {
    let mut head = Vec::new();
    head.extend(MAGIC.to_le_bytes());
    head.extend(3u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((keys as u64).to_le_bytes());
    head.extend(raw);
    let mut at = 0u64;
    for tensor in tensors {
        put_text(&mut head, tensor.name.as_bytes());
        head.extend((tensor.shape.len() as u32).to_le_bytes());
        tensor.shape.iter().for_each(|d| head.extend(d.to_le_bytes()));
        head.extend(tensor.code.to_le_bytes());
        head.extend(at.to_le_bytes());
        at = tensor
            .bytes
            .checked_next_multiple_of(alignment)
            .and_then(|n| at.checked_add(n))
            .ok_or(ConvertError::Truncated)?;
    }
    head.resize(head.len().next_multiple_of(alignment as usize), 0);
    Ok(head)
}

pub(super) fn copy(from: &mut impl Read, bytes: u64, out: &mut dyn Write) -> Result<(), ConvertError> {
    let mut buffer = vec![0; COPIED.min(bytes) as usize];
    let mut left = bytes;
    while left > 0 {
        let n = COPIED.min(left) as usize;
        from.read_exact(&mut buffer[..n])?;
        out.write_all(&buffer[..n])?;
        left -= n as u64;
    }
    Ok(())
}

pub(super) fn pad(out: &mut dyn Write, bytes: u64, alignment: u64) -> Result<(), ConvertError> {
    if alignment == ALIGNMENT {
        return Ok(write_padding(out, bytes)?);
    }
    let n = (bytes.next_multiple_of(alignment) - bytes) as usize;
    Ok(out.write_all(&vec![0; n])?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::formats::convert::gguf::{Entry, Header, Stored, Value, write_header};
    use std::io::Cursor;

    fn file(keys: &[(&str, Value)], tensors: &[(&str, &[u64], u8)]) -> Vec<u8> {
        let keys: Vec<_> = keys.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        let entry = |(name, shape, _): &(&str, &[u64], u8)| {
            let bytes = shape.iter().product::<u64>() * 4;
            Entry { name: (*name).into(), shape: shape.to_vec(), stored: Stored::F32, bytes }
        };
        let entries: Vec<_> = tensors.iter().map(entry).collect();
        let mut out = Vec::new();
        write_header(&mut out, &keys, &entries).unwrap();
        for (entry, (_, _, fill)) in entries.iter().zip(tensors) {
            out.extend(vec![*fill; entry.bytes as usize]);
            write_padding(&mut out, entry.bytes).unwrap();
        }
        out
    }

    fn architecture(name: &str) -> (&'static str, Value) {
        ("general.architecture", Value::Text(name.into()))
    }

    #[test]
    fn parts_that_are_joined_are_byte_for_byte_the_file_that_was_never_split() {
        let one: &[(&str, &[u64], u8)] = &[("a", &[3], 1), ("b", &[2, 4], 2), ("c", &[5], 3)];
        let whole = file(&[architecture("qwen2"), ("x", Value::Bool(true))], one);
        let no = |n| ("split.no", Value::U32(n));
        let count = ("split.count", Value::U32(2));
        let first = file(&[architecture("qwen2"), no(0), count.clone(), ("x", Value::Bool(true))], &one[..1]);
        let second = file(&[no(1), count], &one[1..]);
        let part = |bytes: &Vec<u8>| (Cursor::new(bytes.clone()), Layout::read(Cursor::new(bytes)).unwrap());
        assert_eq!((part(&first).1.split, part(&second).1.split), (Some((0, 2)), Some((1, 2))));
        let mut joined = Vec::new();
        join(vec![part(&first), part(&second)], &mut joined).unwrap();
        assert_eq!(joined, whole);
        assert!(Header::read(Cursor::new(joined)).unwrap().is_some());
    }

    #[test]
    fn a_layout_that_is_cut_anywhere_before_its_last_weight_is_refused() {
        let whole = file(&[architecture("qwen2")], &[("a", &[8], 1)]);
        for n in 0..whole.len() {
            assert!(Layout::read(Cursor::new(&whole[..n])).is_err(), "{n}");
        }
        assert!(Layout::read(Cursor::new(&whole)).is_ok());
    }

    #[test]
    fn an_adapter_fits_the_model_whose_weights_it_changes_and_no_other() {
        let layout = |bytes: Vec<u8>| Layout::read(Cursor::new(bytes)).unwrap();
        // Rows first: 6 outputs of 4 inputs.
        let base = layout(file(&[architecture("llama")], &[("blk.0.attn_q.weight", &[6, 4], 0)]));
        let adapter = |arch, name: &str, a: &[u64], b: &[u64]| {
            let (x, y) = (format!("{name}.lora_a"), format!("{name}.lora_b"));
            layout(file(&[architecture(arch)], &[(&x, a, 0), (&y, b, 0)]))
        };
        let name = "blk.0.attn_q.weight";
        assert_eq!(adapter("llama", name, &[2, 4], &[6, 2]).misfit(&base), None);
        let of_another = Some(Misfit::Architecture { adapter: "qwen2".into(), base: "llama".into() });
        assert_eq!(adapter("qwen2", name, &[2, 4], &[6, 2]).misfit(&base), of_another);
        let weight = |name: &str| Some(Misfit::Weight { name: name.into() });
        assert_eq!(adapter("llama", name, &[2, 5], &[6, 2]).misfit(&base), weight(name), "another width");
        assert_eq!(adapter("llama", name, &[2, 4], &[7, 2]).misfit(&base), weight(name), "another output");
        let absent = "blk.1.attn_q.weight";
        assert_eq!(adapter("llama", absent, &[2, 4], &[6, 2]).misfit(&base), weight(absent), "a layer more");
    }
}
