//! What is due for destruction by the retention table, in every class of record that this member sees, and its
//! destruction by two people (L13).

use crate::crypto::keys::SealKey;
use crate::domain::governance::access::{Grant, Relation, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::governance::retention::{RetentionClass, Table};
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId, SessionId};
use crate::domain::practice::session::SessionState;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::ports::store::Position;
use crate::service::destruction::Certificate;
use crate::service::escalation_share::shared_wraps;
use crate::service::second::Second;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::working_copies;
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use serde::Serialize;
use std::collections::BTreeSet;

/// One thing whose period is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueRow {
    /// Of which class.
    pub class: RetentionClass,
    /// Whose; `None` for what belongs to no client, and for a packet of a client that this member does not know.
    pub client: Option<ClientCode>,
    /// Of which session, where it is of one.
    pub session: Option<SessionId>,
    /// How many records or entries.
    pub records: u64,
    /// What the period counts from, of the oldest of them.
    pub last: Timestamp,
    /// Since when it is due.
    pub since: Timestamp,
}

/// What is due, with where its bytes stand.
struct Due {
    row: DueRow,
    places: Vec<Position>,
}

impl UnlockedVault {
    /// Everything that is due and that this member sees, the longest due first: clients, sessions, process notes and
    /// packets they have a key for, entries of the access log for its readers, changes of the roster. What goes with a
    /// client who is due as a whole is not listed again. Logged, as it looks at every client.
    pub fn retention_due(&self, table: &Table) -> Result<Vec<DueRow>, VaultError> {
        let mut state = self.state();
        let ask = |known| self.ask_for::<permit::SeeCaseload>(&state, known);
        // A practice client is removed by a key, not by a period.
        let real = state.caseload()?.clients.values().filter(|known| !known.card.code.is_practice());
        let grants = real.map(ask).collect::<Result<Vec<_>, _>>()?;
        let count = state.caseload()?.clients.len() as u64;
        self.log_access(&mut state, Task::Read, None, count, None, false, Some("due".into()))?;
        let mut due: Vec<DueRow> = Vec::new();
        for grant in grants {
            due.extend(self.due_of(&state, table, grant)?.into_iter().map(|d| d.row));
        }
        let covered: BTreeSet<ClientCode> =
            due.iter().filter(|d| d.class == RetentionClass::Case).filter_map(|d| d.client.clone()).collect();
        let packets = due_packets(&state, table, None)?.into_iter().map(|d| d.row);
        due.extend(packets.filter(|d| d.client.as_ref().is_none_or(|c| !covered.contains(c))));
        due.extend(self.due_entries(&state, table)?);
        due.extend(due_changes(&state, table));
        due.sort_by_key(|d| d.since);
        if due.is_empty() {
            // Who may see no client is told that, and not that nobody's records are due.
            self.sees_clients(&state)?;
        }
        Ok(due)
    }

    /// Destroys everything of a client that is due, and nothing else: the whole client when the case is, else what was
    /// said in sessions, process notes and packets that are. Two people, as for any destruction; one certificate.
    pub fn destroy_due(
        &self,
        table: &Table,
        code: &ClientCode,
        reason: &str,
        second: Option<Second<'_>>,
    ) -> Result<(Certificate, String), VaultError> {
        let state = self.state();
        let known = self.known(&state, code)?;
        let id = known.card.id;
        let mut due = self.due_of(&state, table, self.ask_for::<permit::SeeCaseload>(&state, known)?)?;
        if due.iter().any(|d| d.row.class == RetentionClass::Case) {
            drop(state);
            return self.destroy_client(code, reason, second);
        }
        due.extend(due_packets(&state, table, Some(id))?);
        if due.is_empty() {
            return Err(VaultError::NothingDue);
        }
        let (grant, beside) = self.destroy_grant(&state, code, second)?;
        self.bury_due(state, grant, beside, &due, reason)
    }

