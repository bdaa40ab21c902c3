//! What the hearing side passes on to the writing side.

use crate::domain::transcript::Gap;
use crate::protocol::Decoded;
use crate::speech::segment::Segment;
use std::time::Instant;

/// What the hearing side passes on.
pub(super) enum Passed {
    Segment(Segment, Instant),
    /// Somebody began to speak: from now on there is something to look at.
    Begins,
    /// What the utterance that is being spoken will be if its pause lasts: its first sample, and its sound.
    Ending(u64, Vec<i16>),
    Gap(Gap),
    Reached(u64),
}

/// The utterance that is being spoken, as the writing side may look at it.
#[derive(Default)]
pub(super) struct Spoken {
    pub(super) start: u64,
    pub(super) pcm: Vec<i16>,
    pub(super) quiet_ms: u64,
}

/// What was decoded before its pause was over. If the pause lasts, it is the utterance.
pub(super) struct Early {
    /// First sample, from the start of the session.
    pub(super) start: u64,
    pub(super) samples: usize,
    pub(super) decoded: Decoded,
}
