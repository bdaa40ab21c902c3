//! A list of suggestions with the quotes they rest on.

use crate::app::wrap::wrap;
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::transcript::place;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::put;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A list of suggestions with their quotes; the marked one is always wholly visible and says why it may fit.
#[allow(clippy::too_many_arguments)]
pub fn list(
    buf: &mut Buffer,
    area: Rect,
    all: &[&Suggestion],
    at: usize,
    focus: bool,
    when: &dyn Fn(&Evidence) -> Option<u64>,
    note: &dyn Fn(&Suggestion) -> Option<&'static str>,
    theme: Theme,
) {
    let blocks = blocks(area.width, all, at, focus, when, note);
    let height = usize::from(area.height);
    let from: usize = blocks.iter().take(at).map(Vec::len).sum();
    let to = from + blocks.get(at).map_or(0, Vec::len);
    let top = if focus { to.saturating_sub(height).min(from) } else { 0 };
    let mut row = 0usize;
    for (n, block) in blocks.iter().enumerate() {
        for (line, (indent, text, mean)) in block.iter().enumerate() {
            if row >= top && row < top + height {
                let y = area.y + (row - top) as u16;
                if line == 0 {
                    let mark = if focus && n == at { "▸" } else { " " };
                    put(buf, area.x, y, area.right(), mark, theme.of(Mean::Focus));
                    put(buf, area.x + 1, y, area.right(), &format!("{:>2}", n + 1), theme.of(Mean::Quiet));
                }
                put(buf, area.x + indent, y, area.right(), text, theme.of(*mean));
            }
            row += 1;
        }
    }
}

/// Rows that a list of so many columns takes.
pub fn rows_of(width: u16, all: &[&Suggestion], at: usize, focus: bool) -> usize {
    // A time takes at most as much as the widest, so that nothing moves when it comes.
    blocks(width, all, at, focus, &|_| Some(3_600_000), &|_| None).iter().map(Vec::len).sum::<usize>().max(2)
}

/// One block of rows for each suggestion: indent, words, meaning.
fn blocks(
    width: u16,
    all: &[&Suggestion],
    at: usize,
    focus: bool,
    when: &dyn Fn(&Evidence) -> Option<u64>,
    note: &dyn Fn(&Suggestion) -> Option<&'static str>,
) -> Vec<Vec<(u16, String, Mean)>> {
    let text_width = width.saturating_sub(5);
    let mut blocks = Vec::new();
    for (n, s) in all.iter().enumerate() {
        let marked = focus && n == at;
        let mut rows = Vec::new();
        let mean = if marked { Mean::Focus } else { Mean::Strong };
        let title = match note(s) {
            Some(word) => format!("{} ({word})", s.title),
            None => s.title.clone(),
        };
        for row in wrap(&title, text_width) {
            rows.push((4, title[row].to_owned(), mean));
        }
        if marked && !s.rationale.is_empty() {
            for row in wrap(&s.rationale, text_width) {
                rows.push((4, s.rationale[row].to_owned(), Mean::Ai));
            }
        }
        let quotes = if marked { s.evidence.len() } else { 1 };
        for e in s.evidence.iter().take(quotes) {
            let time = when(e).map(|ms| format!(" {}", place(ms, e.utterance))).unwrap_or_default();
            let quote = format!("“{}”{time}", e.quote.reveal());
            for row in wrap(&quote, text_width) {
                rows.push((4, quote[row].to_owned(), Mean::Plain));
            }
        }
        blocks.push(rows);
    }
    blocks
}
