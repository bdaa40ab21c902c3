//! Breaking text into rows of a given width in terminal columns. A wide glyph is never split, a grapheme cluster
//! never broken; rows break at spaces where they can (Korean breaks between word units, as print does).

use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The narrowest row: one wide glyph.
pub const MIN_WIDTH: u16 = 2;

/// Columns a grapheme cluster takes on the screen; control characters take none because they are not drawn.
pub fn columns(cluster: &str) -> u16 {
    if cluster.contains(char::is_control) { 0 } else { u16::try_from(cluster.width()).unwrap_or(u16::MAX) }
}

/// Columns of a whole line of text.
pub fn width(text: &str) -> u16 {
    text.graphemes(true).fold(0u16, |sum, g| sum.saturating_add(columns(g)))
}

/// The longest beginning of `text` that fits `max` columns without splitting a cluster.
pub fn fit(text: &str, max: u16) -> &str {
    let mut used = 0u16;
    for (at, g) in text.grapheme_indices(true) {
        used = used.saturating_add(columns(g));
        if used > max {
            return &text[..at];
        }
    }
    text
}

/// Byte ranges of the rows of `text`, at least one; each row fits `max(width, 2)` columns. White space at a break
/// belongs to no row.
pub fn wrap(text: &str, width: u16) -> Vec<Range<usize>> {
    let width = width.max(MIN_WIDTH);
    let mut rows = Vec::new();
    let mut from = 0;
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph, from, width, &mut rows);
        from += paragraph.len() + 1;
    }
    rows
}

fn wrap_paragraph(paragraph: &str, offset: usize, width: u16, rows: &mut Vec<Range<usize>>) {
    let mut start = 0;
    let mut used = 0u16;
    // Where the row may end, and where the next would begin: the last run of spaces seen in it.
    let mut space: Option<(usize, usize)> = None;
    for (at, g) in paragraph.grapheme_indices(true) {
        let blank = g.chars().all(char::is_whitespace);
        if blank {
            space = match space {
                Some((end, next)) if next == at => Some((end, at + g.len())),
                _ => Some((at, at + g.len())),
            };
        }
        let wide = columns(g);
        if used + wide > width && !blank {
            match space.filter(|(_, next)| *next > start) {
                Some((end, next)) if end > start => {
                    rows.push(offset + start..offset + end);
                    start = next;
                }
                _ => {
                    // Wider than the row only when it is nothing but spaces.
                    rows.push(offset + start..offset + start + fit(&paragraph[start..at], width).len());
                    start = at;
                }
            }
            space = None;
            used = crate::app::wrap::width(&paragraph[start..at]);
        }
        used = used.saturating_add(wide);
    }
    let tail = paragraph[start..].trim_end().len();
    // A row of spaces only still holds the caret, within the width.
    rows.push(offset + start..offset + start + tail.max(fit(&paragraph[start..], width).len().min(tail)));
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, width: u16) -> Vec<&str> {
        wrap(text, width).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn korean_breaks_between_word_units() {
        assert_eq!(rows("새벽에 깨면 그냥 누워 있어요.", 12), ["새벽에 깨면", "그냥 누워", "있어요."]);
    }

    #[test]
    fn a_word_longer_than_the_row_is_cut_between_glyphs() {
        assert_eq!(rows("가나다라마바", 5), ["가나", "다라", "마바"]);
    }

    #[test]
    fn empty_text_has_one_empty_row_and_newlines_make_rows() {
        assert_eq!(rows("", 10), [""]);
        assert_eq!(rows("a\n\nb", 10), ["a", "", "b"]);
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked_and_no_word_is_lost(
            text in "([가-힣]{1,4}|[a-z]{1,9}|👩‍👧|e\u{301}| |\n){0,60}", width in 2u16..40) {
            let rows = wrap(&text, width);
            let mut kept = String::new();
            let mut last = 0;
            for r in &rows {
                prop_assert!(r.start >= last);
                prop_assert!(super::width(&text[r.clone()]) <= width);
                kept.push_str(&text[r.clone()]);
                last = r.end;
            }
            let strip = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(strip(&kept), strip(&text));
        }
    }
}
