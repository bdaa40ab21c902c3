//! What the unlocked member has keys for, read from the store: the wraps in the key collection, then each client's collection, oldest
//! first. A caseload that was remembered is taken up where it stopped, and gives the same as reading everything.

use crate::crypto::CryptoError;
use crate::crypto::keys::{Keyring, SealKey};
use crate::domain::governance::access::Relation;
use crate::domain::practice::appointment::Appointment;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::ConsentEvent;
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId, RecordId, SessionId};
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, KeyFor, Opened};
use crate::domain::review::mark::Marked;
use crate::ports::store::{Collection, Position, StoreError};
use crate::vault::assessment_index::AssessmentIndex;
use crate::vault::caseload::{Case, Caseload, Known, Now};
use crate::vault::caseload_cache::{Kept, Memory};
use crate::vault::error::VaultError;
use crate::vault::folder::VaultFolder;
use crate::vault::lazy_key::LazyKey;
use std::collections::{BTreeMap, BTreeSet};

impl Caseload {
    /// Opens the wraps in the key_collection that are to this key, then each client's collection. Only the clients of `me` are
    /// loaded; without `me` the key is the recovery key and all are.
    pub(crate) fn load(folder: &VaultFolder, key: &SealKey, me: Option<MemberId>) -> Result<Self, VaultError> {
        let mut load = Caseload::default();
        let places = folder.store.collection(folder.key_collection())?;
        let wraps = load.open_wraps(folder, key, &places)?;
        load.load_clients(folder, key, me, wraps, BTreeMap::new(), &BTreeMap::new())?;
        Ok(load)
    }

    /// As [`Caseload::load`] of this member, from what was remembered where that fits the store; remembers it anew when
    /// something came since.
    pub(crate) fn resume(folder: &VaultFolder, keys: &Keyring, me: MemberId) -> Result<Self, VaultError> {
        let memory = Memory::read(folder, keys, me);
        if let Some((memory, new)) = memory.and_then(|memory| memory.continued(folder)) {
            let as_it_was = new.is_empty();
            if let Ok(load) = Self::continue_from(folder, keys.read(), me, memory, new) {
                if !as_it_was {
                    load.remember(folder, keys, me);
                }
                return Ok(load);
            }
        }
        let load = Self::load(folder, keys.read(), Some(me))?;
        load.remember(folder, keys, me);
        Ok(load)
    }

    fn continue_from(
        folder: &VaultFolder,
        key: &SealKey,
        me: MemberId,
        memory: Memory,
        mut new: BTreeMap<Collection, Vec<Position>>,
    ) -> Result<Self, VaultError> {
        let mut load = Caseload::default();
        let Memory { wraps: found, clients: kept, .. } = memory;
        let mut wraps: Vec<Wrap> = found.into_iter().map(|(id, what)| Wrap { id, what, key: None }).collect();
        let key_collection = new.remove(&folder.key_collection()).unwrap_or_default();
        wraps.extend(load.open_wraps(folder, key, &key_collection)?);
        let kept = kept.into_iter().map(|kept| (kept.card.id, kept)).collect();
        load.load_clients(folder, key, Some(me), wraps, kept, &new)?;
        Ok(load)
    }

    /// The wraps among these places that are to this key.
    fn open_wraps(
        &mut self,
        folder: &VaultFolder,
        key: &SealKey,
        places: &[Position],
    ) -> Result<Vec<Wrap>, VaultError> {
        let mut wraps = Vec::new();
        for place in places {
            match folder.open_place(place, &[key]) {
                Ok(Some(Opened { body: Body::KeyWrap { what, secret }, .. })) => {
                    wraps.push(Wrap { id: place.id, what, key: Some(SealKey::from_secret(&secret)?) });
                }
                Ok(_) | Err(VaultError::Vault(CryptoError::NotYours)) => {}
                Err(_) => self.unreadable += 1,
            }
        }
        Ok(wraps)
    }

