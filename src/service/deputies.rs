//! Deputies of a supervisor for a time: the client's keys are wrapped to them when the time begins, and when it ends the wraps
//! are destroyed and a new case key begins. Who reads is decided by the time on the card: a deputy whose time is over is
//! refused by their own program at once, and by their keys from the next listing of the counsellor or the supervisor on.

use crate::domain::governance::access::{Grant, permit};
use crate::domain::practice::client::Deputy;
use crate::domain::practice::consent::{ConsentError, Scope};
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId};
use crate::domain::practice::member::Role;
use crate::domain::practice::time::{Calendar, Timestamp};
use crate::service::state_guard::StateGuard;
use crate::service::supervision::Readers;
use crate::service::supervision::supervisor;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use serde::Serialize;

/// Half a day: days are counted from noon to noon, so that a change of the clock takes none away.
const HALF_A_DAY_MS: i64 = 12 * 3_600_000;

/// Longest time of a deputy, days: who supervises longer is a supervisor.
pub const MOST_DAYS: i64 = 92;
const DAY_MS: i64 = 86_400_000;

/// A deputy of one client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeputyRow {
    /// Whose client it is told of.
    pub code: ClientCode,
    /// The deputy.
    pub name: String,
    /// In whose place.
    pub instead_of: String,
    /// From then on.
    pub from: Timestamp,
    /// Until then.
    pub to: Timestamp,
    /// The time runs.
    pub holds: bool,
    /// The keys are wrapped to the deputy.
    pub keys: bool,
}

impl UnlockedVault {
    /// Names a deputy of a client's supervisor for a time: a supervisor in their own place, a counsellor in that of the only
    /// supervisor or of this one. The keys are wrapped when the time begins.
    pub fn name_deputy(
        &self,
        code: &ClientCode,
        name: &str,
        instead_of: Option<&str>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::NameDeputy>(&state, code)?;
        self.write_deputy(state, grant, (name, instead_of), (from, to))
    }

    fn write_deputy(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::NameDeputy>,
        (name, instead_of): (&str, Option<&str>),
        (from, to): (Timestamp, Timestamp),
    ) -> Result<(), VaultError> {
        let refused = |id: &'static str| VaultError::Input(msg(id));
        let known = state.client_of(&grant)?;
        if !known.consent().has(Scope::Supervision) {
            return Err(ConsentError::Supervision.into());
        }
        let of = match (self.me.role, instead_of) {
            // A deputy names no deputy.
            (Role::Supervisor, _) => self.me.id,
            (_, Some(name)) => supervisor(&state, name)?,
            (_, None) => match known.card.supervisors.as_slice() {
                [only] => *only,
                _ => return Err(refused("deputy-whose")),
            },
        };
        if !known.card.supervisors.contains(&of) {
            return Err(VaultError::NotAssigned);
        }
        if to <= from || to <= state.folder.now() || to.0 - from.0 > MOST_DAYS * DAY_MS {
            return Err(refused("deputy-time"));
        }
        let member = supervisor(&state, name)?;
        if known.card.supervisors.contains(&member) || known.card.deputies.iter().any(|d| d.member == member) {
            return Err(refused("deputy-reads-already"));
        }
        let (id, mut card) = (known.card.id, known.card.clone());
        let begins = from <= state.folder.now();
        card.deputies.push(Deputy { member, instead_of: of, from, to, keys: begins });
        if begins { self.wrap_keys(&mut state, id, member, card) } else { self.write_card(&mut state, id, card) }
    }

