//! Opening a vault's folder: every writer's checkpoint, the chains, the store under its remedies, and what their comparison
//! says, writer by writer, joined in one [`Integrity`].

use crate::crypto::CryptoError;
use crate::crypto::chain::{self, Head, Line, Name};
use crate::crypto::checkpoint::{Checkpoint, Closed};
use crate::crypto::keys::Verifier;
use crate::domain::practice::ids::{MemberId, RecordId, Writer};
use crate::ports::store::{Collection, Position, Store, StoreKind};
use crate::texts::msg;
use crate::vault::checkpoint_file::CheckpointFile;
use crate::vault::envelopes::Envelopes;
use crate::vault::error::VaultError;
use crate::vault::files::{
    BEFORE, ChainFile, Lock, REWRITE, UNCLEAN, disk, last_line, private_folder, read_chain, replace, torn_end,
};
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::{Integrity, goes_through, of_chain, of_store};
use crate::vault::opened_store::OpenedStore;
use crate::vault::roster_file::{History, ROSTER, read_history, roster_path};
use crate::vault::tombs::{Gone, gone};
use crate::vault::tombstoned_store::{TombstonedStore, destroy_returned};
use crate::vault::trust::Trusted;
use crate::vault::workstation::Workstation;
use crate::vault::writers::{
    CHECKPOINTS_DIR, LOG, LOGS_DIR, TOMBS, TOMBS_DIR, WriterFiles, chain_name, file_of, newest_checkpoint, writers,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// An entry of the log is written before its checkpoint: one more than the checkpoint says is a crash, more are not.
const LOG_AHEAD: u64 = 1;

/// Minutes that the clocks of two workstations may be apart without a word of it.
const CLOCKS_APART_MIN: u64 = 10;

impl VaultFolder {
    /// Opens a vault's folder and compares it with its checkpoints. `early` is its store where that was opened already.
    pub(crate) fn open(
        dir: &Path,
        lock: Lock,
        history: History,
        station: Workstation,
        early: Option<Result<OpenedStore, VaultError>>,
    ) -> Result<Self, VaultError> {
        let device = station.device()?;
        let vault = history.roster.vault.clone();
        let verifier = |id: MemberId| history.verifier(id);
        for folder in [LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR] {
            private_folder(&dir.join(folder))?;
        }
        let ReadWriters { found, integrity: of_files, closed, mut mended } = read_writers(dir, &history)?;
        let roster_name = Name { what: ROSTER, vault: &vault, writer: None };
        let roster_file = ChainFile::open(&roster_path(dir), roster_name, history.head())?;
        let opened = early.unwrap_or_else(|| OpenedStore::open(dir, station.stores.as_ref()))?;
        let (unclean, failed, before) = (opened.unclean, opened.failed, dir.join(BEFORE));
        if opened.misread {
            mended.push(UNCLEAN.to_owned());
        }
        let mut store = opened.take()?;
        let checkpoints: Vec<&Checkpoint> = found.values().filter_map(|files| files.checkpoint.as_ref()).collect();
        let newest = checkpoints.iter().map(|c| c.at.0).max().unwrap_or(i64::MIN);
        let back = newest.saturating_sub(station.clock.now().0) / 60_000;
        let clock_back = u64::try_from(back).ok().filter(|minutes| *minutes >= CLOCKS_APART_MIN);
        let mut integrity = of_files;
        if checkpoints.is_empty() {
            let what = msg("vault-opening-checkpoint-counts-what-saved-missing");
            integrity = integrity.and(Integrity::Damaged { what });
        }
        integrity = integrity.and(of_records(store.as_ref(), &history, &found, closed));
        if (unclean || before.exists()) && integrity.whole() {
            let gone = gone(dir, &vault, &verifier)?;
            let bad = if unclean { unreadable(store.as_ref(), &gone) } else { 0 };
            match (cut_off(store.as_ref(), station.stores.as_ref(), &before, &gone, &checkpoints, failed)?, bad) {
                (0, 0) => drop(std::fs::remove_dir_all(&before)),
                (0, n) => {
                    integrity = Integrity::Damaged { what: msg("vault-opening-records-store-not-read").with("n", n) }
                }
                (missing, _) => integrity = Integrity::Behind { part: "store", missing },
            }
        }
        // Tombstones that do not read are said to be damaged by the scrub.
        let buried = gone(dir, &vault, &verifier).map(|gone| gone.buried).unwrap_or_default();
        // Where the disk refuses, they are not shown all the same.
        let returned = if integrity.whole() { destroy_returned(store.as_mut(), &buried).unwrap_or(0) } else { 0 };
        if returned > 0 {
            replace(&dir.join(REWRITE), b"")?;
            mended.push(format!("store (destroyed records: {returned})"));
        }
        Ok(VaultFolder {
            dir: dir.to_owned(),
            _lock: lock,
            station,
            device,
            store: TombstonedStore::over(store, buried.clone()),
            roster_file,
            writers: found,
            closed,
            by_seen: Integrity::Complete { interrupted: 0 },
            by_checkpoints: integrity.clone(),
            integrity,
            trusted: Trusted::default(),
            migrated: false,
            refused: false,
            mended,
            planted: Vec::new(),
            clock_back,
            envelopes: Envelopes::default(),
            buried,
            reading: None,
            roster_hashes: history.hashes,
            roster: history.roster,
        })
    }
}

/// The small files of all writers.
struct ReadWriters {
    found: BTreeMap<Writer, WriterFiles>,
    /// How they and the roster stand against the checkpoints.
    integrity: Integrity,
    closed: Option<Closed>,
    mended: Vec<String>,
}

fn read_writers(dir: &Path, history: &History) -> Result<ReadWriters, VaultError> {
    let mut reading = Reading { dir, history, mended: Vec::new(), closed: None };
    let mut found: BTreeMap<Writer, WriterFiles> = BTreeMap::new();
    let mut chains = Integrity::Complete { interrupted: 0 };
    let mut roster = Integrity::Complete { interrupted: 0 };
    for writer in writers(dir)? {
        if writer == Writer::SCHEMA_1 {
            continue;
        }
        let (files, of_roster, of_files) = reading.writer(writer)?;
        (roster, chains) = (roster.and(of_roster), chains.and(of_files));
        found.insert(writer, files);
    }
    if let Some(closed) = reading.closed {
        let (files, of_files) = reading.schema_1(closed)?;
        chains = chains.and(of_files);
        found.insert(Writer::SCHEMA_1, files);
    }
    let (closed, mended) = (reading.closed, reading.mended);
    Ok(ReadWriters { found, integrity: roster.and(chains), closed, mended })
}

impl VaultFolder {
    /// Reads roster and small files anew, after a copy was joined: its writers are known from now on.
    pub(crate) fn read_anew(&mut self) -> Result<(), VaultError> {
        let history = read_history(&self.dir)?;
        let ReadWriters { found, integrity, closed, .. } = read_writers(&self.dir, &history)?;
        let integrity = integrity.and(of_records(self.store.as_ref(), &history, &found, closed));
        let name = Name { what: ROSTER, vault: &history.roster.vault, writer: None };
        self.roster_file = ChainFile::open(&roster_path(&self.dir), name, history.head())?;
        (self.writers, self.closed) = (found, closed);
        self.by_checkpoints = integrity.clone();
        self.integrity = integrity;
        self.roster_hashes = history.hashes;
        self.roster = history.roster;
        Ok(())
    }
}

/// The small files as they are read, one writer after the other.
struct Reading<'a> {
    dir: &'a Path,
    history: &'a History,
    mended: Vec<String>,
    closed: Option<Closed>,
}

