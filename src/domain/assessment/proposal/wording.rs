//! The data of reading (`prompts/items`): how often, when, who, yes and no for every instrument, and how each item is heard.

use crate::domain::assessment::proposal::answers::{Answers, Scale};
use crate::domain::assessment::proposal::weighed::ItemWords;
use crate::domain::note::retraction::Rules;
use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A time in which something is meant to happen that often.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Form.
    pub form: String,
    /// Its length.
    pub days: f32,
}

/// An expression of how often.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Often {
    /// Form.
    pub form: String,
    /// Days of fourteen.
    pub days: f32,
    /// Says little: "sometimes".
    #[serde(default)]
    pub vague: bool,
}

/// The forms of one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Numbers before a unit.
    pub numbers: BTreeMap<String, f32>,
    /// Those of them that name days by themselves.
    pub days: Vec<String>,
    /// Those that need no unit where a period follows.
    pub bare: Vec<String>,
    /// Looks like one of them and is none.
    pub mask: Vec<String>,
    /// Units of times and days.
    pub times: Vec<String>,
    /// Periods.
    pub periods: Vec<Period>,
    /// Fixed expressions.
    pub often: Vec<Often>,
    /// A question to which a number alone is an answer.
    pub count: Vec<String>,
    /// Makes days that were free of it.
    pub except: Vec<String>,
    /// Less than was said.
    pub below: Vec<String>,
    /// Not now.
    pub past: Vec<String>,
    /// Now.
    pub now: Vec<String>,
    /// Other persons.
    pub others: Vec<String>,
    /// What makes one of them the subject; empty where the first person named is it.
    pub other_marks: Vec<String>,
    /// The speaker.
    #[serde(rename = "self")]
    pub own: Vec<String>,
    /// Ends of clauses.
    pub clause: Vec<String>,
    /// Whole answers that deny.
    pub deny: Vec<String>,
    /// Whole answers that agree.
    pub agree: Vec<String>,
    /// Before an answer.
    pub filler: Vec<String>,
    /// Well, of what was asked after.
    pub well: Vec<String>,
    /// Badly, of what was asked after.
    pub badly: Vec<String>,
    /// Before a form: not.
    pub not_before: Vec<String>,
    /// Right after a form: not.
    pub not_after: Vec<String>,
    /// Said of all of it.
    pub total: Vec<String>,
    /// Takes back what was said just before.
    pub take_back: Vec<String>,
    /// Says that something is not so.
    pub negative: Vec<String>,
    /// Beginnings of words in questions that name nothing.
    pub empty: Vec<String>,
    /// Words for a machine.
    pub set_aside: Vec<String>,
}

/// What a model is asked about, by vectors.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// How near a question must be to an item's questions to be one about it: cosine of centred vectors, less the mean of all items.
    pub question: f32,
    /// How near a sentence must be to an item's lines for a model to be asked about it; likewise.
    pub line: f32,
    /// Sentences a model is asked about for one instrument.
    pub asked: usize,
}

/// How the weighed words are used, beside the bar that was learned with them.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weighing {
    /// A line that says nothing of these two weeks of this client, by a share above this, counts for nothing. 0 to 1.
    pub elsewhere: f32,
    /// How much a line counts that tells the matter and not how often. 0 to 1.
    pub untold: f32,
    /// What only the forms find, not told how often, stands where its sentence by itself is about the item by this share; else it is
    /// only mentioned. 0 to 1.
    pub alone: f32,
    /// How much the shares of the rules count beside those of the words, where both find an item: a power.
    pub rules: f32,
}

/// How talk is read, whatever the instrument.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Name.
    pub id: String,
    /// Counts up with every change.
    pub version: String,
    /// How well each answer fits what was said.
    pub answers: Answers,
    /// What a model is asked about.
    pub near: Near,
    /// How weighed words are used.
    pub weighing: Weighing,
    /// Korean.
    pub ko: Words,
    /// English.
    pub en: Words,
}

