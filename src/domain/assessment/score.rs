//! A filled-in sheet and what it scores: exact, deterministic, every figure with its source. No instrument is named
//! here; the rules come from the instrument's file. Never a diagnosis.

use crate::texts::{Message, msg};

pub mod counting;
pub mod points;

use crate::domain::assessment::change::Change;
use crate::domain::assessment::instrument::format::{Direction, Sex};
use crate::domain::assessment::instrument::reading::Side;
pub use crate::domain::assessment::score::points::Points;
use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema name written into every score.
pub const SCHEMA: &str = "gyeot.score/1";

/// One answer sheet in order of the items; `None` is a blank. `Debug` withholds the answers.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(pub Vec<Option<i32>>);

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answers({} withheld)", self.0.len())
    }
}

impl Answers {
    /// Reads `0,1,-,3`: whole numbers with commas; nothing, `-` or `.` is a blank.
    pub fn read(text: &str) -> Result<Self, ScoreError> {
        let one = |(n, a): (usize, &str)| match a.trim() {
            "" | "-" | "." => Ok(None),
            a => a.parse().map(Some).map_err(|_| ScoreError::NotANumber { position: n + 1 }),
        };
        if text.trim().is_empty() {
            return Ok(Answers::default());
        }
        text.split(',').enumerate().map(one).collect::<Result<_, _>>().map(Answers)
    }
}

impl std::fmt::Display for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let words: Vec<String> = self.0.iter().map(|a| a.map_or_else(|| "-".to_owned(), |v| v.to_string())).collect();
        f.write_str(&words.join(","))
    }
}

/// What is known of the person, and the language of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// Decides sex-dependent maxima and norms; unknown shows the norms of both.
    pub sex: Option<Sex>,
    /// Age in years; decides percentile tables.
    pub age: Option<u16>,
    /// Language of labels.
    pub lang: Lang,
}

/// A band as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandFound {
    /// Name.
    pub id: String,
    /// For people.
    pub label: String,
    /// Where published.
    pub source: String,
}

/// A norm as it is reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NormFound {
    /// Name.
    pub id: String,
    /// The subscale, when not the total.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<String>,
    /// The cut.
    #[serde(serialize_with = "points::plain")]
    pub cut: f64,
    /// The score is at the cut or above.
    pub above: bool,
    /// The screen is positive: above it, or below it where low is trouble.
    pub positive: bool,
    /// Which side is positive.
    pub side: Side,
    /// Who was studied.
    pub population: String,
    /// Country code of the population.
    pub country: String,
    /// What a positive screen points at.
    pub points_at: String,
    /// The norm is of this sex only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// Per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<f64>,
    /// Per cent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specificity: Option<f64>,
    /// Number of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub n: Option<u32>,
    /// Where published.
    pub source: String,
}

/// A part score as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartScore {
    /// For people.
    pub title: String,
    /// Absent when too much is blank.
    pub score: Option<Points>,
    /// Lowest possible.
    pub min: i32,
    /// Highest possible.
    pub max: i32,
    /// Absent when it has no bands.
    pub band: Option<BandFound>,
}

/// The result of a decision rule as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeFound {
    /// Which rule.
    pub algorithm: String,
    /// Which outcome.
    pub outcome: String,
    /// For people.
    pub label: String,
    /// Where published.
    pub source: String,
}

/// A percentile as it is reported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PercentileFound {
    /// Which table.
    pub id: String,
    /// Who was measured.
    pub population: String,
    /// Per cent of them with this score or less.
    pub at_or_below: f64,
    /// Where it comes from.
    pub source: String,
}

/// An answer that must not wait, as it is reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriticalFound {
    /// Position of the item from 1.
    pub item: usize,
    /// The answer; none when it was left blank, which is asked about like an answer that must not wait.
    pub answer: Option<i32>,
    /// The screener that opens at once.
    pub opens: Option<InstrumentId>,
    /// Why.
    pub reason: String,
}

impl CriticalFound {
    /// The answer as it is shown, or that there is none.
    pub fn said(&self, lang: Lang) -> String {
        match self.answer {
            Some(answer) => answer.to_string(),
            None => lang.say("assessment-score-not-answered-ask").to_owned(),
        }
    }
}

