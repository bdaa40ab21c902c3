//! Keeping the vault whole: the scrub that reads every byte, and salvage of what is intact when it does not open.

use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::sled_chunks::salvage_and_mend;
use crate::adapters::store_sled::{SledStore, sync_dir};
use crate::crypto::CryptoError;
use crate::crypto::chain::{Head, Name};
use crate::crypto::keys::SealKey;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::lang::Lang;
use crate::ports::clock::Clock;
use crate::ports::store::Collection;
use crate::service::state_guard::StateGuard;
use crate::service::unlocking::{choose, unlock_slot};
use crate::service::{Integrity, State, UnlockedVault};
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use crate::vault::files::{Lock, SUMMED, disk, private_folder, read_chain, read_summed};
use crate::vault::folder::{DAMAGED, LOG, ROSTER, SALVAGED, VaultFolder};
use crate::vault::integrity::of_chain;
use crate::vault::opening::{Gone, gone, newest_checkpoint, read_roster};
use secrecy::SecretString;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the scrub found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Against the high-water checkpoint.
    pub integrity: Integrity,
    /// Places in the sequence.
    pub records: u64,
    /// Opened here: hash, header and signature are good.
    pub opened: u64,
    /// Sealed to others: hash is good, the signature is for them to check.
    pub sealed_to_others: u64,
    /// Destroyed, with a tombstone.
    pub destroyed: u64,
    /// Lost in an earlier salvage.
    pub lost: u64,
    /// What is damaged or missing: the place's number and one phrase.
    pub damaged: Vec<(u64, String)>,
    /// Damaged files other than the store.
    pub files: Vec<(String, String)>,
    /// Small files that were damaged and were put right from their second copy when the vault was opened.
    pub mended: Vec<String>,
    /// Entries of the access log, all good.
    pub log_entries: u64,
}

impl CheckReport {
    /// True when nothing is wrong.
    pub fn sound(&self) -> bool {
        self.integrity.whole() && self.damaged.is_empty() && self.files.is_empty()
    }
}

/// What salvage saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Salvaged {
    /// Intact records that stand in the new store.
    pub saved: u64,
    /// Numbers of places that are lost; also listed in the tombstones.
    pub lost: Vec<u64>,
    /// Where the damaged store was put aside, under the vault's folder.
    pub aside: String,
}

impl UnlockedVault {
    /// Reads every byte of the vault: every place, hash and link; every signature that this member can check; the
    /// roster, the access log, the tombstones and the key slots.
    pub fn check(&self) -> Result<CheckReport, VaultError> {
        let state = self.state();
        let grant = self.grant::<permit::KeepWhole>(&state, Whose::Nobody)?;
        self.check_all(state, grant)
    }

    fn check_all(
        &self,
        mut state: StateGuard<'_>,
        _allowed: Grant<permit::KeepWhole>,
    ) -> Result<CheckReport, VaultError> {
        self.log_access(&mut state, Task::Check, None, 0, None, false, Some("store".into()))?;
        let house = &state.house;
        // Read anew: what is checked is what stands in the store, not what is remembered of it. Where the key_collection does not
        // read, its collection is named below.
        let load = Caseload::load(house, state.keys.read(), Some(self.me.id)).unwrap_or_default();
        let keys = keys_by_collection(&state, &load);
        let mut report = CheckReport {
            integrity: house.integrity.clone(),
            records: house.store.head().count,
            opened: 0,
            sealed_to_others: 0,
            destroyed: 0,
            lost: 0,
            damaged: Vec::new(),
            files: Vec::new(),
            mended: house.mended.clone(),
            log_entries: 0,
        };
        let Gone { buried, lost, .. } = match house.gone() {
            Ok(found) => found,
            Err(e) => {
                report.files.push(("tombs".into(), e.to_string()));
                Default::default()
            }
        };
        let mut before = Some(Head::EMPTY);
        let mut shelves = BTreeSet::new();
        for seq in 0..report.records {
            let place = match house.store.place(seq) {
                Ok(Some(place)) => place,
                Ok(None) if lost.contains(&seq) => {
                    report.lost += 1;
                    before = None;
                    continue;
                }
                Ok(None) => {
                    report.damaged.push((seq, "the place is missing".into()));
                    before = None;
                    continue;
                }
                Err(_) => {
                    report.damaged.push((seq, "the place does not read".into()));
                    before = None;
                    continue;
                }
            };
            if before.is_some_and(|b| !place.follows(b)) {
                report.damaged.push((seq, "it does not follow the place before".into()));
            }
            before = Some(place.after_this());
            shelves.insert(place.collection);
            let own = keys.get(&place.collection).map_or(&[][..], Vec::as_slice);
            match house.open_place(&place, own) {
                Ok(Some(_)) => report.opened += 1,
                Ok(None) if buried.contains(&seq) => report.destroyed += 1,
                Ok(None) => report.damaged.push((seq, "its bytes are missing".into())),
                Err(VaultError::Vault(CryptoError::NotYours)) => report.sealed_to_others += 1,
                Err(e) => report.damaged.push((seq, e.to_string())),
            }
        }
        for collection in shelves {
            if let Err(e) = house.store.collection(collection) {
                report.files.push(("store".into(), e.to_string()));
            }
        }
        if let Err(e) = read_roster(&house.dir) {
            report.files.push(("roster".into(), e.to_string()));
        }
        let name = Name { what: LOG, vault: &house.roster.vault };
        match read_chain(&house.dir.join("access"), name, &mut |_| Ok(()), &|id| house.verifier(id)) {
            Ok(head) => report.log_entries = head.count,
            Err(e) => report.files.push(("access".into(), e.to_string())),
        }
        for folder in SUMMED {
            for name in crate::vault::mirror::names(&house.dir.join(folder))? {
                if let Err(e) = read_summed(&house.dir, folder, &name) {
                    report.files.push((format!("{folder}/{name}"), e.to_string()));
                }
            }
        }
        Ok(report)
    }

