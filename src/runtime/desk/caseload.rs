//! What the unlocked member has keys for, read from the store: the wraps in the lobby, then each client's shelf, oldest
//! first. A caseload that was remembered is taken up where it stopped, and gives the same as reading everything.

use super::fault::DeskFault;
use super::held::Held;
use super::house::House;
use super::measured::Measured;
use super::remembered::{Kept, Memory};
use crate::domain::access::Relation;
use crate::domain::client::ClientCard;
use crate::domain::consent::{ConsentEvent, ConsentState, Scope};
use crate::domain::ids::{ClientCode, ClientId, MemberId, RecordId, SessionId};
use crate::domain::record::{Body, KeyFor, Opened};
use crate::domain::session::{SessionRow, SessionState};
use crate::ports::store::{Place, Shelf, StoreFault};
use crate::vault::VaultFault;
use crate::vault::keys::{Keyring, SealKey};
use std::collections::BTreeMap;

/// One session as its records on the client's shelf tell it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) row: SessionRow,
    /// `None` when it was destroyed.
    pub(super) key: Option<Held>,
}

/// One client.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) card: ClientCard,
    /// By epoch.
    pub(super) case: BTreeMap<u32, Held>,
    /// By epoch; empty for a supervisor.
    pub(super) process: BTreeMap<u32, Held>,
    pub(super) consents: Vec<ConsentEvent>,
    pub(super) sessions: BTreeMap<SessionId, Case>,
    /// Every wrap of this client's keys, of every reader.
    pub(super) wraps: Vec<RecordId>,
    /// Instruments: what was given and what is scheduled.
    pub(super) measured: Measured,
}

impl Known {
    pub(super) fn consent(&self) -> ConsentState {
        ConsentState::of(self.consents.iter())
    }

    /// A supervisor is one only while the client agrees to supervision (L1): also where the wraps are still there.
    pub(super) fn relation(&self, me: MemberId) -> Relation {
        if self.card.counsellor == me {
            Relation::Own
        } else if self.card.supervisors.contains(&me) && self.consent().has(Scope::Supervision) {
            Relation::Assigned
        } else {
            Relation::None
        }
    }

    /// An entry of the log counted every record on the client's shelf.
    pub(super) fn all_told(&mut self) {
        let told = &mut self.measured.told;
        (told.consents, told.sessions) = (self.consents.len() as u64, self.sessions.len() as u64);
        self.measured.told.measures = self.measured.count();
    }

    /// The case key that new records are sealed to.
    pub(super) fn current(&self, house: &House, read: &SealKey) -> Result<&SealKey, DeskFault> {
        self.case.values().next_back().ok_or(DeskFault::NoClient)?.open(house, &[read])
    }

    /// The case keys, newest first, without those whose wrap does not open any more; the scrub names those.
    pub(super) fn case_keys(&self, house: &House, read: &SealKey) -> Vec<&SealKey> {
        self.case.values().rev().filter_map(|held| held.open(house, &[read]).ok()).collect()
    }

    /// Every key to this client, in the order in which they are tried.
    pub(super) fn keys(&self, house: &House, read: &SealKey) -> Vec<&SealKey> {
        self.case_keys(house, read).into_iter().chain(self.process_keys(house, read)).collect()
    }

    /// The keys of the process notes, newest first.
    pub(super) fn process_keys(&self, house: &House, read: &SealKey) -> Vec<&SealKey> {
        self.process.values().rev().filter_map(|held| held.open(house, &[read]).ok()).collect()
    }

    /// The key of one of its sessions; `None` when it was destroyed.
    pub(super) fn session_key<'a>(
        &self,
        case: &'a Case,
        house: &House,
        read: &SealKey,
    ) -> Result<Option<&'a SealKey>, DeskFault> {
        case.key.as_ref().map(|held| held.open(house, &self.case_keys(house, read))).transpose()
    }

    /// Where the wraps stand that are to this member.
    pub(super) fn mine(&self, house: &House) -> Result<Vec<Place>, DeskFault> {
        let held = self.case.values().chain(self.process.values());
        held.filter_map(|held| held.place(house).transpose()).collect()
    }
}

/// Everything the member has a case key for.
#[derive(Debug, Default)]
pub(super) struct Caseload {
    pub(super) clients: BTreeMap<ClientId, Known>,
    /// Keys of the escalation packets that this member may read.
    pub(super) escalations: Vec<(ClientId, Held)>,
    /// Keys of the access log, oldest first.
    pub(super) log: Vec<Held>,
    /// Records on the lobby or a client's shelf that should have opened and did not.
    pub(super) unreadable: u64,
    /// Every wrap in the lobby that is to this key: the number of its place and what it opens.
    pub(super) wraps: Vec<(u64, KeyFor)>,
}

