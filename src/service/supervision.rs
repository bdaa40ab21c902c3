//! Supervisors of a client: who gets its keys, and from whom they are taken. The client's consent to supervision decides
//! (L1): without it no key is wrapped to a supervisor, and taking it back destroys the wraps that were.

use crate::crypto::keys::Recipient;
use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::governance::roster::RosterError;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId, RecordId};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, KeyFor};
use crate::ports::store::Position;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::{Draft, VaultFolder};
use crate::vault::lazy_key::LazyKey;
use serde::Serialize;
use std::collections::BTreeSet;

/// A supervisor whose keys to a client were destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Their name.
    pub name: String,
    /// Wrapped keys that were destroyed; none when they were still waiting for the client's consent.
    pub keys: u64,
}

/// What became of a client's supervisors when the consent changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Readers {
    /// Who got the keys now: they were named before the client had agreed.
    pub given: Vec<String>,
    /// Whose keys were destroyed.
    pub taken: Vec<Taken>,
    /// An older version of the program wrapped keys of this client and did not write down to whom. Those stay.
    pub unmarked: bool,
}

impl VaultFolder {
    /// The index of wraps that were just kept, with whom each is to.
    pub(crate) fn index_of<'a>(&self, wraps: &[RecordId], to: impl Iterator<Item = &'a Recipient>) -> Body {
        let member = |to: &Recipient| {
            let to = to.to_string();
            self.roster.members.iter().find(|m| m.recipient == to).map(|m| m.id)
        };
        Body::KeyIndex { wraps: wraps.to_vec(), to: to.map(member).collect() }
    }
}

