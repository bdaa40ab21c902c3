//! What is typed into a note and not saved, kept beside the vault's records every second or two so that a crash takes no more
//! than that: one file for a member and a session, sealed to the client's case key (so that destroying the key destroys it),
//! signed by the member. It is gone once the note is saved or put away. It is the member's own hand on its way to a record,
//! so neither keeping nor reading it is an entry of the access log; opening the session is one.

use crate::crypto::checkpoint::{read_note, sign_note};
use crate::crypto::seal;
use crate::crypto::{CryptoError, keys::SealKey};
use crate::domain::governance::access::{Grant, Permit, Relation, permit};
use crate::domain::note::working_copy::{SCHEMA, WorkingCopy};
use crate::domain::practice::ids::{MemberId, SessionId};
use crate::domain::practice::session::SessionState;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::vault::caseload::Known;
use crate::vault::error::VaultError;
use crate::vault::files::{disk, private_folder, replace, sync_dir};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The folder. No check, mirror or backup looks at it.
const FOLDER: &str = "unsaved";
/// A note of this size was not typed.
const MOST_BYTES: u64 = 8 << 20;

impl UnlockedVault {
    /// Keeps what is typed, in the place of what was kept before. Returns only after it is synced to disk.
    pub fn keep_working_copy(&self, copy: &WorkingCopy) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::WriteNote>(&state, copy.session)?;
        write(&state, grant, copy)
    }

    /// What was typed into the note of this session and never saved. None where nothing was, or where it is not this member's
    /// own hand.
    pub fn working_copy(&self, session: SessionId) -> Result<Option<WorkingCopy>, VaultError> {
        let state = self.state();
        if state.folder.reading.is_some() {
            // Where nothing is written, one's own words are read all the same.
            let grant = self.ask_by::<permit::ReadContent>(&state, session)?;
            return Ok(read(&state, grant, session));
        }
        let grant = self.ask_by::<permit::WriteNote>(&state, session)?;
        Ok(read(&state, grant, session))
    }

    /// Sessions with a note that was typed and never saved.
    pub fn working_copies(&self) -> Result<BTreeSet<SessionId>, VaultError> {
        let state = self.state();
        let mut found = BTreeSet::new();
        let own = |known: &&Known| known.relation(self.me.id) == Relation::Own;
        for known in state.caseload()?.clients.values().filter(own) {
            let grant = self.ask_for::<permit::ReadContent>(&state, known)?;
            let there = |id: &&SessionId| path(&state.folder.dir, **id, grant.by()).is_file();
            let sessions = state.client_of(&grant)?.sessions.iter();
            let left = sessions.filter(|(_, case)| case.row.state != SessionState::Destroyed).map(|(id, _)| id);
            found.extend(left.filter(there));
        }
        Ok(found)
    }

    /// Away with it: the note was saved, or its writer put it away.
    pub fn drop_working_copy(&self, session: SessionId) -> Result<(), VaultError> {
        let state = self.state();
        let grant = self.ask_by::<permit::WriteNote>(&state, session)?;
        remove(&state.folder.dir, session, grant.by())
    }
}

fn path(dir: &Path, session: SessionId, member: MemberId) -> PathBuf {
    dir.join(FOLDER).join(format!("{session}-{member}.age"))
}

/// The name that the signature is bound to: this session's copy and no other note.
fn signed_as(session: SessionId, member: MemberId) -> String {
    format!("gyeot-unsaved/{session}/{member}")
}

fn write(state: &State, grant: Grant<permit::WriteNote>, copy: &WorkingCopy) -> Result<(), VaultError> {
    let (known, case) = state.session_of(&grant, copy.session)?;
    if case.row.state == SessionState::Destroyed {
        return Err(VaultError::SessionDestroyed);
    }
    let to = known.current(&state.folder, state.keys.read())?.recipient();
    let text = Zeroizing::new(serde_json::to_string(copy).map_err(|_| CryptoError::Sealing)? + "\n");
    let signed = Zeroizing::new(sign_note(&text, &signed_as(copy.session, grant.by()), &state.keys));
    let sealed = seal::encrypt(signed.as_bytes(), &to)?;
    private_folder(&state.folder.dir.join(FOLDER))?;
    replace(&path(&state.folder.dir, copy.session, grant.by()), &sealed)
}

fn read<P: Permit>(state: &State, grant: Grant<P>, session: SessionId) -> Option<WorkingCopy> {
    let (known, case) = state.session_of(&grant, session).ok()?;
    let path = path(&state.folder.dir, session, grant.by());
    let small = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_file() && found.len() <= MOST_BYTES);
    if !small || case.row.state == SessionState::Destroyed {
        return None;
    }
    let sealed = std::fs::read(path).ok()?;
    let keys: Vec<&SealKey> = known.case_keys(&state.folder, state.keys.read());
    let plain = keys.into_iter().find_map(|key| seal::decrypt(&sealed, key).ok())?;
    let name = signed_as(session, grant.by());
    let text = read_note(std::str::from_utf8(&plain).ok()?, &name, &state.keys.verifier()).ok()?;
    let copy: WorkingCopy = serde_json::from_str(text).ok()?;
    (copy.schema == SCHEMA && copy.session == session).then_some(copy)
}

/// Removes what one member typed.
fn remove(dir: &Path, session: SessionId, member: MemberId) -> Result<(), VaultError> {
    match std::fs::remove_file(path(dir, session, member)) {
        Ok(()) => sync_dir(&dir.join(FOLDER)),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(disk(e)),
    }
}

/// Removes what anybody typed into the notes of these sessions: before they are destroyed or change hands.
pub(crate) fn forget(dir: &Path, sessions: &BTreeSet<SessionId>) -> Result<(), VaultError> {
    let folder = dir.join(FOLDER);
    let Ok(entries) = std::fs::read_dir(&folder) else { return Ok(()) };
    let begins: Vec<String> = sessions.iter().map(|id| format!("{id}-")).collect();
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if begins.iter().any(|begin| name.starts_with(begin)) {
            std::fs::remove_file(entry.path()).map_err(disk)?;
        }
    }
    sync_dir(&folder)
}
