//! The note as it is edited: sections of lines with a caret. Every line remembers where it came from; a line taken
//! from a suggestion that is then changed says so. Model text gets in only through [`Page::take`].

use crate::app::field::{Edit, after, before, splice};
use crate::app::views::{Draft, DraftLine, LineOrigin};
use crate::app::wrap::{columns, wrap};
use crate::domain::advice::evidence::Evidence;
use crate::domain::note::format::NoteFormat;
use crate::domain::practice::ids::TechniqueId;
use crate::domain::practice::text::{ClientText, clean};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Longest line in bytes: a bound on what a paste can do to one paragraph.
pub const MAX_LINE: usize = 64 * 1024;

/// A line being edited. `Debug` withholds the words.
#[derive(Clone, PartialEq, Default)]
pub struct PageLine {
    text: String,
    /// Where it came from.
    pub origin: LineOrigin,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

impl PageLine {
    /// The words.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn touched(&mut self) {
        if let LineOrigin::Accepted { edited, .. } = &mut self.origin {
            *edited = true;
        }
    }
}

impl std::fmt::Debug for PageLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PageLine({:?}, {} bytes withheld)", self.origin, self.text.len())
    }
}

/// A section being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct PageSection {
    /// The section's key in the form.
    pub key: String,
    /// At least one.
    pub lines: Vec<PageLine>,
}

/// Where the caret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Caret {
    /// Section, from 0.
    pub section: usize,
    /// Line within it, from 0.
    pub line: usize,
    /// Byte within the line, on a cluster border.
    pub byte: usize,
}

/// The note being edited.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    format: String,
    sections: Vec<PageSection>,
    caret: Caret,
    edits: u64,
}

impl Page {
    /// An empty note of a form.
    pub fn empty(format: &NoteFormat) -> Self {
        let sections = format
            .sections
            .iter()
            .map(|s| PageSection { key: s.id.clone(), lines: vec![PageLine::default()] })
            .collect();
        Page { format: format.id.clone(), sections, caret: Caret::default(), edits: 0 }
    }

    /// A kept note, in its form. Sections that the form does not know go to the end, so that nothing is lost.
    pub fn open(format: &NoteFormat, draft: &Draft) -> Self {
        let mut page = Page::empty(format);
        page.pour(draft);
        page
    }

    /// The same words under another form: sections of the same key keep their place, others go to the last one.
    pub fn reform(&self, format: &NoteFormat) -> Self {
        let mut page = Page::empty(format);
        page.pour(&self.draft());
        page.edits = self.edits + 1;
        page
    }

    fn pour(&mut self, draft: &Draft) {
        let last = self.sections.len().saturating_sub(1);
        for (key, lines) in &draft.sections {
            let at = self.sections.iter().position(|s| s.key == *key).unwrap_or(last);
            let Some(section) = self.sections.get_mut(at) else { return };
            let kept = lines.iter().map(|l| PageLine {
                text: clean(l.text.reveal()).replace('\n', " "),
                origin: l.origin.clone(),
                evidence: l.evidence.clone(),
            });
            if section.lines.iter().all(|l| l.text.is_empty()) {
                section.lines.clear();
            }
            section.lines.extend(kept);
            if section.lines.is_empty() {
                section.lines.push(PageLine::default());
            }
        }
    }

    /// What would be kept; blank lines at the end of a section are left out.
    pub fn draft(&self) -> Draft {
        let sections = self
            .sections
            .iter()
            .map(|s| {
                let used = s.lines.iter().rposition(|l| !l.text.trim().is_empty()).map_or(0, |i| i + 1);
                let lines = s.lines[..used].iter().map(|l| DraftLine {
                    text: ClientText::new(&l.text),
                    origin: l.origin.clone(),
                    evidence: l.evidence.clone(),
                });
                (s.key.clone(), lines.collect())
            })
            .collect();
        Draft { format: self.format.clone(), sections }
    }

    /// The form's id.
    pub fn format(&self) -> &str {
        &self.format
    }

    /// In the form's order.
    pub fn sections(&self) -> &[PageSection] {
        &self.sections
    }

    /// Where the caret is.
    pub const fn caret(&self) -> Caret {
        self.caret
    }

    /// The line under the caret.
    pub fn line(&self) -> Option<&PageLine> {
        self.sections.get(self.caret.section)?.lines.get(self.caret.line)
    }

    /// Counts every change.
    pub const fn edits(&self) -> u64 {
        self.edits
    }

    /// True when nothing is written.
    pub fn is_blank(&self) -> bool {
        self.sections.iter().all(|s| s.lines.iter().all(|l| l.text.trim().is_empty()))
    }

