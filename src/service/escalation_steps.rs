//! What is done with an escalation packet after it was raised: approved, reviewed, received, followed up, closed. Each is a
//! signed record beside the packet, sealed to the packet's key. Sending it out is `escalation_export`.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::read_note;
use crate::crypto::keys::SealKey;
use crate::domain::crisis::course::{Act, Course, Found, Receipt, State as Stands, Step};
use crate::domain::crisis::escalation::{Tier, Word};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::governance::access::{Grant, Permit, Relation, Whose, permit};
use crate::domain::governance::access_log::{NoReason, Task, unreviewed};
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::member::Role;
use crate::domain::practice::text::{ClientText, clean};
use crate::domain::record::{Body, Opened};
use crate::service::escalations::{course_of, packets_of};
use crate::service::receivers::directory;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;

/// A packet that was found, with what is needed to write beside it.
pub(crate) struct Packet {
    pub(crate) course: Course,
    pub(crate) opened: Opened,
    pub(crate) key: SealKey,
    /// How the asking member stands to its client.
    pub(crate) whose: Whose,
}

impl UnlockedVault {
    /// One packet with its course, by the first digits of its number. Logged before it is shown.
    pub fn packet(&self, number: &str) -> Result<Course, VaultError> {
        let mut state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::ReadEscalation>(&state, found.whose)?;
        self.show_packet(&mut state, grant, found)
    }

    fn show_packet(
        &self,
        state: &mut State,
        _allowed: Grant<permit::ReadEscalation>,
        found: Packet,
    ) -> Result<Course, VaultError> {
        let detail = Some(format!("escalation {}", found.course.id));
        self.log_access(state, Task::Read, Some(&found.course.raised.code), 1, None, false, detail)?;
        Ok(found.course)
    }

    /// Finds a packet by the first digits of its number. Gives no content away; the policy is asked with what it gives.
    pub(crate) fn find_packet(&self, state: &State, number: &str) -> Result<Packet, VaultError> {
        let number = number.trim().to_lowercase();
        let mut fits: Vec<(Opened, SealKey)> = packets_of(state)?;
        fits.retain(|(opened, _)| !number.is_empty() && opened.header.id.to_string().starts_with(&number));
        if fits.len() > 1 {
            return Err(PacketError::Several.into());
        }
        let (opened, key) = fits.pop().ok_or(PacketError::NoPacket)?;
        let course = course_of(state, &opened, &key)?.ok_or(PacketError::NoPacket)?;
        let client = opened.header.client.ok_or(PacketError::NoPacket)?;
        let known = state.caseload()?.clients.get(&client);
        let relation = known.map_or(Relation::None, |k| k.relation(self.me.id));
        Ok(Packet { course, opened, key, whose: Whose::Client(client, relation) })
    }

