//! Runs of words broken into lines of a width. Korean breaks between words (at spaces), not between syllables, as Korean
//! print has it; other scripts as UAX #14 says. A word wider than the line is broken where it is full.

use super::face::Faces;
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_normalization::char::is_combining_mark;

/// How grey something is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Tone {
    /// Text.
    Black,
    /// Sources, times, labels.
    Grey,
    /// The mark of a model's words.
    Mark,
    /// Rules of tables.
    Light,
    /// Behind the head of a table.
    Faint,
}

/// How words look on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    /// Points.
    pub size: f32,
    /// Bold.
    pub bold: bool,
    /// Colour.
    pub tone: Tone,
    /// A line through.
    pub strike: bool,
    /// A line below.
    pub underline: bool,
}

impl Look {
    /// Black and upright at this size.
    pub fn plain(size: f32) -> Look {
        Look { size, bold: false, tone: Tone::Black, strike: false, underline: false }
    }
    /// The same, bold.
    pub fn bold(self) -> Look {
        Look { bold: true, ..self }
    }
    /// The same in another colour.
    pub fn tone(self, tone: Tone) -> Look {
        Look { tone, ..self }
    }
}

/// Words of one look on a line.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    /// From the start of the line, in points.
    pub x: f32,
    /// Points.
    pub width: f32,
    /// The words.
    pub text: String,
    /// How they look.
    pub look: Look,
}

/// A line, its pieces from left to right.
pub(super) type Line = Vec<Piece>;

struct Set {
    c: char,
    width: f32,
    span: usize,
}

/// Breaks spans into lines of at most `width` points. A line break in the text ends a line. At least one line.
pub(super) fn set(faces: &Faces, spans: &[(String, Look)], width: f32) -> Vec<Line> {
    let text: String = spans.iter().map(|(t, _)| t.as_str()).collect();
    let mut chars = Vec::new();
    for (span, (t, look)) in spans.iter().enumerate() {
        let face = faces.of(look.bold);
        chars.extend(t.chars().map(|c| Set {
            c,
            width: if c == '\n' { 0.0 } else { face.glyph(c).1 * look.size },
            span,
        }));
    }
    let mut lines = Vec::new();
    let (mut start, mut unit, mut used) = (0, 0, 0.0);
    for (end, must) in ends(&text) {
        let whole: f32 = chars[unit..end].iter().map(|s| s.width).sum();
        let trailing: f32 = chars[unit..end].iter().rev().take_while(|s| s.c.is_whitespace()).map(|s| s.width).sum();
        if used + whole - trailing > width && unit > start {
            lines.push(line(&chars[start..unit], spans));
            (start, used) = (unit, 0.0);
        }
        if whole - trailing > width {
            for at in unit..end {
                let c = &chars[at];
                if used + c.width > width && at > start && !is_combining_mark(c.c) && !c.c.is_whitespace() {
                    lines.push(line(&chars[start..at], spans));
                    (start, used) = (at, 0.0);
                }
                used += c.width;
            }
        } else {
            used += whole;
        }
        if must {
            lines.push(line(&chars[start..end], spans));
            (start, used) = (end, 0.0);
        }
        unit = end;
    }
    if start < chars.len() || lines.is_empty() {
        lines.push(line(&chars[start..], spans));
    }
    lines
}

/// Where a line may end, counted in characters, and whether it must.
fn ends(text: &str) -> Vec<(usize, bool)> {
    let mut found = Vec::new();
    let (mut bytes, mut count) = (0, 0);
    for (at, kind) in linebreaks(text) {
        count += text[bytes..at].chars().count();
        bytes = at;
        let before = text[..at].chars().next_back().unwrap_or(' ');
        let must = kind == BreakOpportunity::Mandatory && (at < text.len() || before == '\n');
        let after = text[at..].chars().next();
        if must || at == text.len() || before.is_whitespace() || !within_korean(before, after) {
            found.push((count, must));
        }
    }
    found
}

/// True where UAX #14 breaks but Korean does not: beside a syllable, unless after a dash or a slash.
fn within_korean(before: char, after: Option<char>) -> bool {
    let hangul = |c: char| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7a3}');
    let opens = matches!(before, '-' | '–' | '—' | '/' | '·' | '…');
    hangul(before) || after.is_some_and(hangul) && !opens
}

fn line(chars: &[Set], spans: &[(String, Look)]) -> Line {
    let end = chars.iter().rposition(|s| !s.c.is_whitespace()).map_or(0, |at| at + 1);
    let mut pieces: Line = Vec::new();
    let (mut x, mut last) = (0.0, usize::MAX);
    for s in &chars[..end] {
        match pieces.last_mut() {
            Some(piece) if last == s.span => {
                piece.text.push(s.c);
                piece.width += s.width;
            }
            _ => pieces.push(Piece { x, width: s.width, text: s.c.to_string(), look: spans[s.span].1 }),
        }
        (x, last) = (x + s.width, s.span);
    }
    pieces
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lines_of(text: &str, width: f32) -> Vec<String> {
        let faces = Faces::read().unwrap();
        let lines = set(&faces, &[(text.to_owned(), Look::plain(10.0))], width);
        lines.iter().map(|l| l.iter().map(|p| p.text.as_str()).collect()).collect()
    }

    #[test]
    fn korean_breaks_between_words_and_not_between_syllables() {
        assert_eq!(
            lines_of("어제는 잠을 거의 못 잤어요(세 시간).", 60.0),
            ["어제는 잠을", "거의 못", "잤어요(세", "시간)."]
        );
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken_and_nothing_of_it_is_lost() {
        let lines = lines_of("가나다라마바사아자차카타파하 끝", 50.0);
        assert_eq!(lines, ["가나다라마", "바사아자차", "카타파하 끝"]);
    }

    #[test]
    fn a_line_break_in_the_text_ends_a_line_and_an_empty_text_is_one_line() {
        assert_eq!(lines_of("하나\n\n둘\n", 100.0), ["하나", "", "둘"]);
        assert_eq!(lines_of("", 100.0), [""]);
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        let faces = Faces::read().unwrap();
        let text = "오늘은 상담에서 sleep hygiene/수면 위생을 다루고 2026-11-28까지 적어 보기로 했다. ".repeat(9);
        for width in [40.0, 77.0, 130.5, 400.0] {
            for l in set(&faces, &[(text.clone(), Look::plain(10.5))], width) {
                assert!(l.iter().map(|p| p.width).sum::<f32>() <= width);
            }
        }
    }
}
