//! The access log as it is shown, checked and inspected. Reading it is itself an entry.

use crate::crypto::CryptoError;
use crate::crypto::chain::{Head, Line};
use crate::crypto::checkpoint::{checkpoint, read_checkpoint, read_note};
use crate::crypto::keys::SealKey;
use crate::crypto::seal;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::{
    Entry, EntryName, LogBreak, Logged, Month, Reach, Stamped, Task, overdue, reach, unreviewed,
};
use crate::domain::governance::roster::RosterError;
use crate::domain::practice::ids::Writer;
use crate::domain::practice::member::Member;
use crate::domain::practice::time::Timestamp;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::vault::error::VaultError;
use crate::vault::files::{read_chain, read_chain_past};
use crate::vault::folder::VaultFolder;
use crate::vault::writers::{LOG, LOGS_DIR, WriterFiles, chain_name, file_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

/// What checking the log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Entries, every one of them signed and following the one before.
    pub entries: u64,
    /// A signed checkpoint of them, to be kept elsewhere: with it a later roll-back of the whole vault shows.
    pub checkpoint: String,
}

/// A note that a member signed: a certificate of destruction, a report of an inspection, a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedNote {
    /// The member's name.
    pub by: String,
    /// Exactly what was signed.
    pub text: String,
}

/// The access log as far as it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogRead {
    /// Every entry whose own signature is good, with its number.
    pub entries: Vec<(u64, Entry)>,
    /// Numbers of those that one person did alone and no other has reviewed.
    pub waiting: Vec<u64>,
    /// Where the log is damaged, cut or out of order.
    pub breaks: Vec<LogBreak>,
}

/// The entry is sealed to a key of the log that this vault does not hold, for example after a store from before a
/// renewal of that key was taken.
const SEALED_AWAY: &str = "chain-sealed-away";

/// The name of a member's key in signed notes: no spaces, no plus sign.
pub(crate) fn key_name(member: &Member) -> String {
    format!("gyeot/{}", member.id)
}

/// One checked line of the log, opened with the newest of its keys that fits.
pub(crate) fn open_entry(line: &Line, keys: &[SealKey]) -> Result<Stamped, VaultError> {
    let broken = |why| CryptoError::Chain { what: LOG, at: line.n, why };
    let sealed = STANDARD.decode(&line.payload).map_err(|_| broken("chain-unreadable"))?;
    let opened = keys.iter().rev().find_map(|key| match seal::decrypt(&sealed, key) {
        Err(CryptoError::NotYours) => None,
        other => Some(other),
    });
    let plain = opened.unwrap_or(Err(CryptoError::NotYours))?;
    let stamped: Stamped = serde_json::from_slice(&plain).map_err(|_| broken("chain-unreadable"))?;
    if !line.by.contains(&stamped.entry.by) {
        return Err(broken("chain-other-account").into());
    }
    Ok(stamped)
}

/// The logs of all writers as one.
#[derive(Debug, Default)]
pub(crate) struct JoinedLog {
    pub(crate) entries: Vec<Logged>,
    pub(crate) breaks: Vec<LogBreak>,
}

