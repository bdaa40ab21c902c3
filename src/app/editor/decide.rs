//! What a person decides about a drafted line: it stays as it is, or it goes. Other words are a decision too: see
//! the typing of a note.

use crate::app::editor::history::Kind;
use crate::app::editor::{Caret, NoteText, TextLine};
use crate::app::views::{DraftLine, LineOrigin};
use crate::domain::note::instruction;
use crate::domain::practice::ids::RecordId;
use std::collections::BTreeSet;

/// Whether a line stays when its section is drafted again.
fn is_own(line: &TextLine) -> bool {
    match &line.origin {
        LineOrigin::Drafted { edited, .. } => {
            instruction::is_own(true, *edited, line.check.as_ref().is_some_and(|c| c.settled))
        }
        _ => instruction::is_own(false, false, false),
    }
}

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

    /// Drafted statements that stand in the text, by draft and place.
    pub fn drafted(&self) -> BTreeSet<(RecordId, u32)> {
        let lines = self.sections.iter().flat_map(|s| &s.lines);
        let places = lines.filter_map(|l| match l.origin {
            LineOrigin::Drafted { record, index, .. } => Some((record, index)),
            _ => None,
        });
        places.collect()
    }

    /// Puts these lines in the place of what a draft had written in a section; what a person wrote, changed or decided about
    /// stays. One change, which one undo takes back. False where there is no such section.
    pub fn replace_drafted(&mut self, key: &str, lines: &[DraftLine]) -> bool {
        let Some(at) = self.sections.iter().position(|s| s.key == key) else { return false };
        self.remember(Kind::Take);
        let Some(section) = self.sections.get_mut(at) else { return false };
        section.lines.retain(|line| is_own(line) && !line.text.trim().is_empty());
        let stands = |new: &DraftLine, kept: &TextLine| {
            if new.evidence.is_empty() { new.text.reveal() == kept.text } else { new.evidence == kept.evidence }
        };
        let kept = section.lines.clone();
        let new = lines.iter().filter(|new| !kept.iter().any(|kept| stands(new, kept)));
        section.lines.extend(new.map(TextLine::of));
        if section.lines.is_empty() {
            section.lines.push(TextLine::default());
        }
        self.caret = Caret { section: at, line: 0, byte: 0 };
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