/// What a sheet scores; serialises to `gyeot.score/1`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// Which version of its file.
    pub version: String,
    /// False: too much is blank for a score.
    pub valid: bool,
    /// The total; absent when not valid.
    pub score: Option<Points>,
    /// Lowest possible.
    pub min: i32,
    /// Highest possible for this sex.
    pub max: i32,
    /// Which way trouble lies.
    pub direction: Direction,
    /// Part scores by name.
    pub subscales: BTreeMap<String, PartScore>,
    /// The leading band of the total.
    pub band: Option<BandFound>,
    /// What other published bands call the same total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_bands: Vec<BandFound>,
    /// Cut-offs side by side.
    pub norms: Vec<NormFound>,
    /// Percentile ranks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub percentiles: Vec<PercentileFound>,
    /// Results of decision rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<OutcomeFound>,
    /// Answers that must not wait; also of sheets that are not valid.
    pub critical: Vec<CriticalFound>,
    /// Against an earlier score, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// Positions of blanks that should have been answered, from 1.
    pub missing: Vec<usize>,
    /// Blanks were replaced by the mean of the answered.
    pub prorated: bool,
    /// A total was entered instead of answers.
    #[serde(default)]
    pub entered_as_total: bool,
}

/// Why a sheet could not be scored at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum ScoreError {
    /// Letters or the like.
    NotANumber {
        /// From 1.
        position: usize,
    },
    /// Too few or too many.
    Count {
        /// Which instrument.
        id: InstrumentId,
        /// `9 answers`, or `6 to 7 answers`.
        takes: Message,
        /// How many were given.
        given: usize,
    },
    /// Not an answer of that item.
    OutOfRange {
        /// Which instrument.
        id: InstrumentId,
        /// From 1.
        position: usize,
        /// The values the item takes.
        allowed: String,
    },
    /// An item of the other sex is answered.
    OtherSex {
        /// Which instrument.
        id: InstrumentId,
        /// From 1.
        position: usize,
    },
    /// Answers for an instrument whose items are not held.
    TotalOnly {
        /// Which instrument.
        id: InstrumentId,
        /// [`crate::domain::assessment::instrument::licence::Licence::reason`].
        why: Message,
    },
    /// A total for an instrument that takes answers.
    AnswersOnly {
        /// Which instrument.
        id: InstrumentId,
    },
    /// A total outside the scale.
    TotalOutOfRange {
        /// Which instrument.
        id: InstrumentId,
        /// Lowest possible.
        min: i32,
        /// Highest possible.
        max: i32,
    },
}

impl Explain for ScoreError {
    fn message(&self) -> Message {
        match self {
            ScoreError::NotANumber { position } => msg("score-not-anumber").with("position", position),
            ScoreError::Count { id, takes, given } => {
                msg("score-count").shown("id", id).with("takes", takes).with("given", given)
            }
            ScoreError::OutOfRange { position, id, allowed } => {
                msg("score-out-of-range").with("position", position).shown("id", id).with("allowed", allowed)
            }
            ScoreError::OtherSex { position, id } => msg("score-other-sex").with("position", position).shown("id", id),
            ScoreError::TotalOnly { id, why } => msg("score-total-only").shown("id", id).with("why", why),
            ScoreError::AnswersOnly { id } => msg("score-answers-only").shown("id", id),
            ScoreError::TotalOutOfRange { id, min, max } => {
                msg("score-total-out-of-range").shown("id", id).with("min", min).with("max", max)
            }
        }
    }
    fn hint(&self) -> Message {
        match self {
            ScoreError::NotANumber { .. } => msg("score-not-anumber.hint"),
            ScoreError::Count { id, .. } | ScoreError::OutOfRange { id, .. } => msg("score-count.hint").shown("id", id),
            ScoreError::OtherSex { .. } => msg("score-other-sex.hint"),
            ScoreError::TotalOnly { id, .. } => msg("score-total-only.hint").shown("id", id),
            ScoreError::AnswersOnly { id } => msg("score-answers-only.hint").shown("id", id),
            ScoreError::TotalOutOfRange { .. } => msg("score-total-out-of-range.hint"),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            ScoreError::TotalOnly { .. } => Exit::Refused,
            _ => Exit::Usage,
        }
    }
}
