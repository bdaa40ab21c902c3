//! A review that goes to another machine as a file: it names the exact revision, who made it and for whom, is signed by its
//! counsellor and sealed to one supervisor. And why a file, this or the answer, is not taken in.

use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteState;
use crate::domain::review::answer::{Exact, ParcelId};
use crate::domain::review::file::ReviewFile;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// The schema of a file that goes out.
pub const PARCEL: &str = "gyeot.review-file/1";
/// An answer of a clock that is so far ahead is taken in and said, milliseconds: a day and an hour.
pub const CLOCK_AHEAD_MS: i64 = 25 * 3_600_000;

/// What a counsellor sends to a supervisor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parcel {
    /// [`PARCEL`].
    pub schema: String,
    /// The vault it comes from.
    pub vault: String,
    /// Which sending.
    pub id: ParcelId,
    /// When, by the sender's clock.
    pub at: Timestamp,
    /// The counsellor.
    pub from: MemberId,
    /// The supervisor.
    pub to: MemberId,
    /// The supervisor's key at that time: another person of the same name has another.
    pub recipient: String,
    /// The revision that is to be judged.
    pub note: Exact,
    /// The roster as the sender has it, for a machine that has no vault; believed only if it begins as the reader's own
    /// keys remember.
    pub roster: String,
    /// What is read.
    pub file: ReviewFile,
}

/// Why a file is not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum FileError {
    /// Not a whole file of this kind: cut, half copied, or a byte of it was changed.
    Damaged,
    /// Sealed to somebody else's key.
    NotForYou,
    /// What its maker signed is not what stands there.
    Edited,
    /// Of another centre.
    OtherCentre,
    /// Made by somebody who is no member here, or has not the role for it.
    Stranger,
    /// Made by a newer program.
    Newer,
    /// It answers nothing that was sent, or what was sent to another supervisor, or for another client.
    NotAsked,
    /// It was taken in before.
    Replayed,
    /// A later revision came since it was made.
    Stale {
        /// The revision that it is about.
        about: u32,
        /// The one that holds.
        now: u32,
    },
    /// The supervisor who made it does not supervise this client any more.
    NotAssigned,
    /// The note is in a state in which this cannot be decided.
    State(NoteState),
}

impl Explain for FileError {
    fn message(&self) -> Message {
        match self {
            FileError::Damaged => msg("review-file-damaged"),
            FileError::NotForYou => msg("review-file-not-for-you"),
            FileError::Edited => msg("review-file-edited"),
            FileError::OtherCentre => msg("review-file-other-centre"),
            FileError::Stranger => msg("review-file-stranger"),
            FileError::Newer => msg("review-file-newer"),
            FileError::NotAsked => msg("review-file-not-asked"),
            FileError::Replayed => msg("review-file-replayed"),
            FileError::Stale { about, now } => msg("review-file-stale").with("about", about).with("now", now),
            FileError::NotAssigned => msg("review-file-not-assigned"),
            FileError::State(state) => {
                msg("review-file-state").with("state", crate::domain::note::states::message(*state))
            }
        }
    }
    fn hint(&self) -> Message {
        match self {
            FileError::Damaged => msg("review-file-damaged.hint"),
            FileError::NotForYou => msg("review-file-not-for-you.hint"),
            FileError::Edited => msg("review-file-edited.hint"),
            FileError::OtherCentre => msg("review-file-other-centre.hint"),
            FileError::Stranger => msg("review-file-stranger.hint"),
            FileError::Newer => msg("review-file-newer.hint"),
            FileError::NotAsked => msg("review-file-not-asked.hint"),
            FileError::Replayed => msg("review-file-replayed.hint"),
            FileError::Stale { .. } => msg("review-file-stale.hint"),
            FileError::NotAssigned => msg("review-file-not-assigned.hint"),
            FileError::State(_) => msg("review-file-state.hint"),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            FileError::Damaged | FileError::Edited | FileError::Newer => Exit::Damaged,
            _ => Exit::Refused,
        }
    }
}
