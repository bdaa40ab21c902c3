//! Brings a vault of schema 1 to this one: once, after a copy of all of it beside the folder, and so that a kill in the middle
//! leaves it either as it was or as it becomes.
//!
//! Everything is laid ready in `migrating`, which becomes `migrated` by one rename: from there on the rest is only moving,
//! and the next opening goes on with it. The roster takes its place first, so that the program of before refuses the folder
//! by its version and does not write into what is half moved.

use crate::crypto::CryptoError;
use crate::crypto::chain::{Head, Line, Name};
use crate::crypto::checkpoint::{self, Checkpoint, Closed};
use crate::crypto::error::part;
use crate::crypto::keys::sha256;
use crate::crypto::schema_1::newest_mark;
use crate::domain::explain::Explain;
use crate::domain::practice::ids::{MemberId, RecordId, Writer};
use crate::domain::practice::time::Timestamp;
use crate::ports::store::{Held, StoreError};
use crate::texts::{Message, msg};
use crate::vault::checkpoint_file::CheckpointFile;
use crate::vault::error::VaultError;
use crate::vault::files::{ChainFile, disk, private_folder, read_chain, replace, sync_dir};
use crate::vault::folder::Me;
use crate::vault::roster_file::{History, with_signpost};
use crate::vault::tombs::Tomb;
use crate::vault::workstation::Workstation;
use crate::vault::writers::{CHECKPOINTS_DIR, LOG, LOGS_DIR, TOMBS, TOMBS_DIR, chain_name, file_of};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where everything is laid ready.
const MIGRATING: &str = "migrating";
/// The same when it is complete.
const MIGRATED: &str = "migrated";
/// In it: hash of the mark that it was made from.
const MADE_FROM: &str = "made-from";
/// What takes its place, the roster first.
const PARTS: [&str; 5] = ["roster", "store", LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR];
/// Where the old parts go until all are exchanged.
const OLD: &str = "schema-1";

/// The copy of a vault of schema 1 beside its folder.
pub fn copy_beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    dir.with_file_name(format!("{name}.schema-1"))
}

/// A tombstone of schema 1.
#[derive(Debug, Deserialize)]
struct OldTomb {
    places: Vec<u64>,
    why: String,
}

fn refused(why: Message) -> VaultError {
    VaultError::NotMigrated(why)
}

/// Ends a migration that was interrupted, before anything of the folder is read.
pub(crate) fn finish(dir: &Path) -> Result<(), VaultError> {
    let ready = dir.join(MIGRATED);
    if !ready.is_dir() {
        return Ok(());
    }
    let mark = dir.join("mark");
    if ready.join("roster").exists() && mark.exists() {
        // Nothing was moved yet. The program of before may have gone on since.
        let made_from = std::fs::read(ready.join(MADE_FROM)).map_err(disk)?;
        if made_from != hex::encode(sha256(&[&std::fs::read(&mark).map_err(disk)?])).into_bytes() {
            return std::fs::remove_dir_all(&ready).map_err(disk);
        }
    }
    let old = dir.join(OLD);
    private_folder(&old)?;
    for part in PARTS {
        let (new, place) = (ready.join(part), dir.join(part));
        if !new.exists() {
            continue;
        }
        if part == "roster" {
            // In one step: at no moment is there no roster.
            std::fs::copy(&place, old.join(part)).map_err(disk)?;
        } else if place.exists() && !old.join(part).exists() {
            std::fs::rename(&place, old.join(part)).map_err(disk)?;
        }
        std::fs::rename(&new, &place).map_err(disk)?;
        sync_dir(dir)?;
    }
    for left in ["mark", "unclean", "spare", "remembered", "store.before"] {
        let path = dir.join(left);
        let _ = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
    }
    std::fs::remove_dir_all(&old).map_err(disk)?;
    std::fs::remove_dir_all(&ready).map_err(disk)?;
    sync_dir(dir)
}

