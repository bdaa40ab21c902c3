//! Destruction: the keys go first, then the bytes, then the file they stood in is written anew. The certificate says
//! what was done and what cannot be reached.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::sign_note;
use crate::domain::governance::access::{Grant, Permit, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{ClientCode, MemberId, SessionId, Writer};
use crate::domain::practice::time::Timestamp;
use crate::ports::store::Position;
use crate::service::escalation_share::shared_wraps_of_client;
use crate::service::second::Second;
use crate::service::sound::{folder_of, remove};
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::working_copies;
use crate::vault::error::VaultError;
use crate::vault::migration::copy_beside;
use serde::Serialize;
use std::collections::BTreeSet;

/// What was destroyed, for the file that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// `gyeot.destruction/1`.
    pub schema: String,
    /// The vault.
    pub vault: String,
    /// Whose, by code.
    pub client: ClientCode,
    /// The session, when only one was destroyed.
    pub session: Option<SessionId>,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// Wrapped keys that were removed.
    pub keys: u64,
    /// Records that were removed.
    pub records: u64,
    /// Copies of the store that a crash or a salvage had put aside in the vault's folder, and that were removed.
    pub copies: Vec<String>,
    /// One person did it alone; it waits for an after-review.
    pub break_glass: bool,
    /// Who did it.
    pub by: MemberId,
    /// Who stood beside.
    pub second: Option<MemberId>,
    /// The store's file was written anew, so that the old blocks are gone from it.
    pub rewritten: bool,
    /// What cannot be reached from here.
    pub out_of_reach: Vec<String>,
}

const OUT_OF_REACH: [&str; 3] = [
    "backups and other copies of the vault made before this: they open with the member's keys until they are destroyed or made anew",
    "blocks that the disk itself keeps of deleted files (flash storage does); full-disk encryption covers them",
    "what was printed, exported or read before",
];

const NOT_REWRITTEN: &str = "blocks of the vault's own store, sealed to the keys that were destroyed: its file could not \
    be written anew; the next destruction does that";

impl UnlockedVault {
    /// Destroys one session's key and records.
    pub fn destroy_session(
        &self,
        session: SessionId,
        reason: &str,
        second: Option<Second<'_>>,
    ) -> Result<(Certificate, String), VaultError> {
        let state = self.state();
        let code = self.known_by(&state, session)?.0.card.code.clone();
        let (grant, beside) = self.destroy_grant(&state, &code, second)?;
        self.bury_session(state, grant, beside, session, reason)
    }

    fn bury_session(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::Destroy>,
        beside: Option<MemberId>,
        session: SessionId,
        reason: &str,
    ) -> Result<(Certificate, String), VaultError> {
        self.forget_prepared();
        let (code, glass) = (state.session_of(&grant, session)?.0.card.code.clone(), grant.break_glass());
        let detail = Some(session.to_string());
        self.log_access_by_two(&mut state, Task::Destroy, Some(&code), 1, Some(reason), glass, detail, beside)?;
        working_copies::forget(&state.folder.dir, &BTreeSet::from([session]))?;
        self.bury_sound(&mut state, session, "asked")?;
        let places = state.folder.store.collection(session.0)?;
        if self.known_by(&state, session)?.1.key.is_some() {
            self.bury_session_key(&mut state, session, "asked")?;
        }
        let (folder, me) = state.writer();
        folder.bury(&me, &places, "destroyed")?;
        let rewritten = folder.rebuild().ok();
        self.certify(&state, code, Some(session), reason, (1, places.len() as u64, rewritten), (glass, beside))
    }

    /// Destroys a client: every wrap of every reader, every record, every session; then writes the store's file anew.
    pub fn destroy_client(
        &self,
        code: &ClientCode,
        reason: &str,
        second: Option<Second<'_>>,
    ) -> Result<(Certificate, String), VaultError> {
        let state = self.state();
        let (grant, beside) = self.destroy_grant(&state, code, second)?;
        self.bury_client(state, grant, beside, code, reason)
    }

