//! What the rules read from a transcript: sentences that say something of an item, and those that the rules do not know.

use crate::domain::advice::evidence::Evidence;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::ClientText;

/// How often something happens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Times or days, per day.
    pub per_day: f32,
    /// Said in numbers or as good as.
    pub exact: bool,
    /// The time that is meant was named, or the expression means the same over any time.
    pub whole: bool,
}

/// What a sentence says of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Says {
    /// How often.
    Often(Rate),
    /// How many drinks.
    Much(f32),
    /// It is not there.
    No,
    /// It is there, no word of how often.
    There {
        /// All of it: "nothing", "at all".
        total: bool,
    },
}

/// What a sentence says of an item, and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Index of the item.
    pub item: usize,
    /// What it says.
    pub says: Says,
    /// Counts clauses of the session: later is more.
    pub order: usize,
    /// Utterance.
    pub utterance: UtteranceId,
    /// The sentence, verbatim.
    pub sentence: ClientText,
    /// Start of the utterance.
    pub at_ms: u64,
    /// The question that it answers, where its own words do not name the item.
    pub asked: Option<Evidence>,
    /// That question was taken for one about the item by its vector.
    pub hinted: bool,
}

/// A sentence of the client about now in which no form of any item stands.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenSentence {
    /// As in a [`Piece`].
    pub order: usize,
    /// As in a [`Piece`].
    pub utterance: UtteranceId,
    /// As in a [`Piece`].
    pub sentence: ClientText,
    /// As in a [`Piece`].
    pub at_ms: u64,
    /// How often, where it says that.
    pub rate: Option<Rate>,
}

/// What the rules read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// What says something of an item.
    pub pieces: Vec<Piece>,
    /// What the rules do not know.
    pub open: Vec<OpenSentence>,
    /// Questions to the client about now in which no form of any item stands.
    pub questions: Vec<ClientText>,
}
