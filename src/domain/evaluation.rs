//! Keys beside transcripts and the figures counted with them. Aggregates only: no words go into a figure.

use crate::domain::advice::evidence;
use crate::domain::assessment::proposal::outcome::{Outcome, Proposals};
use crate::domain::explain::{Exit, Explain};
use crate::domain::note::figures::{FactKey, NoteFigures};
use crate::domain::practice::ids::{InstrumentId, TechniqueId, UtteranceId};
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::Transcript;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// The schema name of a key file.
pub const KEY_SCHEMA: &str = "gyeot.key/1";

/// What a reader would mark of one item.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemKey {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// Position of the item, from 1.
    pub item: usize,
    /// The value.
    pub score: i32,
    /// Lines that bear on it.
    pub lines: Vec<UtteranceId>,
}

/// A question and the lines that answer it; none where the talk does not say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskKey {
    /// The question.
    pub question: ClientText,
    /// Any of them answers.
    pub lines: Vec<UtteranceId>,
}

/// The key of one transcript.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Always [`KEY_SCHEMA`].
    pub schema: String,
    /// A part of the set that can be asked for alone.
    #[serde(default)]
    pub half: Option<String>,
    /// Instruments whose items were marked. An item of one of them that is not in `items` was not spoken about.
    #[serde(default)]
    pub instruments: Vec<InstrumentId>,
    /// What was spoken about.
    #[serde(default)]
    pub items: Vec<ItemKey>,
    /// Questions.
    #[serde(default)]
    pub ask: Vec<AskKey>,
    /// Cards that belong among the first five.
    #[serde(default)]
    pub directions: Vec<TechniqueId>,
    /// What a note of the talk has to have.
    #[serde(default)]
    pub facts: Vec<FactKey>,
    /// Lines that the speaker took back later.
    #[serde(default)]
    pub taken_back: Vec<UtteranceId>,
}

/// Why a key was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct KeyError {
    /// Line of the file.
    pub line: usize,
}

impl Explain for KeyError {
    fn message(&self) -> Message {
        msg("eval-key-unreadable").shown("line", self.line)
    }
    fn hint(&self) -> Message {
        msg("eval-key-unreadable.hint").shown("schema", KEY_SCHEMA)
    }
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

impl Key {
    /// Reads a key file.
    pub fn parse(json: &str) -> Result<Self, KeyError> {
        let key: Key = serde_json::from_str(json).map_err(|e| KeyError { line: e.line() })?;
        if key.schema == KEY_SCHEMA { Ok(key) } else { Err(KeyError { line: 1 }) }
    }
}

/// How far proposals of items agree with keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ItemFigures {
    /// Items that were spoken about, by the key.
    pub discussed: usize,
    /// Of those: the score of the key.
    pub exact: usize,
    /// Of those: at most one off.
    pub within_one: usize,
    /// Of those: left blank.
    pub left_blank: usize,
    /// Items that were not spoken about, by the key.
    pub not_discussed: usize,
    /// Of those: left blank, as it has to be.
    pub found_not_discussed: usize,
    /// Scores proposed, with or without a key.
    pub proposed: usize,
    /// Quotes of them.
    pub quotes: usize,
    /// Quotes that stand in the line they name and are the client's.
    pub quotes_found: usize,
    /// Scores proposed without any quote that holds; has to be 0.
    pub without_quote: usize,
    /// Scores proposed of items in the key that quote one of its lines.
    pub right_line: usize,
}

impl ItemFigures {
    /// Adds the proposals of one transcript; `key` where there is one for this instrument.
    pub fn count(&mut self, transcript: &Transcript, proposals: &Proposals, key: Option<&Key>) {
        for proposal in &proposals.items {
            let keyed = key
                .and_then(|k| k.items.iter().find(|i| i.instrument == proposals.instrument && i.item == proposal.item));
            if proposal.outcome == Outcome::Proposed {
                self.proposed += 1;
                let found = proposal.quotes.iter().filter(|q| evidence::check_client(transcript, &q.evidence).is_ok());
                let found = found.count();
                self.quotes += proposal.quotes.len();
                self.quotes_found += found;
                self.without_quote += usize::from(found == 0);
            }
            match keyed {
                Some(keyed) => {
                    self.discussed += 1;
                    match proposal.score {
                        Some(score) => {
                            let off = score.abs_diff(keyed.score);
                            self.exact += usize::from(off == 0);
                            self.within_one += usize::from(off <= 1);
                            let right = proposal.quotes.iter().any(|q| keyed.lines.contains(&q.evidence.utterance));
                            self.right_line += usize::from(right);
                        }
                        None => self.left_blank += 1,
                    }
                }
                None if key.is_some() => {
                    self.not_discussed += 1;
                    self.found_not_discussed += usize::from(proposal.score.is_none());
                }
                None => {}
            }
        }
    }
}

/// A part of a whole in percent; `None` of nothing.
pub fn percent(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}

/// Counts of a task that quotes.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct QuoteFigures {
    /// Statements: suggestions, sentences of a note, answers.
    pub statements: usize,
    /// Quotes they rest on.
    pub quotes: usize,
    /// Quotes that stand in the line they name.
    pub quotes_found: usize,
    /// Statements without any quote that holds.
    pub unsupported: usize,
    /// Cases that a key decides: a transcript with a card, a question.
    pub keyed: usize,
    /// Of those, as the key says: a card of it among the first five; a line of it among the answers, or none where it has none.
    pub agree: usize,
    /// Time it took.
    pub seconds: f64,
}

impl QuoteFigures {
    /// Adds one statement with its quotes.
    pub fn count(&mut self, transcript: &Transcript, quotes: &[evidence::Evidence]) {
        let found = quotes.iter().filter(|q| evidence::check(transcript, q).is_ok()).count();
        self.statements += 1;
        self.quotes += quotes.len();
        self.quotes_found += found;
        self.unsupported += usize::from(found == 0);
    }

    /// Adds a case that a key decides.
    pub fn decided(&mut self, agrees: bool) {
        self.keyed += 1;
        self.agree += usize::from(agrees);
    }
}

/// Everything that was counted over a folder.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Figures {
    /// Transcripts.
    pub transcripts: usize,
    /// Of those with a key.
    pub keys: usize,
    /// Item scores by rule alone.
    pub items_by_rule: ItemFigures,
    /// Item scores with a model where the rules leave blank.
    pub items_with_model: Option<ItemFigures>,
    /// Seconds of both.
    pub items_seconds: f64,
    /// Directions.
    pub directions: Option<QuoteFigures>,
    /// The same model asked plainly for directions.
    pub directions_asked_plainly: Option<QuoteFigures>,
    /// Sentences of a drafted note.
    pub notes: Option<QuoteFigures>,
    /// The same sentences read by the check, with the facts of the keys.
    pub note_check: Option<NoteFigures>,
    /// The same model asked plainly for the note, read by the same check.
    pub note_check_asked_plainly: Option<NoteFigures>,
    /// Questions of the keys.
    pub ask: Option<QuoteFigures>,
}
