//! How alike voices are, in the figures of each encoder. Each was chosen on other people than those it is reported on
//! (`tests/bench/voices.rs`).

use crate::speech::voice_print::Encoder;

/// Figures of likeness, cosines of one encoder.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// How much more one voice must be alike than the other for certainty of 73 %.
    pub margin: f32,
    /// The same for a short line, whose print is vague.
    pub margin_short: f32,
    /// Two voices that are each known from one line are one person from this likeness on.
    pub one_person_by_one_line: f32,
    /// The same when both are known from many lines.
    pub one_person_by_many: f32,
    /// A line less alike than this to every voice is nobody's that is known.
    pub stranger: f32,
    /// Below this certainty a line by its own print is nobody's.
    pub least_certain: f32,
    /// Two windows of one line less alike than this are two people.
    pub one_in_a_line: f32,
    /// What a change of speaker within a line costs, in likeness of a block of it.
    pub turn_cost: f32,
    /// A turn within a line is more like its voice than like any other by this much.
    pub lean: f32,
}

/// Chosen on public read speech and synthetic voices. Single lines: other person 0.69 at most, same person 0.70 at least and 0.9
/// on average; from many lines: one person split in two 0.96, two persons 0.59.
const GE2E: Scale = Scale {
    margin: 0.06,
    margin_short: 0.12,
    one_person_by_one_line: 0.72,
    one_person_by_many: 0.85,
    stranger: -1.0,
    least_certain: 0.0,
    one_in_a_line: -1.0,
    turn_cost: 0.5,
    lean: 0.05,
};

/// Chosen on four speakers of LibriSpeech and Zeroth-Korean (1688, 2412, 108, 109), pieces of 1.6 and 3 s: two persons 0.56 at most, one
/// person split at random 0.83 at least, split as badly as two-means can 0.58 from one line and 0.65 from several; a piece is like its own
/// voice by 0.53 at least and more than like any other by 0.21 at least (99 of 100).
const CAM_PLUS: Scale = Scale {
    margin: 0.10,
    margin_short: 0.15,
    one_person_by_one_line: 0.50,
    one_person_by_many: 0.63,
    stranger: 0.30,
    least_certain: 0.60,
    one_in_a_line: 0.50,
    turn_cost: 0.35,
    lean: 0.0,
};

impl Scale {
    /// The figures of an encoder; of GE2E where there is no print yet.
    pub const fn of(encoder: Option<Encoder>) -> &'static Scale {
        match encoder {
            Some(Encoder::CamPlus) => &CAM_PLUS,
            Some(Encoder::Ge2e) | None => &GE2E,
        }
    }
}
