//! What the program believes of a worker: how confined it must be, and how its words are shown.

use crate::domain::practice::text::clean_line;
use crate::texts::lang::Lang;
use crate::texts::message::Arg;
use crate::texts::{Message, find, msg};
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

/// How the sentences begin that a worker may say: those that are written for workers. With any other it could speak as the
/// vault or as the program.
const OF_WORKERS: [&str; 3] = ["asr-", "llm-", "worker-"];

fn is_a_workers(message: &Message) -> bool {
    let id = message.id();
    let nested = |(_, arg): &(_, Arg)| match arg {
        Arg::Text(_) | Arg::Number(_) => true,
        Arg::Message(inner) => is_a_workers(inner),
        Arg::List(all) => all.iter().all(is_a_workers),
    };
    OF_WORKERS.iter().any(|begins| id.starts_with(begins))
        && find(id, Lang::En).is_some()
        && message.args().iter().all(nested)
}

/// What a worker says has happened, as its words: one of the sentences for workers, and every text that is filled in as
/// [`a_workers_word`].
pub fn a_workers_message(message: &Message) -> Message {
    if is_a_workers(message) {
        msg("trust-worker-says").with("what", message.cleaned(&a_workers_word))
    } else {
        msg("trust-worker-says-unknown")
    }
}

/// What a worker says is to be done: one of the sentences for workers into which nothing is filled.
pub fn a_workers_hint(message: &Message) -> Message {
    if is_a_workers(message) && message.args().is_empty() {
        message.cleaned(&a_workers_word)
    } else {
        msg("trust-worker-says-unknown-remedy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_says_only_what_is_written_for_workers_and_as_its_own_words() {
        let engine = msg("asr-speech-engine-failed").shown("why", "x\u{1b}[2J\u{202e}y");
        let shown = a_workers_message(&engine).text(Lang::En);
        assert_eq!(shown, "the worker says: the speech engine failed (x[2Jy)");
        let inside = msg("asr-speech-engine-failed").with("why", msg("vault-first-sight").with("words", "babab"));
        for said in [
            msg("vault-first-sight").with("words", "babab"),
            msg("verbatim").with("text", "pay"),
            msg("asr-none"),
            inside,
        ] {
            assert_eq!(a_workers_message(&said), msg("trust-worker-says-unknown"), "{said:?}");
            assert_eq!(a_workers_hint(&said), msg("trust-worker-says-unknown-remedy"));
        }
        let hint = msg("asr-no-speech-model-loaded.hint");
        assert_eq!(a_workers_hint(&hint).id(), hint.id());
        assert_eq!(a_workers_hint(&hint.with("text", "call this number")), msg("trust-worker-says-unknown-remedy"));
    }
}
