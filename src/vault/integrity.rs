//! What the opening found, in words: complete, behind, forked or damaged, and what to do.

use crate::crypto::chain::Head;
use crate::crypto::checkpoint::Checkpoint;
use crate::domain::explain::words::said;
use crate::domain::practice::lang::Lang;
use crate::ports::store::Store;
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
        what: String,
    },
}

impl Integrity {
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
        Err(_) => Integrity::Damaged { what: "the sequence of the store".into() },
    }
}

/// Compares a chain whose head is known with the checkpoint. A longer chain is checked by the caller.
pub(crate) fn of_chain(part: &'static str, have: Head, said: Head) -> Option<Integrity> {
    if have.count < said.count {
        return Some(Integrity::Behind { part, missing: said.count - have.count });
    }
    (have.count == said.count && have.hash != said.hash).then_some(Integrity::Forked { part })
}
