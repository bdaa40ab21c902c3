//! Whether words ask something. Owns the endings and openings that make a question, as data; judges no content.
//!
//! Sources: the question mark of the transcript where the engine writes one; for Korean the interrogative endings
//! of the standard polite styles (National Institute of Korean Language, 한국어 문법, 의문형 종결 어미); for English
//! inversion of subject and auxiliary. A statement is preferred where both readings are open.

/// Letters of a question that may be asked of a record; more is a text and no question.
pub const LONGEST_QUESTION: usize = 500;

/// Korean endings that ask by themselves.
const ASKING: [&str; 11] =
    ["까요", "나요", "는가요", "은가요", "인가요", "던가요", "을까", "는지요", "을지요", "하신가요", "되시나요"];
/// Endings that look like one of [`ASKING`] and give a reason instead ("because").
const REASON: [&str; 2] = ["니까요", "니까"];
/// Honorific endings: a request or an answer about others, but a question where a question word comes before.
const HONORIFIC: [&str; 8] = ["세요", "셔요", "셨어요", "시죠", "시지요", "셨죠", "셨지요", "계세요"];
/// Korean question words, as stems.
const QUESTION_WORDS: [&str; 14] =
    ["어떻", "어떠", "어떤", "무엇", "무슨", "뭐", "뭘", "언제", "어디", "누구", "누가", "왜", "얼마", "몇"];
/// English words that open a question when an [`AUXILIARY`] follows.
const OPENINGS: [&str; 9] = ["what", "how", "when", "where", "who", "why", "which", "whose", "whom"];
/// What follows an opening in a question.
const AUXILIARY: [&str; 27] = [
    "is", "are", "was", "were", "do", "does", "did", "have", "has", "had", "would", "could", "can", "will", "might",
    "should", "about", "many", "much", "long", "often", "sure", "else", "kind", "makes", "made", "happens",
];
/// English pairs that open a question by themselves.
const PAIRS: [&str; 24] = [
    "do you",
    "did you",
    "do they",
    "have you",
    "are you",
    "were you",
    "would you",
    "could you",
    "can you",
    "will you",
    "is it",
    "is that",
    "is there",
    "is this",
    "was it",
    "was that",
    "was there",
    "were there",
    "has it",
    "has that",
    "does it",
    "does that",
    "did it",
    "did that",
];

/// Whether any sentence of `text` asks something.
pub fn asks(text: &str) -> bool {
    text.contains(['?', '？']) || text.split(['.', '!', '。', '\n']).any(|sentence| asks_unmarked(sentence.trim()))
}

fn asks_unmarked(sentence: &str) -> bool {
    if sentence.is_empty() {
        return false;
    }
    asks_in_korean(sentence) || asks_in_english(sentence)
}

fn asks_in_korean(sentence: &str) -> bool {
    if let Some(stem) = sentence.strip_suffix("니까") {
        // 습니까, 입니까, 합니까: the syllable before ends in ㅂ. 있으니까 does not.
        return stem.chars().last().is_some_and(ends_in_bieup);
    }
    if REASON.iter().any(|e| sentence.ends_with(e)) {
        return false;
    }
    ASKING.iter().any(|e| sentence.ends_with(e))
        || (HONORIFIC.iter().any(|e| sentence.ends_with(e)) && QUESTION_WORDS.iter().any(|w| sentence.contains(w)))
}

/// Whether a Hangul syllable has ㅂ as its final consonant: the 17th of 28 in Unicode's order.
fn ends_in_bieup(c: char) -> bool {
    ('가'..='힣').contains(&c) && (u32::from(c) - u32::from('가')) % 28 == 17
}

fn asks_in_english(sentence: &str) -> bool {
    let plain: String = sentence.chars().filter(|c| *c != ',').collect::<String>().to_lowercase();
    let mut words =
        plain.split_whitespace().skip_while(|w| matches!(*w, "and" | "so" | "but" | "well" | "then" | "ok"));
    let (Some(first), Some(second)) = (words.next(), words.next()) else { return false };
    PAIRS.iter().any(|p| p.split_once(' ') == Some((first, second)))
        || (OPENINGS.contains(&first) && AUXILIARY.contains(&second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_heard_with_and_without_their_mark() {
        for text in [
            "지난 이 주 동안 어떻게 지내셨어요?",
            "지난 이 주 동안 어떻게 지내셨어요",
            "가려고 하면 무엇이 막나요",
            "무엇이 좋을까요.",
            "식사는 어떠세요.",
            "그런 적이 있습니까",
            "말씀해 주셔서 고맙습니다. 구체적인 방법을 생각해 보신 적이 있나요. 네.",
            "Is that still all right?",
            "So how have these two weeks been for you.",
            "Do you ever think about it",
            "And how about eating",
        ] {
            assert!(asks(text), "{text}");
        }
    }

    #[test]
    fn reasons_requests_and_statements_are_no_questions() {
        for text in [
            "",
            "...",
            "언니가 있으니까요.",
            "피곤하니까",
            "여기 앉으세요.",
            "네, 괜찮아요.",
            "뭐라고 해야 할지 모르겠어요.",
            "That is what I think.",
            "When I sleep I dream.",
            "What I mean is that I am tired.",
            "How dark it was.",
        ] {
            assert!(!asks(text), "{text}");
        }
    }
}
