//! A language model's GGUF file with its weights in blocks that ggml lays out anew for eight rows (`CPU_REPACK`), which it multiplies by
//! four columns in about twice the time of one (with AVX2 alone two and a half). Rows that are no multiple of 256 weights have none of these in the usual files
//! (`Q4_K_M`): llama.cpp stores them as Q5_0 and Q8_0, which are multiplied by one column after another.
//!
//! With Qwen2.5-Coder 0.5B, two cores with AVX-512, a token takes 10 ms for 17, and four at once 18 to 21 for 52 (`tests/bench/README.md`). Without
//! AVX2 ggml lays nothing out anew, and such a file only is smaller.

use crate::formats::convert::ConvertError;
use crate::formats::convert::gguf::{Announced, put_text};
use crate::formats::convert::gguf_layout::{Layout, copy, head, pad, raw_keys};
use crate::formats::convert::iq4_nl;
use crate::formats::convert::quantise::{BLOCK, Q5_0_BYTES, Q8_0_BYTES, of_q5_0, of_q8_0};
use std::io::{Read, Seek, SeekFrom, Write};

/// `ggml_type` (ggml.h).
const Q4_0: u32 = 2;
const Q5_0: u32 = 6;
const Q8_0: u32 = 8;
const Q4_K: u32 = 12;
const IQ4_NL: u32 = 20;
/// `LLAMA_FTYPE_MOSTLY_IQ4_NL` (llama.h).
const MOSTLY_IQ4_NL: u32 = 25;
/// So many rows are laid out together.
const ROWS: u64 = 8;
/// Blocks that are turned at a time by each thread.
const BLOCKS: usize = 1 << 15;
/// A model whose tokens are read by the same weights that say them has no tensor of this name.
const SAYS_TOKENS: &str = "output.weight";
const READS_TOKENS: &str = "token_embd.weight";
/// Tables in which every model only looks up (llama.cpp, `llama-arch.cpp`).
const LOOKED_UP: [&str; 3] = ["position_embd.weight", "token_types.weight", "per_layer_token_embd.weight"];

/// Writes the file with every matrix of Q5_0 and Q8_0 as IQ4_NL; what is only looked up in stays as it is. `progress` gets the tensors
/// written and their number.
pub fn convert(
    mut file: impl Read + Seek,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), ConvertError> {
    let layout = Layout::read(&mut file)?;
    let after: Vec<Announced> = layout.tensors.iter().map(|tensor| layout.turned(tensor)).collect();
    let keys: Vec<_> =
        layout.keys.iter().filter(|(name, _)| name != "general.file_type").map(|(_, at)| at.clone()).collect();
    let mut raw = raw_keys(&mut file, &keys)?;
    put_text(&mut raw, b"general.file_type");
    // A number of 32 bits without a sign.
    raw.extend(4u32.to_le_bytes());
    raw.extend(MOSTLY_IQ4_NL.to_le_bytes());
    out.write_all(&head(keys.len() + 1, &raw, &after.iter().collect::<Vec<_>>(), layout.alignment)?)?;
    for (n, (was, is)) in layout.tensors.iter().zip(&after).enumerate() {
        file.seek(SeekFrom::Start(layout.data + was.at))?;
        match (was.code, is.code) {
            (Q5_0, IQ4_NL) => turn::<Q5_0_BYTES>(&mut file, was.bytes, of_q5_0, out)?,
            (Q8_0, IQ4_NL) => turn::<Q8_0_BYTES>(&mut file, was.bytes, of_q8_0, out)?,
            _ => copy(&mut file, was.bytes, out)?,
        }
        pad(out, is.bytes, layout.alignment)?;
        progress(n + 1, after.len());
    }
    Ok(())
}

impl Layout {
    /// Whether a call of the engine that goes on with four texts is worth it on few threads: at least half of what is multiplied lies in
    /// blocks that are laid out for eight rows. Of Qwen2.5-Coder 1.5B as Q4_K_M 72 of 100 do, and such a call takes 2.3 times
    /// as long as one with one text; 0.5B as IQ4_NL 1.6 to 2.2, as Q4_K_M 3.1 times (`tests/bench/README.md`).
    pub fn four_columns_are_worth_it(&self) -> bool {
        let multiplied = || self.tensors.iter().filter(|tensor| self.is_multiplied(tensor));
        let all: u64 = multiplied().map(|tensor| tensor.weights).sum();
        let laid_out =
            |tensor: &&Announced| matches!(tensor.code, Q4_0 | Q4_K | IQ4_NL) && rows(tensor).is_multiple_of(ROWS);
        let four: u64 = multiplied().filter(laid_out).map(|tensor| tensor.weights).sum();
        all > 0 && four >= all / 2
    }

