//! Taking back: what the note was before each change. A run of typing is one change.

use crate::app::editor::{Caret, NoteText, TextSection};

/// Changes that can be taken back; a bound on the memory of a note that is open all day.
const DEEP: usize = 64;

/// What kind of change it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters in a row.
    Typing,
    /// Letters removed in a row.
    Removing,
    /// A new line, or a paste.
    Line,
    /// A suggestion taken in.
    Take,
    /// Another form.
    Form,
}

/// What was before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    states: Vec<(String, Vec<TextSection>, Caret)>,
    last: Option<Kind>,
}

impl NoteText {
    /// Remembers the note as it is, before a change of this kind.
    pub(super) fn remember(&mut self, kind: Kind) {
        let runs_on = matches!(kind, Kind::Typing | Kind::Removing) && self.before.last == Some(kind);
        self.before.last = Some(kind);
        if runs_on {
            return;
        }
        if self.before.states.len() >= DEEP {
            self.before.states.remove(0);
        }
        self.before.states.push((self.format.clone(), self.sections.clone(), self.caret));
    }

    /// The caret was moved: what is typed now is a change of its own.
    pub(super) fn settle_run(&mut self) {
        self.before.last = None;
    }

    /// Takes the last change back; false when there is none.
    pub fn undo(&mut self) -> bool {
        let Some((format, sections, caret)) = self.before.states.pop() else { return false };
        (self.format, self.sections, self.caret) = (format, sections, caret);
        self.before.last = None;
        self.edits += 1;
        true
    }
}
