//! What the program believes of a worker: how confined it must be, and how its words are shown.

use crate::domain::practice::text::clean_line;
use crate::texts::Message;
use crate::worker::sandbox::{self, Level};

/// What this system can confine is the least that a worker must say; `GYEOT_SANDBOX=partial` or `none` lets less pass.
pub fn least_sandbox() -> Level {
    let least = std::env::var("GYEOT_SANDBOX").map_or(Level::Full, |set| Level::named(&set));
    sandbox::available().min(least)
}

/// Letters of a worker's word that are shown. It is a model's loader that speaks here, and a model can come from anywhere.
const WORD_LETTERS: usize = 240;

/// A worker's error, hint or build as it may be shown: one line, cleaned, short.
pub fn a_workers_word(word: &str) -> String {
    clean_line(word).chars().take(WORD_LETTERS).collect()
}

/// A sentence of a worker: its id and every text that is filled in, each as [`a_workers_word`].
pub fn a_workers_message(message: &Message) -> Message {
    message.cleaned(&a_workers_word)
}