    /// Ends a deputy before the time or after it: the wraps are destroyed and a new case key begins.
    pub fn end_deputy(&self, code: &ClientCode, name: &str) -> Result<Readers, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::NameDeputy>(&state, code)?;
        self.take_deputy(state, grant, name)
    }

    fn take_deputy(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::NameDeputy>,
        name: &str,
    ) -> Result<Readers, VaultError> {
        let known = state.client_of(&grant)?;
        let roster = &state.folder.roster;
        let named = |d: &&Deputy| roster.member(d.member).is_some_and(|m| m.name == name);
        let deputy = known.card.deputies.iter().find(named).ok_or(VaultError::NotAssigned)?;
        let (id, member) = (known.card.id, deputy.member);
        self.take_keys(&mut state, id, &[member])
    }

    /// Every deputy of the clients that this member sees, by code.
    pub fn deputies(&self) -> Result<Vec<DeputyRow>, VaultError> {
        let mut state = self.state();
        self.sees_clients(&state)?;
        self.follow_deputies(&mut state);
        let mut rows = Vec::new();
        for known in state.caseload()?.clients.values() {
            let grant = self.ask_for::<permit::SeeCaseload>(&state, known)?;
            rows.extend(rows_of(&state, grant)?);
        }
        rows.sort_by(|a, b| (&a.code, a.from).cmp(&(&b.code, b.from)));
        Ok(rows)
    }

    /// Gives the keys to deputies whose time has begun and takes them from those whose time is over, of the clients of this
    /// counsellor and of this supervisor. What fails now is due at the next listing: the time on the card decides meanwhile.
    pub(crate) fn follow_deputies(&self, state: &mut State) {
        if !state.folder.integrity.whole() {
            return;
        }
        let now = state.folder.now();
        let (mut begins, mut over) = (Vec::new(), Vec::new());
        let Ok(load) = state.caseload() else { return };
        for known in load.clients.values().filter(|k| self.looks_after(k)) {
            for deputy in &known.card.deputies {
                let due = (known.card.id, deputy.member);
                if deputy.to <= now {
                    over.push(due);
                } else if deputy.from <= now && !deputy.keys && known.consent().has(Scope::Supervision) {
                    begins.push(due);
                }
            }
        }
        for (id, member) in over {
            let _ = self.take_keys(state, id, &[member]);
        }
        for (id, member) in begins {
            let _ = self.begin_deputy(state, id, member);
        }
    }

    fn begin_deputy(&self, state: &mut State, id: ClientId, member: MemberId) -> Result<(), VaultError> {
        let active = state.folder.roster.member(member).is_some_and(|m| m.active() && m.role == Role::Supervisor);
        let mut card = state.caseload()?.clients.get(&id).ok_or(VaultError::NoClient)?.card.clone();
        for deputy in card.deputies.iter_mut().filter(|d| active && d.member == member) {
            deputy.keys = true;
        }
        if active { self.wrap_keys(state, id, member, card) } else { Ok(()) }
    }

    /// Whose program gives and takes a deputy's keys.
    fn looks_after(&self, known: &Known) -> bool {
        known.card.counsellor == self.me.id || known.card.supervisors.contains(&self.me.id)
    }
}

/// A deputy as a person names one: by days.
#[derive(Debug, Clone, Copy)]
pub struct DeputyByDays<'a> {
    /// The deputy, a supervisor of the centre.
    pub name: &'a str,
    /// Of this client only.
    pub client: Option<&'a ClientCode>,
    /// In whose place; see [`UnlockedVault::name_deputy`].
    pub instead_of: Option<&'a str>,
    /// The first day, `YYYY-MM-DD`.
    pub from: &'a str,
    /// The last day, included.
    pub to: &'a str,
}

/// Names a deputy of one client, or of every client of whom that can be done; gives of how many. Without a client those are left
/// out who did not consent to supervision, have another supervisor or whom the deputy reads already; where nobody is left the
/// first reason is told.
pub fn name_deputy_by_days(vault: &UnlockedVault, asked: DeputyByDays<'_>) -> Result<usize, VaultError> {
    let noon = |day: &str| Calendar::current().noon(day).ok_or_else(|| VaultError::Input(msg("deputy-day")));
    let time = (Timestamp(noon(asked.from)?.0 - HALF_A_DAY_MS), Timestamp(noon(asked.to)?.0 + HALF_A_DAY_MS));
    if let Some(code) = asked.client {
        vault.name_deputy(code, asked.name, asked.instead_of, time)?;
        return Ok(1);
    }
    let (mut named, mut refused) = (0, None);
    for row in vault.clients()? {
        match vault.name_deputy(&row.code, asked.name, asked.instead_of, time) {
            Ok(()) => named += 1,
            Err(e @ (VaultError::Input(_) | VaultError::Consent(_) | VaultError::NotAssigned)) => {
                refused = refused.or(Some(e));
            }
            Err(e) => return Err(e),
        }
    }
    match (named, refused) {
        (0, Some(why)) => Err(why),
        (0, None) => Err(VaultError::Input(msg("deputy-no-client"))),
        (named, _) => Ok(named),
    }
}

/// Ends a deputy of one client, or of every client that this member sees; gives of how many.
pub fn end_deputy_of(vault: &UnlockedVault, name: &str, client: Option<&ClientCode>) -> Result<usize, VaultError> {
    let mut rows = vault.deputies()?;
    rows.retain(|row| row.name == name && client.is_none_or(|code| *code == row.code));
    for row in &rows {
        vault.end_deputy(&row.code, name)?;
    }
    if rows.is_empty() { Err(VaultError::NotAssigned) } else { Ok(rows.len()) }
}

fn rows_of(state: &State, grant: Grant<permit::SeeCaseload>) -> Result<Vec<DeputyRow>, VaultError> {
    let known = state.client_of(&grant)?;
    let now = state.folder.now();
    let name = |id: MemberId| state.folder.roster.member(id).map(|m| m.name.clone()).unwrap_or_default();
    let row = |d: &Deputy| DeputyRow {
        code: known.card.code.clone(),
        name: name(d.member),
        instead_of: name(d.instead_of),
        from: d.from,
        to: d.to,
        holds: d.holds(now),
        keys: d.keys,
    };
    Ok(known.card.deputies.iter().map(row).collect())
}