impl Caseload {
    /// Opens the wraps in the lobby that are to this key, then each client's shelf. Only the clients of `me` are
    /// loaded; without `me` the key is the recovery key and all are.
    pub(super) fn load(house: &House, key: &SealKey, me: Option<MemberId>) -> Result<Self, DeskFault> {
        let mut load = Caseload::default();
        let places = house.store.shelf(house.lobby())?;
        let wraps = load.open_wraps(house, key, &places)?;
        load.furnish(house, key, me, wraps, BTreeMap::new(), &BTreeMap::new())?;
        Ok(load)
    }

    /// As [`Caseload::load`] of this member, from what was remembered where that fits the store; remembers it anew when
    /// something came since.
    pub(super) fn resume(house: &House, keys: &Keyring, me: MemberId) -> Result<Self, DeskFault> {
        let memory = Memory::read(house, keys, me);
        if let Some((memory, new)) = memory.and_then(|memory| memory.continued(house)) {
            let as_it_was = new.is_empty();
            if let Ok(load) = Self::continue_from(house, keys.read(), me, memory, new) {
                if !as_it_was {
                    load.remember(house, keys, me);
                }
                return Ok(load);
            }
        }
        let load = Self::load(house, keys.read(), Some(me))?;
        load.remember(house, keys, me);
        Ok(load)
    }

    fn continue_from(
        house: &House,
        key: &SealKey,
        me: MemberId,
        memory: Memory,
        mut new: BTreeMap<Shelf, Vec<Place>>,
    ) -> Result<Self, DeskFault> {
        let mut load = Caseload::default();
        let Memory { wraps: found, clients: kept, .. } = memory;
        let mut wraps: Vec<Wrap> = found.into_iter().map(|(seq, what)| Wrap { seq, what, key: None }).collect();
        let lobby = new.remove(&house.lobby()).unwrap_or_default();
        wraps.extend(load.open_wraps(house, key, &lobby)?);
        let kept = kept.into_iter().map(|kept| (kept.card.id, kept)).collect();
        load.furnish(house, key, Some(me), wraps, kept, &new)?;
        Ok(load)
    }

    /// The wraps among these places that are to this key.
    fn open_wraps(&mut self, house: &House, key: &SealKey, places: &[Place]) -> Result<Vec<Wrap>, DeskFault> {
        let mut wraps = Vec::new();
        for place in places {
            match house.open_place(place, &[key]) {
                Ok(Some(Opened { body: Body::KeyWrap { what, secret }, .. })) => {
                    wraps.push(Wrap { seq: place.seq, what, key: Some(SealKey::from_secret(&secret)?) });
                }
                Ok(_) | Err(DeskFault::Vault(VaultFault::NotYours)) => {}
                Err(_) => self.unreadable += 1,
            }
        }
        Ok(wraps)
    }

