//! Language models of a few hundred kilobytes with random weights: every architecture and kind of vocabulary that the catalogue names,
//! with the control tokens of a chat template. What they say means nothing; that they load and answer is what they are for.

use gyeot::domain::model::{ChatTemplate, Manifest};
use gyeot::formats::convert::gguf::{Entry, Stored, Value, write_header, write_padding};
use gyeot::formats::convert::gguf_vocabulary::letter_of;

/// Types of tokens (`llama_token_type`).
const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const ADDED: i32 = 4;
const BYTE: i32 = 6;

/// What a tiny model is made of.
#[derive(Clone)]
pub struct Tiny {
    pub architecture: String,
    /// `tokenizer.ggml.pre`; none for SentencePiece.
    pub pre: Option<&'static str>,
    /// Of its chats, each one token.
    pub markers: Vec<String>,
    /// That ends an answer.
    pub end: String,
    pub layers: u32,
    pub width: u32,
    /// `tokenizer.chat_template`.
    pub template: Option<String>,
    /// Bytes of the vocabulary: 256 for every text, 128 for ASCII alone.
    pub bytes: usize,
    /// Other numbers give other weights.
    pub seed: u32,
}

impl Tiny {
    /// As a model of the catalogue is, but small.
    pub fn like(manifest: &Manifest) -> Tiny {
        let architecture = manifest.architecture.clone().unwrap();
        let id = manifest.id.as_str();
        let pre = match architecture.as_str() {
            "gemma3" => None,
            "exaone" => Some("exaone"),
            "exaone4" => Some("exaone4"),
            "qwen2" | "qwen3" => Some("qwen2"),
            _ if id.starts_with("smollm") => Some("smollm"),
            _ if id.starts_with("midm") => Some("midm-2.0"),
            _ => Some("llama-bpe"),
        };
        // The large EXAONE 4.0 looks back through a window in three layers of four; the engine knows it by its 64 layers.
        let (layers, width) = if id == "exaone-4.0-32b" { (64, 32) } else { (2, 64) };
        Tiny { pre, layers, width, ..Tiny::of(&architecture, manifest.chat().unwrap()) }
    }

    /// Of an architecture, with the markers of a template.
    pub fn of(architecture: &str, chat: &ChatTemplate) -> Tiny {
        Tiny {
            architecture: architecture.into(),
            pre: Some("qwen2"),
            markers: chat.markers().into_iter().map(str::to_owned).collect(),
            end: chat.end_markers().next().unwrap().to_owned(),
            layers: 2,
            width: 64,
            template: None,
            bytes: 256,
            seed: 1,
        }
    }

    fn vocabulary(&self) -> Vec<(String, i32)> {
        let thought = |m: &str| m.ends_with("think>");
        let markers = self.markers.iter().map(|m| (m.clone(), if thought(m) { ADDED } else { CONTROL }));
        let bytes = (0..=255).take(self.bytes);
        if self.pre.is_some() {
            // One merge, of letters that no test writes together: a vocabulary without any is none.
            return markers
                .chain(bytes.map(|b| (letter_of(b).to_string(), NORMAL)))
                .chain([("qz".to_owned(), NORMAL)])
                .collect();
        }
        let special =
            [("<pad>", CONTROL), ("<eos>", CONTROL), ("<unk>", UNKNOWN)].map(|(t, kind)| (t.to_owned(), kind));
        let letters = ('!'..='~').chain(['▁']).map(|c| (c.to_string(), NORMAL));
        special.into_iter().chain(markers).chain(bytes.map(|b| (format!("<0x{b:02X}>"), BYTE))).chain(letters).collect()
    }

    fn keys(&self) -> Vec<(String, Value)> {
        let tokens = self.vocabulary();
        let at = |wanted: &str| Value::U32(tokens.iter().position(|(t, _)| t == wanted).unwrap() as u32);
        let text = |s: &str| Value::Text(s.to_owned());
        let mut keys = vec![
            ("general.architecture".to_owned(), text(&self.architecture)),
            ("general.type".to_owned(), text("model")),
            ("general.name".to_owned(), text("tiny")),
            ("general.file_type".to_owned(), Value::U32(0)),
        ];
        let head = self.width / 2;
        let own = [
            ("context_length", Value::U32(4096)),
            ("embedding_length", Value::U32(self.width)),
            ("block_count", Value::U32(self.layers)),
            ("feed_forward_length", Value::U32(self.width)),
            ("attention.head_count", Value::U32(2)),
            ("attention.head_count_kv", Value::U32(1)),
            ("attention.key_length", Value::U32(head)),
            ("attention.value_length", Value::U32(head)),
            ("rope.dimension_count", Value::U32(head)),
            ("attention.layer_norm_rms_epsilon", Value::F32(1e-5)),
            ("rope.freq_base", Value::F32(10_000.0)),
        ];
        keys.extend(own.map(|(key, value)| (format!("{}.{key}", self.architecture), value)));
        if self.architecture == "gemma3" {
            keys.push(("gemma3.attention.sliding_window".into(), Value::U32(512)));
        }
        let ggml = |key: &str| format!("tokenizer.ggml.{key}");
        match self.pre {
            Some(pre) => keys.extend([
                (ggml("model"), text("gpt2")),
                (ggml("pre"), text(pre)),
                (ggml("merges"), Value::Texts(vec![b"q z".to_vec()])),
            ]),
            None => keys.extend([
                (ggml("model"), text("llama")),
                (ggml("add_space_prefix"), Value::Bool(false)),
                (ggml("unknown_token_id"), at("<unk>")),
                (ggml("scores"), Value::F32s((0..tokens.len()).map(|n| -(n as f32)).collect())),
            ]),
        }
        keys.push((ggml("eos_token_id"), at(&self.end)));
        for begin in ["<bos>", "<|begin_of_text|>"] {
            if self.markers.iter().any(|m| m == begin) {
                keys.push((ggml("bos_token_id"), at(begin)));
            }
        }
        keys.push((ggml("token_type"), Value::I32s(tokens.iter().map(|(_, kind)| *kind).collect())));
        keys.push((ggml("tokens"), Value::Texts(tokens.into_iter().map(|(t, _)| t.into_bytes()).collect())));
        if let Some(template) = &self.template {
            keys.push(("tokenizer.chat_template".into(), text(template)));
        }
        keys
    }

