//! Around reviews: lists of supervisees, deputies and hours; deputies named and ended, hours written down, process notes and
//! what is released of them.

use crate::app::msg::Answer;
use crate::app::state::supervision::{ProcessFile, ReleasedView, SupervisionAct, SupervisionDone};
use crate::app::views::{ListOf, Listing, ListingRow};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::appointment;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientCode, MemberId, SessionId};
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;
use crate::domain::practice::written_day;
use crate::domain::review::hours::{Setting, totals};
use crate::domain::review::queue::took;
use crate::runtime::effects::{Performer, no_client};
use crate::service::deputies::{DeputyByDays, end_deputy_of, name_deputy_by_days};
use crate::service::supervision_hours::forget_supervision_of;
use crate::service::{UnlockedVault, VaultError};
use crate::texts::{Message, msg, verbatim};

/// A day as people write it, as the service takes it; what is none stays as it was typed and is refused there.
pub(super) fn day(typed: &str, now: Timestamp) -> String {
    let was = || written_day::written(typed, &now.date());
    let comes = || appointment::day(typed, now.day()?).map(|day| day.to_string());
    was().or_else(comes).unwrap_or_else(|| typed.to_owned())
}

impl Performer {
    pub(super) fn supervision(&self, act: SupervisionAct) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let now = unlocked.now();
        let said = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        let (done, session) = match act {
            SupervisionAct::ListReaders(code) => {
                return Ok(vec![Answer::Listing(Box::new(readers(unlocked, &code)?))]);
            }
            SupervisionAct::Assign { client, name } => {
                unlocked.assign_supervisor(&client, &name)?;
                (SupervisionDone::Assigned, None)
            }
            SupervisionAct::Unassign { client, name } => {
                unlocked.unassign_supervisor(&client, &name)?;
                (SupervisionDone::Unassigned, None)
            }
            SupervisionAct::NameDeputy(asked) => {
                let client = said(&asked.client).map(|code| ClientCode::from(code.to_uppercase().as_str()));
                let instead_of = said(&asked.instead_of);
                let by_days = DeputyByDays {
                    name: &asked.name,
                    client: client.as_ref(),
                    instead_of: instead_of.as_deref(),
                    from: &day(&asked.from, now),
                    to: &day(&asked.to, now),
                };
                (SupervisionDone::DeputyNamed(name_deputy_by_days(unlocked, by_days)?), None)
            }
            SupervisionAct::EndDeputy { client, name } => {
                end_deputy_of(unlocked, &name, Some(&client))?;
                (SupervisionDone::DeputyEnded, None)
            }
            SupervisionAct::LogHours(asked) => {
                let minutes = asked.minutes.parse().map_err(|_| VaultError::Input(msg("hours-minutes")))?;
                let setting = if asked.group { Setting::Group } else { Setting::Individual };
                unlocked.log_supervision(&day(&asked.date, now), minutes, setting, said(&asked.with).as_deref())?;
                (SupervisionDone::HoursKept, None)
            }
            SupervisionAct::ForgetHours(digits) => {
                forget_supervision_of(unlocked, &digits)?;
                (SupervisionDone::HoursForgotten, None)
            }
            SupervisionAct::ReadProcess(session) => return Ok(vec![process(unlocked, session)?]),
            SupervisionAct::KeepProcess(session, text) => {
                unlocked.write_process_note(session, text.reveal())?;
                (SupervisionDone::ProcessKept, Some(session))
            }
            SupervisionAct::Release(session, numbers) => {
                unlocked.release_extract(session, &numbers)?;
                (SupervisionDone::Released, Some(session))
            }
            SupervisionAct::TakeBack(session, record) => {
                unlocked.take_back_extract(session, record)?;
                (SupervisionDone::TakenBack, Some(session))
            }
        };
        let mut answers = vec![Answer::SupervisionDone(done)];
        if let Some(session) = session {
            answers.push(process(unlocked, session)?);
        }
        Ok(answers)
    }

    /// The counsellors of this supervisor, with how long decisions take above.
    pub(super) fn supervisees(&self, unlocked: &UnlockedVault) -> Result<Listing, ErrorReport> {
        let queue = unlocked.review_queue(&self.library)?;
        let figures = queue.turnaround;
        let mut told = Vec::new();
        if let (Some(median), Some(longest)) = (figures.median_ms, figures.longest_ms) {
            let said = msg("cli-review-turnaround").with("n", figures.decided);
            told.push((said.with("median", took(median)).with("longest", took(longest)), false));
        }
        if let Some(waiting) = figures.waiting_ms {
            told.push((msg("review-waits-longest").with("time", took(waiting)), false));
        }
        let all = queue.supervisees();
        if all.is_empty() {
            told.push((msg("review-no-clients"), false));
        }
        let row = |one: crate::domain::review::queue::Supervisee| {
            let counts = [one.clients, one.waiting, one.at_risk, one.returned, one.cosigned];
            let cells = std::iter::once(verbatim(one.name)).chain(counts.map(|n| verbatim(n.to_string())));
            ListingRow { cells: cells.collect(), detail: Vec::new(), grave: one.at_risk > 0, waits: None }
        };
        let head = ["list-name", "list-clients", "list-waits", "list-risk", "list-returned", "list-cosigned"];
        Ok(Listing {
            of: ListOf::Supervisees,
            told,
            head: head.map(msg).to_vec(),
            rows: all.into_iter().map(row).collect(),
        })
    }
}

