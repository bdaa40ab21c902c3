//! The access log's entries, what waits in it and how far keys reached; a month is counted in `inspection`. Source: the safety-measure notice of PIPA,
//! art. 8 (account, time, place, whose data, task; kept and inspected monthly), L8 to L10 and L16.

use crate::domain::explain::Explain;
pub use crate::domain::governance::task::Task;
use crate::domain::practice::ids::{ClientCode, MemberId, Writer};
use crate::domain::practice::time::Timestamp;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// One entry: who, when, where, whose, what, why. No words of a client, only the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The account.
    pub by: MemberId,
    /// When, by this workstation's clock.
    pub at: Timestamp,
    /// The workstation.
    pub place: String,
    /// Whose data: the pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whose: Option<ClientCode>,
    /// The task.
    pub task: Task,
    /// How many records it touched.
    #[serde(default)]
    pub records: u64,
    /// Why, where required.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// One person did what needs two.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub break_glass: bool,
    /// A word of the program that says more, such as the id of a session. Never text of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The second person, where two did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<MemberId>,
}

/// The name of an entry for ever: whose log it stands in, and its number there. Its text is both with a colon between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryName {
    /// Whose log.
    pub writer: Writer,
    /// Counts from 0 in that log.
    pub n: u64,
}

impl std::fmt::Display for EntryName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.writer, self.n)
    }
}

/// An entry as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped {
    /// How many entries of all writers were known when it was written: it stands behind all of them, whatever the clocks
    /// say, so that no entry's number changes by what is written later. Absent in schema 1, which had one log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// What it says.
    #[serde(flatten)]
    pub entry: Entry,
}

/// An entry as the joined log shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// Counts from 0 through the logs of all writers, in order of time. It changes when a copy is joined.
    pub number: u64,
    /// What it is called for ever.
    pub name: EntryName,
    /// What it says.
    pub entry: Entry,
}

/// An entry was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub struct NoReason;

impl Explain for NoReason {
    fn message(&self) -> Message {
        msg("log-no-reason")
    }
    fn hint(&self) -> Message {
        msg("log-no-reason.hint")
    }
    fn exit(&self) -> crate::domain::explain::Exit {
        crate::domain::explain::Exit::Refused
    }
}

/// Refuses an entry that lacks its reason; blanks are none.
pub fn check(entry: &Entry) -> Result<(), NoReason> {
    let given = entry.reason.as_ref().is_some_and(|r| !r.trim().is_empty());
    if entry.task.needs_reason() && !given { Err(NoReason) } else { Ok(()) }
}

/// A calendar month, `YYYY-MM`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Month(String);

impl std::str::FromStr for Month {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let good = s.len() == 7 && format!("{s}-01").parse::<jiff::civil::Date>().is_ok();
        if good { Ok(Month(s.to_owned())) } else { Err(msg("governance-access-log-month-written-yyyy-mm")) }
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Month {
    /// The month of an instant, in the centre's calendar.
    pub fn of(at: Timestamp) -> Self {
        Month(at.date().chars().take(7).collect())
    }

    /// The month before.
    pub fn before(&self) -> Self {
        let first: Option<jiff::civil::Date> = format!("{}-01", self.0).parse().ok();
        let day = first.and_then(|d| d.yesterday().ok());
        Month(day.map_or_else(|| self.0.clone(), |d| d.strftime("%Y-%m").to_string()))
    }

    /// The month after.
    pub fn after(&self) -> Self {
        let first: Option<jiff::civil::Date> = format!("{}-01", self.0).parse().ok();
        let day = first.and_then(|d| d.last_of_month().tomorrow().ok());
        Month(day.map_or_else(|| self.0.clone(), |d| d.strftime("%Y-%m").to_string()))
    }
}

/// One position of the access log where it is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogBreak {
    /// The position in the file, counted from 0 like the entries.
    pub at: u64,
    /// The id of the reason, `chain-…`; in older reports a phrase of the program in English.
    pub why: std::borrow::Cow<'static, str>,
}

