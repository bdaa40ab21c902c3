//! Opening a vault's folder: the roster read from its founding entry on, the newest checkpoint, the store under its remedies,
//! and what their comparison says.

use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::sled_chunks::{salvage, salvage_and_mend};
use crate::crypto::CryptoError;
use crate::crypto::chain::{self, Head, Line, Name};
use crate::crypto::checkpoint::{self, Checkpoint};
use crate::crypto::keys::Verifier;
use crate::domain::explain::Explain;
use crate::domain::governance::roster::{Change, Roster, RosterError};
use crate::domain::practice::ids::MemberId;
use crate::ports::clock::Clock;
use crate::ports::store::{Collection, Store};
use crate::texts::msg;
use crate::vault::error::VaultError;
use crate::vault::files::{ChainFile, Lock, disk, last_line, read_chain, torn_end};
use crate::vault::folder::{BEFORE, LOG, REWRITE, ROSTER, TOMBS, Tomb, UNCLEAN, VaultFolder};
use crate::vault::integrity::{Integrity, of_chain, of_store};
use crate::vault::opened_store::OpenedStore;
use crate::vault::tombstoned_store::{TombstonedStore, destroy_returned};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The paths inside a vault's folder.
pub(crate) fn roster_path(dir: &Path) -> PathBuf {
    dir.join("roster")
}

/// Reads and checks the whole roster.
pub(crate) fn read_roster(dir: &Path) -> Result<(Roster, Head), VaultError> {
    let path = roster_path(dir);
    if !path.exists() {
        return Err(VaultError::NoVault);
    }
    let first = founding(&path)?;
    let roster = std::cell::RefCell::new(Roster::default());
    let name = Name { what: ROSTER, vault: &first.vault };
    let verifier = |id: MemberId| -> Option<Verifier> {
        let known = roster.borrow();
        let member =
            known.member(id).or_else(|| (known.members.is_empty() && first.member.id == id).then_some(&first.member));
        member.and_then(|m| m.verifying.parse().ok())
    };
    let mut at: u64 = 0;
    let mut take = |line: &Line| -> Result<(), VaultError> {
        let broken = CryptoError::Chain { what: ROSTER, at, why: "chain-change-unreadable" };
        let change: Change = serde_json::from_str(&line.payload).map_err(|_| broken)?;
        // What was refused at the time can only stand here by tampering; a foreign version keeps its own words.
        roster.borrow_mut().apply(&change, &line.by).map_err(|e| match e {
            RosterError::Version(_) | RosterError::Founding => VaultError::Roster(e),
            _ => CryptoError::Chain { what: ROSTER, at, why: "chain-wrong-signers" }.into(),
        })?;
        at += 1;
        Ok(())
    };
    let head = read_chain(&path, name, &mut take, &verifier)?;
    let roster = roster.into_inner();
    if roster.members.is_empty() {
        return Err(RosterError::Founding.into());
    }
    Ok((roster, head))
}

struct First {
    vault: String,
    member: crate::domain::practice::member::Member,
}

/// The founding entry, still unchecked: it holds the key that it is itself checked with.
fn founding(path: &Path) -> Result<First, VaultError> {
    let damaged = || VaultError::File { file: "roster".into(), why: msg("founding-not-readable") };
    let bytes = std::fs::read(path).map_err(disk)?;
    let end = bytes.iter().position(|b| *b == b'\n').ok_or_else(damaged)?;
    let line: Line = serde_json::from_slice(&bytes[..end]).map_err(|_| damaged())?;
    match serde_json::from_str(&line.payload) {
        Ok(Change::Found { schema, .. }) if schema != crate::domain::governance::roster::VAULT_SCHEMA => {
            Err(RosterError::Version(schema).into())
        }
        Ok(Change::Found { vault, first, .. }) => Ok(First { vault, member: first }),
        _ => Err(damaged()),
    }
}

