//! Members come and go: two persons sign, a practice of one breaks the glass; a leaver means new keys.

use crate::crypto::keys::{Keyring, fingerprint, random_id};
use crate::crypto::passphrase;
use crate::crypto::slot;
use crate::crypto::slot::KeyCost;
use crate::domain::governance::access::{Around, Grant, Permit, Relation, Whose, foresee, grant, permit};
use crate::domain::governance::access_log::{Reach, Task, reach};
use crate::domain::governance::roster::{Change, RosterError};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::member::{Member, Role};
use crate::service::recovery::under_passphrase;
use crate::service::second::{Second, glass_reason};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::unlocking::unlock_slot;
use crate::texts::msg;
use crate::vault::cache_files;
use crate::vault::error::VaultError;
use crate::vault::files::{SlotKind, remove_slots, write_slot, write_slot_of};
use crate::vault::folder::Me;
use crate::vault::trust;
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

/// A second person who has unlocked here.
pub(crate) struct Present {
    pub(crate) member: Member,
    pub(crate) keys: Keyring,
}

impl UnlockedVault {
    /// Enrols a member with the passphrase that they chose. Gives the member and the fingerprint in words, which both
    /// persons compare aloud.
    pub fn add_member(
        &self,
        new: &NewMember,
        pass: &SecretString,
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<(Member, String), VaultError> {
        let mut state = self.state();
        let present = self.second_for::<permit::ChangeRoster>(&state, Whose::Nobody, second)?;
        let allowed = self.roster_grant(&state, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        if new.name.trim().is_empty() {
            return Err(VaultError::Input(msg("service-members-member-needs-name")));
        }
        if state.folder.roster.named(new.name.trim()).is_some() {
            return Err(RosterError::Twice.into());
        }
        passphrase::check(pass, &[&state.folder.roster.centre, &new.name])?;
        let keys = Keyring::generate().of_vault(state.folder.history().founding());
        let at = state.folder.now();
        let member = Member {
            id: MemberId(random_id()),
            name: crate::domain::practice::text::clean(new.name.trim()),
            role: new.role,
            recipient: keys.recipient().to_string(),
            verifying: keys.verifier().to_string(),
            from: at,
            to: None,
        };
        let change = Change::Enrol { member: member.clone(), at, break_glass: glass.clone(), log: None };
        let (change, log) = self.with_log(&mut state, change, present.as_ref())?;
        write_slot(&state.folder.dir, member.id, &under_passphrase(&keys, pass, new.cost)?)?;
        let by_recovery = slot::lock_for_recovery(&keys, &state.folder.roster.recovery.parse()?)?;
        write_slot_of(&state.folder.dir, member.id, SlotKind::Recovery, &by_recovery)?;
        let done = self.change_roster(&mut state, allowed, &change, present.as_ref(), glass.as_deref());
        if done.is_err() {
            remove_slots(&state.folder.dir, member.id)?;
        }
        done?;
        self.take_log(&mut state, log)?;
        self.share_with_new(&mut state, member.id)?;
        let words = fingerprint(&member.recipient, &member.verifying);
        Ok((member, words))
    }

    /// Ends a membership and removes the key slots. Gives what the leaver's keys reached, as the log tells it; a log
    /// that does not read does not keep anybody in, so that is its own result.
    /// Counsellors get new keys for what the leaver could read: now for the asking member's own clients, for the others
    /// at their next unlock. What was read before cannot be undone.
    pub fn revoke_member(
        &self,
        name: &str,
        second: Option<Second<'_>>,
        reason: Option<&str>,
    ) -> Result<Result<Vec<Reach>, VaultError>, VaultError> {
        let mut state = self.state();
        let present = self.second_for::<permit::ChangeRoster>(&state, Whose::Nobody, second)?;
        let allowed = self.roster_grant(&state, present.as_ref())?;
        let glass = glass_reason(&allowed, reason)?;
        let id = state.folder.roster.named(name).ok_or(RosterError::Nobody)?.id;
        // What the leaver signs beyond this is refused, whenever they say they signed it.
        let heads = state.folder.store.heads().into_iter();
        let closed =
            heads.filter(|(writer, _)| writer.member == id).map(|(writer, head)| (writer.device, head)).collect();
        let at = state.folder.now();
        let change = Change::Revoke { member: id, at, break_glass: glass.clone(), log: None, closed };
        let (change, log) = self.with_log(&mut state, change, present.as_ref())?;
        self.change_roster(&mut state, allowed, &change, present.as_ref(), glass.as_deref())?;
        remove_slots(&state.folder.dir, id)?;
        cache_files::forget_one(&state.folder.dir, id)?;
        trust::forget(&state.folder.dir, id);
        crate::service::pending_duties::forget(&state.folder.dir, id)?;
        crate::service::roles::forget(&state.folder.dir, id)?;
        self.take_log(&mut state, log)?;
        self.rotate_due(&mut state)?;
        let held = self.log_keys(&state, present.as_ref());
        Ok(held.and_then(|held| self.entries(&state, &held)).map(|entries| reach(&entries, id)))
    }

    /// Reviews a change that one person did alone; the reviewer is another person.
    pub fn review_break_glass(&self, entry: u64) -> Result<(), VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ReviewBreakGlass>(&state, Whose::Nobody)?;
        self.review_roster(&mut state, grant, entry)
    }

    pub(crate) fn review_roster(
        &self,
        state: &mut State,
        grant: Grant<permit::ReviewBreakGlass>,
        entry: u64,
    ) -> Result<(), VaultError> {
        if !state.folder.roster.unreviewed.contains(&entry) {
            return Err(VaultError::NotWaiting);
        }
        let change = Change::Review { entry, at: state.folder.now() };
        self.change_roster(state, grant, &change, None, None)
    }

    /// The asking member's clients that this member could have read.
    pub fn could_have_read(&self, member: MemberId) -> Vec<ClientRow> {
        Self::readable_by(&self.state(), member, self.me.id)
    }

    fn readable_by(state: &State, member: MemberId, me: MemberId) -> Vec<ClientRow> {
        let Ok(load) = state.caseload() else { return Vec::new() };
        let theirs = load.clients.values().filter(|k| k.relation(member) != Relation::None);
        theirs
            .map(|k| ClientRow {
                id: k.card.id,
                code: k.card.code.clone(),
                name: k.card.name.clone(),
                counsellor: k.card.counsellor,
                own: k.relation(me) == Relation::Own,
                since: k.card.since,
                goes_on_as: k.card.goes_on_as.clone(),
                earlier_records: k.card.earlier_records.clone(),
            })
            .collect()
    }

    /// The second person, unlocked, after the policy was asked with the role that the roster gives them: a refusal
    /// costs no guess and tells nothing of the passphrase.
    pub(crate) fn second_for<P: Permit>(
        &self,
        state: &State,
        whose: Whose,
        second: Option<Second<'_>>,
    ) -> Result<Option<Present>, VaultError> {
        let role = second.and_then(|s| state.folder.roster.named(s.name)).map(|m| m.role);
        foresee::<P>(self.me.id, self.me.role, whose, Around { second: role, ..Self::around(state) })?;
        self.second(state, second)
    }

    /// The second person, unlocked. Where the client is known only by their keys, the policy comes afterwards.
    pub(crate) fn second(&self, state: &State, second: Option<Second<'_>>) -> Result<Option<Present>, VaultError> {
        let Some(second) = second else { return Ok(None) };
        let member = state.folder.roster.named(second.name).ok_or(RosterError::Nobody)?.clone();
        if member.id == self.me.id {
            return Err(RosterError::TwoPersons.into());
        }
        let (keys, _) =
            unlock_slot(&state.folder.dir, &member, second.passphrase, state.folder.station.clock.as_ref())?;
        Ok(Some(Present { member, keys }))
    }

    pub(crate) fn roster_grant(
        &self,
        state: &State,
        present: Option<&Present>,
    ) -> Result<Grant<permit::ChangeRoster>, VaultError> {
        self.grant_beside(state, Whose::Nobody, present)
    }

    /// Asks the policy with a second person present.
    pub(crate) fn grant_beside<P: Permit>(
        &self,
        state: &State,
        whose: Whose,
        present: Option<&Present>,
    ) -> Result<Grant<P>, VaultError> {
        Self::roster_stands::<P>(state)?;
        let around = Around { second: present.map(|p| p.member.role), ..Self::around(state) };
        Ok(grant::<P>(self.me.id, self.me.role, whose, around)?)
    }

    pub(crate) fn change_roster<P: Permit>(
        &self,
        state: &mut State,
        _allowed: Grant<P>,
        change: &Change,
        present: Option<&Present>,
        glass: Option<&str>,
    ) -> Result<(), VaultError> {
        let State { folder, keys, .. } = state;
        let me = Me { id: self.me.id, keys };
        let mut signers = vec![(self.me.id, me.keys)];
        signers.extend(present.map(|p| (p.member.id, &p.keys)));
        let entry = folder.roster_file.head.count;
        folder.change(change, &signers, &me)?;
        let detail = match change {
            Change::Review { entry, .. } => format!("review {entry}"),
            _ => format!("entry {entry}"),
        };
        let beside = present.map(|p| p.member.id);
        self.log_access_by_two(state, Task::Roster, None, 1, glass, glass.is_some(), Some(detail), beside)
    }
}
