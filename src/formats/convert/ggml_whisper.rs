//! Writes a whisper.cpp file from a CTranslate2 Whisper folder, and recognises a whisper.cpp file by its header.
//!
//! The file: magic `ggml`, eleven i32 of dimensions, mel filters, the text tokens, then the tensors, each with its
//! rank, name length and type, its dimensions from the fastest, its name, its data.

use crate::formats::convert::ConvertError;
use crate::formats::convert::bounded::Bounded;
use crate::formats::convert::ct2::Weights;
use crate::formats::convert::quantise::{self, Kind};
use crate::texts::msg;
use std::collections::HashMap;
use std::fs::File;
use std::io::{Read, Seek, Write};
use std::ops::Range;
use std::path::Path;

const MAGIC: u32 = 0x6767_6d6c;
/// Text tokens of every Whisper vocabulary; whisper.cpp names the special ones itself.
const TEXT_TOKENS: usize = 50257;
/// Multilingual vocabularies begin here.
const MULTILINGUAL: u32 = 51865;
/// A tokenizer file of Whisper has 2.2 MB.
const LARGEST_TOKENIZER: u64 = 64 << 20;

/// What a whisper.cpp file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// 51,864 English only, 51,865 multilingual, 51,866 large-v3.
    pub vocabulary: u32,
    /// Width of the audio encoder: 384 tiny, 512 base, 768 small, 1024 medium, 1280 large.
    pub width: u32,
    /// Layers of the encoder: 4, 6, 12, 24, 32.
    pub encoder_layers: u32,
    /// Layers of the decoder: as the encoder; 4 in turbo.
    pub decoder_layers: u32,
    /// Mel bands of the input: 80, or 128 from large-v3 on.
    pub mels: u32,
    /// `ggml_ftype`, with the quantisation version in thousands.
    pub file_type: u32,
}

impl Header {
    /// Reads and checks the header; `None` when it is another kind of file.
    pub fn read(file: impl Read + Seek) -> Result<Option<Header>, ConvertError> {
        let mut file = Bounded::new(file)?;
        if file.left() < 4 || file.u32()? != MAGIC {
            return Ok(None);
        }
        let mut h = [0u32; 11];
        for value in &mut h {
            *value = file.u32()?;
        }
        let [
            vocabulary,
            audio_context,
            width,
            heads,
            encoder_layers,
            _,
            text_width,
            _,
            decoder_layers,
            mels,
            file_type,
        ] = h;
        let sane = (51_000..60_000).contains(&vocabulary)
            && audio_context == 1500
            && (64..=2048).contains(&width)
            && text_width == width
            && (1..=64).contains(&heads)
            && (1..=64).contains(&encoder_layers)
            && (1..=64).contains(&decoder_layers)
            && matches!(mels, 80 | 128);
        if !sane {
            return Err(ConvertError::format(msg("convert-ggml-whisper-whisper-header-holds-impossible-dimensions")));
        }
        let weights = u64::from(width) * u64::from(width) * u64::from(encoder_layers + decoder_layers);
        if file.end() < weights {
            return Err(ConvertError::Truncated);
        }
        Ok(Some(Header { vocabulary, width, encoder_layers, decoder_layers, mels, file_type }))
    }

    /// Name of the size, if it is one of the published ones.
    pub fn size(&self) -> Option<&'static str> {
        Some(match (self.width, self.encoder_layers, self.decoder_layers) {
            (384, 4, 4) => "tiny",
            (512, 6, 6) => "base",
            (768, 12, 12) => "small",
            (1024, 24, 24) => "medium",
            (1280, 32, 4) => "large-v3-turbo",
            (1280, 32, 32) => "large",
            _ => return None,
        })
    }

    /// Name of the variant of its file type.
    pub fn variant(&self) -> Option<&'static str> {
        Some(match self.file_type % 1000 {
            0 => "f32",
            1 => "f16",
            2 => "q4_0",
            3 => "q4_1",
            7 => "q8_0",
            8 => "q5_0",
            9 => "q5_1",
            _ => return None,
        })
    }
}

/// A tensor to write: where its rows come from and what becomes of them.
struct Tensor {
    name: String,
    from: String,
    rows: Range<u32>,
    shape: Vec<u32>,
    small: bool,
}

/// Mel filters of so many bands for sound of this rate under a transform of so many samples, band by band.
pub type MelBank = fn(usize, u32, usize) -> Vec<f32>;

/// Converts a folder with `model.bin` and `tokenizer.json` (or `vocabulary.json`, `vocabulary.txt`). `progress` gets
/// the tensors written and their number.
pub fn convert(
    folder: &Path,
    kind: Kind,
    bank: MelBank,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), ConvertError> {
    let mut weights = Weights::open(File::open(folder.join("model.bin"))?)?;
    let [vocabulary, _] = weights.shape_of("decoder/embeddings/weight")?;
    let tokens = text_tokens(folder, vocabulary)?;
    write(&mut weights, &tokens, (kind, bank), out, progress)
}

