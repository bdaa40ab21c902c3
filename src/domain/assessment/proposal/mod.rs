//! Item scores proposed from what was said: read by rule from the client's words, each with its quotes, accepted by a person one
//! by one. Knows no total: that is [`crate::domain::assessment::score`] alone.

pub mod answers;
pub mod clause;
pub mod contradiction;
pub mod decide;
pub mod frequency;
pub mod matching;
pub mod outcome;
pub mod piece;
pub mod reading;
pub mod reply;
mod standing;
pub mod stretch;
pub mod weighed;
pub mod weighing;
pub mod wording;