/// What one person did alone and no other person has reviewed since. A change of the roster is reviewed there, which
/// the log tells by the two words of its detail: `entry 4`, then `review 4`.
pub fn unreviewed(entries: &[Logged]) -> Vec<&Logged> {
    let reviewed = |Logged { name, entry, .. }: &Logged| {
        // Schema 1 had one log and named its entries by their number alone.
        let named = [name.to_string(), name.n.to_string()];
        let names = if name.writer == Writer::SCHEMA_1 { &named[..] } else { &named[..1] };
        let on_roster = entry.detail.as_deref().and_then(|d| d.strip_prefix("entry ")).map(|e| format!("review {e}"));
        entries.iter().any(|Logged { entry: later, .. }| {
            let detail = later.detail.as_deref();
            let here = later.task == Task::Review && detail.is_some_and(|d| names.iter().any(|n| n == d));
            let there = later.task == Task::Roster && on_roster.is_some() && detail == on_roster.as_deref();
            later.by != entry.by && (here || there)
        })
    };
    entries.iter().filter(|logged| logged.entry.break_glass && !reviewed(logged)).collect()
}

/// How far a member's keys reached for one client, as the log tells it without any key to content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Whose.
    pub code: ClientCode,
    /// The client is theirs to this day: nobody took over.
    pub own: bool,
    /// When they first had the key.
    pub since: Timestamp,
    /// When their wraps were destroyed, where that was done and they did not get new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// How many records they opened.
    pub opened: u64,
    /// When they last opened something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Timestamp>,
}

/// Every client that this member had a key for at any time, and what they opened: the list for a leaver and for a
/// breach (L15). Clients that were destroyed since are on it as well: what was read before stays read.
pub fn reach(entries: &[Logged], member: MemberId) -> Vec<Reach> {
    let word = member.to_string();
    let mut found: std::collections::BTreeMap<ClientCode, Reach> = Default::default();
    for Logged { entry, .. } in entries {
        let Some(code) = &entry.whose else { continue };
        let named = entry.detail.as_deref() == Some(word.as_str());
        let takes = match entry.task {
            Task::AddClient => entry.by == member,
            Task::Assign | Task::HandOver => named,
            _ => false,
        };
        if takes {
            let new = Reach { code: code.clone(), own: false, since: entry.at, until: None, opened: 0, last: None };
            let reach = found.entry(code.clone()).or_insert(new);
            reach.own |= entry.task != Task::Assign;
            reach.until = None;
        } else if (entry.task == Task::HandOver || (entry.task == Task::Destroy && entry.detail.is_none()))
            && let Some(reach) = found.get_mut(code)
        {
            reach.own = false;
        } else if let (Task::Unassign, true, Some(reach)) = (entry.task, named, found.get_mut(code)) {
            reach.until = Some(entry.at);
        }
        if entry.by == member
            && entry.task == Task::Read
            && let Some(reach) = found.get_mut(code)
        {
            reach.opened += entry.records;
            reach.last = Some(entry.at);
        }
    }
    found.into_values().collect()
}

