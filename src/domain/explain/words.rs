//! The words of faults in the language of the reader. A fault is made in English, wherever it is made, a worker on the
//! other end of a pipe too; the table `ko.txt` beside this file says each of those lines in Korean. What the table does
//! not know stays as it is: a word in the wrong language is better than none. `tests/rules/fault_words.rs` holds that the
//! table is complete.

use crate::domain::practice::lang::Lang;
use std::sync::LazyLock;

/// A blank may hold a text with blanks of its own (a fault inside of a fault); deeper than this it stays as it is.
const DEEPEST: u8 = 3;

/// One line of the table: the English as the source has it, and its Korean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// English, blanks in braces.
    pub en: &'static str,
    /// Korean, with the same blanks.
    pub ko: &'static str,
}

static TABLE: LazyLock<Vec<Line>> = LazyLock::new(|| {
    let mut lines = Vec::new();
    let mut en = None;
    for line in include_str!("ko.txt").lines() {
        match line.strip_prefix("= ") {
            Some(ko) => lines.extend(en.take().map(|en| Line { en, ko })),
            None => en = Some(line).filter(|l| !l.is_empty() && !l.starts_with('#')),
        }
    }
    // Where two lines fit, the one that says more: the other's blank would have swallowed it.
    lines.sort_by_key(|l| std::cmp::Reverse(plain_length(l.en)));
    lines
});

/// The whole table, the most telling lines first.
pub fn table() -> &'static [Line] {
    &TABLE
}

/// A text of a fault in this language.
pub fn said(text: &str, lang: Lang) -> String {
    match lang {
        Lang::En => text.to_owned(),
        Lang::Ko => korean(text, 0),
    }
}

fn korean(text: &str, depth: u8) -> String {
    if depth > DEEPEST {
        return text.to_owned();
    }
    for line in table() {
        if let Some(blanks) = fits(line.en, text) {
            let filled: Vec<(&str, String)> = blanks.into_iter().map(|(n, t)| (n, korean(t, depth + 1))).collect();
            return fill(line.ko, &filled);
        }
    }
    text.to_owned()
}

/// The parts of a line in turn: plain text, then the name of a blank, none at the end.
fn parts(line: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    let mut rest = Some(line);
    std::iter::from_fn(move || {
        let here = rest?;
        match blank(here) {
            Some((before, name, after)) => {
                rest = Some(after);
                Some((before, Some(name)))
            }
            None => {
                rest = None;
                Some((here, None))
            }
        }
    })
}

fn blank(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once('{')?;
    let (name, after) = rest.split_once('}')?;
    Some((before, name, after))
}

fn plain_length(line: &str) -> usize {
    parts(line).map(|(text, _)| text.len()).sum()
}

/// What stands in the blanks when the text is this line. Each blank takes as little as it can, the last one the rest.
fn fits<'a, 't>(line: &'a str, text: &'t str) -> Option<Vec<(&'a str, &'t str)>> {
    let mut blanks = Vec::new();
    let mut rest = text;
    let mut open: Option<&str> = None;
    for (plain, name) in parts(line) {
        match open {
            None => rest = rest.strip_prefix(plain)?,
            Some(blank) => {
                // The end of the line must be the end of the text.
                let at = if name.is_none() { rest.len().checked_sub(plain.len())? } else { rest.find(plain)? };
                if at == 0 || rest.get(at..)?.strip_prefix(plain).is_none() {
                    return None;
                }
                blanks.push((blank, &rest[..at]));
                rest = &rest[at + plain.len()..];
            }
        }
        open = name;
    }
    (open.is_none() && rest.is_empty()).then_some(blanks)
}

fn fill(line: &str, blanks: &[(&str, String)]) -> String {
    parts(line).fold(String::new(), |mut out, (plain, name)| {
        out.push_str(plain);
        let filled = name.and_then(|n| blanks.iter().find(|(b, _)| *b == n));
        out.push_str(filled.map_or("", |(_, t)| t));
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_inside_of_a_fault_is_said_in_korean_too() {
        let said =
            said("the disk refused to keep it (No space left on device (os error 28)); it is not saved", Lang::Ko);
        assert_eq!(said, "디스크가 받지 않아 저장하지 못했습니다 (디스크에 빈자리가 없음 (시스템 오류 28))");
    }

    #[test]
    fn what_is_filled_in_is_kept_as_it_is() {
        let said = said("there is no sound file at /tmp/a {b} (c): d.wav", Lang::Ko);
        assert_eq!(said, "소리 파일이 없습니다: /tmp/a {b} (c): d.wav");
    }

    #[test]
    fn a_text_that_the_table_does_not_know_stays_as_it_is() {
        assert_eq!(said("never said before", Lang::Ko), "never said before");
        assert_eq!(said("", Lang::Ko), "");
    }

    #[test]
    fn the_line_that_says_more_is_taken_before_one_whose_blank_would_swallow_it() {
        let said = said("the speaker model could not be read: its pipe closed", Lang::Ko);
        assert_eq!(said, "화자 모델을 읽지 못했습니다: 연결이 끊김");
    }

    #[test]
    fn english_is_as_it_was_made() {
        assert_eq!(said("the vault is locked", Lang::En), "the vault is locked");
    }
}
