//! Clients: what the unlocked member has keys for, kept in memory as it stands in the store.

use super::fault::DeskFault;
use super::house::{Draft, House};
use super::measured::Measured;
use super::{Desk, State};
use crate::domain::access::{Grant, Relation, Whose, permit};
use crate::domain::audit::Task;
use crate::domain::client::{ClientCard, ClientRow, NewClient, code_is_well_formed, next_code};
use crate::domain::consent::{ConsentEvent, ConsentState};
use crate::domain::ids::{ClientCode, ClientId, MemberId, RecordId, SessionId};
use crate::domain::record::{Body, KeyFor, Opened};
use crate::domain::session::{SessionRow, SessionState};
use crate::domain::text::ClientText;
use crate::ports::store::{Place, StoreFault};
use crate::vault::VaultFault;
use crate::vault::keys::{Recipient, SealKey, random_id};
use std::collections::BTreeMap;

/// One session as its records on the client's shelf tell it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) row: SessionRow,
    pub(super) key: Option<SealKey>,
    pub(super) key_place: Option<Place>,
}

/// One client.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) card: ClientCard,
    /// By epoch.
    pub(super) case: BTreeMap<u32, SealKey>,
    /// By epoch; empty for a supervisor.
    pub(super) process: BTreeMap<u32, SealKey>,
    pub(super) consents: Vec<ConsentEvent>,
    pub(super) sessions: BTreeMap<SessionId, Case>,
    /// Every wrap of this client's keys, of every reader.
    pub(super) wraps: Vec<RecordId>,
    /// Instruments: what was given and what is scheduled.
    pub(super) measured: Measured,
    /// The wraps that are to this member.
    pub(super) mine: Vec<Place>,
}

impl Known {
    pub(super) fn consent(&self) -> ConsentState {
        ConsentState::of(self.consents.iter())
    }

    pub(super) fn relation(&self, me: MemberId) -> Relation {
        if self.card.counsellor == me {
            Relation::Own
        } else if self.card.supervisors.contains(&me) {
            Relation::Assigned
        } else {
            Relation::None
        }
    }

    /// The case key that new records are sealed to.
    pub(super) fn current(&self) -> Option<&SealKey> {
        self.case.values().next_back()
    }

    pub(super) fn keys(&self) -> Vec<&SealKey> {
        self.case.values().rev().chain(self.process.values().rev()).collect()
    }
}

/// Everything the member has a case key for.
#[derive(Debug, Default)]
pub(super) struct Caseload {
    pub(super) clients: BTreeMap<ClientId, Known>,
    /// Keys of the escalation packets that this member may read.
    pub(super) escalations: Vec<(ClientId, SealKey)>,
    /// Keys of the access log, oldest first, with the wrap each came in.
    pub(super) log: Vec<(Option<Place>, SealKey)>,
    /// Records on the lobby or a client's shelf that should have opened and did not.
    pub(super) unreadable: u64,
}

impl Caseload {
    /// Opens the wraps in the lobby that are to this key, then each client's shelf. Only the clients of `me` are
    /// loaded; without `me` the key is the recovery key and all are.
    pub(super) fn load(house: &House, key: &SealKey, me: Option<MemberId>) -> Result<Self, DeskFault> {
        let mut load = Caseload::default();
        let mut rings: BTreeMap<ClientId, Ring> = BTreeMap::new();
        for place in house.store.shelf(house.lobby())? {
            let opened = match house.open_place(&place, &[key]) {
                Ok(Some(opened)) => opened,
                Ok(None) | Err(DeskFault::Vault(VaultFault::NotYours)) => continue,
                Err(_) => {
                    load.unreadable += 1;
                    continue;
                }
            };
            if let Body::KeyWrap { what, secret } = &opened.body {
                let key = SealKey::from_secret(secret)?;
                match what {
                    KeyFor::Case { client, epoch } => rings.entry(*client).or_default().case(*epoch, key, place),
                    KeyFor::Process { client, epoch } => rings.entry(*client).or_default().process(*epoch, key, place),
                    KeyFor::Escalation { client } => load.escalations.push((*client, key)),
                    KeyFor::Log => load.log.push((Some(place), key)),
                    KeyFor::Session { .. } => {}
                }
            }
        }
        for (client, ring) in rings {
            match load_client(house, client, ring, me, &mut load.unreadable)? {
                Some(known) if me.is_none_or(|me| known.relation(me) != Relation::None) => {
                    drop(load.clients.insert(client, known));
                }
                _ => {}
            }
        }
        Ok(load)
    }

