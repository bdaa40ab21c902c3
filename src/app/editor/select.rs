//! Selecting in the text, taking out and putting back what is selected, finding words. What is moved keeps where it came
//! from: a model's sentence that is cut and put back is still a model's sentence.

use crate::app::editor::edit::{join, settle};
use crate::app::editor::history::Kind;
use crate::app::editor::{Caret, MAX_LINE, NoteText, TextLine};
use crate::app::field::{Edit, Step, splice};
use crate::app::views::LineOrigin;
use crate::domain::practice::ids::StatementId;
use std::ops::Range;

impl NoteText {
    /// What is selected, its beginning first; none where nothing is.
    pub fn selected(&self) -> Option<(Caret, Caret)> {
        let anchor = self.anchor?;
        match anchor.cmp(&self.caret) {
            std::cmp::Ordering::Less => Some((anchor, self.caret)),
            std::cmp::Ordering::Equal => None,
            std::cmp::Ordering::Greater => Some((self.caret, anchor)),
        }
    }

    /// The bytes of a line that are selected; none where nothing of it is.
    pub fn selected_in(&self, section: usize, line: usize) -> Option<Range<usize>> {
        let (from, to) = self.selected()?;
        let at = (section, line);
        if at < (from.section, from.line) || at > (to.section, to.line) {
            return None;
        }
        let whole = self.sections.get(section)?.lines.get(line)?.text.len();
        let start = if at == (from.section, from.line) { from.byte } else { 0 };
        let end = if at == (to.section, to.line) { to.byte } else { whole };
        (start < end).then_some(start..end)
    }

    /// True where something was cut or copied.
    pub fn has_aside(&self) -> bool {
        !self.aside.is_empty()
    }

    /// As [`NoteText::edit`], selecting by the rows of a page of this width in columns.
    pub fn edit_at(&mut self, edit: &Edit, width: u16) {
        match edit {
            Edit::Select(step) => self.select(*step, width),
            _ => self.edit(edit),
        }
    }

    pub(super) fn select(&mut self, step: Step, width: u16) {
        let anchor = self.anchor.take().unwrap_or(self.caret);
        match step {
            Step::Left => self.edit(&Edit::Left),
            Step::Right => self.edit(&Edit::Right),
            Step::WordLeft => self.edit(&Edit::WordLeft),
            Step::WordRight => self.edit(&Edit::WordRight),
            Step::Home => self.edit(&Edit::Home),
            Step::End => self.edit(&Edit::End),
            Step::Up => drop(self.up(width)),
            Step::Down => drop(self.down(width)),
            Step::Top => self.caret = Caret::default(),
            Step::Bottom => self.to_section(usize::MAX),
        }
        self.before.settle();
        self.anchor = Some(anchor);
    }

    /// An edit with something selected; true where that was all of it.
    pub(super) fn replaces(&mut self, edit: &Edit) -> bool {
        let Some((from, to)) = self.selected() else { return false };
        match edit {
            Edit::Backspace | Edit::Delete | Edit::Cut => {
                if *edit == Edit::Cut {
                    self.aside = self.pieces(from, to);
                }
                self.remember(Kind::Line);
                self.remove(from, to);
                true
            }
            // One change with what comes in its place.
            Edit::Insert(_) | Edit::PutBack => {
                self.remember(Kind::Typing);
                self.remove(from, to);
                false
            }
            // To the side that was meant, as everywhere else.
            Edit::Left | Edit::Right => {
                self.caret = if *edit == Edit::Left { from } else { to };
                self.anchor = None;
                self.before.settle();
                true
            }
            _ => false,
        }
    }

    pub(super) fn copy(&mut self) {
        if let Some((from, to)) = self.selected() {
            self.aside = self.pieces(from, to);
        }
    }