impl VaultFolder {
    /// Opens a vault's folder and compares it with its checkpoint. `early` is its store where that was opened already.
    pub(crate) fn open(
        dir: &Path,
        lock: Lock,
        roster: Roster,
        roster_head: Head,
        clock: Box<dyn Clock>,
        early: Option<Result<OpenedStore, VaultError>>,
    ) -> Result<Self, VaultError> {
        let vault = roster.vault.clone();
        let verifier = |id: MemberId| roster.member(id).and_then(|m| m.verifying.parse().ok());
        let checkpoint_file = CheckpointFile::open(&dir.join("mark"))?;
        let (best, spoiled) = newest_checkpoint(&checkpoint_file, &vault, &verifier)?;
        // The next checkpoint is written over the one that does not read.
        let mut mended = vec!["mark".to_owned(); spoiled];
        let chain = |file: &str, what: &'static str| -> Result<Head, VaultError> {
            match last_line(&dir.join(file), Name { what, vault: &vault }, &verifier) {
                Err(VaultError::Store(e)) => Err(VaultError::File { file: file.to_owned(), why: e.message() }),
                other => other,
            }
        };
        let tomb_head = chain("tombs", TOMBS)?;
        if repair_end(&dir.join("access"), Name { what: LOG, vault: &vault }, &verifier)? {
            mended.push("access".to_owned());
        }
        // A damaged last entry of the log is found by every check of the log and stays where it is; the checkpoint knows
        // what hash the next entry has to name, so that the practice is not shut out.
        let log_head = match (chain("access", LOG), &best) {
            (Err(VaultError::Vault(CryptoError::Chain { .. })), Some(checkpoint)) => checkpoint.log,
            (head, _) => head?,
        };
        let log = ChainFile::open(&dir.join("access"), LOG, &vault, log_head)?;
        let tombs = ChainFile::open(&dir.join("tombs"), TOMBS, &vault, tomb_head)?;
        let roster_file = ChainFile::open(&roster_path(dir), ROSTER, &vault, roster_head)?;
        let against = |what: &'static str, have: Head, said: Head| -> Option<Integrity> {
            let file = match what {
                ROSTER => "roster",
                LOG => "access",
                _ => "tombs",
            };
            of_chain(what, have, said)
                .or_else(|| continues(&dir.join(file), Name { what, vault: &vault }, have, said, &verifier))
        };
        let foundation = early.unwrap_or_else(|| OpenedStore::lay(dir))?;
        let (unclean, failed, before) = (foundation.unclean, foundation.failed, dir.join(BEFORE));
        if foundation.misread {
            mended.push(UNCLEAN.to_owned());
        }
        let mut store = foundation.take()?;
        let mut integrity = match &best {
            None => {
                let what = msg("vault-opening-file-mark-counts-what-saved");
                Integrity::Damaged { what }
            }
            Some(checkpoint) => against(ROSTER, roster_head, checkpoint.roster)
                .or_else(|| against(LOG, log_head, checkpoint.log))
                .or_else(|| against(TOMBS, tomb_head, checkpoint.tombs))
                .unwrap_or_else(|| of_store(&store, checkpoint)),
        };
        let log_cut = best.as_ref().is_some_and(|checkpoint| against(LOG, log_head, checkpoint.log).is_some());
        if let (true, true, Some(checkpoint)) = (unclean || before.exists(), integrity.whole(), &best) {
            let gone = gone(dir, &vault, &verifier)?;
            let bad = if unclean { unreadable(&store, &gone) } else { 0 };
            match (cut_off(&store, &before, &gone, checkpoint, failed)?, bad) {
                (0, 0) => drop(std::fs::remove_dir_all(&before)),
                (0, n) => {
                    integrity = Integrity::Damaged { what: msg("vault-opening-records-store-not-read").shown("n", n) }
                }
                (missing, _) => integrity = Integrity::Behind { part: "store", missing },
            }
        }
        // Tombstones that do not read are said to be damaged by the scrub.
        let buried = gone(dir, &vault, &verifier).map(|gone| gone.buried).unwrap_or_default();
        // Where the disk refuses, they are not shown all the same.
        let returned = if integrity.whole() { destroy_returned(&mut store, &buried).unwrap_or(0) } else { 0 };
        if returned > 0 {
            crate::vault::files::replace(&dir.join(REWRITE), b"")?;
            mended.push(format!("store (destroyed records: {returned})"));
        }
        let serial = best.as_ref().map_or(0, |m| m.serial);
        Ok(VaultFolder {
            dir: dir.to_owned(),
            _lock: lock,
            store: TombstonedStore::over(Box::new(store), buried.clone()),
            roster,
            roster_file,
            log,
            tombs,
            checkpoint_file,
            checkpoint: best,
            serial,
            integrity,
            log_cut,
            refused: false,
            mended,
            envelopes: crate::vault::envelopes::Envelopes::default(),
            buried,
            clock,
        })
    }
}

