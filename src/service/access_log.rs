//! The access log as it is shown, checked and inspected. Reading it is itself an entry.

use crate::crypto::CryptoError;
use crate::crypto::chain::{Head, Line, Name};
use crate::crypto::checkpoint::{checkpoint, read_checkpoint, read_note, sign_note};
use crate::crypto::keys::SealKey;
use crate::crypto::seal;
use crate::domain::governance::access::{Whose, permit};
use crate::domain::governance::access_log::{
    Entry, Inspection, LogBreak, Month, Reach, Task, inspect, overdue, reach, unreviewed,
};
use crate::domain::governance::roster::RosterError;
use crate::domain::practice::member::Member;
use crate::domain::practice::time::Timestamp;
use crate::service::{Integrity, State, UnlockedVault};
use crate::vault::error::VaultError;
use crate::vault::files::{read_chain, read_chain_past};
use crate::vault::folder::LOG;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use std::borrow::Cow;
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
    /// Where the log is damaged, cut or out of order.
    pub breaks: Vec<LogBreak>,
}

/// The entry is sealed to a key of the log that this vault does not hold, for example after a store from before a
/// renewal of that key was taken.
const SEALED_AWAY: &str = "it is sealed to a key of the log that is not here";

/// The name of a member's key in signed notes: no spaces, no plus sign.
fn key_name(member: &Member) -> String {
    format!("gyeot/{}", member.id)
}

/// One checked line of the log, opened with the newest of its keys that fits.
pub(crate) fn open_entry(line: &Line, keys: &[SealKey]) -> Result<Entry, VaultError> {
    let broken = |why| CryptoError::Chain { what: LOG, at: line.n, why };
    let sealed = STANDARD.decode(&line.payload).map_err(|_| broken("not readable"))?;
    let opened = keys.iter().rev().find_map(|key| match seal::decrypt(&sealed, key) {
        Err(CryptoError::NotYours) => None,
        other => Some(other),
    });
    let plain = opened.unwrap_or(Err(CryptoError::NotYours))?;
    let entry: Entry = serde_json::from_slice(&plain).map_err(|_| broken("not readable"))?;
    if !line.by.contains(&entry.by) {
        return Err(broken("it names another account than the one that signed").into());
    }
    Ok(entry)
}

impl UnlockedVault {
    /// Every entry, numbered from 0, oldest first; each has been checked.
    pub fn read_log(&self) -> Result<Vec<(u64, Entry)>, VaultError> {
        let mut state = self.state();
        self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        self.log_access(&mut state, Task::ReadLog, None, 0, None, false, None)?;
        self.entries(&state, &self.log_keys(&state, None)?)
    }

    /// As [`UnlockedVault::read_log`], past what is damaged: an edit of one entry must not hide the others.
    pub fn look_through_log(&self) -> Result<LogRead, VaultError> {
        let mut state = self.state();
        self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        self.log_access(&mut state, Task::ReadLog, None, 0, None, false, None)?;
        self.as_far_as_it_reads(&state, &self.log_keys(&state, None)?)
    }

    /// Every entry; an error when one of them is not as it was written.
    pub(crate) fn entries(&self, state: &State, keys: &[SealKey]) -> Result<Vec<(u64, Entry)>, VaultError> {
        let LogRead { entries, breaks } = self.as_far_as_it_reads(state, keys)?;
        match breaks.first() {
            None => Ok(entries),
            Some(LogBreak { why, .. }) if why == SEALED_AWAY => Err(CryptoError::NotYours.into()),
            Some(LogBreak { at, why: Cow::Borrowed(why) }) => {
                Err(CryptoError::Chain { what: LOG, at: *at, why }.into())
            }
            Some(LogBreak { at, .. }) => Err(CryptoError::Chain { what: LOG, at: *at, why: "not readable" }.into()),
        }
    }