    /// What lies between, line by line. A part of a line is other words than the line was.
    fn pieces(&self, from: Caret, to: Caret) -> Vec<TextLine> {
        let mut pieces = Vec::new();
        for (s, section) in self.sections.iter().enumerate() {
            for (l, line) in section.lines.iter().enumerate() {
                if (s, l) < (from.section, from.line) || (s, l) > (to.section, to.line) {
                    continue;
                }
                let part = self.selected_in(s, l).unwrap_or_default();
                let mut piece = line.clone();
                if part.len() < line.text.len() {
                    piece.text = line.text[part].to_owned();
                    piece.id = StatementId::default();
                    piece.touched();
                    settle(&mut piece);
                }
                piece.home = None;
                pieces.push(piece);
            }
        }
        pieces
    }

    /// Takes out what lies between. Headings stay: what is left of lines is joined only within one section.
    fn remove(&mut self, from: Caret, to: Caret) {
        let mut begins = from.byte;
        for at in from.section..=to.section {
            let Some(section) = self.sections.get_mut(at) else { break };
            let last = section.lines.len() - 1;
            let (first, head) = if at == from.section { (from.line, from.byte) } else { (0, 0) };
            let (end, tail) =
                if at == to.section { (to.line, to.byte) } else { (last, section.lines[last].text.len()) };
            let mut below = section.lines[end].clone();
            below.text.replace_range(..tail, "");
            if tail > 0 {
                below.touched();
            }
            settle(&mut below);
            let above = &mut section.lines[first];
            if head < above.text.len() {
                above.text.truncate(head);
                above.touched();
            }
            settle(above);
            let byte = join(above, below);
            if at == from.section {
                begins = byte;
            }
            section.lines.drain(first + 1..=end);
        }
        self.caret = Caret { byte: begins, ..from };
        self.edits += 1;
    }

    /// Puts what was kept aside in at the caret.
    pub(super) fn put_aside_back(&mut self) {
        if self.aside.is_empty() {
            return;
        }
        self.remember(Kind::Line);
        for (n, mut piece) in self.aside.clone().into_iter().enumerate() {
            if n > 0 {
                self.split();
            }
            // Comments find a statement by what it is called: two must not be called the same.
            if self.sections.iter().flat_map(|s| &s.lines).any(|l| l.id == piece.id) {
                piece.id = StatementId::default();
            }
            self.put_piece(piece);
        }
        self.edits += 1;
    }

    fn put_piece(&mut self, piece: TextLine) {
        let room = MAX_LINE.saturating_sub(self.current().len());
        if piece.text.len() > room {
            self.split();
        }
        let Caret { section, line, byte } = self.caret;
        let Some(line) = self.sections.get_mut(section).and_then(|s| s.lines.get_mut(line)) else { return };
        if piece.text.is_empty() {
            return;
        }
        if line.text.is_empty() {
            self.caret.byte = piece.text.len();
            *line = piece;
            return;
        }
        self.caret.byte = splice(&mut line.text, byte, &piece.text);
        if line.origin == LineOrigin::Typed {
            (line.origin, line.check) = (piece.origin, piece.check);
        }
        for e in piece.evidence {
            if !line.evidence.contains(&e) {
                line.evidence.push(e);
            }
        }
        line.touched();
    }

    /// Selects the next place where these words stand, large or small letters alike: after what is selected or the caret, and
    /// from the beginning again. False where they stand nowhere.
    pub fn find(&mut self, words: &str) -> bool {
        let words = words.to_lowercase();
        if words.is_empty() {
            return false;
        }
        let here = self.selected().map_or(self.caret, |(from, _)| Caret { byte: from.byte + 1, ..from });
        let mut found: Vec<(Caret, usize)> = Vec::new();
        for (section, s) in self.sections.iter().enumerate() {
            for (line, l) in s.lines.iter().enumerate() {
                let starts = l.text.char_indices().map(|(byte, _)| byte);
                let hits = starts.filter_map(|byte| Some((byte, stands_at(&l.text[byte..], &words)?)));
                found.extend(hits.map(|(byte, len)| (Caret { section, line, byte }, len)));
            }
        }
        let Some((from, len)) = found.iter().find(|(c, _)| *c >= here).or(found.first()).copied() else { return false };
        self.before.settle();
        self.anchor = Some(from);
        self.caret = Caret { byte: from.byte + len, ..from };
        true
    }
}