    /// Names and shapes, rows first (llama.cpp, `src/models`).
    fn tensors(&self) -> Vec<(String, Vec<u64>)> {
        let (width, head) = (u64::from(self.width), u64::from(self.width) / 2);
        let mut all = vec![
            ("token_embd.weight".to_owned(), vec![self.vocabulary().len() as u64, width]),
            ("output_norm.weight".to_owned(), vec![width]),
        ];
        let after = ["post_attention_norm", "post_ffw_norm"];
        let norms: Vec<&str> = match self.architecture.as_str() {
            "exaone4" => after.to_vec(),
            "gemma3" => ["attn_norm", "ffn_norm"].into_iter().chain(after).collect(),
            _ => vec!["attn_norm", "ffn_norm"],
        };
        let of_heads = matches!(self.architecture.as_str(), "qwen3" | "exaone4" | "gemma3");
        let biased = self.architecture == "qwen2";
        for layer in 0..self.layers {
            let mut of = |name: &str, shape: Vec<u64>| all.push((format!("blk.{layer}.{name}"), shape));
            for (name, rows) in [("attn_q", 2 * head), ("attn_k", head), ("attn_v", head)] {
                of(&format!("{name}.weight"), vec![rows, width]);
                if biased {
                    of(&format!("{name}.bias"), vec![rows]);
                }
            }
            of("attn_output.weight", vec![width, 2 * head]);
            for name in ["ffn_gate", "ffn_up", "ffn_down"] {
                of(&format!("{name}.weight"), vec![width, width]);
            }
            norms.iter().for_each(|name| of(&format!("{name}.weight"), vec![width]));
            if of_heads {
                of("attn_q_norm.weight", vec![head]);
                of("attn_k_norm.weight", vec![head]);
            }
        }
        all
    }

    /// The file.
    pub fn file(&self) -> Vec<u8> {
        written(&self.keys(), &self.tensors(), self.seed)
    }

    /// The file in two parts, as llama.cpp splits one.
    pub fn parts(&self) -> [Vec<u8>; 2] {
        let all = self.tensors();
        let middle = all.len() / 2;
        let split = |no: u32| {
            [("split.no", no), ("split.count", 2), ("split.tensors.count", all.len() as u32)]
                .map(|(key, n)| (key.to_owned(), Value::U32(n)))
        };
        let first: Vec<_> = self.keys().into_iter().chain(split(0)).collect();
        [written(&first, &all[..middle], self.seed), written(&split(1), &all[middle..], self.seed)]
    }

    /// A LoRA adapter of it that changes the queries of its first layer.
    pub fn adapter(&self) -> Vec<u8> {
        let text = |s: &str| Value::Text(s.to_owned());
        let keys = [
            ("general.architecture", text(&self.architecture)),
            ("general.type", text("adapter")),
            ("general.base_model.0.name", text("Tiny Base")),
            ("adapter.type", text("lora")),
            ("adapter.lora.alpha", Value::F32(16.0)),
        ]
        .map(|(key, value)| (key.to_owned(), value));
        let width = u64::from(self.width);
        let name = |which: &str| format!("blk.0.attn_q.weight.lora_{which}");
        written(&keys, &[(name("a"), vec![4, width]), (name("b"), vec![width, 4])], self.seed + 1)
    }
}

fn written(keys: &[(String, Value)], tensors: &[(String, Vec<u64>)], seed: u32) -> Vec<u8> {
    let entry = |(name, shape): &(String, Vec<u64>)| Entry {
        name: name.clone(),
        shape: shape.clone(),
        stored: Stored::F32,
        bytes: shape.iter().product::<u64>() * 4,
    };
    let entries: Vec<Entry> = tensors.iter().map(entry).collect();
    let mut out = Vec::new();
    write_header(&mut out, keys, &entries).unwrap();
    for entry in &entries {
        // Of the name, so that a tensor is the same in whichever part it lies.
        let mut state = entry.name.bytes().fold(seed, |n, b| n.wrapping_mul(31).wrapping_add(b.into()));
        let middle = if entry.name.contains("norm") { 1.0 } else { 0.0 };
        for _ in 0..entry.bytes / 4 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / (1 << 24) as f32 - 0.5;
            out.extend((middle + noise * 0.2).to_le_bytes());
        }
        write_padding(&mut out, entry.bytes).unwrap();
    }
    out
}
