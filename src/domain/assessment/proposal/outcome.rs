//! What is proposed for an item, and what stands for it.

use crate::domain::advice::evidence::Evidence;
use crate::domain::practice::ids::InstrumentId;
use serde::{Deserialize, Serialize};

/// The schema name written into every file of proposals.
pub const SCHEMA: &str = "gyeot.item-proposals/1";

/// What was found for an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The client spoke about it and a score is proposed.
    Proposed,
    /// The client spoke about it, but not so that an answer follows; it stays blank.
    Mentioned,
    /// Nothing was said about it; it stays blank.
    NotDiscussed,
}

/// Who found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum From {
    /// The forms and the weighed words of `prompts/items`.
    Rule,
    /// Vectors and calibrated answers of a model, where those found nothing.
    Model,
}

/// How much of the proposal falls on one answer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Value of the answer.
    pub value: i32,
    /// 0 to 1; the shares of an item sum to one. How well the words fit, not how probable it is that it is true.
    pub share: f32,
}

/// A sentence that bears on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The client's words.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// From the start of the session, milliseconds.
    pub at_ms: u64,
    /// The counsellor's question that it answers, where the words alone do not say what they are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Evidence>,
}

/// What is proposed for one item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Position of the item, from 1.
    pub item: usize,
    /// What was found.
    pub outcome: Outcome,
    /// The value proposed; `None` stays blank.
    pub score: Option<i32>,
    /// Over the answers of the item; empty where nothing is proposed.
    pub shares: Vec<Share>,
    /// Whether the client said how often or how much. Where not, the score rests on how it was put and has to be asked after.
    pub frequency_told: bool,
    /// Who found it.
    pub from: From,
    /// What it rests on, the deciding sentence first; never empty where the item was spoken about.
    pub quotes: Vec<Quote>,
}

impl Proposal {
    /// An item that was not spoken about.
    pub const fn blank(item: usize) -> Self {
        let (outcome, from) = (Outcome::NotDiscussed, From::Rule);
        Proposal { item, outcome, score: None, shares: Vec::new(), frequency_told: false, from, quotes: Vec::new() }
    }
}

/// What is proposed for an instrument from one transcript.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposals {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Id of the instrument.
    pub instrument: InstrumentId,
    /// Version of its file.
    pub version: String,
    /// Version of the reading rules and of the wording of this instrument.
    pub rules: String,
    /// One for each scored item, in order.
    pub items: Vec<Proposal>,
}