    /// Saves every intact record of a store that does not open, or opens incomplete, into a new store; the damaged
    /// one is put aside, not deleted. What is lost is written to the tombstones and the log.
    pub fn salvage(
        dir: &Path,
        member: Option<&str>,
        pass: &SecretString,
        clock: Box<dyn Clock>,
    ) -> Result<(UnlockedVault, Salvaged), VaultError> {
        if !dir.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        let lock = Lock::take(dir)?;
        crate::vault::mirror::mend(dir)?;
        let (roster, head) = read_roster(dir)?;
        let me = choose(&roster, dir, member)?.clone();
        let (keys, _) = unlock_slot(dir, &me, pass, clock.as_ref())?;
        crate::vault::caseload_cache::forget(dir)?;
        let (damaged, before) = (dir.join("store"), dir.join(crate::vault::folder::BEFORE));
        // What was destroyed stands in the old blocks of the file and in an old copy; it stays destroyed.
        let verifier = |id| roster.member(id).and_then(|m| m.verifying.parse().ok());
        let Gone { buried, lost: known_lost, .. } = gone(dir, &roster.vault, &verifier)?;
        let mut intact = salvage_and_mend(&[&damaged, &before])?;
        intact.retain(|(place, _)| !buried.contains(&place.seq));
        // A roster that was cut or exchanged is not what salvage is for: taking it as it is would let one person with
        // the disk decide who is a member.
        let checkpoint = newest_checkpoint(&CheckpointFile::open(&dir.join("mark"))?, &roster.vault, &verifier)?.0;
        if let Some(integrity) = checkpoint.and_then(|checkpoint| of_chain(ROSTER, head, checkpoint.roster)) {
            return Err(VaultError::NotWhole(integrity.words(Lang::En)));
        }
        let aside = format!("{DAMAGED}{}", clock.now().0);
        let fresh = dir.join(SALVAGED);
        let _ = std::fs::remove_dir_all(&fresh);
        private_folder(&fresh)?;
        let saved = intact.len() as u64;
        let numbers: BTreeSet<u64> = intact.iter().map(|(p, _)| p.seq).collect();
        let mut places = intact.into_iter().map(|(place, bytes)| Ok((place, Some(bytes))));
        drop(SledStore::rebuild(&fresh, &mut places)?);
        crate::vault::files::exchange(&fresh, &damaged)?;
        std::fs::rename(&fresh, dir.join(&aside)).map_err(disk)?;
        sync_dir(dir)?;
        let _ = std::fs::remove_file(dir.join(crate::vault::folder::UNCLEAN));
        let mut house = VaultFolder::open(dir, lock, roster, head, clock, None)?;
        // A roster that was exchanged for a longer one shows only when the whole chain is compared, as the opening does.
        if let Integrity::Behind { part: ROSTER, .. } | Integrity::Forked { part: ROSTER } = house.integrity {
            return Err(VaultError::NotWhole(house.integrity.words(Lang::En)));
        }
        let who = crate::service::Me { id: me.id, keys: &keys };
        if before.exists() {
            std::fs::rename(&before, dir.join(&aside).join("before")).map_err(disk)?;
        }
        let end = house.store.head().count.max(house.acknowledged());
        let lost: Vec<u64> =
            (0..end).filter(|n| !numbers.contains(n) && !buried.contains(n) && !known_lost.contains(n)).collect();
        house.accept(&who, &lost)?;
        let unlocked = UnlockedVault::at(house, me, keys, None);
        let detail = Some(format!("salvaged {saved} lost {}", lost.len()));
        unlocked.log_access(&mut unlocked.state(), Task::Check, None, saved, None, false, detail)?;
        Ok((unlocked, Salvaged { saved, lost, aside }))
    }

    /// One line about how the vault stands, in this language.
    pub fn standing_words(&self, lang: Lang) -> String {
        self.integrity().words(lang)
    }
}

/// Which keys to try on which collection.
fn keys_by_collection<'a>(state: &'a State, load: &'a Caseload) -> BTreeMap<Collection, Vec<&'a SealKey>> {
    let (house, read) = (&state.house, state.keys.read());
    let mut keys: BTreeMap<Collection, Vec<&SealKey>> = BTreeMap::new();
    keys.insert(state.house.key_collection(), vec![state.keys.read()]);
    let packets = load.escalations.iter().filter_map(|(_, held)| held.open(house, &[read]).ok());
    keys.insert(house.escalation_collection(), packets.collect());
    for known in load.clients.values() {
        keys.insert(known.card.id.0, known.keys(house, read));
        for (session, case) in &known.sessions {
            let own = known.session_key(case, house, read).ok().flatten();
            keys.insert(session.0, own.into_iter().chain(known.keys(house, read)).collect());
        }
    }
    keys
}
