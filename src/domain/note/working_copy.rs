//! A note as it is being written: its lines with where they came from, and the copy of it that is kept while somebody types, so
//! that a crash takes no more than the last two seconds. A copy is no record: nothing is said to be saved by it.

use crate::domain::advice::evidence::Evidence;
use crate::domain::note::statement::LineCheck;
use crate::domain::practice::ids::{RecordId, SessionId, StatementId, TechniqueId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteState;
use crate::domain::review::report::ReportSource;
use serde::{Deserialize, Serialize};

/// The schema name written into every copy.
pub const SCHEMA: &str = "gyeot.working-copy/1";

/// Where a line of a note came from, as the screens know it; the shell finds the record it points at.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineOrigin {
    /// A person typed it.
    #[default]
    Typed,
    /// A person took it from a suggestion.
    Accepted {
        /// The card of that suggestion.
        technique: TechniqueId,
        /// The words were changed.
        edited: bool,
    },
    /// A person took what the client had said in a session; no model had a part in it. Only in safety plans.
    Said {
        /// Which session.
        session: SessionId,
        /// Its number within the client, from 1.
        number: u32,
        /// From the start of the session, milliseconds.
        at_ms: u64,
        /// The words were changed.
        edited: bool,
    },
    /// It was filled in from the record. Only in case reports.
    Recorded {
        /// From where in it.
        source: Box<ReportSource>,
        /// A model worded it first.
        ai: bool,
        /// The words were changed.
        edited: bool,
    },
    /// It stands in a drafted note that was kept.
    Drafted {
        /// The record of the draft.
        record: RecordId,
        /// Its place in it, from 0.
        index: u32,
        /// The words were changed.
        edited: bool,
    },
}

/// One line of a note.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DraftLine {
    /// The words.
    pub text: ClientText,
    /// Where they come from.
    pub origin: LineOrigin,
    /// What they rest on.
    pub evidence: Vec<Evidence>,
    /// What comments call it; 0 before it was kept.
    pub id: StatementId,
    /// What a draft said of it, and whether a person decided about it.
    pub check: Option<LineCheck>,
}

/// A note as it is being written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Draft {
    /// The form's id.
    pub format: String,
    /// Section keys and their lines, in the form's order.
    pub sections: Vec<(String, Vec<DraftLine>)>,
    /// Where the revision stands that it was read from.
    pub state: NoteState,
}

/// What is typed into a note and not saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkingCopy {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Of which session.
    pub session: SessionId,
    /// When it was kept.
    pub at: Timestamp,
    /// The signed note is being amended.
    pub amending: bool,
    /// The text.
    pub draft: Draft,
}
