//! The headings of an example note that a counsellor gives, for a template of their own: never its content. A line is taken
//! where it is made of words of headings only (`prompts/note-headings.toml`), or where it carries the mark of a heading and
//! could be no sentence; what is taken is shown to a person before it is kept.

use crate::domain::note::headings::Headings;
use crate::domain::practice::text::{clean_line, fold};

/// What was found in an example.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Headings in the order in which they stand, each once.
    pub headings: Vec<String>,
    /// Headings that stand more than once.
    pub repeated: Vec<String>,
}

/// How strongly a line says that it is a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A mark that stands before headings only: `##`, brackets around the whole line, a filled square.
    Mark,
    /// A number or a letter, as items of a list have too.
    Number,
    /// A colon after it, with something or nothing behind.
    Colon,
    /// Nothing.
    Bare,
}

/// Marks that stand before a heading.
const MARKS: [char; 11] = ['■', '□', '◆', '◇', '▶', '▷', '●', '◎', '※', '▣', '▪'];
/// Brackets around a heading, opening and closing.
const BRACKETS: [(char, char); 5] = [('[', ']'), ('【', '】'), ('〈', '〉'), ('《', '》'), ('<', '>')];
/// A heading of more words is a sentence.
const MOST_WORDS: usize = 6;

/// The headings of an example note.
pub fn headings(text: &str, known: &Headings) -> Found {
    let lines: Vec<String> = text.lines().map(|l| fold(&clean_line(l))).filter(|l| !l.is_empty()).collect();
    // A single `#` above `##` is the title of the note, which often has a name in it.
    let deeper = lines.iter().any(|l| l.starts_with("##"));
    let mut found = Found::default();
    for (n, line) in lines.iter().enumerate() {
        if deeper && line.starts_with("# ") {
            continue;
        }
        let beside = [n.checked_sub(1), Some(n + 1)].map(|at| at.and_then(|at| lines.get(at)).map(String::as_str));
        let Some(heading) = heading(line, beside, known) else { continue };
        let same = |other: &String| other.to_lowercase() == heading.to_lowercase();
        if !found.headings.iter().any(same) {
            found.headings.push(heading);
        } else if !found.repeated.iter().any(same) {
            found.repeated.push(heading);
        }
    }
    found
}

/// The heading that a line is, without its mark; none for content.
fn heading(line: &str, [before, next]: [Option<&str>; 2], known: &Headings) -> Option<String> {
    let (sign, text) = unmarked(line);
    let text = text.trim();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0 || text.chars().count() > known.longest_heading {
        return None;
    }
    if known.is_known(text) {
        return Some(text.to_owned());
    }
    let ends = |end: &String| text.ends_with(end.as_str());
    let is_sentence = known.sentence_ends.iter().any(ends) || is_nominal(text);
    let has_more = text.chars().any(|c| c.is_ascii_digit() || "“”\"'‘’「」,;:()@".contains(c));
    if text.chars().count() > known.longest_unknown
        || text.split_whitespace().count() > MOST_WORDS
        || is_sentence
        || has_more
    {
        return None;
    }
    match sign {
        Sign::Mark => Some(text.to_owned()),
        // An item of a list stands beside another one, a heading between lines of content.
        Sign::Number => {
            let numbered = |line: Option<&str>| line.is_some_and(|line| unmarked(line).0 == Sign::Number);
            (next.is_some() && !numbered(before) && !numbered(next)).then(|| text.to_owned())
        }
        Sign::Colon | Sign::Bare => None,
    }
}

/// Whether the last syllable ends in ㅁ, as sentences of Korean records do (말함, 무거움). Some nouns do too; those of headings are
/// known words, and of the others it is better to leave one out than to take a sentence in.
fn is_nominal(text: &str) -> bool {
    const SYLLABLES: u32 = '가' as u32;
    const MIEUM: u32 = 16;
    text.chars().next_back().is_some_and(|c| ('가'..='힣').contains(&c) && (c as u32 - SYLLABLES) % 28 == MIEUM)
}

/// A line without the mark that makes a heading of it.
fn unmarked(line: &str) -> (Sign, &str) {
    let line = line.trim();
    let hashes = line.trim_start_matches('#');
    if hashes.len() < line.len() && hashes.starts_with(' ') {
        return (Sign::Mark, numberless(hashes.trim().trim_end_matches('#').trim()).1);
    }
    if let Some(inner) = line.strip_prefix("**").and_then(|l| l.strip_suffix("**").or_else(|| l.strip_suffix("**:"))) {
        return (Sign::Mark, numberless(inner.trim()).1);
    }
    for (open, close) in BRACKETS {
        if let Some(inner) = line.strip_prefix(open).and_then(|l| l.strip_suffix(close)) {
            return (Sign::Mark, numberless(inner.trim()).1);
        }
    }
    if let Some(rest) = line.strip_prefix(MARKS) {
        return (Sign::Mark, head(rest.trim()).1);
    }
    match numberless(line) {
        (true, rest) => (Sign::Number, head(rest).1),
        (false, rest) => head(rest),
    }
}

