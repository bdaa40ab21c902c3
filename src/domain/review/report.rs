//! A case report for supervision as it is kept: sections of lines, each with where it comes from, and what is replaced when it
//! leaves. Every revision is a record of its own that names the one before.

use crate::domain::note::format::NoteFormat;
use crate::domain::practice::ids::{InstrumentId, SessionId, StatementId, UtteranceId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::{ClientText, clean_line, fold};
use crate::domain::practice::time::{Timestamp, clock};
use crate::domain::review::report_form::ReportForm;
use crate::texts::msg;
use serde::{Deserialize, Serialize};

/// Longest line, bytes.
pub const MAX_LINE: usize = 16 * 1024;
/// Most lines of a section.
pub const MAX_LINES: usize = 400;

/// Where a line comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum ReportSource {
    /// A person typed it.
    #[default]
    Typed,
    /// The client's card, reduced.
    Card,
    /// A sheet.
    Sheet {
        /// The instrument.
        instrument: InstrumentId,
        /// When it was filled in.
        given_at: Timestamp,
    },
    /// A statement of a signed note.
    Note {
        /// Which session.
        session: SessionId,
        /// Its number within the client, from 1.
        number: u32,
        /// The revision of the note.
        revision: u32,
        /// The statement.
        statement: StatementId,
    },
    /// The treatment plan.
    Plan {
        /// When it was written.
        written: Timestamp,
    },
    /// What was said in a session.
    Said {
        /// Which session.
        session: SessionId,
        /// Its number within the client, from 1.
        number: u32,
        /// Where in it.
        utterance: UtteranceId,
        /// From the start of the session, milliseconds.
        at_ms: u64,
    },
}

impl ReportSource {
    /// What stands behind the line on screens and paper; nothing for what was typed.
    pub fn label(&self, edited: bool, lang: Lang) -> String {
        let said = match self {
            ReportSource::Typed => return String::new(),
            ReportSource::Card => msg("report-from-card"),
            ReportSource::Sheet { given_at, .. } => msg("report-from-sheet").with("on", given_at.date()),
            ReportSource::Note { number, revision, .. } => {
                msg("report-from-note").with("number", number).with("revision", revision)
            }
            ReportSource::Plan { written } => msg("report-from-plan").with("on", written.date()),
            ReportSource::Said { number, at_ms, .. } => {
                msg("report-from-said").with("number", number).with("at", clock(*at_ms))
            }
        };
        let said = said.text(lang);
        if edited { format!("{said}{}", lang.say("report-edited")) } else { said }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReportLine {
    /// The words.
    pub text: ClientText,
    /// Where they come from.
    #[serde(flatten)]
    pub source: ReportSource,
    /// The words were changed since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub edited: bool,
    /// A model worded them first, and a person accepted them (L3).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ai: bool,
}

/// One section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportSection {
    /// Its id in the form, such as `presenting`.
    pub section: String,
    /// In order.
    pub lines: Vec<ReportLine>,
}

/// What a word that is replaced tells of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tells {
    /// Who.
    Name,
    /// Where.
    Place,
    /// When.
    Date,
    /// How to reach somebody.
    Contact,
    /// The counsellor named it.
    Other,
}

impl Tells {
    /// Its name.
    pub fn label(self, lang: Lang) -> &'static str {
        lang.say(match self {
            Tells::Name => "report-tells-name",
            Tells::Place => "report-tells-place",
            Tells::Date => "report-tells-date",
            Tells::Contact => "report-tells-contact",
            Tells::Other => "report-tells-other",
        })
    }
}

/// A word that is replaced when the report leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// The words as they stand in the report.
    pub what: ClientText,
    /// What stands there instead.
    pub by: ClientText,
    /// What it tells.
    pub tells: Tells,
}

/// One revision of a case report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseReport {
    /// Version of the form.
    pub form: String,
    /// In the form's order.
    pub sections: Vec<ReportSection>,
    /// What a person took to be replaced; the report itself keeps its words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replacement>,
}

impl CaseReport {
    /// A report without a word.
    pub fn empty(form: &ReportForm) -> Self {
        let sections = form.parts.iter().map(|p| ReportSection { section: p.id.clone(), lines: Vec::new() }).collect();
        CaseReport { form: form.version.clone(), sections, replaced: Vec::new() }
    }

