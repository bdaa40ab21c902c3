//! One instrument: what its file says, as one value.

use crate::domain::assessment::instrument::format::{
    Algorithm, Direction, Item, Label, Loinc, Method, OptionSet, Provenance, Respondent, Scoring, Subscale,
    WordingMissing,
};
use crate::domain::assessment::instrument::permission::Licence;
use crate::domain::assessment::instrument::reading::{
    BandSet, ChangeBasis, ClinicalCut, Critical, Example, Expected, Interval, Norm, Patience, Percentiles, Remission,
};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One instrument, as its file says and the loader has checked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    /// Name, as the file.
    pub id: InstrumentId,
    /// Changes whenever scoring or wording changes.
    pub version: String,
    /// For people.
    pub title: Label,
    /// What it measures.
    pub measures: Label,
    /// Which way trouble lies.
    pub direction: Direction,
    /// Who answers.
    pub respondent: Respondent,
    /// Wording that could not be verified from a source that was seen, by language.
    #[serde(default)]
    pub wording_missing: Vec<WordingMissing>,
    /// What is said here and could not be confirmed in a source that was read.
    #[serde(default)]
    pub unverified: Vec<Label>,
    /// Remarks for the counsellor.
    #[serde(default)]
    pub notes: Vec<Label>,
    /// Who owns it and what is allowed.
    pub licence: Licence,
    /// Provenance of the wording of each language.
    #[serde(default)]
    pub wording: BTreeMap<Lang, Provenance>,
    /// LOINC.
    #[serde(default)]
    pub loinc: Loinc,
    /// Answer sets.
    #[serde(default)]
    pub options: Vec<OptionSet>,
    /// Questions in order.
    #[serde(default, rename = "item")]
    pub items: Vec<Item>,
    /// The total.
    pub scoring: Scoring,
    /// Part scores.
    #[serde(default, rename = "subscale")]
    pub subscales: Vec<Subscale>,
    /// Decision rules.
    #[serde(default, rename = "algorithm")]
    pub algorithms: Vec<Algorithm>,
    /// Bands; the first set that fits the scale and sex is the leading one.
    #[serde(default)]
    pub bands: Vec<BandSet>,
    /// Cut-offs side by side.
    #[serde(default, rename = "norm")]
    pub norms: Vec<Norm>,
    /// Percentile tables.
    #[serde(default)]
    pub percentiles: Vec<Percentiles>,
    /// Bases of reliable change.
    #[serde(default, rename = "change")]
    pub changes: Vec<ChangeBasis>,
    /// Clinical cuts.
    #[serde(default, rename = "clinical_cut")]
    pub clinical_cuts: Vec<ClinicalCut>,
    /// Response and remission.
    #[serde(default)]
    pub remission: Option<Remission>,
    /// Expected trajectory.
    #[serde(default)]
    pub expected: Vec<Expected>,
    /// Early sessions.
    #[serde(default)]
    pub patience: Option<Patience>,
    /// How often it is usually given.
    #[serde(default)]
    pub interval: Option<Interval>,
    /// Answers that must not wait.
    #[serde(default)]
    pub critical: Vec<Critical>,
    /// Sheets with known results.
    #[serde(default, rename = "example")]
    pub examples: Vec<Example>,
}

impl Instrument {
    /// The option set of an item by position from 0.
    pub(crate) fn set_of(&self, item: &Item) -> &OptionSet {
        &self.options[item.set]
    }

    /// True when only a total can be entered.
    pub fn totals_only(&self) -> bool {
        self.scoring.method == Method::Total
    }

    /// How people number an item, by position from 0.
    pub fn number(&self, position: usize) -> String {
        self.items.get(position).and_then(|i| i.number.clone()).unwrap_or_else(|| (position + 1).to_string())
    }

    /// Positions of the items of the total, from 1.
    pub(in crate::domain) fn total_items(&self) -> Vec<usize> {
        if self.scoring.items.is_empty() {
            (1..=self.items.len()).filter(|&p| self.items[p - 1].scored).collect()
        } else {
            self.scoring.items.clone()
        }
    }

    /// Fewest answers a sheet can have: trailing optional or conditional items may be left out.
    pub fn fewest_answers(&self) -> usize {
        let tail = self.items.iter().rev().take_while(|i| i.optional || i.ask_if.is_some()).count();
        self.items.len() - tail
    }
}
