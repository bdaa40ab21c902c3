//! Who reads what when the roster changes: new keys when a reader leaves, and the keys of the access log, which follow
//! the roster.

use crate::crypto::keys::{Recipient, SealKey};
use crate::domain::governance::access_log::Task;
use crate::domain::governance::roster::{Change, RosterError};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, KeyFor};
use crate::service::members::Present;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;
use std::collections::BTreeSet;

impl UnlockedVault {
    /// True when somebody left or changed role, so that keys may be due: otherwise no caseload has to be read for it.
    pub(crate) fn readers_changed(&self, state: &State) -> bool {
        let roster = &state.folder.roster;
        roster.members.iter().any(|m| !m.active() || roster.role_since(m.id).is_some())
    }

    /// Gives every own client whose supervisors include someone who left, or is no supervisor any more, a new case key.
    /// A client whose counsellor left gets one from the first supervisor who unlocks, until somebody takes over.
    pub(crate) fn rotate_due(&self, state: &mut State) -> Result<Vec<ClientCode>, VaultError> {
        let gone = |state: &State, id: &MemberId, role: Role| {
            state.folder.roster.member(*id).is_none_or(|m| !m.active() || m.role != role)
        };
        let left = |state: &State, id: &MemberId| gone(state, id, Role::Counsellor);
        let gone = |state: &State, id: &MemberId| gone(state, id, Role::Supervisor);
        let due: Vec<ClientId> = state
            .caseload()?
            .clients
            .values()
            .filter(|k| {
                let alone = left(state, &k.card.counsellor);
                let deputy_left = k.card.deputies.iter().any(|d| gone(state, &d.member) || gone(state, &d.instead_of));
                let supervisor_left = k.card.supervisors.iter().any(|s| gone(state, s)) || deputy_left;
                let reader_left = supervisor_left || (alone && !k.card.left);
                (k.card.counsellor == self.me.id || alone) && reader_left
            })
            .map(|k| k.card.id)
            .collect();
        let mut rotated = Vec::new();
        for id in due {
            let mut card = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?.card.clone();
            card.supervisors.retain(|s| !gone(state, s));
            card.deputies.retain(|d| !gone(state, &d.member) && !gone(state, &d.instead_of));
            card.left = left(state, &card.counsellor);
            rotated.push(card.code.clone());
            self.rotate(state, id, card)?;
        }
        Ok(rotated)
    }

    /// Begins a new case key of a client for those who read from now on.
    pub(crate) fn rotate(
        &self,
        state: &mut State,
        id: ClientId,
        card: crate::domain::practice::client::ClientCard,
    ) -> Result<(), VaultError> {
        let known = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?;
        let epoch = known.case.keys().next_back().copied().unwrap_or(0) + 1;
        let key = SealKey::generate();
        let mut readers = vec![state.keys.recipient(), state.folder.roster.recovery.parse()?];
        let agreed = known.consent().has(Scope::Supervision);
        let deputies = card.deputies.iter().filter(|d| d.keys).map(|d| &d.member);
        for supervisor in card.supervisors.iter().chain(deputies).filter(|s| agreed && **s != self.me.id) {
            let member = state.folder.roster.member(*supervisor).ok_or(RosterError::Nobody)?;
            readers.push(member.recipient.parse::<Recipient>()?);
        }
        // A supervisor who ends a deputy begins a key that the counsellor goes on with.
        let counsellor = state.folder.roster.member(card.counsellor).filter(|m| m.active() && m.id != self.me.id);
        if let Some(counsellor) = counsellor.filter(|m| m.role == Role::Counsellor) {
            readers.push(counsellor.recipient.parse::<Recipient>()?);
        }
        let wrap = Body::KeyWrap { what: KeyFor::Case { client: id, epoch }, secret: key.secret() };
        let to = key.recipient();
        let (folder, me, caseload) = state.split()?;
        let collection = folder.key_collection();
        let drafts: Vec<Draft<'_>> = readers
            .iter()
            .map(|to| Draft { collection, to, body: &wrap, client: None, session: None, replaces: None })
            .collect();
        let ids = folder.keep(&me, &drafts)?;
        let (index, body) = (folder.index_of(&ids, readers.iter()), Body::Client { card: Box::new(card.clone()) });
        let on = |body| Draft { collection: id.0, to: &to, body, client: Some(id), session: None, replaces: None };
        folder.keep(&me, &[on(&index), on(&body)])?;
        let code = card.code.clone();
        let known = caseload.clients.get_mut(&id).ok_or(VaultError::NoClient)?;
        known.card = card;
        let mine = ids.first().map_or_else(|| LazyKey::fresh(key.clone()), |id| LazyKey::opened(*id, key.clone()));
        known.case.insert(epoch, mine);
        known.wraps.extend(ids);
        self.log_access(state, Task::Rekey, Some(&code), 1, None, false, Some(format!("epoch {epoch}")))
    }

    /// The log's keys that are here: the asking member's, else the second person's.
    pub(crate) fn log_keys(&self, state: &State, present: Option<&Present>) -> Result<Vec<SealKey>, VaultError> {
        let keys = |load: &Caseload, read: &SealKey| -> Vec<SealKey> {
            load.log.iter().filter_map(|held| held.open(&state.folder, &[read]).ok().cloned()).collect()
        };
        match (keys(state.caseload()?, state.keys.read()), present) {
            (mine, None) => Ok(mine),
            (mine, Some(_)) if !mine.is_empty() => Ok(mine),
            (_, Some(p)) => {
                let load = Caseload::load(&state.folder, p.keys.read(), Some(p.member.id))?;
                Ok(keys(&load, p.keys.read()))
            }
        }
    }

