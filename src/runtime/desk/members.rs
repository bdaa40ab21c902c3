//! Members come and go: two persons sign, a practice of one breaks the glass; a leaver means new keys.

use super::caseload::Caseload;
use super::fault::DeskFault;
use super::files::{slot_path, write_slot};
use super::house::{Draft, Me};
use super::{Desk, State, unlock_slot};
use crate::domain::access::{Around, Grant, Relation, Whose, grant, permit};
use crate::domain::audit::{NoReason, Task};
use crate::domain::client::ClientRow;
use crate::domain::ids::{ClientCode, ClientId, MemberId};
use crate::domain::member::{Change, Member, Role, RosterFault};
use crate::domain::record::{Body, KeyFor};
use crate::vault::keys::{Keyring, Recipient, SealKey, fingerprint, random_id};
use crate::vault::slot::KeyCost;
use crate::vault::{VaultFault, passphrase, slot};
use secrecy::SecretString;

/// Who is to be enrolled.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// How much work a guess is; [`KeyCost::Production`] but in tests.
    pub cost: KeyCost,
}

/// The second person of a change that needs two; they type their own passphrase.
#[derive(Debug, Clone, Copy)]
pub struct Second<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their passphrase.
    pub passphrase: &'a SecretString,
}

struct Present {
    member: Member,
    keys: Keyring,
}

