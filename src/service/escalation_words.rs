//! The course of a packet in words, line by line, for the list on the screen and for the command line; and what of all packets
//! is due for a member.

use crate::domain::crisis::course::{Act, Course, Done, Found, Receipt, State, Told};
use crate::domain::crisis::escalation::Word;
use crate::domain::crisis::escalation_rules::{Coded, Rules};
use crate::domain::governance::concern::Concern;
use crate::domain::governance::roster::Roster;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{Message, msg, verbatim};
use crate::vault::error::VaultError;

/// The label of a code, in the language of the reader.
pub fn coded(list: &[Coded], id: &Word, lang: Lang) -> Message {
    verbatim(Rules::label(list, id, lang))
}

/// A line of a course, and what a person remarked with it.
pub type CourseLine = (Message, Option<ClientText>);

/// One thing that was done, in words.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLine {
    /// When, by the clock of who did it.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What.
    pub what: Message,
    /// What a person remarked.
    pub remark: Option<ClientText>,
}

/// Everything that was done with it, in order.
pub fn step_lines(course: &Course, rules: &Rules, roster: &Roster, lang: Lang) -> Vec<StepLine> {
    let name = |id| roster.member(id).map_or("?", |m| m.name.as_str()).to_owned();
    let raised = match &course.raised.alone {
        None => msg("escalation-did-raise"),
        Some(why) => msg("escalation-did-raise-alone").with("why", why),
    };
    let mut lines = vec![StepLine { at: course.at, who: name(course.by), what: raised, remark: None }];
    for Done { by, at, step, .. } in &course.steps {
        let what = match &step.act {
            Act::Shared { to, .. } => msg("escalation-did-share").with("name", name(*to)),
            act => act_words(act, rules, lang),
        };
        lines.push(StepLine { at: *at, who: name(*by), what, remark: remark(&step.act).cloned() });
    }
    lines
}

/// What of it is due or has to be looked at.
pub fn due_lines(course: &Course, rules: &Rules, now: Timestamp) -> Vec<Message> {
    let mut lines = Vec::new();
    for f in course.follow_ups(&rules.follow_up_hours).iter().filter(|f| f.done.is_none()) {
        let told = match f.told(now) {
            Told::Nobody => verbatim(""),
            Told::Counsellor => msg("escalation-told-counsellor"),
            Told::Supervisor => msg("escalation-told-supervisor"),
            Told::Admin => msg("escalation-told-admin"),
        };
        let due = msg("escalation-follow-up-due").with("hours", f.hours).with("at", f.due.shown());
        lines.push(due.with("told", told));
    }
    if course.review_due() {
        lines.push(msg("escalation-review-line"));
    }
    if course.clock_back() {
        lines.push(msg("escalation-clock-back"));
    }
    lines
}

/// Everything that was done with it and what is due, one line each.
pub fn course_lines(course: &Course, rules: &Rules, roster: &Roster, now: Timestamp, lang: Lang) -> Vec<CourseLine> {
    let line = |s: StepLine| {
        (msg("escalation-line").with("at", s.at.shown()).with("who", s.who).with("what", s.what), s.remark)
    };
    let done = step_lines(course, rules, roster, lang).into_iter().map(line);
    done.chain(due_lines(course, rules, now).into_iter().map(|due| (due, None))).collect()
}

/// Where it stands, in words.
pub fn state_message(state: State) -> Message {
    match state {
        State::Raised => msg("escalation-state-raised"),
        State::Approved => msg("escalation-state-approved"),
        State::Exported => msg("escalation-state-exported"),
        State::Received => msg("escalation-state-received"),
        State::Closed => msg("escalation-state-closed"),
    }
}

/// What a person remarked.
const fn remark(act: &Act) -> Option<&ClientText> {
    match act {
        Act::Reviewed { note, .. } | Act::FollowedUp { note, .. } | Act::Closed { note, .. } => note.as_ref(),
        Act::Received { receipt: Receipt::Typed { who } } => Some(who),
        _ => None,
    }
}

fn act_words(act: &Act, rules: &Rules, lang: Lang) -> Message {
    match act {
        Act::Approved => msg("escalation-did-approve"),
        Act::BrokeGlass { reason } => msg("escalation-did-alone").with("why", reason),
        Act::Reviewed { found: Found::Justified, .. } => msg("escalation-did-review-justified"),
        Act::Reviewed { found: Found::NotJustified, .. } => msg("escalation-did-review-not"),
        Act::Exported { forms, manifest, alone, .. } => {
            let forms: Vec<&str> = forms.iter().map(|f| f.word()).collect();
            let hash: String = manifest.chars().take(12).collect();
            let id = if *alone { msg("escalation-did-export-alone") } else { msg("escalation-did-export") };
            id.with("forms", forms.join(", ")).with("hash", hash)
        }
        Act::ExportFailed { .. } => msg("escalation-did-export-failed"),
        // Names the member, which is known where the line is made.
        Act::Shared { .. } => verbatim(""),
        Act::Received { receipt: Receipt::Signed { .. } } => msg("escalation-did-receipt-signed"),
        Act::Received { receipt: Receipt::Typed { .. } } => msg("escalation-did-receipt-typed"),
        Act::FollowedUp { hours, done, .. } => {
            msg("escalation-did-follow-up").with("hours", hours).with("done", coded(&rules.done, done, lang))
        }
        Act::Closed { outcome, .. } => {
            msg("escalation-did-close").with("outcome", coded(&rules.outcome, outcome, lang))
        }
    }
}

/// What of the packets waits for this member: approvals, packets to send, after-reviews, follow-ups that have come to their
/// role. Counts only; nothing is shown of a packet, so nothing is logged.
pub fn duties(vault: &UnlockedVault, rules: &Rules) -> Result<Vec<Concern>, VaultError> {
    let (role, now) = (vault.role(), vault.now());
    let courses = vault.packets(false)?;
    let from = match role {
        Role::Counsellor => Told::Counsellor,
        Role::Supervisor => Told::Supervisor,
        Role::Admin => Told::Admin,
    };
    let count = |which: &dyn Fn(&Course) -> bool| courses.iter().filter(|c| which(c)).count();
    let waiting = if role == Role::Counsellor { 0 } else { count(&|c| c.state() == State::Raised) };
    let to_send = if role == Role::Admin { count(&|c| c.state() == State::Approved) } else { 0 };
    let reviews = count(&|c| c.review_due());
    let hours = &rules.follow_up_hours;
    let late = courses.iter().flat_map(|c| c.follow_ups(hours)).filter(|f| f.told(now) >= from).count();
    let mut told = Vec::new();
    if late > 0 {
        told.push(Concern::FollowUps(late));
    }
    if reviews > 0 {
        told.push(Concern::PacketReviews(reviews));
    }
    if waiting + to_send > 0 {
        told.push(Concern::Packets { waiting, to_send });
    }
    let not_shared = vault.packets_not_shared()?;
    if !not_shared.is_empty() {
        told.push(Concern::NotShared(not_shared));
    }
    Ok(told)
}