impl Reading {
    /// Reads the file; a number that names days and has no value is a flaw, and so are answers that cannot be ([`Answers::check`]).
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let reading: Reading = read_toml(text, 0)?;
        reading.answers.check()?;
        for (key, words) in [("ko", &reading.ko), ("en", &reading.en)] {
            if let Some(day) = words.days.iter().chain(&words.bare).find(|d| !words.numbers.contains_key(*d)) {
                return Err(Flaw::new(1, format!("{key}.days"), format!("`{day}` has no number")));
            }
        }
        Ok(reading)
    }

    /// The forms of a language.
    pub const fn words(&self, lang: Lang) -> &Words {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// How an item is heard in one language.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// What a model is asked: "does the client say that …".
    pub says: String,
    /// Names the thing.
    pub about: Vec<String>,
    /// It is there.
    pub has: Vec<String>,
    /// It is not.
    pub lacks: Vec<String>,
    /// In a question to which yes means that it is not.
    #[serde(default)]
    pub able: Vec<String>,
    /// In a question that asks for something narrower: who denies that has not denied the item.
    #[serde(default)]
    pub narrower: Vec<String>,
    /// Questions of counsellors, for vectors.
    pub asks: Vec<String>,
    /// Lines of clients, for vectors.
    pub examples: Vec<String>,
}

/// How an item is heard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What its answers count; the instrument's unless named.
    #[serde(default)]
    scale: Option<Scale>,
    /// Items that are not meant where this one is, by position.
    #[serde(default)]
    pub over: Vec<usize>,
    /// A denial lowers nothing that was told: it may be one of something narrower.
    #[serde(default)]
    pub denial_lowers_nothing: bool,
    ko: Topic,
    en: Topic,
}

impl Item {
    /// In a language.
    pub const fn topic(&self, lang: Lang) -> &Topic {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// An instrument that has the first items of another.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Also {
    id: InstrumentId,
    items: usize,
}

#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Drinks {
    ko: BTreeMap<String, f32>,
    en: BTreeMap<String, f32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Whole {
    Days,
    Drinking,
}

/// How the items of an instrument are heard.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heard {
    /// The instrument.
    pub id: InstrumentId,
    /// Counts up with every change.
    pub version: String,
    scale: Whole,
    #[serde(default)]
    also: Vec<Also>,
    #[serde(default)]
    drinks: Drinks,
    /// In order of the instrument.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

impl Heard {
    /// Reads the file; an item of a drinking instrument without a scale of its own is a flaw.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let heard: Heard = read_toml(text, 0)?;
        for (n, item) in heard.items.iter().enumerate() {
            if heard.scale == Whole::Drinking && item.scale.is_none() {
                return Err(Flaw::new(1, format!("item {}", n + 1), "a drinking item needs a scale"));
            }
            if item.over.iter().any(|o| *o == 0 || *o > heard.items.len()) {
                return Err(Flaw::new(1, format!("item {}.over", n + 1), "no such item"));
            }
        }
        Ok(heard)
    }

    /// How many of these items an instrument has, if it has any.
    pub fn items_of(&self, id: &InstrumentId) -> Option<usize> {
        if &self.id == id {
            return Some(self.items.len());
        }
        self.also.iter().find(|a| &a.id == id).map(|a| a.items.min(self.items.len()))
    }

    /// What an item counts, by index.
    pub fn scale(&self, item: usize) -> Scale {
        self.items.get(item).and_then(|i| i.scale).unwrap_or(Scale::Days)
    }

    /// What vessels count in drinks, the longest form first.
    pub fn vessels(&self, lang: Lang) -> Vec<(&str, f32)> {
        let map = match lang {
            Lang::Ko => &self.drinks.ko,
            Lang::En => &self.drinks.en,
        };
        let mut all: Vec<(&str, f32)> = map.iter().map(|(form, n)| (form.as_str(), *n)).collect();
        all.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        all
    }
}

/// The data that the items of one instrument are found by.
#[derive(Debug, Clone)]
pub struct ItemData {
    /// How talk is read.
    pub reading: Reading,
    /// How the items of the instrument are heard.
    pub heard: Heard,
    /// How somebody takes back what was said.
    pub retraction: Rules,
    /// Weighed words; an instrument that is not in them has none.
    pub words: Option<Arc<ItemWords>>,
}

impl ItemData {
    /// Likelihood above which a line of this language is taken for one about an item; `None` where the weighed words do not know
    /// the instrument.
    pub fn enough(&self, lang: Lang) -> Option<f32> {
        self.words.as_deref()?.enough(&self.heard.id, lang)
    }
}