/// Something at one position of one writer's log.
enum At {
    Entry(Box<Stamped>),
    Break(&'static str),
}

/// Joins logs: an entry stands behind all that its writer knew when it was written.
fn joined(logs: BTreeMap<Writer, Vec<(u64, At)>>) -> JoinedLog {
    let mut order: Vec<(u64, Writer, usize)> = Vec::new();
    for (writer, log) in &logs {
        let mut latest = 0;
        for (index, (n, at)) in log.iter().enumerate() {
            if let At::Entry(stamped) = at {
                latest = latest.max(stamped.after.unwrap_or(*n));
            }
            order.push((latest, *writer, index));
        }
    }
    order.sort_unstable();
    // The log of one writer keeps its own numbers, also where entries are missing.
    let one = logs.values().filter(|log| !log.is_empty()).count() < 2;
    let mut found = JoinedLog::default();
    let mut logs: BTreeMap<Writer, std::vec::IntoIter<(u64, At)>> =
        logs.into_iter().map(|(writer, log)| (writer, log.into_iter())).collect();
    let mut number = 0;
    let mut last: BTreeMap<Writer, u64> = BTreeMap::new();
    for (_, writer, _) in order {
        let Some((n, at)) = logs.get_mut(&writer).and_then(Iterator::next) else { continue };
        // Several things can be wrong with one position.
        if last.insert(writer, n).is_some_and(|before| before == n) && number > 0 {
            number -= 1;
        }
        if one {
            number = n;
        }
        match at {
            At::Entry(stamped) => {
                found.entries.push(Logged { number, name: EntryName { writer, n }, entry: stamped.entry });
            }
            At::Break(why) => found.breaks.push(LogBreak { at: number, why: Cow::Borrowed(why) }),
        }
        number += 1;
    }
    found
}

fn numbered(logged: Vec<Logged>) -> Vec<(u64, Entry)> {
    logged.into_iter().map(|l| (l.number, l.entry)).collect()
}

impl UnlockedVault {
    /// Every entry, numbered from 0, oldest first; each has been checked.
    pub fn read_log(&self) -> Result<Vec<(u64, Entry)>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        let (state, keys) = self.log_for(state, grant)?;
        Ok(numbered(self.entries(&state, &keys)?))
    }