/// Bytes of the text that these words, in small letters, take at its beginning; none where others stand there.
fn stands_at(text: &str, words: &str) -> Option<usize> {
    let mut wanted = words.chars();
    for (at, c) in text.char_indices() {
        if wanted.as_str().is_empty() {
            return Some(at);
        }
        for small in c.to_lowercase() {
            if wanted.next() != Some(small) {
                return None;
            }
        }
    }
    wanted.as_str().is_empty().then_some(text.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::format::{self, NoteFormat};
    use crate::domain::practice::ids::TechniqueId;
    use proptest::prelude::*;

    fn form() -> NoteFormat {
        format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"))).unwrap()
    }

    fn page(text: &str) -> NoteText {
        let mut page = NoteText::empty(&form());
        page.edit(&Edit::Insert(text.to_owned()));
        page
    }

    fn words(page: &NoteText) -> Vec<Vec<String>> {
        page.sections().iter().map(|s| s.lines.iter().map(|l| l.text().to_owned()).collect()).collect()
    }

    fn marked(page: &NoteText) -> String {
        let mut all = String::new();
        for (s, section) in page.sections().iter().enumerate() {
            for (l, line) in section.lines.iter().enumerate() {
                all.extend(page.selected_in(s, l).map(|r| &line.text()[r]));
            }
        }
        all
    }

    fn times(page: &mut NoteText, n: usize, edit: &Edit) {
        (0..n).for_each(|_| page.edit(edit));
    }

    #[test]
    fn a_word_is_cut_and_put_in_elsewhere_and_one_undo_takes_each_back() {
        let mut p = page("어제 많이 울었다");
        p.edit(&Edit::Select(Step::WordLeft));
        assert_eq!(marked(&p), "울었다");
        p.edit(&Edit::Cut);
        assert_eq!(words(&p)[0], ["어제 많이 "]);
        p.edit(&Edit::Home);
        p.edit(&Edit::PutBack);
        assert_eq!(words(&p)[0], ["울었다어제 많이 "]);
        assert!(p.undo() && words(&p)[0] == ["어제 많이 "]);
        assert!(p.undo() && words(&p)[0] == ["어제 많이 울었다"]);
        assert!(p.selected().is_none());
    }

    #[test]
    fn what_is_typed_takes_the_place_of_what_is_selected_in_one_change() {
        let mut p = page("하나 둘 셋");
        p.edit(&Edit::Select(Step::Home));
        p.edit(&Edit::Insert("넷".into()));
        assert_eq!(words(&p)[0], ["넷"]);
        assert!(p.undo());
        assert_eq!(words(&p)[0], ["하나 둘 셋"]);
        // Backspace takes it out whole; an arrow leaves it, at the side it points to.
        p.edit(&Edit::End);
        times(&mut p, 2, &Edit::Select(Step::Left));
        p.edit(&Edit::Right);
        assert!(p.selected().is_none() && p.caret().byte == "하나 둘 셋".len());
        times(&mut p, 2, &Edit::Select(Step::Left));
        p.edit(&Edit::Backspace);
        assert_eq!(words(&p)[0], ["하나 둘"]);
    }

    #[test]
    fn a_models_sentence_that_is_moved_or_copied_stays_a_models_and_two_are_not_called_the_same() {
        let mut p = page("손으로 쓴 줄");
        let technique: TechniqueId = TechniqueId::from("sleep");
        p.take(0, technique.clone(), "잠드는 시간을 적어 보기로 함", Vec::new());
        p.sections[0].lines[1].id = StatementId(7);
        let made = LineOrigin::Accepted { technique: technique.clone(), edited: false };
        p.edit(&Edit::Select(Step::Home));
        p.edit(&Edit::Copy);
        p.to_section(1);
        p.edit(&Edit::PutBack);
        let copy = &p.sections[1].lines[0];
        assert!(copy.origin == made && copy.id == StatementId::default());
        // Cut and put elsewhere it is the statement it was: comments find it.
        p.to_section(0);
        p.edit(&Edit::Select(Step::Home));
        p.edit(&Edit::Cut);
        p.to_section(2);
        p.edit(&Edit::PutBack);
        assert!(p.sections[2].lines[0].origin == made && p.sections[2].lines[0].id == StatementId(7));
        // A part of it is other words than it was, within a line of one's own too.
        times(&mut p, 2, &Edit::Select(Step::Left));
        p.edit(&Edit::Copy);
        p.to_section(0);
        p.edit(&Edit::PutBack);
        let edited = LineOrigin::Accepted { technique, edited: true };
        let last = p.sections[0].lines.last().unwrap();
        assert!(last.origin == edited && last.id == StatementId::default(), "{last:?}");
    }

    #[test]
    fn headings_stay_when_what_is_selected_spans_them() {
        let mut p = page("가\n나");
        p.to_section(1);
        p.edit(&Edit::Insert("다\n라".into()));
        p.edit(&Edit::Home);
        p.edit(&Edit::Select(Step::Top));
        p.edit(&Edit::Delete);
        let after = words(&p);
        assert_eq!((after[0].clone(), after[1].clone()), (vec![String::new()], vec!["라".to_owned()]));
        assert_eq!(after.len(), form().sections.len());
    }

    #[test]
    fn words_are_found_whatever_their_letters_one_place_after_the_other_and_round_again() {
        let mut p = page("Sleep came late.\nNo SLEEP at all; İstanbul");
        p.edit(&Edit::Select(Step::Top));
        p.edit(&Edit::Left);
        let places: Vec<Caret> = (0..3).map(|_| (assert!(p.find("sleep")), p.selected().unwrap().0).1).collect();
        assert_eq!((places[0].line, places[1].line, places[2].line), (0, 1, 0));
        assert_eq!(marked(&p), "Sleep");
        assert!(!p.find("꿈") && !p.find(""));
        assert_eq!(marked(&p), "Sleep", "what was found stays");
        assert!(p.find("stanbul"));
    }

    fn any_edit() -> impl Strategy<Value = Edit> {
        use Step::*;
        let step = prop::sample::select(vec![Left, Right, WordLeft, WordRight, Home, End, Up, Down, Top, Bottom]);
        prop_oneof![
            4 => step.prop_map(Edit::Select),
            2 => "[a가 \n각👩‍👧]{0,6}".prop_map(Edit::Insert),
            2 => prop::sample::select(vec![Edit::Left, Edit::Right, Edit::Home, Edit::End, Edit::WordLeft]),
            3 => prop::sample::select(vec![Edit::Cut, Edit::Copy, Edit::PutBack, Edit::Backspace, Edit::Delete]),
        ]
    }

    proptest! {
        #[test]
        fn whatever_is_selected_cut_and_put_in_the_text_stays_whole_and_can_be_taken_back(
            edits in prop::collection::vec((any_edit(), 1u16..20), 0..60)
        ) {
            let mut p = page("처음 줄\n둘째 줄");
            for (edit, width) in &edits {
                let (before, count) = (words(&p), p.edits());
                p.edit_at(edit, *width);
                prop_assert_eq!(p.sections().len(), form().sections.len());
                prop_assert!(p.sections().iter().all(|s| !s.lines.is_empty()));
                let at = p.caret();
                prop_assert!(p.line().is_some_and(|l| l.text().is_char_boundary(at.byte)), "{:?}", at);
                if let Some((from, to)) = p.selected() {
                    prop_assert!(from < to);
                }
                prop_assert!(p.edits() != count || words(&p) == before, "a change that nobody counts is not saved");
                if *edit == Edit::Cut && p.edits() != count {
                    // What was cut and is put in again at once leaves the words as they were, joined or not.
                    let mut again = p.clone();
                    again.edit(&Edit::PutBack);
                    let flat = |w: &Vec<Vec<String>>| w.concat().concat().replace(' ', "");
                    prop_assert_eq!(flat(&words(&again)).chars().count(), flat(&before).chars().count());
                }
            }
            while p.undo() {}
            if edits.len() < 50 {
                prop_assert!(words(&p).concat().concat().is_empty());
            }
        }
    }
}
