//! A labelled line of typed text. The hardware cursor stands at its caret: input methods draw there.

use crate::app::field::Field;
use crate::app::wrap::{columns, width};
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::put;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use unicode_segmentation::UnicodeSegmentation;

/// Draws a field of two rows: its label, and the text on a line.
pub fn draw(frame: &mut Frame<'_>, area: Rect, label: &str, field: &Field, secret: bool, focus: bool, theme: Theme) {
    if area.height < 2 {
        return;
    }
    let buf = frame.buffer_mut();
    let mark = if focus { "▸ " } else { "  " };
    let style = theme.of(if focus { Mean::Focus } else { Mean::Quiet });
    let x = put(buf, area.x, area.y, area.right(), mark, style);
    put(buf, x, area.y, area.right(), label, style);
    let left = area.x + 2;
    let room = area.right().saturating_sub(left + 1);
    let before = &field.text()[..field.caret()];
    // One dot for a letter, so that Hangul is not given away by its width.
    let shown: String =
        if secret { field.text().graphemes(true).map(|_| '•').collect() } else { field.text().to_owned() };
    let caret = if secret { before.graphemes(true).count() as u16 } else { width(before) };
    // The text is moved so far left that the caret is seen.
    let mut skip = 0u16;
    let mut from = 0usize;
    for (at, g) in shown.grapheme_indices(true) {
        if caret.saturating_sub(skip) < room {
            break;
        }
        skip += columns(g);
        from = at + g.len();
    }
    for x in left..area.right() {
        buf[(x, area.y + 1)].set_symbol("_").set_style(theme.of(Mean::Quiet));
    }
    // What the next letter would replace does not look like what was typed.
    let mean = if field.is_usual() { Mean::Focus } else { Mean::Plain };
    put(buf, left, area.y + 1, area.right().saturating_sub(1), &shown[from..], theme.of(mean));
    if focus {
        let x = left.saturating_add(caret.saturating_sub(skip)).min(area.right().saturating_sub(1));
        frame.set_cursor_position(Position { x, y: area.y + 1 });
    }
}
