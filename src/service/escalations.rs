//! Escalation packets raised and read: a record type with its own key and its own readers, so that an admin can send one out
//! and still has no key to anything else. What is done with a packet afterwards is `escalation_steps`.

use crate::crypto::CryptoError;
use crate::crypto::keys::{Recipient, SealKey};
use crate::crypto::seal;
use crate::domain::assessment::administration::Sheet;
use crate::domain::crisis::course::{Course, Done, State as Stands};
use crate::domain::crisis::escalation::{
    Contact, Content, EscalationPacket, Ground, PlanStep, Raised, Raising, Reachable, Screener, ScreenerAnswer,
    Screening, SealedRecord, Sender, Summary, Tier, check, citation,
};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::crisis::receiver::{Receiver, with_public};
use crate::domain::crisis::safety_plan;
use crate::domain::governance::access::{Grant, Relation, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{ClientCode, ClientId, RecordId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::member::Role;
use crate::domain::practice::text::{ClientText, clean};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, KeyFor, NoteState, Opened};
use crate::service::made_up::nobody_made_up;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// What the higher tiers take from the client's records.
#[derive(Debug, Default)]
struct Taken {
    screeners: Vec<Screener>,
    plan: Vec<PlanStep>,
    /// Signed notes, answers and plans, for tier 4.
    record: Vec<Opened>,
    last_contact: Option<Timestamp>,
}

impl UnlockedVault {
    /// Raises a packet for the client's counsellor, the assigned supervisors and every admin, sealed to a key of its own. The
    /// access log has reason code and basis before. Gives the packet's record.
    pub fn raise_escalation(&self, rules: &Rules, code: &ClientCode, asked: &Raising) -> Result<RecordId, VaultError> {
        let receiver = self.receiver_of(rules, asked)?;
        self.check_raising(rules, code, asked, &receiver)?;
        if !asked.again {
            self.none_open(code, asked)?;
        }
        let taken = if asked.tier > Tier::Contact { self.take_for(rules, code, asked.tier)? } else { Taken::default() };
        let state = self.state();
        let grant = self.ask::<permit::RaiseEscalation>(&state, code)?;
        let raised = self.assemble(&state, &grant, asked, &receiver, taken)?;
        self.keep_packet(state, grant, raised)
    }

    /// What would go out if it were raised so now, for showing beside the form: nothing is kept, and only tier 1 of it is read.
    pub fn preview_escalation(
        &self,
        rules: &Rules,
        code: &ClientCode,
        asked: &Raising,
    ) -> Result<EscalationPacket, VaultError> {
        let receiver = self.receiver_of(rules, asked)?;
        let state = self.state();
        let grant = self.ask::<permit::RaiseEscalation>(&state, code)?;
        let asked = Raising { tier: Tier::Contact, ..asked.clone() };
        Ok(self.assemble(&state, &grant, &asked, &receiver, Taken::default())?.packet)
    }

    fn receiver_of(&self, rules: &Rules, asked: &Raising) -> Result<Receiver, VaultError> {
        let all = with_public(self.receivers()?, rules, Lang::Ko);
        Ok(all.into_iter().find(|r| r.id == asked.to && !r.retired).ok_or(PacketError::NoReceiver)?)
    }

    /// Asks the rules with the client's consent and age.
    fn check_raising(
        &self,
        rules: &Rules,
        code: &ClientCode,
        asked: &Raising,
        receiver: &Receiver,
    ) -> Result<(), VaultError> {
        nobody_made_up(code)?;
        let state = self.state();
        let grant = self.ask::<permit::RaiseEscalation>(&state, code)?;
        let known = state.client_of(&grant)?;
        let today = state.folder.now().date();
        check(asked, rules, receiver.kind, &known.consent(), known.card.birth_date.as_deref(), &today)
            .map_err(PacketError::Raise)?;
        if asked.tier == Tier::Full {
            if receiver.recipient.is_none() {
                return Err(PacketError::NoKey.into());
            }
            if !receiver.can_be_sealed_to() {
                return Err(PacketError::NotCompared.into());
            }
        }
        if asked.alone.is_some() && asked.tier == Tier::Full {
            return Err(PacketError::NotCountersigned.into());
        }
        Ok(())
    }

    /// Refuses a second packet for the same reason to the same receiver while one is open.
    fn none_open(&self, code: &ClientCode, asked: &Raising) -> Result<(), VaultError> {
        let same = self.packets(false)?.into_iter().find(|course| {
            let contact = &course.raised.packet.contact;
            course.raised.code == *code
                && contact.reason == asked.reason
                && contact.to.id == asked.to
                && course.state() != Stands::Closed
        });
        match same {
            Some(course) => Err(PacketError::Open(short(course.id)).into()),
            None => Ok(()),
        }
    }

    /// Reads what the tier takes from the records, each reading logged. Nothing of it is read for tier 1.
    fn take_for(&self, rules: &Rules, code: &ClientCode, tier: Tier) -> Result<Taken, VaultError> {
        let mut taken = Taken::default();
        let opened = self.open_client(code)?;
        let mut last: BTreeMap<&str, Screener> = BTreeMap::new();
        for record in &opened {
            match &record.body {
                Body::Administration { sheet } => {
                    let Some(id) = rules.screeners.iter().find(|id| **id == sheet.instrument) else { continue };
                    let answers = match &sheet.sheet {
                        Sheet::Answers(answers) => answers.0.as_slice(),
                        Sheet::Total(_) => &[],
                    };
                    let answers = (1u32..)
                        .zip(answers)
                        .filter_map(|(item, value)| value.map(|value| ScreenerAnswer { item, value }));
                    let screener = Screener {
                        instrument: sheet.instrument.to_string(),
                        version: sheet.version.clone(),
                        at: sheet.given_at,
                        answers: answers.collect(),
                        band: sheet.score.band.as_ref().map(|b| b.id.clone()),
                    };
                    if last.get(id.as_str()).is_none_or(|before| before.at <= screener.at) {
                        last.insert(id.as_str(), screener);
                    }
                }
                // The last revision is the plan that holds.
                Body::SafetyPlan { plan } => {
                    let lines = |s: &safety_plan::PlanStep| s.lines.iter().map(|line| line.text.clone()).collect();
                    let steps = plan.steps.iter().map(|s| PlanStep { key: s.step.clone(), lines: lines(s) });
                    taken.plan = steps.collect();
                }
                _ => {}
            }
        }
        taken.screeners = last.into_values().collect();
        let sessions = self.sessions(Some(code))?;
        taken.last_contact = sessions.iter().map(|s| s.started).max();
        if tier == Tier::Full {
            let keeps = |o: &Opened| match &o.body {
                Body::Administration { .. } | Body::SafetyPlan { .. } | Body::Plan { .. } => true,
                Body::Note { note } => {
                    matches!(note.state, NoteState::Signed | NoteState::CoSigned | NoteState::Amended)
                }
                _ => false,
            };
            taken.record.extend(opened.into_iter().filter(keeps));
            for session in sessions {
                match self.open_session(session.id) {
                    Ok(opened) => taken.record.extend(opened.into_iter().filter(keeps)),
                    // Nothing of it is left to be handed on.
                    Err(VaultError::SessionDestroyed) => {}
                    Err(e) => return Err(e),
                }
            }
            taken.record.sort_by_key(|o| (o.header.at, o.header.id));
            taken.record.dedup_by_key(|o| o.header.id);
        }
        Ok(taken)
    }

    fn assemble(
        &self,
        state: &State,
        grant: &Grant<permit::RaiseEscalation>,
        asked: &Raising,
        receiver: &Receiver,
        taken: Taken,
    ) -> Result<Raised, VaultError> {
        let known = state.client_of(grant)?;
        let contact = Contact {
            person: Reachable::of(&known.card),
            reason: asked.reason.clone(),
            ground: Ground { statute: asked.ground.statute.as_deref().and_then(citation), ..asked.ground.clone() },
            by: Sender {
                id: self.me.id,
                name: self.me.name.clone(),
                role: self.me.role,
                centre: state.folder.roster.centre.clone(),
            },
            at: state.folder.now(),
            to: receiver.addressee(),
        };
        let said = |text: &Option<ClientText>| text.clone().filter(|t| !t.is_blank());
        let screening = Screening {
            screeners: taken.screeners,
            safety_plan: taken.plan,
            means: said(&asked.means),
            location: said(&asked.location),
        };
        let summary = Summary {
            contact_at: taken.last_contact.unwrap_or(contact.at),
            text: said(&asked.summary).unwrap_or_default(),
        };
        let content = match asked.tier {
            Tier::Statistics | Tier::Contact => Content::Contact,
            Tier::Screening => Content::Screening { screening },
            Tier::Summary => Content::Summary { screening, summary },
            Tier::Full => {
                let record = sealed_record(receiver, &taken.record)?;
                Content::Full { screening, summary, record }
            }
        };
        Ok(Raised {
            packet: EscalationPacket { contact, content },
            code: known.card.code.clone(),
            argument: said(&asked.argument),
            alone: asked.alone.as_deref().map(clean).filter(|r| !r.trim().is_empty()),
        })
    }

    fn keep_packet(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<permit::RaiseEscalation>,
        raised: Raised,
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
        let contact = &raised.packet.contact;
        let ground = &contact.ground;
        let tier = u8::from(raised.packet.tier());
        let why = format!("{} · {}/{} · tier {tier} · {}", contact.reason, ground.basis, ground.limb, contact.to.id);
        let glass = raised.alone.is_some();
        self.log_access(&mut state, Task::Escalate, Some(&code), 1, Some(&why), glass, Some("raise".into()))?;
        let key = SealKey::generate();
        let to = key.recipient();
        let wrap = Body::KeyWrap { what: KeyFor::Escalation { client }, secret: key.secret() };
        let body = Body::Escalation { raised: Box::new(raised) };
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
        let grant = self.grant::<permit::ReadEscalation>(&state, self.any_packet())?;
        Ok(self.open_packets(state, grant, true)?.0)
    }

    /// The packets this member may read with what was done with each, oldest first. `told` for showing them: an entry of the
    /// log stands before; without it for what the program looks at by itself, of which nothing is shown.
    pub fn packets(&self, told: bool) -> Result<Vec<Course>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadEscalation>(&state, self.any_packet())?;
        Ok(self.open_packets(state, grant, told)?.1)
    }

    /// Whose packets a member reads is decided by the wraps; the policy decides by role.
    pub(crate) const fn any_packet(&self) -> Whose {
        let relation = match self.me.role {
            Role::Counsellor => Relation::Own,
            Role::Supervisor => Relation::Assigned,
            Role::Admin => Relation::None,
        };
        Whose::Client(ClientId([0; 16]), relation)
    }

    fn open_packets(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::ReadEscalation>,
        told: bool,
    ) -> Result<(Vec<Opened>, Vec<Course>), VaultError> {
        let places = state.folder.store.collection(state.folder.escalation_collection())?;
        if told {
            let count = places.len() as u64;
            self.log_access(&mut state, Task::Read, None, count, None, false, Some("escalations".into()))?;
        }
        let opened = packets_of(&state)?;
        let courses =
            opened.iter().map(|(opened, key)| course_of(&state, opened, key)).collect::<Result<Vec<_>, _>>()?;
        Ok((opened.into_iter().map(|(o, _)| o).collect(), courses.into_iter().flatten().collect()))
    }
}

