//! The pieces of a transcript that can become statements of a note: a client's line of enough words, a short answer with
//! its question, a sentence of the counsellor.

use crate::domain::advice::direction::{Line, lines_of, sentences};
use crate::domain::advice::question::asks;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::{ClientText, fold};
use crate::domain::transcript::{Speaker, Transcript, Utterance};
use serde::Deserialize;

/// Openings of a sentence in both languages, lower case.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Openings {
    /// Korean.
    pub ko: Vec<String>,
    /// English.
    pub en: Vec<String>,
}

impl Openings {
    /// The text in lower case from where it says something on: these are looked past.
    pub fn past(&self, text: &str) -> String {
        let fillers = if hangul(text) { &self.ko } else { &self.en };
        let low = fold(text).to_lowercase().replace('’', "'");
        let mut rest = low.as_str();
        while let Some(after) = fillers.iter().find_map(|f| after_word(rest, f)) {
            rest = after.trim_start_matches(|c: char| c == ',' || c == '.' || c == '-' || c.is_whitespace());
        }
        rest.to_owned()
    }

    /// Whether a text ends with one of them, its full stop aside.
    fn end(&self, text: &str) -> bool {
        let words = if hangul(text) { &self.ko } else { &self.en };
        let low = fold(text).to_lowercase();
        words.iter().any(|w| low.trim_end_matches(['.', '!', ' ']).ends_with(w.as_str()))
    }

    /// Whether a text opens with one of them, after whatever says nothing ("well, um").
    fn open(&self, text: &str, fillers: &Openings) -> bool {
        let words = if hangul(text) { &self.ko } else { &self.en };
        let low = fillers.past(text);
        words.iter().any(|w| low.starts_with(w.as_str()))
    }
}

/// What comes after a word at the beginning of a text; none where a longer word stands there.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word).filter(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// How speech is cut into pieces (`[pieces]` of `prompts/note-content.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pieces {
    /// A line of fewer letters is an answer to the question before it (English).
    pub short_answer_letters: usize,
    /// As before, for Korean, which says more with a letter.
    pub short_answer_letters_hangul: usize,
    /// A piece with a sentence before it has at most so many letters (English).
    pub longest: usize,
    /// As before, for Korean.
    pub longest_hangul: usize,
    /// Say nothing at the opening of a sentence; looked past.
    pub fillers: Openings,
    /// Open a sentence that means what it means only after the one before it.
    pub leans: Openings,
    /// End a sentence that gives the reason of the one before it.
    pub reasons: Openings,
    /// Open the rest of a sentence that somebody else broke in on.
    pub goes_on: Openings,
    /// Open an answer.
    pub answers: Openings,
}

impl Pieces {
    fn is_short(&self, text: &str) -> bool {
        letters(text) < if hangul(text) { self.short_answer_letters_hangul } else { self.short_answer_letters }
    }

    /// Whether a sentence has hardly a word: "Okay." before a question.
    pub fn says_little(&self, text: &str) -> bool {
        letters(text) < self.short_answer_letters_hangul
    }

    fn fits(&self, text: &str) -> bool {
        letters(text) <= if hangul(text) { self.longest_hangul } else { self.longest }
    }

    /// Whether a sentence stands with the one before it: it opens or ends so.
    fn leans(&self, text: &str) -> bool {
        self.leans.open(text, &self.fillers) || self.reasons.end(text)
    }

    /// Whether a short turn has no word of its own: "One drink an hour, okay" after the counsellor said so is no report.
    fn repeats(&self, text: &str, before: &str) -> bool {
        let words = |text: &str| -> Vec<String> {
            text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
        };
        let (heard, fillers) = (words(before), if hangul(text) { &self.answers.ko } else { &self.answers.en });
        let own = |w: &String| !heard.contains(w) && !fillers.iter().any(|f| f.trim_end_matches([',', '.', ' ']) == w);
        self.is_short(text) && !heard.is_empty() && !words(text).iter().any(own)
    }

