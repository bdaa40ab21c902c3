//! What the tables of an instrument file may say, one type each. Unknown keys are refused, so that a slip of the pen is
//! found and not ignored.

use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in both languages of the practice; both are always there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

impl Label {
    /// The text of this language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

/// Sex as the norms and maxima of instruments use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
}

impl std::str::FromStr for Sex {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "female" | "f" | "여" => Ok(Sex::Female),
            "male" | "m" | "남" => Ok(Sex::Male),
            _ => Err("sex must be female or male".to_owned()),
        }
    }
}

/// Which way trouble lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// A higher score means more of the trouble.
    HigherWorse,
    /// A higher score means better.
    HigherBetter,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Respondent {
    /// The client.
    Client,
    /// A parent or caregiver about the client.
    Caregiver,
    /// The counsellor asks and marks.
    Counsellor,
}

/// Where the wording of one language comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// The published source that the wording was compared with.
    pub source: String,
    /// `official`, `published` or `own-translation`.
    pub kind: ProvenanceKind,
    /// What precedes the first item.
    #[serde(default)]
    pub(crate) instruction: String,
    /// Remarks, such as a label that differs between prints.
    #[serde(default)]
    pub note: String,
}

/// What kind of text a language's wording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProvenanceKind {
    /// Published by the owner.
    Official,
    /// Published by others, with a validation or as a public form.
    Published,
    /// Translated by us, where the owner allows it.
    OwnTranslation,
    /// Brought by a centre that holds its own licence.
    Centre,
}

/// Answers that items may take: parallel lists of values and labels.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionSet {
    /// Name that items refer to.
    pub id: String,
    /// Ascending; the value is what is typed and what is scored.
    pub values: Vec<i32>,
    /// Korean labels, or none.
    #[serde(default)]
    pub(crate) ko: Vec<String>,
    /// English labels, or none.
    #[serde(default)]
    pub(crate) en: Vec<String>,
    /// LOINC answer codes, or none.
    #[serde(default)]
    pub loinc: Vec<String>,
}

impl OptionSet {
    /// Smallest value.
    pub fn min(&self) -> i32 {
        self.values.first().copied().unwrap_or(0)
    }

    /// Largest value.
    pub fn max(&self) -> i32 {
        self.values.last().copied().unwrap_or(0)
    }

    pub(crate) fn labels(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// One question. Its words are reached only through [`super::licence`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// How people number it, when that is not its position.
    #[serde(default)]
    pub number: Option<String>,
    /// Name of its option set.
    pub options: String,
    #[serde(default)]
    pub(crate) ko: String,
    #[serde(default)]
    pub(crate) en: String,
    /// LOINC code of the question.
    #[serde(default)]
    pub loinc: Option<String>,
    /// False: asked and kept, not part of any score.
    #[serde(default = "yes")]
    pub scored: bool,
    /// True: may be left blank without the sheet becoming incomplete.
    #[serde(default)]
    pub optional: bool,
    /// Asked of this sex only.
    #[serde(default)]
    pub only_sex: Option<Sex>,
    /// Asked only when this holds for earlier items.
    #[serde(default)]
    pub ask_if: Option<Condition>,
    /// Multiplies the answer.
    #[serde(default = "one")]
    pub weight: i32,
    /// Position of the option set; filled by the loader.
    #[serde(skip)]
    pub(crate) set: usize,
}

const fn yes() -> bool {
    true
}

const fn one() -> i32 {
    1
}

const fn one_usize() -> usize {
    1
}

/// A count over items: at least `count` (and at most `count_max`) of `items` are answered within
/// `at_least..=at_most`. Values are raw answers, before reversing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Item positions, from 1.
    pub items: Vec<usize>,
    /// Lowest raw answer that counts.
    #[serde(default = "one")]
    pub at_least: i32,
    /// Highest raw answer that counts.
    #[serde(default)]
    pub at_most: Option<i32>,
    /// Another lowest answer for some items, such as item 9 of the PHQ-9.
    #[serde(default)]
    pub at_least_by_item: BTreeMap<String, i32>,
    /// So many items must count.
    #[serde(default = "one_usize")]
    pub count: usize,
    /// And no more than so many.
    #[serde(default)]
    pub count_max: Option<usize>,
}