    /// A matrix, unless tokens are only looked up in it.
    fn is_multiplied(&self, tensor: &Announced) -> bool {
        let says_nothing = self.architecture.contains("bert") || self.tensors.iter().any(|t| t.name == SAYS_TOKENS);
        let looked_up = (tensor.name == READS_TOKENS && says_nothing) || LOOKED_UP.contains(&tensor.name.as_str());
        tensor.shape.len() > 1 && rows(tensor) > 1 && !looked_up
    }

    fn turned(&self, tensor: &Announced) -> Announced {
        let turns =
            matches!(tensor.code, Q5_0 | Q8_0) && self.is_multiplied(tensor) && rows(tensor).is_multiple_of(ROWS);
        let bytes = tensor.weights / BLOCK as u64 * iq4_nl::BYTES as u64;
        let (code, bytes) = if turns { (IQ4_NL, bytes) } else { (tensor.code, tensor.bytes) };
        Announced { code, bytes, ..tensor.clone() }
    }
}

fn rows(tensor: &Announced) -> u64 {
    tensor.shape.get(1).copied().unwrap_or(1)
}

/// Blocks of `N` bytes as blocks of IQ4_NL.
fn turn<const N: usize>(
    from: &mut impl Read,
    bytes: u64,
    weights: fn(&[u8; N]) -> [f32; BLOCK],
    out: &mut dyn Write,
) -> Result<(), ConvertError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut left = bytes;
    while left > 0 {
        let now = left.min((BLOCKS * threads * N) as u64);
        let mut read = vec![0; now as usize];
        from.read_exact(&mut read)?;
        let blocks: &[[u8; N]] = read.as_chunks().0;
        let mut turned = vec![[0; iq4_nl::BYTES]; blocks.len()];
        std::thread::scope(|scope| {
            for (blocks, turned) in blocks.chunks(BLOCKS).zip(turned.chunks_mut(BLOCKS)) {
                scope.spawn(move || {
                    for (block, turned) in blocks.iter().zip(turned) {
                        *turned = iq4_nl::block(&weights(block));
                    }
                });
            }
        });
        out.write_all(turned.as_flattened())?;
        left -= now;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::formats::convert::gguf::Header;
    use crate::formats::convert::quantise::{Kind, append};
    use std::io::Cursor;

    /// Name, rows, width and type of each tensor.
    fn file(tensors: &[(&str, u64, u64, u32)]) -> Vec<u8> {
        let mut keys = Vec::new();
        for (key, value) in [("general.architecture", None), ("general.file_type", Some(15u32)), ("general.name", None)]
        {
            put_text(&mut keys, key.as_bytes());
            match value {
                Some(number) => keys.extend([4u32, number].iter().flat_map(|n| n.to_le_bytes())),
                None => {
                    keys.extend(8u32.to_le_bytes());
                    put_text(&mut keys, b"qwen2");
                }
            }
        }
        let data: Vec<Vec<u8>> = tensors.iter().map(|(_, rows, width, code)| stored(*code, rows * width)).collect();
        let announced: Vec<Announced> = tensors
            .iter()
            .zip(&data)
            .map(|((name, rows, width, code), data)| Announced {
                name: (*name).into(),
                shape: if *rows == 1 { vec![*width] } else { vec![*width, *rows] },
                code: *code,
                weights: rows * width,
                at: 0,
                bytes: data.len() as u64,
            })
            .collect();
        let mut out = head(3, &keys, &announced.iter().collect::<Vec<_>>(), 32).unwrap();
        for data in data {
            out.extend(&data);
            pad(&mut out, data.len() as u64, 32).unwrap();
        }
        out
    }

    fn weights(n: u64) -> Vec<f32> {
        (0..n).map(|n| (n as f32 * 0.37).sin()).collect()
    }

    fn stored(code: u32, n: u64) -> Vec<u8> {
        let kind = match code {
            Q5_0 => Kind::Q5_0,
            Q8_0 => Kind::Q8_0,
            0 => Kind::F32,
            Q4_K => return vec![7; (n / 256 * 144) as usize],
            _ => unreachable!(),
        };
        let mut out = Vec::new();
        append(kind, &weights(n), &mut out).unwrap();
        out
    }

    fn relaid(before: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        convert(Cursor::new(before), &mut out, &mut |_, _| {}).unwrap();
        out
    }

    fn codes(file: &[u8]) -> Vec<u32> {
        Layout::read(Cursor::new(file)).unwrap().tensors.iter().map(|t| t.code).collect()
    }

    const SMALL: [(&str, u64, u64, u32); 6] = [
        (READS_TOKENS, 64, 32, Q5_0),
        (SAYS_TOKENS, 64, 32, Q8_0),
        ("blk.0.attn_q.weight", 32, 32, Q5_0),
        ("blk.0.ffn_down.weight", 32, 256, Q4_K),
        ("blk.0.attn_norm.weight", 1, 32, 0),
        ("blk.0.odd.weight", 12, 32, Q5_0),
    ];

    #[test]
    fn what_is_multiplied_one_column_at_a_time_is_turned_and_nothing_else_is_touched() {
        let (before, after) = (file(&SMALL), relaid(&file(&SMALL)));
        assert_eq!(codes(&after), [Q5_0, IQ4_NL, IQ4_NL, Q4_K, 0, Q5_0], "tokens are only looked up in the first");
        let (was, is) = (Layout::read(Cursor::new(&before)).unwrap(), Layout::read(Cursor::new(&after)).unwrap());
        for (was_at, is_at) in was.tensors.iter().zip(&is.tensors).filter(|(a, b)| a.code == b.code) {
            let of = |bytes: &[u8], layout: &Layout, t: &Announced| {
                let from = (layout.data + t.at) as usize;
                bytes[from..from + t.bytes as usize].to_vec()
            };
            assert_eq!(of(&before, &was, was_at), of(&after, &is, is_at), "{}", was_at.name);
        }
        let header = Header::read(Cursor::new(&after)).unwrap().unwrap();
        assert_eq!((header.architecture.as_str(), header.name.as_deref()), ("qwen2", Some("qwen2")));
        assert_eq!(header.variant(), Some("iq4_nl"));
    }

    #[test]
    fn tokens_that_are_said_by_the_weights_that_read_them_are_turned() {
        assert_eq!(codes(&relaid(&file(&[(READS_TOKENS, 64, 32, Q5_0)]))), [IQ4_NL]);
    }

    #[test]
    fn four_texts_at_a_time_are_worth_it_where_half_of_the_weights_are_laid_out_for_it() {
        let worth = |bytes: &[u8]| Layout::read(Cursor::new(bytes)).unwrap().four_columns_are_worth_it();
        let eight = [(SAYS_TOKENS, 64, 256, Q8_0), ("a.weight", 64, 256, Q4_K), ("b.weight", 64, 256, Q5_0)];
        assert!(!worth(&file(&eight)), "a third");
        assert!(worth(&relaid(&file(&eight))));
        assert!(worth(&file(&eight[..2])), "just half");
        assert!(!worth(&file(&[("blk.0.attn_norm.weight", 1, 32, 0)])), "nothing is multiplied");
    }

    #[test]
    fn tensors_that_lie_over_one_another_are_refused_before_anything_is_written() {
        let same = [("a.weight", 64, 32, Q8_0), ("b.weight", 64, 32, Q8_0)];
        let (mut bytes, one) = (file(&same), stored(Q8_0, 64 * 32).len());
        let layout = Layout::read(Cursor::new(&bytes)).unwrap();
        let second = (layout.tensors[1].at).to_le_bytes();
        let at = bytes.windows(8).rposition(|w| w == second).filter(|at| (*at as u64) < layout.data).unwrap();
        bytes[at..at + 8].fill(0);
        bytes.truncate(layout.data as usize + one);
        let mut out = Vec::new();
        assert!(convert(Cursor::new(&bytes), &mut out, &mut |_, _| {}).is_err());
        assert!(out.is_empty());
    }

    #[test]
    fn a_file_that_ends_early_or_is_no_model_is_refused() {
        let before = file(&SMALL);
        for n in [0, 3, 40, before.len() / 2, before.len() - 40] {
            assert!(convert(Cursor::new(&before[..n]), &mut Vec::new(), &mut |_, _| {}).is_err(), "{n}");
        }
    }
}
