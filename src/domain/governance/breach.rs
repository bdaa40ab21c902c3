//! The breach pack (L15): which keys, which records, since when, whom to tell, and the 72-hour clock, made from the log and the
//! roster. Names clients by code only; reads no clock.

use crate::domain::governance::access_log::{Logged, Reach, Task, reach};
use crate::domain::governance::roster::{Held, Roster};
use crate::domain::practice::data_file::{Flaw, read_toml};
use crate::domain::practice::ids::{ClientCode, MemberId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who is told, in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TellText {
    /// Who.
    pub who: String,
    /// What they are told.
    pub what: String,
}

/// One duty to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tell {
    /// Its code.
    pub id: String,
    /// The statute.
    pub source: String,
    /// The numbers of the articles were not checked against the statutes: the page says so.
    #[serde(default)]
    pub unverified: bool,
    /// In Korean.
    pub ko: TellText,
    /// In English.
    pub en: TellText,
}

impl Tell {
    /// In a language.
    pub const fn text(&self, lang: Lang) -> &TellText {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}

/// The duties, from `prompts/breach.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duties {
    /// Counts up with every change.
    pub version: String,
    /// Hours from knowing to telling.
    pub hours: u16,
    /// Whose rule the hours are.
    pub hours_source: String,
    /// Whom.
    pub tell: Vec<Tell>,
}

impl Duties {
    /// Reads the file. A deadline of none, and nobody to tell, are flaws.
    pub fn parse(text: &str) -> Result<Duties, Flaw> {
        let duties: Duties = read_toml(text, 0)?;
        if duties.hours == 0 || duties.tell.is_empty() {
            return Err(Flaw::new(1, "hours", "there is a deadline and somebody to tell"));
        }
        Ok(duties)
    }
}

/// What happened, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum Lost {
    /// A member's passphrase or key slot.
    Member {
        /// Who.
        id: MemberId,
    },
    /// A workstation, by the name that it has in the log: everybody's who worked there.
    Place {
        /// Its name.
        name: String,
    },
}

/// One member whose keys are concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LostKeys {
    /// Who.
    pub id: MemberId,
    /// Their name.
    pub name: String,
    /// The fingerprint of their keys, in words.
    pub fingerprint: String,
    /// Every role that they had.
    pub roles: Vec<Held>,
    /// Since when the keys are theirs.
    pub since: Timestamp,
    /// When they were last used, as the log says.
    pub last_used: Option<Timestamp>,
    /// What they reach.
    pub reach: Vec<Reach>,
    /// They open the access log too.
    pub log: bool,
    /// Escalation packets that they read, as the log says: how many entries.
    pub packets: u64,
}

/// The pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BreachPack {
    /// `gyeot.breach/1`.
    pub schema: &'static str,
    /// The vault.
    pub vault: String,
    /// What was lost.
    pub lost: Lost,
    /// Since when it may be out of hand.
    pub since: Timestamp,
    /// When the centre knew.
    pub known: Timestamp,
    /// By when the persons and the authority have to be told.
    pub deadline: Timestamp,
    /// Which keys.
    pub keys: Vec<LostKeys>,
    /// Whose records, by code: everybody whom one of the keys reaches or reached.
    pub clients: Vec<ClientCode>,
    /// Records opened with these keys since then, per client: what was surely read.
    pub opened_since: BTreeMap<ClientCode, u64>,
    /// Exports and backups by these members since then.
    pub left_since: u64,
    /// Whom to tell.
    pub tell: Vec<Tell>,
    /// Who made the pack.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// What the maker of a pack says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What was lost.
    pub lost: Lost,
    /// Since when it may be out of hand; none takes the last time the keys were used.
    pub since: Option<Timestamp>,
    /// When the centre knew.
    pub known: Timestamp,
}

/// Makes the pack. `words` gives the fingerprint of a member's keys.
pub fn pack(
    entries: &[Logged],
    roster: &Roster,
    duties: &Duties,
    said: &Said,
    words: &dyn Fn(MemberId) -> String,
    (by, at): (MemberId, Timestamp),
) -> BreachPack {
    let members: BTreeSet<MemberId> = match &said.lost {
        Lost::Member { id } => [*id].into(),
        // Whoever stood by as the second person typed a passphrase there too.
        Lost::Place { name } => {
            let there = entries.iter().filter(|l| l.entry.place == *name);
            there.flat_map(|l| std::iter::once(l.entry.by).chain(l.entry.second)).collect()
        }
    };
    let readers: BTreeSet<MemberId> = roster.log_readers().iter().map(|m| m.id).collect();
    let of = |id: MemberId| entries.iter().filter(move |l| l.entry.by == id);
    let keys: Vec<LostKeys> = members
        .iter()
        .filter_map(|id| {
            let member = roster.member(*id)?;
            let packets = of(*id).filter(|l| {
                l.entry.task == Task::Read && l.entry.detail.as_deref().is_some_and(|d| d.starts_with("escalation"))
            });
            Some(LostKeys {
                id: *id,
                name: member.name.clone(),
                fingerprint: words(*id),
                roles: roster.roles_of(*id),
                since: member.from,
                last_used: of(*id).map(|l| l.entry.at).max(),
                reach: reach(entries, *id),
                log: readers.contains(id),
                packets: packets.map(|l| l.entry.records).sum(),
            })
        })
        .collect();
    let last = keys.iter().filter_map(|k| k.last_used).max();
    let since = said.since.or(last).unwrap_or(said.known);
    let after = |l: &&Logged| members.contains(&l.entry.by) && l.entry.at >= since;
    let mut opened_since: BTreeMap<ClientCode, u64> = BTreeMap::new();
    for logged in entries.iter().filter(after).filter(|l| l.entry.task == Task::Read) {
        if let Some(code) = &logged.entry.whose {
            *opened_since.entry(code.clone()).or_default() += logged.entry.records;
        }
    }
    let clients: BTreeSet<ClientCode> = keys.iter().flat_map(|k| k.reach.iter().map(|r| r.code.clone())).collect();
    let left = entries.iter().filter(after).filter(|l| matches!(l.entry.task, Task::Export | Task::Backup));
    BreachPack {
        schema: "gyeot.breach/1",
        vault: roster.vault.clone(),
        lost: said.lost.clone(),
        since,
        known: said.known,
        deadline: Timestamp(said.known.0.saturating_add(i64::from(duties.hours) * 3_600_000)),
        clients: clients.into_iter().collect(),
        opened_since,
        left_since: left.count() as u64,
        keys,
        tell: duties.tell.clone(),
        by,
        at,
    }
}

/// Hours and minutes until the deadline; negative when it is over.
pub const fn left_ms(pack: &BreachPack, now: Timestamp) -> i64 {
    pack.deadline.0.saturating_sub(now.0)
}