impl Reading<'_> {
    /// The files of one writer, and how the roster and they stand against the writer's checkpoint.
    fn writer(&mut self, writer: Writer) -> Result<(WriterFiles, Integrity, Integrity), VaultError> {
        let (dir, vault) = (self.dir, self.history.roster.vault.as_str());
        let verifier = |id: MemberId| self.history.verifier(id);
        let path = file_of(dir, CHECKPOINTS_DIR, writer);
        let there = path.exists();
        let checkpoint_file = CheckpointFile::open(&path)?;
        let (best, spoiled) = newest_checkpoint(&checkpoint_file, vault, writer, &verifier)?;
        // The next checkpoint is written over the one that does not read.
        self.mended.extend(vec![format!("{CHECKPOINTS_DIR}/{writer}"); spoiled]);
        self.closed = self.closed.or(best.as_ref().and_then(|c| c.closed));
        let (log_name, tombs_name) = (chain_name(LOG, vault, writer), chain_name(TOMBS, vault, writer));
        let tombs_path = self.made(TOMBS_DIR, writer)?;
        let log_path = self.made(LOGS_DIR, writer)?;
        let tombs_head = last_line(&tombs_path, tombs_name, &verifier)?;
        if repair_end(&log_path, log_name, &verifier)? {
            self.mended.push(format!("{LOGS_DIR}/{writer}"));
        }
        // A damaged last entry of the log stays where it is, and is told until a person takes what is there. The
        // checkpoint knows what hash the next entry has to name, so that what is read goes on being logged.
        let mut damaged = best.as_ref().is_some_and(|c| c.log_fault);
        let log_head = match (last_line(&log_path, log_name, &verifier), &best) {
            (Err(VaultError::Vault(CryptoError::Chain { .. })), Some(checkpoint)) => {
                damaged = true;
                checkpoint.log
            }
            (head, _) => head?,
        };
        let log = ChainFile::open(&log_path, log_name, log_head)?;
        let tombs = ChainFile::open(&tombs_path, tombs_name, tombs_head)?;
        let serial = best.as_ref().map_or(0, |c| c.serial);
        let mut files = WriterFiles {
            log,
            tombs,
            checkpoint_file,
            checkpoint: best,
            serial,
            log_cut: false,
            log_cut_at: None,
            log_fault: damaged,
            begun: !there && log_head == Head::EMPTY && tombs_head == Head::EMPTY,
        };
        let Some(said) = &files.checkpoint else {
            let what = msg("vault-opening-checkpoint-counts-what-one-member");
            let missing = Integrity::Damaged { what };
            let nothing = Integrity::Complete { interrupted: 0 };
            let begins = log_head == Head::EMPTY && tombs_head == Head::EMPTY && spoiled == 0;
            return Ok((files, nothing.clone(), if begins { nothing } else { missing }));
        };
        let whole = Integrity::Complete { interrupted: 0 };
        let roster = match self.history.head() {
            head if head.count < said.roster.count => {
                Integrity::Behind { part: ROSTER, missing: said.roster.count - head.count }
            }
            _ if !self.history.went_through(said.roster) => Integrity::Forked { part: ROSTER },
            _ => whole.clone(),
        };
        let active = self.history.roster.role_at(writer.member, said.roster.count).is_some();
        let signed = if active || !roster.whole() {
            whole.clone()
        } else {
            Integrity::Damaged { what: msg("vault-opening-checkpoint-signed-somebody-who-no") }
        };
        let of_log =
            of_chain(LOG, log_head, said.log).or_else(|| continues(&log_path, log_name, log_head, said.log, &verifier));
        let ahead = log_head.count > said.log.count + LOG_AHEAD;
        let short = files.log.len < said.log_bytes;
        files.log_cut = of_log.is_some();
        files.log_cut_at = match &of_log {
            Some(Integrity::Behind { missing, .. }) => {
                Some((said.log.count.saturating_sub(*missing), "chain-ends-early"))
            }
            Some(_) => Some((log_head.count, "chain-other-history")),
            None => None,
        };
        let of_log = of_log.or_else(|| {
            let what = match (damaged, short, ahead) {
                (true, _, _) => msg("vault-opening-access-log-not-read-end"),
                (_, true, _) => msg("vault-opening-entries-access-log-missing"),
                (_, _, true) => msg("vault-opening-access-log-goes-past-checkpoint"),
                _ => return None,
            };
            Some(Integrity::Damaged { what })
        });
        let of_tombs = of_chain(TOMBS, tombs_head, said.tombs)
            .or_else(|| continues(&tombs_path, tombs_name, tombs_head, said.tombs, &verifier));
        let of_files = of_log.unwrap_or_else(|| whole.clone()).and(of_tombs.unwrap_or(whole));
        files.log_fault |= short || ahead;
        Ok((files, roster, signed.and(of_files)))
    }

    /// The closed chains of schema 1 against what was written down when they were closed.
    fn schema_1(&mut self, closed: Closed) -> Result<(WriterFiles, Integrity), VaultError> {
        let (vault, writer) = (self.history.roster.vault.as_str(), Writer::SCHEMA_1);
        let verifier = |id: MemberId| self.history.verifier(id);
        let mut integrity = Integrity::Complete { interrupted: 0 };
        let mut chain = |folder, what, said: Head| -> Result<ChainFile, VaultError> {
            let (path, name) = (self.made(folder, writer)?, chain_name(what, vault, writer));
            // A damaged last entry is found by every check of the log; nothing is written after it.
            let head = last_line(&path, name, &verifier).unwrap_or(said);
            if let Some(wrong) = of_chain(what, head, said) {
                integrity = std::mem::replace(&mut integrity, Integrity::Complete { interrupted: 0 }).and(wrong);
            }
            ChainFile::open(&path, name, head)
        };
        let (log, tombs) = (chain(LOGS_DIR, LOG, closed.log)?, chain(TOMBS_DIR, TOMBS, closed.tombs)?);
        let files = WriterFiles {
            log,
            tombs,
            checkpoint_file: CheckpointFile::none()?,
            checkpoint: None,
            serial: 0,
            log_cut: false,
            log_cut_at: None,
            log_fault: false,
            begun: false,
        };
        Ok((files, integrity))
    }

    /// The file of a chain; an empty one is made where a writer has none yet.
    fn made(&self, folder: &str, writer: Writer) -> Result<std::path::PathBuf, VaultError> {
        let path = file_of(self.dir, folder, writer);
        if !path.exists() {
            let vault = &self.history.roster.vault;
            drop(ChainFile::create(&path, chain_name(LOG, vault, writer))?);
        }
        Ok(path)
    }
}

