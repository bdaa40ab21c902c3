//! Two records of one person on their screen.

use crate::app::field::Field;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::text::ClientText;

/// How another record stands to the open one, in the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Same {
    /// The same name and birth date.
    Twin,
    /// It was merged into the open one.
    Merged,
    /// The open one was merged into it.
    GoesOn,
    /// Another client.
    Other,
}

impl Same {
    /// True where the two are one case already: what is done is to take that back.
    pub const fn joined(self) -> bool {
        matches!(self, Same::Merged | Same::GoesOn)
    }
}

/// Another record of this counsellor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeRow {
    /// Whose.
    pub client: ClientRow,
    /// How it stands to the open one.
    pub same: Same,
}

/// What is asked for two records; nothing of it leaves the vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MergeAct {
    /// Which records have the same name and birth date.
    Twins(ClientId),
    /// Read both cards.
    Cards {
        /// Of the client that is open.
        open: ClientId,
        /// Of the other.
        other: ClientId,
    },
    /// Go on in one, close the other; or take that back.
    Join {
        /// The record that goes on.
        kept: Box<ClientRow>,
        /// The record that is closed.
        closed: Box<ClientRow>,
        /// Why they are one person, or not.
        reason: ClientText,
        /// It is taken back.
        back: bool,
    },
}

/// The screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Joining {
    /// The other records; none while they are being looked for.
    pub rows: Option<Vec<MergeRow>>,
    /// Which is marked.
    pub at: usize,
    /// The card of the open client and that of the marked one, once they were read.
    pub cards: Option<Box<[CardEntries; 2]>>,
    /// The marked record goes on, and not the open one.
    pub exchanged: bool,
    /// Why.
    pub reason: Field,
}

impl Joining {
    /// The records were found, or found again: the mark stays on its record, and what stands beside it with it.
    pub fn found(&mut self, rows: Vec<MergeRow>) {
        let was = self.marked().map(|row| row.client.id);
        let stands = was.and_then(|was| rows.iter().position(|row| row.client.id == was));
        *self = match stands {
            Some(at) => Joining { rows: Some(rows), at, ..std::mem::take(self) },
            None => Joining { rows: Some(rows), ..Joining::default() },
        };
    }

    /// The marked record.
    pub fn marked(&self) -> Option<&MergeRow> {
        self.rows.as_ref()?.get(self.at)
    }

    /// True when the open client goes on.
    pub fn open_goes_on(&self) -> bool {
        match self.marked().map(|row| row.same) {
            Some(Same::Merged) => true,
            Some(Same::GoesOn) => false,
            _ => !self.exchanged,
        }
    }

    /// What is asked when the two are to become one, or two again.
    pub fn act(&self, open: ClientRow, row: MergeRow) -> MergeAct {
        let back = row.same.joined();
        let (kept, closed) = if self.open_goes_on() { (open, row.client) } else { (row.client, open) };
        let reason = ClientText::new(self.reason.text().trim());
        MergeAct::Join { kept: Box::new(kept), closed: Box::new(closed), reason, back }
    }
}
