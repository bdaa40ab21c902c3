//! The form of a case report for supervision: its headings in order, which source of the record fills which, and what is
//! proposed to be replaced. Reads and checks the file; fills nothing.

use crate::domain::assessment::instrument::Label;
use crate::domain::note::format::{NoteFormat, Section, SectionText};
use crate::domain::practice::data_file::{Flaw, is_kebab, line_of, read_toml};
use crate::domain::practice::lang::Lang;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

/// A source of the record that fills a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// The card, reduced.
    Basics,
    /// Who referred the client.
    Referral,
    /// The first signed note.
    FirstNote,
    /// Every signed note.
    Notes,
    /// Sheets and scores.
    Measures,
    /// The treatment plan.
    Plan,
    /// Each signed note in short.
    Sessions,
    /// A stretch of a transcript that was chosen.
    Verbatim,
}

/// One section of the report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportPart {
    /// Unique within the form, such as `presenting`.
    pub id: String,
    /// In this order; empty where only the counsellor's own words belong.
    #[serde(default)]
    pub fills: Vec<Fill>,
    /// Kinds of `prompts/note-content.toml` that belong here.
    #[serde(default)]
    pub takes: Vec<String>,
    /// The question to the supervisor stands here.
    #[serde(default)]
    pub asked: bool,
    /// Korean.
    pub ko: SectionText,
    /// English.
    pub en: SectionText,
}

impl ReportPart {
    /// The words of this language.
    pub const fn text(&self, lang: Lang) -> &SectionText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// Bounds of what is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportLimits {
    /// Lines of one signed note in its summary.
    pub per_session: usize,
    /// Longest stretch of a transcript, lines.
    pub verbatim: usize,
}

/// How names and places are found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplaceWords {
    /// Behind a word these make it a name.
    pub name_before: Vec<String>,
    /// Words before those that are no names.
    pub no_names: Vec<String>,
    /// English titles before a name.
    pub title_before: Vec<String>,
    /// A word that ends so is a place.
    pub place_ends: Vec<String>,
    /// Words that end so and tell nobody where.
    pub no_places: Vec<String>,
    /// Places by name.
    pub places: Vec<String>,
    /// English: a capital word before one of these is a place.
    pub place_words: Vec<String>,
    /// Particles, longest first.
    pub particles: Vec<String>,
}

/// The form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportForm {
    /// `case-report`.
    pub id: String,
    /// Counts up with every change.
    pub version: String,
    /// Where the headings come from.
    pub source: Label,
    /// Bounds.
    pub limits: ReportLimits,
    /// In order.
    pub parts: Vec<ReportPart>,
    /// What is proposed to be replaced.
    pub replace: ReplaceWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: String,
    version: String,
    source: Label,
    limits: ReportLimits,
    section: Vec<Spanned<ReportPart>>,
    replace: ReplaceWords,
}

impl ReportForm {
    /// Reads the file and checks it. The flaw names line and key.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let file: File = read_toml(text, 0)?;
        let mut seen = BTreeSet::new();
        for part in &file.section {
            let at = line_of(text, part.span().start);
            let part = part.get_ref();
            if !is_kebab(&part.id) || !seen.insert(part.id.as_str()) {
                return Err(Flaw::new(
                    at,
                    "section.id",
                    "an id is lower-case words joined by hyphens, once in the file",
                ));
            }
            for lang in [Lang::Ko, Lang::En] {
                let words = part.text(lang);
                if words.title.trim().is_empty() || words.guide.trim().is_empty() || words.guide.contains('\n') {
                    return Err(Flaw::new(at, format!("section.{lang}"), "needs a title and a guide of one line"));
                }
            }
            let from_notes = part.fills.iter().any(|f| matches!(f, Fill::FirstNote | Fill::Notes));
            if from_notes == part.takes.is_empty() {
                return Err(Flaw::new(at, "section.takes", "kinds of lines stand where notes fill the section"));
            }
        }
        for (fill, what) in [(Fill::Verbatim, "verbatim"), (Fill::Measures, "measures"), (Fill::Basics, "basics")] {
            if file.section.iter().filter(|p| p.get_ref().fills.contains(&fill)).count() != 1 {
                return Err(Flaw::new(1, "section.fills", format!("`{what}` fills one section")));
            }
        }
        if file.section.iter().filter(|p| p.get_ref().asked).count() != 1 {
            return Err(Flaw::new(1, "section.asked", "one section asks the supervisor"));
        }
        if file.limits.per_session == 0 || file.limits.verbatim == 0 {
            return Err(Flaw::new(1, "limits", "at least one line"));
        }
        Ok(ReportForm {
            id: file.id,
            version: file.version,
            source: file.source,
            limits: file.limits,
            parts: file.section.into_iter().map(Spanned::into_inner).collect(),
            replace: file.replace,
        })
    }

    /// The section that this source fills.
    pub fn filled_by(&self, fill: Fill) -> Option<&ReportPart> {
        self.parts.iter().find(|p| p.fills.contains(&fill))
    }

    /// The headings as the sections of a form that the editor writes into.
    pub fn as_sections(&self) -> NoteFormat {
        let section = |part: &ReportPart| Section {
            id: part.id.clone(),
            from_transcript: false,
            takes: Vec::new(),
            facts: Vec::new(),
            ko: part.ko.clone(),
            en: part.en.clone(),
        };
        NoteFormat {
            retired: false,
            id: self.id.clone(),
            version: self.version.clone(),
            source: self.source.en.clone(),
            title_ko: self.source.ko.clone(),
            title_en: self.source.en.clone(),
            sections: self.parts.iter().map(section).collect(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const FORM: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/case-report.toml"));

    #[test]
    fn the_form_is_read_and_asks_for_help_last() {
        let form = ReportForm::parse(FORM).unwrap();
        assert!(form.parts.last().unwrap().asked);
        assert_eq!(form.filled_by(Fill::Sessions).unwrap().id, "sessions");
    }

    #[test]
    fn each_rule_of_the_form_can_fail() {
        for (from, to, key) in [
            ("id = \"referral\"", "id = \"basics\"", "section.id"),
            ("title = \"Family\"", "title = \" \"", "section.en"),
            ("takes = [\"strength\"]", "", "section.takes"),
            ("fills = [\"verbatim\"]", "", "section.fills"),
            ("asked = true", "", "section.asked"),
            ("per_session = 4", "per_session = 0", "limits"),
        ] {
            assert_eq!(ReportForm::parse(&FORM.replacen(from, to, 1)).unwrap_err().key, key);
        }
    }
}
