//! Escalation packets: a record type with its own key and its own readers, so that an admin can send one out and
//! still has no key to anything else.

use crate::crypto::CryptoError;
use crate::crypto::keys::{Recipient, SealKey};
use crate::domain::crisis::escalation::EscalationPacket;
use crate::domain::governance::access::{Grant, Relation, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{ClientCode, ClientId, RecordId};
use crate::domain::practice::member::Role;
use crate::domain::record::{Body, KeyFor, Opened};
use crate::service::UnlockedVault;
use crate::service::state_guard::StateGuard;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;

impl UnlockedVault {
    /// Keeps an escalation packet for the client's counsellor, the assigned supervisors and every admin. The reason
    /// goes to the access log; the packet's type is the caller's, and no note text belongs in it (L12).
    pub fn raise_escalation(
        &self,
        code: &ClientCode,
        packet: EscalationPacket,
        reason: &str,
    ) -> Result<RecordId, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::RaiseEscalation>(&state, code)?;
        self.keep_packet(state, grant, packet, reason)
    }

    fn keep_packet(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::RaiseEscalation>,
        packet: EscalationPacket,
        reason: &str,
    ) -> Result<RecordId, VaultError> {
        let known = state.client_of(&grant)?;
        let (client, code) = (known.card.id, known.card.code.clone());
        let case = known.current(&state.folder, state.keys.read())?.recipient();
        let mut readers: Vec<Recipient> = vec![state.folder.roster.recovery.parse()?];
        for member in state.folder.roster.active() {
            let reads = known.relation(member.id) != Relation::None || member.role == Role::Admin;
            if reads {
                readers.push(member.recipient.parse()?);
            }
        }
        self.log_access(&mut state, Task::Escalate, Some(&code), 1, Some(reason), false, None)?;
        let key = SealKey::generate();
        let to = key.recipient();
        let wrap = Body::KeyWrap { what: KeyFor::Escalation { client }, secret: key.secret() };
        let body = Body::Escalation { packet: Box::new(packet) };
        let (folder, me, caseload) = state.split()?;
        let (key_collection, collection) = (folder.key_collection(), folder.escalation_collection());
        let mut drafts: Vec<Draft<'_>> = readers
            .iter()
            .map(|to| Draft {
                collection: key_collection,
                to,
                body: &wrap,
                client: None,
                session: None,
                replaces: None,
            })
            .collect();
        drafts.push(Draft { collection, to: &to, body: &body, client: Some(client), session: None, replaces: None });
        let ids = folder.keep(&me, &drafts)?;
        let (wraps, packet) = ids.split_at(readers.len());
        let index = folder.index_of(wraps, readers.iter());
        let on_client = Draft {
            collection: client.0,
            to: &case,
            body: &index,
            client: Some(client),
            session: None,
            replaces: None,
        };
        folder.keep(&me, &[on_client])?;
        caseload.escalations.push((client, LazyKey::fresh(key)));
        if let Some(known) = caseload.clients.get_mut(&client) {
            known.wraps.extend(wraps);
        }
        packet.first().copied().ok_or(VaultError::Vault(CryptoError::Sealing))
    }

    /// The packets this member may read, oldest first. Logged before they are opened.
    pub fn escalations(&self) -> Result<Vec<Opened>, VaultError> {
        let state = self.state();
        // Whose packets these are is decided by the wraps; the policy decides by role.
        let nobody = ClientId([0; 16]);
        let relation = match self.me.role {
            Role::Counsellor => Relation::Own,
            Role::Supervisor => Relation::Assigned,
            Role::Admin => Relation::None,
        };
        let grant = self.grant::<permit::ReadEscalation>(&state, Whose::Client(nobody, relation))?;
        self.open_packets(state, grant)
    }

    fn open_packets(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::ReadEscalation>,
    ) -> Result<Vec<Opened>, VaultError> {
        let places = state.folder.store.collection(state.folder.escalation_collection())?;
        self.log_access(&mut state, Task::Read, None, places.len() as u64, None, false, Some("escalations".into()))?;
        let read = [state.keys.read()];
        let held = state.caseload()?.escalations.iter();
        let keys: Vec<&SealKey> = held.filter_map(|(_, held)| held.open(&state.folder, &read).ok()).collect();
        let mut opened = Vec::new();
        for place in &places {
            match state.folder.open_place(place, &keys) {
                Ok(Some(record)) => opened.push(record),
                Ok(None) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => {}
                Err(e) => return Err(e),
            }
        }
        Ok(opened)
    }
}