    fn goes_on(&self, text: &str) -> bool {
        text.trim_start().starts_with(DASHES) || self.goes_on.open(text, &self.fillers)
    }

    /// Whether a text says what it says only together with the question before it.
    fn answers(&self, text: &str) -> bool {
        let opens = |of: &Openings| of.open(text, &self.fillers);
        self.is_short(sentences(text).next().unwrap_or("")) || self.goes_on(text) || opens(&self.answers)
    }
}

/// Begin the rest of a sentence that was broken off.
const DASHES: [char; 4] = ['-', '–', '—', '…'];

/// A piece of speech that becomes at most one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Where it was said.
    pub utterance: UtteranceId,
    /// Who said it.
    pub speaker: Speaker,
    /// Verbatim.
    pub text: ClientText,
    /// The question of the counsellor that it answers, where it is too short to stand alone.
    pub asked: Option<Line>,
}

impl Unit {
    /// The words that tell what it is about: with the question, when it is an answer.
    pub fn content(&self) -> ClientText {
        self.asked.as_ref().map_or_else(
            || self.text.clone(),
            |q| ClientText::new(&format!("{} {}", q.text.reveal(), self.text.reveal())),
        )
    }
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

fn hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

/// The pieces of a transcript, in order. What answers a question goes with it; a sentence that leans on the one before it is not
/// cut from it, and the rest of a sentence that was broken in on is no piece.
pub fn units(transcript: &Transcript, cut: &Pieces) -> Vec<Unit> {
    let mut out = Vec::new();
    let mut question: Option<Line> = None;
    let mut before = "";
    for said in &transcript.utterances {
        let text = said.text.reveal();
        if said.speaker == Speaker::Counsellor {
            before = text;
            out.extend(counsellors(said));
            question = sentences(text)
                .filter(|s| asks(s))
                .last()
                .map(|q| Line { utterance: said.id, text: ClientText::new(q) });
            continue;
        }
        let piece = |text: &str, asked: Option<Line>| Unit {
            utterance: said.id,
            speaker: said.speaker,
            text: ClientText::new(text),
            asked,
        };
        let mut lines = clients(said, cut).into_iter().peekable();
        if question.is_none() && cut.repeats(text, before) {
            continue;
        }
        match question.take() {
            Some(asked) if letters(text) > 0 && cut.answers(text) => {
                let first = lines.next();
                let whole = text.trim();
                // Of a long turn the first line answers; the others stand for themselves.
                match first.filter(|_| !cut.fits(whole)) {
                    Some(first) => out.push(piece(first, Some(asked))),
                    None => {
                        out.push(piece(whole, Some(asked)));
                        continue;
                    }
                }
            }
            Some(_) => {}
            None => drop(lines.next_if(|first| cut.goes_on(first))),
        }
        out.extend(lines.map(|line| piece(line, None)));
    }
    out
}

/// The lines of a turn of the client, verbatim, each together with the sentence that it leans on.
fn clients<'a>(said: &'a Utterance, cut: &Pieces) -> Vec<&'a str> {
    let text = said.text.reveal();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut from = 0;
    for line in lines_of(said) {
        // Lines are parts of the text, in their order.
        let Some(at) = text[from..].find(line.text.reveal()).map(|at| from + at) else { continue };
        let end = at + line.text.reveal().len();
        from = end;
        match spans.last_mut() {
            Some(before)
                if text[before.1..at].trim().is_empty()
                    && cut.leans(&text[at..end])
                    && cut.fits(&text[before.0..end]) =>
            {
                before.1 = end;
            }
            _ => spans.push((at, end)),
        }
    }
    spans.into_iter().map(|(from, to)| &text[from..to]).collect()
}

