//! Corrections of a transcript by hand. Each makes the next revision of it; the one before is never changed. What rests on
//! words that are not there any more is stale: it is marked, and a person decides.

use crate::domain::advice::evidence::{self, Evidence, Unfounded};
use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Transcript, Utterance};
use crate::texts::{Message, msg};

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// Other words for a line.
    Edit(UtteranceId, ClientText),
    /// A line becomes two, with these words; its time is shared by their length.
    Split(UtteranceId, ClientText, ClientText),
    /// A line and the next one become one; the speaker is the first one's.
    Merge(UtteranceId),
    /// A name or a word becomes another wherever it stands.
    Replace(ClientText, ClientText),
}

impl Correction {
    /// One word of the program, for the record.
    pub const fn word(&self) -> &'static str {
        match self {
            Correction::Edit(..) => "edit",
            Correction::Split(..) => "split",
            Correction::Merge(..) => "merge",
            Correction::Replace(..) => "replace",
        }
    }
}

/// Why a correction was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum CorrectionError {
    /// No line of this number, or none after it to merge with.
    NoLine(u32),
    /// No words were given.
    NoWords,
    /// Nothing would change.
    Nothing,
}

impl Explain for CorrectionError {
    fn message(&self) -> Message {
        match self {
            CorrectionError::NoLine(n) => msg("correction-no-line").with("line", n),
            CorrectionError::NoWords => msg("correction-no-words"),
            CorrectionError::Nothing => msg("correction-nothing"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            CorrectionError::NoLine(_) => msg("correction-no-line.hint"),
            CorrectionError::NoWords => msg("correction-no-words.hint"),
            CorrectionError::Nothing => msg("correction-nothing.hint"),
        }
    }
    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// Makes the correction; gives the lines that changed. After an error nothing has changed.
pub fn correct(t: &mut Transcript, correction: &Correction) -> Result<Vec<UtteranceId>, CorrectionError> {
    match correction {
        Correction::Edit(id, words) => {
            let words = given(words)?;
            let line = line(t, *id)?;
            if line.text == words {
                return Err(CorrectionError::Nothing);
            }
            // The engine was sure of other words.
            (line.text, line.confidence) = (words, None);
            Ok(vec![*id])
        }
        Correction::Split(id, first, second) => {
            let (first, second) = (given(first)?, given(second)?);
            let next = UtteranceId(t.utterances.iter().map(|u| u.id.0).max().unwrap_or(0) + 1);
            let line = line(t, *id)?;
            let letters = |text: &ClientText| text.reveal().chars().count() as u64;
            let long = line.end_ms.saturating_sub(line.start_ms);
            let border = line.start_ms + long * letters(&first) / (letters(&first) + letters(&second)).max(1);
            let rest = Utterance { id: next, start_ms: border, text: second, confidence: None, ..line.clone() };
            (line.text, line.end_ms, line.confidence) = (first, border, None);
            t.restore(rest);
            Ok(vec![*id, next])
        }
        Correction::Merge(id) => {
            let at = t.utterances.iter().position(|u| u.id == *id).ok_or(CorrectionError::NoLine(id.0))?;
            if at + 1 >= t.utterances.len() {
                return Err(CorrectionError::NoLine(id.0 + 1));
            }
            let next = t.utterances.remove(at + 1);
            let line = &mut t.utterances[at];
            line.text = ClientText::new(&format!("{} {}", line.text.reveal(), next.text.reveal()));
            line.end_ms = line.end_ms.max(next.end_ms);
            line.confidence = line.confidence.zip(next.confidence).map(|(a, b)| a.min(b));
            Ok(vec![*id, next.id])
        }
        Correction::Replace(from, to) => {
            let from = given(from)?;
            let mut changed = Vec::new();
            for line in &mut t.utterances {
                let text = replaced(line.text.reveal(), from.reveal(), to.reveal().trim());
                if text != line.text.reveal() {
                    (line.text, line.confidence) = (ClientText::new(&text), None);
                    changed.push(line.id);
                }
            }
            if changed.is_empty() { Err(CorrectionError::Nothing) } else { Ok(changed) }
        }
    }
}

fn given(words: &ClientText) -> Result<ClientText, CorrectionError> {
    let words = ClientText::new(words.reveal().trim());
    if words.is_blank() { Err(CorrectionError::NoWords) } else { Ok(words) }
}

fn line(t: &mut Transcript, id: UtteranceId) -> Result<&mut Utterance, CorrectionError> {
    t.utterances.iter_mut().find(|u| u.id == id).ok_or(CorrectionError::NoLine(id.0))
}

/// In Latin letters only whole words: `Ann` is not in `Anniversary`. A Korean name has its particle behind it.
fn replaced(text: &str, from: &str, to: &str) -> String {
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        let whole = |inner: Option<char>, outer: Option<char>| !(latin(inner) && latin(outer));
        let last = before.chars().next_back().or_else(|| out.chars().next_back());
        out.push_str(before);
        let fits = whole(from.chars().next(), last) && whole(from.chars().next_back(), after.chars().next());
        out.push_str(if fits { to } else { from });
        rest = after;
    }
    out + rest
}

/// True when a quote that something rests on is not in the transcript any more.
pub fn stale(transcript: &Transcript, rests_on: &[Evidence]) -> bool {
    let gone = |e| matches!(evidence::check(transcript, e), Err(Unfounded::NoUtterance | Unfounded::NotFound));
    rests_on.iter().any(gone)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::time::Span;
    use crate::domain::transcript::Speaker;
    use proptest::prelude::*;

    fn text(words: &str) -> ClientText {
        ClientText::new(words)
    }

    fn transcript(lines: &[&str]) -> Transcript {
        let mut t = Transcript::empty(Lang::Ko);
        for (n, words) in (0u64..).zip(lines) {
            let span = Span { start_ms: n * 2000, end_ms: n * 2000 + 1500 };
            t.add(span, Speaker::Client, text(words), Some(0.8));
        }
        t
    }

    fn words(t: &Transcript) -> Vec<&str> {
        t.utterances.iter().map(|u| u.text.reveal()).collect()
    }

    #[test]
    fn a_line_is_edited_split_and_merged_and_ids_are_never_used_twice() {
        let mut t = transcript(&["잠은 어떠세요", "거의 못 자요 그냥 누워 있어요", "네"]);
        correct(&mut t, &Correction::Edit(UtteranceId(3), text(" 네, 그래요 "))).unwrap();
        let split = Correction::Split(UtteranceId(2), text("거의 못 자요"), text("그냥 누워 있어요"));
        assert_eq!(correct(&mut t, &split).unwrap(), [UtteranceId(2), UtteranceId(4)]);
        assert_eq!(words(&t), ["잠은 어떠세요", "거의 못 자요", "그냥 누워 있어요", "네, 그래요"]);
        let spans: Vec<_> = t.utterances.iter().map(|u| (u.start_ms, u.end_ms)).collect();
        assert_eq!((spans[1].0, spans[1].1, spans[2].1), (2000, spans[2].0, 3500));
        correct(&mut t, &Correction::Merge(UtteranceId(2))).unwrap();
        assert_eq!(words(&t)[1], "거의 못 자요 그냥 누워 있어요");
        assert_eq!((t.utterances[1].start_ms, t.utterances[1].end_ms), (2000, 3500));
        assert_eq!(correct(&mut t, &Correction::Merge(UtteranceId(3))), Err(CorrectionError::NoLine(4)), "the last");
        assert_eq!(correct(&mut t, &Correction::Edit(UtteranceId(9), text("x"))), Err(CorrectionError::NoLine(9)));
        assert_eq!(correct(&mut t, &Correction::Edit(UtteranceId(1), text(" "))), Err(CorrectionError::NoWords));
    }

    #[test]
    fn a_name_is_replaced_everywhere_with_its_particle_and_in_latin_letters_only_as_a_word() {
        let mut t = transcript(&["김하늘이 왔어요", "하늘은 Ann과 Anniversary에", "그래요"]);
        let changed = correct(&mut t, &Correction::Replace(text("하늘"), text("바다"))).unwrap();
        assert_eq!(changed, [UtteranceId(1), UtteranceId(2)]);
        correct(&mut t, &Correction::Replace(text("Ann"), text("Eve"))).unwrap();
        assert_eq!(words(&t), ["김바다이 왔어요", "바다은 Eve과 Anniversary에", "그래요"]);
        let nothing = correct(&mut t, &Correction::Replace(text("없는 말"), text("x")));
        assert_eq!(nothing, Err(CorrectionError::Nothing));
    }

    #[test]
    fn what_rests_on_words_that_are_gone_is_stale_and_nothing_else_is() {
        let mut t = transcript(&["새벽에 깨면 그냥 누워 있어요", "네"]);
        let on = |n, quote: &str| [Evidence { utterance: UtteranceId(n), quote: text(quote) }];
        assert!(!stale(&t, &on(1, "그냥 누워")));
        correct(&mut t, &Correction::Edit(UtteranceId(1), text("새벽에 깨면 책을 봐요"))).unwrap();
        assert!(stale(&t, &on(1, "그냥 누워")) && !stale(&t, &on(1, "새벽에 깨면")) && !stale(&t, &[]));
        correct(&mut t, &Correction::Merge(UtteranceId(1))).unwrap();
        assert!(stale(&t, &on(2, "네")), "the line is a part of another");
    }

    proptest! {
        #[test]
        fn no_words_are_lost_or_made_up_by_a_split_and_a_merge(a in "[가-힣a-z]{1,9}", b in "[가-힣a-z]{1,9}") {
            let mut t = transcript(&[&format!("{a} {b}"), "끝"]);
            let before = t.utterances.clone();
            correct(&mut t, &Correction::Split(UtteranceId(1), text(&a), text(&b))).unwrap();
            correct(&mut t, &Correction::Merge(UtteranceId(1))).unwrap();
            prop_assert_eq!(t.utterances[0].text.clone(), before[0].text.clone());
            prop_assert_eq!(t.utterances[0].span(), before[0].span());
        }
    }
}
