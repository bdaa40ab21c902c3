//! An escalation packet is written out: for the receiver's key, on paper, as FHIR, as JSON, with a signed manifest. Whoever
//! does it holds the packet's key and none to a note. The entry of the log and the signed step stand before the files do.

use crate::crypto::CryptoError;
use crate::crypto::checkpoint::sign_note;
use crate::crypto::keys::{Recipient, sha256};
use crate::crypto::seal;
use crate::domain::crisis::course::{Act, Course, Form};
use crate::domain::crisis::escalation::{SealedRecord, Tier};
use crate::domain::crisis::escalation_rules::Rules;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::crisis::receiver::Receiver;
use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Around, Grant, Permit, foresee, grant, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::ids::MemberId;
use crate::domain::practice::lang::Lang;
use crate::formats::exporter::PacketFile;
use crate::formats::packet;
use crate::service::escalation_steps::{Packet, second_of};
use crate::service::escalations::{course_of, receivers_to_choose, short};
use crate::service::receivers::key_words;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::outgoing::Outgoing;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// How it is to be written out.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    /// In this form.
    pub form: Form,
    /// Into a new folder of this one.
    pub dir: &'a Path,
    /// Why (L10).
    pub reason: &'a str,
    /// The language of its labels.
    pub lang: Lang,
    /// Without a second person, and why.
    pub alone: Option<&'a str>,
    /// Although it went out in this form before.
    pub again: bool,
}

/// What was written out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// The folder.
    pub folder: PathBuf,
    /// Its files, with SHA-256.
    pub files: Vec<(String, String)>,
    /// SHA-256 of the manifest: what a receipt names.
    pub manifest: String,
    /// One person did it; it waits for an after-review.
    pub alone: bool,
}

/// A failed use case, or files that could not be made.
type Failed = ErrorReport;

impl UnlockedVault {
    /// Writes a packet out. Refused before it is approved, unless it goes alone; never half.
    pub fn export_escalation(&self, rules: &Rules, number: &str, asked: &Written<'_>) -> Result<Exported, Failed> {
        if asked.reason.trim().is_empty() {
            return Err(VaultError::from(NoReason).into());
        }
        let receivers = receivers_to_choose(self, rules, asked.lang)?;
        let state = self.state();
        let found = self.find_packet(&state, number)?;
        let course = &found.course;
        let to = &course.raised.packet.contact.to.id;
        let receiver = receivers.into_iter().find(|r| r.id == *to);
        let receiver = receiver.ok_or(VaultError::from(PacketError::NoReceiver))?;
        may_be_written(course, &receiver, asked).map_err(VaultError::from)?;
        let raiser = state.folder.roster.role_at(course.by, entries(&found));
        let second = second_of(course, self.me.id, self.me.role, raiser);
        let around = Around { second: second.map(|(_, role)| role), ..Self::around(&state) };
        let beside = second.map(|(id, _)| id);
        let two = foresee::<permit::ExportEscalation>(self.me.id, self.me.role, found.whose, around).is_ok();
        let by_two = course.may_go() && (!course.glass_broken() || !course.approved_by(self.me.id).is_empty());
        if by_two && two {
            let grant = self.grant_beside_role(&state, &found, around)?;
            let alone = grant.break_glass();
            return self.write_out(state, grant, &found, (rules, &receiver, asked), (alone, beside));
        }
        if by_two && asked.alone.is_none() && !course.glass_broken() {
            // For the refusal and its entry in the log.
            let grant = self.grant::<permit::ExportEscalation>(&state, found.whose)?;
            return self.write_out(state, grant, &found, (rules, &receiver, asked), (true, beside));
        }
        let said = asked.alone.map(str::trim).filter(|r| !r.is_empty());
        if !course.glass_broken() && said.is_none() {
            return Err(VaultError::from(PacketError::NotApproved).into());
        }
        let grant = self.grant::<permit::EscalateAlone>(&state, found.whose)?;
        self.write_out(state, grant, &found, (rules, &receiver, asked), (true, beside))
    }

