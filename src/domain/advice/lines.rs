//! What was said, in the pieces that may be evidence: a client's sentence, or a few short ones.

use crate::domain::practice::ids::UtteranceId;
use crate::domain::practice::text::ClientText;
use crate::domain::transcript::{Speaker, Utterance};

/// Fewer letters say too little to be asked about and resemble everything: "Exactly.", "She was worried.", "네, 그래요."
/// Hangul says more with a letter.
const LETTERS: usize = 16;
const LETTERS_HANGUL: usize = 7;
/// Sentences are joined with what follows until they have as many letters: "I have not been for two months" means
/// something only after "I used to go climbing".
const JOINED: usize = 36;
const JOINED_HANGUL: usize = 14;

/// A sentence, or a few short ones, that may be evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line {
    /// Where it was said.
    pub utterance: UtteranceId,
    /// The client's words, exactly as in the transcript.
    pub text: ClientText,
}

/// The lines of one utterance that may be evidence: the client's, or of a speaker not yet known and then no question,
/// for those are mostly the counsellor's.
pub fn lines_of(said: &Utterance) -> Vec<Line> {
    if !matches!(said.speaker, Speaker::Client | Speaker::Unknown) {
        return Vec::new();
    }
    let text = said.text.reveal();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<usize> = None;
    let mut last = 0;
    for sentence in sentences(text) {
        if said.speaker == Speaker::Unknown && sentence.ends_with(['?', '？']) {
            // Lines are not joined across a question.
            spans.extend(open.take().map(|from| (from, last)));
            continue;
        }
        let start = sentence.as_ptr() as usize - text.as_ptr() as usize;
        last = start + sentence.len();
        let from = *open.get_or_insert(start);
        if letters(&text[from..last]) >= if hangul(text) { JOINED_HANGUL } else { JOINED } {
            spans.push((from, last));
            open = None;
        }
    }
    if let Some(from) = open {
        match spans.last_mut() {
            // A short end belongs to what went right before it.
            Some(before) if !says_enough(&text[from..last]) && text[before.1..from].trim().is_empty() => {
                before.1 = last;
            }
            _ => spans.push((from, last)),
        }
    }
    spans
        .into_iter()
        .map(|(from, to)| &text[from..to])
        .filter(|line| says_enough(line))
        .map(|line| Line { utterance: said.id, text: ClientText::new(line) })
        .collect()
}

fn hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

fn says_enough(text: &str) -> bool {
    letters(text) >= if hangul(text) { LETTERS_HANGUL } else { LETTERS }
}

/// A line and, when it has several sentences, those that say enough: the vector of the whole is near to none of its
/// parts. Only the whole line is asked about and quoted.
pub fn parts(line: &str) -> Vec<&str> {
    let sentences: Vec<&str> = sentences(line).collect();
    let mut all = vec![line];
    if sentences.len() > 1 {
        all.extend(sentences.into_iter().filter(|s| says_enough(s)));
    }
    all
}

/// End a sentence before white space.
const ENDS: [char; 7] = ['.', '?', '!', '…', '。', '？', '！'];
/// Titles before a name: their full stop ends no sentence.
const TITLES: [&str; 5] = ["Dr", "Mr", "Mrs", "Ms", "St"];

/// The sentences of a text, verbatim and trimmed. Ends at `.`, `?`, `!`, `…`, their full-width forms before white
/// space, and at line ends. A text without them is one sentence. What somebody is quoted with stays with who quotes it: between
/// quotation marks that are closed in the same line nothing ends.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let closes_at = closing_mark(c).and_then(|mark| {
            let rest = text[at + c.len_utf8()..].split('\n').next().unwrap_or_default();
            rest.find(mark).map(|end| at + c.len_utf8() + end)
        });
        if let Some(end) = closes_at {
            while chars.next_if(|(next, _)| *next <= end).is_some() {}
            let after = chars.peek().map_or(text.len(), |(next, _)| *next);
            let ended = text[..end].ends_with(ENDS);
            let begins =
                text[after..].strip_prefix(char::is_whitespace).is_some_and(|t| t.starts_with(char::is_uppercase));
            if ended && begins {
                parts.push(text[start..after].trim());
                start = after;
            }
            continue;
        }
        let next_is_space = chars.peek().is_none_or(|(_, n)| n.is_whitespace());
        let title =
            c == '.' && TITLES.contains(&text[start..at].rsplit(char::is_whitespace).next().unwrap_or_default());
        if c == '\n' || (ENDS.contains(&c) && next_is_space && !title) {
            parts.push(text[start..at + c.len_utf8()].trim());
            start = at + c.len_utf8();
        }
    }
    parts.push(text[start..].trim());
    parts.into_iter().filter(|s| !s.is_empty())
}

