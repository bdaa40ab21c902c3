//! Text in sections being written: headings, lines with where each came from, the caret. For notes and safety plans.

use crate::app::editor::caret::caret_at;
use crate::app::editor::{NoteText, TextLine};
use crate::app::wrap::wrap;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::lang::Lang;
use crate::ui::theme::Mean;
use crate::ui::view::View;
use crate::ui::widgets::put;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

/// What is shown.
pub struct Shown<'a> {
    /// The text.
    pub text: &'a NoteText,
    /// Its form.
    pub form: Option<&'a NoteFormat>,
    /// Columns that a line has before it is wrapped.
    pub width: u16,
    /// The hardware cursor stands at the caret.
    pub caret: bool,
    /// What stands before a line.
    pub glyph: &'a dyn Fn(&TextLine) -> &'static str,
    /// Of the headings.
    pub lang: Lang,
}

/// Draws the text so that the caret is seen.
pub fn draw(frame: &mut Frame<'_>, inner: Rect, shown: &Shown<'_>, view: &mut View) {
    let (theme, width) = (view.theme, shown.width);
    // Every row of the page: what stands in the gutter, the text, its meaning, and whether the caret is in it.
    let mut rows: Vec<(&str, String, Mean)> = Vec::new();
    let mut caret: Option<(usize, u16)> = None;
    let at = shown.text.caret();
    for (s, section) in shown.text.sections().iter().enumerate() {
        if s > 0 {
            rows.push((" ", String::new(), Mean::Plain));
        }
        let words = shown.form.and_then(|f| f.sections.get(s)).map(|h| h.text(shown.lang));
        rows.push(("▪", words.map(|w| w.title.clone()).unwrap_or_default(), Mean::Strong));
        let blank = section.lines.iter().all(|l| l.text().is_empty());
        for (l, line) in section.lines.iter().enumerate() {
            let glyph = (shown.glyph)(line);
            let first = rows.len();
            let (text, mean) = match words {
                // What belongs here, until something is written.
                Some(words) if blank && section.lines.len() == 1 => (words.guide.as_str(), Mean::Quiet),
                _ => (line.text(), Mean::Plain),
            };
            for (n, r) in wrap(text, width).into_iter().enumerate() {
                rows.push((if n == 0 { glyph } else { " " }, text[r].to_owned(), mean));
            }
            if (s, l) == (at.section, at.line) {
                let (row, column) = caret_at(line.text(), at.byte, width);
                caret = Some((first + row, column));
            }
        }
    }
    let height = usize::from(inner.height);
    if let Some((row, _)) = caret {
        // The heading above the first line is kept in sight.
        view.note_top = view.note_top.max((row + 1).saturating_sub(height)).min(row.saturating_sub(1));
    }
    view.note_top = view.note_top.min(rows.len().saturating_sub(height));
    let buf = frame.buffer_mut();
    for (n, (glyph, text, mean)) in rows.iter().enumerate().skip(view.note_top).take(height) {
        let y = inner.y + (n - view.note_top) as u16;
        let style = if *glyph == "▪" { theme.of(Mean::Focus) } else { theme.of(Mean::Ai) };
        put(buf, inner.x, y, inner.right(), glyph, style);
        put(buf, inner.x + 2, y, inner.right(), text, theme.of(*mean));
    }
    if let Some((row, column)) = caret.filter(|_| shown.caret) {
        let y = inner.y + (row - view.note_top) as u16;
        frame.set_cursor_position(Position { x: (inner.x + 2 + column).min(inner.right() - 1), y });
    }
}
