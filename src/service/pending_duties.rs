//! What is to be told when the vault opens: how it stands, what was put right, and what waits in the access log for this
//! member. The log of years is not read at every unlock: what matters of it is kept in a small file, sealed to the member
//! and signed by them, with the place up to which it was read. A file that does not read is made anew from the log.

use crate::crypto::CryptoError;
use crate::crypto::chain::{Head, Line};
use crate::crypto::error::part;
use crate::crypto::keys::{Keyring, SealKey};
use crate::crypto::seal;
use crate::domain::governance::access::{Whose, permit};
use crate::domain::governance::access_log::{Entry, EntryName, Logged, Month, Task, overdue, unreviewed};
use crate::domain::governance::concern::{Concern, RosterNews};
use crate::domain::governance::roster::Change;
use crate::domain::practice::ids::{MemberId, Writer};
use crate::service::unlocked_vault::State;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{Message, msg};
use crate::vault::error::VaultError;
use crate::vault::files::{SlotKind, disk, read_chain_from, replace, slot_file, slot_path};
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::Integrity;
use crate::vault::migration::copy_beside;
use crate::vault::roster_file::changes_from;
use crate::vault::writers::{LOG, LOGS_DIR, chain_name, file_of};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The file is written anew after so many further entries: writing it costs two syncs of the disk, reading an entry a
/// fraction of a millisecond.
const WRITTEN_AFTER: u64 = 100;

/// What matters of the log up to a place.
#[derive(Debug, Serialize, Deserialize)]
struct Digest {
    /// As far as each writer's log was read, and where in its file the next entry begins, bytes.
    read: BTreeMap<Writer, (Head, u64)>,
    /// The first entry of every month, inspections, what one person did alone, reviews.
    kept: Vec<Logged>,
}

impl Digest {
    const NOTHING: Digest = Digest { read: BTreeMap::new(), kept: Vec::new() };

    fn take(&mut self, months: &mut BTreeSet<Month>, name: EntryName, entry: Entry) {
        let first = months.insert(Month::of(entry.at));
        if first || entry.break_glass || matches!(entry.task, Task::Inspect | Task::Review | Task::Roster) {
            self.kept.push(Logged { number: name.n, name, entry });
        }
    }
}

fn path(dir: &Path, of: MemberId) -> PathBuf {
    dir.join(format!("watched-{of}"))
}

/// Forgets what a member's file holds, when they leave or their role changes.
pub(crate) fn forget(dir: &Path, of: MemberId) -> Result<(), VaultError> {
    match std::fs::remove_file(path(dir, of)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(e)),
        _ => Ok(()),
    }
}

const SIGNED_AS: &[u8] = b"gyeot-watched/2\n";
const SIGNATURE: usize = 64;

fn message(vault: &str, text: &[u8]) -> Vec<u8> {
    [SIGNED_AS, vault.as_bytes(), b"\n", text].concat()
}

fn read(dir: &Path, of: MemberId, vault: &str, keys: &Keyring) -> Option<Digest> {
    let plain = seal::decrypt(&std::fs::read(path(dir, of)).ok()?, keys.read()).ok()?;
    let (signature, text) = plain.split_at_checked(SIGNATURE)?;
    let signed = keys.verifier().good(&message(vault, text), signature);
    signed.then(|| serde_json::from_slice(text).ok()).flatten()
}

fn write(dir: &Path, of: MemberId, vault: &str, keys: &Keyring, digest: &Digest) -> Result<(), VaultError> {
    let text = serde_json::to_vec(digest).map_err(|_| CryptoError::Sealing)?;
    let plain = [&keys.sign(&message(vault, &text))[..], &text].concat();
    replace(&path(dir, of), &seal::encrypt(&plain, &keys.recipient())?)
}

impl UnlockedVault {
    /// What this member is to be told for as long as they are at the workstation, the gravest first. Counts and months only;
    /// no content and no client.
    pub fn concerns(&self) -> Vec<Concern> {
        let state = self.state();
        let mut told = Vec::new();
        if let Some(reading) = &state.folder.reading {
            told.push(Concern::ReadOnly(reading.why.phrase()));
        }
        match &state.folder.integrity {
            Integrity::Complete { interrupted: 0 } => {}
            integrity if integrity.whole() => told.push(Concern::Interrupted(integrity.message())),
            integrity => told.push(Concern::NotWhole(integrity.message())),
        }
        if !state.folder.mended.is_empty() && state.folder.reading.is_none() {
            told.push(Concern::Mended(state.folder.mended.clone()));
        }
        let older: Vec<Message> = state
            .folder
            .trusted
            .behind(&state.folder)
            .into_iter()
            .map(|((writer, of), missing)| {
                let name = state.folder.roster.member(writer.member).map(|m| m.name.clone()).unwrap_or_default();
                msg("concern-older-part").with("name", name).with("part", part(of)).with("missing", missing)
            })
            .collect();
        if !older.is_empty() && matches!(state.folder.integrity, Integrity::Behind { .. }) {
            told.push(Concern::Older(older));
        }
        if let Some(minutes) = state.folder.clock_back {
            told.push(Concern::ClockBack(minutes));
        }
        if !state.folder.planted.is_empty() {
            told.push(Concern::Planted(state.folder.planted.clone()));
        }
        told.extend(self.told_of_trust(&state));
        match self.waiting(&state) {
            Ok(waiting) => told.extend(waiting),
            // Where the vault is not whole, that is what has to be settled.
            Err(_) if !state.folder.integrity.whole() => {}
            Err(_) => told.push(Concern::LogUnread),
        }
        told
    }