fn write<R: Read + Seek>(
    weights: &mut Weights<R>,
    tokens: &[Vec<u8>],
    (kind, bank): (Kind, MelBank),
    out: &mut dyn Write,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<(), ConvertError> {
    let [vocabulary, width] = weights.shape_of("decoder/embeddings/weight")?;
    let [audio_context, _] = weights.shape_of("encoder/position_encodings/encodings")?;
    let [text_context, _] = weights.shape_of("decoder/position_encodings/encodings")?;
    let [_, mels, _] = weights.shape_of("encoder/conv1/weight")?;
    if !matches!(mels, 80 | 128) || !(64..=2048).contains(&width) {
        return Err(ConvertError::format(msg("convert-ggml-whisper-dimensions-not-those-whisper")));
    }
    let heads = |weights: &mut Weights<R>, side: &str| {
        weights.number(&format!("{side}/num_heads")).map(|n| n.unwrap_or(width / 64))
    };
    let (encoder_heads, decoder_heads) = (heads(weights, "encoder")?, heads(weights, "decoder")?);
    let (encoder_layers, decoder_layers) = (layers(weights, "encoder"), layers(weights, "decoder"));
    let header = [
        MAGIC,
        vocabulary,
        audio_context,
        width,
        encoder_heads,
        encoder_layers,
        text_context,
        width,
        decoder_heads,
        decoder_layers,
        mels,
        kind.file_type(),
    ];
    header.iter().try_for_each(|v| out.write_all(&v.to_le_bytes()))?;
    let bank = bank(mels as usize, 16000, 400);
    out.write_all(&mels.to_le_bytes())?;
    out.write_all(&201u32.to_le_bytes())?;
    bank.iter().try_for_each(|v| out.write_all(&v.to_le_bytes()))?;
    out.write_all(&(tokens.len() as u32).to_le_bytes())?;
    for token in tokens {
        out.write_all(&(token.len() as u32).to_le_bytes())?;
        out.write_all(token)?;
    }
    let tensors = plan(weights, width, encoder_layers, decoder_layers)?;
    for (i, tensor) in tensors.iter().enumerate() {
        write_tensor(weights, tensor, kind, out)?;
        progress(i + 1, tensors.len());
    }
    Ok(())
}

fn write_tensor<R: Read + Seek>(
    weights: &mut Weights<R>,
    tensor: &Tensor,
    kind: Kind,
    out: &mut dyn Write,
) -> Result<(), ConvertError> {
    let kind = match kind {
        _ if tensor.small => Kind::F32,
        kind if kind.quantised() && tensor.shape.len() != 2 => Kind::F16,
        kind => kind,
    };
    for value in [tensor.shape.len() as u32, tensor.name.len() as u32, kind.tensor_type()] {
        out.write_all(&value.to_le_bytes())?;
    }
    tensor.shape.iter().rev().try_for_each(|d| out.write_all(&d.to_le_bytes()))?;
    out.write_all(tensor.name.as_bytes())?;
    let mut bytes = Vec::new();
    weights.rows(&tensor.from, tensor.rows.clone(), &mut |rows| {
        bytes.clear();
        quantise::append(kind, rows, &mut bytes)?;
        Ok(out.write_all(&bytes)?)
    })
}

fn layers<R: Read + Seek>(weights: &Weights<R>, side: &str) -> u32 {
    // At most 64, so that a file with a million tiny layers ends here.
    (0..64).take_while(|i| weights.shape(&format!("{side}/layer_{i}/ffn/linear_0/weight")).is_some()).count() as u32
}

/// All tensors in the order of the published files, in the names of OpenAI's checkpoints. CTranslate2 stacks query,
/// key and value of self-attention, and key and value of cross-attention; Whisper has no key bias, so the stacked
/// one is checked to be zero and dropped.
fn plan<R: Read + Seek>(
    weights: &mut Weights<R>,
    width: u32,
    encoder_layers: u32,
    decoder_layers: u32,
) -> Result<Vec<Tensor>, ConvertError> {
    let mut plan = Plan { weights, tensors: Vec::new(), width };
    plan.whole("encoder.positional_embedding", "encoder/position_encodings/encodings", true)?;
    for conv in ["conv1", "conv2"] {
        plan.whole(&format!("encoder.{conv}.weight"), &format!("encoder/{conv}/weight"), false)?;
        plan.whole(&format!("encoder.{conv}.bias"), &format!("encoder/{conv}/bias"), true)?;
        if let Some(bias) = plan.tensors.last_mut() {
            bias.shape.push(1);
        }
    }
    for (side, count) in [("encoder", encoder_layers), ("decoder", decoder_layers)] {
        if side == "decoder" {
            plan.whole("decoder.positional_embedding", "decoder/position_encodings/encodings", true)?;
            plan.whole("decoder.token_embedding.weight", "decoder/embeddings/weight", false)?;
        }
        for i in 0..count {
            plan.layer(&format!("{side}/layer_{i}"), &format!("{side}.blocks.{i}"), side == "decoder")?;
        }
        plan.norm(if side == "encoder" { "encoder.ln_post" } else { "decoder.ln" }, &format!("{side}/layer_norm"))?;
    }
    Ok(plan.tensors)
}

struct Plan<'a, R> {
    weights: &'a mut Weights<R>,
    tensors: Vec<Tensor>,
    width: u32,
}