    /// True when a line came from this suggestion.
    pub fn has(&self, technique: &TechniqueId) -> bool {
        self.sections
            .iter()
            .flat_map(|s| &s.lines)
            .any(|l| matches!(&l.origin, LineOrigin::Accepted { technique: t, .. } if t == technique))
    }

    /// Takes an accepted suggestion as a line at the end of a section, and puts the caret there.
    pub fn take(&mut self, section: usize, technique: TechniqueId, text: &str, evidence: Vec<Evidence>) {
        let line = PageLine {
            text: clean(text).replace('\n', " "),
            origin: LineOrigin::Accepted { technique, edited: false },
            evidence,
        };
        let at = section.min(self.sections.len().saturating_sub(1));
        let Some(s) = self.sections.get_mut(at) else { return };
        if s.lines.last().is_some_and(|l| l.text.trim().is_empty() && l.origin == LineOrigin::Typed) {
            s.lines.pop();
        }
        s.lines.push(line);
        self.caret = Caret { section: at, line: s.lines.len() - 1, byte: s.lines.last().map_or(0, |l| l.text.len()) };
        self.edits += 1;
    }

    /// Applies one edit at the caret. Pasted newlines make lines.
    pub fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Insert(s) => {
                let text = clean(s).replace('\t', " ");
                for (n, part) in text.split('\n').enumerate() {
                    if n > 0 {
                        self.newline();
                    }
                    self.insert(part);
                }
            }
            Edit::Backspace => self.backspace(),
            Edit::Delete => self.delete(),
            Edit::Left => {
                let c = self.caret;
                if c.byte > 0 {
                    self.caret.byte = before(self.current(), c.byte);
                } else if c.line > 0 || c.section > 0 {
                    self.line_before();
                    self.caret.byte = self.current().len();
                }
            }
            Edit::Right => {
                if self.caret.byte < self.current().len() {
                    self.caret.byte = after(self.current(), self.caret.byte);
                } else if self.line_after() {
                    self.caret.byte = 0;
                }
            }
            Edit::Home => self.caret.byte = 0,
            Edit::End => self.caret.byte = self.current().len(),
        }
    }

    /// Splits the line at the caret.
    pub fn newline(&mut self) {
        let c = self.caret;
        let Some(s) = self.sections.get_mut(c.section) else { return };
        let Some(line) = s.lines.get_mut(c.line) else { return };
        let tail = line.text.split_off(c.byte);
        let new = if tail.is_empty() || line.text.is_empty() {
            // At an end nothing of the accepted words was changed: the empty side is a new line of one's own.
            if line.text.is_empty() && !tail.is_empty() {
                PageLine { text: tail, ..std::mem::take(line) }
            } else {
                PageLine::default()
            }
        } else {
            line.touched();
            PageLine { text: tail, origin: line.origin.clone(), evidence: line.evidence.clone() }
        };
        s.lines.insert(c.line + 1, new);
        self.caret = Caret { line: c.line + 1, byte: 0, ..c };
        self.edits += 1;
    }

    /// Up by one row of a page of this width in columns; false at the top.
    pub fn up(&mut self, width: u16) -> bool {
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

    fn current(&self) -> &str {
        self.line().map_or("", |l| &l.text)
    }

    fn insert(&mut self, part: &str) {
        let at = self.caret.byte;
        let (section, line) = (self.caret.section, self.caret.line);
        let Some(line) = self.sections.get_mut(section).and_then(|s| s.lines.get_mut(line)) else { return };
        if part.is_empty() || line.text.len() + part.len() > MAX_LINE {
            return;
        }
        self.caret.byte = splice(&mut line.text, at, part);
        line.touched();
        self.edits += 1;
    }

    fn backspace(&mut self) {
        let c = self.caret;
        let Some(s) = self.sections.get_mut(c.section) else { return };
        if c.byte > 0 {
            let Some(line) = s.lines.get_mut(c.line) else { return };
            let from = before(&line.text, c.byte);
            line.text.replace_range(from..c.byte, "");
            line.touched();
            self.caret.byte = from;
            settle(line);
        } else if c.line > 0 {
            let below = s.lines.remove(c.line);
            let above = &mut s.lines[c.line - 1];
            self.caret = Caret { line: c.line - 1, byte: above.text.len(), ..c };
            join(above, below);
        } else {
            return;
        }
        self.edits += 1;
    }

    fn delete(&mut self) {
        let c = self.caret;
        let Some(s) = self.sections.get_mut(c.section) else { return };
        let Some(line) = s.lines.get_mut(c.line) else { return };
        if c.byte < line.text.len() {
            let to = after(&line.text, c.byte);
            line.text.replace_range(c.byte..to, "");
            line.touched();
            settle(line);
        } else if c.line + 1 < s.lines.len() {
            let below = s.lines.remove(c.line + 1);
            join(&mut s.lines[c.line], below);
        } else {
            return;
        }
        self.edits += 1;
    }

    fn line_before(&mut self) -> bool {
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

    fn line_after(&mut self) -> bool {
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

/// An accepted line of which nothing is left is an empty line of one's own.
fn settle(line: &mut PageLine) {
    if line.text.is_empty() {
        *line = PageLine::default();
    }
}

fn join(above: &mut PageLine, below: PageLine) {
    if below.text.is_empty() {
        return;
    }
    if above.text.is_empty() {
        *above = below;
        return;
    }
    above.text.push_str(&below.text);
    above.text = clean(&above.text);
    if above.origin == LineOrigin::Typed {
        above.origin = below.origin;
    }
    for e in below.evidence {
        if !above.evidence.contains(&e) {
            above.evidence.push(e);
        }
    }
    above.touched();
}

/// Row and column of a byte in text wrapped at a width.
pub fn caret_at(text: &str, byte: usize, width: u16) -> (usize, u16) {
    let rows = wrap(text, width);
    let row = rows.iter().rposition(|r| r.start <= byte).unwrap_or(0);
    let from = rows.get(row).map_or(0, |r| r.start);
    let column = text.get(from..byte).map_or(0, crate::app::wrap::width).min(width);
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::format;
    use proptest::prelude::*;

    fn format() -> NoteFormat {
        format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"))).unwrap()
    }

    fn technique() -> TechniqueId {
        TechniqueId::from("behavioural-activation")
    }

    #[test]
    fn a_taken_suggestion_keeps_its_origin_until_its_words_are_changed() {
        let mut page = Page::empty(&format());
        page.take(3, technique(), "하루 한 가지 활동", vec![]);
        assert_eq!(page.line().unwrap().origin, LineOrigin::Accepted { technique: technique(), edited: false });
        page.newline();
        assert_eq!(page.line().unwrap().origin, LineOrigin::Typed);
        assert_eq!(
            page.sections()[3].lines[0].origin,
            LineOrigin::Accepted { technique: technique(), edited: false },
            "a new line after it changes no word of it"
        );
        page.edit(&Edit::Backspace);
        page.edit(&Edit::Insert("!".into()));
        assert_eq!(page.line().unwrap().origin, LineOrigin::Accepted { technique: technique(), edited: true });
    }

    #[test]
    fn typing_never_makes_a_line_that_says_it_was_accepted() {
        let mut page = Page::empty(&format());
        page.edit(&Edit::Insert("가\n나".into()));
        let draft = page.draft();
        assert!(draft.sections.iter().flat_map(|(_, l)| l).all(|l| l.origin == LineOrigin::Typed));
        assert_eq!(draft.sections[0].1.len(), 2);
    }

    #[test]
    fn another_form_loses_no_line() {
        let mut page = Page::empty(&format());
        page.edit(&Edit::Insert("주관".into()));
        page.take(3, technique(), "계획", vec![]);
        let dap = format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/dap.toml"))).unwrap();
        let words: Vec<String> = page
            .reform(&dap)
            .draft()
            .sections
            .iter()
            .flat_map(|(_, l)| l.iter().map(|l| l.text.reveal().to_owned()))
            .collect();
        assert_eq!(words, ["주관", "계획"]);
    }

    #[test]
    fn up_and_down_move_by_rows_of_the_screen_and_between_sections() {
        let mut page = Page::empty(&format());
        page.edit(&Edit::Insert("가나다라마바".into()));
        assert!(page.up(6), "within the wrapped line");
        assert_eq!(page.caret().section, 0);
        assert!(page.down(6));
        assert!(page.down(6), "into the next section");
        assert_eq!(page.caret(), Caret { section: 1, line: 0, byte: 0 });
    }

    fn steps() -> impl Strategy<Value = u8> {
        0u8..12
    }

    proptest! {
        #[test]
        fn the_caret_always_stands_in_the_text(all in prop::collection::vec(steps(), 0..80), width in 2u16..20) {
            let mut page = Page::empty(&format());
            for step in all {
                match step {
                    0 => page.edit(&Edit::Insert("가 나다".into())),
                    1 => page.edit(&Edit::Insert("e\u{301}\n".into())),
                    2 => page.edit(&Edit::Backspace),
                    3 => page.edit(&Edit::Delete),
                    4 => page.edit(&Edit::Left),
                    5 => page.edit(&Edit::Right),
                    6 => page.edit(&Edit::Home),
                    7 => page.edit(&Edit::End),
                    8 => page.newline(),
                    9 => { page.up(width); }
                    10 => { page.down(width); }
                    _ => page.take(3, technique(), "받은 줄", vec![]),
                }
                let line = page.line().unwrap();
                prop_assert!(line.text().is_char_boundary(page.caret().byte));
            }
        }
    }
}