/// The full record as one age file for the receiver.
fn sealed_record(receiver: &Receiver, record: &[Opened]) -> Result<SealedRecord, VaultError> {
    if record.is_empty() {
        return Err(PacketError::NoRecord.into());
    }
    let recipient = receiver.recipient.clone().ok_or(PacketError::NoKey)?;
    let to: Recipient = recipient.parse()?;
    let rows: Vec<_> = record.iter().map(|o| serde_json::json!({"header": o.header, "body": o.body})).collect();
    let text = serde_json::to_vec_pretty(&serde_json::json!({"schema": "gyeot.full-record/1", "records": rows}))
        .map_err(|_| CryptoError::Sealing)?;
    Ok(SealedRecord {
        recipient,
        file: STANDARD.encode(seal::encrypt(&text, &to)?),
        records: record.len() as u64,
        ids: record.iter().map(|o| o.header.id).collect(),
    })
}

/// The packets that this member's keys open, each with its key, in the order of the collection.
pub(crate) fn packets_of(state: &State) -> Result<Vec<(Opened, SealKey)>, VaultError> {
    let read = [state.keys.read()];
    let held = state.caseload()?.escalations.iter();
    let keys: Vec<&SealKey> = held.filter_map(|(_, held)| held.open(&state.folder, &read).ok()).collect();
    let (mut found, mut at) = (Vec::new(), 0);
    for place in state.folder.store.collection(state.folder.escalation_collection())? {
        // Keys and packets come in the same order: the next key is tried first.
        for n in 0..keys.len() {
            let index = (at + n) % keys.len();
            match state.folder.open_place(&place, &[keys[index]]) {
                Ok(Some(opened)) => {
                    at = index + 1;
                    found.push((opened, keys[index].clone()));
                    break;
                }
                Err(VaultError::Vault(CryptoError::NotYours)) => {}
                Ok(None) | Err(VaultError::Author(_)) => break,
                Err(e) => return Err(e),
            }
        }
    }
    Ok(found)
}