fn process(unlocked: &UnlockedVault, session: SessionId) -> Result<Answer, ErrorReport> {
    let row = unlocked.sessions(None)?.into_iter().find(|row| row.id == session).ok_or(VaultError::NoSession)?;
    let client = unlocked.clients()?.into_iter().find(|c| c.id == row.client).ok_or_else(no_client)?;
    let note = unlocked.process_note(session)?;
    let lines = note.iter().flat_map(|v| &v.note.sections).flat_map(|s| &s.lines).map(|l| l.text.clone()).collect();
    let released = unlocked.released_extracts(session)?.into_iter();
    let released = released.map(|r| ReleasedView { record: r.record, at: r.at, lines: r.extract.lines }).collect();
    Ok(Answer::Process(Box::new(ProcessFile { client, session, number: row.number, lines, released })))
}

/// Every active supervisor with whether they read this client.
fn readers(unlocked: &UnlockedVault, code: &ClientCode) -> Result<Listing, ErrorReport> {
    let (card, now) = (unlocked.client(code)?, unlocked.now());
    let agreed = unlocked.consent(code)?.has(Scope::Supervision);
    let mut told = vec![(msg("readers-how").with("code", code.as_str()), false)];
    if !agreed {
        told.push((msg("readers-no-consent"), true));
    }
    let state = |id: MemberId| -> Message {
        let deputy = card.deputies.iter().find(|d| d.member == id);
        match deputy {
            _ if card.supervisors.contains(&id) => msg("readers-reads"),
            _ if card.awaiting.contains(&id) => msg("readers-awaits"),
            // The end is the beginning of the day after.
            Some(d) if d.holds(now) => msg("readers-deputy").with("to", Timestamp(d.to.0 - 1).date()),
            _ => msg("readers-not"),
        }
    };
    let roster = unlocked.roster();
    let supervisors = roster.members.iter().filter(|m| m.active() && m.role == Role::Supervisor);
    let row = |m: &crate::domain::practice::member::Member| ListingRow {
        cells: vec![verbatim(m.name.clone()), state(m.id)],
        detail: Vec::new(),
        grave: false,
        waits: None,
    };
    let rows: Vec<ListingRow> = supervisors.map(row).collect();
    if rows.is_empty() {
        told.push((msg("readers-nobody"), false));
    }
    Ok(Listing { of: ListOf::Readers, told, head: ["list-name", "list-state"].map(msg).to_vec(), rows })
}

/// Who reads in whose place, with the names of those who could above.
pub(super) fn deputies(unlocked: &UnlockedVault) -> Result<Listing, ErrorReport> {
    let rows = unlocked.deputies()?;
    let me = unlocked.me();
    let roster = unlocked.roster();
    let others = roster.members.iter().filter(|m| m.active() && m.role == Role::Supervisor && m.id != me.id);
    let names: Vec<&str> = others.map(|m| m.name.as_str()).collect();
    let mut told = vec![(msg("deputies-how"), false)];
    told.push(match names.is_empty() {
        true => (msg("deputies-nobody"), false),
        false => (msg("deputies-could").with("names", names.join(", ")), false),
    });
    if rows.is_empty() {
        told.push((msg("deputies-none"), false));
    }
    let row = |row: crate::service::deputies::DeputyRow| {
        let state = match (row.holds, row.keys) {
            (true, _) => "deputy-holds",
            (false, true) => "deputy-over",
            (false, false) => "deputy-waits",
        };
        // The end is the beginning of the day after.
        let last = Timestamp(row.to.0 - 1);
        ListingRow {
            cells: vec![
                verbatim(row.code.as_str()),
                verbatim(row.name),
                verbatim(row.instead_of),
                verbatim(row.from.date()),
                verbatim(last.date()),
                msg(state),
            ],
            detail: Vec::new(),
            grave: false,
            waits: None,
        }
    };
    let head = ["list-whose", "list-deputy", "list-instead-of", "list-since", "list-until", "list-state"];
    Ok(Listing { of: ListOf::Deputies, told, head: head.map(msg).to_vec(), rows: rows.into_iter().map(row).collect() })
}

/// One's own hours, the newest first, with their sums above.
pub(super) fn hours(unlocked: &UnlockedVault) -> Result<Listing, ErrorReport> {
    let all = unlocked.supervision_hours()?;
    let sums = totals(all.iter().map(|row| &row.hours));
    let mut told = vec![(msg("hours-sums").with("individual", sums[0]).with("group", sums[1]), false)];
    if all.is_empty() {
        told.push((msg("hours-nothing"), false));
    }
    let setting = |setting: Setting| -> Message {
        match setting {
            Setting::Individual => msg("hours-individual"),
            Setting::Group => msg("hours-group"),
        }
    };
    let row = |row: &crate::service::supervision_hours::HoursRow| {
        let record = row.record.to_string();
        ListingRow {
            cells: vec![
                verbatim(row.hours.date.clone()),
                verbatim(row.hours.minutes.to_string()),
                setting(row.hours.setting),
                verbatim(row.with.clone()),
                verbatim(record.chars().take(8).collect::<String>()),
            ],
            detail: Vec::new(),
            grave: false,
            waits: None,
        }
    };
    let head = ["list-when", "list-minutes", "list-setting", "list-with"];
    Ok(Listing { of: ListOf::Hours, told, head: head.map(msg).to_vec(), rows: all.iter().rev().map(row).collect() })
}
