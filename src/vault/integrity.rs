//! What the opening found, in words: complete, behind, forked or damaged, and what to do.

use crate::crypto::chain::Head;
use crate::crypto::checkpoint::Checkpoint;
use crate::domain::explain::words::said;
use crate::domain::practice::ids::Writer;
use crate::domain::practice::lang::Lang;
use crate::ports::store::Store;
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
        what: String,
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
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Integrity::Complete { interrupted: 0 }, Lang::Ko) => {
                "온전합니다. 저장되었다고 알린 것은 모두 있습니다.".into()
            }
            (Integrity::Complete { interrupted: 0 }, Lang::En) => "complete: everything acknowledged is there".into(),
            (Integrity::Complete { interrupted: n }, Lang::Ko) => {
                format!("온전합니다. 저장 도중 끊긴 {n}건은 저장되었다고 알린 적이 없어 빠졌습니다.")
            }
            (Integrity::Complete { interrupted: n }, Lang::En) => {
                format!("complete; a write of {n} that was interrupted before it was acknowledged is not there")
            }
            (Integrity::Behind { part, missing }, Lang::Ko) => format!(
                "{}에서 저장되었던 {missing}건이 없습니다. `gyeot vault check`로 살펴보고 백업에서 되돌리세요.",
                part_ko(part)
            ),
            (Integrity::Behind { part, missing }, Lang::En) => {
                format!("{part}: {missing} behind; run `gyeot vault check`, then restore them from a backup")
            }
            (Integrity::Forked { part }, Lang::Ko) => format!(
                "{}의 내용이 서명된 기록과 이어지지 않습니다. 다른 것으로 바꿔치기되었을 수 있습니다. 백업에서 되돌리세요.",
                part_ko(part)
            ),
            (Integrity::Forked { part }, Lang::En) => {
                format!("{part}: forked; another history stands in its place; restore from a backup")
            }
            (Integrity::Damaged { what }, Lang::Ko) => {
                format!("손상되었습니다({}). `gyeot vault check`로 살펴보세요.", said(what, lang))
            }
            (Integrity::Damaged { what }, Lang::En) => format!("damaged ({what}); run `gyeot vault check`"),
        }
    }
}

fn part_ko(part: &str) -> &'static str {
    match part {
        "store" => "저장소",
        "access log" => "접근 기록",
        "roster" => "구성원 명부",
        _ => "파기 기록",
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
        Err(_) => Some(Integrity::Damaged { what: "the sequence of the store".into() }),
    }
}

/// Compares a chain whose head is known with what is said of it. A longer chain is checked by the caller.
pub(crate) fn of_chain(part: &'static str, have: Head, said: Head) -> Option<Integrity> {
    if have.count < said.count {
        return Some(Integrity::Behind { part, missing: said.count - have.count });
    }
    (have.count == said.count && have.hash != said.hash).then_some(Integrity::Forked { part })
}
