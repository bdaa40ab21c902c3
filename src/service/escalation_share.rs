//! A packet is for every admin. One who was enrolled or became an admin after it was raised is given its key by whoever holds
//! it: a wrap of the key, a signed step beside the packet that names the wrap, and an entry of the log for each packet.

use crate::crypto::CryptoError;
use crate::domain::crisis::course::{Act, Course};
use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::governance::roster::RosterError;
use crate::domain::practice::ids::{ClientId, MemberId, RecordId};
use crate::domain::practice::member::{Member, Role};
use crate::domain::record::{Body, KeyFor, Opened};
use crate::service::escalation_steps::Packet;
use crate::service::escalations::{course_of, packets_of};
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use std::collections::BTreeSet;

impl UnlockedVault {
    /// Gives an admin the keys of all packets that this member reads and that the admin cannot open; gives how many. None where
    /// nothing is missing.
    pub fn share_packets(&self, name: &str) -> Result<usize, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ShareEscalation>(&state, self.any_packet())?;
        let to = state.folder.roster.named(name).ok_or(RosterError::Nobody)?.clone();
        if to.role != Role::Admin {
            return Err(VaultError::Input(msg("service-share-no-admin")));
        }
        self.share_with(&mut state, &grant, &to)
    }

    /// After somebody became an admin: gives them the keys that this member holds. Whatever others hold is told to them.
    pub(crate) fn share_with_new(&self, state: &mut State, to: MemberId) -> Result<(), VaultError> {
        let member = state.folder.roster.member(to).filter(|m| m.role == Role::Admin && m.id != self.me.id).cloned();
        if let (Some(member), true) = (member, self.may::<permit::ShareEscalation>(state, self.any_packet())) {
            let grant = self.grant::<permit::ShareEscalation>(state, self.any_packet())?;
            self.share_with(state, &grant, &member)?;
        }
        Ok(())
    }

    fn share_with(
        &self,
        state: &mut State,
        _allowed: &Grant<permit::ShareEscalation>,
        to: &Member,
    ) -> Result<usize, VaultError> {
        let recipient = to.recipient.parse()?;
        let mut given = 0;
        for (opened, key) in packets_of(state)? {
            let Some(course) = course_of(state, &opened, &key)? else { continue };
            let Some(client) = opened.header.client else { continue };
            if has_key(state, &opened, &course, to.id) {
                continue;
            }
            let code = course.raised.code.clone();
            let why = format!("{} · {}", course.raised.packet.contact.reason, to.name);
            let detail = Some(format!("share {}", course.id));
            self.log_access(state, Task::Escalate, Some(&code), 1, Some(&why), false, detail)?;
            let body = Body::KeyWrap { what: KeyFor::Escalation { client }, secret: key.secret() };
            let (folder, me) = state.writer();
            let collection = folder.key_collection();
            let draft = Draft { collection, to: &recipient, body: &body, client: None, session: None, replaces: None };
            let wrap = folder.keep(&me, &[draft])?.first().copied().ok_or(CryptoError::Sealing)?;
            let whose = self.any_packet();
            let grant = self.grant::<permit::ShareEscalation>(state, whose)?;
            let packet = Packet { course, opened, key, whose };
            self.seal_step(state, grant, &packet, Act::Shared { to: to.id, wrap })?;
            given += 1;
        }
        Ok(given)
    }

    /// Admins who cannot open every packet that this member reads: name, and how many they cannot. Nothing is shown of a
    /// packet, so nothing is logged.
    pub fn packets_not_shared(&self) -> Result<Vec<(String, usize)>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadEscalation>(&state, self.any_packet())?;
        self.count_not_shared(&state, grant)
    }

    fn count_not_shared(
        &self,
        state: &State,
        _allowed: Grant<permit::ReadEscalation>,
    ) -> Result<Vec<(String, usize)>, VaultError> {
        let admins: Vec<Member> =
            state.folder.roster.active().filter(|m| m.role == Role::Admin && m.id != self.me.id).cloned().collect();
        let mut missing = vec![0; admins.len()];
        for (opened, key) in if admins.is_empty() { Vec::new() } else { packets_of(state)? } {
            let Some(course) = course_of(state, &opened, &key)? else { continue };
            for (admin, n) in admins.iter().zip(&mut missing) {
                *n += usize::from(!has_key(state, &opened, &course, admin.id));
            }
        }
        Ok(admins.into_iter().map(|m| m.name).zip(missing).filter(|(_, n)| *n > 0).collect())
    }
}

/// Whether an admin of now was given the key of a packet: they were one without a break since it was raised, or since it was
/// shared with them.
fn has_key(state: &State, opened: &Opened, course: &Course, admin: MemberId) -> bool {
    let roster = &state.folder.roster;
    let entries = opened.header.written.map_or(0, |w| w.roster.count);
    let unbroken = roster.role_since(admin).is_none_or(|changed| changed < entries);
    let since = roster.roles_of(admin).last().map(|held| held.from);
    let at_raising = roster.role_at(admin, entries) == Some(Role::Admin) && unbroken;
    at_raising
        || course.steps.iter().any(|done| {
            matches!(done.step.act, Act::Shared { to, .. } if to == admin) && since.is_none_or(|from| from <= done.at)
        })
}

/// The wraps that were made when a packet was shared, as its steps name them.
pub(crate) fn shared_wraps(state: &State, packet: RecordId) -> Result<BTreeSet<RecordId>, VaultError> {
    let read = [state.keys.read()];
    let held = state.caseload()?.escalations.iter();
    let keys: Vec<_> = held.filter_map(|(_, key)| key.open(&state.folder, &read).ok()).collect();
    let mut found = BTreeSet::new();
    for place in state.folder.store.collection(packet.0)? {
        if let Ok(Some(Opened { body: Body::EscalationStep { step }, .. })) = state.folder.open_place(&place, &keys)
            && let Act::Shared { wrap, .. } = step.act
        {
            found.insert(wrap);
        }
    }
    Ok(found)
}

/// The same of every packet of a client that this member reads.
pub(crate) fn shared_wraps_of_client(state: &State, client: ClientId) -> Result<BTreeSet<RecordId>, VaultError> {
    let mut found = BTreeSet::new();
    for (opened, _) in packets_of(state)? {
        if opened.header.client == Some(client) {
            found.extend(shared_wraps(state, opened.header.id)?);
        }
    }
    Ok(found)
}
