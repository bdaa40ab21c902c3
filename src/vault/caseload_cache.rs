//! What a caseload was, kept in a file of its own, so that opening a vault does not mean opening every card, consent and
//! session row again. One file for each member, `remembered/<member>.age`: sealed to the member's own key, signed by the
//! member inside, of this vault and of one state of its store and tombstones.
//!
//! It is a shortcut and never a source of truth. What is not there, does not open, is not signed by its member, or does
//! not continue into the store as it stands is read from the store instead and written anew; no check, salvage or
//! backup looks at it, and failing to write it fails nothing.
//!
//! It is written when a caseload was read and something new was in it, not when the vault is locked: so it is always what
//! the store said and never what this program believed of its own writing, and the next opening reads on from there.
//!
//! It holds no key. A case, process, session or log key stays in its wrap and is opened from there when it is needed,
//! so that destroying the wrap goes on destroying the key, whatever became of this file. It does hold content: cards,
//! consents, session rows, answer sheets. Therefore every destruction removes the files of all members first, and syncs
//! that, before anything else of it is done (`forget`); a copy of a file that somebody puts back names tombstones that
//! are not those of the vault any more, and is not looked at.

use crate::crypto::CryptoError;
use crate::crypto::chain::Head;
use crate::crypto::checkpoint::{read_note, sign_note};
use crate::crypto::keys::Keyring;
use crate::crypto::seal;
use crate::domain::practice::appointment::Appointment;
use crate::domain::practice::client::ClientCard;
use crate::domain::practice::consent::ConsentEvent;
use crate::domain::practice::ids::{MemberId, RecordId, SessionId, Writer};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::KeyFor;
use crate::domain::review::mark::Marked;
use crate::ports::store::{Collection, Position};
use crate::vault::assessment_index::AssessmentIndex;
use crate::vault::cache_files::{FOLDER, path};
use crate::vault::caseload::{Case, Caseload};
use crate::vault::error::VaultError;
use crate::vault::files::{disk, private_folder};
use crate::vault::folder::VaultFolder;
use crate::vault::lazy_key::LazyKey;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// The first line. Another number wherever the caseload takes something else from a record than before: what an older
/// program remembered is then read anew.
const FORM: &str = "gyeot.remembered/5\n";

/// More new records than this are not looked through one by one: reading the clients' shelves takes no longer.
const MOST_NEW: u64 = 20_000;

/// A caseload as it was when the store and the tombstones ended here.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Memory {
    vault: String,
    member: MemberId,
    /// How far each writer's sequence went.
    store: BTreeMap<Writer, Head>,
    /// The greatest logical time then.
    time: u64,
    tombs: BTreeMap<Writer, Head>,
    /// Every wrap in the key collection that is to this member, and what it opens.
    pub(crate) wraps: Vec<(RecordId, KeyFor)>,
    pub(crate) clients: Vec<Kept>,
}

/// One client that was shown.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) card: ClientCard,
    /// The wraps that this was read with.
    pub(crate) mine: Vec<RecordId>,
    pub(crate) consents: Vec<ConsentEvent>,
    pub(crate) sessions: Vec<KeptCase>,
    pub(crate) wraps: Vec<RecordId>,
    pub(crate) assessments: AssessmentIndex,
    pub(crate) marks: Vec<Marked>,
    pub(crate) appointment: Option<Appointment>,
}

/// One session.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct KeptCase {
    pub(crate) id: SessionId,
    number: u32,
    started: Timestamp,
    ended: Option<Timestamp>,
    state: SessionState,
    language: Option<Lang>,
    /// Its key's wrap.
    key: Option<RecordId>,
}

impl KeptCase {
    fn of(case: &Case) -> Self {
        let SessionRow { id, number, started, ended, state, language, .. } = case.row;
        KeptCase { id, number, started, ended, state, language, key: case.key.as_ref().and_then(LazyKey::wrap) }
    }

    pub(crate) fn case(self, card: &ClientCard) -> Case {
        let KeptCase { id, number, started, ended, state, language, key } = self;
        let (client, code) = (card.id, card.code.clone());
        let row = SessionRow { id, client, code, number, started, ended, state, records: 0, language };
        Case { row, key: key.map(LazyKey::closed) }
    }
}

