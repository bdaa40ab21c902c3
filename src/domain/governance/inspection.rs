//! The monthly inspection of the access log (L9): what a month's report counts and lists. Source: the safety-measure notice of
//! PIPA, art. 8 (kept and inspected monthly), L8 to L10 and L16.

use crate::domain::governance::access_log::{Entry, LogBreak, Logged, Month, unreviewed};
use crate::domain::governance::roster::Roster;
use crate::domain::governance::task::Task;
use crate::domain::practice::ids::{ClientCode, MemberId, Writer};
use crate::domain::practice::member::Role;
use crate::domain::practice::time::{Calendar, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a month's inspection counts and lists; the signed report is this, written as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// `gyeot.inspection/1`.
    pub schema: String,
    /// The month.
    pub month: Month,
    /// Entries in it.
    pub entries: u64,
    /// Entries per task.
    pub tasks: BTreeMap<Task, u64>,
    /// Entries per account.
    pub accounts: BTreeMap<MemberId, u64>,
    /// Readings of content per account, whoever read most records first.
    #[serde(default)]
    pub reads: Vec<ReadCount>,
    /// Exports, each with its reason.
    pub exports: Vec<Entry>,
    /// What was asked for and refused.
    #[serde(default)]
    pub refused: Vec<Entry>,
    /// What one person did alone.
    pub break_glass: Vec<Entry>,
    /// After-reviews of what was done alone, of this month or before.
    #[serde(default)]
    pub reviews: Vec<Entry>,
    /// Numbers of entries, of this month and before, that one person did alone and no other has reviewed.
    #[serde(default)]
    pub unreviewed: Vec<u64>,
    /// Destructions.
    pub destroyed: Vec<Entry>,
    /// Identities that were recovered, and clients that went to another counsellor.
    #[serde(default)]
    pub handed_on: Vec<Entry>,
    /// Who came, left or got another role, from the roster (L16).
    #[serde(default)]
    pub roles: Vec<RoleChange>,
    /// Entries about practice clients: made up, and counted nowhere else in this report.
    #[serde(default)]
    pub practice: u64,
    /// Entries at night (22:00 to 06:00 at the centre), which the inspector looks at.
    pub at_night: u64,
    /// Places where the clock went back between two entries, by entry number.
    pub clock_back: Vec<u64>,
    /// Where the log is damaged, cut or out of order, in any month: which month such an entry was of cannot be said.
    #[serde(default)]
    pub breaks: Vec<LogBreak>,
    /// Who inspected.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// What one account read in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadCount {
    /// The account.
    pub by: MemberId,
    /// How often.
    pub times: u64,
    /// How many records.
    pub records: u64,
    /// Of how many clients.
    pub clients: u64,
}

/// One change of what a member is at the centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleChange {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub member: MemberId,
    /// The role before; none for whoever came.
    pub from: Option<Role>,
    /// The role from then on; none for whoever left.
    pub to: Option<Role>,
}

impl Inspection {
    /// The month was still running when it was inspected: what came after is not in it.
    pub fn early(&self) -> bool {
        Month::of(self.at) <= self.month
    }
}

/// Who came, left or changed role in a month, oldest first.
pub fn roles_changed(roster: &Roster, month: &Month) -> Vec<RoleChange> {
    let mut found = Vec::new();
    for member in &roster.members {
        let mut before = None;
        for held in roster.roles_of(member.id) {
            found.push(RoleChange { at: held.from, member: member.id, from: before, to: Some(held.role) });
            before = Some(held.role);
        }
        found.extend(member.to.map(|at| RoleChange { at, member: member.id, from: before, to: None }));
    }
    found.retain(|change| Month::of(change.at) == *month);
    found.sort_by_key(|change| (change.at, change.member));
    found
}

/// Counts a month. `entries` are in order of the joined log.
pub fn inspect(entries: &[Logged], roster: &Roster, month: &Month, by: MemberId, at: Timestamp) -> Inspection {
    let mut report = Inspection {
        schema: "gyeot.inspection/1".into(),
        month: month.clone(),
        entries: 0,
        tasks: BTreeMap::new(),
        accounts: BTreeMap::new(),
        reads: Vec::new(),
        exports: Vec::new(),
        refused: Vec::new(),
        break_glass: Vec::new(),
        reviews: Vec::new(),
        unreviewed: unreviewed(entries).into_iter().map(|logged| logged.number).collect(),
        destroyed: Vec::new(),
        handed_on: Vec::new(),
        roles: roles_changed(roster, month),
        practice: 0,
        at_night: 0,
        clock_back: Vec::new(),
        breaks: Vec::new(),
        by,
        at,
    };
    let mut last: BTreeMap<Writer, Timestamp> = BTreeMap::new();
    let mut reads: BTreeMap<MemberId, (u64, u64, BTreeSet<String>)> = BTreeMap::new();
    for Logged { number, name, entry } in entries {
        // Each workstation has a clock of its own.
        let back = last.insert(name.writer, entry.at).is_some_and(|before| entry.at < before);
        if Month::of(entry.at) != *month {
            continue;
        }
        if entry.whose.as_ref().is_some_and(ClientCode::is_practice) {
            report.practice += 1;
            continue;
        }
        report.entries += 1;
        *report.tasks.entry(entry.task).or_default() += 1;
        *report.accounts.entry(entry.by).or_default() += 1;
        match entry.task {
            Task::Export => report.exports.push(entry.clone()),
            Task::Refused => report.refused.push(entry.clone()),
            Task::Destroy => report.destroyed.push(entry.clone()),
            Task::Recover | Task::HandOver => report.handed_on.push(entry.clone()),
            Task::Read => {
                let (times, records, clients) = reads.entry(entry.by).or_default();
                *times += 1;
                *records += entry.records;
                clients.extend(entry.whose.as_ref().map(ToString::to_string));
            }
            _ => {}
        }
        if is_review(entry) {
            report.reviews.push(entry.clone());
        }
        if entry.break_glass {
            report.break_glass.push(entry.clone());
        }
        report.at_night += u64::from(!(6..22).contains(&Calendar::hour(entry.at)));
        if back {
            report.clock_back.push(*number);
        }
    }
    let one = |(by, (times, records, clients)): (MemberId, (u64, u64, BTreeSet<String>))| ReadCount {
        by,
        times,
        records,
        clients: clients.len() as u64,
    };
    report.reads = reads.into_iter().map(one).collect();
    report.reads.sort_by_key(|r| std::cmp::Reverse(r.records));
    report
}

