//! Who owns an instrument, and what the owner allows.

use crate::domain::assessment::instrument::format::Label;
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};

/// What the owner allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Items may be reproduced freely.
    Embed,
    /// Items may be reproduced under the conditions stated.
    Conditions,
    /// No items: a total is entered.
    TotalsOnly,
    /// A centre brought its own licence and text.
    CentreLicensed,
}

/// Who owns an instrument and what was read about its use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    /// The verdict.
    pub verdict: Verdict,
    /// The owner or author.
    pub owner: String,
    /// The permission or refusal in the owner's own words; empty where those were not seen.
    #[serde(default)]
    pub quote: String,
    /// Where the quote stands, or what was looked at instead.
    pub source: String,
    /// Our own words: what the verdict rests on beside the quote, or instead of it. Never a quotation.
    #[serde(default)]
    pub basis: Option<Label>,
    /// What must be kept to, for [`Verdict::Conditions`].
    #[serde(default)]
    pub conditions: Vec<String>,
    /// To be shown with the items.
    #[serde(default)]
    pub attribution: String,
}

impl Licence {
    /// Why the verdict is as it is: the owner's words in quotation marks, or ours without them.
    pub fn reason(&self, lang: Lang) -> String {
        match &self.basis {
            Some(basis) if self.quote.is_empty() => basis.pick(lang).to_owned(),
            _ => format!("“{}”", self.quote),
        }
    }
}
