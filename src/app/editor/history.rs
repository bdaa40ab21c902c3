//! Taking back: what the note was before each change. A run of typing is one change.

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

/// What was before each change, the last one last.
#[derive(Debug, Clone, PartialEq)]
pub struct History<S> {
    states: Vec<S>,
    last: Option<Kind>,
}

impl<S> Default for History<S> {
    fn default() -> Self {
        History { states: Vec::new(), last: None }
    }
}

impl<S> History<S> {
    /// True when a change of this kind goes on with the one before: nothing is remembered between them.
    pub fn runs_on(&mut self, kind: Kind) -> bool {
        let on = matches!(kind, Kind::Typing | Kind::Removing) && self.last == Some(kind);
        self.last = Some(kind);
        on
    }

    /// Remembers what is before a change.
    pub fn push(&mut self, state: S) {
        if self.states.len() >= DEEP {
            self.states.remove(0);
        }
        self.states.push(state);
    }

    /// The caret was moved: what is typed now is a change of its own.
    pub fn settle(&mut self) {
        self.last = None;
    }

    /// What was before the last change.
    pub fn pop(&mut self) -> Option<S> {
        self.last = None;
        self.states.pop()
    }
}
