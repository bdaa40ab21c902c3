//! One line of typed text with a caret that moves by grapheme cluster; what is typed is cleaned and kept in NFC.

use crate::domain::practice::text::clean;
use unicode_segmentation::UnicodeSegmentation;
use zeroize::Zeroize;

/// What a person does to text.
#[derive(Clone, PartialEq, Eq)]
pub enum Edit {
    /// Types or pastes.
    Insert(String),
    /// Removes the cluster before the caret.
    Backspace,
    /// Removes the cluster after the caret.
    Delete,
    /// One cluster left.
    Left,
    /// One cluster right.
    Right,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word after.
    WordRight,
    /// To the start of the line.
    Home,
    /// To the end of the line.
    End,
    /// Empties the field, in a longer text its line.
    Clear,
    /// Moves the caret and selects what lies between. A field of one line has no selection: there only the caret moves.
    Select(Step),
    /// Takes what is selected out and keeps it aside.
    Cut,
    /// Keeps a copy of what is selected aside.
    Copy,
    /// Puts what was kept aside in at the caret.
    PutBack,
}

/// Where the caret goes while one selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// One cluster left.
    Left,
    /// One cluster right.
    Right,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word after.
    WordRight,
    /// To the start of the line.
    Home,
    /// To the end of the line.
    End,
    /// A row up.
    Up,
    /// A row down.
    Down,
    /// To the start of the text.
    Top,
    /// To the end of the text.
    Bottom,
}

/// Typed text may be about a client, or a passphrase: debugging shows only what kind of edit it was.
impl Edit {
    /// True where it changes the text, false where it only moves the caret.
    pub const fn changes(&self) -> bool {
        matches!(self, Edit::Insert(_) | Edit::Backspace | Edit::Delete | Edit::Clear | Edit::Cut | Edit::PutBack)
    }
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Edit::Insert(_) => "Insert(withheld)",
            Edit::Backspace => "Backspace",
            Edit::Delete => "Delete",
            Edit::Left => "Left",
            Edit::Right => "Right",
            Edit::WordLeft => "WordLeft",
            Edit::WordRight => "WordRight",
            Edit::Home => "Home",
            Edit::End => "End",
            Edit::Clear => "Clear",
            Edit::Select(_) => "Select",
            Edit::Cut => "Cut",
            Edit::Copy => "Copy",
            Edit::PutBack => "PutBack",
        })
    }
}

/// One line of text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Field {
    text: String,
    caret: usize,
    /// It stands there because it is usual: the first letter that is typed takes its place.
    usual: bool,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({} bytes withheld)", self.text.len())
    }
}

impl Drop for Field {
    // A field may have held a passphrase.
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// Longest text of a field in bytes: far above any name or path, and a bound on what a paste can do.
pub const MAX_FIELD: usize = 4096;

impl Field {
    /// A field that begins with a text, the caret at its end.
    pub fn with(text: &str) -> Self {
        let mut field = Field::default();
        field.edit(&Edit::Insert(text.to_owned()));
        field
    }

    /// A field that begins with what is usual: typing replaces it, and whoever moves the caret in it or takes from it changes it.
    pub fn usual(text: &str) -> Self {
        let mut field = Field::with(text);
        field.usual = !text.is_empty();
        field
    }

    /// What stands there would be replaced by the next letter.
    pub const fn is_usual(&self) -> bool {
        self.usual
    }

    /// The text, NFC, one line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of the caret, on a cluster border.
    pub const fn caret(&self) -> usize {
        self.caret
    }

    /// True when nothing but white space is there.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Empties the field and overwrites what was there.
    pub fn clear(&mut self) {
        self.text.zeroize();
        self.caret = 0;
        self.usual = false;
    }

