//! What a member and a workstation have seen of a vault: written down when it is whole, compared at the next opening.

use crate::crypto::CryptoError;
use crate::crypto::chain::Head;
use crate::crypto::checkpoint::sign_note;
use crate::crypto::keys::Keyring;
use crate::crypto::seal;
use crate::domain::practice::ids::{MemberId, Writer};
use crate::vault::error::VaultError;
use crate::vault::files::{disk, goes_on_after, private_folder, replace};
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::{Integrity, goes_through, of_chain};
use crate::vault::roster_file::ROSTER;
use crate::vault::trust::{
    FORM, Known, MEMORY_DIR, Seen, SeenHeads, Trusted, key_name, known_path, memory_path, place_path, read_state,
};
use crate::vault::writers::{LOG, LOGS_DIR, TOMBS, TOMBS_DIR, chain_name, file_of};
use std::collections::BTreeMap;

impl Trusted {
    /// What went back or was written anew since it was seen: the gravest of it. Another history first, then a roster that
    /// is cut, then what is merely older.
    ///
    /// In an older state that was put back, whoever opens it writes on in the access log: their own log is then another than
    /// the one that was seen, and is merely older all the same. So it is for what this workstation saw of the logs that are
    /// written on it; what a member saw of others is not.
    pub(crate) fn compare(&self, folder: &VaultFolder, own: Writer) -> Integrity {
        let here = |writer: &Writer| writer.device == own.device;
        let is_own = |writer: &Writer| *writer == own;
        let by_memory = self.memory.iter().flat_map(|seen| seen.against(folder, &is_own));
        let mut wrong: Vec<Integrity> =
            by_memory.chain(self.place.iter().flat_map(|seen| seen.against(folder, &here))).collect();
        if self.roster_behind > 0 {
            wrong.push(Integrity::Behind { part: ROSTER, missing: self.roster_behind });
        }
        wrong.sort_by_key(|wrong| match wrong {
            Integrity::Damaged { .. } | Integrity::Forked { .. } => 0,
            Integrity::Behind { part: ROSTER, .. } => 1,
            _ => 2,
        });
        wrong.into_iter().next().unwrap_or(Integrity::Complete { interrupted: 0 })
    }

    /// Of each writer who is merely behind what was seen: the part, and how many are missing.
    pub(crate) fn behind(&self, folder: &VaultFolder) -> BTreeMap<(Writer, &'static str), u64> {
        let mut behind = BTreeMap::new();
        for seen in [&self.memory, &self.place].into_iter().flatten() {
            for (writer, wrong) in seen.against_writers(folder) {
                if let Integrity::Behind { part, missing } = wrong {
                    let most: &mut u64 = behind.entry((writer, part)).or_default();
                    *most = missing.max(*most);
                }
            }
        }
        behind
    }

    /// True when the vault is as the member saw it last, but for what they wrote on this workstation.
    pub(crate) fn remembers(&self, folder: &VaultFolder, member: MemberId) -> bool {
        let now = Seen::now(folder);
        let others = |seen: &Seen| {
            let mut seen = seen.clone();
            seen.writers.remove(&folder.writer(member));
            seen
        };
        let memory = self.memory.as_ref();
        memory.is_some_and(|seen| others(seen) == others(&now)) && self.place.is_some()
    }
}

impl Seen {
    fn now(folder: &VaultFolder) -> Self {
        let heads = folder.store.heads();
        let mut writers: BTreeMap<Writer, SeenHeads> = BTreeMap::new();
        for writer in heads.keys().chain(folder.writers.keys()) {
            let store = heads.get(writer).copied().unwrap_or(Head::EMPTY);
            let files = folder.writers.get(writer);
            let none = (Head::EMPTY, 0);
            let (log, log_bytes) = files.map_or(none, |files| (files.log.head, files.log.len));
            let (tombs, tombs_bytes) = files.map_or(none, |files| (files.tombs.head, files.tombs.len));
            writers.insert(*writer, SeenHeads { store, log, log_bytes, tombs, tombs_bytes });
        }
        let vault = folder.roster.vault.clone();
        let roster = folder.roster_hashes.iter().map(hex::encode).collect();
        let founding = folder.roster_hashes.first().copied().unwrap_or_default();
        Seen { vault, founding, roster, writers }
    }

