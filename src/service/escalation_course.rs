//! The whole course of one packet: for the screen, and as a page that goes out with a reason. One set of facts and lines.

use crate::domain::crisis::course::Course;
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::lang::Lang;
use crate::formats::course_document::{CoursePaper, document};
use crate::formats::paper;
use crate::service::escalation_steps::Packet;
use crate::service::escalation_words::{coded, due_lines, state_message, step_lines};
use crate::service::escalations::short;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{Message, msg, verbatim};
use crate::vault::error::VaultError;

/// What a packet is, label and value. No field of the card.
pub fn course_facts(course: &Course, rules: &Rules, lang: Lang) -> Vec<(Message, Message)> {
    let packet = &course.raised.packet;
    let contact = &packet.contact;
    let basis = rules.basis(&contact.ground.basis);
    let limb =
        basis.map_or_else(|| verbatim(contact.ground.limb.as_str()), |b| coded(&b.limb, &contact.ground.limb, lang));
    let name = basis.map_or(contact.ground.basis.as_str(), |b| b.label(lang));
    let statute = contact.ground.statute.as_ref().map_or_else(String::new, |s| format!(" · {s}"));
    vec![
        (msg("course-client"), verbatim(course.raised.code.as_str())),
        (msg("course-state"), state_message(course.state())),
        (msg("packet-paper-reason"), coded(&rules.reason, &contact.reason, lang)),
        (msg("paper-basis"), verbatim(format!("{name}: {}{statute}", limb.text(lang)))),
        (msg("course-tier"), verbatim(u8::from(packet.tier()).to_string())),
        (msg("paper-to"), verbatim(contact.to.name.clone())),
    ]
}

impl UnlockedVault {
    /// The course for a page that goes out; an entry of the log with the reason stands before (L10).
    pub fn take_course_out(&self, number: &str, reason: &str) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::ReadEscalation>(&state, found.whose)?;
        self.log_course_out(state, grant, found, reason)
    }

    fn log_course_out(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::ReadEscalation>,
        found: Packet,
        reason: &str,
    ) -> Result<Course, VaultError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(NoReason.into());
        }
        let code = &found.course.raised.code;
        let detail = Some(format!("course {}", found.course.id));
        self.log_access(&mut state, Task::Export, Some(code), 1, Some(reason), false, detail)?;
        Ok(found.course)
    }
}

/// The course as a page, PDF.
pub fn course_page(
    vault: &UnlockedVault,
    rules: &Rules,
    number: &str,
    reason: &str,
    lang: Lang,
) -> Result<Vec<u8>, ErrorReport> {
    let course = vault.take_course_out(number, reason)?;
    let (roster, now) = (vault.roster(), vault.now());
    let steps = step_lines(&course, rules, &roster, lang);
    let written = msg("course-written").with("name", &vault.me().name).with("at", now.shown());
    let made = CoursePaper {
        number: short(course.id),
        facts: course_facts(&course, rules, lang),
        steps: steps.into_iter().map(|s| (s.at.shown(), s.who, s.what, s.remark)).collect(),
        due: due_lines(&course, rules, now),
        centre: roster.centre,
        written,
    };
    paper(&document(&made, lang), lang)
}