    /// Sorts the wraps by what they open, and reads each client's collection: where the client was kept in mind with the same
    /// wraps only what is new on it, else all of it.
    fn load_clients(
        &mut self,
        folder: &VaultFolder,
        read: &SealKey,
        me: Option<MemberId>,
        wraps: Vec<Wrap>,
        mut kept: BTreeMap<ClientId, Kept>,
        new: &BTreeMap<Collection, Vec<Position>>,
    ) -> Result<(), VaultError> {
        let mut rings: BTreeMap<ClientId, Ring> = BTreeMap::new();
        for wrap in wraps {
            let id = wrap.id;
            let what = match wrap.what.clone() {
                KeyFor::Case { client, epoch } => {
                    let epoch = take_epoch(&mut rings.entry(client).or_default().case, epoch, wrap, folder, read)?;
                    KeyFor::Case { client, epoch }
                }
                KeyFor::Process { client, epoch } => {
                    let epoch = take_epoch(&mut rings.entry(client).or_default().process, epoch, wrap, folder, read)?;
                    KeyFor::Process { client, epoch }
                }
                what => {
                    match &what {
                        KeyFor::Escalation { client } => self.escalations.push((*client, wrap.held())),
                        KeyFor::Log => self.log.push(wrap.held()),
                        KeyFor::Codes => self.codes.push(wrap.held()),
                        KeyFor::Centre => self.centre.push(wrap.held()),
                        KeyFor::Session { .. } | KeyFor::Case { .. } | KeyFor::Process { .. } => {}
                    }
                    what
                }
            };
            self.wraps.push((id, what));
        }
        for (client, ring) in rings {
            let (mut reading, places) = match kept.remove(&client).filter(|kept| kept.mine == ring.wraps()) {
                Some(kept) => (Reading::of(kept, ring), new.get(&client.0).cloned().unwrap_or_default()),
                None => match folder.store.collection(client.0) {
                    // One client's damage must not close the others' files; the scrub names it.
                    Err(StoreError::Collection { .. } | StoreError::Damaged(_)) => {
                        self.unreadable += 1;
                        continue;
                    }
                    places => (Reading { ring, ..Reading::default() }, places?),
                },
            };
            self.unreadable += reading.take(folder, read, &places)?;
            self.hidden += u64::from(reading.card.is_none());
            match reading.known(me, Now::of(folder)) {
                Some(known) if me.is_none_or(|me| known.relation(me) != Relation::None) => {
                    drop(self.clients.insert(client, known));
                }
                _ => {}
            }
        }
        self.tell_codes_apart();
        Ok(())
    }

    /// Two workstations can have given one code to two clients before their copies were joined. The one who came first
    /// keeps it, the other is shown with a number behind it, the same on every copy; the next card that is written of
    /// that client settles it.
    fn tell_codes_apart(&mut self) {
        let mut order: Vec<(Timestamp, ClientId)> = self.clients.values().map(|k| (k.card.since, k.card.id)).collect();
        order.sort_unstable();
        let mut taken = BTreeSet::new();
        for (_, id) in order {
            let Some(known) = self.clients.get_mut(&id) else { continue };
            let given = known.card.code.clone();
            let mut number = 1;
            while !taken.insert(known.card.code.clone()) {
                number += 1;
                known.card.code = ClientCode(format!("{given}-{number}"));
            }
            if number > 1 {
                self.codes_apart.push((given, known.card.code.clone()));
            }
            for case in known.sessions.values_mut() {
                case.row.code.clone_from(&known.card.code);
            }
        }
    }
}

/// A wrap in the key_collection that is to this member.
#[derive(Debug)]
struct Wrap {
    id: RecordId,
    what: KeyFor,
    /// `None` when it was found earlier and is not opened yet.
    key: Option<SealKey>,
}

impl Wrap {
    fn held(self) -> LazyKey {
        match self.key {
            Some(key) => LazyKey::opened(self.id, key),
            None => LazyKey::closed(self.id),
        }
    }
}

/// The keys of one client as the wraps in the key_collection gave them.
#[derive(Debug, Default)]
struct Ring {
    case: BTreeMap<u32, LazyKey>,
    process: BTreeMap<u32, LazyKey>,
}

impl Ring {
    fn wraps(&self) -> Vec<RecordId> {
        self.case.values().chain(self.process.values()).filter_map(LazyKey::wrap).collect()
    }
}

/// Puts a key under its number; gives the number. Two workstations can have begun the same one before their copies were
/// joined: the later key then takes the next that is free, and both go on opening what was sealed to them.
fn take_epoch(
    keys: &mut BTreeMap<u32, LazyKey>,
    mut epoch: u32,
    wrap: Wrap,
    folder: &VaultFolder,
    read: &SealKey,
) -> Result<u32, VaultError> {
    if let Some(key) = &wrap.key {
        while let Some(there) = keys.get(&epoch) {
            if there.open(folder, &[read]).is_ok_and(|there| there.recipient() == key.recipient()) {
                break;
            }
            epoch = epoch.saturating_add(1);
        }
    }
    keys.insert(epoch, wrap.held());
    Ok(epoch)
}

