//! A client goes to another counsellor: from the counsellor before an admin, from a supervisor before an admin when the
//! counsellor cannot, and by two recovery phrases when nobody who is there holds the client's keys.

use crate::crypto::keys::{Recipient, SealKey};
use crate::domain::governance::access::{Grant, Relation, Whose, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, KeyFor};
use crate::service::members::Present;
use crate::service::recovery::{Phrases, recovery_key};
use crate::service::second::Second;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::working_copies;
use crate::texts::msg;
use crate::vault::cache_files;
use crate::vault::caseload::{Caseload, Known};
use crate::vault::error::VaultError;
use crate::vault::folder::{Draft, Me};
use crate::vault::lazy_key::LazyKey;
use serde::Serialize;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct HandOver<'a> {
    /// The counsellor who takes over.
    pub to: &'a str,
    /// Why; the monthly inspection lists it.
    pub reason: &'a str,
    /// The process notes go along. Only the counsellor who wrote them can release them, or the recovery key.
    pub process_notes: bool,
    /// Two recovery phrases, when neither person holds the client's keys.
    pub phrases: Option<Phrases<'a>>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Handed {
    /// Whose.
    pub code: ClientCode,
    /// Who has them now.
    pub to: MemberId,
    /// The number of the new case key.
    pub epoch: u32,
    /// The process notes of before went along.
    pub process_notes: bool,
    /// One person did it; it waits for an after-review.
    pub break_glass: bool,
}

/// Where the client's keys come from.
enum Source {
    Me,
    Second,
    Recovery,
}

impl UnlockedVault {
    /// Gives a client to another counsellor with a new case key: they read what was, and whoever had the client before
    /// reads nothing new. Process notes of before stay closed to them unless they are released.
    pub fn hand_over(
        &self,
        code: &ClientCode,
        asked: &HandOver<'_>,
        second: Option<Second<'_>>,
    ) -> Result<Handed, VaultError> {
        let mut state = self.state();
        if asked.reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        let next = state.folder.roster.named(asked.to).filter(|m| m.role == Role::Counsellor);
        let next = next.ok_or(VaultError::Input(msg("service-hand-over-no-active-counsellor-centre")))?.clone();
        let present = self.second(&state, second)?;
        let (source, load) = self.keys_of(&state, code, present.as_ref(), asked.phrases)?;
        let load = match &load {
            Some(load) => load,
            None => state.caseload()?,
        };
        let known = load.by_code(code)?.clone();
        let read = [state.keys.read()];
        let packets = load.escalations.iter().filter(|(id, _)| *id == known.card.id);
        let packets: Vec<SealKey> =
            packets.filter_map(|(_, held)| held.open(&state.folder, &read).ok().cloned()).collect();
        let id = known.card.id;
        let whose = Whose::Client(id, known.relation(self.me.id));
        let grant = self.grant_beside::<permit::HandOver>(&state, whose, present.as_ref())?;
        if known.card.counsellor == next.id {
            return Err(VaultError::Input(msg("service-hand-over-client-already-counsellor")));
        }
        let process_notes = asked.process_notes && !known.process.is_empty();
        if asked.process_notes && !process_notes {
            return Err(VaultError::NoKeys);
        }
        let beside = present.as_ref().map(|p| p.member.id);
        let (glass, detail) = (grant.break_glass(), Some(next.id.to_string()));
        self.log_access_by_two(&mut state, Task::HandOver, Some(code), 1, Some(asked.reason), glass, detail, beside)?;
        let epoch = known.case.keys().next_back().copied().unwrap_or(0) + 1;
        let (case, wraps) = new_wraps(&state, &known, next.recipient.parse()?, epoch, process_notes, &packets)?;
        let mut card = known.card.clone();
        card.counsellor = next.id;
        card.left = false;
        card.supervisors.retain(|s| supervises(&state, *s));
        // The new key is not wrapped to a deputy: whoever supervises names one anew.
        card.deputies.clear();
        let State { folder, keys, caseload, .. } = &mut *state;
        // The one who had the client goes on without what was remembered of them.
        cache_files::forget(&folder.dir)?;
        working_copies::forget(&folder.dir, &known.sessions.keys().copied().collect())?;
        let me = match (&source, &present) {
            // Who held the keys also writes the records: an admin touches no case key.
            (Source::Second, Some(p)) => Me { id: p.member.id, keys: &p.keys },
            _ => Me { id: self.me.id, keys },
        };
        let collection = folder.key_collection();
        let drafts: Vec<Draft<'_>> = wraps
            .iter()
            .map(|(to, body)| Draft { collection, to, body, client: None, session: None, replaces: None })
            .collect();
        let ids = folder.keep(&me, &drafts)?;
        let to = case.recipient();
        let (index, body) =
            (folder.index_of(&ids, wraps.iter().map(|(to, _)| to)), Body::Client { card: Box::new(card.clone()) });
        let on = |body| Draft { collection: id.0, to: &to, body, client: Some(id), session: None, replaces: None };
        // The card last: whoever had the client before sees by it that it went on.
        folder.keep(&me, &[on(&index), on(&body)])?;
        if matches!(source, Source::Me) {
            if known.relation(self.me.id) == Relation::Own {
                let mine = known.mine(folder)?;
                folder.bury(&me, &mine, "handed over")?;
                caseload.get_mut().and_then(|load| load.clients.remove(&id));
            } else if let Some(mine) = caseload.get_mut().and_then(|load| load.clients.get_mut(&id)) {
                mine.card = card;
                mine.case.insert(epoch, LazyKey::fresh(case));
                mine.wraps.extend(ids);
            }
        }
        Ok(Handed { code: code.clone(), to: next.id, epoch, process_notes, break_glass: glass })
    }