    /// Sorts the wraps by what they open, and reads each client's shelf: where the client was kept in mind with the same
    /// wraps only what is new on it, else all of it.
    fn furnish(
        &mut self,
        house: &House,
        read: &SealKey,
        me: Option<MemberId>,
        wraps: Vec<Wrap>,
        mut kept: BTreeMap<ClientId, Kept>,
        new: &BTreeMap<Shelf, Vec<Place>>,
    ) -> Result<(), DeskFault> {
        let mut rings: BTreeMap<ClientId, Ring> = BTreeMap::new();
        for wrap in wraps {
            self.wraps.push((wrap.seq, wrap.what.clone()));
            match wrap.what {
                KeyFor::Case { client, epoch } => rings.entry(client).or_default().take_case(epoch, wrap),
                KeyFor::Process { client, epoch } => rings.entry(client).or_default().take_process(epoch, wrap),
                KeyFor::Escalation { client } => self.escalations.push((client, wrap.held())),
                KeyFor::Log => self.log.push(wrap.held()),
                KeyFor::Session { .. } => {}
            }
        }
        for (client, ring) in rings {
            let (mut reading, places) = match kept.remove(&client).filter(|kept| kept.mine == ring.seqs()) {
                Some(kept) => (Reading::of(kept, ring), new.get(&client.0).cloned().unwrap_or_default()),
                None => match house.store.shelf(client.0) {
                    // One client's damage must not close the others' files; the scrub names it.
                    Err(StoreFault::Shelf { .. } | StoreFault::Damaged(_)) => {
                        self.unreadable += 1;
                        continue;
                    }
                    places => (Reading { ring, ..Reading::default() }, places?),
                },
            };
            self.unreadable += reading.take(house, read, &places)?;
            match reading.known(me) {
                Some(known) if me.is_none_or(|me| known.relation(me) != Relation::None) => {
                    drop(self.clients.insert(client, known));
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn by_code(&self, code: &ClientCode) -> Result<&Known, DeskFault> {
        self.clients.values().find(|k| k.card.code == *code).ok_or(DeskFault::NoClient)
    }

    pub(super) fn of_session(&self, session: SessionId) -> Result<(&Known, &Case), DeskFault> {
        let found = self.clients.values().find_map(|k| k.sessions.get(&session).map(|c| (k, c)));
        found.ok_or(DeskFault::NoSession)
    }
}

/// A wrap in the lobby that is to this member.
#[derive(Debug)]
struct Wrap {
    seq: u64,
    what: KeyFor,
    /// `None` when it was found earlier and is not opened yet.
    key: Option<SealKey>,
}

impl Wrap {
    fn held(self) -> Held {
        match self.key {
            Some(key) => Held::opened(self.seq, key),
            None => Held::closed(self.seq),
        }
    }
}

/// The keys of one client as the wraps in the lobby gave them.
#[derive(Debug, Default)]
struct Ring {
    case: BTreeMap<u32, Held>,
    process: BTreeMap<u32, Held>,
}

impl Ring {
    fn take_case(&mut self, epoch: u32, wrap: Wrap) {
        self.case.insert(epoch, wrap.held());
    }

    fn take_process(&mut self, epoch: u32, wrap: Wrap) {
        self.process.insert(epoch, wrap.held());
    }

    fn seqs(&self) -> Vec<u64> {
        self.case.values().chain(self.process.values()).filter_map(Held::seq).collect()
    }
}

/// One client's shelf as far as it was read.
#[derive(Debug, Default)]
struct Reading {
    ring: Ring,
    card: Option<ClientCard>,
    consents: Vec<ConsentEvent>,
    sessions: BTreeMap<SessionId, Case>,
    wraps: Vec<RecordId>,
    measured: Measured,
    /// The last record on it is to none of the keys.
    closed: bool,
}

impl Reading {
    /// Where the reading stopped that this was kept from. Who was shown could open the last record, or was no
    /// counsellor of this client.
    fn of(kept: Kept, ring: Ring) -> Self {
        let sessions = kept.sessions.into_iter().map(|case| (case.id, case.case(&kept.card))).collect();
        let Kept { card, consents, wraps, measured, .. } = kept;
        Reading { ring, card: Some(card), consents, sessions, wraps, measured, closed: false }
    }

    /// Reads on. Gives how many should have opened and did not.
    fn take(&mut self, house: &House, read: &SealKey, places: &[Place]) -> Result<u64, DeskFault> {
        if places.is_empty() {
            return Ok(0);
        }
        let ring = std::mem::take(&mut self.ring);
        let held = ring.case.values().rev().chain(ring.process.values().rev());
        let keys = held.map(|held| held.open(house, &[read])).collect::<Result<Vec<&SealKey>, _>>()?;
        let mut unreadable = 0;
        for place in places {
            let opened = house.open_place(place, &keys);
            self.closed = matches!(&opened, Err(DeskFault::Vault(VaultFault::NotYours)));
            match opened {
                Ok(Some(opened)) => self.take_one(place, opened)?,
                Ok(None) | Err(DeskFault::Vault(VaultFault::NotYours)) => {}
                Err(_) => unreadable += 1,
            }
        }
        self.ring = ring;
        Ok(unreadable)
    }

    fn take_one(&mut self, place: &Place, Opened { header, body }: Opened) -> Result<(), DeskFault> {
        match body {
            Body::Client { card } => self.card = Some(card),
            Body::KeyIndex { wraps, .. } => self.wraps.extend(wraps),
            Body::Consent { event } => self.consents.push(event),
            Body::Administration { .. } | Body::Schedule { .. } => self.measured.take(&body),
            Body::SessionStart { started, number, .. } => {
                let (Some(id), Some(client)) = (header.session, header.client) else { return Ok(()) };
                let (code, state) = (ClientCode(String::new()), SessionState::Open);
                let row = SessionRow { id, client, code, number, started, ended: None, state, records: 0 };
                self.sessions.insert(id, Case { row, key: None });
            }
            Body::KeyWrap { what: KeyFor::Session { session, .. }, secret } => {
                if let Some(known) = self.sessions.get_mut(&session) {
                    known.key = Some(Held::opened(place.seq, SealKey::from_secret(&secret)?));
                }
            }
            Body::SessionEnd { ended, .. } => {
                if let Some(known) = header.session.and_then(|s| self.sessions.get_mut(&s)) {
                    known.row.ended = Some(ended);
                    if known.row.state == SessionState::Open {
                        known.row.state = SessionState::Ended;
                    }
                }
            }
            Body::SessionDestroyed { .. } => {
                if let Some(known) = header.session.and_then(|s| self.sessions.get_mut(&s)) {
                    known.row.state = SessionState::Destroyed;
                    known.key = None;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// `None` when no card opens: destroyed, damaged beyond use, or handed over to another counsellor since.
    fn known(self, me: Option<MemberId>) -> Option<Known> {
        let Reading { ring: Ring { case, process }, card, consents, mut sessions, wraps, measured, closed } = self;
        let card = card?;
        // A client's own counsellor opens whatever was written last; who does not was the counsellor once, and the card
        // that opens here is an old one.
        if closed && me == Some(card.counsellor) {
            return None;
        }
        for session in sessions.values_mut() {
            session.row.code = card.code.clone();
        }
        Some(Known { card, case, process, consents, sessions, wraps, measured })
    }
}