    /// Agrees as the second person that it goes. The one who raised it is no second person, in whatever role.
    pub fn approve_escalation(&self, number: &str) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::ApproveEscalation>(&state, found.whose)?;
        let course = &found.course;
        let again = course.steps.iter().any(|d| d.by == self.me.id && matches!(d.step.act, Act::Approved));
        if course.by == self.me.id || again {
            return Err(PacketError::SamePerson.into());
        }
        if course.state() == Stands::Closed {
            return Err(PacketError::Closed.into());
        }
        self.write_step(state, grant, &found, Act::Approved, ("approve", None))
    }

    /// Says that it goes without a second person, and why. It waits for an after-review from now on.
    pub fn escalate_alone(&self, number: &str, reason: &str) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::EscalateAlone>(&state, found.whose)?;
        if reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        if found.course.raised.packet.tier() == Tier::Full {
            return Err(PacketError::NotCountersigned.into());
        }
        if found.course.state() == Stands::Closed {
            return Err(PacketError::Closed.into());
        }
        let act = Act::BrokeGlass { reason: clean(reason.trim()) };
        self.write_step(state, grant, &found, act, ("alone", Some(reason)))
    }

    /// The after-review of what was done alone, by another person. What the access log has of it is reviewed with it.
    pub fn review_escalation(
        &self,
        number: &str,
        found_so: Found,
        note: Option<ClientText>,
    ) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::ReviewBreakGlass>(&state, found.whose)?;
        if !found.course.review_due() {
            return Err(PacketError::NothingToReview.into());
        }
        if found.course.alone().contains(&self.me.id) {
            return Err(PacketError::SamePerson.into());
        }
        let act = Act::Reviewed { found: found_so, note: note.filter(|n| !n.is_blank()) };
        let course = self.write_step(state, grant, &found, act, ("review", None))?;
        let mut state = self.state();
        let keys = self.log_keys(&state, None)?;
        let entries = self.as_far_as_it_reads(&state, &keys)?.entries;
        let id = course.id.to_string();
        let raised = |e: &crate::domain::governance::access_log::Entry| {
            e.task == Task::Escalate
                && e.detail.as_deref() == Some("raise")
                && e.by == course.by
                && e.whose.as_ref() == Some(&course.raised.code)
                && e.at <= course.at
        };
        let of_it = unreviewed(&entries).into_iter().filter(|logged| {
            let named = logged.entry.detail.as_deref().is_some_and(|d| d.ends_with(&id));
            logged.entry.by != self.me.id && (named || raised(&logged.entry))
        });
        let names: Vec<String> = of_it.map(|logged| logged.name.to_string()).collect();
        for name in names {
            self.log_access(&mut state, Task::Review, None, 0, None, false, Some(name))?;
        }
        Ok(course)
    }

    /// Takes a receipt in: a note that the receiver signed, or who said there that it came.
    pub fn take_receipt(&self, number: &str, receipt: Receipt) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::FollowEscalation>(&state, found.whose)?;
        let exports = found.course.exports();
        if exports.is_empty() {
            return Err(PacketError::NotSent.into());
        }
        match &receipt {
            Receipt::Typed { who } if who.is_blank() => return Err(PacketError::Receipt.into()),
            Receipt::Typed { .. } => {}
            Receipt::Signed { note } => {
                let to = &found.course.raised.packet.contact.to.id;
                let (receiver, _) = directory(&state)?.remove(to).ok_or(PacketError::NoKey)?;
                let key = receiver.verifying.as_ref().ok_or(PacketError::NoKey)?.parse()?;
                if receiver.compared.is_none() {
                    return Err(PacketError::NotCompared.into());
                }
                let text = read_note(note, &receipt_name(to), &key).map_err(|_| PacketError::Receipt)?;
                if !exports.iter().any(|(manifest, _)| text.split_whitespace().any(|word| word == *manifest)) {
                    return Err(PacketError::Receipt.into());
                }
            }
        }
        self.write_step(state, grant, &found, Act::Received { receipt }, ("receipt", None))
    }

    /// Writes down a follow-up that was due after so many hours, once.
    pub fn follow_up(
        &self,
        rules: &Rules,
        number: &str,
        hours: u16,
        done: &Word,
        note: Option<ClientText>,
    ) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::FollowEscalation>(&state, found.whose)?;
        if found.course.state() == Stands::Closed {
            return Err(PacketError::Closed.into());
        }
        let all = found.course.follow_ups(&rules.follow_up_hours);
        let this = all.iter().find(|f| f.hours == hours).ok_or(PacketError::NoFollowUp)?;
        if this.done.is_some() {
            return Err(PacketError::Done.into());
        }
        if !rules.done.iter().any(|d| d.id == *done) {
            return Err(PacketError::Code.into());
        }
        let act = Act::FollowedUp { hours, done: done.clone(), note: note.filter(|n| !n.is_blank()) };
        self.write_step(state, grant, &found, act, ("follow-up", None))
    }

    /// Closes it with an outcome. An after-review that is due stays due.
    pub fn close_escalation(
        &self,
        rules: &Rules,
        number: &str,
        outcome: &Word,
        note: Option<ClientText>,
    ) -> Result<Course, VaultError> {
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let grant = self.grant::<permit::FollowEscalation>(&state, found.whose)?;
        if found.course.state() == Stands::Closed {
            return Err(PacketError::Closed.into());
        }
        if !rules.outcome.iter().any(|o| o.id == *outcome) {
            return Err(PacketError::Code.into());
        }
        let act = Act::Closed { outcome: outcome.clone(), note: note.filter(|n| !n.is_blank()) };
        self.write_step(state, grant, &found, act, ("close", None))
    }

    /// Logs and seals a step, and gives the course with it.
    fn write_step<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        found: &Packet,
        act: Act,
        (word, reason): (&str, Option<&str>),
    ) -> Result<Course, VaultError> {
        let glass = grant.break_glass() || matches!(act, Act::BrokeGlass { .. });
        let contact = &found.course.raised.packet.contact;
        let why = reason.map_or_else(|| format!("{} · {}", contact.reason, contact.to.id), str::to_owned);
        let detail = Some(format!("{word} {}", found.course.id));
        let code = &found.course.raised.code;
        self.log_access(&mut state, Task::Escalate, Some(code), 1, Some(&why), glass, detail)?;
        self.seal_step(&mut state, grant, found, act)?;
        course_of(&state, &found.opened, &found.key)?.ok_or(VaultError::Vault(CryptoError::Damaged))
    }

    /// Seals a step beside its packet.
    pub(crate) fn seal_step<P: Permit>(
        &self,
        state: &mut State,
        _allowed: Grant<P>,
        found: &Packet,
        act: Act,
    ) -> Result<RecordId, VaultError> {
        let step = Step { packet: found.course.id, after: found.course.steps.len() as u32, act };
        let body = Body::EscalationStep { step: Box::new(step) };
        let (to, collection) = (found.key.recipient(), found.course.id.0);
        let (folder, me) = state.writer();
        let client = found.opened.header.client;
        let draft = Draft { collection, to: &to, body: &body, client, session: None, replaces: None };
        folder.keep(&me, &[draft])?.first().copied().ok_or(VaultError::Vault(CryptoError::Sealing))
    }
}

/// Under which name a receiver signs its receipts.
pub fn receipt_name(receiver: &Word) -> String {
    format!("gyeot-receiver/{receiver}")
}

/// The second person whose role makes two with this member's, as the policy counts them: who raised it or approved it.
pub(crate) fn second_of(
    course: &Course,
    me: MemberId,
    my_role: Role,
    raiser: Option<Role>,
) -> Option<(MemberId, Role)> {
    let raised = (course.by != me).then_some((course.by, raiser));
    let others = course.approved_by(me).into_iter().chain(raised);
    let others: Vec<(MemberId, Role)> = others.filter_map(|(id, role)| Some((id, role?))).collect();
    let pair =
        |role: Role| matches!((my_role, role), (Role::Admin, Role::Supervisor) | (Role::Supervisor, Role::Admin));
    others.iter().find(|(_, role)| pair(*role)).or_else(|| others.first()).copied()
}