    fn bury_due(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::Destroy>,
        beside: Option<MemberId>,
        due: &[Due],
        reason: &str,
    ) -> Result<(Certificate, String), VaultError> {
        let (code, glass) = (state.client_of(&grant)?.card.code.clone(), grant.break_glass());
        let places: Vec<Position> = due.iter().flat_map(|d| d.places.iter().copied()).collect();
        let sessions: Vec<SessionId> =
            due.iter().filter(|d| d.row.class == RetentionClass::Session).filter_map(|d| d.row.session).collect();
        let classes: BTreeSet<&str> = due.iter().map(|d| d.row.class.word()).collect();
        let detail = Some(classes.into_iter().collect::<Vec<_>>().join(" "));
        let count = places.len() as u64;
        self.log_access_by_two(&mut state, Task::Destroy, Some(&code), count, Some(reason), glass, detail, beside)?;
        for due in due.iter().filter(|d| matches!(d.row.class, RetentionClass::Sound | RetentionClass::Session)) {
            if let Some(session) = due.row.session {
                self.bury_sound(&mut state, session, "retention")?;
            }
        }
        working_copies::forget(&state.folder.dir, &sessions.iter().copied().collect())?;
        for session in &sessions {
            self.bury_session_key(&mut state, *session, "retention")?;
        }
        let (folder, me) = state.writer();
        folder.bury(&me, &places, "retention")?;
        let rewritten = folder.rebuild().ok();
        let of = (sessions.len() as u64, count, rewritten);
        self.certify(&state, code, None, reason, of, (glass, beside))
    }

    /// What is due of one client. A client who is due as a whole is one row.
    fn due_of(&self, state: &State, table: &Table, grant: Grant<permit::SeeCaseload>) -> Result<Vec<Due>, VaultError> {
        let known = state.client_of(&grant)?;
        let now = state.folder.now();
        let row = |class, session, records, last| DueRow {
            class,
            client: Some(known.card.code.clone()),
            session,
            records,
            last,
            since: table.due_at(class, last),
        };
        // Records of one person end together: the period of each counts from the last session of any.
        let of_one = state.caseload()?.records_of_one(known);
        let ends = of_one.flat_map(|k| k.sessions.values()).map(|c| c.row.ended.unwrap_or(c.row.started));
        let case = row(RetentionClass::Case, None, known.sessions.len() as u64, ends.max().unwrap_or(known.card.since));
        if case.since <= now {
            return Ok(vec![Due { row: case, places: Vec::new() }]);
        }
        let mut due = Vec::new();
        for (session, case) in &known.sessions {
            let said = row(RetentionClass::Session, Some(*session), 0, case.row.ended.unwrap_or(case.row.started));
            if said.since > now || case.row.state == SessionState::Destroyed {
                continue;
            }
            let key = known.session_key(case, &state.folder, state.keys.read())?;
            let places = opens(state, &state.folder.store.collection(session.0)?, &Vec::from_iter(key), |_| true);
            due.push(Due { row: DueRow { records: places.len() as u64, ..said }, places });
        }
        let with_sound = Self::sessions_with_sound(state, known.sessions.keys().copied());
        for case in with_sound.iter().filter_map(|s| known.sessions.get(s)) {
            let sound = row(RetentionClass::Sound, Some(case.row.id), 1, case.row.ended.unwrap_or(case.row.started));
            if sound.since <= now {
                due.push(Due { row: sound, places: Vec::new() });
            }
        }
        if known.relation(self.me.id) == Relation::Own {
            let keys: Vec<&SealKey> = known.process_keys(&state.folder, state.keys.read());
            let shelves = known.sessions.values().map(|c| (Some(c.row.id), c.row.id.0, c.row.started));
            for (session, collection, first) in shelves.chain([(None, known.card.id.0, known.card.since)]) {
                // No note is older than its session or its client: most shelves need no look.
                if table.due_at(RetentionClass::Process, first) > now {
                    continue;
                }
                let mut oldest = now;
                let places = opens(state, &state.folder.store.collection(collection)?, &keys, |at| {
                    oldest = oldest.min(at);
                    table.due_at(RetentionClass::Process, at) <= now
                });
                if !places.is_empty() {
                    let row = row(RetentionClass::Process, session, places.len() as u64, oldest);
                    due.push(Due { row, places });
                }
            }
        }
        Ok(due)
    }

