//! Typing, pasting, splitting, joining and deleting at the caret.

use crate::app::editor::history::Kind;
use crate::app::editor::{Caret, MAX_LINE, NoteText, TextLine};
use crate::app::field::{Edit, after, before, border, splice, word_after, word_before};
use crate::app::views::LineOrigin;
use crate::domain::practice::ids::StatementId;
use crate::domain::practice::text::clean;

impl NoteText {
    /// Applies one edit at the caret. Pasted newlines make lines.
    pub fn edit(&mut self, edit: &Edit) {
        if self.selected().is_some() && self.replaces(edit) {
            return;
        }
        match edit {
            Edit::Select(step) => return self.select(*step, u16::MAX),
            Edit::Copy => return self.copy(),
            Edit::Cut => return,
            _ => self.anchor = None,
        }
        match edit {
            Edit::Select(_) | Edit::Copy | Edit::Cut => {}
            Edit::PutBack => self.put_aside_back(),
            Edit::Insert(s) => {
                // Terminals paste lines with a carriage return.
                let text = clean(&s.replace("\r\n", "\n").replace('\r', "\n")).replace('\t', " ");
                self.remember(if text.contains('\n') { Kind::Line } else { Kind::Typing });
                for (n, part) in text.split('\n').enumerate() {
                    if n > 0 {
                        self.split();
                    }
                    self.insert_all(part);
                }
            }
            Edit::Backspace => {
                self.remember(Kind::Removing);
                self.backspace();
            }
            Edit::Delete => {
                self.remember(Kind::Removing);
                self.delete();
            }
            Edit::Left => {
                self.before.settle();
                let c = self.caret;
                if c.byte > 0 {
                    self.caret.byte = before(self.current(), c.byte);
                } else if c.line > 0 || c.section > 0 {
                    self.line_before();
                    self.caret.byte = self.current().len();
                }
            }
            Edit::Right => {
                self.before.settle();
                if self.caret.byte < self.current().len() {
                    self.caret.byte = after(self.current(), self.caret.byte);
                } else if self.line_after() {
                    self.caret.byte = 0;
                }
            }
            Edit::WordLeft => {
                self.before.settle();
                match self.caret.byte {
                    0 => self.edit(&Edit::Left),
                    at => self.caret.byte = word_before(self.current(), at),
                }
            }
            Edit::WordRight => {
                self.before.settle();
                match self.caret.byte {
                    at if at == self.current().len() => self.edit(&Edit::Right),
                    at => self.caret.byte = word_after(self.current(), at),
                }
            }
            Edit::Clear => {
                self.edit(&Edit::End);
                while self.caret.byte > 0 {
                    self.edit(&Edit::Backspace);
                }
            }
            Edit::Home => self.caret.byte = 0,
            Edit::End => self.caret.byte = self.current().len(),
        }
    }

    /// Splits the line at the caret.
    pub fn newline(&mut self) {
        self.remember(Kind::Line);
        self.split();
    }

    pub(super) fn split(&mut self) {
        let c = self.caret;
        let Some(s) = self.sections.get_mut(c.section) else { return };
        let Some(line) = s.lines.get_mut(c.line) else { return };
        let tail = line.text.split_off(c.byte);
        let new = if tail.is_empty() || line.text.is_empty() {
            // At an end nothing of the accepted words was changed: the empty side is a new line of one's own.
            if line.text.is_empty() && !tail.is_empty() {
                TextLine { text: tail, ..std::mem::take(line) }
            } else {
                TextLine::default()
            }
        } else {
            line.touched();
            // A line of its own: what was said about the whole stays with its beginning.
            TextLine { text: tail, id: StatementId::default(), ..line.clone() }
        };
        s.lines.insert(c.line + 1, new);
        self.caret = Caret { line: c.line + 1, byte: 0, ..c };
        self.edits += 1;
    }