/// The months that have entries, are over, and were not inspected since they were: oldest first.
pub fn overdue(entries: &[Logged], now: Timestamp) -> Vec<Month> {
    let this = Month::of(now);
    let months: std::collections::BTreeSet<Month> =
        entries.iter().map(|l| Month::of(l.entry.at)).filter(|m| *m < this).collect();
    // An inspection while the month still runs has not seen what came after it.
    let inspected = |m: &Month| {
        entries
            .iter()
            .map(|l| &l.entry)
            .any(|e| e.task == Task::Inspect && e.detail.as_deref() == Some(m.0.as_str()) && Month::of(e.at) > *m)
    };
    months.into_iter().filter(|m| !inspected(m)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::practice::ids::DeviceId;

    fn entry(task: Task, at: i64, reason: Option<&str>) -> Entry {
        Entry {
            by: MemberId([1; 16]),
            at: Timestamp(at),
            place: "desk".into(),
            whose: None,
            task,
            records: 0,
            reason: reason.map(str::to_owned),
            break_glass: false,
            detail: None,
            second: None,
        }
    }

    #[test]
    fn an_export_without_a_reason_is_refused_and_blanks_are_no_reason() {
        assert_eq!(check(&entry(Task::Export, 0, None)), Err(NoReason));
        assert_eq!(check(&entry(Task::Export, 0, Some("  "))), Err(NoReason));
        assert_eq!(check(&entry(Task::Export, 0, Some("court order"))), Ok(()));
        assert_eq!(check(&entry(Task::Read, 0, None)), Ok(()));
    }

    const LOG: Writer = Writer { member: MemberId([1; 16]), device: DeviceId([1; 16]) };

    fn logged(entries: impl IntoIterator<Item = Entry>) -> Vec<Logged> {
        let one = |(n, entry)| Logged { number: n, name: EntryName { writer: LOG, n }, entry };
        (0u64..).zip(entries).map(one).collect()
    }

    fn of(mut made: Entry, by: u8, detail: Option<String>) -> Entry {
        made.by = MemberId([by; 16]);
        made.detail = detail;
        made.whose = Some(ClientCode("C-0001".into()));
        made
    }

    #[test]
    fn the_reach_of_a_leaver_names_what_they_had_keys_for_and_whether_somebody_took_over() {
        let supervisor = MemberId([2; 16]).to_string();
        let next = MemberId([3; 16]).to_string();
        let mut log = vec![
            of(entry(Task::AddClient, 1, None), 1, None),
            of(entry(Task::Assign, 2, None), 1, Some(supervisor)),
            Entry { records: 4, ..of(entry(Task::Read, 3, None), 2, None) },
        ];
        let reach = |log: &[Entry], of| reach(&logged(log.to_vec()), of);
        let counsellor = reach(&log, MemberId([1; 16]));
        assert_eq!((counsellor[0].own, counsellor[0].opened), (true, 0));
        let assigned = reach(&log, MemberId([2; 16]));
        assert_eq!((assigned[0].own, assigned[0].opened, assigned[0].last), (false, 4, Some(Timestamp(3))));
        assert!(reach(&log, MemberId([3; 16])).is_empty());
        log.push(of(entry(Task::HandOver, 4, Some("leaves")), 1, Some(next)));
        assert!(!reach(&log, MemberId([1; 16]))[0].own);
        assert!(reach(&log, MemberId([3; 16]))[0].own);
    }

    #[test]
    fn what_one_person_did_alone_waits_until_another_person_has_reviewed_it() {
        let alone = |task, detail: Option<&str>| Entry {
            break_glass: true,
            ..of(entry(task, 0, Some("r")), 1, detail.map(str::to_owned))
        };
        let mut log = vec![alone(Task::Destroy, None), alone(Task::Roster, Some("entry 4"))];
        let waiting = |log: &[Entry]| unreviewed(&logged(log.to_vec())).iter().map(|l| l.number).collect::<Vec<_>>();
        let first = EntryName { writer: LOG, n: 0 }.to_string();
        assert_eq!(waiting(&log), [0, 1]);
        log.push(of(entry(Task::Review, 1, None), 1, Some(first.clone())));
        assert_eq!(waiting(&log), [0, 1], "the one who broke the glass does not review it");
        log.push(of(entry(Task::Review, 1, None), 2, Some(first)));
        log.push(of(entry(Task::Roster, 1, None), 2, Some("review 4".into())));
        assert_eq!(waiting(&log), [0; 0]);
    }

    #[test]
    fn a_month_that_is_over_and_not_inspected_is_overdue() {
        let october = 1_791_000_000_000; // 2026-10-03
        let november = october + 35 * 86_400_000;
        let log = [entry(Task::Read, october, None)];
        let overdue = |log: &[Entry], now| overdue(&logged(log.to_vec()), now);
        assert_eq!(overdue(&log, Timestamp(november)).iter().map(Month::to_string).collect::<Vec<_>>(), ["2026-10"]);
        let mut early = entry(Task::Inspect, october + 86_400_000, None);
        early.detail = Some("2026-10".into());
        let waits = overdue(&[log[0].clone(), early], Timestamp(november));
        assert_eq!(waits.len(), 1, "an inspection in the middle of the month has not seen the rest of it");
        let mut done = entry(Task::Inspect, november, None);
        done.detail = Some("2026-10".into());
        assert!(overdue(&[log[0].clone(), done], Timestamp(november)).is_empty());
    }
}
