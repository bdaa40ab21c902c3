//! Clients: listed, shown, taken on, corrected.

use crate::crypto::keys::{Recipient, SealKey, random_id};
use crate::domain::governance::access::{Grant, Relation, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::client::{ClientCard, ClientRow, NewClient, code_is_well_formed, next_code};
use crate::domain::practice::consent::ConsentState;
use crate::domain::practice::ids::{ClientCode, ClientId, MemberId};
use crate::domain::practice::member::Role;
use crate::domain::practice::session::SessionRow;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::written_day;
use crate::domain::record::{Body, KeyFor};
use crate::service::state_guard::StateGuard;
use crate::service::supervision::supervisor;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::assessment_index::AssessmentIndex;
use crate::vault::caseload::{Known, Now};
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;
use std::collections::BTreeMap;

/// What is known of one client besides content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFile {
    /// The card.
    pub card: ClientCard,
    /// What holds now.
    pub consent: ConsentState,
    /// Oldest first.
    pub sessions: Vec<SessionRow>,
    /// Names of the supervisors who read this client.
    pub supervisors: Vec<String>,
    /// Names of those who were named and wait for the client's consent to supervision.
    pub awaiting: Vec<String>,
}

/// Codes are unique over the whole centre, or the access log could not say whose record was read.
fn code_taken(state: &State, code: &ClientCode) -> Result<bool, VaultError> {
    Ok(state.caseload()?.by_code(code).is_ok() || state.code_is_marked(code)?)
}

fn free_code(state: &State) -> Result<ClientCode, VaultError> {
    let mut code = next_code(state.caseload()?.clients.values().map(|k| &k.card.code));
    while code_taken(state, &code)? {
        code = next_code(std::iter::once(&code));
    }
    Ok(code)
}

fn row_of_client(grant: Grant<permit::SeeCaseload>, known: &Known) -> ClientRow {
    ClientRow {
        id: known.card.id,
        code: known.card.code.clone(),
        name: known.card.name.clone(),
        counsellor: known.card.counsellor,
        own: known.relation(grant.by()) == Relation::Own,
        since: known.card.since,
        goes_on_as: known.card.goes_on_as.clone(),
        earlier_records: known.card.earlier_records.clone(),
    }
}

impl UnlockedVault {
    /// Refuses whose role sees no client at all: an empty list would say that there are none.
    pub(crate) fn sees_clients(&self, state: &State) -> Result<(), VaultError> {
        Self::roster_stands::<permit::SeeCaseload>(state)?;
        let refused = match self.me.role {
            Role::Admin => self.grant::<permit::SeeCaseload>(state, Whose::Nobody).err(),
            Role::Counsellor | Role::Supervisor => None,
        };
        refused.map_or(Ok(()), Err)
    }

    /// The clients this member has a key for: their own, or those assigned to them as supervisor. An admin has none.
    /// The access log says so once in an unlocked vault, and again when there are more of them than it was told.
    pub fn clients(&self) -> Result<Vec<ClientRow>, VaultError> {
        let mut state = self.state();
        self.sees_clients(&state)?;
        self.follow_deputies(&mut state);
        let row = |known: &Known| -> Result<ClientRow, VaultError> {
            Ok(row_of_client(self.ask_for::<permit::SeeCaseload>(&state, known)?, known))
        };
        let mut rows = state.caseload()?.clients.values().map(row).collect::<Result<Vec<_>, _>>()?;
        rows.sort_by(|a, b| a.code.cmp(&b.code));
        let count = rows.len() as u64;
        if count > state.told_clients {
            self.log_access(&mut state, Task::Read, None, count, None, false, Some("caseload".into()))?;
            state.told_clients = count;
        }
        Ok(rows)
    }

