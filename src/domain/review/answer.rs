//! The answer of a supervisor that comes back from another machine as a file: what was decided about exactly which revision,
//! with new comments. Signed by the supervisor, sealed to the counsellor.

use crate::domain::practice::ids::{MemberId, RecordId, SessionId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{CommentAt, hash_text};
use crate::domain::review::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// The schema of the answer.
pub const ANSWER: &str = "gyeot.review-answer/1";
/// 16 random bytes that name one sending.
pub type ParcelId = RecordId;

/// One revision of one note, by everything that tells it from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exact {
    /// Of which session.
    pub session: SessionId,
    /// The record.
    pub record: RecordId,
    /// Counts from 1.
    pub revision: u32,
    /// The hash of its signed plaintext, by which later revisions name it.
    #[serde(with = "hash_text")]
    pub signed: [u8; 32],
}

/// A new comment in an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewComment {
    /// What it is about; none for the whole note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<CommentAt>,
    /// The words.
    pub text: ClientText,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReviewAnswer {
    /// [`ANSWER`].
    pub schema: String,
    /// The vault that it goes to.
    pub vault: String,
    /// To which sending.
    pub parcel: ParcelId,
    /// When, by the supervisor's clock.
    pub at: Timestamp,
    /// The supervisor.
    pub by: MemberId,
    /// The counsellor.
    pub to: MemberId,
    /// The revision that was read.
    pub note: Exact,
    /// What was decided.
    pub verdict: Verdict,
    /// With a return: what is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<ClientText>,
    /// New comments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<NewComment>,
}
