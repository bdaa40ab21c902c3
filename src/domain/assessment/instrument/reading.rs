//! How a score is read: bands, norms, percentiles, change, expected courses, answers that must not wait, worked examples.

use crate::domain::assessment::instrument::format::{Label, Sex, yes};
use crate::domain::practice::ids::InstrumentId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
