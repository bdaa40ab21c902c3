//! The form of a safety plan: its six steps in order, their words, and the phrases by which a client's own words are found
//! for each. Reads and checks the file; proposes nothing.

use crate::domain::assessment::instrument::Label;
use crate::domain::note::format::{NoteFormat, Section, SectionText};
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// A safety plan has six steps (see the data file for where the order comes from).
pub const STEPS: usize = 6;

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Unique within the form, such as `warning-signs`.
    pub id: String,
    /// Phrases in a client's sentence, Korean and English.
    pub said: Vec<String>,
    /// Phrases in the counsellor's question before it.
    pub asked: Vec<String>,
    /// The crisis lines are proposed here.
    #[serde(default)]
    pub lines: bool,
    /// It is about means and how they are put out of reach.
    #[serde(default)]
    pub means: bool,
    /// Korean.
    pub ko: SectionText,
    /// English.
    pub en: SectionText,
}

impl Step {
    /// The words of this language.
    pub const fn text(&self, lang: Lang) -> &SectionText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// The form. `Debug` withholds its phrases: they are such as clients say, and a log that has them looks as if it told on one.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PlanForm {
    /// `safety-plan`.
    pub id: String,
    /// Counts up with every change.
    pub version: String,
    /// Where the order of the steps comes from.
    pub source: Label,
    /// So many of the newest sessions are looked through.
    pub sessions: usize,
    /// So many proposals are shown for a step.
    pub proposals: usize,
    /// A sentence with fewer letters says too little alone.
    pub letters: usize,
    /// In order.
    pub steps: Vec<Step>,
}

impl std::fmt::Debug for PlanForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PlanForm({} {}, {} steps)", self.id, self.version, self.steps.len())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    version: String,
    source: Label,
    sessions: usize,
    proposals: usize,
    letters: usize,
    step: Vec<Spanned<Step>>,
}

impl PlanForm {
    /// Reads the file and checks it. The flaw names line and key.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let mut seen = BTreeSet::new();
        for step in &file.step {
            let at = line_of(text, step.span().start);
            let step = step.get_ref();
            if !is_kebab(&step.id) || !seen.insert(step.id.as_str()) {
                return Err(Flaw::new(at, "step.id", "an id is lower-case words joined by hyphens, once in the file"));
            }
            for lang in [Lang::Ko, Lang::En] {
                let words = step.text(lang);
                if words.title.trim().is_empty() || words.guide.trim().is_empty() {
                    return Err(Flaw::new(at, format!("step.{lang}"), "needs title and guide"));
                }
            }
            let phrases = step.said.iter().chain(&step.asked);
            if step.said.is_empty() || phrases.clone().any(|p| p.trim().is_empty() || *p != p.to_lowercase()) {
                return Err(Flaw::new(at, "step.said", "phrases are written in lower case and are not empty"));
            }
        }
        if file.step.len() != STEPS {
            return Err(Flaw::new(1, "step", format!("a safety plan has {STEPS} steps")));
        }
        if file.proposals == 0 {
            return Err(Flaw::new(1, "proposals", "at least one"));
        }
        Ok(PlanForm {
            id: file.id,
            version: file.version,
            source: file.source,
            sessions: file.sessions,
            proposals: file.proposals,
            letters: file.letters,
            steps: file.step.into_iter().map(Spanned::into_inner).collect(),
        })
    }

    /// The steps as the sections of a form that the editor writes into.
    pub fn as_sections(&self) -> NoteFormat {
        let section = |step: &Step| Section {
            id: step.id.clone(),
            from_transcript: false,
            takes: Vec::new(),
            facts: Vec::new(),
            ko: step.ko.clone(),
            en: step.en.clone(),
        };
        NoteFormat {
            retired: false,
            id: self.id.clone(),
            version: self.version.clone(),
            source: self.source.en.clone(),
            title_ko: self.source.ko.clone(),
            title_en: self.source.en.clone(),
            sections: self.steps.iter().map(section).collect(),
        }
    }

    /// The place of a step, from 0.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|s| s.id == id)
    }
}
