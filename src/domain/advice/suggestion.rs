//! A suggestion points at a technique card and at the client's own words; without them it is not one.

use crate::domain::advice::evidence::Evidence;
use crate::domain::practice::ids::{RiskRuleId, TechniqueId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::ModelRef;
use serde::{Deserialize, Serialize};

/// The schema name written into every suggestions file.
pub const SCHEMA: &str = "gyeot.suggestions/1";

/// A therapy direction for the counsellor to consider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The card.
    pub technique: TechniqueId,
    /// The card's own title.
    pub title: String,
    /// Short reason why it may fit.
    pub rationale: String,
    /// Whose words the reason is in.
    #[serde(default)]
    pub rationale_from: RationaleFrom,
    /// Always true: a generated line is marked (L3).
    pub ai: bool,
    /// At least one, each checked against the transcript.
    pub evidence: Vec<Evidence>,
    /// 0 to 1, calibrated against neutral lines; a rank, not a probability of benefit.
    pub confidence: f32,
}

/// Whose words a rationale is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RationaleFrom {
    /// The card's own words: no model wrote them.
    #[default]
    Card,
    /// The card's own words, and the suggestion stands here because a rule found a risk cue. No model can remove it,
    /// move it down or reword it.
    Rule,
    /// Written by the model under a grammar and checked.
    Model,
}

/// The prompt that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptRef {
    /// File name in `prompts/` without its ending.
    pub id: String,
    /// Version written in that file.
    pub version: String,
}

/// What was not shown, and why; counted so that nothing vanishes silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Dropped {
    /// A suggestion that had no evidence at all.
    pub no_evidence: u32,
    /// A quote that was not found in a client utterance.
    pub quote_not_found: u32,
}

/// Words that may mean danger, found by a rule and never by a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskCue {
    /// Where.
    pub utterance: UtteranceId,
    /// The words that matched, verbatim.
    pub quote: ClientText,
    /// The rule that matched.
    pub rule: RiskRuleId,
    /// The screener it opens, such as `cssrs-screener`.
    pub opens: String,
    /// The words were denied in the same sentence ("자살 생각은 없어요"). Shown all the same, with that mark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub denied: bool,
    /// Of whom the words speak.
    #[serde(default, skip_serializing_if = "About::is_unknown")]
    pub about: About,
}

/// Of whom the words of a cue speak. A rule's guess from the sentence; it lowers nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// The words do not say, or not clearly.
    #[default]
    Unknown,
    /// The speaker.
    Oneself,
    /// Somebody else: a child, a friend, a partner.
    Another,
}

impl About {
    /// True when nothing is said of it in a file.
    pub fn is_unknown(&self) -> bool {
        *self == About::Unknown
    }
}

/// What suggestions were made from: enough to make them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFrom {
    /// The model whose sentence vectors say which lines are alike.
    pub embedding: ModelRef,
    /// The language model that was asked, or stood ready to be. Its answers are read off the logits and what it writes is the
    /// likeliest token each time, so no seed is needed.
    pub language: ModelRef,
    /// How it is asked about a line.
    pub prompt: PromptRef,
    /// How it is asked for a reason.
    pub rationale: PromptRef,
    /// The heads that chose; none where the nearest example lines did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heads: Option<PromptRef>,
    /// The language of the cards and questions.
    pub lang: Lang,
    /// Who was thought to speak each line that was there, in order of time: `c` client, `t` counsellor, `o` other, `u` unknown.
    pub speakers: String,
    /// SHA-256 over the words of these lines, hexadecimal.
    pub words_sha256: String,
}

/// All that `suggest` says of a transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Suggestions {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The language model.
    pub model: ModelRef,
    /// The prompt.
    pub prompt: PromptRef,
    /// Best first.
    pub suggestions: Vec<Suggestion>,
    /// What was held back.
    pub dropped: Dropped,
    /// In order of time.
    pub risk_cues: Vec<RiskCue>,
    /// What they were made from; none in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<Box<MadeFrom>>,
}