/// Brings the vault over. `history` is its roster, which is believed; `me` signs what begins now. Refused, with nothing
/// changed, where the vault is not whole.
pub(crate) fn migrate(dir: &Path, station: &Workstation, history: &History, me: &Me<'_>) -> Result<(), VaultError> {
    let mark_bytes = std::fs::read(dir.join("mark")).map_err(|_| refused(msg("migration-mark-missing")))?;
    let vault = history.roster.vault.as_str();
    let verifier = |id: MemberId| history.verifier(id);
    let mark = newest_mark(&mark_bytes, vault, &verifier).ok_or_else(|| refused(msg("migration-mark-unreadable")))?;
    if !history.went_through(mark.roster) {
        return Err(refused(msg("migration-roster-changed")));
    }
    let chain = |file: &str, what: &'static str, said: Head, take: &mut dyn FnMut(&Line) -> Result<(), VaultError>| {
        let mut there = (said.count == 0).then_some(said.hash);
        let mut each = |line: &Line| -> Result<(), VaultError> {
            if line.n == said.count {
                there = Some(line.prev);
            }
            take(line)
        };
        let name = Name { what, vault, writer: None };
        let head = read_chain(&dir.join(file), name, &mut each, &verifier).map_err(|e| refused(e.message()))?;
        let through = if head.count == said.count { head.hash == said.hash } else { there == Some(said.hash) };
        if through && head.count >= said.count {
            Ok(head)
        } else {
            Err(refused(msg("migration-part-changed").with("part", part(what))))
        }
    };
    let log = chain("access", LOG, mark.log, &mut |_| Ok(()))?;
    let (mut buried, mut lost) = (BTreeSet::new(), BTreeSet::new());
    let tombs = chain("tombs", TOMBS, mark.tombs, &mut |line| {
        let tomb: OldTomb = serde_json::from_str(&line.payload).map_err(|_| CryptoError::Damaged)?;
        if tomb.why == "lost" { &mut lost } else { &mut buried }.extend(tomb.places);
        Ok(())
    })?;
    keep_copy(dir)?;
    let ready = dir.join(MIGRATING);
    let _ = std::fs::remove_dir_all(&ready);
    for folder in ["", "store", LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR] {
        private_folder(&ready.join(folder))?;
    }
    let (store, ids) = records(dir, &ready, station, (mark.store, mark.pending), &buried, &lost)?;
    let closed = Closed { store, log, tombs };
    for (from, folder) in [("access", LOGS_DIR), ("tombs", TOMBS_DIR)] {
        let bytes = std::fs::read(dir.join(from)).map_err(disk)?;
        // What a crash left half written was acknowledged to nobody.
        let end = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        replace(&file_of(&ready, folder, Writer::SCHEMA_1), &bytes[..end])?;
    }
    begin(&ready, station, vault, history.head(), me, closed, ids, buried, lost)?;
    replace(&ready.join("roster"), &with_signpost(dir)?)?;
    replace(&ready.join(MADE_FROM), hex::encode(sha256(&[&mark_bytes])).as_bytes())?;
    std::fs::rename(&ready, dir.join(MIGRATED)).map_err(disk)?;
    sync_dir(dir)?;
    finish(dir)
}

/// The new store with the records of the old one; gives where they end, and the ids of those that were destroyed.
fn records(
    dir: &Path,
    ready: &Path,
    station: &Workstation,
    (said, pending): (Head, u64),
    buried: &BTreeSet<u64>,
    lost: &BTreeSet<u64>,
) -> Result<(Head, Vec<RecordId>), VaultError> {
    let old = ready.join("old-store");
    station.stores.copy(&dir.join("store"), &old)?;
    let mut ids = Vec::new();
    let (mut found, mut at_said, mut wrong) = (0u64, said.count == 0, None);
    let acknowledged = said.count - pending.min(said.count);
    let mut new = station.stores.open(&ready.join("store"))?;
    {
        let old_records = station.stores.read_schema_1(&old).map_err(|e| refused(e.message()))?;
        let mut each = old_records.map(|record: Result<Held, StoreError>| {
            let (position, bytes) = record?;
            let gone = buried.contains(&position.number);
            for number in found..position.number {
                if !lost.contains(&number) {
                    wrong.get_or_insert(number);
                }
            }
            found = position.number + 1;
            at_said |= found == said.count && position.head == said.hash;
            if gone {
                ids.push(position.id);
            } else if bytes.is_none() && !lost.contains(&position.number) {
                wrong.get_or_insert(position.number);
            }
            Ok((position, bytes.filter(|_| !gone)))
        });
        new.take_in(&mut each, !lost.is_empty()).map_err(|e| match e {
            StoreError::Disk(_) => e.into(),
            e => refused(e.message()),
        })?;
    }
    new.destroy(&[], ids.len() as u64)?;
    let head = new.head(Writer::SCHEMA_1);
    drop(new);
    std::fs::remove_dir_all(&old).map_err(disk)?;
    if let Some(number) = wrong {
        return Err(refused(msg("migration-record-missing").with("number", number)));
    }
    if head.count < acknowledged || (head.count >= said.count && !at_said) {
        return Err(refused(msg("migration-store-changed")));
    }
    Ok((head, ids))
}

