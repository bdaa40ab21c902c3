//! What a model is asked plainly for comparison (`prompts/eval-plain.toml`), and what its text is worth: statements with a quote
//! that the client said, and statements without.

use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::text::fold;
use crate::domain::transcript::{Speaker, Transcript};
use serde::Deserialize;

/// Fewer letters are no quote: any word stands somewhere.
const QUOTE_LETTERS: usize = 6;
/// Fewer letters are no statement.
const STATEMENT_LETTERS: usize = 4;

/// The words of one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainText {
    /// System prompt.
    pub system: String,
    /// Before the transcript.
    pub before: String,
    /// After it.
    pub after: String,
}

/// The plain question.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlainPrompt {
    /// Name.
    pub id: String,
    /// Counts up with every change.
    pub version: String,
    /// Of the answer.
    pub max_tokens: u32,
    /// Letters of the transcript that are given.
    pub letters: usize,
    ko: PlainText,
    en: PlainText,
}

impl PlainPrompt {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, Flaw> {
        read_toml(text, 0)
    }

    /// The words of a language.
    pub const fn text(&self, lang: Lang) -> &PlainText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// Statements of a text, one a line, and how many of them quote what the client said.
pub fn supported(text: &str, transcript: &Transcript) -> (usize, usize) {
    let letters = |t: &str| t.chars().filter(|c| c.is_alphanumeric()).count();
    let said: Vec<String> = transcript
        .utterances
        .iter()
        .filter(|u| matches!(u.speaker, Speaker::Client | Speaker::Unknown))
        .map(|u| fold(u.text.reveal()))
        .collect();
    let holds = |line: &str| {
        let quotes = line.split(['"', '“', '”']).skip(1).step_by(2);
        quotes
            .map(fold)
            .any(|q| letters(&q) >= QUOTE_LETTERS && said.iter().any(|s| s.contains(q.trim_end_matches(['.', ',']))))
    };
    let statements: Vec<&str> = text.lines().filter(|l| letters(l) >= STATEMENT_LETTERS).collect();
    (statements.len(), statements.iter().filter(|l| holds(l)).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::text::ClientText;
    use crate::domain::practice::time::Span;

    #[test]
    fn only_a_line_with_the_clients_own_words_in_marks_is_supported() {
        let mut t = Transcript::empty(Lang::En);
        t.add(Span { start_ms: 0, end_ms: 1 }, Speaker::Client, ClientText::new("I lie awake until three."), None);
        let text = "1. Sleep: \"I lie awake until three\"\n2. Mood: \"I am always sad\"\n3. Activity\n";
        assert_eq!(supported(text, &t), (3, 1));
    }
}
