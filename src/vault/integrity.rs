//! What the opening found, in words: complete, behind, forked or damaged, and what to do.

use crate::crypto::chain::Head;
use crate::crypto::checkpoint::Checkpoint;
use crate::crypto::error::part;
use crate::domain::practice::lang::Lang;
use crate::ports::store::Store;
use crate::texts::catalogue::english;
use crate::texts::{Message, msg};
use serde::Serialize;

/// How the vault stands against its high-water checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum Integrity {
    /// Everything that was acknowledged is there.
    Complete {
        /// Records of a group whose writing was interrupted before it was acknowledged, and that are not there.
        interrupted: u64,
    },
    /// So many acknowledged records or entries are missing at the end.
    Behind {
        /// Which part: `store`, `access log`, `roster`, `tombstones`.
        part: &'static str,
        /// How many.
        missing: u64,
    },
    /// What is there is not a continuation of what was acknowledged: another history was put in its place.
    Forked {
        /// Which part.
        part: &'static str,
    },
    /// It cannot be said, because the checkpoint or a part does not read.
    Damaged {
        /// What, one phrase of the program.
        #[serde(serialize_with = "english")]
        what: Message,
    },
}

impl Integrity {
    /// True when new records may be written.
    pub const fn whole(&self) -> bool {
        matches!(self, Integrity::Complete { .. })
    }

    /// One line for people: what is and, unless all is well, what to do.
    pub fn message(&self) -> Message {
        match self {
            Integrity::Complete { interrupted: 0 } => msg("integrity-complete"),
            Integrity::Complete { interrupted } => msg("integrity-interrupted").with("n", interrupted),
            Integrity::Behind { part: of, missing } => {
                msg("integrity-behind").with("part", part(of)).with("missing", missing)
            }
            Integrity::Forked { part: of } => msg("integrity-forked").with("part", part(of)),
            Integrity::Damaged { what } => msg("integrity-damaged").with("what", what),
        }
    }

    /// [`Integrity::message`] in a language.
    pub fn words(&self, lang: Lang) -> String {
        self.message().text(lang)
    }
}

/// Compares the store with the checkpoint.
pub(crate) fn of_store(store: &dyn Store, checkpoint: &Checkpoint) -> Integrity {
    let (have, said) = (store.head(), checkpoint.store);
    if have.count < said.count {
        let missing = said.count - have.count;
        return if missing <= checkpoint.pending {
            Integrity::Complete { interrupted: missing }
        } else {
            Integrity::Behind { part: "store", missing }
        };
    }
    if said.count == 0 {
        return Integrity::Complete { interrupted: 0 };
    }
    match store.place(said.count - 1) {
        Ok(Some(place)) if place.head == said.hash => Integrity::Complete { interrupted: 0 },
        Ok(_) => Integrity::Forked { part: "store" },
        Err(_) => Integrity::Damaged { what: msg("vault-integrity-sequence-store") },
    }
}

/// Compares a chain whose head is known with the checkpoint. A longer chain is checked by the caller.
pub(crate) fn of_chain(part: &'static str, have: Head, said: Head) -> Option<Integrity> {
    if have.count < said.count {
        return Some(Integrity::Behind { part, missing: said.count - have.count });
    }
    (have.count == said.count && have.hash != said.hash).then_some(Integrity::Forked { part })
}
