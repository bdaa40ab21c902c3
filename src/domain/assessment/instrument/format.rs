//! What the tables of an instrument file may say, one type each. Unknown keys are refused, so that a slip of the pen is
//! found and not ignored.

use crate::domain::practice::lang::Lang;
use crate::texts::{Message, one_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in both languages of the practice; both are always there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
}

/// Wording that is not shown in a language, and why.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordingMissing {
    /// In which language it is missing.
    pub lang: Lang,
    /// Why, in Korean.
    pub ko: String,
    /// Why, in English.
    pub en: String,
}

impl WordingMissing {
    /// The language and why, in the language of the reader.
    pub fn said(&self, lang: Lang) -> String {
        format!("{}: {}", self.lang.code(), lang.pick(&self.ko, &self.en))
    }
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
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "female" | "f" | "woman" | "여" | "여자" | "여성" => Ok(Sex::Female),
            "male" | "m" | "man" | "남" | "남자" | "남성" => Ok(Sex::Male),
            _ => Err(one_of(["female", "male"])),
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

pub(super) const fn yes() -> bool {
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
    /// Where the rule is published: a citation, the same in both languages.
    pub source: String,
    /// How it counts, for people.
    #[serde(default)]
    pub how: Option<Label>,
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
