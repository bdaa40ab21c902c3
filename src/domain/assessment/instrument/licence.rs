//! The licence gate: the one way to the words of an instrument. What the owner does not let us show has no path to a
//! screen, and what a centre has licensed itself comes in through [`CentreText`], never from this repository.

use crate::domain::assessment::instrument::check;
use crate::domain::assessment::instrument::definition::Instrument;
use crate::domain::assessment::instrument::format::{
    Item, Label, Method, MissingRule, OptionSet, Provenance, ProvenanceKind, Scoring,
};
use crate::domain::assessment::instrument::library_error::LibraryError;
pub use crate::domain::assessment::instrument::permission::{Licence, Verdict};
use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::texts::{Message, msg, verbatim};
use serde::{Deserialize, Serialize};

/// The words of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question<'a> {
    /// Position from 1.
    pub position: usize,
    /// As people number it.
    pub number: String,
    /// The question, word for word.
    pub text: &'a str,
    /// Value and label of each answer.
    pub options: Vec<(i32, &'a str)>,
    /// May be skipped.
    pub optional: bool,
}

/// An instrument's words in one language; only [`Instrument::wording`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wording<'a> {
    /// What precedes the items.
    pub instruction: &'a str,
    /// In order.
    pub questions: Vec<Question<'a>>,
    /// To be shown with the items.
    pub attribution: &'a str,
    /// Where the wording comes from.
    pub source: &'a str,
}

/// Why the words are not shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum Withheld {
    /// The owner does not allow it.
    Licence {
        /// Which instrument.
        id: InstrumentId,
        /// [`Licence::reason`].
        reason: Message,
    },
    /// It may be shown, but no verified wording in this language is at hand.
    Missing {
        /// Which instrument.
        id: InstrumentId,
        /// The language.
        lang: Lang,
    },
}

impl Explain for Withheld {
    fn message(&self) -> Message {
        match self {
            Withheld::Licence { id, reason } => msg("wording-withheld-licence").shown("id", id).with("quote", reason),
            Withheld::Missing { lang, id } => msg("wording-withheld-missing").with("lang", lang).shown("id", id),
        }
    }
    fn hint(&self) -> Message {
        match self {
            Withheld::Licence { id, .. } => msg("wording-withheld-licence.hint").shown("id", id).shown("id", id),
            Withheld::Missing { id, lang } => msg("wording-withheld-missing.hint").with("lang", lang).shown("id", id),
        }
    }

    fn exit(&self) -> Exit {
        Exit::Refused
    }
}

impl Item {
    /// Whether it has words in a language; they are reached through [`Instrument::wording`] only.
    pub fn has_words(&self, lang: Lang) -> bool {
        !lang.pick(&self.ko, &self.en).is_empty()
    }
}

impl Instrument {
    /// The words in a language, if the licence lets them be shown and they were verified. Optional items without
    /// words in that language are left out.
    pub fn wording(&self, lang: Lang) -> Result<Wording<'_>, Withheld> {
        if self.licence.verdict == Verdict::TotalsOnly {
            return Err(Withheld::Licence { id: self.id.clone(), reason: verbatim(self.licence.reason(lang)) });
        }
        let held = self.wording.get(&lang).ok_or_else(|| Withheld::Missing { id: self.id.clone(), lang })?;
        let questions = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| !lang.pick(&item.ko, &item.en).is_empty())
            .map(|(n, item)| {
                let set = self.set_of(item);
                Question {
                    position: n + 1,
                    number: self.number(n),
                    text: lang.pick(&item.ko, &item.en),
                    options: set.values.iter().copied().zip(set.labels(lang).iter().map(String::as_str)).collect(),
                    optional: item.optional,
                }
            })
            .collect();
        Ok(Wording {
            instruction: &held.instruction,
            questions,
            attribution: &self.licence.attribution,
            source: &held.source,
        })
    }

    /// Languages whose words may be shown.
    pub fn languages(&self) -> Vec<Lang> {
        [Lang::Ko, Lang::En].into_iter().filter(|&l| self.wording(l).is_ok()).collect()
    }
}