/// The mark that closes what this one opens.
const fn closing_mark(c: char) -> Option<char> {
    match c {
        '"' => Some('"'),
        '“' => Some('”'),
        '「' => Some('」'),
        _ => None,
    }
}

/// A text without what stands between quotation marks: what others said, or what one says to oneself.
pub fn outside_quotes(text: &str) -> String {
    let mut rest = text;
    let mut own = String::new();
    while let Some((at, mark, closes)) = rest.char_indices().find_map(|(at, c)| Some((at, c, closing_mark(c)?))) {
        let after = &rest[at + mark.len_utf8()..];
        let Some(end) = after.find(closes) else { break };
        own.push_str(&rest[..at]);
        rest = &after[end + closes.len_utf8()..];
    }
    own + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(speaker: Speaker, text: &str) -> Utterance {
        let (id, text) = (UtteranceId(1), ClientText::new(text));
        Utterance { id, start_ms: 0, end_ms: 0, speaker, text, confidence: None }
    }

    fn texts(speaker: Speaker, text: &str) -> Vec<String> {
        lines_of(&said(speaker, text)).into_iter().map(|l| l.text.reveal().to_owned()).collect()
    }

    #[test]
    fn only_the_client_and_unknown_speakers_are_quoted_and_of_those_no_questions() {
        let text = "I lie awake until three. Do you sleep in the day?";
        assert_eq!(texts(Speaker::Client, text), [text]);
        assert_eq!(texts(Speaker::Unknown, text), ["I lie awake until three."]);
        assert!(texts(Speaker::Counsellor, text).is_empty() && texts(Speaker::Other, text).is_empty());
    }

    #[test]
    fn the_full_stop_of_a_title_ends_no_sentence() {
        let text = "I have terrible trouble, and Dr. Brown does not get to the bottom of it. Mrs. Kim is worried too.";
        let found: Vec<&str> = sentences(text).collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].ends_with("bottom of it."));
    }

    #[test]
    fn what_is_quoted_stays_with_who_quotes_it_and_a_mark_that_is_never_closed_holds_nothing_together() {
        for (text, count) in [
            ("I tell them, \"No, I'm good. I still have one.\" They ask again.", 2),
            ("He said “Stop. Go home.” and left. I cried.", 2),
            ("She said \"come. I came. We left.", 3),
            ("\"No.\" \"Yes.\" That was all.", 2),
            ("엄마가 “그만해. 들어가.”라고 했어요. 저는 울었어요.", 2),
        ] {
            assert_eq!(sentences(text).count(), count, "{text}");
        }
        let own = "I go, \"Okay, I'm gonna stop,\" and then “I” do not 「하자」.";
        assert_eq!(outside_quotes(own), "I go,  and then  do not .");
        assert_eq!(outside_quotes("a \" b"), "a \" b");
    }

    #[test]
    fn a_sentence_that_says_too_little_is_not_asked_about() {
        for little in ["Exactly.", "Six. Seven.", "네, 그래요.", "아니요."] {
            assert!(texts(Speaker::Client, little).is_empty(), "{little}");
        }
        let enough = "새벽 세 시까지 잠이 안 와요.";
        assert_eq!(texts(Speaker::Client, enough), [enough]);
    }

    #[test]
    fn a_short_sentence_is_joined_with_its_neighbours_and_stays_verbatim() {
        let text = "Exactly. I used to go climbing on Thursdays. I have not been for two months. No.";
        assert_eq!(texts(Speaker::Client, text), [text], "the short ends are joined too");
        let two = "I lie awake until three in the morning, always. Then I go over everything I did wrong that day.";
        assert_eq!(texts(Speaker::Client, two).len(), 2);
        assert_eq!(parts("I used to swim every week. I stopped going in May. No.").len(), 3);
    }

    proptest! {
        #[test]
        fn every_line_stands_verbatim_in_what_was_said(text in "([가-힣a-zA-Z,.?! \n]{0,60}[.?!…] ?){0,5}") {
            let said = said(Speaker::Client, &text);
            for line in lines_of(&said) {
                prop_assert!(said.text.reveal().contains(line.text.reveal()));
            }
        }
    }
}