/// A published decision rule; the first outcome whose conditions all hold is the result.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Algorithm {
    /// Name.
    pub id: String,
    /// For people.
    pub title: Label,
    /// Where the rule is published.
    pub source: String,
    /// In order of precedence; the last one has no condition and always holds.
    pub outcome: Vec<Outcome>,
}

/// One result of an [`Algorithm`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Name.
    pub id: String,
    /// For people; never a diagnosis.
    pub label: Label,
    /// The score when the instrument is scored by outcome.
    #[serde(default)]
    pub rank: i32,
    /// All must hold.
    #[serde(default)]
    pub all: Vec<Condition>,
    /// One of these must hold, when there are any.
    #[serde(default)]
    pub any: Vec<Condition>,
}

/// How a total comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Sum of the scored items times the multiplier.
    Sum,
    /// The rank of the first algorithm's outcome; not a sum.
    Outcome,
    /// Only a total worked out elsewhere is taken.
    Total,
}

/// What blanks among the scored items do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingRule {
    /// Any blank: no score.
    Invalid,
    /// Up to `max_blank` blanks count nothing, more: no score.
    Zero,
    /// Up to `max_blank` blanks are replaced by the mean of the answered, more: no score.
    Prorate,
}

/// The scoring of the total.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// How.
    pub method: Method,
    /// Item positions of the total; all scored items when empty.
    #[serde(default)]
    pub items: Vec<usize>,
    /// Items whose answer is turned round within its option set.
    #[serde(default)]
    pub reverse: Vec<usize>,
    /// Times the sum.
    #[serde(default = "one")]
    pub multiplier: i32,
    /// Lowest possible score; the loader recomputes it.
    pub min: i32,
    /// Highest possible score; the loader recomputes it.
    pub max: i32,
    /// Highest possible score of men, where it differs.
    #[serde(default)]
    pub max_male: Option<i32>,
    /// Blanks.
    pub missing: MissingRule,
    /// Most blanks that still give a score.
    #[serde(default)]
    pub max_blank: usize,
    /// Where the scoring and the rule for blanks are published.
    pub source: String,
}

/// A part score.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscale {
    /// Name.
    pub id: String,
    /// For people.
    pub title: Label,
    /// Item positions, from 1.
    pub items: Vec<usize>,
    /// Times the sum.
    #[serde(default = "one")]
    pub multiplier: i32,
    /// Lowest possible; filled by the loader.
    #[serde(skip)]
    pub min: i32,
    /// Highest possible; filled by the loader.
    #[serde(skip)]
    pub max: i32,
}

/// Bands that cover a whole scale without gap or overlap, from one source.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandSet {
    /// The subscale; the total when absent.
    #[serde(default)]
    pub scale: Option<String>,
    /// For this sex only.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Where published.
    pub source: String,
    /// Ascending.
    pub list: Vec<Band>,
}

/// A stretch of scores with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// Name.
    pub id: String,
    /// Lowest score of the band.
    pub from: i32,
    /// Highest whole score of the band.
    pub to: i32,
    /// Korean label.
    pub ko: String,
    /// English label.
    pub en: String,
}

/// On which side of the cut the screen is positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Positive at the cut or above.
    #[default]
    AtLeast,
    /// Positive at the cut or below.
    AtMost,
}

/// A cut-off in a population, with how well it did there.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Norm {
    /// Name.
    pub id: String,
    /// Who was studied.
    pub population: Label,
    /// Country code of the population, such as `KR`.
    pub country: String,
    /// The subscale; the total when absent.
    #[serde(default)]
    pub scale: Option<String>,
    /// For this sex only.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// The cut.
    pub cut: f64,
    /// Which side is positive.
    #[serde(default)]
    pub side: Side,
    /// What a positive screen points at.
    pub points_at: Label,
    /// Percent.
    #[serde(default)]
    pub sensitivity: Option<f64>,
    /// Percent.
    #[serde(default)]
    pub specificity: Option<f64>,
    /// Number of people.
    #[serde(default)]
    pub n: Option<u32>,
    /// Where published.
    pub source: String,
}

/// What kind of reliability a reliable-change figure rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReliabilityKind {
    /// Internal consistency (Cronbach).
    Alpha,
    /// Test-retest.
    Retest,
    /// Intraclass correlation of repeated tests.
    Icc,
    /// A figure as published; its inputs were not seen.
    Published,
}