    /// Entries of the access log past the least that they are kept, for whoever reads it.
    fn due_entries(&self, state: &State, table: &Table) -> Result<Option<DueRow>, VaultError> {
        if state.folder.roster.log_readers().iter().all(|m| m.id != self.me.id) {
            return Ok(None);
        }
        let entries = self.entries(state, &self.log_keys(state, None)?)?;
        let times = entries.iter().map(|logged| logged.entry.at);
        Ok(past(table, RetentionClass::AccessLog, times, state.folder.now()))
    }
}

fn due_changes(state: &State, table: &Table) -> Option<DueRow> {
    let changes = state.folder.roster.members.iter().flat_map(|m| std::iter::once(m.from).chain(m.to));
    past(table, RetentionClass::Roster, changes, state.folder.now())
}

/// One row for all of these instants that are past their period.
fn past(
    table: &Table,
    class: RetentionClass,
    times: impl Iterator<Item = Timestamp>,
    now: Timestamp,
) -> Option<DueRow> {
    let over: Vec<Timestamp> = times.filter(|at| table.due_at(class, *at) <= now).collect();
    let last = *over.iter().min()?;
    let since = table.due_at(class, last);
    Some(DueRow { class, client: None, session: None, records: over.len() as u64, last, since })
}

/// The places that open with these keys and whose time is so.
fn opens(
    state: &State,
    places: &[Position],
    keys: &[&SealKey],
    mut when: impl FnMut(Timestamp) -> bool,
) -> Vec<Position> {
    let mut found = Vec::new();
    for place in places {
        // What does not open is another class's, or damaged: the scrub names that.
        if let Ok(Some(opened)) = state.folder.open_place(place, keys)
            && when(opened.header.at)
        {
            found.push(*place);
        }
    }
    found
}

/// Packets that are due, each with the wraps of its key; of one client or of all.
fn due_packets(state: &State, table: &Table, only: Option<ClientId>) -> Result<Vec<Due>, VaultError> {
    let (load, now, read) = (state.caseload()?, state.folder.now(), [state.keys.read()]);
    let held = load.escalations.iter().filter(|(client, _)| only.is_none_or(|o| o == *client));
    let keys: Vec<&SealKey> = held.filter_map(|(_, held)| held.open(&state.folder, &read).ok()).collect();
    let mut due = Vec::new();
    for place in state.folder.store.collection(state.folder.escalation_collection())? {
        let Ok(Some(opened)) = state.folder.open_place(&place, &keys) else { continue };
        let (class, last) = (RetentionClass::Escalation, opened.header.at);
        let since = table.due_at(class, last);
        let known = opened.header.client.and_then(|id| load.clients.get(&id));
        if since > now || !matches!(opened.body, Body::Escalation { .. }) {
            continue;
        }
        let mut places = known.map_or(Ok(Vec::new()), |known| wraps_of(state, known, &place))?;
        // What was done with it goes with it.
        places.extend(state.folder.store.collection(place.id.0)?);
        places.push(place);
        let client = known.map(|k| k.card.code.clone());
        due.push(Due { row: DueRow { class, client, session: None, records: 1, last, since }, places });
    }
    Ok(due)
}

/// The wraps of a packet's key: its index stands on the client's collection right after the packet itself; those that admins
/// got later stand in its steps.
pub(crate) fn wraps_of(state: &State, known: &Known, packet: &Position) -> Result<Vec<Position>, VaultError> {
    let keys = known.case_keys(&state.folder, state.keys.read());
    let next = state.folder.store.at(packet.writer, packet.number + 1)?;
    let index = next.filter(|p| p.collection == known.card.id.0);
    let opened = index.and_then(|place| state.folder.open_place(&place, &keys).ok().flatten());
    let mut wraps = shared_wraps(state, packet.id)?;
    if let Some(Body::KeyIndex { wraps: at_raising, .. }) = opened.map(|o| o.body) {
        wraps.extend(at_raising);
    }
    Ok(state
        .folder
        .store
        .collection(state.folder.key_collection())?
        .into_iter()
        .filter(|p| wraps.contains(&p.id))
        .collect())
}