/// An after-review: of an entry of the log, of a change of the roster, or of a packet.
fn is_review(entry: &Entry) -> bool {
    let detail = entry.detail.as_deref().unwrap_or_default();
    match entry.task {
        Task::Review => true,
        Task::Roster | Task::Escalate => detail.starts_with("review "),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::governance::access_log::EntryName;
    use crate::domain::practice::ids::DeviceId;
    use crate::domain::practice::member::Member;

    const LOG: Writer = Writer { member: MemberId([1; 16]), device: DeviceId([1; 16]) };
    const T: i64 = 1_791_000_000_000; // 2026-10-03

    fn entry(task: Task, at: i64, by: u8) -> Entry {
        Entry {
            by: MemberId([by; 16]),
            at: Timestamp(at),
            place: "desk".into(),
            whose: None,
            task,
            records: 0,
            reason: None,
            break_glass: false,
            detail: None,
            second: None,
        }
    }

    fn logged(entries: Vec<Entry>) -> Vec<Logged> {
        let one = |(n, entry)| Logged { number: n, name: EntryName { writer: LOG, n }, entry };
        (0u64..).zip(entries).map(one).collect()
    }

    fn month() -> Month {
        Month::of(Timestamp(T))
    }

    fn roster() -> Roster {
        let member = |id: u8, from: i64, role| Member {
            id: MemberId([id; 16]),
            name: format!("m{id}"),
            role,
            recipient: String::new(),
            verifying: String::new(),
            from: Timestamp(from),
            to: None,
        };
        let mut roster = Roster::default();
        roster.members.extend([member(1, T - 90 * 86_400_000, Role::Admin), member(2, T + 5, Role::Counsellor)]);
        roster
    }

    fn report(entries: Vec<Entry>) -> Inspection {
        inspect(&logged(entries), &roster(), &month(), MemberId([1; 16]), Timestamp(T + 40 * 86_400_000))
    }

    #[test]
    fn the_inspection_lists_exports_and_says_where_the_clock_went_back() {
        let export = Entry { reason: Some("court".into()), ..entry(Task::Export, T - 5, 1) };
        let report = report(vec![entry(Task::Read, T, 1), export]);
        assert_eq!((report.exports.len(), report.clock_back.clone()), (1, vec![1]));
        assert!(!report.early());
    }

    #[test]
    fn readings_are_counted_by_account_with_records_and_clients_and_whoever_read_most_stands_first() {
        let read = |by, records, code: &str| Entry {
            records,
            whose: Some(ClientCode(code.into())),
            ..entry(Task::Read, T, by)
        };
        let of_before = Entry { records: 90, ..entry(Task::Read, T - 40 * 86_400_000, 1) };
        let report =
            report(vec![of_before, read(1, 2, "C-1"), read(2, 3, "C-1"), read(2, 4, "C-2"), read(2, 1, "C-2")]);
        let seen: Vec<_> = report.reads.iter().map(|r| (r.by.0[0], r.times, r.records, r.clients)).collect();
        assert_eq!(seen, [(2, 3, 8, 2), (1, 1, 2, 1)]);
    }

    #[test]
    fn what_was_done_with_a_practice_client_is_counted_apart_and_nowhere_else() {
        let of = |task, code: &str| Entry { whose: Some(ClientCode(code.into())), ..entry(task, T, 1) };
        let report = report(vec![
            of(Task::Read, "DEMO-1"),
            of(Task::Destroy, "DEMO-1"),
            of(Task::Refused, "DEMO-1"),
            of(Task::Read, "C-1"),
        ]);
        assert_eq!((report.practice, report.entries), (3, 1));
        assert!(report.destroyed.is_empty() && report.refused.is_empty());
        assert_eq!(report.reads.iter().map(|r| r.times).sum::<u64>(), 1);
    }

    #[test]
    fn after_reviews_and_changes_of_roles_of_the_month_are_listed_and_no_others() {
        let said = |task, detail: &str| Entry { detail: Some(detail.into()), ..entry(task, T, 1) };
        let report = report(vec![
            said(Task::Review, "x:1"),
            said(Task::Roster, "review 4"),
            said(Task::Roster, "entry 4"),
            said(Task::Escalate, "review 0af1"),
            said(Task::Escalate, "raise"),
        ]);
        assert_eq!(report.reviews.len(), 3);
        let roles: Vec<_> = report.roles.iter().map(|r| (r.member.0[0], r.from, r.to)).collect();
        assert_eq!(roles, [(2, None, Some(Role::Counsellor))]);
    }
}
