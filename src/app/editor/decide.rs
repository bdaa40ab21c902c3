//! What a person decides about a drafted line: it stays as it is, or it goes. Other words are a decision too, see
//! [`super::edit`].

use crate::app::editor::history::Kind;
use crate::app::editor::{Caret, NoteText, TextLine};

/// True where nobody has decided about a line that blocks signing.
pub fn waits(line: &TextLine) -> bool {
    line.check.as_ref().is_some_and(|c| !c.settled && c.support.blocks_signing())
}

impl NoteText {
    /// The line under the caret stays as it is, whatever its check says; false where there is nothing to decide.
    pub fn keep_line(&mut self) -> bool {
        if self.line().and_then(|l| l.check.as_ref()).is_none_or(|c| c.settled) {
            return false;
        }
        self.remember(Kind::Line);
        let Caret { section, line, .. } = self.caret;
        let found = self.sections.get_mut(section).and_then(|s| s.lines.get_mut(line));
        if let Some(check) = found.and_then(|l| l.check.as_mut()) {
            check.settled = true;
        }
        self.edits += 1;
        true
    }

    /// The line under the caret goes; false where there is nothing on it.
    pub fn drop_line(&mut self) -> bool {
        if self.line().is_none_or(|l| l.text.is_empty()) {
            return false;
        }
        self.remember(Kind::Line);
        let Caret { section, line, .. } = self.caret;
        let Some(s) = self.sections.get_mut(section) else { return false };
        s.lines.remove(line);
        if s.lines.is_empty() {
            s.lines.push(TextLine::default());
        }
        self.caret = Caret { section, line: line.min(s.lines.len() - 1), byte: 0 };
        self.edits += 1;
        true
    }

    /// How many lines wait for a decision before the note can be signed.
    pub fn waiting(&self) -> usize {
        self.sections.iter().flat_map(|s| &s.lines).filter(|l| waits(l)).count()
    }

    /// Goes to the first line that waits, after the caret or from the beginning.
    pub fn to_waiting(&mut self) {
        let at = |c: &Caret| (c.section, c.line);
        let mut all: Vec<Caret> = Vec::new();
        for (section, s) in self.sections.iter().enumerate() {
            let found = s.lines.iter().enumerate().filter(|(_, l)| waits(l));
            all.extend(found.map(|(line, _)| Caret { section, line, byte: 0 }));
        }
        let here = at(&self.caret);
        if let Some(found) = all.iter().find(|c| at(c) > here).or(all.first()) {
            self.anchor = None;
            self.caret = *found;
        }
    }
}
