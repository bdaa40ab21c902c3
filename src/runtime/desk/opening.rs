//! Opening a vault's folder: the roster read from its founding entry on, the newest mark, the store under its remedies,
//! and what their comparison says.

use super::fault::DeskFault;
use super::files::{ChainFile, Lock, disk, last_line, read_chain, torn_end};
use super::foundation::Foundation;
use super::house::{BEFORE, House, LOG, REWRITE, ROSTER, TOMBS, Tomb, UNCLEAN};
use super::shown::{Shown, destroy_returned};
use super::standing::{Standing, of_chain, of_store};
use crate::adapters::highwater::MarkFile;
use crate::adapters::store_pieces::{salvage, salvage_and_mend};
use crate::domain::ids::MemberId;
use crate::domain::roster::{Change, Roster, RosterFault};
use crate::ports::clock::Clock;
use crate::ports::store::{Shelf, Store};
use crate::vault::VaultFault;
use crate::vault::chain::{self, Head, Line, Name};
use crate::vault::keys::Verifier;
use crate::vault::mark::{self, Mark};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The paths inside a vault's folder.
pub(super) fn roster_path(dir: &Path) -> PathBuf {
    dir.join("roster")
}

/// Reads and checks the whole roster.
pub(super) fn read_roster(dir: &Path) -> Result<(Roster, Head), DeskFault> {
    let path = roster_path(dir);
    if !path.exists() {
        return Err(DeskFault::NoVault);
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
    let mut take = |line: &Line| -> Result<(), DeskFault> {
        let broken = VaultFault::Chain { what: ROSTER, at, why: "the change is not readable" };
        let change: Change = serde_json::from_str(&line.payload).map_err(|_| broken)?;
        // What was refused at the time can only stand here by tampering; a foreign version keeps its own words.
        roster.borrow_mut().apply(&change, &line.by).map_err(|e| match e {
            RosterFault::Version(_) | RosterFault::Founding => DeskFault::Roster(e),
            _ => VaultFault::Chain { what: ROSTER, at, why: "the change is not signed by those it needs" }.into(),
        })?;
        at += 1;
        Ok(())
    };
    let head = read_chain(&path, name, &mut take, &verifier)?;
    let roster = roster.into_inner();
    if roster.members.is_empty() {
        return Err(RosterFault::Founding.into());
    }
    Ok((roster, head))
}

struct First {
    vault: String,
    member: crate::domain::member::Member,
}

/// The founding entry, still unchecked: it holds the key that it is itself checked with.
fn founding(path: &Path) -> Result<First, DeskFault> {
    let damaged = || DeskFault::File { file: "roster".into(), why: "its founding entry is not readable".into() };
    let bytes = std::fs::read(path).map_err(disk)?;
    let end = bytes.iter().position(|b| *b == b'\n').ok_or_else(damaged)?;
    let line: Line = serde_json::from_slice(&bytes[..end]).map_err(|_| damaged())?;
    match serde_json::from_str(&line.payload) {
        Ok(Change::Found { schema, .. }) if schema != crate::domain::roster::VAULT_SCHEMA => {
            Err(RosterFault::Version(schema).into())
        }
        Ok(Change::Found { vault, first, .. }) => Ok(First { vault, member: first }),
        _ => Err(damaged()),
    }
}

impl House {
    /// Opens a vault's folder and compares it with its mark. `early` is its store where that was opened already.
    pub(super) fn open(
        dir: &Path,
        lock: Lock,
        roster: Roster,
        roster_head: Head,
        clock: Box<dyn Clock>,
        early: Option<Result<Foundation, DeskFault>>,
    ) -> Result<Self, DeskFault> {
        let vault = roster.vault.clone();
        let verifier = |id: MemberId| roster.member(id).and_then(|m| m.verifying.parse().ok());
        let mark_file = MarkFile::open(&dir.join("mark"))?;
        let (best, spoiled) = newest_mark(&mark_file, &vault, &verifier)?;
        // The next mark is written over the one that does not read.
        let mut mended = vec!["mark".to_owned(); spoiled];
        let chain = |file: &str, what: &'static str| -> Result<Head, DeskFault> {
            match last_line(&dir.join(file), Name { what, vault: &vault }, &verifier) {
                Err(DeskFault::Store(e)) => Err(DeskFault::File { file: file.to_owned(), why: e.to_string() }),
                other => other,
            }
        };
        let tomb_head = chain("tombs", TOMBS)?;
        if repair_end(&dir.join("access"), Name { what: LOG, vault: &vault }, &verifier)? {
            mended.push("access".to_owned());
        }
        // A damaged last entry of the log is found by every check of the log and stays where it is; the mark knows
        // what hash the next entry has to name, so that the practice is not shut out.
        let log_head = match (chain("access", LOG), &best) {
            (Err(DeskFault::Vault(VaultFault::Chain { .. })), Some(mark)) => mark.log,
            (head, _) => head?,
        };
        let log = ChainFile::open(&dir.join("access"), LOG, &vault, log_head)?;
        let tombs = ChainFile::open(&dir.join("tombs"), TOMBS, &vault, tomb_head)?;
        let roster_file = ChainFile::open(&roster_path(dir), ROSTER, &vault, roster_head)?;
        let against = |what: &'static str, have: Head, said: Head| -> Option<Standing> {
            let file = match what {
                ROSTER => "roster",
                LOG => "access",
                _ => "tombs",
            };
            of_chain(what, have, said)
                .or_else(|| continues(&dir.join(file), Name { what, vault: &vault }, have, said, &verifier))
        };
        let foundation = early.unwrap_or_else(|| Foundation::lay(dir))?;
        let (unclean, failed, before) = (foundation.unclean, foundation.failed, dir.join(BEFORE));
        if foundation.misread {
            mended.push(UNCLEAN.to_owned());
        }
        let mut store = foundation.take()?;
        let mut standing = match &best {
            None => {
                let what = "the file `mark`, which counts what was saved, is missing or does not read";
                Standing::Damaged { what: what.into() }
            }
            Some(mark) => against(ROSTER, roster_head, mark.roster)
                .or_else(|| against(LOG, log_head, mark.log))
                .or_else(|| against(TOMBS, tomb_head, mark.tombs))
                .unwrap_or_else(|| of_store(&store, mark)),
        };
        let log_cut = best.as_ref().is_some_and(|mark| against(LOG, log_head, mark.log).is_some());
        if let (true, true, Some(mark)) = (unclean || before.exists(), standing.whole(), &best) {
            let gone = gone(dir, &vault, &verifier)?;
            let bad = if unclean { unreadable(&store, &gone) } else { 0 };
            match (cut_off(&store, &before, &gone, mark, failed)?, bad) {
                (0, 0) => drop(std::fs::remove_dir_all(&before)),
                (0, n) => standing = Standing::Damaged { what: format!("{n} records of the store do not read") },
                (missing, _) => standing = Standing::Behind { part: "store", missing },
            }
        }
        // Tombstones that do not read are said to be damaged by the scrub.
        let buried = gone(dir, &vault, &verifier).map(|gone| gone.buried).unwrap_or_default();
        // Where the disk refuses, they are not shown all the same.
        let returned = if standing.whole() { destroy_returned(&mut store, &buried).unwrap_or(0) } else { 0 };
        if returned > 0 {
            super::files::replace(&dir.join(REWRITE), b"")?;
            mended.push(format!("store (destroyed records: {returned})"));
        }
        let serial = best.as_ref().map_or(0, |m| m.serial);
        Ok(House {
            dir: dir.to_owned(),
            _lock: lock,
            store: Shown::over(Box::new(store), buried.clone()),
            roster,
            roster_file,
            log,
            tombs,
            mark_file,
            mark: best,
            serial,
            standing,
            log_cut,
            refused: false,
            mended,
            envelopes: super::envelopes::Envelopes::default(),
            buried,
            clock,
        })
    }
}