    pub(crate) fn bury_client<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        beside: Option<MemberId>,
        code: &ClientCode,
        reason: &str,
    ) -> Result<(Certificate, String), VaultError> {
        self.forget_prepared();
        let (known, glass) = (state.client_of(&grant)?, grant.break_glass());
        let id = known.card.id;
        let shelves: Vec<_> = std::iter::once(id.0).chain(known.sessions.keys().map(|s| s.0)).collect();
        let mut wraps: BTreeSet<_> = known.wraps.iter().copied().collect();
        wraps.extend(shared_wraps_of_client(&state, id)?);
        let key_collection = state.folder.store.collection(state.folder.key_collection())?;
        let wraps: Vec<Position> = key_collection.into_iter().filter(|p| wraps.contains(&p.id)).collect();
        let mut records: Vec<Position> = Vec::new();
        for collection in shelves {
            records.extend(state.folder.store.collection(collection)?);
        }
        let touched = (wraps.len() + records.len()) as u64;
        self.log_access_by_two(&mut state, Task::Destroy, Some(code), touched, Some(reason), glass, None, beside)?;
        let heard: Vec<SessionId> = state.client_of(&grant)?.sessions.keys().copied().collect();
        working_copies::forget(&state.folder.dir, &heard.iter().copied().collect())?;
        let sound: Vec<_> = heard.iter().map(|s| folder_of(&state.folder, *s)).collect();
        let (folder, me, caseload) = state.split()?;
        folder.bury(&me, &wraps, "destroyed")?;
        folder.bury(&me, &records, "destroyed")?;
        caseload.clients.remove(&id);
        // Their keys went with the records.
        sound.iter().try_for_each(|dir| remove(dir))?;
        // Keys and records are destroyed, and that is certified, although a full disk may keep the file from being
        // written anew.
        let rewritten = folder.rebuild().ok();
        let done = (wraps.len() as u64, records.len() as u64, rewritten);
        self.certify(&state, code.clone(), None, reason, done, (glass, beside))
    }

    /// Asks the policy for the destruction; gives who stands beside too.
    pub(crate) fn destroy_grant(
        &self,
        state: &State,
        code: &ClientCode,
        second: Option<Second<'_>>,
    ) -> Result<(Grant<permit::Destroy>, Option<MemberId>), VaultError> {
        let known = self.known(state, code)?;
        let whose = Whose::Client(known.card.id, known.relation(self.me.id));
        let present = self.second_for::<permit::Destroy>(state, whose, second)?;
        let grant = self.grant_beside::<permit::Destroy>(state, whose, present.as_ref())?;
        Ok((grant, present.map(|p| p.member.id)))
    }

    pub(crate) fn certify(
        &self,
        state: &State,
        client: ClientCode,
        session: Option<SessionId>,
        reason: &str,
        (keys, records, rewritten): (u64, u64, Option<Vec<String>>),
        (break_glass, second): (bool, Option<MemberId>),
    ) -> Result<(Certificate, String), VaultError> {
        let still = rewritten.is_none().then_some(NOT_REWRITTEN);
        let out_of_reach = still.into_iter().chain(OUT_OF_REACH).map(str::to_owned).chain(known_copies(state));
        let certificate = Certificate {
            schema: "gyeot.destruction/1".into(),
            vault: state.folder.roster.vault.clone(),
            client,
            session,
            reason: crate::domain::practice::text::clean(reason),
            at: state.folder.now(),
            keys,
            records,
            break_glass,
            by: self.me.id,
            second,
            rewritten: rewritten.is_some(),
            copies: rewritten.unwrap_or_default(),
            out_of_reach: out_of_reach.collect(),
        };
        let text = serde_json::to_string_pretty(&certificate).map_err(|_| CryptoError::Sealing)? + "\n";
        let signed = sign_note(&text, &format!("gyeot/{}", self.me.id), &state.keys);
        Ok((certificate, signed))
    }
}

/// Copies of which this vault itself tells: the one from before its migration, and those of other workstations that wrote in it.
fn known_copies(state: &State) -> Vec<String> {
    let mut known = Vec::new();
    let before = copy_beside(&state.folder.dir);
    if before.exists() {
        known.push(format!("the copy of the vault from before its migration: {}", before.display()));
    }
    let here = state.folder.device;
    let others: BTreeSet<_> =
        state.folder.writers.keys().filter(|w| **w != Writer::SCHEMA_1 && w.device != here).collect();
    let devices: BTreeSet<_> = others.iter().map(|w| w.device).collect();
    if !devices.is_empty() {
        let n = devices.len();
        known
            .push(format!("copies on {n} other workstations that wrote in this vault, until this one is joined there"));
    }
    known
}
