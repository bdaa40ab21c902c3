//! The note being written.

use crate::app::editor::NoteText;
use crate::app::field::Field;
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::note::format::NoteFormat;
use crate::domain::note::states::{self, Act};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::SessionId;
use crate::domain::record::NoteState;

/// The section that accepted suggestions go to: what is to be done next. A form without one of this name takes them
/// in its last section, where what comes next stands.
const PLAN: &str = "plan";

/// Position of the section that takes suggestions.
pub fn suggestions_at(format: &NoteFormat) -> usize {
    format.sections.iter().position(|s| s.id == PLAN).unwrap_or(format.sections.len().saturating_sub(1))
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
            Asking::Amend(field) | Asking::Export(field) | Asking::File { file: field, .. } => field,
        }
    }

    /// The same, to be edited.
    pub const fn field_mut(&mut self) -> &mut Field {
        match self {
            Asking::Amend(field) | Asking::Export(field) | Asking::File { file: field, .. } => field,
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
}

impl NotePage {
    /// True when letters are text: of the note, or of what is asked for.
    pub const fn typing(&self) -> bool {
        !self.side || self.asking.is_some()
    }

    /// True where the text may be changed: a signed one only by an amendment.
    pub const fn open(&self) -> bool {
        self.amending || !states::is_signed(self.state)
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
