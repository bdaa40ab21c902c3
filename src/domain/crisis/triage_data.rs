//! The centre's own file of what follows from a screener: whom to tell, what to do, which lines to give, and why an opened
//! screener may have been left. Read and checked here; the results themselves come from the answers.

use crate::domain::assessment::instrument::{Label, Library};
use crate::domain::crisis::crisis_line::CrisisLine;
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// The outcome of a screen on which a question is open that could change the result.
pub const INCOMPLETE: &str = "incomplete";

/// What follows from one result.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriageResult {
    /// The outcome of the instrument's rule, or `incomplete`.
    pub outcome: String,
    /// A safety plan is written or revised.
    pub safety_plan: bool,
    /// Ids of the crisis lines to give, in order.
    pub lines: Vec<String>,
    /// Whom to tell, and by when.
    pub tell: Vec<Label>,
    /// What to do, in order.
    #[serde(rename = "do")]
    pub steps: Vec<Label>,
}

/// What follows from the results of one screener.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenerRules {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// One for each outcome, and one for a screen that is not complete.
    pub result: Vec<TriageResult>,
}

/// Why an opened screener was left.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeftReason {
    /// Lower-case words joined by hyphens; kept in the record.
    pub id: String,
    /// Korean.
    pub ko: String,
    /// English.
    pub en: String,
    /// It says nothing without words of the counsellor.
    #[serde(default)]
    pub words: bool,
}

impl LeftReason {
    /// The text of this language.
    pub fn pick(&self, lang: Lang) -> &str {
        lang.pick(&self.ko, &self.en)
    }
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TriageRules {
    /// Counts up with every change.
    pub version: String,
    /// Whose procedure it is.
    pub source: Label,
    /// By instrument.
    pub screeners: Vec<ScreenerRules>,
    /// Why an opened screener may have been left.
    pub left: Vec<LeftReason>,
}

fn blank(label: &Label) -> bool {
    label.ko.trim().is_empty() || label.en.trim().is_empty()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    source: Label,
    screener: Vec<Spanned<ScreenerRules>>,
    left: Vec<Spanned<LeftReason>>,
}

impl TriageRules {
    /// Reads the file. The flaw names line and key. Whether it fits the instruments is asked by [`TriageRules::fits`].
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let mut seen = BTreeSet::new();
        for screener in &file.screener {
            let at = line_of(text, screener.span().start);
            let screener = screener.get_ref();
            if !seen.insert(screener.instrument.clone()) {
                return Err(Flaw::new(at, "screener.instrument", "an instrument stands once in the file"));
            }
            let mut outcomes = BTreeSet::new();
            for result in &screener.result {
                if !outcomes.insert(result.outcome.as_str()) {
                    return Err(Flaw::new(at, "screener.result.outcome", "an outcome stands once"));
                }
                if result.steps.is_empty() || result.tell.iter().chain(&result.steps).any(blank) {
                    return Err(Flaw::new(at, "screener.result.do", "says in both languages what to do"));
                }
            }
            if !outcomes.contains(INCOMPLETE) {
                return Err(Flaw::new(at, "screener.result", "`incomplete` is missing"));
            }
        }
        let mut ids = BTreeSet::new();
        for reason in &file.left {
            let at = line_of(text, reason.span().start);
            let reason = reason.get_ref();
            if !is_kebab(&reason.id) || !ids.insert(reason.id.as_str()) {
                return Err(Flaw::new(at, "left.id", "an id is lower-case words joined by hyphens, once in the file"));
            }
            if reason.ko.trim().is_empty() || reason.en.trim().is_empty() {
                return Err(Flaw::new(at, "left.ko", "needs both languages"));
            }
        }
        if file.left.is_empty() {
            return Err(Flaw::new(1, "left", "there is no reason to choose"));
        }
        Ok(TriageRules {
            version: file.version,
            source: file.source,
            screeners: file.screener.into_iter().map(Spanned::into_inner).collect(),
            left: file.left.into_iter().map(Spanned::into_inner).collect(),
        })
    }

    /// Whether every outcome of every screener has its result, none has one that the instrument does not know, and every
    /// line is one of the centre's.
    pub fn fits(&self, library: &Library, lines: &[CrisisLine]) -> Result<(), Flaw> {
        let no = |key: &str, what: String| Err(Flaw::new(1, key, what));
        for screener in &self.screeners {
            let id = &screener.instrument;
            let Ok(instrument) = library.get(id) else {
                return no("screener.instrument", format!("there is no instrument `{id}`"));
            };
            let Some(rule) = instrument.algorithms.first() else {
                return no("screener.instrument", format!("`{id}` has no rule"));
            };
            let known: BTreeSet<&str> = rule.outcome.iter().map(|o| o.id.as_str()).chain([INCOMPLETE]).collect();
            let here: BTreeSet<&str> = screener.result.iter().map(|r| r.outcome.as_str()).collect();
            if let Some(odd) = known.symmetric_difference(&here).next() {
                return no("screener.result.outcome", format!("`{odd}` of `{id}` is missing or not known"));
            }
            for line in screener.result.iter().flat_map(|r| &r.lines) {
                if !lines.iter().any(|l| l.id == *line) {
                    return no("screener.result.lines", format!("there is no crisis line `{line}`"));
                }
            }
        }
        Ok(())
    }

    /// What follows from the results of this screener; none where the file does not name it.
    pub fn of(&self, screener: &InstrumentId) -> Option<&ScreenerRules> {
        self.screeners.iter().find(|s| s.instrument == *screener)
    }

    /// The reason of this id.
    pub fn reason(&self, id: &str) -> Option<&LeftReason> {
        self.left.iter().find(|r| r.id == id)
    }
}