    /// What is to be told of the keys and of what anchors trust.
    fn told_of_trust(&self, state: &State) -> Vec<Concern> {
        let (folder, mut told) = (&state.folder, Vec::new());
        if folder.migrated && folder.reading.is_none() {
            told.push(Concern::Migrated(copy_beside(&folder.dir).display().to_string()));
        }
        if let Some(words) = &folder.trusted.new_here {
            told.push(Concern::NewHere(words.clone()));
        }
        let news = self.roster_news(folder);
        if !news.is_empty() {
            told.push(Concern::Roster(news));
        }
        let slot = |id| slot_file(&folder.dir, id, SlotKind::Recovery).exists();
        let missing = folder.roster.active().filter(|m| slot_path(&folder.dir, m.id).exists() && !slot(m.id));
        let names: Vec<String> = missing.map(|m| m.name.clone()).collect();
        if !names.is_empty() {
            told.push(Concern::NoRecoverySlot(names));
        }
        told
    }

    /// What others changed of the members and the recovery phrases since this member last had the vault open. Nothing for
    /// whoever has it open for the first time.
    fn roster_news(&self, folder: &VaultFolder) -> Vec<RosterNews> {
        let Some(seen) = &folder.trusted.memory else { return Vec::new() };
        if seen.roster.len() >= folder.roster_hashes.len() {
            return Vec::new();
        }
        let changed = changes_from(&folder.dir, seen.roster.len() as u64).unwrap_or_default();
        let name = |id| folder.roster.member(id).map(|m| m.name.clone()).unwrap_or_default();
        let others = changed.into_iter().filter(|(_, by)| !by.contains(&self.me.id));
        others
            .filter_map(|(change, _)| match change {
                Change::Enrol { member, .. } => Some(RosterNews::Enrolled(member.name, member.role)),
                Change::Revoke { member, .. } => Some(RosterNews::Left(name(member))),
                Change::Reassign { member, role, .. } => Some(RosterNews::Role(name(member), role)),
                Change::Recovery { .. } => Some(RosterNews::Recovery),
                _ => None,
            })
            .collect()
    }

    /// What the log holds for this member to do; nothing for whoever has no key to it.
    fn waiting(&self, state: &State) -> Result<Vec<Concern>, VaultError> {
        if !self.may::<permit::ReadLog>(state, Whose::Nobody) {
            return Ok(Vec::new());
        }
        let held = self.log_keys(state, None)?;
        if held.is_empty() {
            return Ok(Vec::new());
        }
        let digest = self.digest(state, &held)?;
        let mut told = Vec::new();
        let months = overdue(&digest.kept, state.folder.now());
        if !months.is_empty() && self.may::<permit::InspectLog>(state, Whose::Nobody) {
            told.push(Concern::Overdue(months));
        }
        let alone = unreviewed(&digest.kept);
        let reviews = self.may::<permit::ReviewBreakGlass>(state, Whose::Nobody);
        let to_review = alone.iter().filter(|l| reviews && l.entry.by != self.me.id).count();
        if !alone.is_empty() {
            told.push(Concern::Waiting { to_review, by_others: alone.len() - to_review });
        }
        Ok(told)
    }

    fn digest(&self, state: &State, held: &[SealKey]) -> Result<Digest, VaultError> {
        let folder = &state.folder;
        let (dir, vault) = (&folder.dir, &folder.roster.vault);
        let mut digest = read(dir, self.me.id, vault, &state.keys).unwrap_or(Digest::NOTHING);
        let logs = folder.logs();
        if digest.read.iter().any(|(writer, (head, _))| logs.get(writer).is_none_or(|now| now.count < head.count)) {
            digest = Digest::NOTHING;
        }
        match self.read_on(state, held, &mut digest) {
            // The log was put back or mended since: from its beginning.
            Err(_) if !digest.read.is_empty() => {
                digest = Digest::NOTHING;
                self.read_on(state, held, &mut digest)?;
            }
            other => other?,
        }
        Ok(digest)
    }

    fn read_on(&self, state: &State, held: &[SealKey], digest: &mut Digest) -> Result<(), VaultError> {
        let folder = &state.folder;
        let mut months: BTreeSet<Month> = digest.kept.iter().map(|l| Month::of(l.entry.at)).collect();
        let mut new = 0;
        for writer in folder.logs().into_keys() {
            let from = digest.read.get(&writer).copied().unwrap_or((Head::EMPTY, 0));
            let mut take = |line: &Line| -> Result<(), VaultError> {
                let opened = crate::service::access_log::open_entry(line, held)?;
                digest.take(&mut months, EntryName { writer, n: line.n }, opened.entry);
                Ok(())
            };
            let (path, name) = (file_of(&folder.dir, LOGS_DIR, writer), chain_name(LOG, &folder.roster.vault, writer));
            let read = read_chain_from(&path, name, from, &mut take, &|id| folder.verifier(id))?;
            new += read.0.count - from.0.count;
            digest.read.insert(writer, read);
        }
        if new >= WRITTEN_AFTER {
            // Without room for it the log is read again at the next unlock.
            let _ = write(&folder.dir, self.me.id, &folder.roster.vault, &state.keys, digest);
        }
        Ok(())
    }
}
