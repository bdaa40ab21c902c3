//! The caret: by rows of the screen, and from line to line.

use crate::app::editor::{Caret, NoteText};
use crate::app::field::before;
use crate::app::wrap::{columns, width, wrap};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

impl NoteText {
    /// Up by one row of a page of this width in columns; false at the top.
    pub fn up(&mut self, width: u16) -> bool {
        self.anchor = None;
        let (row, column) = caret_at(self.current(), self.caret.byte, width);
        if row > 0 {
            self.caret.byte = byte_at(self.current(), row - 1, column, width);
            return true;
        }
        if self.line_before() {
            let rows = wrap(self.current(), width).len();
            self.caret.byte = byte_at(self.current(), rows - 1, column, width);
            return true;
        }
        false
    }

    /// Down by one row of a page of this width in columns; false at the bottom.
    pub fn down(&mut self, width: u16) -> bool {
        self.anchor = None;
        let (row, column) = caret_at(self.current(), self.caret.byte, width);
        if row + 1 < wrap(self.current(), width).len() {
            self.caret.byte = byte_at(self.current(), row + 1, column, width);
            return true;
        }
        if self.line_after() {
            self.caret.byte = byte_at(self.current(), 0, column, width);
            return true;
        }
        false
    }

    /// To the end of a section, counted from 0; to the last one where there are fewer.
    pub fn to_section(&mut self, section: usize) {
        self.anchor = None;
        let section = section.min(self.sections.len().saturating_sub(1));
        let line = self.sections.get(section).map_or(0, |s| s.lines.len().saturating_sub(1));
        self.caret = Caret { section, line, byte: 0 };
        self.caret.byte = self.current().len();
    }

    pub(super) fn current(&self) -> &str {
        self.line().map_or("", |l| &l.text)
    }

    pub(super) fn line_before(&mut self) -> bool {
        if self.caret.line > 0 {
            self.caret.line -= 1;
        } else if self.caret.section > 0 {
            self.caret.section -= 1;
            self.caret.line = self.sections[self.caret.section].lines.len() - 1;
        } else {
            return false;
        }
        true
    }

    pub(super) fn line_after(&mut self) -> bool {
        let lines = self.sections.get(self.caret.section).map_or(0, |s| s.lines.len());
        if self.caret.line + 1 < lines {
            self.caret.line += 1;
        } else if self.caret.section + 1 < self.sections.len() {
            self.caret.section += 1;
            self.caret.line = 0;
        } else {
            return false;
        }
        true
    }
}

/// Row and column of a byte in text wrapped at a width.
pub fn caret_at(text: &str, byte: usize, columns_of_page: u16) -> (usize, u16) {
    let rows = wrap(text, columns_of_page);
    let row = rows.iter().rposition(|r| r.start <= byte).unwrap_or(0);
    let from = rows.get(row).map_or(0, |r| r.start);
    let column = text.get(from..byte).map_or(0, width).min(columns_of_page);
    (row, column)
}

fn byte_at(text: &str, row: usize, column: u16, width: u16) -> usize {
    let rows: Vec<Range<usize>> = wrap(text, width);
    let Some(range) = rows.get(row) else { return text.len() };
    let mut used = 0u16;
    for (at, g) in text[range.clone()].grapheme_indices(true) {
        used = used.saturating_add(columns(g));
        if used > column {
            return range.start + at;
        }
    }
    // Where a word was cut, the end of this row is the start of the next and would be drawn there.
    if rows.get(row + 1).is_some_and(|next| next.start == range.end) { before(text, range.end) } else { range.end }
}