    /// Finds who holds the client's keys: the asking member, the second person, the recovery phrases.
    fn keys_of(
        &self,
        state: &State,
        code: &ClientCode,
        present: Option<&Present>,
        phrases: Option<Phrases<'_>>,
    ) -> Result<(Source, Option<Caseload>), VaultError> {
        if state.caseload()?.by_code(code).is_ok() {
            return Ok((Source::Me, None));
        }
        if let Some(p) = present {
            let load = Caseload::load(&state.folder, p.keys.read(), Some(p.member.id))?;
            if load.by_code(code).is_ok() {
                return Ok((Source::Second, Some(load)));
            }
        }
        let phrases = phrases.ok_or(VaultError::NoKeys)?;
        // The policy is asked before the phrases are tried: for a client that nobody here knows.
        let nobody = Whose::Client(ClientId([0; 16]), Relation::None);
        let grant = self.grant_beside::<permit::HandOver>(state, nobody, present)?;
        Ok((Source::Recovery, Some(Self::load_by_phrases(state, grant, code, phrases)?)))
    }

    fn load_by_phrases(
        state: &State,
        _allowed: Grant<permit::HandOver>,
        code: &ClientCode,
        phrases: Phrases<'_>,
    ) -> Result<Caseload, VaultError> {
        let (key, _) = recovery_key(&state.folder.dir, &state.folder.history(), phrases)?;
        let load = Caseload::load(&state.folder, &key, None)?;
        load.by_code(code)?;
        Ok(load)
    }
}

/// True for a member who is a supervisor of the centre to this day.
fn supervises(state: &State, id: MemberId) -> bool {
    state.folder.roster.member(id).is_some_and(|m| m.active() && m.role == Role::Supervisor)
}

/// The new case key, and the wraps: every key of before to the next counsellor, the new ones to all who read from now on.
fn new_wraps(
    state: &State,
    known: &Known,
    next: Recipient,
    epoch: u32,
    process_notes: bool,
    packets: &[SealKey],
) -> Result<(SealKey, Vec<(Recipient, Body)>), VaultError> {
    let client = known.card.id;
    let wrap = |what: KeyFor, key: &SealKey| Body::KeyWrap { what, secret: key.secret() };
    let recovery: Recipient = state.folder.roster.recovery.parse()?;
    let (case, process) = (SealKey::generate(), SealKey::generate());
    let mut wraps: Vec<(Recipient, Body)> = Vec::new();
    let read = [state.keys.read()];
    for (old, held) in &known.case {
        let key = held.open(&state.folder, &read)?;
        wraps.push((next.clone(), wrap(KeyFor::Case { client, epoch: *old }, key)));
    }
    if process_notes {
        for (old, held) in &known.process {
            let key = held.open(&state.folder, &read)?;
            wraps.push((next.clone(), wrap(KeyFor::Process { client, epoch: *old }, key)));
        }
    }
    wraps.extend(packets.iter().map(|key| (next.clone(), wrap(KeyFor::Escalation { client }, key))));
    let mut readers = vec![next.clone(), recovery.clone()];
    let agreed = known.consent().has(Scope::Supervision);
    for supervisor in known.card.supervisors.iter().filter(|_| agreed) {
        if let Some(member) = state.folder.roster.member(*supervisor).filter(|m| supervises(state, m.id)) {
            readers.push(member.recipient.parse()?);
        }
    }
    wraps.extend(readers.into_iter().map(|to| (to, wrap(KeyFor::Case { client, epoch }, &case))));
    // The number of the case key: a supervisor does not know how many process keys there were, and no number comes twice.
    for to in [next, recovery] {
        wraps.push((to, wrap(KeyFor::Process { client, epoch }, &process)));
    }
    Ok((case, wraps))
}