/// What stands before a colon, where one is: what follows is content.
fn head(text: &str) -> (Sign, &str) {
    match text.split_once([':', '：']) {
        Some((head, _)) => (Sign::Colon, head.trim()),
        None => (Sign::Bare, text),
    }
}

/// Takes `1.`, `2)`, `(3)`, `IV.`, `가.`, `A)` away.
fn numberless(text: &str) -> (bool, &str) {
    let text = text.trim();
    let open = text.strip_prefix('(').unwrap_or(text);
    let end = open.find(['.', ')', '、']);
    let Some(end) = end.filter(|end| *end > 0) else { return (false, text) };
    let label = &open[..end];
    let is_letter = label.chars().count() == 1 && label.chars().all(|c| c.is_alphabetic());
    let is_roman = label.chars().all(|c| "IVXivxⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ".contains(c));
    let is_label = label.chars().all(|c| c.is_ascii_digit()) && label.len() <= 2 || is_letter || is_roman;
    let rest = open[end..].trim_start_matches(['.', ')', '、']).trim();
    if is_label && !rest.is_empty() { (true, rest) } else { (false, text) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::content::Kinds;
    use proptest::prelude::*;

    const HEADINGS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-headings.toml"));
    const KINDS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/note-content.toml"));

    fn known() -> Headings {
        let kinds = Kinds::parse(KINDS).unwrap();
        let ids: Vec<&str> = kinds.kinds.iter().map(|k| k.id.as_str()).collect();
        Headings::parse(HEADINGS, &ids).unwrap()
    }

    fn of(text: &str) -> Vec<String> {
        headings(text, &known()).headings
    }

    #[test]
    fn headings_of_the_common_ways_to_write_them_are_taken_in_their_order() {
        for text in [
            "# 김하늘 상담일지\n## 주호소\n밤마다 못 잔다고 말함\n## 상담 내용\n동생과 다툰 이야기\n## 차기 계획\n산책",
            "주호소: 밤마다 못 잔다고 말함\n상담 내용: 동생과 다툰 이야기\n차기 계획: 산책",
            "1. 주호소\n밤마다 못 잔다고 말함\n2. 상담 내용\n동생과 다툰 이야기\n3. 차기 계획\n- 산책",
            "[주호소]\n밤마다 못 잔다고 말함\n[상담 내용]\n- 동생과 다툰 이야기\n[차기 계획]\n산책",
            "■ 주호소\n밤마다 못 잔다고 말함\n■ 상담 내용\n동생과 다툰 이야기\n■ 차기 계획\n산책",
            "주호소\n\n밤마다 못 잔다고 말함\n\n상담 내용\n\n동생과 다툰 이야기\n\n차기 계획\n\n산책",
        ] {
            assert_eq!(of(text), ["주호소", "상담 내용", "차기 계획"], "{text}");
        }
        let english = "**Presenting problem**\nShe cannot sleep.\n**Plan**\nCall her sister.";
        assert_eq!(of(english), ["Presenting problem", "Plan"]);
    }

    #[test]
    fn a_heading_of_the_centres_own_is_taken_by_its_mark_and_content_is_not() {
        let text = "■ 주호소\n- 동생이 미움\n■ 몸의 감각\n1. 어깨가 아픔\n2. 머리가 무거움\n어머니: 학교에 안 간다고 함\n■ 동생 때문에 힘들다\n";
        assert_eq!(of(text), ["주호소", "몸의 감각"]);
        assert_eq!(of("1. 동생\n2. 어머니\n3. 학교"), Vec::<String>::new(), "a list is no row of headings");
        assert_eq!(of("## 010-1234-5678\n## “죽고 싶다”\n## 김하늘(가명)\n"), Vec::<String>::new());
    }

    #[test]
    fn a_heading_that_stands_twice_is_taken_once_and_named() {
        let found = headings("## 주호소\n가\n## 계획\n나\n## 주호소\n다", &known());
        assert_eq!(
            (found.headings, found.repeated),
            (vec!["주호소".to_owned(), "계획".to_owned()], vec!["주호소".to_owned()])
        );
    }

    proptest! {
        #[test]
        fn no_word_of_the_body_is_taken_whatever_marks_it_has(
            body in prop::collection::vec("(- |1\\\\. |\\\\* |· |\\\\(2\\\\) )?[ㄱ-ㅎ뷁쀍쾗꿻]{2,6}( [뷁쀍쾗꿻a-q]{2,7}){0,8}[다요음함.]", 0..12)
        ) {
            let mut text = String::new();
            for (n, line) in body.iter().enumerate() {
                text.push_str(["## 주호소\n", "상담 내용:\n", "3. 계획\n"][n % 3]);
                text.push_str(line);
                text.push('\n');
            }
            for heading in of(&text) {
                prop_assert!(["주호소", "상담 내용", "계획"].contains(&heading.as_str()), "{}", heading);
            }
        }
    }
}
