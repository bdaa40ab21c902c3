//! Why something is not done in a review.

use crate::domain::explain::{Exit, Explain};
use crate::domain::note::states;
use crate::domain::record::NoteState;
use crate::texts::{Message, msg};

/// Why a review does not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum ReviewError {
    /// Its counsellor has not handed it in.
    NotHandedIn(NoteState),
    /// A later revision came since this one was read.
    Moved {
        /// The revision that was read.
        read: u32,
        /// The one that holds now.
        now: u32,
    },
    /// A comment without words, or a return that asks for nothing.
    NoWords,
    /// What a comment is about is not there: no such statement, section or line.
    NoAnchor,
    /// The line of the transcript was destroyed or taken out.
    LineGone,
    /// No comment of that name.
    NoThread,
}

impl Explain for ReviewError {
    fn message(&self) -> Message {
        match self {
            ReviewError::NotHandedIn(state) => msg("review-not-handed-in").with("state", states::message(*state)),
            ReviewError::Moved { read, now } => msg("review-moved").with("read", read).with("now", now),
            ReviewError::NoWords => msg("review-no-words"),
            ReviewError::NoAnchor => msg("review-no-anchor"),
            ReviewError::LineGone => msg("review-line-gone"),
            ReviewError::NoThread => msg("review-no-thread"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            ReviewError::NotHandedIn(_) => msg("review-not-handed-in.hint"),
            ReviewError::Moved { .. } => msg("review-moved.hint"),
            ReviewError::NoWords => msg("review-no-words.hint"),
            ReviewError::NoAnchor => msg("review-no-anchor.hint"),
            ReviewError::LineGone => msg("review-line-gone.hint"),
            ReviewError::NoThread => msg("review-no-thread.hint"),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            ReviewError::NoAnchor | ReviewError::NoThread => Exit::Usage,
            _ => Exit::Refused,
        }
    }
}
