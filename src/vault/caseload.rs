//! What the unlocked member has keys for: clients, their sessions, consents and keys.

use crate::crypto::keys::SealKey;
use crate::domain::governance::access::Relation;
use crate::domain::practice::appointment::Appointment;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::{ConsentEvent, ConsentState, Scope};
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId, RecordId, SessionId};
use crate::domain::practice::session::SessionRow;
use crate::domain::record::KeyFor;
use crate::domain::review::mark::Marked;
use crate::ports::clock::Clock;
use crate::ports::store::Position;
use crate::vault::assessment_index::AssessmentIndex;
use crate::vault::error::VaultError;
use crate::vault::folder::VaultFolder;
use crate::vault::lazy_key::LazyKey;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One session as its records on the client's collection tell it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) row: SessionRow,
    /// `None` when it was destroyed.
    pub(crate) key: Option<LazyKey>,
}

/// One client.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(crate) card: ClientCard,
    /// By epoch.
    pub(crate) case: BTreeMap<u32, LazyKey>,
    /// By epoch; empty for a supervisor.
    pub(crate) process: BTreeMap<u32, LazyKey>,
    pub(crate) consents: Vec<ConsentEvent>,
    pub(crate) sessions: BTreeMap<SessionId, Case>,
    /// Every wrap of this client's keys, of every reader.
    pub(crate) wraps: Vec<RecordId>,
    /// Instruments: what was given and what is scheduled.
    pub(crate) assessments: AssessmentIndex,
    /// States of notes, in the order of the collection.
    pub(crate) marks: Vec<Marked>,
    /// Says whether a deputy's time runs.
    pub(crate) clock: Now,
    /// The one that was set last.
    pub(crate) appointment: Option<Appointment>,
}

/// The time of day of the workstation, for what holds for a time.
#[derive(Clone)]
pub(crate) struct Now(Arc<dyn Clock>);

impl Now {
    pub(crate) fn of(folder: &VaultFolder) -> Self {
        Now(Arc::clone(&folder.station.clock))
    }
}

impl std::fmt::Debug for Now {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Now")
    }
}

impl Known {
    pub(crate) fn consent(&self) -> ConsentState {
        ConsentState::of(self.consents.iter())
    }

    /// A supervisor is one only while the client agrees to supervision (L1): also where the wraps are still there.
    pub(crate) fn relation(&self, me: MemberId) -> Relation {
        if self.card.counsellor == me {
            Relation::Own
        } else if self.supervises(me) && self.consent().has(Scope::Supervision) {
            Relation::Assigned
        } else {
            Relation::None
        }
    }

    /// A supervisor of the client, or a deputy of one whose time runs.
    fn supervises(&self, member: MemberId) -> bool {
        let deputy = || self.card.deputies.iter().any(|d| d.member == member && d.holds(self.clock.0.now()));
        self.card.supervisors.contains(&member) || deputy()
    }

    /// An entry of the log counted every record on the client's collection.
    pub(crate) fn all_told(&mut self) {
        let told = &mut self.assessments.told;
        (told.consents, told.sessions) = (self.consents.len() as u64, self.sessions.len() as u64);
        self.assessments.told.measures = self.assessments.count();
    }

    /// The case key that new records are sealed to.
    pub(crate) fn current(&self, folder: &VaultFolder, read: &SealKey) -> Result<&SealKey, VaultError> {
        self.case.values().next_back().ok_or(VaultError::NoClient)?.open(folder, &[read])
    }

    /// The case keys, newest first, without those whose wrap does not open any more; the scrub names those.
    pub(crate) fn case_keys(&self, folder: &VaultFolder, read: &SealKey) -> Vec<&SealKey> {
        self.case.values().rev().filter_map(|held| held.open(folder, &[read]).ok()).collect()
    }

    /// Every key to this client, in the order in which they are tried.
    pub(crate) fn keys(&self, folder: &VaultFolder, read: &SealKey) -> Vec<&SealKey> {
        self.case_keys(folder, read).into_iter().chain(self.process_keys(folder, read)).collect()
    }

    /// The keys of the process notes, newest first.
    pub(crate) fn process_keys(&self, folder: &VaultFolder, read: &SealKey) -> Vec<&SealKey> {
        self.process.values().rev().filter_map(|held| held.open(folder, &[read]).ok()).collect()
    }

    /// The key of one of its sessions; `None` when it was destroyed.
    pub(crate) fn session_key<'a>(
        &self,
        case: &'a Case,
        folder: &VaultFolder,
        read: &SealKey,
    ) -> Result<Option<&'a SealKey>, VaultError> {
        case.key.as_ref().map(|held| held.open(folder, &self.case_keys(folder, read))).transpose()
    }

    /// Where the wraps stand that are to this member.
    pub(crate) fn mine(&self, folder: &VaultFolder) -> Result<Vec<Position>, VaultError> {
        let held = self.case.values().chain(self.process.values());
        held.filter_map(|held| held.place(folder).transpose()).collect()
    }
}

/// Everything the member has a case key for.
#[derive(Debug, Default)]
pub(crate) struct Caseload {
    pub(crate) clients: BTreeMap<ClientId, Known>,
    /// Keys of the escalation packets that this member may read.
    pub(crate) escalations: Vec<(ClientId, LazyKey)>,
    /// Keys of the access log, oldest first.
    pub(crate) log: Vec<LazyKey>,
    /// Records on the key_collection or a client's collection that should have opened and did not.
    pub(crate) unreadable: u64,
    /// Clients whose case key the member has and whose card was not found.
    pub(crate) hidden: u64,
    /// Codes that two clients had when copies were joined: as given, and as the later one is shown.
    pub(crate) codes_apart: Vec<(ClientCode, ClientCode)>,
    /// The secrets that name where codes are marked as taken, oldest first.
    pub(crate) codes: Vec<LazyKey>,
    /// Keys of what all members share, oldest first.
    pub(crate) centre: Vec<LazyKey>,
    /// Every wrap in the key collection that is to this key, and what it opens.
    pub(crate) wraps: Vec<(RecordId, KeyFor)>,
}

impl Caseload {
    pub(crate) fn by_code(&self, code: &ClientCode) -> Result<&Known, VaultError> {
        self.clients.values().find(|k| k.card.code == *code).ok_or(VaultError::NoClient)
    }

    /// This client's record with the records of the same person that go on in it, or that it goes on in.
    pub(crate) fn records_of_one<'s>(&'s self, known: &'s Known) -> impl Iterator<Item = &'s Known> {
        let last = |k: &'s Known| k.card.goes_on_as.as_ref().unwrap_or(&k.card.code);
        self.clients.values().filter(move |k| last(k) == last(known))
    }

    pub(crate) fn of_session(&self, session: SessionId) -> Result<(&Known, &Case), VaultError> {
        let found = self.clients.values().find_map(|k| k.sessions.get(&session).map(|c| (k, c)));
        found.ok_or(VaultError::NoSession)
    }
}