    /// Inserts a part without newlines; where the line would be longer than a line may be, it goes on in a new one.
    fn insert_all(&mut self, part: &str) {
        let mut rest = part;
        while !rest.is_empty() {
            let room = MAX_LINE.saturating_sub(self.current().len());
            if rest.len() <= room {
                self.insert(rest);
                return;
            }
            let mut at = room;
            while !rest.is_char_boundary(at) {
                at -= 1;
            }
            if at == 0 && self.caret.byte == 0 {
                // Before a line that has no room left: in a line of its own above it.
                self.split();
                self.caret.line -= 1;
                continue;
            }
            self.insert(&rest[..at]);
            rest = &rest[at..];
            self.split();
        }
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
            let byte = join(&mut s.lines[c.line - 1], below);
            self.caret = Caret { line: c.line - 1, byte, ..c };
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
            self.caret.byte = join(&mut s.lines[c.line], below);
        } else {
            return;
        }
        self.edits += 1;
    }
}

/// An accepted line of which nothing is left is an empty line of one's own.
pub(super) fn settle(line: &mut TextLine) {
    if line.text.is_empty() {
        *line = TextLine::default();
    }
}

/// Joins two lines; where the second begins in the result. Letters of both may become one, and then it begins before it.
pub(super) fn join(above: &mut TextLine, below: TextLine) -> usize {
    let end = above.text.len();
    if below.text.is_empty() {
        return end;
    }
    if above.text.is_empty() {
        *above = below;
        return 0;
    }
    above.text.push_str(&below.text);
    above.text = clean(&above.text);
    if above.origin == LineOrigin::Typed {
        above.origin = below.origin;
        above.check = below.check;
    }
    for e in below.evidence {
        if !above.evidence.contains(&e) {
            above.evidence.push(e);
        }
    }
    above.touched();
    border(&above.text, end)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::note::format;
    use crate::domain::note::format::NoteFormat;
    use crate::domain::practice::ids::TechniqueId;
    use proptest::prelude::*;

    fn format() -> NoteFormat {
        format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"))).unwrap()
    }

    fn technique() -> TechniqueId {
        TechniqueId::from("behavioural-activation")
    }

    #[test]
    fn a_letter_before_a_line_that_is_full_goes_into_a_line_above_it() {
        let mut page = NoteText::empty(&format());
        page.edit(&Edit::Insert("가".repeat(MAX_LINE / 3 + 40)));
        page.edit(&Edit::Home);
        page.up(80);
        while page.caret().line > 0 {
            page.up(80);
        }
        page.edit(&Edit::Home);
        let lines = page.sections()[0].lines.len();
        page.edit(&Edit::Insert("나".into()));
        let section = &page.sections()[0];
        assert_eq!((section.lines.len(), section.lines[0].text.as_str()), (lines + 1, "나"));
    }

    #[test]
    fn joined_lines_whose_letters_become_one_leave_the_caret_where_one_can_go_on() {
        let mut page = NoteText::empty(&format());
        page.edit(&Edit::Insert("e".into()));
        page.newline();
        page.edit(&Edit::Insert("\u{301}x".into()));
        page.edit(&Edit::Home);
        page.edit(&Edit::Backspace);
        page.edit(&Edit::Insert("a".into()));
        page.newline();
        assert_eq!(page.sections()[0].lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>(), ["a", "éx"]);
    }

    #[test]
    fn a_taken_suggestion_keeps_its_origin_until_its_words_are_changed() {
        let mut page = NoteText::empty(&format());
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
        let mut page = NoteText::empty(&format());
        page.edit(&Edit::Insert("가\n나".into()));
        let draft = page.draft();
        assert!(draft.sections.iter().flat_map(|(_, l)| l).all(|l| l.origin == LineOrigin::Typed));
        assert_eq!(draft.sections[0].1.len(), 2);
    }

    fn form(id: &str) -> NoteFormat {
        let path = format!("{}/prompts/notes/{id}.toml", env!("CARGO_MANIFEST_DIR"));
        format::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    fn forms() -> Vec<NoteFormat> {
        ["soap", "dap", "birp", "girp", "session-journal"].map(form).into()
    }

    #[test]
    fn what_a_client_brought_and_what_was_agreed_stand_in_every_form_where_such_words_belong() {
        for (to, complaint, plan) in [
            ("soap", "subjective", "plan"),
            ("dap", "data", "plan"),
            ("birp", "behaviour", "plan"),
            ("girp", "response", "plan"),
        ] {
            let mut page = NoteText::empty(&form("session-journal"));
            page.take_line(0, LineOrigin::Typed, "잠을 못 잔다고 함", vec![]);
            page.take_line(4, LineOrigin::Typed, "수면 일지를 쓰기로 함", vec![]);
            page.reform(&form(to), &forms());
            let stand = [(complaint, "잠을 못 잔다고 함"), (plan, "수면 일지를 쓰기로 함")];
            assert_eq!(words(&page), stand.map(|(k, l)| (k.to_owned(), l.to_owned())), "{to}");
        }
    }

    fn words(page: &NoteText) -> Vec<(String, String)> {
        let lines = page.draft().sections.into_iter().flat_map(|(key, lines)| {
            lines.into_iter().map(move |l| (key.clone(), l.text.reveal().to_owned())).collect::<Vec<_>>()
        });
        lines.collect()
    }

    #[test]
    fn every_form_round_and_round_keeps_what_was_where_and_each_change_can_be_taken_back() {
        let mut page = NoteText::empty(&format());
        for section in 0..4 {
            page.edit(&Edit::Insert(format!("절 {section}")));
            while page.caret().section == section && page.line_after() {}
            page.caret.byte = 0;
        }
        page.take(3, technique(), "계획", vec![]);
        let before = words(&page);
        assert_eq!(before.len(), 5);
        for round in 0..6 {
            for id in ["dap", "birp", "girp", "session-journal", "soap"] {
                page.reform(&form(id), &forms());
                assert_eq!(words(&page).len(), before.len(), "{id} in round {round}");
            }
            assert_eq!(words(&page), before, "round {round}");
        }
        assert!(page.undo());
        assert_eq!(page.format(), "session-journal");
        while page.undo() {}
        assert!(page.format() == "soap" || page.edits() > 0);
    }

    #[test]
    fn undo_takes_back_a_run_of_typing_a_paste_and_a_form_one_by_one() {
        let mut page = NoteText::empty(&format());
        for letter in ["가", "나", "다"] {
            page.edit(&Edit::Insert(letter.into()));
        }
        page.edit(&Edit::Insert("라\r\n마\r바".into()));
        assert_eq!(words(&page).len(), 3, "carriage returns make lines");
        page.reform(&form("dap"), &forms());
        assert!(page.undo());
        assert_eq!(page.format(), "soap");
        assert!(page.undo());
        assert_eq!(words(&page), [("subjective".to_owned(), "가나다".to_owned())]);
        assert!(page.undo());
        assert!(page.is_blank() && !page.undo());
    }

    #[test]
    fn what_was_taken_back_is_made_again_until_something_else_is_written() {
        let mut page = NoteText::empty(&format());
        page.edit(&Edit::Insert("가".into()));
        page.newline();
        page.edit(&Edit::Insert("나".into()));
        let whole = words(&page);
        assert!(page.undo() && page.undo());
        assert!(page.redo() && page.redo());
        assert_eq!(words(&page), whole);
        assert!(page.undo());
        page.edit(&Edit::Insert("다".into()));
        assert!(!page.redo(), "another change was made since");
    }

    #[test]
    fn a_megabyte_on_one_line_is_pasted_whole_and_words_are_gone_over_one_by_one() {
        let mut page = NoteText::empty(&format());
        let megabyte = "가나다 ".repeat(1 << 17);
        page.edit(&Edit::Insert(megabyte.clone()));
        let pasted: String = page.sections()[0].lines.iter().map(|l| l.text()).collect();
        assert_eq!(pasted.replace(' ', "").len(), megabyte.replace(' ', "").len());
        assert!(page.undo() && page.is_blank());
        page.edit(&Edit::Insert("하나 둘 셋".into()));
        page.edit(&Edit::WordLeft);
        assert_eq!(page.caret().byte, "하나 둘 ".len());
        page.edit(&Edit::WordLeft);
        page.edit(&Edit::WordRight);
        assert_eq!(page.caret().byte, "하나 둘".len());
    }

    #[test]
    fn up_and_down_move_by_rows_of_the_screen_and_between_sections() {
        let mut page = NoteText::empty(&format());
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
            let mut page = NoteText::empty(&format());
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