    pub(super) fn by_code(&self, code: &ClientCode) -> Result<&Known, DeskFault> {
        self.clients.values().find(|k| k.card.code == *code).ok_or(DeskFault::NoClient)
    }

    pub(super) fn of_session(&self, session: SessionId) -> Result<(&Known, &Case), DeskFault> {
        let found = self.clients.values().find_map(|k| k.sessions.get(&session).map(|c| (k, c)));
        found.ok_or(DeskFault::NoSession)
    }
}

/// The keys of one client as the wraps in the lobby gave them.
#[derive(Debug, Default)]
struct Ring {
    case: BTreeMap<u32, SealKey>,
    process: BTreeMap<u32, SealKey>,
    places: Vec<Place>,
}

impl Ring {
    fn case(&mut self, epoch: u32, key: SealKey, place: Place) {
        self.case.insert(epoch, key);
        self.places.push(place);
    }

    fn process(&mut self, epoch: u32, key: SealKey, place: Place) {
        self.process.insert(epoch, key);
        self.places.push(place);
    }
}

/// Reads one client's shelf. `None` when no card opens: destroyed, damaged beyond use, or handed over to another
/// counsellor since.
fn load_client(
    house: &House,
    id: ClientId,
    ring: Ring,
    me: Option<MemberId>,
    unreadable: &mut u64,
) -> Result<Option<Known>, DeskFault> {
    let Ring { case, process, places: mine } = ring;
    let keys: Vec<&SealKey> = case.values().rev().chain(process.values().rev()).collect();
    let mut card: Option<ClientCard> = None;
    let mut wraps = Vec::new();
    let mut measured = Measured::default();
    let (mut consents, mut sessions) = (Vec::new(), BTreeMap::<SessionId, Case>::new());
    let mut closed = false;
    let places = match house.store.shelf(id.0) {
        // One client's damage must not close the others' files; the scrub names it.
        Err(StoreFault::Shelf { .. } | StoreFault::Damaged(_)) => {
            *unreadable += 1;
            return Ok(None);
        }
        places => places?,
    };
    for place in places {
        let read = house.open_place(&place, &keys);
        closed = matches!(&read, Err(DeskFault::Vault(VaultFault::NotYours)));
        let Opened { header, body } = match read {
            Ok(Some(opened)) => opened,
            Ok(None) | Err(DeskFault::Vault(VaultFault::NotYours)) => continue,
            Err(_) => {
                *unreadable += 1;
                continue;
            }
        };
        match body {
            Body::Client { card: newer } => card = Some(newer),
            Body::KeyIndex { wraps: more } => wraps.extend(more),
            Body::Consent { event } => consents.push(event),
            Body::Administration { .. } | Body::Schedule { .. } => measured.take(&body),
            Body::SessionStart { started, number, .. } => {
                let Some(session) = header.session else { continue };
                let code = ClientCode(String::new());
                let row = SessionRow {
                    id: session,
                    client: id,
                    code,
                    number,
                    started,
                    ended: None,
                    state: SessionState::Open,
                    records: 0,
                };
                sessions.insert(session, Case { row, key: None, key_place: None });
            }
            Body::KeyWrap { what: KeyFor::Session { session, .. }, secret } => {
                if let Some(known) = sessions.get_mut(&session) {
                    known.key = Some(SealKey::from_secret(&secret)?);
                    known.key_place = Some(place);
                }
            }
            Body::SessionEnd { ended, .. } => {
                if let Some(known) = header.session.and_then(|s| sessions.get_mut(&s)) {
                    known.row.ended = Some(ended);
                    if known.row.state == SessionState::Open {
                        known.row.state = SessionState::Ended;
                    }
                }
            }
            Body::SessionDestroyed { .. } => {
                if let Some(known) = header.session.and_then(|s| sessions.get_mut(&s)) {
                    known.row.state = SessionState::Destroyed;
                    known.key = None;
                }
            }
            _ => {}
        }
    }
    let Some(card) = card else { return Ok(None) };
    // A client's own counsellor opens whatever was written last; who does not was the counsellor once, and the card that
    // opens here is an old one.
    if closed && me == Some(card.counsellor) {
        return Ok(None);
    }
    for session in sessions.values_mut() {
        session.row.code = card.code.clone();
    }
    Ok(Some(Known { card, case, process, consents, sessions, wraps, mine, measured }))
}

