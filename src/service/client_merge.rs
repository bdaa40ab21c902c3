//! Two records of one person become one case: one record goes on, the other is closed and each names the other. No record is
//! moved or sealed anew: what was said stays under the keys and the consent under which it was said. Both cards get a new
//! revision and the earlier ones are kept, so that a merge of the wrong two can be taken back.

use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::text::ClientText;
use crate::domain::record::Body;
use crate::service::made_up::nobody_made_up;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use serde::Serialize;

/// An entry of a card that two records may have both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardEntry {
    /// The name.
    Name,
    /// The birth date.
    Birth,
    /// Sex.
    Sex,
    /// Telephone or another contact.
    Contact,
    /// Where the client lives.
    Address,
    /// Whom to call in an emergency.
    Emergency,
    /// Medicine.
    Medicine,
    /// Who referred.
    Referred,
}

/// What a merge did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Merged {
    /// The record that goes on.
    pub kept: ClientCode,
    /// The record that was closed.
    pub closed: ClientCode,
    /// Entries that the card had not, taken from the closed one.
    pub filled: Vec<CardEntry>,
    /// Entries in which the two differ: the card keeps its own, the closed record's stays on its card.
    pub differing: Vec<CardEntry>,
}

impl UnlockedVault {
    /// Closes `other` and goes on in `kept`, both the member's own clients. Blank entries of the card are filled from the
    /// other. Sessions, notes and measures of both stay where they are; consents are not carried over. Both entries of the
    /// access log have the reason.
    pub fn merge_clients(&self, kept: &ClientCode, other: &ClientCode, reason: &str) -> Result<Merged, VaultError> {
        [kept, other].into_iter().try_for_each(nobody_made_up)?;
        let state = self.state();
        may_be_joined(kept, other, reason)?;
        let grants = [self.ask::<permit::SetConsent>(&state, kept)?, self.ask::<permit::SetConsent>(&state, other)?];
        self.link(state, grants, reason)
    }

    /// Takes a merge back: both records are open again. What was filled in stays on the card; the earlier card shows it.
    pub fn separate_clients(&self, kept: &ClientCode, other: &ClientCode, reason: &str) -> Result<(), VaultError> {
        let state = self.state();
        may_be_joined(kept, other, reason)?;
        let grants = [self.ask::<permit::SetConsent>(&state, kept)?, self.ask::<permit::SetConsent>(&state, other)?];
        self.unlink(state, grants, reason)
    }

    fn link(
        &self,
        state: StateGuard<'_>,
        grants: [Grant<permit::SetConsent>; 2],
        reason: &str,
    ) -> Result<Merged, VaultError> {
        let [kept, other] = &grants;
        let (mut card, mut closed) = (state.client_of(kept)?.card.clone(), state.client_of(other)?.card.clone());
        for of in [&card, &closed] {
            if let Some(there) = &of.goes_on_as {
                let what = msg("service-client-merge-closed-already").shown("code", &of.code).shown("there", there);
                return Err(VaultError::Input(what));
            }
        }
        let running =
            state.client_of(other)?.sessions.values().any(|case| case.row.ended.is_none() && case.key.is_some());
        if running {
            return Err(VaultError::Input(msg("service-client-merge-session-open").shown("code", &closed.code)));
        }
        let (filled, differing) = fill(&mut card, &closed);
        // Records that went on in the closed one go on in this one; theirs names the closed one, which names this.
        card.earlier_records.push(closed.code.clone());
        closed.goes_on_as = Some(card.code.clone());
        let done = Merged { kept: card.code.clone(), closed: closed.code.clone(), filled, differing };
        self.write_both(state, grants, [card, closed], reason, "merge")?;
        Ok(done)
    }