impl<R: Read + Seek> Plan<'_, R> {
    fn part(&mut self, name: &str, from: &str, rows: Range<u32>, small: bool) -> Result<(), ConvertError> {
        let shape = self
            .weights
            .shape(from)
            .ok_or_else(|| ConvertError::format(msg("convert-ggml-whisper-missing").shown("name", from)))?;
        let mut shape = shape.to_vec();
        let count = shape
            .first_mut()
            .ok_or_else(|| ConvertError::format(msg("convert-ggml-whisper-no-rows").shown("from", from)))?;
        let rows = rows.start..rows.end.min(*count);
        *count = rows.end.saturating_sub(rows.start);
        let small = small || shape.len() < 2;
        self.tensors.push(Tensor { name: name.to_owned(), from: from.to_owned(), rows, shape, small });
        Ok(())
    }

    fn whole(&mut self, name: &str, from: &str, small: bool) -> Result<(), ConvertError> {
        self.part(name, from, 0..u32::MAX, small)
    }

    fn norm(&mut self, name: &str, from: &str) -> Result<(), ConvertError> {
        self.whole(&format!("{name}.weight"), &format!("{from}/gamma"), true)?;
        self.whole(&format!("{name}.bias"), &format!("{from}/beta"), true)
    }

    fn linear(&mut self, name: &str, from: &str, rows: Range<u32>, bias: bool) -> Result<(), ConvertError> {
        self.part(&format!("{name}.weight"), &format!("{from}/weight"), rows.clone(), false)?;
        if bias { self.part(&format!("{name}.bias"), &format!("{from}/bias"), rows, true) } else { Ok(()) }
    }

    fn layer(&mut self, from: &str, name: &str, cross: bool) -> Result<(), ConvertError> {
        let d = self.width;
        let all = 0..u32::MAX;
        let own = format!("{from}/self_attention");
        self.stacked(&format!("{own}/linear_0"), 3, d..2 * d)?;
        self.norm(&format!("{name}.attn_ln"), &format!("{own}/layer_norm"))?;
        self.linear(&format!("{name}.attn.query"), &format!("{own}/linear_0"), 0..d, true)?;
        self.linear(&format!("{name}.attn.key"), &format!("{own}/linear_0"), d..2 * d, false)?;
        self.linear(&format!("{name}.attn.value"), &format!("{own}/linear_0"), 2 * d..3 * d, true)?;
        self.linear(&format!("{name}.attn.out"), &format!("{own}/linear_1"), all.clone(), true)?;
        if cross {
            let other = format!("{from}/attention");
            self.stacked(&format!("{other}/linear_1"), 2, 0..d)?;
            self.norm(&format!("{name}.cross_attn_ln"), &format!("{other}/layer_norm"))?;
            self.linear(&format!("{name}.cross_attn.query"), &format!("{other}/linear_0"), all.clone(), true)?;
            self.linear(&format!("{name}.cross_attn.key"), &format!("{other}/linear_1"), 0..d, false)?;
            self.linear(&format!("{name}.cross_attn.value"), &format!("{other}/linear_1"), d..2 * d, true)?;
            self.linear(&format!("{name}.cross_attn.out"), &format!("{other}/linear_2"), all.clone(), true)?;
        }
        self.norm(&format!("{name}.mlp_ln"), &format!("{from}/ffn/layer_norm"))?;
        self.linear(&format!("{name}.mlp.0"), &format!("{from}/ffn/linear_0"), all.clone(), true)?;
        self.linear(&format!("{name}.mlp.2"), &format!("{from}/ffn/linear_1"), all, true)
    }

    fn stacked(&mut self, from: &str, times: u32, key: Range<u32>) -> Result<(), ConvertError> {
        let rows = self.weights.shape_of::<2>(&format!("{from}/weight"))?;
        if rows != [times * self.width, self.width] {
            return Err(ConvertError::format(
                msg("convert-ggml-whisper-not-stacked-squares").shown("from", from).shown("times", times),
            ));
        }
        let mut zero = true;
        self.weights.rows(&format!("{from}/bias"), key, &mut |bias| {
            zero &= bias.iter().all(|b| *b == 0.0);
            Ok(())
        })?;
        if zero {
            Ok(())
        } else {
            Err(ConvertError::format(msg("convert-ggml-whisper-key-bias-whisper-none").shown("from", from)))
        }
    }
}