    /// Everything that is wrong by it: of the roster, and of each writer the first.
    fn against(&self, folder: &VaultFolder, writes_on: &dyn Fn(&Writer) -> bool) -> Vec<Integrity> {
        let missing = self.roster.len().saturating_sub(folder.roster_hashes.len()) as u64;
        let older = |(writer, wrong): (Writer, Integrity)| match wrong {
            Integrity::Forked { part: LOG } if writes_on(&writer) => Integrity::Behind { part: LOG, missing: 1 },
            wrong => wrong,
        };
        let roster = (missing > 0).then_some(Integrity::Behind { part: ROSTER, missing });
        roster.into_iter().chain(self.against_writers(folder).into_iter().map(older)).collect()
    }

    /// Of each writer the first that is wrong.
    fn against_writers(&self, folder: &VaultFolder) -> Vec<(Writer, Integrity)> {
        let of_writer = |(writer, seen): (&Writer, &SeenHeads)| {
            let files = folder.writers.get(writer);
            let (log, tombs) = files.map_or((Head::EMPTY, Head::EMPTY), |files| (files.log.head, files.tombs.head));
            let wrong = goes_through(folder.store.as_ref(), *writer, seen.store)
                .or_else(|| of_chain(LOG, log, seen.log))
                .or_else(|| of_chain(TOMBS, tombs, seen.tombs))
                .or_else(|| rewritten(folder, *writer, (LOG, LOGS_DIR), log, (seen.log, seen.log_bytes)))
                .or_else(|| rewritten(folder, *writer, (TOMBS, TOMBS_DIR), tombs, (seen.tombs, seen.tombs_bytes)));
            wrong.map(|wrong| (*writer, wrong))
        };
        self.writers.iter().filter_map(of_writer).collect()
    }
}

/// A chain that is longer than what was seen of it has to go on after that: its writer can sign another one, and make it
/// longer than the old.
fn rewritten(
    folder: &VaultFolder,
    writer: Writer,
    (what, subfolder): (&'static str, &str),
    have: Head,
    seen: (Head, u64),
) -> Option<Integrity> {
    if have.count <= seen.0.count {
        return None;
    }
    let name = chain_name(what, &folder.roster.vault, writer);
    let path = file_of(&folder.dir, subfolder, writer);
    let follows = goes_on_after(&path, name, seen, &|id| folder.verifier(id)).unwrap_or(false);
    (!follows).then_some(Integrity::Forked { part: what })
}

/// Forgets how far this workstation knew the roster: two persons said that an older one holds.
pub(crate) fn forget_known(folder: &VaultFolder) -> Result<(), VaultError> {
    match std::fs::remove_file(known_path(&folder.station, &folder.roster.vault)) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk(e)),
        _ => Ok(()),
    }
}

/// Writes down what the member and this workstation have seen now. Only of a whole vault.
pub(crate) fn remember(folder: &VaultFolder, member: MemberId, keys: &Keyring) -> Result<(), VaultError> {
    if !folder.integrity.whole() {
        return Ok(());
    }
    let seen = Seen::now(folder);
    let json = serde_json::to_string(&seen).map_err(|_| CryptoError::Sealing)?;
    let signed = sign_note(&format!("{FORM}{json}\n"), &key_name(member), keys);
    private_folder(&folder.dir.join(MEMORY_DIR))?;
    replace(&memory_path(&folder.dir, member), &seal::encrypt(signed.as_bytes(), &keys.recipient())?)?;
    let path = known_path(&folder.station, &seen.vault);
    let before: Option<Known> = read_state(&path);
    let known = match before {
        // An older roster at another place does not make this workstation forget a newer one.
        Some(known) if known.founding == seen.founding && known.roster.len() > seen.roster.len() => known,
        _ => Known { founding: seen.founding, roster: seen.roster },
    };
    let known = serde_json::to_vec(&known).map_err(|_| CryptoError::Sealing)?;
    for (path, bytes) in [(place_path(&folder.station, &folder.dir), json.as_bytes()), (path, known.as_slice())] {
        private_folder(&folder.station.state)?;
        path.parent().map_or(Ok(()), private_folder)?;
        replace(&path, bytes)?;
    }
    Ok(())
}