/// The first files of the writer who brings the vault over: an empty log, a tombstone that says by ids what the old ones said
/// by numbers, the first checkpoint.
#[allow(clippy::too_many_arguments, reason = "each is one part of the first checkpoint")]
fn begin(
    ready: &Path,
    station: &Workstation,
    vault: &str,
    roster: Head,
    me: &Me<'_>,
    closed: Closed,
    records: Vec<RecordId>,
    buried: BTreeSet<u64>,
    lost: BTreeSet<u64>,
) -> Result<(), VaultError> {
    let writer = Writer { member: me.id, device: station.device()? };
    let log = ChainFile::create(&file_of(ready, LOGS_DIR, writer), chain_name(LOG, vault, writer))?;
    let mut tombs = ChainFile::create(&file_of(ready, TOMBS_DIR, writer), chain_name(TOMBS, vault, writer))?;
    let at: Timestamp = station.clock.now();
    if !records.is_empty() || !lost.is_empty() {
        let lost = lost.into_iter().map(|number| (Writer::SCHEMA_1, number)).collect();
        let numbers = buried.into_iter().map(|number| (Writer::SCHEMA_1, number)).collect();
        let tomb = Tomb { records, numbers, lost, why: "migrated".into(), at };
        tombs.append(serde_json::to_string(&tomb).map_err(|_| CryptoError::Sealing)?, &[(me.id, me.keys)])?;
    }
    let checkpoint = Checkpoint {
        vault: vault.to_owned(),
        writer,
        serial: 1,
        store: Head::EMPTY,
        pending: 0,
        roster,
        log: log.head,
        log_bytes: 0,
        log_fault: false,
        tombs: tombs.head,
        closed: Some(closed),
        at,
    };
    let file = CheckpointFile::open(&file_of(ready, CHECKPOINTS_DIR, writer))?;
    file.write(checkpoint.serial, &checkpoint::write(&checkpoint, me.keys)?)?;
    for folder in [LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR] {
        sync_dir(&ready.join(folder))?;
    }
    Ok(())
}

/// Copies the whole folder beside itself, as it is; one that stands there already is the copy of an interrupted migration.
fn keep_copy(dir: &Path) -> Result<(), VaultError> {
    let to = copy_beside(dir);
    if to.exists() {
        return Ok(());
    }
    let part = to.with_extension(format!("part-{}", std::process::id()));
    copy_folder(dir, &part).inspect_err(|_| drop(std::fs::remove_dir_all(&part)))?;
    std::fs::rename(&part, &to).map_err(disk)?;
    to.parent().filter(|p| !p.as_os_str().is_empty()).map_or(Ok(()), sync_dir)
}

/// Copies a folder with all that is in it but its lock; synced.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), VaultError> {
    private_folder(to)?;
    for entry in std::fs::read_dir(from).map_err(disk)? {
        let entry = entry.map_err(disk)?;
        let (kind, target) = (entry.file_type().map_err(disk)?, to.join(entry.file_name()));
        let name = entry.file_name();
        if kind.is_dir() && name != MIGRATING {
            copy_folder(&entry.path(), &target)?;
        } else if kind.is_file() && name != "lock" {
            std::fs::copy(entry.path(), &target).map_err(disk)?;
            std::fs::File::open(&target).and_then(|f| f.sync_all()).map_err(disk)?;
        }
    }
    sync_dir(to)
}
