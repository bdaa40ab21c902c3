//! A Whisper model: opened, its tokens sorted by what they may do, a prompt made of its own tokens.

use crate::steering::Ahead;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::formats::convert::widened::widened;
use gyeot::speech::ahead::Vocabulary;
use gyeot::speech::characters::Characters;
use gyeot::speech::script::foreign;
use gyeot::texts::msg;
use gyeot::worker::serve::Fate;
use std::fs::File;
use std::io::Seek;
use whisper_rs::{WhisperContext, WhisperContextParameters, WhisperError, WhisperState, WhisperTokenId};

/// Text layers of a distilled model.
const DISTILLED_LAYERS: i32 = 2;
/// A longer prompt costs more than it helps.
const PROMPT_TOKENS: usize = 48;

/// A model that is loaded.
pub struct Model {
    pub context: WhisperContext,
    pub threads: u16,
    /// Tokens that are never written, in Korean and in English.
    foreign: [Vec<WhisperTokenId>; 2],
    /// Tokens of text without a letter or a digit.
    pub marks: Vec<WhisperTokenId>,
    /// Which of them begin and end characters.
    pub characters: Characters,
}

impl Model {
    /// What a decode is done in.
    pub fn state(&self) -> Result<WhisperState, WhisperError> {
        self.context.create_state()
    }

    pub fn is_multilingual(&self) -> bool {
        self.context.is_multilingual()
    }

    /// Its own description.
    pub fn about(&self) -> String {
        format!(
            "whisper, {} text layers, {} languages",
            self.context.model_n_text_layer(),
            if self.is_multilingual() { "many" } else { "English only" }
        )
    }

    /// Tokens that a transcript in this language does not have.
    pub fn foreign(&self, language: Lang) -> &[WhisperTokenId] {
        &self.foreign[usize::from(language == Lang::En)]
    }

    /// The last tokens of a prompt.
    pub fn prompt(&self, text: Option<&ClientText>) -> Vec<WhisperTokenId> {
        let Some(text) = text.filter(|t| !t.is_blank()) else { return Vec::new() };
        // A text has at most as many tokens as bytes. With less room the binding sets an impossible length.
        let room = text.reveal().len() + 8;
        let mut tokens = self.context.tokenize(text.reveal(), room).unwrap_or_default();
        tokens.drain(..tokens.len().saturating_sub(PROMPT_TOKENS));
        tokens
    }

    /// How to look ahead with this model; nothing for a distilled one, of which the engine forces other tokens before the text.
    pub fn ahead(&self) -> Option<Ahead> {
        let at = |token: WhisperTokenId| usize::try_from(token).ok();
        let vocabulary = Vocabulary { end: at(self.context.token_eot())?, times: at(self.context.token_beg())? };
        // The start, and of a model of many languages the language and the task.
        let before = if self.context.is_multilingual() { 3 } else { 1 };
        let ahead = Ahead { vocabulary, before, threads: i32::from(self.threads) };
        (self.context.model_n_text_layer() > DISTILLED_LAYERS && vocabulary.times <= at(self.context.n_vocab())?)
            .then_some(ahead)
    }
}

/// Opens a model, with a first state. `widen`: weights that the engine multiplies slowly are unpacked in memory.
pub fn open(path: &str, threads: u16, gpu_layers: Option<u32>, widen: bool) -> Result<(Model, WhisperState), Fate> {
    let unreadable = || Fate::failed(msg("asr-file-not-speech-model-can"), msg("asr-file-not-speech-model-can.hint"));
    let mut parameters = WhisperContextParameters::new();
    // Not with a trimmed window: flash attention reads the cross cache in steps of 256 positions without a mask, so the
    // rows beyond the window, left from an earlier segment, are attended to and the text depends on what came before.
    let offloaded = gyeot::worker::OFFLOADS && gpu_layers != Some(0);
    parameters.use_gpu(offloaded).flash_attn(false);
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    // What cannot be read is for the engine to refuse.
    let wide = if widen && !offloaded { unpacked(path) } else { None };
    let context = match &wide {
        Some(wide) => WhisperContext::new_from_buffer_with_params(wide, parameters),
        None => WhisperContext::new_with_params(path, parameters),
    };
    drop(wide);
    let context = context.map_err(|_| unreadable())?;
    // whisper.cpp takes a header without weights for an empty model and loads it. The text embedding alone has this
    // many weights, and no format spends less than half a byte on one.
    let embedding = i64::from(context.model_n_vocab()) * i64::from(context.model_n_text_state());
    if bytes < embedding.unsigned_abs() / 2 {
        return Err(unreadable());
    }
    let state = context.create_state().map_err(|_| without_memory())?;
    let foreign = [Lang::Ko, Lang::En].map(|language| foreign_tokens(&context, language));
    let marks = text_tokens(&context, |bytes| {
        std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(char::is_alphanumeric))
    });
    let text = 0..context.token_eot().min(context.n_vocab());
    let characters = Characters::new(text.map(|token| context.token_to_bytes(token).unwrap_or_default()));
    Ok((Model { context, threads: threads.max(1), foreign, marks, characters }, state))
}

/// The file with other blocks, where that is worth it. It stands at its start again: on some systems a descriptor that is opened by its
/// path is the same one.
fn unpacked(path: &str) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    let wide = widened(&file).ok().flatten();
    file.rewind().ok()?;
    wide
}

/// Tokens of text, not of control, that a transcript in this language does not have.
fn foreign_tokens(context: &WhisperContext, language: Lang) -> Vec<WhisperTokenId> {
    text_tokens(context, |bytes| foreign(bytes, language))
}

/// Tokens of text whose bytes are so. A file may claim fewer tokens than the engine takes for granted; what is beyond them is
/// neither looked up nor written to.
fn text_tokens(context: &WhisperContext, so: impl Fn(&[u8]) -> bool) -> Vec<WhisperTokenId> {
    let text = 0..context.token_eot().min(context.n_vocab());
    text.filter(|token| context.token_to_bytes(*token).is_ok_and(&so)).collect()
}

pub fn without_memory() -> Fate {
    Fate::failed(msg("asr-there-not-enough-memory-speech-model"), msg("asr-there-not-enough-memory-speech-model.hint"))
}