/// One client's collection as far as it was read.
#[derive(Debug, Default)]
struct Reading {
    ring: Ring,
    card: Option<ClientCard>,
    consents: Vec<ConsentEvent>,
    sessions: BTreeMap<SessionId, Case>,
    wraps: Vec<RecordId>,
    assessments: AssessmentIndex,
    marks: Vec<Marked>,
    appointment: Option<Appointment>,
    /// The last record on it is to none of the keys.
    closed: bool,
}

impl Reading {
    /// Where the reading stopped that this was kept from. Who was shown could open the last record, or was no
    /// counsellor of this client.
    fn of(kept: Kept, ring: Ring) -> Self {
        let sessions = kept.sessions.into_iter().map(|case| (case.id, case.case(&kept.card))).collect();
        let Kept { card, consents, wraps, assessments, marks, appointment, .. } = kept;
        Reading { ring, card: Some(card), consents, sessions, wraps, assessments, marks, appointment, closed: false }
    }

    /// Reads on. Gives how many should have opened and did not.
    fn take(&mut self, folder: &VaultFolder, read: &SealKey, places: &[Position]) -> Result<u64, VaultError> {
        if places.is_empty() {
            return Ok(0);
        }
        let ring = std::mem::take(&mut self.ring);
        let held = ring.case.values().rev().chain(ring.process.values().rev());
        let keys = held.map(|held| held.open(folder, &[read])).collect::<Result<Vec<&SealKey>, _>>()?;
        let mut unreadable = 0;
        for place in places {
            let opened = folder.open_place(place, &keys);
            self.closed = matches!(&opened, Err(VaultError::Vault(CryptoError::NotYours)));
            match opened {
                Ok(Some(opened)) => self.take_one(place, opened)?,
                Ok(None) | Err(VaultError::Vault(CryptoError::NotYours)) => {}
                Err(_) => unreadable += 1,
            }
        }
        self.ring = ring;
        Ok(unreadable)
    }

    fn take_one(&mut self, place: &Position, Opened { header, body }: Opened) -> Result<(), VaultError> {
        match body {
            Body::Client { card } => self.card = Some(*card),
            Body::KeyIndex { wraps, .. } => self.wraps.extend(wraps),
            Body::Consent { event } => self.consents.push(event),
            Body::Administration { .. } | Body::Schedule { .. } => self.assessments.take(&body),
            Body::Appointment { appointment } => self.appointment = Some(appointment),
            Body::NoteMark { mark } => self.marks.extend(header.session.map(|session| Marked {
                session,
                at: header.at,
                by: header.author,
                mark,
            })),
            Body::SessionStart { started, number, language, .. } => {
                let (Some(id), Some(client)) = (header.session, header.client) else { return Ok(()) };
                let (code, state) = (ClientCode(String::new()), SessionState::Open);
                let row = SessionRow { id, client, code, number, started, ended: None, state, records: 0, language };
                self.sessions.insert(id, Case { row, key: None });
            }
            Body::KeyWrap { what: KeyFor::Session { session, .. }, secret } => {
                if let Some(known) = self.sessions.get_mut(&session) {
                    known.key = Some(LazyKey::opened(place.id, SealKey::from_secret(&secret)?));
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
    fn known(self, me: Option<MemberId>, clock: Now) -> Option<Known> {
        let Reading { ring: Ring { case, process }, card, consents, mut sessions, .. } = self;
        let Reading { wraps, assessments, marks, appointment, closed, .. } = self;
        let card = card?;
        // A client's own counsellor opens whatever was written last; who does not was the counsellor once, and the card
        // that opens here is an old one.
        if closed && me == Some(card.counsellor) {
            return None;
        }
        for session in sessions.values_mut() {
            session.row.code = card.code.clone();
        }
        number_apart(&mut sessions);
        Some(Known { card, case, process, consents, sessions, wraps, assessments, marks, appointment, clock })
    }
}

/// Two workstations can have begun sessions of one number before their copies were joined: the later one, by its beginning, is
/// shown with the next number that is free, the same on every copy.
fn number_apart(sessions: &mut BTreeMap<SessionId, Case>) {
    let mut order: Vec<(u32, Timestamp, SessionId)> =
        sessions.iter().map(|(id, case)| (case.row.number, case.row.started, *id)).collect();
    order.sort_unstable();
    let mut last = 0;
    for (number, _, id) in order {
        last = number.max(last + 1);
        if let Some(case) = sessions.get_mut(&id) {
            case.row.number = last;
        }
    }
}
