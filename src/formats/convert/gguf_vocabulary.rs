//! What the vocabulary of a GGUF language model can do, read from its header: whether a chat can be ended with these markers, and
//! whether Korean can be written with it. Nothing is loaded.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::formats::convert::gguf::{MAGIC, MOST_KEYS, text, value};
use crate::texts::msg;
use std::collections::BTreeSet;
use std::io::{Read, Seek};

/// More tokens than this has no vocabulary; the largest known have 262,144.
const MOST_TOKENS: u64 = 2_000_000;
/// `llama_token_type`: a control token, and one that a person added.
const CONTROL: [i32; 2] = [3, 4];
/// A byte of SentencePiece vocabularies.
const BYTE: i32 = 6;
/// The first bytes of the syllables of Hangul in UTF-8 (U+AC00 to U+D7A3), and one that follows.
const HANGUL: [u8; 5] = [0xEA, 0xEB, 0xEC, 0xED, 0x80];

/// A vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    /// Tokens in the file.
    pub tokens: u64,
    /// Of the markers that were asked for: those that are one control token each.
    pub markers: BTreeSet<String>,
    /// Every syllable of Hangul can be read and written, if only byte by byte.
    pub korean: bool,
    /// A SentencePiece vocabulary without tokens for single bytes: the engine cannot read what is not in it and ends.
    pub ends_on_strange_letters: bool,
}

impl Vocabulary {
    /// Reads it from the header of a file that [`super::gguf::Header::read`] accepted.
    pub fn read(file: impl Read + Seek, markers: &[&str]) -> Result<Vocabulary, ConvertError> {
        let mut file = Bounded::new(file)?;
        if file.left() < 4 || file.u32()? != MAGIC {
            return Err(ConvertError::format(msg("convert-gguf-not-gguf")));
        }
        file.skip(12)?;
        let keys = file.u64()?;
        if keys > MOST_KEYS {
            let what = msg("convert-gguf-announces-tensors-keys").shown("tensors", 0).shown("keys", keys);
            return Err(ConvertError::format(what));
        }
        let (mut model, mut types, mut tokens) = (String::new(), Vec::new(), 0);
        let mut places: Vec<(String, usize)> = Vec::new();
        let mut bytes: BTreeSet<u8> = BTreeSet::new();
        let mut letters: BTreeSet<char> = BTreeSet::new();
        for _ in 0..keys {
            let key = text(&mut file)?;
            let kind = file.u32()?;
            match (key.as_str(), kind) {
                ("tokenizer.ggml.tokens", 9) => {
                    let (of, n) = (file.u32()?, file.u64()?);
                    if of != 8 || n > MOST_TOKENS {
                        return Err(ConvertError::format(msg("convert-gguf-list-unknown-nested-values-header")));
                    }
                    tokens = n;
                    for at in 0..n as usize {
                        let length = file.u64()?;
                        if length > 64 {
                            file.skip(length)?;
                            continue;
                        }
                        let token = String::from_utf8(file.bytes(length)?).unwrap_or_default();
                        if markers.contains(&token.as_str()) {
                            places.push((token.clone(), at));
                        }
                        bytes.extend(byte_of(&token));
                        let mut chars = token.chars();
                        if let (Some(only), None) = (chars.next(), chars.next()) {
                            letters.insert(only);
                        }
                    }
                }
                ("tokenizer.ggml.token_type", 9) => {
                    let (of, n) = (file.u32()?, file.u64()?);
                    if !(4..=5).contains(&of) || n > MOST_TOKENS {
                        return Err(ConvertError::format(msg("convert-gguf-list-unknown-nested-values-header")));
                    }
                    let raw = file.bytes(n * 4)?;
                    types = raw.chunks_exact(4).map(|c| i32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect();
                }
                ("tokenizer.ggml.model", 8) => model = text(&mut file)?,
                _ => drop(value(&mut file, kind)?),
            }
        }
        // Without types the engine takes every token for a word.
        let controls = |at: usize| types.get(at).is_some_and(|t| CONTROL.contains(t));
        let pieces = model == "llama";
        let korean = match pieces {
            true => HANGUL.iter().all(|b| bytes.contains(b)),
            false => HANGUL.iter().all(|b| letters.contains(&letter_of(*b))),
        };
        let with_bytes = bytes.len() == 256 && types.contains(&BYTE);
        Ok(Vocabulary {
            tokens,
            markers: places.into_iter().filter(|(_, at)| controls(*at)).map(|(token, _)| token).collect(),
            korean,
            ends_on_strange_letters: pieces && tokens > 0 && !with_bytes,
        })
    }
}

/// `<0x0A>` of SentencePiece vocabularies.
fn byte_of(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>').filter(|d| d.len() == 2)?;
    u8::from_str_radix(digits, 16).ok()
}

/// The letter that stands for a byte in a byte-level BPE vocabulary (GPT-2, `bytes_to_unicode`).
pub fn letter_of(byte: u8) -> char {
    let shown = |b: u8| matches!(b, 0x21..=0x7E | 0xA1..=0xAC | 0xAE..=0xFF);
    if shown(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|b| !shown(*b)).count() as u32;
    char::from_u32(256 + before).unwrap_or('\u{fffd}')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::formats::convert::gguf::{Entry, Stored, Value, write_header};
    use std::io::Cursor;

    fn read(model: &str, tokens: Vec<(String, i32)>, markers: &[&str]) -> Vocabulary {
        let (texts, types): (Vec<_>, Vec<_>) = tokens.into_iter().map(|(t, kind)| (t.into_bytes(), kind)).unzip();
        let keys = [
            ("tokenizer.ggml.model".to_owned(), Value::Text(model.into())),
            ("tokenizer.ggml.token_type".to_owned(), Value::I32s(types)),
            ("tokenizer.ggml.tokens".to_owned(), Value::Texts(texts)),
        ];
        let mut out = Vec::new();
        write_header(&mut out, &keys, &[Entry { name: "a".into(), shape: vec![1], stored: Stored::F32, bytes: 4 }])
            .unwrap();
        out.extend([0; 32]);
        Vocabulary::read(Cursor::new(out), markers).unwrap()
    }

    #[test]
    fn every_byte_has_a_letter_of_its_own() {
        let letters: BTreeSet<char> = (0..=255).map(letter_of).collect();
        assert_eq!(letters.len(), 256);
        assert_eq!((letter_of(b' '), letter_of(b'\n'), letter_of(b'a')), ('Ġ', 'Ċ', 'a'));
    }

    #[test]
    fn a_marker_counts_only_as_a_control_token() {
        let tokens = vec![("<|im_end|>".into(), 3), ("<think>".into(), 4), ("<|eot_id|>".into(), 1)];
        let found = read("gpt2", tokens, &["<|im_end|>", "<think>", "<|eot_id|>", "<end_of_turn>"]);
        assert_eq!(found.markers.into_iter().collect::<Vec<_>>(), ["<think>", "<|im_end|>"]);
        assert!(!found.korean);
    }

    #[test]
    fn korean_needs_its_bytes_in_either_kind_of_vocabulary() {
        let letters = (0..=255).map(|b| (letter_of(b).to_string(), 1)).collect();
        assert!(read("gpt2", letters, &[]).korean);
        let pieces = |n: u8| (0..=n).map(|b| (format!("<0x{b:02X}>"), 6)).collect();
        let whole = read("llama", pieces(255), &[]);
        assert!(whole.korean && !whole.ends_on_strange_letters);
        let cut = read("llama", pieces(127), &[]);
        assert!(!cut.korean && cut.ends_on_strange_letters);
    }
}
