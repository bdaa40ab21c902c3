//! The centre's directory of receivers: sealed to a key that every member holds, changed by an admin. A key that is entered or
//! changed holds only after its fingerprint was compared with the office, by the words that the office reads aloud.

use crate::crypto::CryptoError;
use crate::crypto::keys::{Recipient, SealKey, Verifier, fingerprint};
use crate::domain::crisis::code::ReceiverKind;
use crate::domain::crisis::escalation::Word;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::crisis::receiver::{KeyCompared, Receiver};
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::text::clean_line;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, KeyFor, Opened, Replaced};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::folder::Draft;
use crate::vault::lazy_key::LazyKey;
use std::collections::BTreeMap;

/// What is entered of a receiver. What is `None` stays as it is when one is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewReceiver {
    /// What kind of office; required for a new one.
    pub kind: Option<ReceiverKind>,
    /// Its name; required for a new one.
    pub name: Option<String>,
    /// The number to call.
    pub call: Option<String>,
    /// Its age recipient, `age1…`.
    pub recipient: Option<String>,
    /// Its Ed25519 key for receipts, 64 hexadecimal digits.
    pub verifying: Option<String>,
}

/// The words in which the fingerprint of a receiver's keys is compared; none where it has no key.
pub fn key_words(receiver: &Receiver) -> Option<String> {
    let recipient = receiver.recipient.as_ref()?;
    Some(fingerprint(recipient, receiver.verifying.as_deref().unwrap_or_default()))
}

/// An age recipient as it is kept.
fn tagged(text: &str) -> Result<String, PacketError> {
    let text = text.trim();
    let tagged = if text.starts_with("x25519:") { text.to_owned() } else { format!("x25519:{text}") };
    tagged.parse::<Recipient>().map(|r| r.to_string()).map_err(|_| PacketError::Recipient)
}

impl UnlockedVault {
    /// The directory as it stands, without the public receivers, in order of code. Offices, no client.
    pub fn receivers(&self) -> Result<Vec<Receiver>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::SeeCounts>(&state, Whose::Nobody)?;
        Ok(read_directory(&state, &grant)?.into_values().map(|(r, _)| r).collect())
    }

    /// Enters a receiver under a new code.
    pub fn add_receiver(&self, id: &Word, new: &NewReceiver) -> Result<Receiver, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ChangeReceivers>(&state, Whose::Nobody)?;
        if directory(&state)?.contains_key(id) {
            return Err(PacketError::ReceiverTaken.into());
        }
        let (Some(kind), Some(name)) = (new.kind, new.name.as_deref().map(clean_line).filter(|n| !n.is_empty())) else {
            return Err(VaultError::Input(msg("service-receivers-needs-name-and-kind")));
        };
        let receiver = Receiver {
            id: id.clone(),
            kind,
            name,
            call: None,
            recipient: None,
            verifying: None,
            key_since: state.folder.now(),
            compared: None,
            retired: false,
        };
        let now = state.folder.now();
        self.write_receiver(&mut state, grant, changed(receiver, new, now)?, "add")
    }

    /// Changes a receiver. Another key has to be compared before anything is sealed to it.
    pub fn change_receiver(&self, id: &Word, new: &NewReceiver) -> Result<Receiver, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ChangeReceivers>(&state, Whose::Nobody)?;
        let (before, _) = directory(&state)?.remove(id).ok_or(PacketError::NoReceiver)?;
        let now = state.folder.now();
        self.write_receiver(&mut state, grant, changed(before, new, now)?, "change")
    }

    /// Says that the fingerprint was compared with the office, by the words that it read aloud.
    pub fn confirm_receiver(&self, id: &Word, words: &str) -> Result<Receiver, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ChangeReceivers>(&state, Whose::Nobody)?;
        let (mut receiver, _) = directory(&state)?.remove(id).ok_or(PacketError::NoReceiver)?;
        let right = key_words(&receiver).ok_or(PacketError::NoKey)?;
        let said: Vec<String> = words
            .split(|c: char| c == '-' || c.is_whitespace())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect();
        if said.join("-") != right {
            return Err(PacketError::OtherWords.into());
        }
        receiver.compared = Some(KeyCompared { by: self.me.id, at: state.folder.now() });
        self.write_receiver(&mut state, grant, receiver, "compare")
    }

    /// Nothing goes to this receiver any more.
    pub fn retire_receiver(&self, id: &Word) -> Result<Receiver, VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ChangeReceivers>(&state, Whose::Nobody)?;
        let (mut receiver, _) = directory(&state)?.remove(id).ok_or(PacketError::NoReceiver)?;
        receiver.retired = true;
        self.write_receiver(&mut state, grant, receiver, "retire")
    }

    fn write_receiver(
        &self,
        state: &mut State,
        grant: Grant<permit::ChangeReceivers>,
        receiver: Receiver,
        what: &str,
    ) -> Result<Receiver, VaultError> {
        let key = self.centre_keys(state)?.pop().ok_or(CryptoError::NotYours)?;
        let replaces = directory(state)?.remove(&receiver.id).map(|(_, replaced)| replaced);
        let detail = Some(format!("receiver {what} {}", receiver.id));
        self.log_access(state, Task::Write, None, 1, None, grant.break_glass(), detail)?;
        let (to, body) = (key.recipient(), Body::Receiver { receiver: Box::new(receiver.clone()) });
        let (folder, me) = state.writer();
        let collection = folder.receiver_collection();
        folder.keep(&me, &[Draft { collection, to: &to, body: &body, client: None, session: None, replaces }])?;
        Ok(receiver)
    }

    /// The keys of what all members share, oldest first; made where the vault is from before there was one.
    pub(crate) fn centre_keys(&self, state: &mut State) -> Result<Vec<SealKey>, VaultError> {
        let found = held(state)?;
        if !found.is_empty() {
            return Ok(found);
        }
        let key = Self::key_for_all(state, KeyFor::Centre)?;
        state.split()?.2.centre.push(LazyKey::fresh(key.clone()));
        Ok(vec![key])
    }
}

