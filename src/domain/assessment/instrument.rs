//! Instruments as data: what a file of `assessments/` may say, and the library made of them.
//! Scoring is [`crate::domain::assessment::score`]; consistency is [`check`]; who may see item wording is [`licence`]. No instrument is
//! named in code: adding one touches no Rust.

pub mod check;
mod format;
pub mod licence;

pub use crate::domain::assessment::instrument::format::*;
use crate::domain::assessment::instrument::licence::Licence;
use crate::domain::explain::{Exit, Explain};
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
    pub wording_missing: Vec<String>,
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

    /// Fewest answers a sheet can have: trailing optional or conditional items may be left out.
    pub fn fewest_answers(&self) -> usize {
        let tail = self.items.iter().rev().take_while(|i| i.optional || i.ask_if.is_some()).count();
        self.items.len() - tail
    }
}

/// Why an instrument file was refused, or an instrument not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// Not TOML, or not of the format.
    #[error("{file}:{line}: {what}")]
    Broken {
        /// File name.
        file: String,
        /// Line from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Well formed, but it contradicts itself.
    #[error("{file}:{line}: {place}: {what}")]
    Inconsistent {
        /// File name.
        file: String,
        /// Line from 1 of the table in question.
        line: usize,
        /// Which table.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// No such instrument.
    #[error("there is no instrument `{0}`")]
    Unknown(InstrumentId, Option<InstrumentId>),
}

impl Explain for LibraryError {
    fn hint(&self) -> String {
        match self {
            LibraryError::Broken { .. } => "mend that line of the file, or take the file out of its folder".to_owned(),
            LibraryError::Inconsistent { .. } => {
                "mend that table of the file; nothing of it is used until it is consistent".to_owned()
            }
            LibraryError::Unknown(_, Some(near)) => format!("did you mean `{near}`? `gyeot assess list` shows all"),
            LibraryError::Unknown(_, None) => "`gyeot assess list` shows all".to_owned(),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            LibraryError::Unknown(..) => Exit::Usage,
            _ => Exit::Damaged,
        }
    }
}

/// So many slips of the pen still point at an id.
const MOST_SLIPS: usize = 1;

/// Letters to add, leave out or change to come from one word to the other (Levenshtein).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let change = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = change.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// All instruments, in order of their ids.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Library {
    by_id: BTreeMap<InstrumentId, Instrument>,
}

impl Library {
    /// Reads files as (name, text) and checks each and all together. The first fault ends it: a centre must not
    /// work with half a library unknowingly.
    pub fn parse<N: AsRef<str>, T: AsRef<str>>(files: impl IntoIterator<Item = (N, T)>) -> Result<Self, LibraryError> {
        let mut library = Library::default();
        let mut seen: BTreeMap<InstrumentId, (String, String)> = BTreeMap::new();
        for (name, text) in files {
            let instrument = Instrument::parse(name.as_ref(), text.as_ref())?;
            if let Some((other, _)) = seen.get(&instrument.id) {
                return Err(crate::domain::assessment::instrument::check::at_line(
                    name.as_ref(),
                    crate::domain::assessment::instrument::check::line_of_key(text.as_ref(), "id"),
                    "id",
                    format!("`{}` is already taken by {other}", instrument.id),
                ));
            }
            seen.insert(instrument.id.clone(), (name.as_ref().to_owned(), text.as_ref().to_owned()));
            library.by_id.insert(instrument.id.clone(), instrument);
        }
        for instrument in library.by_id.values() {
            for (n, critical) in instrument.critical.iter().enumerate() {
                let Some(opens) = &critical.opens else { continue };
                if !library.by_id.contains_key(opens) {
                    let (name, text) = &seen[&instrument.id];
                    return Err(crate::domain::assessment::instrument::check::at_table(
                        name,
                        text,
                        "critical",
                        n,
                        format!("opens `{opens}`, which no file is"),
                    ));
                }
            }
        }
        Ok(library)
    }

    /// The instrument of that id.
    pub fn get(&self, id: &InstrumentId) -> Result<&Instrument, LibraryError> {
        self.by_id.get(id).ok_or_else(|| {
            let bare = |s: &str| s.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<Vec<char>>();
            let wanted = bare(id.as_str());
            let near = self.by_id.keys().map(|k| (slips(&bare(k.as_str()), &wanted), k)).min();
            let near = near.filter(|(slips, _)| *slips <= MOST_SLIPS && wanted.len() > MOST_SLIPS).map(|(_, k)| k);
            LibraryError::Unknown(id.clone(), near.cloned())
        })
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.by_id.values()
    }

    /// Number of instruments.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// Puts a centre's licensed text in the place of what may not be shipped.
    pub fn with_centre_text(&mut self, file: &str, text: &str) -> Result<&Instrument, LibraryError> {
        let licensed = crate::domain::assessment::instrument::licence::CentreText::parse(file, text)?;
        let held = self.get(&licensed.id)?;
        let merged = licensed.merge(held, file, text)?;
        let id = merged.id.clone();
        self.by_id.insert(id.clone(), merged);
        self.get(&id)
    }
}
