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
    undone: Vec<S>,
    last: Option<Kind>,
}

impl<S> Default for History<S> {
    fn default() -> Self {
        History { states: Vec::new(), undone: Vec::new(), last: None }
    }
}

impl<S> History<S> {
    /// True when a change of this kind goes on with the one before: nothing is remembered between them.
    pub fn runs_on(&mut self, kind: Kind) -> bool {
        let on = matches!(kind, Kind::Typing | Kind::Removing) && self.last == Some(kind);
        self.last = Some(kind);
        if on {
            self.undone.clear();
        }
        on
    }

    /// Remembers what is before a change.
    pub fn push(&mut self, state: S) {
        self.undone.clear();
        if self.states.len() >= DEEP {
            self.states.remove(0);
        }
        self.states.push(state);
    }

    /// The caret was moved: what is typed now is a change of its own.
    pub fn settle(&mut self) {
        self.last = None;
    }

    /// What was before the last change; `now` can be had again by [`History::again`].
    pub fn pop(&mut self, now: S) -> Option<S> {
        self.last = None;
        let before = self.states.pop()?;
        self.undone.push(now);
        Some(before)
    }

    /// What was before the last change was taken back; `now` can be taken back to again.
    pub fn again(&mut self, now: S) -> Option<S> {
        self.last = None;
        let after = self.undone.pop()?;
        self.states.push(now);
        Some(after)
    }
}