/// The counsellor's pieces: one for the questions of a turn, one for the rest.
fn counsellors(said: &Utterance) -> Vec<Unit> {
    sentences(said.text.reveal())
        .map(|s| Unit { utterance: said.id, speaker: said.speaker, text: ClientText::new(s), asked: None })
        .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::content::Kinds;
    use crate::domain::practice::lang::Lang;
    use crate::domain::practice::time::Span;

    const SHIPPED: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));

    fn cut(lines: &[(Speaker, &str)]) -> Vec<(Option<String>, String)> {
        let kinds = Kinds::parse(SHIPPED).unwrap();
        let mut t = Transcript::empty(Lang::En);
        for (n, (speaker, text)) in (0u64..).zip(lines) {
            t.add(Span { start_ms: n * 1000, end_ms: n * 1000 + 900 }, *speaker, ClientText::new(text), None);
        }
        let clients = units(&t, &kinds.pieces).into_iter().filter(|u| u.speaker == Speaker::Client);
        clients.map(|u| (u.asked.map(|q| q.text.reveal().to_owned()), u.text.reveal().to_owned())).collect()
    }

    use Speaker::{Client, Counsellor};

    #[test]
    fn a_sentence_that_leans_on_the_one_before_it_is_not_cut_from_it() {
        for (text, count) in [
            (
                "I am afraid of what comes of it all in a year or two. And then all this horrible stuff happens to me.",
                1,
            ),
            (
                "People think of somebody whose whole life is in ruins. They are very ill and they need urgent help now.",
                1,
            ),
            ("My mother has been in hospital since the spring. My brother does not come to see her any more.", 2),
            ("밤에 자꾸 깨서 걱정을 많이 하게 돼요. 그러다 보니 다음 날 회사에서 실수를 많이 해요.", 1),
            ("밤에 자꾸 깨서 걱정을 많이 하게 돼요. 어머니는 지난달부터 병원에 계세요.", 2),
        ] {
            let found = cut(&[(Client, text)]);
            assert_eq!(found.len(), count, "{text}");
            assert_eq!(found.iter().map(|f| f.1.as_str()).collect::<Vec<_>>().join(" "), text, "verbatim");
        }
        let long = "And so we went on and on about the house and the money and what was to be done. ".repeat(20);
        assert!(cut(&[(Client, &long)]).iter().all(|(_, text)| text.chars().count() < 600), "pieces have an end");
    }

    #[test]
    fn what_answers_a_question_stands_with_it_and_the_rest_of_a_broken_sentence_stands_nowhere() {
        let asked = (Counsellor, "I see. What are you most concerned about?");
        for text in [
            "That I will fall again.",
            "Because my brother died there.",
            "Yes, it is what I fear at night.",
            "Like my liver fails by the time I am thirty.",
        ] {
            let found = cut(&[asked, (Client, text)]);
            assert_eq!(found, [(Some("What are you most concerned about?".to_owned()), text.to_owned())], "{text}");
        }
        for text in ["-because they never let me finish a thing.", "Like my liver fails by the time I am thirty."] {
            assert!(cut(&[(Counsellor, "Mm-hmm."), (Client, text)]).is_empty(), "{text}");
        }
        let told = (Counsellor, "At most it is one drink per hour, no more.");
        assert!(cut(&[told, (Client, "One drink per hour, okay.")]).is_empty(), "what was only repeated is no report");
        assert_eq!(cut(&[told, (Client, "One drink per hour is what my doctor says too.")]).len(), 1);
        let own = "I have been awake since four and I thought of nothing else.";
        assert_eq!(cut(&[asked, (Client, own)]), [(None, own.to_owned())]);
        let reason = "가끔은 다 그만두고 싶은 생각이 들어요. 하지만 아무것도 하지는 않을 거예요. 아이가 있으니까요.";
        assert_eq!(cut(&[(Client, reason)]), [(None, reason.to_owned())], "a reason stays with what it is given for");
        let short = format!("No, never. {own} My daughter found the letter.");
        assert_eq!(cut(&[asked, (Client, &short)]).len(), 1, "a short turn answers whole");
        let longer =
            format!("No, never. {own} My daughter found the letter on the table. {}", "My son wrote back. ".repeat(24));
        let found = cut(&[asked, (Client, &longer)]);
        assert!(found[0].0.is_some() && found.len() > 1 && found[1].0.is_none(), "{found:?}");
    }
}
