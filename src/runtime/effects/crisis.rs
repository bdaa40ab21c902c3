//! Raises escalation packets and does what is done with them.

use crate::adapters::escalation;
use crate::app::effect::PacketAct;
use crate::app::msg::Answer;
use crate::app::views::{ListOf, Listing, ListingRow, RaiseView};
use crate::config::escalation_file;
use crate::domain::crisis::course::{Course, Receipt, State, Told};
use crate::domain::crisis::escalation::{Raising, Reachable};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;
use crate::runtime::effects::Performer;
use crate::runtime::typed;
use crate::service::escalation_words::{coded, course_lines, state_message};
use crate::service::escalations::{receivers_to_choose, short};
use crate::service::{UnlockedVault, VaultError, Written};
use crate::texts::{msg, verbatim};
use std::sync::Arc;

impl Performer {
    pub(super) fn prepare_raise(&self, client: ClientId) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let unlocked = self.unlocked()?;
        let rules = escalation::rules(&escalation_file())?;
        let card = unlocked.client(&code)?;
        let view = RaiseView {
            client,
            code,
            person: Reachable::of(&card),
            consent: unlocked.consent(&card.code)?,
            receivers: receivers_to_choose(unlocked, &rules, self.shown)?,
            rules: Arc::new(rules),
        };
        Ok(vec![Answer::RaiseReady(Box::new(view))])
    }

    pub(super) fn raise(&self, client: ClientId, asked: &Raising) -> Result<Vec<Answer>, ErrorReport> {
        let code = self.code(client)?;
        let rules = escalation::rules(&escalation_file())?;
        let id = self.unlocked()?.raise_escalation(&rules, &code, asked)?;
        Ok(vec![Answer::Raised { number: short(id), alone: asked.alone.is_some() }])
    }

    pub(super) fn packet(&self, number: &str, act: PacketAct) -> Result<Vec<Answer>, ErrorReport> {
        let unlocked = self.unlocked()?;
        let rules = escalation::rules(&escalation_file())?;
        match act {
            PacketAct::Approve => drop(unlocked.approve_escalation(number)?),
            PacketAct::Review(found) => drop(unlocked.review_escalation(number, found, None)?),
            PacketAct::Receipt { who, file } => {
                let receipt = if file.is_empty() {
                    Receipt::Typed { who }
                } else {
                    Receipt::Signed { note: signed_note(&file)? }
                };
                drop(unlocked.take_receipt(number, receipt)?);
            }
            PacketAct::FollowUp(done) => {
                let course = unlocked.packet(number)?;
                let next = course.follow_ups(&rules.follow_up_hours).into_iter().find(|f| f.done.is_none());
                let hours = next.ok_or(VaultError::from(PacketError::Done))?.hours;
                drop(unlocked.follow_up(&rules, number, hours, &done, None)?);
            }
            PacketAct::Close(outcome) => drop(unlocked.close_escalation(&rules, number, &outcome, None)?),
            PacketAct::Export { form, folder, reason, alone } => {
                let dir = &typed(&folder);
                let asked =
                    Written { form, dir, reason: &reason, lang: self.shown, alone: alone.as_deref(), again: false };
                unlocked.export_escalation(&rules, number, &asked)?;
            }
        }
        Ok(vec![Answer::PacketDone])
    }

    pub(super) fn packets(&self, unlocked: &UnlockedVault) -> Result<Listing, ErrorReport> {
        let rules = escalation::rules(&escalation_file())?;
        let (now, roster) = (unlocked.now(), unlocked.roster());
        let mut courses = unlocked.packets(true)?;
        // What waits for somebody first, then the newest.
        courses.sort_by_key(|c| (!pressing(c, &rules, now, unlocked.role()), std::cmp::Reverse(c.at)));
        let rows = courses.iter().map(|course| {
            let contact = &course.raised.packet.contact;
            ListingRow {
                cells: vec![
                    verbatim(short(course.id)),
                    verbatim(course.raised.code.as_str()),
                    verbatim(course.at.date()),
                    state_message(course.state()),
                    coded(&rules.reason, &contact.reason, self.shown),
                    verbatim(contact.to.name.clone()),
                ],
                detail: course_lines(course, &rules, &roster, now, self.shown)
                    .into_iter()
                    .map(|(line, _)| line)
                    .collect(),
                grave: pressing(course, &rules, now, unlocked.role()),
                waits: None,
            }
        });
        let none = courses.is_empty().then(|| (msg("escalate-none"), false));
        Ok(Listing {
            of: ListOf::Packets,
            told: none.into_iter().collect(),
            head: ["list-packet", "list-whose", "list-when", "list-state", "list-reason", "list-receiver"]
                .map(msg)
                .to_vec(),
            rows: rows.collect(),
        })
    }
}

/// Something of it waits for a member of this role.
fn pressing(course: &Course, rules: &Rules, now: Timestamp, role: Role) -> bool {
    let from = match role {
        Role::Counsellor => Told::Counsellor,
        Role::Supervisor => Told::Supervisor,
        Role::Admin => Told::Admin,
    };
    let late = course.follow_ups(&rules.follow_up_hours).iter().any(|f| f.told(now) >= from);
    let waits = match course.state() {
        State::Raised => role != Role::Counsellor,
        State::Approved => role == Role::Admin,
        _ => false,
    };
    late || waits || (course.review_due() && role != Role::Counsellor)
}

/// A receipt that the receiver signed, from its file.
fn signed_note(file: &str) -> Result<String, ErrorReport> {
    std::fs::read_to_string(file).map_err(|e| {
        ErrorReport::usage(msg("escalate-file-not-read").with("why", e.kind()), msg("escalate-file-not-read.hint"))
    })
}