/// One basis for reliable change: SD and r, or a published figure.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeBasis {
    /// Name.
    pub id: String,
    /// The subscale; the total when absent.
    #[serde(default)]
    pub scale: Option<String>,
    /// Standard deviation.
    #[serde(default)]
    pub sd: Option<f64>,
    /// Reliability, 0 to 1.
    #[serde(default)]
    pub reliability: Option<f64>,
    /// Kind of the reliability.
    pub kind: ReliabilityKind,
    /// Published figure, when there is no SD and r.
    #[serde(default)]
    pub rci: Option<f64>,
    /// Where it comes from.
    pub source: String,
    /// The one that classifies; the others are shown beside it.
    #[serde(default)]
    pub default: bool,
}

/// Where a clinical population ends: a published cut, or the means and SDs from which Jacobson and Truax's c follows.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClinicalCut {
    /// Name.
    pub id: String,
    /// The subscale; the total when absent.
    #[serde(default)]
    pub scale: Option<String>,
    /// First score of the clinical side.
    #[serde(default)]
    pub cut: Option<f64>,
    /// Mean and SD of the clinical group.
    #[serde(default)]
    pub clinical: Option<[f64; 2]>,
    /// Mean and SD of the other group.
    #[serde(default)]
    pub general: Option<[f64; 2]>,
    /// Where published.
    pub source: String,
    /// The one that classifies.
    #[serde(default)]
    pub default: bool,
}

/// Response and remission as published for the instrument.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remission {
    /// Response: at least this per cent less than at the start.
    pub response_percent: f64,
    /// Remission: below this score.
    pub remission_below: i32,
    /// Where published.
    pub source: String,
}

/// A published expected-trajectory rule that may be shipped.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Weeks since the start.
    pub week: u32,
    /// At this score or above, non-response is likely.
    pub non_response_at: i32,
    /// In which treatment and whom.
    pub population: Label,
    /// Where published.
    pub source: String,
}

/// Before which session a missing improvement says little.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patience {
    /// First session from which "not on track" may be said without a caution.
    pub before_session: u32,
    /// The caution.
    pub note: Label,
    /// Where published.
    pub source: String,
}

/// How often it is usually given, as published; offered when a schedule is set, never set by itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// As [`crate::domain::practice::schedule::Every`] is written: `2w` or `session`.
    pub every: String,
    /// Where published.
    pub source: String,
}

/// An answer that must not wait.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Critical {
    /// Item position, from 1.
    pub item: usize,
    /// Raw answer from which it is critical.
    pub at_least: i32,
    /// The screener that opens at once, or none when this is the screener itself.
    #[serde(default)]
    pub opens: Option<InstrumentId>,
    /// Why.
    pub reason: Label,
}

/// Percentile ranks in one population.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Percentiles {
    /// Name.
    pub id: String,
    /// Who was measured.
    pub population: Label,
    /// For this sex only.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Youngest age in years.
    pub age_from: u16,
    /// Oldest age in years.
    pub age_to: u16,
    /// Number of people.
    pub n: u32,
    /// Where it comes from and how it was worked out.
    pub source: String,
    /// Per cent of people with this score or less, for each score from the minimum on.
    pub at_or_below: Vec<f64>,
}

/// LOINC codes of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loinc {
    /// Panel.
    #[serde(default)]
    pub panel: Option<String>,
    /// Total score.
    #[serde(default)]
    pub total: Option<String>,
    /// Why codes are absent or must not be reused.
    #[serde(default)]
    pub note: String,
}

/// A sheet with its known result; runs as a test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// As typed on the command line.
    #[serde(default)]
    pub answers: Option<String>,
    /// A total worked out elsewhere, instead of answers.
    #[serde(default)]
    pub total: Option<i32>,
    /// Sex.
    #[serde(default)]
    pub sex: Option<Sex>,
    /// Expected: the sheet gives a score.
    #[serde(default = "yes")]
    pub valid: bool,
    /// Expected score.
    #[serde(default)]
    pub score: Option<f64>,
    /// Expected band of the total.
    #[serde(default)]
    pub band: Option<String>,
    /// Expected part scores.
    #[serde(default)]
    pub subscales: BTreeMap<String, f64>,
    /// Expected outcomes of algorithms.
    #[serde(default)]
    pub outcomes: BTreeMap<String, String>,
    /// Expected critical items.
    #[serde(default)]
    pub critical: Vec<usize>,
}
