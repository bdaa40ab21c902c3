//! What the opening found, in words: complete, behind, forked or damaged, and what to do.

use crate::crypto::chain::Head;
use crate::crypto::checkpoint::Checkpoint;
use crate::crypto::error::part;
use crate::domain::practice::ids::Writer;
use crate::domain::practice::lang::Lang;
use crate::ports::store::Store;
use crate::texts::catalogue::english;
use crate::texts::{Message, msg};
use serde::Serialize;

/// The records, as a part of the vault.
pub(crate) const STORE: &str = "store";

/// How the vault stands against its writers' checkpoints, the worst of them.
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
    /// This one and another: what is wrong stays wrong, what was interrupted adds up.
    pub(crate) fn and(self, other: Integrity) -> Integrity {
        match (self, other) {
            (Integrity::Complete { interrupted: a }, Integrity::Complete { interrupted: b }) => {
                Integrity::Complete { interrupted: a + b }
            }
            (Integrity::Complete { .. }, other) => other,
            (wrong, _) => wrong,
        }
    }

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

/// Compares a writer's records with their checkpoint.
pub(crate) fn of_store(store: &dyn Store, checkpoint: &Checkpoint) -> Integrity {
    let have = store.head(checkpoint.writer);
    if have.count < checkpoint.store.count {
        let missing = checkpoint.store.count - have.count;
        if missing <= checkpoint.pending {
            return Integrity::Complete { interrupted: missing };
        }
    }
    goes_through(store, checkpoint.writer, checkpoint.store).unwrap_or(Integrity::Complete { interrupted: 0 })
}

/// What is wrong where a writer's records do not go through this head.
pub(crate) fn goes_through(store: &dyn Store, writer: Writer, said: Head) -> Option<Integrity> {
    let have = store.head(writer);
    if have.count < said.count {
        return Some(Integrity::Behind { part: STORE, missing: said.count - have.count });
    }
    match store.at(writer, said.count.checked_sub(1)?) {
        Ok(Some(position)) if position.head == said.hash => None,
        Ok(_) => Some(Integrity::Forked { part: STORE }),
        Err(_) => Some(Integrity::Damaged { what: msg("vault-integrity-sequence-store") }),
    }
}

/// Compares a chain whose head is known with what is said of it. That a longer chain goes through it is for the caller to
/// check, who has its file.
pub(crate) fn of_chain(part: &'static str, have: Head, said: Head) -> Option<Integrity> {
    if have.count < said.count {
        return Some(Integrity::Behind { part, missing: said.count - have.count });
    }
    (have.count == said.count && have.hash != said.hash).then_some(Integrity::Forked { part })
}
