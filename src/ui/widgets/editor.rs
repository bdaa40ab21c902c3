//! Text in sections being written: headings, lines with where each came from, the caret. For notes and safety plans.

use crate::app::editor::caret::caret_at;
use crate::app::editor::{NoteText, TextLine};
use crate::app::wrap::{width as columns_of, wrap};
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::lang::Lang;
use crate::ui::theme::{Mean, Theme};
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
                    selected.push((rows.len(), columns_in(text, &r, m)));
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
    mark(frame, Rect { x: inner.x + 2, width: inner.width.saturating_sub(2), ..inner }, selected, view.note_top, theme);
    if let Some((row, column)) = caret.filter(|_| shown.caret) {
        let y = inner.y + (row - view.note_top) as u16;
        frame.set_cursor_position(Position { x: (inner.x + 2 + column).min(inner.right() - 1), y });
    }
}

/// The columns of a row of wrapped text that are selected.
fn columns_in(text: &str, row: &Range<usize>, marked: &Range<usize>) -> Range<u16> {
    let column = |at: usize| columns_of(&text[row.start..at.clamp(row.start, row.end)]);
    column(marked.start)..column(marked.end)
}

/// Marks what is selected of the rows from `top` on.
fn mark(frame: &mut Frame<'_>, area: Rect, selected: Vec<(usize, Range<u16>)>, top: usize, theme: Theme) {
    for (n, columns) in selected {
        let Some(y) = n.checked_sub(top).filter(|y| *y < usize::from(area.height)) else { continue };
        let x = area.x + columns.start;
        let width = columns.end.saturating_sub(columns.start).min(area.right().saturating_sub(x));
        let place = Rect { x, y: area.y + y as u16, width, height: 1 };
        frame.buffer_mut().set_style(place, theme.of(Mean::Marked));
    }
}

/// Draws text without headings so that the caret is seen.
pub fn plain_text(frame: &mut Frame<'_>, inner: Rect, text: &NoteText, width: u16, caret: bool, theme: Theme) {
    let place = text.caret();
    let (mut rows, mut at): (Vec<String>, (usize, u16)) = (Vec::new(), (0, 0));
    let mut selected: Vec<(usize, Range<u16>)> = Vec::new();
    for (n, line) in text.sections().iter().flat_map(|s| &s.lines).enumerate() {
        if n == place.line {
            let (row, column) = caret_at(line.text(), place.byte, width);
            at = (rows.len() + row, column);
        }
        // Of one section: the line's place is its number.
        let marked = text.selected_in(place.section, n);
        for r in wrap(line.text(), width) {
            selected.extend(marked.as_ref().map(|m| (rows.len(), columns_in(line.text(), &r, m))));
            rows.push(line.text()[r].to_owned());
        }
    }
    let height = usize::from(inner.height);
    let top = (at.0 + 1).saturating_sub(height);
    for (n, row) in rows.iter().enumerate().skip(top).take(height) {
        put(frame.buffer_mut(), inner.x + 1, inner.y + (n - top) as u16, inner.right(), row, theme.of(Mean::Plain));
    }
    mark(frame, Rect { x: inner.x + 1, width: inner.width.saturating_sub(1), ..inner }, selected, top, theme);
    if caret {
        let y = inner.y + (at.0 - top) as u16;
        frame.set_cursor_position(Position { x: (inner.x + 1 + at.1).min(inner.right() - 1), y });
    }
}
