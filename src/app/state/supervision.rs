//! Around reviews on the screens: what is typed of a deputy and of an hour, and the process note of a session with what was
//! released of it.

use crate::app::editor::NoteText;
use crate::app::state::review::plain;
use crate::app::views::{Draft, DraftLine, LineOrigin};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::{ClientCode, RecordId, SessionId, StatementId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteState;
use std::collections::BTreeSet;

/// A deputy as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeputyAsked {
    /// The deputy.
    pub name: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Of this client only; empty for all.
    pub client: String,
    /// In whose place, where a counsellor names one; empty where that is plain.
    pub instead_of: String,
}

/// A meeting as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursAsked {
    /// The day.
    pub date: String,
    /// How long.
    pub minutes: String,
    /// In a group.
    pub group: bool,
    /// With whom; empty for somebody outside.
    pub with: String,
}

/// What is done around reviews.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SupervisionAct {
    /// List who supervises a client.
    ListReaders(ClientCode),
    /// Give a client's keys to a supervisor.
    Assign {
        /// Of which client.
        client: ClientCode,
        /// Who.
        name: String,
    },
    /// Take them away.
    Unassign {
        /// Of which client.
        client: ClientCode,
        /// Who.
        name: String,
    },
    /// Name a deputy.
    NameDeputy(DeputyAsked),
    /// End one now.
    EndDeputy {
        /// Of which client.
        client: ClientCode,
        /// Who.
        name: String,
    },
    /// Write a meeting down.
    LogHours(HoursAsked),
    /// Destroy one, by the first digits of its record.
    ForgetHours(String),
    /// Read the process note of a session.
    ReadProcess(SessionId),
    /// Seal a process note.
    KeepProcess(SessionId, ClientText),
    /// Release lines of it, by their numbers from 1.
    Release(SessionId, Vec<usize>),
    /// Destroy what was released.
    TakeBack(SessionId, RecordId),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupervisionDone {
    /// A supervisor reads a client from now on.
    Assigned,
    /// A supervisor reads a client no more.
    Unassigned,
    /// A deputy was named, of so many clients.
    DeputyNamed(usize),
    /// A deputy was ended.
    DeputyEnded,
    /// A meeting was written down.
    HoursKept,
    /// One was destroyed.
    HoursForgotten,
    /// The process note is sealed.
    ProcessKept,
    /// Lines were released.
    Released,
    /// What was released is destroyed.
    TakenBack,
}

/// Lines that were released together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasedView {
    /// The record.
    pub record: RecordId,
    /// When.
    pub at: Timestamp,
    /// The lines.
    pub lines: Vec<ClientText>,
}

/// The process note of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessFile {
    /// Whose.
    pub client: ClientRow,
    /// Which session.
    pub session: SessionId,
    /// Its number within the client.
    pub number: u32,
    /// The note as it holds; empty before the first.
    pub lines: Vec<ClientText>,
    /// What was released and not taken back.
    pub released: Vec<ReleasedView>,
}

/// The pane of the process note that keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProcessPane {
    /// The lines.
    #[default]
    Lines,
    /// What was released.
    Released,
}

/// The screen of a process note.
#[derive(Debug, Clone)]
pub struct ProcessPage {
    /// What is shown.
    pub file: ProcessFile,
    /// Where keys go.
    pub pane: ProcessPane,
    /// The marked line.
    pub at: usize,
    /// Lines that were chosen, by place from 0.
    pub chosen: BTreeSet<usize>,
    /// The marked extract.
    pub extract: usize,
}

impl ProcessPage {
    /// A process note as it is opened.
    pub const fn new(file: ProcessFile) -> Self {
        ProcessPage { file, pane: ProcessPane::Lines, at: 0, chosen: BTreeSet::new(), extract: 0 }
    }

    /// The same after something was done: the marks stay on what they were on, and nothing is chosen any more.
    pub fn renewed(self, file: ProcessFile) -> Self {
        let line = self.file.lines.get(self.at);
        let stands = line.and_then(|line| file.lines.iter().position(|l| l == line));
        let at = stands.unwrap_or_else(|| self.at.min(file.lines.len().saturating_sub(1)));
        let record = self.file.released.get(self.extract).map(|r| r.record);
        let stands = record.and_then(|record| file.released.iter().position(|r| r.record == record));
        let extract = stands.unwrap_or_else(|| self.extract.min(file.released.len().saturating_sub(1)));
        let pane = if file.released.is_empty() { ProcessPane::Lines } else { self.pane };
        ProcessPage { file, pane, at, chosen: BTreeSet::new(), extract }
    }

