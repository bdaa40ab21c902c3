//! Pieces that screens are made of. Each draws cells into an area and knows nothing of keys.

pub mod cases;
pub mod cues;
pub mod day_list;
pub mod editor;
pub mod enrolment;
pub mod field;
pub mod find;
pub mod findings;
pub mod listing;
pub mod microphone;
pub mod pane;
pub mod question;
pub mod reviews;
pub mod suggestions;
pub mod transcript;
pub mod triage;

use crate::app::model::Model;
use crate::app::wrap::{fit, width, wrap};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::borrow::Cow;

/// A date of the local calendar as the shell passes it: UTC until it says otherwise.
pub fn day(at: Timestamp) -> String {
    at.date()
}

/// Puts text at a place, without splitting a wide glyph; the column after it. Where it does not fit before `right` it ends
/// in "…", so that one sees that there is more.
pub fn put(buf: &mut Buffer, x: u16, y: u16, right: u16, text: &str, style: Style) -> u16 {
    if x >= right || y >= buf.area.bottom() {
        return x;
    }
    let room = right - x;
    let set = |buf: &mut Buffer, x: u16, text: &str| buf.set_stringn(x, y, text, usize::from(right - x), style).0;
    if width(text.trim_end()) <= room {
        return set(buf, x, fit(text, room)).min(right);
    }
    let at = set(buf, x, fit(text, room - 1)).min(right - 1);
    set(buf, at, "…").min(right)
}

/// Puts text so that it ends at `right`; the column where it begins.
pub fn put_right(buf: &mut Buffer, left: u16, y: u16, right: u16, text: &str, style: Style) -> u16 {
    let x = right.saturating_sub(width(text)).max(left);
    put(buf, x, y, right, text, style);
    x
}

/// Puts wrapped text into the rows of an area from `y` on; the row after the last one used. Where rows are missing the last
/// one ends in "…".
pub fn put_wrapped(buf: &mut Buffer, area: Rect, y: u16, text: &str, style: Style) -> u16 {
    let mut y = y;
    let mut rows = wrap(text, area.width).into_iter().peekable();
    while let Some(row) = rows.next() {
        if y >= area.bottom() {
            break;
        }
        let cut = y + 1 >= area.bottom() && rows.peek().is_some();
        if cut {
            put(buf, area.x, y, area.right(), &format!("{}…", &text[row]), style);
        } else {
            put(buf, area.x, y, area.right(), &text[row], style);
        }
        y += 1;
    }
    y
}

/// A name as it may stand on a screen that others can see: the first letter, the others withheld. Of a Hangul given name of
/// two syllables or more the last one stays, so that three clients of one family name can be told apart.
pub fn masked(name: &str) -> String {
    let letters: Vec<char> = name.chars().filter(|c| !c.is_whitespace()).collect();
    let Some((first, rest)) = letters.split_first() else { return String::new() };
    let last = rest.last().filter(|c| rest.len() > 1 && ('가'..='힣').contains(*c));
    let withheld = rest.len().clamp(1, 3) - usize::from(last.is_some());
    let mut out = String::from(*first);
    out.extend(std::iter::repeat_n('○', withheld.max(1)));
    out.extend(last);
    out
}

/// A client's name as the member wants it now: masked, or whole.
pub fn named<'a>(model: &Model, name: &'a ClientText) -> Cow<'a, str> {
    if model.names_shown { Cow::Borrowed(name.reveal()) } else { Cow::Owned(masked(name.reveal())) }
}

/// The part of a list of `len` rows to show in `height` rows so that `at` is visible: the first row.
pub fn window(at: usize, len: usize, height: usize) -> usize {
    if len <= height { 0 } else { at.saturating_sub(height / 2).min(len - height) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_on_the_screen_shows_its_first_letter_and_what_tells_it_apart() {
        assert_eq!(masked("김서연"), "김○연");
        assert_eq!(masked("남궁민수"), "남○○수");
        assert_eq!(masked("김솔"), "김○", "the last syllable would be the whole given name");
        assert_eq!(masked("Jane Doe"), "J○○○");
        assert_eq!(masked(""), "");
    }

    proptest! {
        #[test]
        fn a_wide_glyph_is_never_split_at_the_last_column(
            text in "([가-힣]|[a-z]|👩‍👧|e\u{301}| ){0,30}", x in 0u16..12, columns in 1u16..20) {
            let area = Rect::new(0, 0, columns, 1);
            let mut buf = Buffer::empty(area);
            put(&mut buf, x, 0, columns, &text, Style::new());
            for at in 0..columns {
                let w = crate::app::wrap::width(buf[(at, 0)].symbol());
                prop_assert!(at + w.max(1) <= columns, "a glyph of {} columns at {} of {}", w, at, columns);
            }
        }
    }
}