/// A packet with its steps; none where the record is no packet.
pub(crate) fn course_of(state: &State, opened: &Opened, key: &SealKey) -> Result<Option<Course>, VaultError> {
    let Body::Escalation { raised } = &opened.body else { return Ok(None) };
    let mut steps = Vec::new();
    for place in state.folder.store.collection(opened.header.id.0)? {
        match state.folder.open_place(&place, &[key]) {
            Ok(Some(Opened { header, body: Body::EscalationStep { step } })) => {
                let entries = header.written.map_or(0, |w| w.roster.count);
                let role = state.folder.roster.role_at(header.author, entries);
                steps.push(Done { by: header.author, role, at: header.at, step: *step });
            }
            Ok(_) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => {}
            Err(e) => return Err(e),
        }
    }
    let header = &opened.header;
    Ok(Some(Course::new(header.id, (**raised).clone(), header.author, header.at, steps)))
}

/// The first digits of a packet's id, as lists show it.
pub fn short(id: RecordId) -> String {
    id.to_string().chars().take(8).collect()
}

/// Every receiver that can be chosen, public ones first.
pub fn receivers_to_choose(vault: &UnlockedVault, rules: &Rules, lang: Lang) -> Result<Vec<Receiver>, VaultError> {
    Ok(with_public(vault.receivers()?, rules, lang).into_iter().filter(|r| !r.retired).collect())
}