/// The newest mark of a vault, and how many of the file's slots do not read. The slot that was never written is blank.
pub(super) fn newest_mark(
    file: &MarkFile,
    vault: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<(Option<Mark>, usize), DeskFault> {
    let mut best: Option<Mark> = None;
    let mut spoiled = 0;
    for slot in file.slots()? {
        match mark::read(&slot, verifier) {
            Ok(mark) if mark.vault == vault => {
                if best.as_ref().is_none_or(|b| mark.serial > b.serial) {
                    best = Some(mark);
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
fn repair_end(path: &Path, name: Name<'_>, verifier: &dyn Fn(MemberId) -> Option<Verifier>) -> Result<bool, DeskFault> {
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

/// A chain that is longer than its mark has to go through what the mark says: longer by a crash between an entry and
/// its mark, or because it was cut and then written on. Reads the whole file, which only these two cases cost.
fn continues(
    path: &Path,
    name: Name<'_>,
    have: Head,
    said: Head,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Option<Standing> {
    if have.count <= said.count || said.count == 0 {
        return None;
    }
    let mut there = None;
    let mut take = |line: &Line| -> Result<(), DeskFault> {
        if line.n == said.count {
            there = Some(line.prev);
        }
        Ok(())
    };
    let read = read_chain(path, name, &mut take, verifier);
    (read.is_err() || there != Some(said.hash)).then_some(Standing::Forked { part: name.what })
}

/// Numbers of the places whose bytes are rightly not there.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// Destroyed on purpose.
    pub(super) buried: BTreeSet<u64>,
    /// Lost in an earlier salvage.
    pub(super) lost: BTreeSet<u64>,
    /// How many tombstones say so.
    pub(super) entries: u64,
}

/// Reads the tombstones.
pub(super) fn gone(
    dir: &Path,
    vault: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Gone, DeskFault> {
    let mut gone = Gone::default();
    let name = Name { what: TOMBS, vault };
    let mut take = |line: &Line| -> Result<(), DeskFault> {
        let broken = VaultFault::Chain { what: TOMBS, at: line.n, why: "not readable" };
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
/// The last group is synced beside the mark that announces it. Where one of its records has left no whole trace in the
/// file, not even one with a flipped bit, the group was cut off before its sync, and nobody was told that it is kept;
/// nor is it missed when the disk refused it (`failed`). Else it may have been acknowledged, and is counted.
fn cut_off(store: &dyn Store, before: &Path, gone: &Gone, mark: &Mark, failed: bool) -> Result<u64, DeskFault> {
    let held = |seq| matches!(store.place(seq), Ok(Some(place)) if matches!(store.get(&place), Ok(Some(_))));
    // What was destroyed or lost earlier stands in the old blocks of the file for a while, and so does what was cut off
    // earlier under a number that another record has now.
    let missed = |seq: &u64| !gone.buried.contains(seq) && !gone.lost.contains(seq) && !held(*seq);
    let (end, acknowledged) = (mark.store.count, mark.store.count - mark.pending.min(mark.store.count));
    let numbers = salvage(&[before])?.into_iter().map(|(place, _)| place.seq).filter(|seq| *seq < end);
    let missing: BTreeSet<u64> = numbers.filter(missed).collect();
    if missing.range(acknowledged..).next().is_none() {
        return Ok(missing.len() as u64);
    }
    let traces: BTreeSet<u64> = salvage_and_mend(&[before])?.into_iter().map(|(place, _)| place.seq).collect();
    let torn = (acknowledged..end).any(|seq| !traces.contains(&seq) && !held(seq));
    Ok(missing.range(..if torn || failed { acknowledged } else { end }).count() as u64)
}

/// How many records of a store are not found, do not read, or do not show on their shelf, though no tombstone says
/// that they are gone. Reads everything.
fn unreadable(store: &dyn Store, gone: &Gone) -> u64 {
    let mut shelves = BTreeMap::<Shelf, u64>::new();
    let mut bad = 0;
    for seq in (0..store.head().count).filter(|seq| !gone.lost.contains(seq)) {
        let Ok(Some(place)) = store.place(seq) else {
            bad += 1;
            continue;
        };
        match store.get(&place) {
            Ok(Some(_)) => *shelves.entry(place.shelf).or_default() += 1,
            Ok(None) if gone.buried.contains(&seq) => {}
            _ => bad += 1,
        }
    }
    let shown = |shelf| store.shelf(shelf).map_or(0, |places| places.len() as u64);
    bad + shelves.into_iter().map(|(shelf, held)| held.saturating_sub(shown(shelf))).sum::<u64>()
}