/// The bytes of the text tokens in order of their ids. Multilingual files end with an empty token, English ones with
/// the end-of-text marker, as in the published files.
fn text_tokens(folder: &Path, vocabulary: u32) -> Result<Vec<Vec<u8>>, ConvertError> {
    let words = words(folder)?;
    let letters = letters();
    let mut tokens = Vec::with_capacity(TEXT_TOKENS);
    for word in words.iter().take(TEXT_TOKENS).filter(|w| *w != "<|endoftext|>") {
        let bytes = word.chars().map(|c| letters.get(&c).copied()).collect::<Option<Vec<u8>>>();
        tokens.push(
            bytes.ok_or_else(|| ConvertError::format(msg("convert-ggml-whisper-vocabulary-holds-token-not-bytes")))?,
        );
    }
    let last: &[u8] = if vocabulary < MULTILINGUAL { b"<|endoftext|>" } else { b"" };
    tokens.resize(TEXT_TOKENS, last.to_vec());
    Ok(tokens)
}

fn words(folder: &Path) -> Result<Vec<String>, ConvertError> {
    let read = |name: &str| -> Result<Option<String>, ConvertError> {
        let path = folder.join(name);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.len() > LARGEST_TOKENIZER => {
                Err(ConvertError::format(msg("convert-ggml-whisper-absurdly-large").shown("name", name)))
            }
            Ok(_) => Ok(Some(std::fs::read_to_string(path)?)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e.into()),
        }
    };
    let unreadable = |name: &str| ConvertError::format(msg("convert-ggml-whisper-not-what-should").shown("name", name));
    if let Some(text) = read("tokenizer.json")? {
        #[derive(serde::Deserialize)]
        struct Tokenizer {
            model: Model,
        }
        #[derive(serde::Deserialize)]
        struct Model {
            vocab: HashMap<String, u32>,
        }
        let tokenizer: Tokenizer = serde_json::from_str(&text).map_err(|_| unreadable("tokenizer.json"))?;
        let mut words: Vec<(u32, String)> = tokenizer.model.vocab.into_iter().map(|(w, id)| (id, w)).collect();
        words.sort();
        return Ok(words.into_iter().map(|(_, w)| w).collect());
    }
    if let Some(text) = read("vocabulary.json")? {
        return serde_json::from_str(&text).map_err(|_| unreadable("vocabulary.json"));
    }
    match read("vocabulary.txt")? {
        Some(text) => Ok(text.split('\n').map(str::to_owned).collect()),
        None => Err(ConvertError::format(msg("convert-ggml-whisper-tokenizer-json-vocabulary-json-vocabulary"))),
    }
}

/// The letters that byte-level BPE writes bytes with: printable ones stand for themselves, the others for U+0100 and
/// up in order (Radford et al. 2019, `bytes_to_unicode`).
fn letters() -> HashMap<char, u8> {
    let printable = |b: u8| matches!(b, 33..=126 | 161..=172 | 174..=255);
    let hidden = (0..=255u8).filter(|b| !printable(*b)).zip('\u{100}'..);
    let plain = (0..=255u8).filter(|b| printable(*b)).map(|b| (char::from(b), b));
    plain.chain(hidden.map(|(b, c)| (c, b))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn every_byte_has_one_letter() {
        let letters = letters();
        assert_eq!(letters.len(), 256);
        assert_eq!(letters[&'Ġ'], b' ');
        assert_eq!(letters[&'A'], b'A');
    }

    #[test]
    fn another_kind_of_file_is_not_taken_for_a_whisper() {
        assert_eq!(Header::read(Cursor::new(b"GGUF....")).unwrap(), None);
        assert_eq!(Header::read(Cursor::new(b"")).unwrap(), None);
    }

    #[test]
    fn a_whisper_header_without_its_weights_is_cut_short() {
        let mut file = Vec::new();
        for v in [MAGIC, 51865, 1500, 512, 8, 6, 448, 512, 8, 6, 80, 2009] {
            file.extend(v.to_le_bytes());
        }
        assert!(matches!(Header::read(Cursor::new(&file)), Err(ConvertError::Truncated)));
        assert!(matches!(Header::read(Cursor::new(&file[..20])), Err(ConvertError::Truncated)));
        file.resize(4 << 20, 0);
        let header = Header::read(Cursor::new(&file)).unwrap().unwrap();
        assert_eq!((header.size(), header.variant()), (Some("base"), Some("q5_1")));
        file[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(Header::read(Cursor::new(&file)).is_err());
    }
}
