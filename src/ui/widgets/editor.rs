//! Text in sections being written: headings, lines with where each came from, the caret. For notes and safety plans.

use crate::app::editor::caret::caret_at;
use crate::app::editor::{NoteText, TextLine};
use crate::app::wrap::{width as columns_of, wrap};
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::lang::Lang;
use crate::ui::theme::Mean;
use crate::ui::view::View;
use crate::ui::widgets::put;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use std::ops::Range;

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
    // The columns of a row that are selected.
    let mut selected: Vec<(usize, Range<u16>)> = Vec::new();
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
            let marked = shown.text.selected_in(s, l);
            let (text, mean) = match words {
                // What belongs here, until something is written.
                Some(words) if blank && section.lines.len() == 1 => (words.guide.as_str(), Mean::Quiet),
                _ => (line.text(), Mean::Plain),
            };
            for (n, r) in wrap(text, width).into_iter().enumerate() {
                if let Some(m) = marked.as_ref().filter(|_| mean == Mean::Plain) {
                    let (from, to) = (m.start.clamp(r.start, r.end), m.end.clamp(r.start, r.end));
                    let column = |at: usize| columns_of(&text[r.start..at]);
                    selected.push((rows.len(), column(from)..column(to)));
                }
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
    for (n, columns) in selected {
        let Some(y) = n.checked_sub(view.note_top).filter(|y| *y < height) else { continue };
        let from = inner.x + 2 + columns.start;
        let width = columns.end.saturating_sub(columns.start).min(inner.right().saturating_sub(from));
        buf.set_style(Rect { x: from, y: inner.y + y as u16, width, height: 1 }, theme.of(Mean::Marked));
    }
    if let Some((row, column)) = caret.filter(|_| shown.caret) {
        let y = inner.y + (row - view.note_top) as u16;
        frame.set_cursor_position(Position { x: (inner.x + 2 + column).min(inner.right() - 1), y });
    }
}