impl Desk {
    /// Enrols a member with the passphrase that they chose. Gives the member and the fingerprint in words, which both
    /// persons compare aloud.
    pub fn add_member(
        &self,
        new: &NewMember,
        pass: &SecretString,
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<(Member, String), DeskFault> {
        let mut state = self.state();
        let present = self.second(&state, second)?;
        let allowed = self.roster_grant(&state, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        if new.name.trim().is_empty() {
            return Err(DeskFault::Input("a member needs a name"));
        }
        if state.house.roster.named(new.name.trim()).is_some() {
            return Err(RosterFault::Twice.into());
        }
        passphrase::check(pass, &[&state.house.roster.centre, &new.name])?;
        let keys = Keyring::generate();
        let at = state.house.now();
        let member = Member {
            id: MemberId(random_id()),
            name: crate::domain::text::clean(new.name.trim()),
            role: new.role,
            recipient: keys.recipient().to_string(),
            verifying: keys.verifier().to_string(),
            from: at,
            to: None,
        };
        let log_key = match (&state.log_key, &present) {
            (Some(key), _) => Some(key.clone()),
            (None, Some(p)) => Caseload::load(&state.house, &p.keys, p.member.id)?.1,
            (None, None) => None,
        };
        write_slot(&state.house.dir, member.id, &slot::lock(&keys, pass, new.cost)?)?;
        let change = Change::Enrol { member: member.clone(), at, break_glass: glass.clone() };
        self.change_roster(&mut state, &change, present.as_ref(), glass.as_deref())?;
        if let (Role::Admin | Role::Supervisor, Some(log)) = (new.role, log_key) {
            let body = Body::KeyWrap { what: KeyFor::Log, secret: log.secret() };
            let to = keys.recipient();
            let (house, me, _) = state.split(self.me.id);
            let shelf = house.lobby();
            house.keep(&me, &[Draft { shelf, to: &to, body: &body, client: None, session: None, replaces: None }])?;
        }
        let words = fingerprint(&member.recipient, &member.verifying);
        Ok((member, words))
    }

    /// Ends a membership and removes the key slot. Counsellors get new keys for what the leaver could read: now for
    /// the asking member's own clients, for the others at their next unlock. What was read before cannot be undone.
    pub fn revoke_member(
        &self,
        name: &str,
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<Vec<ClientRow>, DeskFault> {
        let mut state = self.state();
        let present = self.second(&state, second)?;
        let allowed = self.roster_grant(&state, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        let id = state.house.roster.named(name).ok_or(RosterFault::Nobody)?.id;
        let could = Self::readable_by(&state, id, self.me.id);
        let change = Change::Revoke { member: id, at: state.house.now(), break_glass: glass.clone() };
        self.change_roster(&mut state, &change, present.as_ref(), glass.as_deref())?;
        for path in [slot_path(&state.house.dir, id), slot_path(&state.house.dir, id).with_extension("sum")] {
            let _ = std::fs::remove_file(path);
        }
        self.rotate_due(&mut state)?;
        Ok(could)
    }

    /// Reviews a change that one person did alone; the reviewer is another person.
    pub fn review_break_glass(&self, entry: u64) -> Result<(), DeskFault> {
        let mut state = self.state();
        self.grant::<permit::ReviewBreakGlass>(&state, Whose::Nobody)?;
        let change = Change::Review { entry, at: state.house.now() };
        self.change_roster(&mut state, &change, None, None)
    }

    /// The asking member's clients that this member could have read.
    pub fn could_have_read(&self, member: MemberId) -> Vec<ClientRow> {
        Self::readable_by(&self.state(), member, self.me.id)
    }

    fn readable_by(state: &State, member: MemberId, me: MemberId) -> Vec<ClientRow> {
        let theirs = state.caseload.clients.values().filter(|k| k.relation(member) != Relation::None);
        theirs
            .map(|k| ClientRow {
                id: k.card.id,
                code: k.card.code.clone(),
                name: k.card.name.clone(),
                counsellor: k.card.counsellor,
                own: k.relation(me) == Relation::Own,
                since: k.card.since,
            })
            .collect()
    }

    /// Lets a supervisor read a client: all epochs of the case key so far, and from now on.
    pub fn assign_supervisor(&self, code: &ClientCode, name: &str) -> Result<(), DeskFault> {
        let mut state = self.state();
        let known = state.caseload.by_code(code)?;
        let id = known.card.id;
        self.grant::<permit::AssignSupervisor>(&state, Whose::Client(id, known.relation(self.me.id)))?;
        let member = state.house.roster.named(name).filter(|m| m.role == Role::Supervisor);
        let member = member.ok_or(DeskFault::Input("this is no active supervisor of the centre"))?;
        let (to, member) = (member.recipient.parse::<Recipient>()?, member.id);
        let mut card = known.card.clone();
        if card.supervisors.contains(&member) {
            return Ok(());
        }
        card.supervisors.push(member);
        let wraps: Vec<Body> = known
            .case
            .iter()
            .map(|(epoch, key)| Body::KeyWrap {
                what: KeyFor::Case { client: id, epoch: *epoch },
                secret: key.secret(),
            })
            .collect();
        let case = known.current().ok_or(DeskFault::NoClient)?.recipient();
        let (house, me, caseload) = state.split(self.me.id);
        let shelf = house.lobby();
        let drafts: Vec<Draft<'_>> = wraps
            .iter()
            .map(|body| Draft { shelf, to: &to, body, client: None, session: None, replaces: None })
            .collect();
        let ids = house.keep(&me, &drafts)?;
        let (index, body) = (Body::KeyIndex { wraps: ids.clone() }, Body::Client { card: card.clone() });
        let on = |body| Draft { shelf: id.0, to: &case, body, client: Some(id), session: None, replaces: None };
        house.keep(&me, &[on(&index), on(&body)])?;
        let known = caseload.clients.get_mut(&id).ok_or(DeskFault::NoClient)?;
        known.card = card;
        known.wraps.extend(ids);
        self.note(&mut state, Task::Assign, Some(code), 1, None, false, Some(member.to_string()))
    }

    /// Gives every own client whose supervisors include someone who left a new case key.
    pub(super) fn rotate_due(&self, state: &mut State) -> Result<Vec<ClientCode>, DeskFault> {
        let gone = |state: &State, id: &MemberId| state.house.roster.member(*id).is_none_or(|m| !m.active());
        let due: Vec<ClientId> = state
            .caseload
            .clients
            .values()
            .filter(|k| k.card.counsellor == self.me.id && k.card.supervisors.iter().any(|s| gone(state, s)))
            .map(|k| k.card.id)
            .collect();
        let mut rotated = Vec::new();
        for id in due {
            let mut card = state.caseload.clients.get(&id).ok_or(DeskFault::NoClient)?.card.clone();
            card.supervisors.retain(|s| !gone(state, s));
            rotated.push(card.code.clone());
            self.rotate(state, id, card)?;
        }
        Ok(rotated)
    }

    fn rotate(
        &self,
        state: &mut State,
        id: ClientId,
        card: crate::domain::client::ClientCard,
    ) -> Result<(), DeskFault> {
        let known = state.caseload.clients.get(&id).ok_or(DeskFault::NoClient)?;
        let epoch = known.case.keys().next_back().copied().unwrap_or(0) + 1;
        let key = SealKey::generate();
        let mut readers = vec![state.keys.recipient(), state.house.roster.recovery.parse()?];
        for supervisor in &card.supervisors {
            let member = state.house.roster.member(*supervisor).ok_or(RosterFault::Nobody)?;
            readers.push(member.recipient.parse::<Recipient>()?);
        }
        let wrap = Body::KeyWrap { what: KeyFor::Case { client: id, epoch }, secret: key.secret() };
        let to = key.recipient();
        let (house, me, caseload) = state.split(self.me.id);
        let shelf = house.lobby();
        let drafts: Vec<Draft<'_>> = readers
            .iter()
            .map(|to| Draft { shelf, to, body: &wrap, client: None, session: None, replaces: None })
            .collect();
        let ids = house.keep(&me, &drafts)?;
        let (index, body) = (Body::KeyIndex { wraps: ids.clone() }, Body::Client { card: card.clone() });
        let on = |body| Draft { shelf: id.0, to: &to, body, client: Some(id), session: None, replaces: None };
        house.keep(&me, &[on(&index), on(&body)])?;
        let code = card.code.clone();
        let known = caseload.clients.get_mut(&id).ok_or(DeskFault::NoClient)?;
        known.card = card;
        known.case.insert(epoch, key);
        known.wraps.extend(ids);
        self.note(state, Task::Rekey, Some(&code), 1, None, false, Some(format!("epoch {epoch}")))
    }

    fn second(&self, state: &State, second: Option<Second<'_>>) -> Result<Option<Present>, DeskFault> {
        let Some(second) = second else { return Ok(None) };
        let member = state.house.roster.named(second.name).ok_or(RosterFault::Nobody)?.clone();
        if member.id == self.me.id {
            return Err(RosterFault::TwoPersons.into());
        }
        let keys = unlock_slot(&state.house.dir, &member, second.passphrase, state.house.clock.as_ref())?;
        Ok(Some(Present { member, keys }))
    }

    fn roster_grant(&self, state: &State, present: Option<&Present>) -> Result<Grant<permit::ChangeRoster>, DeskFault> {
        let around = Around { second: present.map(|p| p.member.role), ..Self::around(state) };
        Ok(grant::<permit::ChangeRoster>(self.me.id, self.me.role, Whose::Nobody, around)?)
    }

    /// The second person's role for a grant that needs two.
    pub(super) fn second_role(&self, state: &State, second: Option<Second<'_>>) -> Result<Option<Role>, DeskFault> {
        Ok(self.second(state, second)?.map(|p| p.member.role))
    }

    fn change_roster(
        &self,
        state: &mut State,
        change: &Change,
        present: Option<&Present>,
        glass: Option<&str>,
    ) -> Result<(), DeskFault> {
        let State { house, keys, .. } = state;
        let me = Me { id: self.me.id, keys };
        let mut signers = vec![(self.me.id, me.keys)];
        signers.extend(present.map(|p| (p.member.id, &p.keys)));
        house.change(change, &signers, &me)?;
        self.note(state, Task::Roster, None, 1, glass, glass.is_some(), None)
    }

    /// Changes the passphrase of the member who unlocked.
    pub fn rekey(&self, new: &SecretString, cost: KeyCost) -> Result<(), DeskFault> {
        let mut state = self.state();
        passphrase::check(new, &[&state.house.roster.centre, &self.me.name])?;
        write_slot(&state.house.dir, self.me.id, &slot::lock(&state.keys, new, cost)?)?;
        self.note(&mut state, Task::Rekey, None, 0, None, false, Some("passphrase".into()))
    }

    /// A drill: two of the three recovery phrases (which ones, counted from 1) must open the recovery key. Nothing
    /// changes but the log.
    pub fn recovery_drill(
        &self,
        first: (usize, &SecretString),
        other: (usize, &SecretString),
    ) -> Result<(), DeskFault> {
        let ((a, outer), (b, inner)) = if first.0 < other.0 { (first, other) } else { (other, first) };
        if !slot::PAIRS.contains(&(a, b)) {
            return Err(DeskFault::Input("a drill takes two different phrases of the three, numbered 1 to 3"));
        }
        let mut state = self.state();
        let file = state.house.dir.join("recovery").join(format!("{a}{b}.age"));
        let nested = std::fs::read(file).map_err(super::disk)?;
        let key = slot::join(&nested, outer, inner)?;
        if key.recipient().to_string() != state.house.roster.recovery {
            return Err(VaultFault::Signature.into());
        }
        self.note(&mut state, Task::Rekey, None, 0, None, false, Some(format!("recovery drill {a}{b}")))
    }
}

fn glass_reason(grant: &Grant<permit::ChangeRoster>, reason: Option<&str>) -> Result<Option<String>, DeskFault> {
    if !grant.break_glass() {
        return Ok(None);
    }
    match reason.map(str::trim).filter(|r| !r.is_empty()) {
        Some(reason) => Ok(Some(crate::domain::text::clean(reason))),
        None => Err(NoReason.into()),
    }
}
