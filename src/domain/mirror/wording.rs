//! Text cut for the rules of the mirror: words, sentences, and whether a sentence carries a question mark.

use unicode_normalization::UnicodeNormalization;

/// A sentence of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Its words in lower case, without punctuation.
    pub words: Vec<String>,
    /// The words joined by single blanks.
    pub text: String,
    /// A question mark ends it.
    pub mark: bool,
}

/// The words of a text: runs of letters and digits in lower case, an apostrophe inside of a word kept.
pub fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut chars = text.nfc().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        let inside = matches!(c, '\'' | '’') && !word.is_empty() && chars.peek().is_some_and(|n| n.is_alphanumeric());
        if c.is_alphanumeric() {
            word.push(c);
        } else if inside {
            word.push('\'');
        } else if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// The sentences of a text that have words: cut after `.`, `?`, `!`, `…` before a blank, and at a double hyphen.
pub fn sentences(text: &str) -> Vec<Sentence> {
    let text = text.replace("--", "\n");
    let mut found = Vec::new();
    let mut from = 0;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if c == '\n' || (ended && c.is_whitespace()) {
            found.extend(sentence(&text[from..at]));
            from = at;
        }
        ended = matches!(c, '.' | '?' | '!' | '…' | '？' | '。');
    }
    found.extend(sentence(&text[from..]));
    found
}

fn sentence(text: &str) -> Option<Sentence> {
    let words = words(text);
    if words.is_empty() {
        return None;
    }
    let end = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '-' | ']' | ')' | '\''));
    Some(Sentence { text: words.join(" "), words, mark: end.ends_with(['?', '？']) })
}

/// Syllables of Hangul.
pub fn syllables(text: &str) -> u64 {
    text.nfc().filter(|c| ('가'..='힣').contains(c)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_sentences_with_and_without_a_question_mark() {
        let cut = sentences("So you’re tired. Is that it?\" Well-- go on… 네, 그러셨군요.");
        let said: Vec<(&str, bool)> = cut.iter().map(|s| (s.text.as_str(), s.mark)).collect();
        assert_eq!(
            said,
            [
                ("so you're tired", false),
                ("is that it", true),
                ("well", false),
                ("go on", false),
                ("네 그러셨군요", false)
            ]
        );
    }

    #[test]
    fn a_number_with_a_point_and_a_text_without_words_are_no_sentences_of_their_own() {
        assert_eq!(sentences("About 3.5 hours").len(), 1);
        assert!(sentences(" … -- ?!").is_empty());
    }

    #[test]
    fn decomposed_hangul_is_the_same_word() {
        assert_eq!(words("\u{1112}\u{1161}\u{11ab}"), ["한"]);
        assert_eq!(syllables("한글 two 3"), 2);
    }
}