/// A centre's own licensed text of an instrument whose items are not shipped in that language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentreText {
    /// Which instrument.
    pub id: InstrumentId,
    /// Language of the text.
    pub lang: Lang,
    /// Who permitted it, when, under which reference; shown in `assess show`.
    pub licence: String,
    /// What precedes the items.
    #[serde(default)]
    instruction: String,
    /// Answer sets with labels in that language.
    options: Vec<CentreOptions>,
    /// Questions in order.
    item: Vec<CentreItem>,
    /// Positions of items that are turned round.
    #[serde(default)]
    reverse: Vec<usize>,
    /// Times the sum.
    #[serde(default)]
    multiplier: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct CentreOptions {
    id: String,
    values: Vec<i32>,
    labels: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct CentreItem {
    options: String,
    text: String,
}

impl CentreText {
    /// Reads a centre's text.
    pub fn parse(file: &str, text: &str) -> Result<Self, LibraryError> {
        let held: CentreText = toml::from_str(text).map_err(|e| check::broken(file, text, &e))?;
        if held.licence.trim().is_empty() {
            let line = check::line_of_key(text, "licence");
            return Err(check::at_line(
                file,
                line,
                "licence",
                "say who permitted it and under which reference".to_owned(),
            ));
        }
        Ok(held)
    }

    /// The instrument with this text. Words are added to the shipped items; where none are shipped, the items come
    /// from here and their sum must span the shipped range of the total.
    pub(super) fn merge(&self, held: &Instrument, file: &str, text: &str) -> Result<Instrument, LibraryError> {
        let mut merged = held.clone();
        let provenance = Provenance {
            source: self.licence.clone(),
            kind: ProvenanceKind::Centre,
            instruction: self.instruction.clone(),
            note: String::new(),
        };
        if held.items.is_empty() {
            merged.options = self.options.iter().map(|o| self.set(o)).collect();
            merged.items = self.item.iter().map(|i| self.fresh(i)).collect();
            merged.scoring = Scoring {
                method: Method::Sum,
                reverse: self.reverse.clone(),
                multiplier: self.multiplier.unwrap_or(1),
                missing: MissingRule::Invalid,
                max_blank: 0,
                ..held.scoring.clone()
            };
            merged.examples.clear();
        } else {
            if self.item.len() != held.items.len() {
                let what = format!("{} items, but {} has {}", self.item.len(), held.id, held.items.len());
                return Err(check::at_line(file, check::line_of_table(text, "item", 0), "item", what));
            }
            for (n, (mine, theirs)) in self.item.iter().zip(&mut merged.items).enumerate() {
                let values = self.options.iter().find(|o| o.id == mine.options).map(|o| &o.values);
                if values != Some(&held.set_of(&held.items[n]).values) {
                    let what = "its options are not those that are scored".to_owned();
                    return Err(check::at_table(file, text, "item", n, what));
                }
                let id = format!("centre-{}-{}", self.lang, mine.options);
                match self.lang {
                    Lang::Ko => theirs.ko.clone_from(&mine.text),
                    Lang::En => theirs.en.clone_from(&mine.text),
                }
                if let Some(mut set) = self.options.iter().find(|o| o.id == mine.options).map(|o| self.set(o)) {
                    let shipped = held.set_of(&held.items[n]);
                    match self.lang {
                        Lang::Ko => set.en.clone_from(&shipped.en),
                        Lang::En => set.ko.clone_from(&shipped.ko),
                    }
                    set.loinc.clone_from(&shipped.loinc);
                    set.id.clone_from(&id);
                    if !merged.options.iter().any(|o| o.id == id) {
                        merged.options.push(set);
                    }
                }
                theirs.options = id;
            }
        }
        merged.licence.verdict = Verdict::CentreLicensed;
        merged.licence.attribution.clone_from(&self.licence);
        merged.licence.source.clone_from(&self.licence);
        merged.licence.quote.clear();
        merged.licence.basis = Some(Label {
            ko: "센터가 스스로 얻은 이용권으로 가져온 글입니다.".to_owned(),
            en: "A text that the centre brought under a licence of its own.".to_owned(),
        });
        merged.wording.insert(self.lang, provenance);
        merged.wording_missing.retain(|m| m.lang != self.lang);
        check::instrument(merged, file, text)
    }

    fn set(&self, o: &CentreOptions) -> OptionSet {
        let (ko, en) = match self.lang {
            Lang::Ko => (o.labels.clone(), Vec::new()),
            Lang::En => (Vec::new(), o.labels.clone()),
        };
        OptionSet { id: o.id.clone(), values: o.values.clone(), ko, en, loinc: Vec::new() }
    }

    fn fresh(&self, i: &CentreItem) -> Item {
        let (ko, en) = match self.lang {
            Lang::Ko => (i.text.clone(), String::new()),
            Lang::En => (String::new(), i.text.clone()),
        };
        Item {
            number: None,
            options: i.options.clone(),
            ko,
            en,
            loinc: None,
            scored: true,
            optional: false,
            only_sex: None,
            ask_if: None,
            weight: 1,
            set: 0,
        }
    }
}
