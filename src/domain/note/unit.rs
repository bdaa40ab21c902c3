//! The pieces of a transcript that can become statements of a note: a client's line of enough words, a short answer with
//! its question, a sentence of the counsellor.

use crate::domain::advice::direction::{Line, lines_of, sentences};
use crate::domain::advice::question::asks;
use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Transcript, Utterance};

/// How many letters make an answer stand alone, in English and in Korean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortAnswer {
    /// English.
    pub letters: usize,
    /// Korean.
    pub hangul: usize,
}

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

/// The pieces of a transcript, in order. A short answer goes with the question before it.
pub fn units(transcript: &Transcript, below: ShortAnswer) -> Vec<Unit> {
    let mut out = Vec::new();
    let mut question: Option<Line> = None;
    for said in &transcript.utterances {
        let text = said.text.reveal();
        if said.speaker == Speaker::Counsellor {
            out.extend(counsellors(said));
            question = sentences(text)
                .filter(|s| asks(s))
                .last()
                .map(|q| Line { utterance: said.id, text: ClientText::new(q) });
            continue;
        }
        let short = if hangul(text) { below.hangul } else { below.letters };
        let is_short = |text: &str| letters(text) < short;
        match question.take() {
            Some(asked) if is_short(sentences(text).next().unwrap_or("")) && letters(text) > 0 => {
                out.push(Unit {
                    utterance: said.id,
                    speaker: said.speaker,
                    text: said.text.clone(),
                    asked: Some(asked),
                });
            }
            _ => {
                let lines = lines_of(said).into_iter();
                out.extend(lines.map(|l| Unit {
                    utterance: l.utterance,
                    speaker: said.speaker,
                    text: l.text,
                    asked: None,
                }));
            }
        }
    }
    out
}

/// The counsellor's pieces: one for the questions of a turn, one for the rest.
fn counsellors(said: &Utterance) -> Vec<Unit> {
    sentences(said.text.reveal())
        .map(|s| Unit { utterance: said.id, speaker: said.speaker, text: ClientText::new(s), asked: None })
        .collect()
}
