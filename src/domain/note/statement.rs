//! A statement of a drafted note: one sentence with the lines it rests on and how far it may be trusted. Nothing here
//! writes words; see [`super::saying`] for that.

use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::PromptRef;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::ModelRef;
use serde::{Deserialize, Serialize};

/// How a statement stands against what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// Its lines say it.
    Supported,
    /// A reading of its lines: more than was said, by a person or from the record.
    Inferred,
    /// Its lines do not say it.
    Unsupported,
    /// The speaker took it back later in the session.
    Retracted,
    /// The counsellor's own sentence; it needs no line.
    Counsellor,
}

impl Support {
    /// Every kind.
    pub const ALL: [Support; 5] =
        [Support::Supported, Support::Inferred, Support::Unsupported, Support::Retracted, Support::Counsellor];

    /// Whether a note with such a statement can only be signed after the counsellor decided about it.
    pub const fn blocks_signing(self) -> bool {
        matches!(self, Support::Unsupported | Support::Retracted)
    }

    /// The word in files and in `--json`.
    pub const fn word(self) -> &'static str {
        match self {
            Support::Supported => "supported",
            Support::Inferred => "inferred",
            Support::Unsupported => "unsupported",
            Support::Retracted => "retracted",
            Support::Counsellor => "counsellor",
        }
    }
}

/// A drafted statement, before a person decided anything about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// The section's key in the format, such as `subjective`.
    pub section: String,
    /// What it is about: the id of a kind of `prompts/note-content.toml`, or of a fact of the record.
    pub about: String,
    /// The sentence as it would stand in the note.
    pub text: ClientText,
    /// The lines it rests on, in the order in which they were said. Empty for a fact of the record.
    pub evidence: Vec<Evidence>,
    /// Against those lines.
    pub support: Support,
    /// The line that took it back, when [`Support::Retracted`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted_by: Option<Evidence>,
    /// How well its lines were heard: the lowest confidence of the speech model among them, 0 to 1; absent when the
    /// engine gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<f32>,
    /// How sure it is that the lines belong here, 0 to 1, for ordering and for the bar beside the sentence only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supported: Option<f32>,
}

/// What a draft said of a line, and whether a person decided about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineCheck {
    /// Against the lines it rests on.
    pub support: Support,
    /// The line that took it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retracted_by: Option<Evidence>,
    /// How well its lines were heard, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<f32>,
    /// How sure it is that the lines belong here, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supported: Option<f32>,
    /// A person kept or reworded it.
    #[serde(default)]
    pub settled: bool,
}

/// What a draft was made from: enough to make again what models had a part in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftedFrom {
    /// The model whose sentence vectors say which lines belong to which kind of content.
    pub embedding: ModelRef,
    /// The kinds of content and their examples.
    pub kinds: PromptRef,
    /// The rules by which something said was taken back.
    pub retraction: PromptRef,
    /// The language of the session.
    pub lang: Lang,
    /// Who was thought to speak each line that was there, as in [`crate::domain::advice::suggestion::MadeFrom::speakers`].
    pub speakers: String,
    /// SHA-256 over the words of these lines, hexadecimal.
    pub words_sha256: String,
    /// Who worded sentences; none where every one is as it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<WordedBy>,
    /// Places of the statements that it worded, from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worded: Vec<u32>,
}

/// A model that worded sentences. It writes the likeliest token each time, so no seed is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordedBy {
    /// The model.
    pub model: ModelRef,
    /// How it is asked.
    pub prompt: PromptRef,
    /// What every sentence had to pass.
    pub check: PromptRef,
}

/// A drafted note as it was proposed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftedNote {
    /// The format's id.
    pub format: String,
    /// The model that told how alike lines are; absent when none was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<ModelRef>,
    /// The file of kinds and its version.
    pub prompt: PromptRef,
    /// In the order of the format.
    pub statements: Vec<Statement>,
    /// What the counsellor asked for, where one section was drafted again; blank where nothing was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instruction: Option<ClientText>,
    /// What it was made from; none where no model had a part, and in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<Box<DraftedFrom>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_lines_do_not_carry_blocks_signing() {
        let blocking: Vec<_> = Support::ALL.into_iter().filter(|s| s.blocks_signing()).collect();
        assert_eq!(blocking, [Support::Unsupported, Support::Retracted]);
    }

    #[test]
    fn the_word_is_the_one_in_files() {
        for s in Support::ALL {
            assert_eq!(serde_json::to_value(s).ok(), Some(serde_json::Value::from(s.word())));
        }
    }
}