    /// The log, each entry opened with the newest of its keys that fits.
    fn as_far_as_it_reads(&self, state: &State, keys: &[SealKey]) -> Result<LogRead, VaultError> {
        let house = &state.house;
        let (mut entries, mut breaks) = (Vec::new(), Vec::new());
        let name = Name { what: LOG, vault: &house.roster.vault };
        let mut take = |line: &Line| -> Result<(), &'static str> {
            let entry = open_entry(line, keys).map_err(|e| match e {
                VaultError::Vault(CryptoError::NotYours) => SEALED_AWAY,
                VaultError::Vault(CryptoError::Chain { why, .. }) => why,
                _ => "not readable",
            })?;
            entries.push((line.n, entry));
            Ok(())
        };
        let mut broken = |at, why| breaks.push(LogBreak { at, why: Cow::Borrowed(why) });
        read_chain_past(&house.dir.join("access"), name, &mut take, &mut broken, &|id| house.verifier(id))?;
        Ok(LogRead { entries, breaks })
    }

    /// Checks every entry, signature and link, against the high-water checkpoint and, when given, an earlier checkpoint.
    /// Needs no key to the log: every member can.
    pub fn verify_log(&self, earlier: Option<&str>) -> Result<Verified, VaultError> {
        let mut state = self.state();
        self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        let seen = earlier.map(|note| self.known_checkpoint(&state, note)).transpose()?;
        self.log_access(&mut state, Task::Check, None, 0, None, false, Some("log".into()))?;
        let house = &state.house;
        let name = Name { what: LOG, vault: &house.roster.vault };
        let mut at_earlier = None;
        let head = {
            let mut take = |line: &Line| -> Result<(), VaultError> {
                // The head before this line is the head after the one before.
                if seen.is_some_and(|s| s.count == line.n) {
                    at_earlier = Some(line.prev);
                }
                Ok(())
            };
            read_chain(&house.dir.join("access"), name, &mut take, &|id| house.verifier(id))?
        };
        // What was cut off before the opening does not come back by the entries that were written since.
        let ended = match (&house.integrity, &house.checkpoint) {
            (Integrity::Behind { part: LOG, missing }, Some(checkpoint)) => {
                Some(checkpoint.log.count.saturating_sub(*missing))
            }
            _ => (head != house.log.head).then_some(head.count),
        };
        if let Some(at) = ended {
            return Err(CryptoError::Chain { what: LOG, at, why: "it ends before the high-water mark" }.into());
        }
        if let Integrity::Forked { part: LOG } = house.integrity {
            let why = "another history stands in its place";
            return Err(CryptoError::Chain { what: LOG, at: head.count, why }.into());
        }
        if let Some(seen) = seen {
            let there = if seen.count == head.count { Some(head.hash) } else { at_earlier };
            if there != Some(seen.hash) {
                let why = "it does not continue the checkpoint";
                return Err(CryptoError::Chain { what: LOG, at: seen.count.min(head.count), why }.into());
            }
        }
        let origin = format!("gyeot.access-log/{}", house.roster.vault);
        let note = checkpoint(&origin, head, &key_name(&self.me), &state.keys);
        Ok(Verified { entries: head.count, checkpoint: note })
    }

    fn known_checkpoint(&self, state: &State, note: &str) -> Result<Head, VaultError> {
        for member in &state.house.roster.members {
            if let Some(key) = state.house.verifier(member.id)
                && let Ok((origin, head)) = read_checkpoint(note, &key_name(member), &key)
                && origin == format!("gyeot.access-log/{}", state.house.roster.vault)
            {
                return Ok(head);
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

    /// Inspects a month: counts, exports, what was done alone. Gives the report and the same, signed by the
    /// inspector, as a note that other tools can check.
    pub fn inspect_log(&self, month: &Month) -> Result<(Inspection, String), VaultError> {
        let mut state = self.state();
        self.grant::<permit::InspectLog>(&state, Whose::Nobody)?;
        if *month > Month::of(state.house.now()) {
            return Err(VaultError::Input("this month has not begun"));
        }
        let LogRead { entries, breaks } = self.as_far_as_it_reads(&state, &self.log_keys(&state, None)?)?;
        let report = Inspection { breaks, ..inspect(&entries, month, self.me.id, state.house.now()) };
        let text = serde_json::to_string_pretty(&report).map_err(|_| CryptoError::Sealing)? + "\n";
        let signed = sign_note(&text, &key_name(&self.me), &state.keys);
        self.log_access(&mut state, Task::Inspect, None, report.entries, None, false, Some(month.to_string()))?;
        Ok((report, signed))
    }

    /// Months that are over and were not inspected, oldest first. Empty for whoever has no key to the log.
    pub fn overdue_inspections(&self) -> Result<Vec<Month>, VaultError> {
        let state = self.state();
        let keys = self.log_keys(&state, None)?;
        if keys.is_empty() || !self.may::<permit::ReadLog>(&state, Whose::Nobody) {
            return Ok(Vec::new());
        }
        Ok(overdue(&self.as_far_as_it_reads(&state, &keys)?.entries, state.house.now()))
    }

    /// When the last backup was made, as far as the log says; none for whoever has no key to it.
    pub fn last_backup(&self) -> Result<Option<Timestamp>, VaultError> {
        let state = self.state();
        let keys = self.log_keys(&state, None)?;
        if keys.is_empty() || !self.may::<permit::ReadLog>(&state, Whose::Nobody) {
            return Ok(None);
        }
        let LogRead { entries, .. } = self.as_far_as_it_reads(&state, &keys)?;
        let made = |(_, e): &&(u64, Entry)| e.task == Task::Backup && e.detail.as_deref() == Some("create");
        Ok(entries.iter().rev().find(made).map(|(_, e)| e.at))
    }

    /// What one person did alone and nobody else has reviewed: number and entry, oldest first.
    pub fn unreviewed(&self) -> Result<Vec<(u64, Entry)>, VaultError> {
        let mut state = self.state();
        self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        self.log_access(&mut state, Task::ReadLog, None, 0, None, false, None)?;
        let LogRead { entries, .. } = self.as_far_as_it_reads(&state, &self.log_keys(&state, None)?)?;
        Ok(unreviewed(&entries).into_iter().cloned().collect())
    }

    /// Reviews an entry of the log that one person did alone; the reviewer is another person. A change of the roster
    /// is reviewed in the roster as well.
    pub fn review_entry(&self, number: u64) -> Result<(), VaultError> {
        let mut state = self.state();
        self.grant::<permit::ReviewBreakGlass>(&state, Whose::Nobody)?;
        let LogRead { entries, .. } = self.as_far_as_it_reads(&state, &self.log_keys(&state, None)?)?;
        let waiting = unreviewed(&entries);
        let (_, entry) = waiting.into_iter().find(|(n, _)| *n == number).ok_or(VaultError::NotWaiting)?;
        if entry.by == self.me.id {
            return Err(VaultError::NotWaiting);
        }
        let on_roster = entry.detail.as_deref().filter(|_| entry.task == Task::Roster);
        if let Some(n) = on_roster.and_then(|d| d.strip_prefix("entry ")).and_then(|n| n.parse().ok()) {
            return self.review_roster(&mut state, n);
        }
        self.log_access(&mut state, Task::Review, None, 0, None, false, Some(number.to_string()))
    }

    /// What a member's keys reached, leavers included, as the log tells it: for a leaver and for a breach (L15).
    pub fn reach_of(&self, name: &str) -> Result<Vec<Reach>, VaultError> {
        let mut state = self.state();
        self.grant::<permit::ReadLog>(&state, Whose::Nobody)?;
        let member = state.house.roster.members.iter().rev().find(|m| m.name == name).ok_or(RosterError::Nobody)?.id;
        self.log_access(&mut state, Task::ReadLog, None, 0, None, false, None)?;
        Ok(reach(&self.entries(&state, &self.log_keys(&state, None)?)?, member))
    }
}