impl UnlockedVault {
    /// Lets a supervisor read a client: all epochs of the case key so far, and from now on. Refused without the
    /// client's consent to supervision.
    pub fn assign_supervisor(&self, code: &ClientCode, name: &str) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::AssignSupervisor>(&state, code)?;
        self.let_read(state, grant, name)
    }

    fn let_read(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::AssignSupervisor>,
        name: &str,
    ) -> Result<(), VaultError> {
        let known = state.client_of(&grant)?;
        let member = supervisor(&state, name)?;
        if !known.consent().has(Scope::Supervision) {
            return Err(ConsentError::Supervision.into());
        }
        if known.card.supervisors.contains(&member) {
            return Ok(());
        }
        let id = known.card.id;
        self.give_keys(&mut state, id, member)
    }

    /// Takes a client's keys from a supervisor: their wraps are destroyed and a new case key begins. What they had read
    /// or copied before cannot be undone; the reach list of the access log says what that could have been.
    pub fn unassign_supervisor(&self, code: &ClientCode, name: &str) -> Result<Readers, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::AssignSupervisor>(&state, code)?;
        self.let_read_no_more(state, grant, name)
    }

    fn let_read_no_more(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::AssignSupervisor>,
        name: &str,
    ) -> Result<Readers, VaultError> {
        let card = &state.client_of(&grant)?.card;
        let (id, members) = (card.id, &state.folder.roster.members);
        let on_card = |id: &MemberId| card.supervisors.contains(id) || card.awaiting.contains(id);
        let member = members.iter().rev().find(|m| m.name == name && on_card(&m.id)).map(|m| m.id);
        let member = member.ok_or(VaultError::NotAssigned)?;
        self.take_keys(&mut state, id, &[member])
    }

    /// After a consent was written: who was named before gets the keys, or who has them loses them.
    pub(crate) fn follow_consent(&self, state: &mut State, id: ClientId) -> Result<Readers, VaultError> {
        let known = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?;
        let card = known.card.clone();
        if !known.consent().has(Scope::Supervision) {
            return if card.supervisors.is_empty() {
                Ok(Readers::default())
            } else {
                self.take_keys(state, id, &card.supervisors)
            };
        }
        let mut readers = Readers::default();
        for member in card.awaiting {
            let named = state.folder.roster.member(member).filter(|m| m.active() && m.role == Role::Supervisor);
            let Some(name) = named.map(|m| m.name.clone()) else { continue };
            self.give_keys(state, id, member)?;
            readers.given.push(name);
        }
        Ok(readers)
    }

    fn give_keys(&self, state: &mut State, id: ClientId, member: MemberId) -> Result<(), VaultError> {
        let known = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?;
        let mut card = known.card.clone();
        card.awaiting.retain(|a| *a != member);
        card.supervisors.push(member);
        self.wrap_keys(state, id, member, card)
    }

    /// Wraps every case key of a client to a member, who stands on the new card as somebody who reads.
    pub(crate) fn wrap_keys(
        &self,
        state: &mut State,
        id: ClientId,
        member: MemberId,
        card: ClientCard,
    ) -> Result<(), VaultError> {
        let known = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?;
        let to = state.folder.roster.member(member).ok_or(RosterError::Nobody)?.recipient.parse::<Recipient>()?;
        let wrap = |(epoch, held): (&u32, &LazyKey)| -> Result<Body, VaultError> {
            let secret = held.open(&state.folder, &[state.keys.read()])?.secret();
            Ok(Body::KeyWrap { what: KeyFor::Case { client: id, epoch: *epoch }, secret })
        };
        let wraps = known.case.iter().map(wrap).collect::<Result<Vec<Body>, _>>()?;
        let case = known.current(&state.folder, state.keys.read())?.recipient();
        let code = card.code.clone();
        // Before the keys: from here on the supervisor could read.
        self.log_access(state, Task::Assign, Some(&code), 1, None, false, Some(member.to_string()))?;
        let (folder, me, caseload) = state.split()?;
        let collection = folder.key_collection();
        let drafts: Vec<Draft<'_>> = wraps
            .iter()
            .map(|body| Draft { collection, to: &to, body, client: None, session: None, replaces: None })
            .collect();
        let ids = folder.keep(&me, &drafts)?;
        let (index, body) =
            (folder.index_of(&ids, ids.iter().map(|_| &to)), Body::Client { card: Box::new(card.clone()) });
        let on = |body| Draft { collection: id.0, to: &case, body, client: Some(id), session: None, replaces: None };
        folder.keep(&me, &[on(&index), on(&body)])?;
        let known = caseload.clients.get_mut(&id).ok_or(VaultError::NoClient)?;
        known.card = card;
        known.wraps.extend(ids);
        Ok(())
    }

    /// Destroys the wraps of these supervisors and begins a new case key without them. The entries come first; the wraps
    /// go before the key changes, so that an interrupted removal can be done again.
    pub(crate) fn take_keys(
        &self,
        state: &mut State,
        id: ClientId,
        members: &[MemberId],
    ) -> Result<Readers, VaultError> {
        let known = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?;
        let mut card = known.card.clone();
        // Whoever reads in the place of one who reads no more reads no more either.
        let theirs = card.deputies.iter().filter(|d| members.contains(&d.instead_of)).map(|d| d.member);
        let mut members: Vec<MemberId> = members.iter().copied().chain(theirs).collect();
        members.sort_unstable();
        members.dedup();
        let deputy_had = |m: &MemberId| card.deputies.iter().any(|d| d.member == *m && d.keys);
        let had_keys = members.iter().any(|m| card.supervisors.contains(m) || deputy_had(m));
        let mut readers = Readers::default();
        let mut places: Vec<Position> = Vec::new();
        for member in &members {
            let (theirs, unmarked) = wraps_to(state, id, *member)?;
            readers.unmarked |= unmarked && card.supervisors.contains(member);
            let name = state.folder.roster.member(*member).map(|m| m.name.clone()).unwrap_or_default();
            readers.taken.push(Taken { name, keys: theirs.len() as u64 });
            let (code, count) = (card.code.clone(), theirs.len() as u64);
            self.log_access(state, Task::Unassign, Some(&code), count, None, false, Some(member.to_string()))?;
            places.extend(theirs);
        }
        card.supervisors.retain(|s| !members.contains(s));
        card.awaiting.retain(|s| !members.contains(s));
        card.deputies.retain(|d| !members.contains(&d.member));
        if !had_keys {
            self.write_card(state, id, card)?;
            return Ok(readers);
        }
        let (folder, me) = state.writer();
        folder.bury(&me, &places, "unassigned")?;
        self.rotate(state, id, card)?;
        Ok(readers)
    }

    pub(crate) fn write_card(&self, state: &mut State, id: ClientId, card: ClientCard) -> Result<(), VaultError> {
        let (folder, me, caseload) = state.split()?;
        let known = caseload.clients.get_mut(&id).ok_or(VaultError::NoClient)?;
        let to = known.current(folder, me.keys.read())?.recipient();
        let body = Body::Client { card: Box::new(card.clone()) };
        folder.keep(
            &me,
            &[Draft { collection: id.0, to: &to, body: &body, client: Some(id), session: None, replaces: None }],
        )?;
        known.card = card;
        Ok(())
    }
}

/// The active supervisor of this name.
pub(crate) fn supervisor(state: &State, name: &str) -> Result<MemberId, VaultError> {
    let member = state.folder.roster.named(name).filter(|m| m.role == Role::Supervisor);
    member.map(|m| m.id).ok_or(VaultError::Input(msg("service-supervision-no-active-supervisor-centre")))
}

/// Where a member's wraps of a client's keys stand, and whether there are wraps of which it is not known whose they are.
fn wraps_to(state: &State, id: ClientId, member: MemberId) -> Result<(Vec<Position>, bool), VaultError> {
    let known = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?;
    let keys = known.case_keys(&state.folder, state.keys.read());
    let (mut theirs, mut unmarked) = (BTreeSet::new(), false);
    for place in state.folder.store.collection(id.0)? {
        if let Ok(Some(opened)) = state.folder.open_place(&place, &keys)
            && let Body::KeyIndex { wraps, to } = opened.body
        {
            unmarked |= to.len() != wraps.len();
            theirs.extend(wraps.into_iter().zip(to).filter(|(_, to)| *to == Some(member)).map(|(wrap, _)| wrap));
        }
    }
    let key_collection = state.folder.store.collection(state.folder.key_collection())?;
    Ok((key_collection.into_iter().filter(|p| theirs.contains(&p.id)).collect(), unmarked))
}
