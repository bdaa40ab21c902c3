//! Which numbers the mirror has, and the bounds of `prompts/mirror/measures.toml`: when a number is fair or good by whose manual,
//! and when nothing is said.

use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::lang::Lang;
use serde::{Deserialize, Serialize};

/// A number of the mirror, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The counsellor's share of what both spoke, 0 to 1.
    TalkShare,
    /// The counsellor's longest turn, milliseconds.
    LongestCounsellorTurn,
    /// The client's longest turn, milliseconds.
    LongestClientTurn,
    /// Silence of the whole session, milliseconds.
    Silence,
    /// The longest silence, milliseconds.
    LongestSilence,
    /// From the end of the client's turn to the counsellor's answer, the median, milliseconds.
    AnsweringPause,
    /// The counsellor's pace, words or syllables a minute.
    CounsellorPace,
    /// The client's pace, words or syllables a minute.
    ClientPace,
    /// Turns that ask.
    Questions,
    /// The share of open ones, 0 to 1.
    OpenShare,
    /// Turns that reflect.
    Reflections,
    /// The share of complex ones, 0 to 1.
    ComplexShare,
    /// Reflections for one question.
    ReflectionsToQuestions,
}

impl Measure {
    /// All of them.
    pub const ALL: [Measure; 13] = [
        Measure::TalkShare,
        Measure::LongestCounsellorTurn,
        Measure::LongestClientTurn,
        Measure::Silence,
        Measure::LongestSilence,
        Measure::AnsweringPause,
        Measure::CounsellorPace,
        Measure::ClientPace,
        Measure::Questions,
        Measure::OpenShare,
        Measure::Reflections,
        Measure::ComplexShare,
        Measure::ReflectionsToQuestions,
    ];

    /// Its word on the command line and in files.
    pub const fn word(self) -> &'static str {
        match self {
            Measure::TalkShare => "talk-share",
            Measure::LongestCounsellorTurn => "longest-counsellor-turn",
            Measure::LongestClientTurn => "longest-client-turn",
            Measure::Silence => "silence",
            Measure::LongestSilence => "longest-silence",
            Measure::AnsweringPause => "answering-pause",
            Measure::CounsellorPace => "counsellor-pace",
            Measure::ClientPace => "client-pace",
            Measure::Questions => "questions",
            Measure::OpenShare => "open-share",
            Measure::Reflections => "reflections",
            Measure::ComplexShare => "complex-share",
            Measure::ReflectionsToQuestions => "reflections-to-questions",
        }
    }

    /// What it is called.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Measure::TalkShare => lang.say("mirror-talk-share"),
            Measure::LongestCounsellorTurn => lang.say("mirror-longest-counsellor-turn"),
            Measure::LongestClientTurn => lang.say("mirror-longest-client-turn"),
            Measure::Silence => lang.say("mirror-silence"),
            Measure::LongestSilence => lang.say("mirror-longest-silence"),
            Measure::AnsweringPause => lang.say("mirror-answering-pause"),
            Measure::CounsellorPace => lang.say("mirror-counsellor-pace"),
            Measure::ClientPace => lang.say("mirror-client-pace"),
            Measure::Questions => lang.say("mirror-questions"),
            Measure::OpenShare => lang.say("mirror-open-share"),
            Measure::Reflections => lang.say("mirror-reflections"),
            Measure::ComplexShare => lang.say("mirror-complex-share"),
            Measure::ReflectionsToQuestions => lang.say("mirror-reflections-to-questions"),
        }
    }

    /// True when it needs to be known who speaks.
    pub const fn needs_speakers(self) -> bool {
        !matches!(self, Measure::Silence | Measure::LongestSilence)
    }

    /// True when it is read from words, by the rules of a language.
    pub const fn by_rule(self) -> bool {
        matches!(
            self,
            Measure::Questions
                | Measure::OpenShare
                | Measure::Reflections
                | Measure::ComplexShare
                | Measure::ReflectionsToQuestions
        )
    }
}

/// When a number says something, and how it is placed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Counts up with every change.
    pub version: String,
    /// More of the spoken time than this by nobody known: who-dependent numbers are not scorable. 0 to 1.
    pub most_unknown: f64,
    /// A pause is silence from here on, milliseconds.
    pub silence_ms: u64,
    /// An answering pause is at most so long, milliseconds.
    pub longest_answer_ms: u64,
    /// Pace is measured on utterances at least so long, milliseconds.
    pub pace_from_ms: u64,
    /// A share or ratio needs at least so many.
    pub fewest: usize,
    /// Both together must have spoken so long, milliseconds.
    pub fewest_ms: u64,
    /// Bounds with their sources.
    pub bounds: Vec<Bound>,
}

/// From where on a number is fair, and good.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Which number.
    pub measure: Measure,
    /// Fair from here on.
    pub fair: f64,
    /// Good from here on.
    pub good: f64,
    /// Who says so.
    pub source: String,
}

/// Where a number lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Below fair.
    Below,
    /// At least fair.
    Fair,
    /// At least good.
    Good,
}

impl Limits {
    /// Reads the file; a share outside of 0 to 1 or bounds in the wrong order are a flaw.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        let limits: Limits = read_toml(text, 0)?;
        if !(0.0..=1.0).contains(&limits.most_unknown) {
            return Err(Flaw::new(1, "most_unknown", "a share lies between 0 and 1"));
        }
        if let Some(b) = limits.bounds.iter().find(|b| b.fair >= b.good || b.source.trim().is_empty()) {
            return Err(Flaw::new(1, b.measure.word(), "fair must lie below good, and a bound needs its source"));
        }
        Ok(limits)
    }

    /// The bound of a number.
    pub fn bound(&self, measure: Measure) -> Option<&Bound> {
        self.bounds.iter().find(|b| b.measure == measure)
    }
}

impl Bound {
    /// Where a number lies.
    pub fn band(&self, value: f64) -> Band {
        if value >= self.good {
            Band::Good
        } else if value >= self.fair {
            Band::Fair
        } else {
            Band::Below
        }
    }
}