/// Every writer's records against their checkpoint, the closed sequence, and where a leaver's sequence ended.
fn of_records(
    store: &dyn Store,
    history: &History,
    found: &BTreeMap<Writer, WriterFiles>,
    closed: Option<Closed>,
) -> Integrity {
    let mut integrity = Integrity::Complete { interrupted: 0 };
    for files in found.values() {
        if let Some(checkpoint) = &files.checkpoint {
            integrity = integrity.and(of_store(store, checkpoint));
        }
    }
    if let Some(closed) = closed {
        integrity = integrity
            .and(goes_through(store, Writer::SCHEMA_1, closed.store).unwrap_or(Integrity::Complete { interrupted: 0 }));
    }
    for (writer, head) in store.heads() {
        let known = found.get(&writer).is_some_and(|files| files.checkpoint.is_some());
        let wrong = if writer == Writer::SCHEMA_1 {
            (closed.is_none_or(|closed| head.count > closed.store.count))
                .then_some(msg("vault-opening-records-stand-sequence-closed-when"))
        } else if !known {
            Some(msg("vault-opening-members-records-there-their-checkpoint"))
        } else if history.roster.left_with(writer.member).is_some()
            && history.roster.closed(writer).is_some_and(|end| end.count < head.count)
        {
            Some(msg("vault-opening-somebody-who-left-written-since"))
        } else {
            None
        };
        if let Some(what) = wrong {
            integrity = integrity.and(Integrity::Damaged { what });
        }
    }
    integrity
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

/// How many acknowledged records stood in the file as it was found and are not in the store that was made of it.
///
/// The last group is synced beside the checkpoint that announces it. Where one of its records has left no whole trace in the
/// file, not even one with a flipped bit, the group was cut off before its sync, and nobody was told that it is kept;
/// nor is it missed when the disk refused it (`failed`). Else it may have been acknowledged, and is counted.
fn cut_off(
    store: &dyn Store,
    kind: &dyn StoreKind,
    before: &Path,
    gone: &Gone,
    checkpoints: &[&Checkpoint],
    failed: bool,
) -> Result<u64, VaultError> {
    let held = |writer, number| matches!(store.at(writer, number), Ok(Some(place)) if matches!(store.get(&place), Ok(Some(_))));
    let numbers = |found: Vec<(Position, Vec<u8>)>| -> BTreeMap<(Writer, u64), BTreeSet<RecordId>> {
        let mut numbers: BTreeMap<(Writer, u64), BTreeSet<RecordId>> = BTreeMap::new();
        for (position, _) in found {
            numbers.entry((position.writer, position.number)).or_default().insert(position.id);
        }
        numbers
    };
    let intact = numbers(kind.salvage(&[before], false)?);
    let mut traces: Option<BTreeMap<(Writer, u64), BTreeSet<RecordId>>> = None;
    let mut count = 0;
    for checkpoint in checkpoints {
        let (writer, end) = (checkpoint.writer, checkpoint.store.count);
        let acknowledged = end - checkpoint.pending.min(end);
        // What was destroyed or lost earlier stands in the old blocks of the file for a while, and so does what was cut
        // off earlier under a number that another record has now.
        let missing: BTreeSet<u64> = intact
            .range((writer, 0)..(writer, end))
            .filter(|((_, n), ids)| {
                !ids.is_subset(&gone.buried) && !gone.lost.contains(&(writer, *n)) && !held(writer, *n)
            })
            .map(|((_, n), _)| *n)
            .collect();
        if missing.range(acknowledged..).next().is_none() {
            count += missing.len() as u64;
            continue;
        }
        if traces.is_none() {
            traces = Some(numbers(kind.salvage(&[before], true)?));
        }
        let seen = |n| traces.as_ref().is_some_and(|traces| traces.contains_key(&(writer, n)));
        let torn = (acknowledged..end).any(|n| !seen(n) && !held(writer, n));
        count += missing.range(..if torn || failed { acknowledged } else { end }).count() as u64;
    }
    Ok(count)
}

/// How many records of a store are not found, do not read, or do not show in their collection, though no tombstone says
/// that they are gone. Reads everything.
fn unreadable(store: &dyn Store, gone: &Gone) -> u64 {
    let mut collections = BTreeMap::<Collection, u64>::new();
    let mut bad = 0;
    for (writer, head) in store.heads() {
        for number in (0..head.count).filter(|n| !gone.lost.contains(&(writer, *n))) {
            let Ok(Some(place)) = store.at(writer, number) else {
                bad += u64::from(!gone.numbers.contains(&(writer, number)));
                continue;
            };
            match store.get(&place) {
                Ok(Some(_)) => *collections.entry(place.collection).or_default() += 1,
                Ok(None) if gone.buried.contains(&place.id) => {}
                _ => bad += 1,
            }
        }
    }
    let shown = |collection| store.collection(collection).map_or(0, |places| places.len() as u64);
    bad + collections.into_iter().map(|(collection, held)| held.saturating_sub(shown(collection))).sum::<u64>()
}