/// Codes are unique over the whole centre, or the access log could not say whose record was read.
fn code_taken(state: &State, code: &ClientCode) -> Result<bool, DeskFault> {
    let theirs = state.caseload.by_code(code).is_ok();
    Ok(theirs || !state.house.store.shelf(state.house.code_shelf(code))?.is_empty())
}

fn free_code(state: &State) -> Result<ClientCode, DeskFault> {
    let mut code = next_code(state.caseload.clients.values().map(|k| &k.card.code));
    while code_taken(state, &code)? {
        code = next_code(std::iter::once(&code));
    }
    Ok(code)
}

impl Desk {
    /// The clients this member has a key for: their own, or those assigned to them as supervisor. An admin has none.
    pub fn clients(&self) -> Result<Vec<ClientRow>, DeskFault> {
        let state = self.state();
        if self.me.role == crate::domain::member::Role::Admin {
            self.grant::<permit::SeeCaseload>(&state, Whose::Nobody)?;
        }
        let row = |known: &Known| -> Result<ClientRow, DeskFault> {
            let relation = known.relation(self.me.id);
            self.grant::<permit::SeeCaseload>(&state, Whose::Client(known.card.id, relation))?;
            Ok(ClientRow {
                id: known.card.id,
                code: known.card.code.clone(),
                name: known.card.name.clone(),
                counsellor: known.card.counsellor,
                own: relation == Relation::Own,
                since: known.card.since,
            })
        };
        let mut rows = state.caseload.clients.values().map(row).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(rows)
    }

    /// The card of one client.
    pub fn client(&self, code: &ClientCode) -> Result<ClientCard, DeskFault> {
        let mut state = self.state();
        let known = state.caseload.by_code(code)?;
        let whose = Whose::Client(known.card.id, known.relation(self.me.id));
        self.grant::<permit::ReadContent>(&state, whose)?;
        let card = known.card.clone();
        self.note(&mut state, Task::Read, Some(code), 1, None, false, Some("client".into()))?;
        Ok(card)
    }

    /// Takes on a client: makes the case and process keys and wraps them to their readers.
    pub fn add_client(&self, new: NewClient) -> Result<ClientCode, DeskFault> {
        let mut state = self.state();
        let grant = self.grant::<permit::AddClient>(&state, Whose::Nobody)?;
        let (code, supervisors) = self.insert_client(&mut state, &grant, new)?;
        self.note(&mut state, Task::AddClient, Some(&code), 1, None, false, None)?;
        for supervisor in supervisors {
            self.note(&mut state, Task::Assign, Some(&code), 1, None, false, Some(supervisor.to_string()))?;
        }
        Ok(code)
    }