    /// The keys of the log for whoever may read it, after the entry that says so.
    fn log_for<'s>(
        &self,
        mut state: StateGuard<'s>,
        _allowed: Grant<permit::ReadLog>,
    ) -> Result<(StateGuard<'s>, Vec<SealKey>), VaultError> {
        self.log_access(&mut state, Task::ReadLog, None, 0, None, false, None)?;
        let keys = self.log_keys(&state, None)?;
        Ok((state, keys))
    }

    /// As [`UnlockedVault::read_log`], past what is damaged: an edit of one entry must not hide the others.
    pub fn look_through_log(&self) -> Result<LogRead, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        let (state, keys) = self.log_for(state, grant)?;
        let JoinedLog { entries, breaks } = self.as_far_as_it_reads(&state, &keys)?;
        let waiting = unreviewed(&entries).iter().map(|logged| logged.number).collect();
        Ok(LogRead { waiting, entries: numbered(entries), breaks })
    }

    /// Every entry; an error when one of them is not as it was written.
    pub(crate) fn entries(&self, state: &State, keys: &[SealKey]) -> Result<Vec<Logged>, VaultError> {
        let JoinedLog { entries, breaks } = self.as_far_as_it_reads(state, keys)?;
        match breaks.first() {
            None => Ok(entries),
            Some(LogBreak { why, .. }) if why == SEALED_AWAY => Err(CryptoError::NotYours.into()),
            Some(LogBreak { at, why: Cow::Borrowed(why) }) => {
                Err(CryptoError::Chain { what: LOG, at: *at, why }.into())
            }
            Some(LogBreak { at, .. }) => Err(CryptoError::Chain { what: LOG, at: *at, why: "chain-unreadable" }.into()),
        }
    }

    /// The log, each entry opened with the newest of its keys that fits.
    pub(crate) fn as_far_as_it_reads(&self, state: &State, keys: &[SealKey]) -> Result<JoinedLog, VaultError> {
        let folder = &state.folder;
        let mut logs: BTreeMap<Writer, Vec<(u64, At)>> = BTreeMap::new();
        for writer in folder.writers.keys().copied() {
            let found: RefCell<Vec<(u64, At)>> = RefCell::default();
            let mut take = |line: &Line| -> Result<(), &'static str> {
                let entry = open_entry(line, keys).map_err(|e| match e {
                    VaultError::Vault(CryptoError::NotYours) => SEALED_AWAY,
                    VaultError::Vault(CryptoError::Chain { why, .. }) => why,
                    _ => "chain-unreadable",
                })?;
                found.borrow_mut().push((line.n, At::Entry(Box::new(entry))));
                Ok(())
            };
            let mut broken = |at, why| found.borrow_mut().push((at, At::Break(why)));
            let path = file_of(&folder.dir, LOGS_DIR, writer);
            let name = chain_name(LOG, &folder.roster.vault, writer);
            read_chain_past(&path, name, &mut take, &mut broken, &|id| folder.verifier(id))?;
            logs.insert(writer, found.into_inner());
        }
        Ok(joined(logs))
    }

    /// Checks every entry, signature and link, against the checkpoints and, when given, an earlier note of them.
    /// Needs no key to the log: every member can.
    pub fn verify_log(&self, earlier: Option<&str>) -> Result<Verified, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        self.check_log(state, grant, earlier)
    }

    fn check_log(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::KeepWhole>,
        earlier: Option<&str>,
    ) -> Result<Verified, VaultError> {
        let seen = earlier.map(|note| self.known_checkpoint(&state, note)).transpose()?;
        self.log_access(&mut state, Task::Check, None, 0, None, false, Some("log".into()))?;
        let folder = &state.folder;
        let mut heads: BTreeMap<Writer, Head> = BTreeMap::new();
        for (writer, files) in &folder.writers {
            let earlier = seen.as_ref().and_then(|seen| seen.get(writer)).copied();
            let head = verified(folder, *writer, files, earlier)?;
            if head.count > 0 {
                heads.insert(*writer, head);
            }
        }
        if let Some(_gone) = seen.iter().flatten().find(|(writer, _)| !heads.contains_key(writer)) {
            let why = "chain-not-continuing";
            return Err(CryptoError::Chain { what: LOG, at: 0, why }.into());
        }
        if folder.writers.values().any(|files| files.log_fault) {
            let at = heads.values().map(|head| head.count).sum();
            return Err(CryptoError::Chain { what: LOG, at, why: "chain-goes-on-behind" }.into());
        }
        let origin = format!("gyeot.access-log/{}", folder.roster.vault);
        let note = checkpoint(&origin, &heads, &key_name(&self.me), &state.keys);
        Ok(Verified { entries: heads.values().map(|head| head.count).sum(), checkpoint: note })
    }

    fn known_checkpoint(&self, state: &State, note: &str) -> Result<BTreeMap<Writer, Head>, VaultError> {
        for member in &state.folder.roster.members {
            if let Some(key) = state.folder.verifier(member.id)
                && let Ok((origin, heads)) = read_checkpoint(note, &key_name(member), &key)
                && origin == format!("gyeot.access-log/{}", state.folder.roster.vault)
            {
                return Ok(heads);
            }
        }
        Err(CryptoError::Signature.into())
    }

    /// Checks a note against every key of the roster, leavers included. Needs no key: whoever is shown a certificate
    /// may ask whether it is what was signed.
    pub fn read_signed(dir: &Path, note: &[u8]) -> Result<SignedNote, VaultError> {
        if !dir.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        let note = std::str::from_utf8(note).map_err(|_| VaultError::NotSigned)?;
        for member in crate::vault::mirror::roster(dir)?.members {
            let key = member.verifying.parse().map_err(VaultError::Vault)?;
            if let Ok(text) = read_note(note, &key_name(&member), &key) {
                return Ok(SignedNote { by: member.name, text: text.to_owned() });
            }
        }
        Err(VaultError::NotSigned)
    }

    /// Months that are over and were not inspected, oldest first. Empty for whoever has no key to the log.
    pub fn overdue_inspections(&self) -> Result<Vec<Month>, VaultError> {
        let state = self.state();
        let keys = self.log_keys(&state, None)?;
        if keys.is_empty() || !self.may::<permit::ReadLog>(&state, Whose::Nobody) {
            return Ok(Vec::new());
        }
        Ok(overdue(&self.as_far_as_it_reads(&state, &keys)?.entries, state.folder.now()))
    }

    /// When the last backup was made, as far as the log says; none for whoever has no key to it.
    pub fn last_backup(&self) -> Result<Option<Timestamp>, VaultError> {
        let state = self.state();
        let keys = self.log_keys(&state, None)?;
        if keys.is_empty() || !self.may::<permit::ReadLog>(&state, Whose::Nobody) {
            return Ok(None);
        }
        let JoinedLog { entries, .. } = self.as_far_as_it_reads(&state, &keys)?;
        Ok(entries
            .iter()
            .map(|logged| &logged.entry)
            .filter(|e| e.task == Task::Backup && e.detail.as_deref() == Some("create"))
            .map(|e| e.at)
            .max())
    }

    /// What one person did alone and nobody else has reviewed: number and entry, oldest first.
    pub fn unreviewed(&self) -> Result<Vec<(u64, Entry)>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        let (state, keys) = self.log_for(state, grant)?;
        let JoinedLog { entries, .. } = self.as_far_as_it_reads(&state, &keys)?;
        Ok(numbered(unreviewed(&entries).into_iter().cloned().collect()))
    }

    /// Reviews an entry of the log that one person did alone; the reviewer is another person. A change of the roster
    /// is reviewed in the roster as well.
    pub fn review_entry(&self, number: u64) -> Result<(), VaultError> {
        let mut state = self.state();
        let grant = self.grant::<permit::ReviewBreakGlass>(&state, Whose::Nobody)?;
        let JoinedLog { entries, .. } = self.as_far_as_it_reads(&state, &self.log_keys(&state, None)?)?;
        let waiting = unreviewed(&entries);
        let found = waiting.into_iter().find(|logged| logged.number == number).ok_or(VaultError::NotWaiting)?;
        let Logged { name, entry, .. } = found;
        if entry.by == self.me.id {
            return Err(VaultError::NotWaiting);
        }
        let on_roster = entry.detail.as_deref().filter(|_| entry.task == Task::Roster);
        if let Some(n) = on_roster.and_then(|d| d.strip_prefix("entry ")).and_then(|n| n.parse().ok()) {
            return self.review_roster(&mut state, grant, n);
        }
        self.write_review(&mut state, grant, *name)
    }

    fn write_review(
        &self,
        state: &mut State,
        _allowed: Grant<permit::ReviewBreakGlass>,
        name: EntryName,
    ) -> Result<(), VaultError> {
        self.log_access(state, Task::Review, None, 0, None, false, Some(name.to_string()))
    }

    /// What a member's keys reached, leavers included, as the log tells it: for a leaver and for a breach (L15).
    pub fn reach_of(&self, name: &str) -> Result<Vec<Reach>, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        let member = state.folder.roster.members.iter().rev().find(|m| m.name == name).ok_or(RosterError::Nobody)?.id;
        let (state, keys) = self.log_for(state, grant)?;
        Ok(reach(&self.entries(&state, &keys)?, member))
    }
}