    /// The card of one client with all that was agreed to and every session: one entry for all of it.
    pub fn client_file(&self, code: &ClientCode) -> Result<ClientFile, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ReadContent>(&state, code)?;
        self.read_file(state, grant)
    }

    fn read_file(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
    ) -> Result<ClientFile, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let count = 1 + (known.consents.len() + known.sessions.len()) as u64;
        self.log_access(&mut state, Task::Read, Some(&code), count, None, false, Some("client".into()))?;
        let known = state.split()?.2.clients.get_mut(&client).ok_or(VaultError::NoClient)?;
        known.all_told();
        let known = state.client_of(&grant)?;
        let mut sessions = known.sessions.values().map(|c| Self::row_of(&state, c)).collect::<Result<Vec<_>, _>>()?;
        sessions.sort_by_key(|r| (r.started, r.number));
        let name = |id: &MemberId| state.folder.roster.member(*id).map(|m| m.name.clone());
        let supervisors = known.card.supervisors.iter().filter_map(name).collect();
        let awaiting = known.card.awaiting.iter().filter_map(name).collect();
        Ok(ClientFile { card: known.card.clone(), consent: known.consent(), sessions, supervisors, awaiting })
    }

    /// The card of one client.
    pub fn client(&self, code: &ClientCode) -> Result<ClientCard, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::ReadContent>(&state, code)?;
        self.read_card(state, grant)
    }

    fn read_card(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::ReadContent>,
    ) -> Result<ClientCard, VaultError> {
        let card = state.client_of(&grant)?.card.clone();
        self.log_access(&mut state, Task::Read, Some(&card.code), 1, None, false, Some("client".into()))?;
        Ok(card)
    }

    /// Takes on a client: makes the case and process keys and wraps them to their readers.
    pub fn add_client(&self, new: NewClient) -> Result<ClientCode, VaultError> {
        if new.code.as_ref().is_some_and(ClientCode::is_practice) {
            return Err(VaultError::Input(msg("practice-code-kept")));
        }
        let mut state = self.state();
        let grant = self.grant::<permit::AddClient>(&state, Whose::Nobody)?;
        let code = self.insert_client(&mut state, grant, new, false)?;
        self.log_access(&mut state, Task::AddClient, Some(&code), 1, None, false, None)?;
        Ok(code)
    }

    /// Takes on a practice client, under a code that no other client can have.
    pub fn add_practice_client(&self, name: ClientText) -> Result<ClientCode, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::AddClient>(&state, Whose::Nobody)?;
        let mut n = 1;
        while code_taken(&state, &ClientCode::of_practice(n))? {
            n += 1;
        }
        let new = NewClient { code: Some(ClientCode::of_practice(n)), name, ..NewClient::default() };
        let code = self.insert_client(&mut state, grant, new, true)?;
        self.log_access(&mut state, Task::AddClient, Some(&code), 1, None, false, None)?;
        Ok(code)
    }

    fn insert_client(
        &self,
        state: &mut State,
        grant: Grant<permit::AddClient>,
        new: NewClient,
        made_up: bool,
    ) -> Result<ClientCode, VaultError> {
        if new.name.is_blank() {
            return Err(VaultError::Input(msg("service-clients-client-needs-name")));
        }
        let birth_date = match new.birth_date.as_deref() {
            None => None,
            Some(text) => match written_day::birth(text, &state.folder.now().date()) {
                None if written_day::to_come(text, &state.folder.now().date()) => {
                    return Err(VaultError::BirthToCome);
                }
                None => return Err(VaultError::Input(msg("service-clients-birth-date-written-yyyy-mm"))),
                day => day,
            },
        };
        let code = match new.code {
            Some(code) if !code_is_well_formed(code.as_str()) => return Err(VaultError::Code),
            Some(code) if code_taken(state, &code)? => return Err(VaultError::CodeTaken),
            Some(code) => code,
            None => free_code(state)?,
        };
        let readers: [Recipient; 2] = [state.keys.recipient(), state.folder.roster.recovery.parse()?];
        // No wrap for them yet: nobody has asked the client, whose consent to supervision releases the key.
        let awaiting = new.supervisors.iter().map(|name| supervisor(state, name)).collect::<Result<Vec<_>, _>>()?;
        let id = ClientId(random_id());
        let (case, process) = (SealKey::generate(), SealKey::generate());
        let since = state.folder.now();
        let mut card = ClientCard {
            made_up,
            id,
            code: code.clone(),
            name: new.name,
            birth_date,
            sex: new.sex,
            contact: new.contact,
            address: new.address,
            emergency: None,
            medicine: None,
            words: None,
            referred: None,
            counsellor: grant.by(),
            supervisors: Vec::new(),
            awaiting,
            deputies: Vec::new(),
            since,
            left: false,
            goes_on_as: None,
            earlier_records: Vec::new(),
        };
        card.tidy();
        let case_wrap = Body::KeyWrap { what: KeyFor::Case { client: id, epoch: 1 }, secret: case.secret() };
        let process_wrap = Body::KeyWrap { what: KeyFor::Process { client: id, epoch: 1 }, secret: process.secret() };
        let body = Body::Client { card: Box::new(card.clone()) };
        let to_case = case.recipient();
        let secret = Self::code_secrets(state)?.pop().ok_or(VaultError::NoKeys)?;
        let (folder, me, caseload) = state.split()?;
        let key_collection = folder.key_collection();
        let wrap =
            |to, body| Draft { collection: key_collection, to, body, client: None, session: None, replaces: None };
        let mut drafts: Vec<Draft<'_>> = readers.iter().map(|to| wrap(to, &case_wrap)).collect();
        // The process key: the counsellor alone, and the recovery key.
        drafts.extend(readers.iter().map(|to| wrap(to, &process_wrap)));
        drafts.push(Draft {
            collection: id.0,
            to: &to_case,
            body: &body,
            client: Some(id),
            session: None,
            replaces: None,
        });
        let wraps = 2 * readers.len();
        let ids = folder.keep(&me, &drafts)?;
        let index = folder.index_of(&ids[..wraps], readers.iter().chain(&readers));
        let on = |collection| Draft {
            collection,
            to: &to_case,
            body: &index,
            client: Some(id),
            session: None,
            replaces: None,
        };
        // The second one only stands where the next one who asks for this code looks.
        let drafts = [on(id.0), on(folder.code_collection(&secret, &code))];
        folder.keep(&me, &drafts)?;
        let known = Known {
            card,
            case: [(1, LazyKey::opened(ids[0], case))].into(),
            process: [(1, LazyKey::opened(ids[readers.len()], process))].into(),
            consents: Vec::new(),
            sessions: BTreeMap::new(),
            wraps: ids[..wraps].to_vec(),
            assessments: AssessmentIndex::default(),
            marks: Vec::new(),
            clock: Now::of(folder),
            appointment: None,
        };
        caseload.clients.insert(id, known);
        Ok(code)
    }

    /// Renames or corrects a client's card; the old card stays as a revision. False, and nothing is written, where the card
    /// stays as it was.
    pub fn change_client(&self, code: &ClientCode, change: impl FnOnce(&mut ClientCard)) -> Result<bool, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::SetConsent>(&state, code)?;
        self.correct_card(state, grant, change)
    }

    fn correct_card(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::SetConsent>,
        change: impl FnOnce(&mut ClientCard),
    ) -> Result<bool, VaultError> {
        let known = state.client_of(&grant)?;
        let (id, code) = (known.card.id, known.card.code.clone());
        let mut card = known.card.clone();
        change(&mut card);
        // Who reads is changed by wraps, not by the card.
        card.id = id;
        card.code = known.card.code.clone();
        card.counsellor = known.card.counsellor;
        card.supervisors = known.card.supervisors.clone();
        card.awaiting = known.card.awaiting.clone();
        card.deputies.clone_from(&known.card.deputies);
        (card.goes_on_as, card.earlier_records) = (known.card.goes_on_as.clone(), known.card.earlier_records.clone());
        card.tidy();
        if card == known.card {
            return Ok(false);
        }
        let (folder, me, caseload) = state.split()?;
        let known = caseload.clients.get_mut(&id).ok_or(VaultError::NoClient)?;
        let to = known.current(folder, me.keys.read())?.recipient();
        let body = Body::Client { card: Box::new(card.clone()) };
        let draft = Draft { collection: id.0, to: &to, body: &body, client: Some(id), session: None, replaces: None };
        folder.keep(&me, &[draft])?;
        known.card = card;
        self.log_access(&mut state, Task::Write, Some(&code), 1, None, false, Some("client".into()))?;
        Ok(true)
    }
}