/// The newest checkpoint of a vault, and how many of the file's slots do not read. The slot that was never written is blank.
pub(crate) fn newest_checkpoint(
    file: &CheckpointFile,
    vault: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<(Option<Checkpoint>, usize), VaultError> {
    let mut best: Option<Checkpoint> = None;
    let mut spoiled = 0;
    for slot in file.slots()? {
        match checkpoint::read(&slot, verifier) {
            Ok(checkpoint) if checkpoint.vault == vault => {
                if best.as_ref().is_none_or(|b| checkpoint.serial > b.serial) {
                    best = Some(checkpoint);
                }
            }
            _ if slot.iter().all(|b| *b == b' ') => {}
            _ => spoiled += 1,
        }
    }
    Ok((best, spoiled))
}

/// A chain whose last entry is whole but for its line end gets the line end back: the entry was acknowledged. True when
/// that was done.
fn repair_end(
    path: &Path,
    name: Name<'_>,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<bool, VaultError> {
    let Some((at, tail)) = torn_end(path)? else { return Ok(false) };
    let Some((_, text)) = tail.split_last() else { return Ok(false) };
    let whole = std::str::from_utf8(text).ok().and_then(|text| {
        let line: Line = serde_json::from_str(text).ok()?;
        chain::read(name, Head { count: line.n, hash: line.prev }, text, verifier).ok()
    });
    if whole.is_some() {
        let file = std::fs::File::options().write(true).open(path).map_err(disk)?;
        std::os::unix::fs::FileExt::write_all_at(&file, b"\n", at + text.len() as u64).map_err(disk)?;
        file.sync_all().map_err(disk)?;
    }
    Ok(whole.is_some())
}

/// A chain that is longer than its checkpoint has to go through what the checkpoint says: longer by a crash between an entry and
/// its checkpoint, or because it was cut and then written on. Reads the whole file, which only these two cases cost.
fn continues(
    path: &Path,
    name: Name<'_>,
    have: Head,
    said: Head,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Option<Integrity> {
    if have.count <= said.count || said.count == 0 {
        return None;
    }
    let mut there = None;
    let mut take = |line: &Line| -> Result<(), VaultError> {
        if line.n == said.count {
            there = Some(line.prev);
        }
        Ok(())
    };
    let read = read_chain(path, name, &mut take, verifier);
    (read.is_err() || there != Some(said.hash)).then_some(Integrity::Forked { part: name.what })
}

/// Numbers of the places whose bytes are rightly not there.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    /// Destroyed on purpose.
    pub(crate) buried: BTreeSet<u64>,
    /// Lost in an earlier salvage.
    pub(crate) lost: BTreeSet<u64>,
    /// How many tombstones say so.
    pub(crate) entries: u64,
}

/// Reads the tombstones.
pub(crate) fn gone(
    dir: &Path,
    vault: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Gone, VaultError> {
    let mut gone = Gone::default();
    let name = Name { what: TOMBS, vault };
    let mut take = |line: &Line| -> Result<(), VaultError> {
        let broken = CryptoError::Chain { what: TOMBS, at: line.n, why: "chain-unreadable" };
        let tomb: Tomb = serde_json::from_str(&line.payload).map_err(|_| broken)?;
        let into = if tomb.why == "lost" { &mut gone.lost } else { &mut gone.buried };
        into.extend(tomb.places);
        gone.entries += 1;
        Ok(())
    };
    read_chain(&dir.join("tombs"), name, &mut take, verifier)?;
    Ok(gone)
}

/// How many acknowledged records stood in the file as it was found and are not in the store that was made of it.
///
/// The last group is synced beside the checkpoint that announces it. Where one of its records has left no whole trace in the
/// file, not even one with a flipped bit, the group was cut off before its sync, and nobody was told that it is kept;
/// nor is it missed when the disk refused it (`failed`). Else it may have been acknowledged, and is counted.
fn cut_off(
    store: &dyn Store,
    before: &Path,
    gone: &Gone,
    checkpoint: &Checkpoint,
    failed: bool,
) -> Result<u64, VaultError> {
    let held = |seq| matches!(store.place(seq), Ok(Some(place)) if matches!(store.get(&place), Ok(Some(_))));
    // What was destroyed or lost earlier stands in the old blocks of the file for a while, and so does what was cut off
    // earlier under a number that another record has now.
    let missed = |seq: &u64| !gone.buried.contains(seq) && !gone.lost.contains(seq) && !held(*seq);
    let (end, acknowledged) =
        (checkpoint.store.count, checkpoint.store.count - checkpoint.pending.min(checkpoint.store.count));
    let numbers = salvage(&[before])?.into_iter().map(|(place, _)| place.seq).filter(|seq| *seq < end);
    let missing: BTreeSet<u64> = numbers.filter(missed).collect();
    if missing.range(acknowledged..).next().is_none() {
        return Ok(missing.len() as u64);
    }
    let traces: BTreeSet<u64> = salvage_and_mend(&[before])?.into_iter().map(|(place, _)| place.seq).collect();
    let torn = (acknowledged..end).any(|seq| !traces.contains(&seq) && !held(seq));
    Ok(missing.range(..if torn || failed { acknowledged } else { end }).count() as u64)
}

/// How many records of a store are not found, do not read, or do not show on their collection, though no tombstone says
/// that they are gone. Reads everything.
fn unreadable(store: &dyn Store, gone: &Gone) -> u64 {
    let mut shelves = BTreeMap::<Collection, u64>::new();
    let mut bad = 0;
    for seq in (0..store.head().count).filter(|seq| !gone.lost.contains(seq)) {
        let Ok(Some(place)) = store.place(seq) else {
            bad += 1;
            continue;
        };
        match store.get(&place) {
            Ok(Some(_)) => *shelves.entry(place.collection).or_default() += 1,
            Ok(None) if gone.buried.contains(&seq) => {}
            _ => bad += 1,
        }
    }
    let shown = |collection| store.collection(collection).map_or(0, |places| places.len() as u64);
    bad + shelves.into_iter().map(|(collection, held)| held.saturating_sub(shown(collection))).sum::<u64>()
}
