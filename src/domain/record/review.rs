//! Where a note stands, the mark of a state that reviews keep beside it, and the place of a comment.

use crate::domain::practice::ids::{InstrumentId, StatementId, UtteranceId};
use crate::domain::review::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// Where a note stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteState {
    /// Being written.
    #[default]
    Draft,
    /// The counsellor says it is done.
    Ready,
    /// The supervisor has it open.
    InReview,
    /// The supervisor returned it.
    NeedsRevision,
    /// Signed by the counsellor; never changes.
    Signed,
    /// Signed by the supervisor too.
    CoSigned,
    /// A later revision of a signed note, with its reason.
    Amended,
}

/// Written beside a revision that changed the state of a note, among the client's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteMark {
    /// Which revision of the note.
    pub revision: u32,
    /// Its state.
    pub state: NoteState,
    /// The screeners that the risk cues of the session open, each once, when the note was handed in. A cue that was denied in
    /// its sentence counts as well: no rule of ours lowers one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cues: Vec<InstrumentId>,
    /// A decision of a supervisor that came by file brought it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_file: Option<Verdict>,
}

/// What a comment is about, within the record that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommentAt {
    /// A statement of a note.
    Statement(StatementId),
    /// A section of a note, by its key in the format.
    Section(String),
    /// A line of a transcript.
    Utterance(UtteranceId),
}