    /// The secrets that name where codes are marked as taken, oldest first; made where the vault is from before there was
    /// one.
    pub(crate) fn code_secrets(state: &mut State) -> Result<Vec<SealKey>, VaultError> {
        let read = [state.keys.read()];
        let held = state.caseload()?.codes.iter();
        let found: Vec<SealKey> = held.filter_map(|held| held.open(&state.folder, &read).ok().cloned()).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let secret = Self::key_for_all(state, KeyFor::Codes)?;
        state.split()?.2.codes.push(LazyKey::fresh(secret.clone()));
        Ok(vec![secret])
    }

    /// A new key that every active member and the recovery key hold; the wraps are synced.
    pub(crate) fn key_for_all(state: &mut State, what: KeyFor) -> Result<SealKey, VaultError> {
        let key = SealKey::generate();
        let body = Body::KeyWrap { what, secret: key.secret() };
        let mut readers: Vec<Recipient> = vec![state.folder.roster.recovery.parse()?];
        for member in state.folder.roster.active() {
            readers.push(member.recipient.parse()?);
        }
        let (folder, me, _) = state.split()?;
        let collection = folder.key_collection();
        let draft = |to| Draft { collection, to, body: &body, client: None, session: None, replaces: None };
        folder.keep(&me, &readers.iter().map(draft).collect::<Vec<_>>())?;
        Ok(key)
    }

    /// Gives the log's keys to whoever will read it after this change of the roster, and a new key when someone who
    /// could read it no longer may. The wraps are written before the change, so that no entry is ever sealed to a key
    /// that nobody has.
    pub(crate) fn with_log(
        &self,
        state: &mut State,
        mut change: Change,
        present: Option<&Present>,
    ) -> Result<(Change, Option<SealKey>), VaultError> {
        let signers: Vec<MemberId> = std::iter::once(self.me.id).chain(present.map(|p| p.member.id)).collect();
        let mut after = state.folder.roster.clone();
        after.apply(&change, &signers)?;
        let before: BTreeSet<MemberId> = state.folder.roster.log_readers().iter().map(|m| m.id).collect();
        let readers = after.log_readers();
        let lost = before.iter().any(|id| readers.iter().all(|r| r.id != *id));
        let new = lost.then(SealKey::generate);
        let wrap = |key: &SealKey| Body::KeyWrap { what: KeyFor::Log, secret: key.secret() };
        let held = self.log_keys(state, present)?;
        let mut wraps: Vec<(Recipient, Body)> = Vec::new();
        for reader in readers {
            let to: Recipient = reader.recipient.parse()?;
            if !before.contains(&reader.id) {
                wraps.extend(held.iter().map(|key| (to.clone(), wrap(key))));
            }
            wraps.extend(new.iter().map(|key| (to.clone(), wrap(key))));
        }
        if let Change::Enrol { member, .. } = &change {
            // Whoever takes clients on has to find the codes that are taken.
            let to: Recipient = member.recipient.parse()?;
            let secret = |key: &SealKey| Body::KeyWrap { what: KeyFor::Codes, secret: key.secret() };
            wraps.extend(Self::code_secrets(state)?.iter().map(|key| (to.clone(), secret(key))));
            let shared = |key: &SealKey| Body::KeyWrap { what: KeyFor::Centre, secret: key.secret() };
            wraps.extend(crate::service::receivers::held(state)?.iter().map(|key| (to.clone(), shared(key))));
        }
        if let Some(key) = &new {
            wraps.push((state.folder.roster.recovery.parse()?, wrap(key)));
            let recipient = key.recipient().to_string();
            match &mut change {
                Change::Enrol { log, .. } | Change::Revoke { log, .. } | Change::Reassign { log, .. } => {
                    *log = Some(recipient);
                }
                Change::Found { .. } | Change::Recovery { .. } | Change::Compare { .. } | Change::Review { .. } => {}
            }
        }
        let (folder, me) = state.writer();
        let collection = folder.key_collection();
        let draft = |(to, body)| Draft { collection, to, body, client: None, session: None, replaces: None };
        let drafts: Vec<Draft<'_>> = wraps.iter().map(|(to, body)| draft((to, body))).collect();
        folder.keep(&me, &drafts)?;
        Ok((change, new))
    }

    /// After the change: takes the new key, or lets go of the old ones when the log is not for this member any more.
    pub(crate) fn take_log(&self, state: &mut State, new: Option<SealKey>) -> Result<(), VaultError> {
        if state.folder.roster.log_readers().iter().any(|m| m.id == self.me.id) {
            state.split()?.2.log.extend(new.map(LazyKey::fresh));
            return Ok(());
        }
        let (folder, me, caseload) = state.split()?;
        let held = std::mem::take(&mut caseload.log);
        let places = held.iter().filter_map(|held| held.place(folder).transpose()).collect::<Result<Vec<_>, _>>()?;
        if places.is_empty() {
            return Ok(());
        }
        folder.bury(&me, &places, "not a reader any more")
    }
}