    /// The numbers from 1 of what would be released: the chosen lines, else the marked one.
    pub fn numbers(&self) -> Vec<usize> {
        match (self.chosen.is_empty(), self.at < self.file.lines.len()) {
            (false, _) => self.chosen.iter().map(|n| n + 1).collect(),
            (true, true) => vec![self.at + 1],
            (true, false) => Vec::new(),
        }
    }

    /// True when the line was released already.
    pub fn is_released(&self, line: &ClientText) -> bool {
        self.file.released.iter().any(|r| r.lines.contains(line))
    }
}

/// The screen on which a process note is written.
#[derive(Debug, Clone)]
pub struct ProcessText {
    /// Of which session.
    pub session: SessionId,
    /// The text.
    pub text: NoteText,
    /// As it was opened.
    pub before: ClientText,
}

impl ProcessText {
    /// Begins with the note that holds.
    pub fn new(file: &ProcessFile) -> Self {
        let line = |text: &ClientText| DraftLine {
            text: text.clone(),
            origin: LineOrigin::Typed,
            evidence: Vec::new(),
            id: StatementId::default(),
            check: None,
        };
        let form = plain();
        let key = form.sections.first().map(|s| s.id.clone()).unwrap_or_default();
        let sections = vec![(key, file.lines.iter().map(line).collect())];
        let text = NoteText::open(&form, &Draft { format: form.id.clone(), sections, state: NoteState::Draft });
        let before = text.words();
        ProcessText { session: file.session, text, before }
    }

    /// True when something would be lost by leaving.
    pub fn unsaved(&self) -> bool {
        self.text.words() != self.before
    }
}

/// The form on which a deputy is named.
#[derive(Debug, Clone)]
pub struct DeputyForm {
    /// Who, first day, last day, client, in whose place. A supervisor has no last one.
    pub fields: Vec<crate::app::field::Field>,
    /// Which has the caret.
    pub focus: usize,
}

/// The form on which a meeting is written down.
#[derive(Debug, Clone)]
pub struct HoursForm {
    /// Day, minutes, with whom.
    pub fields: [crate::app::field::Field; 3],
    /// In a group.
    pub group: bool,
    /// Which has the caret; 2 is the setting, 3 with whom.
    pub focus: usize,
    /// It is being kept.
    pub keeping: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::{ClientId, MemberId};

    fn file(lines: &[&str], released: &[u8]) -> ProcessFile {
        let client = ClientRow {
            id: ClientId([1; 16]),
            code: ClientCode::from("C-0001"),
            name: ClientText::new("x"),
            counsellor: MemberId([1; 16]),
            own: true,
            since: Timestamp(0),
            goes_on_as: None,
            earlier_records: Vec::new(),
        };
        let view =
            |n: &u8| ReleasedView { record: RecordId([*n; 16]), at: Timestamp(0), lines: vec![ClientText::new("a")] };
        ProcessFile {
            client,
            session: SessionId([1; 16]),
            number: 1,
            lines: lines.iter().map(|l| ClientText::new(l)).collect(),
            released: released.iter().map(view).collect(),
        }
    }

    #[test]
    fn after_something_was_done_the_marks_stay_on_their_line_and_extract_and_nothing_is_chosen() {
        let mut page = ProcessPage::new(file(&["a", "b", "c"], &[1, 2, 3]));
        (page.at, page.extract, page.pane) = (1, 2, ProcessPane::Released);
        page.chosen = [0, 2].into();
        assert_eq!(page.numbers(), [1, 3]);
        let page = page.renewed(file(&["new", "a", "b"], &[3]));
        assert_eq!((page.at, page.extract, page.pane), (2, 0, ProcessPane::Released));
        assert_eq!(page.numbers(), [3], "the marked line where none is chosen");
        let page = page.renewed(file(&[], &[]));
        assert_eq!((page.at, page.extract, page.pane), (0, 0, ProcessPane::Lines));
        assert!(page.numbers().is_empty());
    }
}
