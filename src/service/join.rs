//! Takes another copy of the same vault in: two workstations wrote on by themselves, and what one has and the other has not
//! is added, without changing a byte of either. Where the copies do not continue each other nothing is taken.
//!
//! What two workstations can make at the same time is told apart when it is read, the same on every copy: two clients of one
//! code (the later one is shown with a number behind the code until their card is written anew), two sessions of one number
//! (the later one has the next number), two case keys of one epoch (both open, the later one is the newer).

use crate::crypto::CryptoError;
use crate::crypto::chain::Head;
use crate::domain::explain::Explain;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{ClientCode, Writer};
use crate::ports::store::{Position, Store, StoreError};
use crate::service::check::keys_by_collection;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::{Message, msg};
use crate::vault::cache_files;
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use crate::vault::files::{Lock, disk, only_the_owners, read_chain_from, replace};
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::goes_through;
use crate::vault::memory;
use crate::vault::migration::copy_folder;
use crate::vault::mirror;
use crate::vault::roster_file::{History, read_history, roster_path};
use crate::vault::writers::{CHECKPOINTS_DIR, LOG, LOGS_DIR, TOMBS, TOMBS_DIR, chain_name, file_of, writers};
use serde::Serialize;
use std::path::Path;

/// Where the other copy stands while it is compared.
const JOINING: &str = "joining";

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Joined {
    /// Records that were not here.
    pub records: u64,
    /// Entries of the access log that were not here.
    pub entries: u64,
    /// Records here that the other copy had destroyed, and that are destroyed now.
    pub destroyed: u64,
    /// Codes that two clients have: as given, and as the later one is shown until its card is written anew.
    pub codes: Vec<(ClientCode, ClientCode)>,
}

fn refused(why: Message) -> VaultError {
    VaultError::NotJoined(why)
}

impl UnlockedVault {
    /// Takes in what another copy of this vault has and this one has not. That copy stays as it is.
    pub fn join(&self, other: &Path) -> Result<Joined, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        self.take_copy_in(state, grant, other)
    }

    fn take_copy_in(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::KeepWhole>,
        other: &Path,
    ) -> Result<Joined, VaultError> {
        state.folder.must_be_whole()?;
        if !other.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        if other.canonicalize().ok() == state.folder.dir.canonicalize().ok() {
            return Err(refused(msg("join-itself")));
        }
        only_the_owners(other)?;
        // It is copied and not written: a copy on a stick that is write-protected is joined too.
        let lock = Lock::to_read(other)?;
        let scratch = state.folder.dir.join(JOINING);
        let _ = std::fs::remove_dir_all(&scratch);
        let done = compare_and_take(&mut state, other, &scratch, lock, self.me.id);
        let _ = std::fs::remove_dir_all(&scratch);
        let mut joined = done?;
        state.caseload.take();
        let detail = Some(format!("joined {}", joined.records));
        self.log_access(&mut state, Task::Backup, None, joined.records, None, false, detail)?;
        joined.codes.clone_from(&state.caseload()?.codes_apart);
        memory::remember(&state.folder, self.me.id, &state.keys)?;
        Ok(joined)
    }
}

fn compare_and_take(
    state: &mut StateGuard<'_>,
    other: &Path,
    scratch: &Path,
    lock: Option<Lock>,
    me: crate::domain::practice::ids::MemberId,
) -> Result<Joined, VaultError> {
    let damaged = |e: VaultError| refused(e.message());
    let ours = state.folder.history();
    // Before it is copied, and again of the copy: what is judged is what is taken.
    of_this_vault(other, &read_history(other).map_err(damaged)?, &ours)?;
    copy_folder(other, scratch)?;
    let history = read_history(scratch).map_err(damaged)?;
    let theirs_is_longer = of_this_vault(scratch, &history, &ours)?;
    // What the other copy says of itself is judged as at an opening.
    let theirs = VaultFolder::open(scratch, Lock::take(scratch)?, history, state.folder.station.clone(), None);
    let theirs = theirs.map_err(damaged)?;
    drop(lock);
    if !theirs.integrity.whole() {
        return Err(refused(theirs.integrity.message()));
    }
    let new = new_records(state.folder.store.as_ref(), theirs.store.as_ref())?;
    judge_authors(state, &theirs, &new, me)?;
    let files = new_files(&state.folder, &theirs)?;
    let gone = theirs.gone()?;
    let lost = !gone.lost.is_empty() || !state.folder.gone()?.lost.is_empty();
    cache_files::forget(&state.folder.dir)?;
    // First who may sign, then what is destroyed, then the records, last the checkpoints that count them.
    if theirs_is_longer {
        replace(&roster_path(&state.folder.dir), &std::fs::read(roster_path(scratch)).map_err(disk)?)?;
    }
    let before: u64 = state.folder.logs().values().map(|head| head.count).sum();
    write_files(&state.folder.dir, &files, &[TOMBS_DIR])?;
    let folder = &mut state.folder;
    let buried: Vec<_> = gone.buried.difference(&folder.buried).copied().collect();
    folder.buried.extend(&buried);
    let mut here: Vec<Position> = Vec::new();
    for id in buried {
        here.extend(folder.store.find(id)?);
    }
    let destroyed = here.len() as u64;
    if destroyed > 0 {
        folder.store.destroy(&here, folder.buried.len() as u64)?;
    }
    let all = folder.buried.clone();
    let mut records = new.iter().map(|position| -> Result<_, StoreError> {
        let bytes = if all.contains(&position.id) { None } else { theirs.store.get(position)? };
        Ok((*position, bytes))
    });
    let records = folder.store.take_in(&mut records, lost)?;
    if folder.store.destroyed()? != folder.buried.len() as u64 {
        folder.store.destroy(&[], folder.buried.len() as u64)?;
    }
    write_files(&folder.dir, &files, &[LOGS_DIR, CHECKPOINTS_DIR])?;
    folder.read_anew()?;
    folder.must_be_whole()?;
    mirror::keep(&folder.dir)?;
    let entries = folder.logs().values().map(|head| head.count).sum::<u64>() - before;
    Ok(Joined { records, entries, destroyed, codes: Vec::new() })
}

