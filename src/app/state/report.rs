//! The case report being written or read, and what of it would be replaced.

use crate::app::editor::NoteText;
use crate::app::views::{Draft, DraftLine, LineOrigin};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::{SessionId, StatementId};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteState;
use crate::domain::review::replace::Proposed;
use crate::domain::review::report::{CaseReport, Replacement, ReportLine, ReportSection, ReportSource};
use crate::domain::review::report_form::ReportForm;
use crate::domain::transcript::Utterance;

/// Which revision is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportHead {
    /// Counts from 1.
    pub revision: u32,
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: String,
}

/// The screen of a case report.
#[derive(Debug, Clone)]
pub struct ReportPage {
    /// Whose.
    pub client: ClientRow,
    /// The text: a section for each heading.
    pub text: NoteText,
    /// What was taken to be replaced.
    pub replaced: Vec<Replacement>,
    /// The revision that is on disk; none before the first.
    pub head: Option<ReportHead>,
    /// The member may write it; otherwise it is read.
    pub writes: bool,
    /// Lines came from the record, or a replacement was taken, and it is not on disk.
    pub changed: bool,
    /// Being sealed: the count of edits that it holds.
    pub saving: Option<u64>,
    /// Sealed and synced: the count of edits that it holds.
    pub saved: u64,
    /// Something is being put into it from the record: nothing is typed meanwhile, for it would not be in what comes.
    pub asking: bool,
    /// What is left as soon as it is sealed: the screen, or with true the program too.
    pub leaving: Option<bool>,
}

impl ReportPage {
    /// True when something would be lost by leaving.
    pub fn unsaved(&self) -> bool {
        let typed = self.text.edits() != self.saved && !(self.text.is_blank() && self.head.is_none());
        self.writes && (self.changed || typed)
    }

    /// What the screen holds as a report.
    pub fn report(&self, form: &ReportForm) -> CaseReport {
        to_report(&self.text.draft(), self.replaced.clone(), form)
    }
}

/// The lines of a session from which a stretch is chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidLines {
    /// Which session.
    pub session: SessionId,
    /// Its number within the client.
    pub number: u32,
    /// What was said, in order.
    pub lines: Vec<Utterance>,
}

/// Choosing a stretch of verbatim.
#[derive(Debug, Clone, Default)]
pub struct StretchPage {
    /// The marked session.
    pub session: usize,
    /// The lines of the session that was opened; none while one is chosen.
    pub said: Option<SaidLines>,
    /// Where the stretch begins, once that is said.
    pub from: Option<usize>,
    /// The marked line: where it ends.
    pub at: usize,
}

impl StretchPage {
    /// The places of the first and the last line of the stretch.
    pub fn places(&self) -> (usize, usize) {
        let from = self.from.unwrap_or(self.at);
        (from.min(self.at), from.max(self.at))
    }

    /// The session, and the numbers of the first and the last line.
    pub fn stretch(&self) -> Option<(SessionId, (u32, u32))> {
        let said = self.said.as_ref()?;
        let (first, last) = self.places();
        let number = |at: usize| said.lines.get(at).map(|line| line.id.0);
        Some((said.session, (number(first)?, number(last)?)))
    }
}

/// What would be replaced, as the table shows it.
#[derive(Debug, Clone, Default)]
pub struct ReplacementRows {
    /// The rows.
    pub rows: Vec<Proposed>,
    /// Which is marked.
    pub at: usize,
}

/// A report for the editor.
pub fn to_draft(report: &CaseReport, form: &ReportForm) -> Draft {
    let line = |l: &ReportLine| DraftLine {
        text: l.text.clone(),
        origin: match &l.source {
            ReportSource::Typed => LineOrigin::Typed,
            source => LineOrigin::Recorded { source: Box::new(source.clone()), ai: l.ai, edited: l.edited },
        },
        evidence: Vec::new(),
        id: StatementId::default(),
        check: None,
    };
    let section = |s: &ReportSection| (s.section.clone(), s.lines.iter().map(line).collect());
    Draft { format: form.id.clone(), sections: report.sections.iter().map(section).collect(), state: NoteState::Draft }
}

/// What the editor holds as a report; blank lines are left out.
pub fn to_report(draft: &Draft, replaced: Vec<Replacement>, form: &ReportForm) -> CaseReport {
    let line = |l: &DraftLine| {
        let (source, ai, edited) = match &l.origin {
            LineOrigin::Recorded { source, ai, edited } => ((**source).clone(), *ai, *edited),
            _ => (ReportSource::Typed, false, false),
        };
        ReportLine { text: l.text.clone(), source, edited, ai }
    };
    let section = |(key, lines): &(String, Vec<DraftLine>)| ReportSection {
        section: key.clone(),
        lines: lines.iter().filter(|l| !l.text.is_blank()).map(line).collect(),
    };
    CaseReport { form: form.version.clone(), sections: draft.sections.iter().map(section).collect(), replaced }
}
