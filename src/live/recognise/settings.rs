//! How to listen.

use crate::domain::practice::lang::Lang;
use crate::domain::transcript::likely_words::LikelyWords;
use crate::speech::segment::Limits;

/// How to listen.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Pinned for the whole session.
    pub language: Lang,
    /// Words that come up: what sounds the same is written as they are.
    pub likely_words: LikelyWords,
    /// Tell an utterance as soon as it ended, from a decode without its neighbours, and revise it when its window of up
    /// to 30 s was decoded. Otherwise it is told once, when its window is full.
    pub quick: bool,
    /// Tell the words of an utterance while it is being spoken.
    pub partials: bool,
    /// Where utterances begin and end.
    pub limits: Limits,
    /// An engine that fails ends the run. Otherwise the lost stretch is a [`Gap`](crate::domain::transcript::Gap) and listening goes on.
    pub strict: bool,
}

impl Settings {
    /// For a file: every utterance once, out of its window; a failing engine ends it.
    pub fn file(language: Lang) -> Self {
        Settings {
            language,
            likely_words: LikelyWords::default(),
            quick: false,
            partials: false,
            limits: Limits::default(),
            strict: true,
        }
    }

    /// For a session: partials and quick words, and it goes on whatever the engine does.
    pub fn live(language: Lang) -> Self {
        Settings { quick: true, partials: true, strict: false, ..Settings::file(language) }
    }
}