    fn insert_client(
        &self,
        state: &mut State,
        grant: &Grant<permit::AddClient>,
        new: NewClient,
    ) -> Result<(ClientCode, Vec<MemberId>), DeskFault> {
        if new.name.is_blank() {
            return Err(DeskFault::Input("a client needs a name"));
        }
        if new.birth_date.as_deref().is_some_and(|d| d.parse::<jiff::civil::Date>().is_err()) {
            return Err(DeskFault::Input("a birth date is written YYYY-MM-DD"));
        }
        let code = match new.code {
            Some(code) if !code_is_well_formed(code.as_str()) => return Err(DeskFault::Code),
            Some(code) if code_taken(state, &code)? => return Err(DeskFault::CodeTaken),
            Some(code) => code,
            None => free_code(state)?,
        };
        let mut readers: Vec<Recipient> = vec![state.keys.recipient(), state.house.roster.recovery.parse()?];
        let mut supervisors = Vec::new();
        for name in &new.supervisors {
            let member = state.house.roster.named(name);
            let member = member.filter(|m| m.role == crate::domain::member::Role::Supervisor);
            let member = member.ok_or(DeskFault::Input("--supervisor names no active supervisor of this centre"))?;
            readers.push(member.recipient.parse()?);
            supervisors.push(member.id);
        }
        let id = ClientId(random_id());
        let (case, process) = (SealKey::generate(), SealKey::generate());
        let since = state.house.now();
        let card = ClientCard {
            id,
            code: code.clone(),
            name: new.name,
            birth_date: new.birth_date,
            sex: new.sex,
            contact: new.contact,
            address: new.address,
            counsellor: grant.by(),
            supervisors: supervisors.clone(),
            since,
            left: false,
        };
        let case_wrap = Body::KeyWrap { what: KeyFor::Case { client: id, epoch: 1 }, secret: case.secret() };
        let process_wrap = Body::KeyWrap { what: KeyFor::Process { client: id, epoch: 1 }, secret: process.secret() };
        let body = Body::Client { card: card.clone() };
        let to_case = case.recipient();
        let (house, me, caseload) = state.split(self.me.id);
        let lobby = house.lobby();
        let wrap = |to, body| Draft { shelf: lobby, to, body, client: None, session: None, replaces: None };
        let mut drafts: Vec<Draft<'_>> = readers.iter().map(|to| wrap(to, &case_wrap)).collect();
        // The process key: the counsellor alone, and the recovery key.
        drafts.extend(readers[..2].iter().map(|to| wrap(to, &process_wrap)));
        drafts.push(Draft { shelf: id.0, to: &to_case, body: &body, client: Some(id), session: None, replaces: None });
        let wraps = readers.len() + 2;
        let ids = house.keep(&me, &drafts)?;
        let index = Body::KeyIndex { wraps: ids[..wraps].to_vec() };
        let on = |shelf| Draft { shelf, to: &to_case, body: &index, client: Some(id), session: None, replaces: None };
        // The second one only stands where the next one who asks for this code looks.
        let drafts = [on(id.0), on(house.code_shelf(&code))];
        house.keep(&me, &drafts)?;
        let mine = house.store.shelf(lobby)?.into_iter().filter(|p| [ids[0], ids[readers.len()]].contains(&p.id));
        let known = Known {
            mine: mine.collect(),
            card,
            case: [(1, case)].into(),
            process: [(1, process)].into(),
            consents: Vec::new(),
            sessions: BTreeMap::new(),
            wraps: ids[..wraps].to_vec(),
            measured: Measured::default(),
        };
        caseload.clients.insert(id, known);
        Ok((code, supervisors))
    }

    /// Renames or corrects a client's card; the old card stays as a revision.
    pub fn change_client(&self, code: &ClientCode, change: impl FnOnce(&mut ClientCard)) -> Result<(), DeskFault> {
        let mut state = self.state();
        let known = state.caseload.by_code(code)?;
        let id = known.card.id;
        self.grant::<permit::SetConsent>(&state, Whose::Client(id, known.relation(self.me.id)))?;
        let mut card = known.card.clone();
        change(&mut card);
        // Who reads is changed by wraps, not by the card.
        card.id = id;
        card.code = known.card.code.clone();
        card.counsellor = known.card.counsellor;
        card.supervisors = known.card.supervisors.clone();
        card.name = ClientText::new(card.name.reveal());
        let (house, me, caseload) = state.split(self.me.id);
        let known = caseload.clients.get_mut(&id).ok_or(DeskFault::NoClient)?;
        let to = known.current().ok_or(DeskFault::NoClient)?.recipient();
        let body = Body::Client { card: card.clone() };
        let draft = Draft { shelf: id.0, to: &to, body: &body, client: Some(id), session: None, replaces: None };
        house.keep(&me, &[draft])?;
        known.card = card;
        self.note(&mut state, Task::Write, Some(code), 1, None, false, Some("client".into()))
    }
}