    fn unlink(
        &self,
        state: StateGuard<'_>,
        grants: [Grant<permit::SetConsent>; 2],
        reason: &str,
    ) -> Result<(), VaultError> {
        let [kept, other] = &grants;
        let (mut card, mut closed) = (state.client_of(kept)?.card.clone(), state.client_of(other)?.card.clone());
        if closed.goes_on_as.as_ref() != Some(&card.code) {
            return Err(VaultError::Input(msg("service-client-merge-not-merged")));
        }
        card.earlier_records.retain(|code| *code != closed.code);
        closed.goes_on_as = None;
        self.write_both(state, grants, [card, closed], reason, "separate")
    }

    /// Both cards at once or neither.
    fn write_both(
        &self,
        mut state: StateGuard<'_>,
        grants: [Grant<permit::SetConsent>; 2],
        cards: [ClientCard; 2],
        reason: &str,
        detail: &str,
    ) -> Result<(), VaultError> {
        let to = [&grants[0], &grants[1]].map(|grant| {
            let known = state.client_of(grant)?;
            Ok::<_, VaultError>(known.current(&state.folder, state.keys.read())?.recipient())
        });
        let [to_kept, to_closed] = to;
        let to = [to_kept?, to_closed?];
        for (at, card) in cards.iter().enumerate() {
            let with = format!("{detail} {}", cards[1 - at].code);
            self.log_access(&mut state, Task::Write, Some(&card.code), 1, Some(reason), false, Some(with))?;
        }
        let (folder, me, caseload) = state.split()?;
        let bodies = cards.each_ref().map(|card| Body::Client { card: Box::new(card.clone()) });
        let drafts: Vec<Draft<'_>> = (0..2)
            .map(|at| Draft {
                collection: cards[at].id.0,
                to: &to[at],
                body: &bodies[at],
                client: Some(cards[at].id),
                session: None,
                replaces: None,
            })
            .collect();
        folder.keep(&me, &drafts)?;
        for card in cards {
            let id = card.id;
            caseload.clients.get_mut(&id).ok_or(VaultError::NoClient)?.card = card;
        }
        Ok(())
    }
}

/// Refuses without a reason, or one record with itself.
fn may_be_joined(kept: &ClientCode, other: &ClientCode, reason: &str) -> Result<(), VaultError> {
    if reason.trim().is_empty() {
        return Err(VaultError::Input(msg("service-client-merge-needs-reason")));
    }
    if kept == other {
        return Err(VaultError::Input(msg("service-client-merge-same-code")));
    }
    Ok(())
}

/// Fills what a card has not from another; says what was filled and where the two differ.
fn fill(card: &mut ClientCard, from: &ClientCard) -> (Vec<CardEntry>, Vec<CardEntry>) {
    let (mut filled, mut differing) = (Vec::new(), Vec::new());
    let mut one = |entry, told: Told| match told {
        Told::Same => {}
        Told::Filled => filled.push(entry),
        Told::Differs => differing.push(entry),
    };
    let plain = |t: &ClientText| t.reveal().split_whitespace().collect::<String>();
    if plain(&card.name) != plain(&from.name) {
        one(CardEntry::Name, Told::Differs);
    }
    one(CardEntry::Birth, take(&mut card.birth_date, &from.birth_date));
    one(CardEntry::Sex, take(&mut card.sex, &from.sex));
    one(CardEntry::Contact, take(&mut card.contact, &from.contact));
    one(CardEntry::Address, take(&mut card.address, &from.address));
    one(CardEntry::Emergency, take(&mut card.emergency, &from.emergency));
    one(CardEntry::Medicine, take(&mut card.medicine, &from.medicine));
    one(CardEntry::Referred, take(&mut card.referred, &from.referred));
    (filled, differing)
}

enum Told {
    Same,
    Filled,
    Differs,
}

fn take<T: Clone + PartialEq>(field: &mut Option<T>, from: &Option<T>) -> Told {
    match (&field, from) {
        (_, None) => Told::Same,
        (Some(has), Some(other)) if has == other => Told::Same,
        (Some(_), Some(_)) => Told::Differs,
        (None, Some(_)) => {
            field.clone_from(from);
            Told::Filled
        }
    }
}