/// Reads one writer's log whole; gives its head. Its checkpoint and an earlier head have to lie on it.
fn verified(
    folder: &VaultFolder,
    writer: Writer,
    files: &WriterFiles,
    earlier: Option<Head>,
) -> Result<Head, VaultError> {
    let name = chain_name(LOG, &folder.roster.vault, writer);
    let mut at_earlier = None;
    let mut take = |line: &Line| -> Result<(), VaultError> {
        // The head before this line is the head after the one before.
        if earlier.is_some_and(|s| s.count == line.n) {
            at_earlier = Some(line.prev);
        }
        Ok(())
    };
    let path = file_of(&folder.dir, LOGS_DIR, writer);
    let head = read_chain(&path, name, &mut take, &|id| folder.verifier(id))?;
    // What was cut off before the opening does not come back by the entries that were written since.
    if let Some(cut) = files.log_cut_at {
        let (at, why) = cut;
        return Err(CryptoError::Chain { what: LOG, at, why }.into());
    }
    if head != files.log.head {
        let why = "chain-ends-early";
        return Err(CryptoError::Chain { what: LOG, at: head.count, why }.into());
    }
    if let Some(seen) = earlier {
        let there = if seen.count == head.count { Some(head.hash) } else { at_earlier };
        if there != Some(seen.hash) {
            let why = "chain-not-continuing";
            return Err(CryptoError::Chain { what: LOG, at: seen.count.min(head.count), why }.into());
        }
    }
    Ok(head)
}