impl Memory {
    /// What this member's file says, when it is this member's own of this vault.
    pub(crate) fn read(folder: &VaultFolder, keys: &Keyring, me: MemberId) -> Option<Self> {
        let sealed = std::fs::read(path(&folder.dir, me)).ok()?;
        let plain = seal::decrypt(&sealed, keys.read()).ok()?;
        let text = read_note(std::str::from_utf8(&plain).ok()?, &key_name(me), &keys.verifier()).ok()?;
        let memory: Memory = serde_json::from_str(text.strip_prefix(FORM)?).ok()?;
        (memory.vault == folder.roster.vault && memory.member == me).then_some(memory)
    }

    /// What came into the store since, by collection; `None` when the store is no continuation of the one it was read
    /// from, when something was destroyed or lost since, or when a copy was joined whose records belong before what was
    /// read already.
    pub(crate) fn continued(self, folder: &VaultFolder) -> Option<(Self, BTreeMap<Collection, Vec<Position>>)> {
        if !folder.integrity.whole() || self.tombs != folder.tombs() {
            return None;
        }
        let now = folder.store.heads();
        let mut new: Vec<Position> = Vec::new();
        for (writer, then) in &self.store {
            let last = then.count.checked_sub(1)?;
            let whole = now.get(writer) == Some(then) || folder.store.at(*writer, last).ok()??.after_this() == *then;
            if !whole {
                return None;
            }
        }
        for (writer, now) in now {
            let from = self.store.get(&writer).map_or(0, |then| then.count);
            if now.count.saturating_sub(from) > MOST_NEW {
                return None;
            }
            for number in from..now.count {
                new.push(folder.store.at(writer, number).ok()??);
            }
        }
        if new.iter().any(|position| position.time <= self.time) {
            return None;
        }
        new.sort_by_key(Position::order);
        let mut collections: BTreeMap<Collection, Vec<Position>> = BTreeMap::new();
        for position in new {
            collections.entry(position.collection).or_default().push(position);
        }
        Some((self, collections))
    }

    fn write(&self, dir: &Path, keys: &Keyring) -> Result<(), VaultError> {
        let json = Zeroizing::new(serde_json::to_string(self).map_err(|_| CryptoError::Sealing)?);
        let mut text = Zeroizing::new(FORM.to_owned() + &json);
        // Blanks at the end of the JSON: the length of the file does not count the clients.
        let full = seal::padded(text.len());
        while text.len() < full {
            text.push(' ');
        }
        text.push('\n');
        let signed = Zeroizing::new(sign_note(&text, &key_name(self.member), keys));
        let sealed = seal::encrypt(signed.as_bytes(), &keys.recipient())?;
        private_folder(&dir.join(FOLDER))?;
        let path = path(dir, self.member);
        let new = path.with_extension("new");
        // Not synced: a torn one does not open, and is then written again.
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new);
        let done = file.as_mut().map_or(Err(std::io::ErrorKind::Other.into()), |file| file.write_all(&sealed));
        done.and_then(|()| std::fs::rename(&new, path)).inspect_err(|_| drop(std::fs::remove_file(&new))).map_err(disk)
    }
}

impl Caseload {
    /// Remembers this caseload, as it was just read from a whole store; not one with a record that did not read.
    pub(crate) fn remember(&self, folder: &VaultFolder, keys: &Keyring, me: MemberId) {
        if self.unreadable > 0 || !folder.integrity.whole() {
            return;
        }
        let kept = |known: &crate::vault::caseload::Known| Kept {
            card: known.card.clone(),
            mine: known.case.values().chain(known.process.values()).filter_map(LazyKey::wrap).collect(),
            consents: known.consents.clone(),
            sessions: known.sessions.values().map(KeptCase::of).collect(),
            wraps: known.wraps.clone(),
            assessments: known.assessments.clone(),
            marks: known.marks.clone(),
            appointment: known.appointment.clone(),
        };
        let memory = Memory {
            vault: folder.roster.vault.clone(),
            member: me,
            store: folder.store.heads(),
            time: folder.store.time(),
            tombs: folder.tombs(),
            wraps: self.wraps.clone(),
            clients: self.clients.values().map(kept).collect(),
        };
        // Without it the next opening reads the store.
        let _ = memory.write(&folder.dir, keys);
    }
}

/// The name of the member's key on this kind of note: no spaces, no plus sign.
fn key_name(member: MemberId) -> String {
    format!("gyeot-remembered/{member}")
}
