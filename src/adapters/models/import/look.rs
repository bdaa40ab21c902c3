//! What a file is, from its header: nothing of it is run or loaded.

use crate::adapters::models::catalogue::Catalogue;
use crate::adapters::models::error::ModelError;
use crate::domain::model::{ChatTemplate, Task};
use crate::formats::convert::gguf_vocabulary::Vocabulary;
use crate::formats::convert::{ggml_whisper, gguf};
use crate::texts::{msg, verbatim};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

/// What was found out about a file.
pub(super) struct Seen {
    pub(super) task: Task,
    pub(super) variant: String,
    pub(super) extension: &'static str,
    pub(super) architecture: Option<String>,
    pub(super) context: Option<u32>,
    pub(super) languages: Vec<String>,
    pub(super) parameters_m: Option<u32>,
    pub(super) licence: Option<String>,
    pub(super) chat_template: Option<String>,
    pub(super) suggested_id: String,
    /// Whether an answer of it can be ended: which of these markers its vocabulary has as control tokens. Empty for other files.
    pub(super) markers: BTreeSet<String>,
}

pub(super) fn look(file: &File, from: &Path) -> Result<Seen, ModelError> {
    let stem = from.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let slug: String = stem.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let slug = slug.replace("..", ".").trim_matches(['-', '.']).chars().take(64).collect::<String>();
    if let Some(header) = gguf::Header::read(file).map_err(|e| ModelError::unreadable(from, &e))? {
        let embeds = header.pooled || header.architecture.contains("bert");
        let known: Vec<ChatTemplate> = Catalogue::shipped()?.all().iter().filter_map(|m| m.chat().cloned()).collect();
        let ends: BTreeSet<&str> = known.iter().flat_map(ChatTemplate::end_markers).collect();
        let ends: Vec<&str> = ends.into_iter().collect();
        let words = Vocabulary::read(file, &ends).map_err(|e| ModelError::unreadable(from, &e))?;
        if !embeds && words.ends_on_strange_letters {
            let why = msg("models-import-vocabulary-without-bytes");
            return Err(ModelError::Unreadable { what: verbatim(from.display().to_string()), why });
        }
        let languages = ["ko", "en"].into_iter().filter(|l| *l == "en" || embeds || words.korean);
        return Ok(Seen {
            task: if embeds { Task::Embedding } else { Task::Llm },
            variant: header.variant().unwrap_or("file").into(),
            extension: "gguf",
            context: header.context,
            languages: languages.map(str::to_owned).collect(),
            markers: words.markers,
            parameters_m: u32::try_from(header.weights / 1_000_000).ok(),
            licence: header.licence,
            chat_template: header.chat_template,
            architecture: Some(header.architecture),
            suggested_id: slug,
        });
    }
    if let Some(header) = ggml_whisper::Header::read(file).map_err(|e| ModelError::unreadable(from, &e))? {
        let multilingual = header.vocabulary >= 51865;
        let size = header.size().map(|s| format!("whisper-{s}{}", if multilingual { "" } else { ".en" }));
        return Ok(Seen {
            task: Task::Asr,
            variant: header.variant().unwrap_or("file").into(),
            extension: "bin",
            architecture: None,
            context: None,
            languages: if multilingual { vec!["ko".into(), "en".into()] } else { vec!["en".into()] },
            parameters_m: None,
            licence: None,
            chat_template: None,
            markers: BTreeSet::new(),
            suggested_id: size.unwrap_or(slug),
        });
    }
    let why = msg("models-import-neither-gguf-nor-whisper-cpp");
    Err(ModelError::Unreadable { what: verbatim(from.display().to_string()), why })
}