    /// Asks the policy with the role of the person who raised or approved it as the second.
    fn grant_beside_role(
        &self,
        state: &State,
        found: &Packet,
        around: Around,
    ) -> Result<Grant<permit::ExportEscalation>, VaultError> {
        Self::roster_stands::<permit::ExportEscalation>(state)?;
        Ok(grant::<permit::ExportEscalation>(self.me.id, self.me.role, found.whose, around)?)
    }

    fn write_out<P: Permit>(
        &self,
        mut state: StateGuard<'_>,
        grant: Grant<P>,
        found: &Packet,
        (rules, receiver, asked): (&Rules, &Receiver, &Written<'_>),
        (alone, beside): (bool, Option<MemberId>),
    ) -> Result<Exported, Failed> {
        let course = &found.course;
        let mut files = files_of(course, rules, receiver, asked)?;
        let hashes: Vec<(String, String)> =
            files.iter().map(|(name, bytes)| (name.clone(), hex::encode(sha256(&[bytes])))).collect();
        let text = self.manifest(&state, course, receiver, &files, &hashes)?;
        let manifest = hex::encode(sha256(&[text.as_bytes()]));
        files.push(("manifest.txt".to_owned(), sign_note(&text, &format!("gyeot/{}", self.me.id), &state.keys).into()));
        let nth = course.exports().len() + 1;
        let name = format!("packet-{}-{nth}", short(course.id));
        let outgoing = Outgoing::write(asked.dir, &name, &files, &FILES).map_err(VaultError::from)?;
        let reason = match asked.alone.filter(|_| alone) {
            Some(why) => format!("{} ({why})", asked.reason.trim()),
            None => asked.reason.trim().to_owned(),
        };
        let detail = Some(format!("{} {}", asked.form.word(), course.id));
        let code = &course.raised.code;
        self.log_access_by_two(&mut state, Task::Export, Some(code), 1, Some(&reason), alone, detail, beside)?;
        let sealed_to = key_words(receiver).filter(|_| asked.form == Form::Age);
        let act = Act::Exported { forms: vec![asked.form], manifest: manifest.clone(), sealed_to, alone };
        self.seal_step(&mut state, grant, found, act)?;
        match outgoing.stand() {
            Ok(folder) => Ok(Exported { folder, files: hashes, manifest, alone }),
            Err(e) => {
                self.take_back(&mut state, found, manifest)?;
                Err(VaultError::from(e).into())
            }
        }
    }

    /// Says that an export came to nothing: what it signed before the files stood does not count.
    fn take_back(&self, state: &mut State, found: &Packet, manifest: String) -> Result<(), VaultError> {
        let grant = self.grant::<permit::EscalateAlone>(state, found.whose)?;
        let known = course_of(state, &found.opened, &found.key)?.map_or(0, |c| c.steps.len() as u32);
        self.seal_failed(state, grant, found, known, manifest)
    }

    fn seal_failed(
        &self,
        state: &mut State,
        _allowed: Grant<permit::EscalateAlone>,
        found: &Packet,
        after: u32,
        manifest: String,
    ) -> Result<(), VaultError> {
        let step =
            crate::domain::crisis::course::Step { packet: found.course.id, after, act: Act::ExportFailed { manifest } };
        let body = crate::domain::record::Body::EscalationStep { step: Box::new(step) };
        let (to, collection) = (found.key.recipient(), found.course.id.0);
        let (folder, me) = state.writer();
        let client = found.opened.header.client;
        folder.keep(&me, &[Draft { collection, to: &to, body: &body, client, session: None, replaces: None }])?;
        Ok(())
    }

    /// What leaves, with its hashes. On the way it says no more than a sealed packet does: no reason, no person.
    fn manifest(
        &self,
        state: &State,
        course: &Course,
        receiver: &Receiver,
        files: &[(String, Vec<u8>)],
        hashes: &[(String, String)],
    ) -> Result<String, VaultError> {
        let row = |((name, bytes), (_, hash)): (&(String, Vec<u8>), &(String, String))| serde_json::json!({"name": name, "sha256": hash, "bytes": bytes.len()});
        let rows: Vec<_> = files.iter().zip(hashes).map(row).collect();
        let manifest = serde_json::json!({
            "schema": "gyeot.packet-manifest/1", "packet": course.id, "centre": state.folder.roster.centre,
            "to": receiver.id, "to_name": receiver.name, "by": self.me.name, "at": state.folder.now().to_rfc3339(),
            "files": rows,
        });
        Ok(serde_json::to_string_pretty(&manifest).map_err(|_| CryptoError::Sealing)? + "\n")
    }
}

fn entries(found: &Packet) -> u64 {
    found.opened.header.written.map_or(0, |w| w.roster.count)
}

/// Whether it may be written so at all, whoever asks.
fn may_be_written(course: &Course, receiver: &Receiver, asked: &Written<'_>) -> Result<(), PacketError> {
    let full = course.raised.packet.tier() == Tier::Full;
    if course.outcome().is_some() {
        return Err(PacketError::Closed);
    }
    if full && asked.form != Form::Age {
        return Err(PacketError::SealedOnly);
    }
    if full && !course.countersigned() {
        return Err(PacketError::NotCountersigned);
    }
    if asked.form == Form::Age {
        let recipient = receiver.recipient.as_ref().ok_or(PacketError::NoKey)?;
        if !receiver.can_be_sealed_to() {
            return Err(PacketError::NotCompared);
        }
        if course.raised.packet.record().is_some_and(|r| r.recipient != *recipient) {
            return Err(PacketError::KeyChanged);
        }
    }
    let same = |act: &Act| matches!(act, Act::Exported { forms, .. } if forms.contains(&asked.form));
    if !asked.again && course.exports().iter().any(|(_, d)| same(&d.step.act)) {
        return Err(PacketError::Sent);
    }
    Ok(())
}

/// The names that files of an export may have.
const FILES: [&str; 8] = [
    "manifest.txt",
    "packet.json",
    "packet.fhir.json",
    "packet.pdf",
    "packet.json.age",
    "packet.fhir.json.age",
    "packet.pdf.age",
    "record.json.age",
];

/// The files of one form: name and bytes.
fn files_of(
    course: &Course,
    rules: &Rules,
    receiver: &Receiver,
    asked: &Written<'_>,
) -> Result<Vec<(String, Vec<u8>)>, Failed> {
    let file = PacketFile { packet: &course.raised.packet, id: course.id, rules };
    let one = |form: Form| -> Result<(String, Vec<u8>), Failed> {
        let (name, bytes) = match form {
            Form::Json => ("packet.json", packet::json(&file)?),
            Form::Fhir => ("packet.fhir.json", packet::fhir(&file, asked.lang)?),
            Form::Pdf | Form::Age => ("packet.pdf", packet::paper(&file, asked.lang)?),
        };
        Ok((name.to_owned(), bytes))
    };
    if asked.form != Form::Age {
        return Ok(vec![one(asked.form)?]);
    }
    let to: Recipient = receiver.recipient.clone().unwrap_or_default().parse().map_err(VaultError::from)?;
    let mut files = Vec::new();
    for form in [Form::Json, Form::Fhir, Form::Pdf] {
        let (name, bytes) = one(form)?;
        files.push((format!("{name}.age"), seal::encrypt(&bytes, &to).map_err(VaultError::from)?));
    }
    if let Some(SealedRecord { file, .. }) = course.raised.packet.record() {
        let sealed = STANDARD.decode(file).map_err(|_| VaultError::Vault(CryptoError::Damaged))?;
        files.push(("record.json.age".to_owned(), sealed));
    }
    Ok(files)
}