/// Refuses a copy whose roster does not continue ours, or ours it; true when theirs is the longer one.
fn of_this_vault(dir: &Path, theirs: &History, ours: &History) -> Result<bool, VaultError> {
    if !theirs.current || dir.join("migrated").exists() {
        return Err(refused(msg("join-former-format")));
    }
    if theirs.founding() != ours.founding() || theirs.roster.vault != ours.roster.vault {
        return Err(refused(msg("join-another-vault")));
    }
    let theirs_is_longer = theirs.hashes.len() > ours.hashes.len();
    let (long, short) = if theirs_is_longer { (theirs, ours) } else { (ours, theirs) };
    if long.went_through(short.head()) { Ok(theirs_is_longer) } else { Err(refused(msg("join-members-apart"))) }
}

/// The positions that the other copy has and this one has not, each writer's in rising order; refused where the two have
/// different records under one number.
fn new_records(ours: &dyn Store, theirs: &dyn Store) -> Result<Vec<Position>, VaultError> {
    let mut new = Vec::new();
    for (writer, head) in theirs.heads() {
        let mine = ours.head(writer);
        let apart = if mine.count <= head.count {
            goes_through(theirs, writer, mine)
        } else {
            goes_through(ours, writer, head)
        };
        if mine != Head::EMPTY && apart.is_some() {
            return Err(refused(msg("join-records-apart").shown("writer", writer)));
        }
        for number in mine.count..head.count {
            // What was lost there is lost here as well; the tombstones say so.
            new.extend(theirs.at(writer, number)?);
        }
    }
    Ok(new)
}

/// Every new record has its bytes, or a tombstone; what this member has a key for is opened: its author's role must have been
/// one that writes it.
fn judge_authors(
    state: &StateGuard<'_>,
    theirs: &VaultFolder,
    new: &[Position],
    me: crate::domain::practice::ids::MemberId,
) -> Result<(), VaultError> {
    let read = state.keys.read();
    let load = Caseload::load(theirs, read, Some(me))?;
    let keys = keys_by_collection(theirs, read, &load);
    for position in new {
        let own = keys.get(&position.collection).map_or(&[][..], Vec::as_slice);
        match theirs.open_place(position, own) {
            Ok(_) | Err(VaultError::Vault(CryptoError::NotYours)) => {}
            Err(e) => {
                return Err(refused(
                    msg("join-record")
                        .with("number", position.number)
                        .shown("writer", position.writer)
                        .with("why", e.message()),
                ));
            }
        }
    }
    Ok(())
}

/// A small file of the other copy that goes on where ours ends.
struct NewFile {
    subfolder: &'static str,
    writer: Writer,
    bytes: Vec<u8>,
}

/// The chains and checkpoints of the other copy that are newer than ours; refused where a chain parts from ours, and where an
/// entry that would come in does not read.
fn new_files(here: &VaultFolder, there: &VaultFolder) -> Result<Vec<NewFile>, VaultError> {
    let (dir, scratch, vault) = (&here.dir, &there.dir, here.roster.vault.as_str());
    let mut found = Vec::new();
    for writer in writers(scratch)? {
        let read = |dir: &Path, subfolder| match std::fs::read(file_of(dir, subfolder, writer)) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read.map_err(disk),
        };
        let mut newer = false;
        for subfolder in [TOMBS_DIR, LOGS_DIR] {
            let (ours, theirs) = (read(dir, subfolder)?, read(scratch, subfolder)?);
            if theirs.len() > ours.len() && theirs.starts_with(&ours) {
                newer = true;
                let what = if subfolder == LOGS_DIR { LOG } else { TOMBS };
                let seen = here.writers.get(&writer).map_or((Head::EMPTY, 0), |files| {
                    let chain = if subfolder == LOGS_DIR { &files.log } else { &files.tombs };
                    (chain.head, chain.len)
                });
                let (path, name) = (file_of(scratch, subfolder, writer), chain_name(what, vault, writer));
                let read = read_chain_from(&path, name, seen, &mut |_| Ok(()), &|id| there.verifier(id));
                let (_, end) = read.map_err(|e| refused(e.message()))?;
                if end != theirs.len() as u64 {
                    return Err(refused(msg("join-entries-apart").shown("writer", writer)));
                }
                found.push(NewFile { subfolder, writer, bytes: theirs });
            } else if !ours.starts_with(&theirs) {
                return Err(refused(msg("join-entries-apart").shown("writer", writer)));
            }
        }
        let theirs = read(scratch, CHECKPOINTS_DIR)?;
        // The log grows with everything that is written: who has the longer one has the newer checkpoint.
        if newer && !theirs.is_empty() {
            found.push(NewFile { subfolder: CHECKPOINTS_DIR, writer, bytes: theirs });
        }
    }
    Ok(found)
}

fn write_files(dir: &Path, files: &[NewFile], folders: &[&str]) -> Result<(), VaultError> {
    for subfolder in folders {
        for file in files.iter().filter(|file| file.subfolder == *subfolder) {
            replace(&file_of(dir, subfolder, file.writer), &file.bytes)?;
        }
    }
    Ok(())
}
