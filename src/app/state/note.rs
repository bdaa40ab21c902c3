//! The note being written.

use crate::app::editor::NoteText;
use crate::app::field::Field;
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::states::{self, Act};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::NoteState;

/// The section that accepted suggestions go to: what is to be done next. A form without one of this name takes them
/// in its last section, where what comes next stands.
const PLAN: &str = "plan";

/// Position of the section that takes suggestions.
pub fn suggestions_at(format: &NoteFormat) -> usize {
    let named = format.sections.iter().position(|s| s.id == PLAN);
    let takes = || format.sections.iter().position(|s| s.takes.iter().any(|kind| kind == PLAN));
    named.or_else(takes).unwrap_or(format.sections.len().saturating_sub(1))
}

/// Columns of the screen from which the suggestions stand beside the note.
pub const BESIDE_FROM: u16 = 100;
/// Columns of the suggestions beside the note, on a screen so wide.
pub const fn beside(cols: u16) -> u16 {
    match cols {
        0..BESIDE_FROM => 0,
        BESIDE_FROM..160 => 40,
        _ => cols * 2 / 5,
    }
}

/// What is left once the note is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// The note.
    Screen,
    /// The program.
    Program,
    /// The note, to the supervisor.
    HandIn,
}

/// What is asked for on a line below the note.
#[derive(Debug, Clone)]
pub enum Asking {
    /// Which words are looked for in the note.
    Find(Field),
    /// What is wanted of the section under the caret, which is drafted again.
    Again(Field),
    /// Why the signed note is amended.
    Amend(Field),
    /// Why the note is taken away.
    Export(Field),
    /// Into which file, and why.
    File {
        /// Why.
        reason: String,
        /// The file.
        file: Field,
    },
}

impl Asking {
    /// What is being typed.
    pub const fn field(&self) -> &Field {
        match self {
            Asking::Find(field)
            | Asking::Again(field)
            | Asking::Amend(field)
            | Asking::Export(field)
            | Asking::File { file: field, .. } => field,
        }
    }

    /// The same, to be edited.
    pub const fn field_mut(&mut self) -> &mut Field {
        match self {
            Asking::Find(field)
            | Asking::Again(field)
            | Asking::Amend(field)
            | Asking::Export(field)
            | Asking::File { file: field, .. } => field,
        }
    }
}

/// The note screen.
#[derive(Debug, Clone)]
pub struct NotePage {
    /// Whose.
    pub client: ClientRow,
    /// Of which session.
    pub session: SessionId,
    /// Which session of that client.
    pub number: u32,
    /// The text.
    pub page: NoteText,
    /// Suggestions that may be taken.
    pub offers: Vec<Suggestion>,
    /// Which of them is marked.
    pub offer_at: usize,
    /// Keys go to the suggestions.
    pub side: bool,
    /// Being sealed: the count of edits that it holds.
    pub saving: Option<u64>,
    /// Sealed and synced: the count of edits that it holds.
    pub saved: Option<u64>,
    /// What is left as soon as it is sealed.
    pub leaving: Option<Leaving>,
    /// A revision of this note was there before.
    pub existed: bool,
    /// Where the newest revision stands.
    pub state: NoteState,
    /// The signed text is being amended.
    pub amending: bool,
    /// Asked for below the note.
    pub asking: Option<Asking>,
    /// A draft of it is being made.
    pub drafting: bool,
    /// Done as soon as the text is sealed.
    pub then: Option<Act>,
    /// Kept against a crash or just being kept: the count of edits that it holds.
    pub guarded: u64,
    /// When what was typed since is kept; none while nothing was.
    pub guard_at: Option<Timestamp>,
}

/// How long after a change it is kept against a crash, in milliseconds: with the time that the disk takes no more than two
/// seconds of typing are lost.
const GUARD_AFTER_MS: i64 = 1_000;

impl NotePage {
    /// True when letters are text: of the note, or of what is asked for.
    pub const fn typing(&self) -> bool {
        !self.side || self.asking.is_some()
    }

    /// True where the text may be changed: a signed one only by an amendment.
    pub const fn open(&self) -> bool {
        self.amending || !states::is_signed(self.state)
    }

    /// True when something was typed that a crash would take.
    fn unguarded(&self) -> bool {
        self.unsaved() && self.guarded != self.page.edits()
    }

    /// Sets when the next keeping is due, where one is and none was set.
    pub fn plan_guard(&mut self, now: Timestamp) {
        if self.guard_at.is_none() && self.unguarded() {
            self.guard_at = Some(Timestamp(now.0.saturating_add(GUARD_AFTER_MS)));
        }
    }

    /// True where it is due and still needed; then the present text counts as kept.
    pub fn guard_due(&mut self, now: Timestamp) -> bool {
        if self.guard_at.take_if(|at| *at <= now).is_none() || !self.unguarded() {
            return false;
        }
        self.guarded = self.page.edits();
        true
    }

    /// True when something would be lost by leaving.
    pub fn unsaved(&self) -> bool {
        let clean = self.saved.map_or(0, |e| e);
        self.page.edits() != clean && !(self.page.is_blank() && self.saved.is_none() && !self.existed)
    }
}

/// Columns that the text of the note has on a screen so wide: the rules left and right, a mark and a space less.
pub const fn text_width(cols: u16) -> u16 {
    cols.saturating_sub(beside(cols) + 4)
}