/// A receiver with what was entered.
fn changed(mut receiver: Receiver, new: &NewReceiver, now: Timestamp) -> Result<Receiver, VaultError> {
    let keys = (receiver.recipient.clone(), receiver.verifying.clone());
    receiver.kind = new.kind.unwrap_or(receiver.kind);
    if let Some(name) = new.name.as_deref().map(clean_line).filter(|n| !n.is_empty()) {
        receiver.name = name;
    }
    if let Some(call) = &new.call {
        receiver.call = Some(clean_line(call)).filter(|c| !c.is_empty());
    }
    if let Some(recipient) = &new.recipient {
        receiver.recipient = Some(tagged(recipient)?);
    }
    if let Some(verifying) = &new.verifying {
        let key: Verifier = verifying.trim().parse().map_err(|_| PacketError::Verifying)?;
        receiver.verifying = Some(key.to_string());
    }
    if keys != (receiver.recipient.clone(), receiver.verifying.clone()) {
        receiver.compared = None;
        receiver.key_since = now;
    }
    Ok(receiver)
}

/// The keys of what all members share that this member holds, oldest first.
pub(crate) fn held(state: &State) -> Result<Vec<SealKey>, VaultError> {
    let read = [state.keys.read()];
    let held = state.caseload()?.centre.iter();
    Ok(held.filter_map(|held| held.open(&state.folder, &read).ok().cloned()).collect())
}

type Directory = BTreeMap<Word, (Receiver, Replaced)>;

fn read_directory(state: &State, _allowed: &Grant<permit::SeeCounts>) -> Result<Directory, VaultError> {
    directory(state)
}

/// Each receiver as of its newest revision, with the name of that record.
pub(crate) fn directory(state: &State) -> Result<Directory, VaultError> {
    let keys = held(state)?;
    let keys: Vec<&SealKey> = keys.iter().rev().collect();
    let mut found: BTreeMap<Word, (Receiver, Replaced, _)> = BTreeMap::new();
    for place in state.folder.store.collection(state.folder.receiver_collection())? {
        let opened = match state.folder.open_place(&place, &keys) {
            Ok(Some(opened)) => opened,
            Ok(None) | Err(VaultError::Vault(CryptoError::NotYours) | VaultError::Author(_)) => continue,
            Err(e) => return Err(e),
        };
        let Opened { header, body: Body::Receiver { receiver } } = opened else { continue };
        let order = (header.revision, header.at);
        let newer = found.get(&receiver.id).is_none_or(|(.., before)| order >= *before);
        if newer {
            let replaced = (header.id, header.revision, place.signed);
            found.insert(receiver.id.clone(), (*receiver, replaced, order));
        }
    }
    Ok(found.into_iter().map(|(id, (receiver, replaced, _))| (id, (receiver, replaced))).collect())
}