    /// Applies one edit.
    pub fn edit(&mut self, edit: &Edit) {
        if std::mem::take(&mut self.usual) && matches!(edit, Edit::Insert(_)) {
            self.clear();
        }
        match edit {
            Edit::Insert(s) => {
                let room = MAX_FIELD.saturating_sub(self.text.len());
                self.caret = splice(&mut self.text, self.caret, &one_line(s, room));
            }
            Edit::Backspace => {
                let from = before(&self.text, self.caret);
                self.text.replace_range(from..self.caret, "");
                // What is left may join across the gap, as two pieces of a syllable do.
                self.caret = splice(&mut self.text, from, "");
            }
            Edit::Delete => {
                let to = after(&self.text, self.caret);
                self.text.replace_range(self.caret..to, "");
                self.caret = splice(&mut self.text, self.caret, "");
            }
            Edit::WordLeft => self.caret = word_before(&self.text, self.caret),
            Edit::WordRight => self.caret = word_after(&self.text, self.caret),
            Edit::Left => self.caret = before(&self.text, self.caret),
            Edit::Right => self.caret = after(&self.text, self.caret),
            Edit::Clear => self.clear(),
            Edit::Home | Edit::Select(Step::Home | Step::Up | Step::Top) => self.caret = 0,
            Edit::End | Edit::Select(Step::End | Step::Down | Step::Bottom) => self.caret = self.text.len(),
            Edit::Select(Step::Left) => self.edit(&Edit::Left),
            Edit::Select(Step::Right) => self.edit(&Edit::Right),
            Edit::Select(Step::WordLeft) => self.edit(&Edit::WordLeft),
            Edit::Select(Step::WordRight) => self.edit(&Edit::WordRight),
            Edit::Cut | Edit::Copy | Edit::PutBack => {}
        }
    }
}

fn one_line(s: &str, room: usize) -> String {
    let mut out = String::new();
    for g in clean(s).graphemes(true) {
        let g = if g.chars().all(|c| matches!(c, '\n' | '\t' | '\r')) { " " } else { g };
        if out.len() + g.len() > room {
            break;
        }
        out.push_str(g);
    }
    out
}

/// Puts `new` at byte `at` and returns the caret after it. The whole is brought to NFC again, because a terminal
/// may send decomposed Hangul one letter at a time.
pub fn splice(text: &mut String, at: usize, new: &str) -> usize {
    let tail = text.split_off(at);
    text.push_str(new);
    *text = clean(text);
    let caret = text.len();
    text.push_str(&tail);
    let whole = clean(text);
    if whole != *text {
        *text = whole;
    }
    // Cleaning across the seam may have joined the tail's first letter to what was typed.
    border(text, caret.min(text.len()))
}

/// The cluster border at or before `at`.
pub(crate) fn border(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    text.grapheme_indices(true).map(|(i, _)| i).take_while(|i| *i <= at).last().unwrap_or(0)
}

/// Where the word before the caret begins.
pub fn word_before(text: &str, caret: usize) -> usize {
    let words = text.split_word_bound_indices().filter(|(_, w)| w.contains(char::is_alphanumeric));
    words.map(|(at, _)| at).take_while(|at| *at < caret).last().unwrap_or(0)
}

/// Where the word after the caret ends.
pub fn word_after(text: &str, caret: usize) -> usize {
    let words = text.split_word_bound_indices().filter(|(_, w)| w.contains(char::is_alphanumeric));
    words.map(|(at, w)| at + w.len()).find(|end| *end > caret).unwrap_or(text.len())
}

/// The cluster border before `at`.
pub fn before(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|s| s.grapheme_indices(true).next_back()).map_or(0, |(i, _)| i)
}

/// The cluster border after `at`.
pub fn after(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|s| s.graphemes(true).next()).map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_usual_is_replaced_by_the_first_letter_and_changed_by_whoever_moves_in_it() {
        let typed = |edits: &[Edit]| {
            let mut field = Field::usual("50");
            assert!(field.is_usual());
            edits.iter().for_each(|edit| field.edit(edit));
            assert_eq!(field.is_usual(), edits.is_empty());
            field.text().to_owned()
        };
        let (six, zero) = (Edit::Insert("6".into()), Edit::Insert("0".into()));
        assert_eq!(typed(&[]), "50");
        assert_eq!(typed(&[six.clone(), zero.clone()]), "60");
        assert_eq!(typed(&[Edit::Backspace, six.clone()]), "56");
        assert_eq!(typed(&[Edit::End, zero]), "500");
        assert_eq!(typed(&[Edit::Home, six]), "650");
        assert!(!Field::usual("").is_usual());
    }

    #[test]
    fn decomposed_hangul_typed_letter_by_letter_becomes_a_syllable() {
        let mut f = Field::default();
        for c in ['\u{1112}', '\u{1161}', '\u{11ab}'] {
            f.edit(&Edit::Insert(c.to_string()));
        }
        assert_eq!(f.text(), "한");
        assert_eq!(f.caret(), 3);
    }

    #[test]
    fn backspace_removes_a_whole_cluster() {
        let mut f = Field::with("가👍🏽");
        f.edit(&Edit::Backspace);
        assert_eq!(f.text(), "가");
    }

    #[test]
    fn pasted_lines_become_one_line_without_escape_codes() {
        assert_eq!(Field::with("a\nb\u{1b}[2Jc").text(), "a b[2Jc");
    }

    #[test]
    fn debug_shows_no_typed_letter() {
        let shown = format!("{:?} {:?}", Field::with("비밀"), Edit::Insert("비밀".into()));
        assert!(!shown.contains('비'), "{shown}");
    }

    fn edits() -> impl Strategy<Value = Edit> {
        prop_oneof![
            "[가-힣a-z \u{1100}-\u{1112}\u{1161}-\u{1175}\u{11a8}-\u{11c2}\u{300}-\u{305}👩\u{200d}👧]{1,3}"
                .prop_map(Edit::Insert),
            Just(Edit::Backspace),
            Just(Edit::Delete),
            Just(Edit::Left),
            Just(Edit::Right),
            Just(Edit::Home),
            Just(Edit::End),
            Just(Edit::Clear),
        ]
    }

    proptest! {
        #[test]
        fn the_caret_stays_on_a_character_border_and_the_text_stays_clean(all in prop::collection::vec(edits(), 0..40)) {
            let mut f = Field::default();
            for e in &all {
                f.edit(e);
                prop_assert!(f.text().is_char_boundary(f.caret()));
                prop_assert_eq!(clean(f.text()), f.text());
            }
        }
    }
}
