//! What the client says, stretch by stretch, with what the counsellor said just before: the shape in which talk is weighed. Who
//! says words for a machine says nothing.

use crate::domain::advice::direction::sentences;
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::question::asks;
use crate::domain::assessment::proposal::matching::{any, plain};
use crate::domain::assessment::proposal::wording::Words;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Transcript, Utterance};

/// Words of one stretch; a longer utterance is cut at the ends of its sentences. The lines that the weights were learned from have up
/// to 35.
const WORDS: usize = 40;

/// A stretch.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Utterance.
    pub utterance: UtteranceId,
    /// Its words, verbatim.
    pub words: ClientText,
    /// Start of the utterance, milliseconds from the start of the session.
    pub at_ms: u64,
    /// What the counsellor said just before, all of the turn; empty where the client goes on.
    pub before: ClientText,
    /// The last of it, as it is quoted.
    pub asked: Option<Evidence>,
}

/// All stretches of a transcript, in order.
pub fn stretches(transcript: &Transcript, words: &Words) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let (mut before, mut asked, mut answered) = (String::new(), None, true);
    for said in &transcript.utterances {
        let text = said.text.reveal();
        if text.trim().is_empty() || said.speaker == Speaker::Other || any(&plain(text), &words.set_aside) {
            continue;
        }
        let counsellor = said.speaker == Speaker::Counsellor || (said.speaker == Speaker::Unknown && asks(text));
        if counsellor {
            if answered {
                before.clear();
            }
            before = format!("{before} {text}").trim().to_owned();
            asked = Some(Evidence { utterance: said.id, quote: ClientText::new(text.trim()) });
            answered = false;
            continue;
        }
        for part in parts(text) {
            let first = !answered;
            let (before, asked) = if first { (before.clone(), asked.clone()) } else { (String::new(), None) };
            found.push(stretch(said, part, before, asked));
            answered = true;
        }
    }
    found
}

fn stretch(said: &Utterance, words: &str, before: String, asked: Option<Evidence>) -> Stretch {
    let before = ClientText::new(&before);
    Stretch { utterance: said.id, words: ClientText::new(words), at_ms: said.start_ms, before, asked }
}

/// An utterance in parts of whole sentences, each as long as may be.
fn parts(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut from = 0;
    let mut to = 0;
    let mut words = 0;
    for sentence in sentences(text) {
        // Sentences are slices of the text.
        let at = sentence.as_ptr() as usize - text.as_ptr() as usize;
        let count = sentence.split_whitespace().count();
        if words > 0 && words + count > WORDS {
            parts.push(&text[from..to]);
            words = 0;
        }
        if words == 0 {
            from = at;
        }
        words += count;
        to = at + sentence.len();
    }
    if words > 0 {
        parts.push(&text[from..to]);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_utterance_is_cut_at_the_ends_of_sentences_and_loses_nothing() {
        let sentence = "One two three four five six seven eight nine ten eleven twelve thirteen.";
        let long = [sentence; 7].join(" ");
        let all = parts(&long);
        assert_eq!(all.iter().map(|p| p.split_whitespace().count()).collect::<Vec<_>>(), [39, 39, 13]);
        assert_eq!(all.join(" "), long);
        assert_eq!(parts("  짧은 말이에요.  "), ["짧은 말이에요."]);
        assert!(parts(" ").is_empty());
    }
}