    /// The lines of a section.
    pub fn lines(&self, section: &str) -> &[ReportLine] {
        self.sections.iter().find(|s| s.section == section).map_or(&[], |s| &s.lines)
    }

    /// The lines of a section, to be changed; the section is made where an older form had none.
    pub fn lines_mut(&mut self, section: &str) -> &mut Vec<ReportLine> {
        let at = match self.sections.iter().position(|s| s.section == section) {
            Some(at) => at,
            None => {
                self.sections.push(ReportSection { section: section.to_owned(), lines: Vec::new() });
                self.sections.len() - 1
            }
        };
        &mut self.sections[at].lines
    }

    /// True when nothing is written.
    pub fn is_blank(&self) -> bool {
        self.sections.iter().flat_map(|s| &s.lines).all(|l| l.text.is_blank())
    }

    /// True where a report is longer than anybody reads.
    pub fn too_long(&self) -> bool {
        let long = |l: &ReportLine| l.text.reveal().len() > MAX_LINE;
        self.sections.iter().any(|s| s.lines.len() > MAX_LINES || s.lines.iter().any(long))
    }

    /// Sections in which nothing stands yet, in the form's order: they are asked for.
    pub fn asked_for<'a>(&self, form: &'a ReportForm) -> Vec<&'a str> {
        let blank = |id: &str| self.lines(id).iter().all(|l| l.text.is_blank());
        form.parts.iter().map(|p| p.id.as_str()).filter(|id| blank(id)).collect()
    }

    /// As text for an editor: `## Title` before each section, a line of its own for each line.
    pub fn as_text(&self, form: &ReportForm, lang: Lang) -> String {
        let mut out = String::new();
        for part in &form.parts {
            out.push_str(&format!("## {}\n", part.text(lang).title));
            for line in self.lines(&part.id) {
                out.push_str(line.text.reveal());
                out.push('\n');
            }
            out.push('\n');
        }
        out
    }

    /// Text that a person wrote in an editor, brought back to lines: a line whose words stayed keeps where it came from, every
    /// other is typed.
    pub fn from_text(text: &str, before: &CaseReport, form: &ReportForm) -> Self {
        let mut new = CaseReport { replaced: before.replaced.clone(), ..CaseReport::empty(form) };
        let mut kept: Vec<&ReportLine> = before.sections.iter().flat_map(|s| &s.lines).collect();
        let sections: NoteFormat = form.as_sections();
        let mut at = sections.sections.first().map(|s| s.id.clone()).unwrap_or_default();
        for raw in text.lines().map(clean_line) {
            if let Some(title) = raw.strip_prefix("## ").map(fold) {
                let named = sections
                    .sections
                    .iter()
                    .find(|s| [&s.id, &s.ko.title, &s.en.title].iter().any(|t| fold(t) == title));
                if let Some(section) = named {
                    at.clone_from(&section.id);
                    continue;
                }
            }
            if raw.is_empty() {
                continue;
            }
            let same = kept.iter().position(|line| fold(line.text.reveal()) == fold(&raw));
            let line = same.map(|n| kept.remove(n).clone());
            let typed = || ReportLine { text: ClientText::new(&raw), ..ReportLine::default() };
            new.lines_mut(&at).push(line.unwrap_or_else(typed));
        }
        new
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_report_goes_through_an_editor_and_keeps_where_its_unchanged_lines_came_from() {
        let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/case-report.toml"));
        let form = ReportForm::parse(text).unwrap();
        let mut report = CaseReport::empty(&form);
        let line = |words: &str, source| ReportLine { text: ClientText::new(words), source, ..ReportLine::default() };
        report.lines_mut("basics").push(line("김○○", ReportSource::Card));
        report.lines_mut("family").push(line("어머니와 삽니다", ReportSource::Typed));
        assert_eq!(CaseReport::from_text(&report.as_text(&form, Lang::Ko), &report, &form), report);
        let changed = report.as_text(&form, Lang::En).replace("김○○", "이○○");
        let changed = CaseReport::from_text(&changed, &report, &form);
        assert_eq!(changed.lines("basics")[0].source, ReportSource::Typed);
        assert_eq!(changed.lines("family"), report.lines("family"));
        assert_eq!(report.asked_for(&form).len(), form.parts.len() - 2);
        let bytes = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<CaseReport>(&bytes).unwrap(), report);
    }
}
