//! The messages. Client words travel as [`ClientText`] so that no `Debug` of a message shows them.

use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::speech::window::Word;
use crate::texts::Message;
use serde::{Deserialize, Serialize};

/// The first thing a worker says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// [`crate::protocol::VERSION`] of the worker.
    pub protocol: u32,
    /// `asr` or `llm`.
    pub worker: String,
    /// Package version and instruction sets, for `doctor`.
    pub build: String,
    /// `full`, `partial` or `none`: how much of the sandbox this kernel gave.
    pub sandbox: String,
}

/// One request to a worker. A `Decode` has the sound in the tail of its frame: 16 kHz mono, i16 little endian.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the program; never 0, never reused for the life of the worker.
    pub id: u64,
    /// What is asked.
    pub ask: Ask,
}

/// What can be asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// Load a model; the worker holds one at a time.
    Load(Load),
    /// asr: write down one segment.
    Decode(Decode),
    /// llm, embedding model: one vector per text; at most 64 texts.
    Embed {
        /// Already with the prefix that the model wants.
        texts: Vec<ClientText>,
    },
    /// llm: answer small yes/no questions about single lines from the logits.
    Judge(Judge),
    /// llm: write a short text under a grammar.
    Write(Write),
    /// llm: write several short texts, some at a time: what they begin with is read once, and a call of the engine that goes on with
    /// four costs little more than one that goes on with one.
    WriteTogether {
        /// Each as if it were asked for alone.
        texts: Vec<Write>,
    },
    /// Stop the request of this id as soon as possible.
    Cancel {
        /// The request to stop.
        id: u64,
    },
}

/// Which model to load and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Load {
    /// A path the worker may open; on Unix `/dev/fd/N` of a descriptor that the parent opened and hashed.
    pub path: String,
    /// Threads to use; never more than the cores.
    pub threads: u16,
    /// llm: context length in tokens. Ignored by asr.
    pub context: u32,
    /// llm: the model only embeds (mean pooling). Ignored by asr.
    pub embedding: bool,
    /// llm: a LoRA adapter to apply, by its path as above. Ignored by asr.
    #[serde(default)]
    pub adapter: Option<String>,
    /// Layers to compute on a graphics processor, where the worker was built for one; all of them where none is named.
    #[serde(default)]
    pub gpu_layers: Option<u32>,
}

/// How to decode one segment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decode {
    /// Pinned per session; never guessed per utterance.
    pub language: Lang,
    /// Words that are likely to come up, at most 48 tokens are used.
    pub prompt: Option<ClientText>,
    /// How much is paid for it.
    pub pass: Pass,
}

/// How much a decode may cost and what it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pass {
    /// One utterance, soon: an encoder window trimmed to the sound, greedy search, no times of words.
    Quick,
    /// Up to 30 s with several utterances in it: the whole window, because Whisper was trained on 30 s and needs what
    /// stands around a word; second tries where it is unsure; every word with its time.
    Window,
}

/// What a segment became.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decoded {
    /// The words, not yet filtered.
    pub text: ClientText,
    /// Mean token probability, 0 to 1.
    pub confidence: Option<f32>,
    /// The engine's own no-speech probability, 0 to 1.
    pub no_speech: Option<f32>,
    /// Words with their times from the start of the sound, in order; empty after [`Pass::Quick`].
    #[serde(default)]
    pub words: Vec<Word>,
    /// A repetition was found and the segment was decoded a second time, with a longer window or at other temperatures.
    pub decoded_twice: bool,
    /// CPU time of the decode, milliseconds.
    pub cpu_ms: u64,
}

/// Small questions about single lines. The worker renders `before + line + after` once per line as a shared prefix
/// and forks it per question, and compares the logits of the two answers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Judge {
    /// Already in the chat template of the model, up to the line.
    pub before: String,
    /// The lines; tokenised without special tokens.
    pub lines: Vec<ClientText>,
    /// The questions, each with the line it is asked of.
    pub questions: Vec<Question>,
    /// The answer that counts as yes, and the one that counts as no.
    pub answers: (String, String),
}

/// One question about one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Index into [`Judge::lines`].
    pub line: usize,
    /// Everything after the line up to where the answer begins, in the chat template of the model.
    pub after: String,
}

/// The answers, in the order of the questions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// logit(yes) - logit(no), not calibrated.
    pub margins: Vec<f32>,
}

/// A text to write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Write {
    /// The prompt as parts; only parts marked trusted may hold special tokens.
    pub parts: Vec<Part>,
    /// A Lark grammar for llguidance; the text cannot leave it.
    pub grammar: Option<String>,
    /// At most this many tokens.
    pub max_tokens: u32,
}

/// A part of a prompt.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// The text.
    pub text: ClientText,
    /// Ours (template, task); client words are not trusted and are tokenised as plain text.
    pub trusted: bool,
}

/// A text that was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The text.
    pub text: ClientText,
    /// Tokens of the prompt and of the text.
    pub prompt_tokens: u32,
    /// Tokens of the text.
    pub tokens: u32,
    /// It ended by itself and not at `max_tokens`.
    pub finished: bool,
}

/// What a worker says.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Say {
    /// First, once.
    Hello(Hello),
    /// asr: words so far of request `id`; may be dropped on the way.
    Partial {
        /// The request.
        id: u64,
        /// The words so far.
        text: ClientText,
    },
    /// llm: a text of a `WriteTogether` is written; it comes again in the answer.
    Wrote {
        /// The request.
        id: u64,
        /// Its place in the request, from 0.
        place: usize,
        /// The text.
        text: Written,
    },
    /// The request is answered.
    Done {
        /// The request.
        id: u64,
        /// The answer.
        answer: Answer,
    },
    /// The request was cancelled.
    Cancelled {
        /// The request.
        id: u64,
    },
    /// The request failed; the worker goes on.
    Failed {
        /// The request.
        id: u64,
        /// What happened, no client words.
        what: Message,
        /// What to do.
        hint: Message,
    },
}

/// The answer to an [`Ask`], one for each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// To `Load`.
    Loaded {
        /// The engine's own description: architecture and size.
        about: String,
        /// Context length in tokens that is in use; 0 for asr.
        context: u32,
        /// The adapter that was asked for is applied. A worker that does not know adapters leaves it out.
        #[serde(default)]
        adapted: bool,
    },
    /// To `Decode`.
    Decoded(Decoded),
    /// To `Embed`: unit vectors.
    Embedded {
        /// One per text.
        vectors: Vec<Vec<f32>>,
    },
    /// To `Judge`.
    Judged(Judged),
    /// To `Write`.
    Written(Written),
    /// To `WriteTogether`.
    WrittenTogether {
        /// In the order of the request; none of a text that does not fit into the context or whose grammar cannot be read.
        texts: Vec<Option<Written>>,
    },
}
