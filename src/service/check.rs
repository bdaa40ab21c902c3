//! Keeping the vault whole: the scrub that reads every byte, and salvage of what is intact when it does not open.

use crate::crypto::CryptoError;
use crate::crypto::chain::Head;
use crate::crypto::keys::SealKey;
use crate::domain::governance::access::{Grant, Whose, permit};
use crate::domain::governance::access_log::Task;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::domain::practice::lang::Lang;
use crate::domain::record::{Body, Opened};
use crate::ports::store::{Collection, Position};
use crate::service::sound_index::damaged_sound;
use crate::service::standing::leave_out;
use crate::service::state_guard::StateGuard;
use crate::service::unlocked_vault::UnlockedVault;
use crate::service::unlocking::{can_be_written, choose, look, open_trusted, unlock_slot};
use crate::texts::msg;
use crate::vault::cache_files;
use crate::vault::caseload::Caseload;
use crate::vault::error::VaultError;
use crate::vault::files::{BEFORE, DAMAGED, SALVAGED, UNCLEAN};
use crate::vault::files::{Lock, SUMMED, disk, exchange, private_folder, read_chain, read_summed, sync_dir};
use crate::vault::folder::Me;
use crate::vault::folder::VaultFolder;
use crate::vault::integrity::Integrity;
use crate::vault::memory;
use crate::vault::roster_file::{ROSTER, read_roster};
use crate::vault::tombs::{Gone, gone, read_tombs};
use crate::vault::trust::{self, OpenedBy};
use crate::vault::workstation::Workstation;
use crate::vault::writers::{LOG, LOGS_DIR, TOMBS_DIR, chain_name, checkpoints, file_of};
use secrecy::SecretString;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the scrub found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Against the high-water checkpoint.
    pub integrity: Integrity,
    /// Positions in the sequences of all writers.
    pub records: u64,
    /// How many writers there are: members on workstations.
    pub writers: u64,
    /// Opened here: hash, header and signature are good.
    pub opened: u64,
    /// Sealed to others: hash is good, the signature is for them to check.
    pub sealed_to_others: u64,
    /// Destroyed, with a tombstone.
    pub destroyed: u64,
    /// Lost in an earlier salvage.
    pub lost: u64,
    /// What is damaged or missing: whose record, its number, and one phrase.
    pub damaged: Vec<(Writer, u64, String)>,
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
    /// Whose records are lost, by their numbers; also listed in the tombstones.
    pub lost: Vec<(Writer, u64)>,
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
        let folder = &state.folder;
        // Read anew: what is checked is what stands in the store, not what is remembered of it. Where the key_collection does not
        // read, its collection is named below.
        let load = Caseload::load(folder, state.keys.read(), Some(self.me.id)).unwrap_or_default();
        let keys = keys_by_collection(folder, state.keys.read(), &load);
        let heads = folder.store.heads();
        let mut report = CheckReport {
            integrity: folder.integrity.clone(),
            records: heads.values().map(|head| head.count).sum(),
            writers: heads.len() as u64,
            opened: 0,
            sealed_to_others: 0,
            destroyed: 0,
            lost: 0,
            damaged: Vec::new(),
            files: Vec::new(),
            mended: folder.mended.clone(),
            log_entries: 0,
        };
        if folder.reading.is_some() {
            // Put right in the copy that is read, and nowhere else.
            let found = std::mem::take(&mut report.mended);
            report.files.extend(found.into_iter().map(|file| (file, msg("check-not-put-right").text(Lang::En))));
        }
        let gone = folder.gone().unwrap_or_default();
        let mut collections: BTreeMap<Collection, Vec<(Position, Opened)>> = BTreeMap::new();
        for (writer, head) in heads {
            scrub(folder, (writer, head), &keys, &gone, &mut collections, &mut report);
        }
        for (collection, mut notes) in collections {
            notes.sort_by_key(|(position, _)| (position.time, position.id));
            for (position, _) in leave_out(&mut notes) {
                let why = "a revision that its author may not have written so".into();
                report.damaged.push((position.writer, position.number, why));
            }
            if let Err(e) = folder.store.collection(collection) {
                report.files.push(("store".into(), e.to_string()));
            }
        }
        if let Err(e) = read_roster(&folder.dir) {
            report.files.push(("roster".into(), e.to_string()));
        }
        let (vault, verifier) = (folder.roster.vault.as_str(), |id| folder.verifier(id));
        for writer in folder.writers.keys().copied() {
            let path = file_of(&folder.dir, LOGS_DIR, writer);
            match read_chain(&path, chain_name(LOG, vault, writer), &mut |_| Ok(()), &verifier) {
                Ok(head) => report.log_entries += head.count,
                Err(e) => report.files.push((format!("{LOGS_DIR}/{writer}"), e.to_string())),
            }
            if writer != Writer::SCHEMA_1
                && let Err(e) = read_tombs(&folder.dir, vault, writer, &verifier, &mut Gone::default())
            {
                report.files.push((format!("{TOMBS_DIR}/{writer}"), e.to_string()));
            }
        }
        for subfolder in SUMMED {
            for name in crate::vault::mirror::names(&folder.dir.join(subfolder))? {
                if let Err(e) = read_summed(&folder.dir, subfolder, &name) {
                    report.files.push((format!("{subfolder}/{name}"), e.to_string()));
                }
            }
        }
        report.files.extend(damaged_sound(&state, &load)?);
        Ok(report)
    }

    /// Saves every intact record of a store that does not open, or opens incomplete, into a new store; the damaged
    /// one is put aside, not deleted. What is lost is written to the tombstones and the log.
    pub fn salvage_on(
        dir: &Path,
        member: Option<&str>,
        pass: &SecretString,
        station: Workstation,
    ) -> Result<(UnlockedVault, Salvaged), VaultError> {
        if !dir.join("roster").exists() {
            return Err(VaultError::NoVault);
        }
        can_be_written(dir, &station)?;
        let lock = Lock::take(dir)?;
        let (history, mended) = look(dir, dir, &station)?;
        let me = choose(&history.roster, dir, member)?.clone();
        let (keys, _) = unlock_slot(dir, &me, pass, station.clock.as_ref())?;
        let who = Me { id: me.id, keys: &keys };
        trust::check(dir, &station, &history, me.id, (&keys, OpenedBy::Passphrase))?;
        if !history.current {
            return Err(VaultError::NotMigrated(msg("migration-former-program-salvages")));
        }
        cache_files::forget(dir)?;
        let (damaged, before) = (dir.join("store"), dir.join(BEFORE));
        // What was destroyed stands in the old blocks of the file and in an old copy; it stays destroyed.
        let verifier = |id| history.verifier(id);
        let Gone { buried, numbers: destroyed_at, lost: known_lost } = gone(dir, &history.roster.vault, &verifier)?;
        let intact = station.stores.salvage(&[&damaged, &before], true)?;
        let mut intact: Vec<(Position, Vec<u8>)> =
            intact.into_iter().filter(|(position, _)| !buried.contains(&position.id)).collect();
        // A roster that was cut or exchanged is not what salvage is for: taking it as it is would let one person with
        // the disk decide who is a member.
        for said in checkpoints(dir, &history.roster.vault, &verifier)? {
            let missing = said.roster.count.saturating_sub(history.head().count);
            if missing > 0 || !history.went_through(said.roster) {
                let integrity = match missing {
                    0 => Integrity::Forked { part: ROSTER },
                    missing => Integrity::Behind { part: ROSTER, missing },
                };
                return Err(VaultError::NotWhole(integrity.message()));
            }
        }
        one_of_each_number(&mut intact);
        let aside = format!("{DAMAGED}{}", station.clock.now().0);
        let fresh = dir.join(SALVAGED);
        let _ = std::fs::remove_dir_all(&fresh);
        private_folder(&fresh)?;
        let saved = intact.len() as u64;
        let numbers: BTreeSet<(Writer, u64)> = intact.iter().map(|(p, _)| (p.writer, p.number)).collect();
        let destroyed = positions_of(dir, &station, &buried);
        let mut all: Vec<(Position, Option<Vec<u8>>)> =
            intact.into_iter().map(|(position, bytes)| (position, Some(bytes))).collect();
        all.extend(destroyed.into_iter().filter(|p| !numbers.contains(&(p.writer, p.number))).map(|p| (p, None)));
        all.sort_by_key(|(position, _)| (position.writer, position.number));
        let numbers: BTreeSet<(Writer, u64)> = all.iter().map(|(p, _)| (p.writer, p.number)).collect();
        let mut made = station.stores.open(&fresh)?;
        made.take_in(&mut all.into_iter().map(Ok), true)?;
        made.destroy(&[], buried.len() as u64)?;
        drop(made);
        exchange(&fresh, &damaged)?;
        std::fs::rename(&fresh, dir.join(&aside)).map_err(disk)?;
        sync_dir(dir)?;
        let _ = std::fs::remove_file(dir.join(UNCLEAN));
        let mut folder =
            open_trusted((dir, dir), lock, (history, mended), station, (&who, OpenedBy::Passphrase), None)?;
        // A roster that was exchanged for a longer one shows only when the whole chain is compared, as the opening does.
        if let Integrity::Behind { part: ROSTER, .. } | Integrity::Forked { part: ROSTER } = folder.integrity {
            return Err(VaultError::NotWhole(folder.integrity.message()));
        }
        if before.exists() {
            std::fs::rename(&before, dir.join(&aside).join("before")).map_err(disk)?;
        }
        let mut ends = folder.acknowledged();
        for (writer, head) in folder.store.heads() {
            let end = ends.entry(writer).or_default();
            *end = head.count.max(*end);
        }
        let lost: Vec<(Writer, u64)> = ends
            .into_iter()
            .flat_map(|(writer, end)| (0..end).map(move |number| (writer, number)))
            .filter(|place| ![&numbers, &known_lost, &destroyed_at].iter().any(|known| known.contains(place)))
            .collect();
        folder.accept(&who, &lost)?;
        let unlocked = UnlockedVault::at(folder, me, keys, None);
        {
            let mut state = unlocked.state();
            let detail = Some(format!("salvaged {saved} lost {}", lost.len()));
            unlocked.log_access(&mut state, Task::Check, None, saved, None, false, detail)?;
            memory::remember(&state.folder, unlocked.me.id, &state.keys)?;
        }
        Ok((unlocked, Salvaged { saved, lost, aside }))
    }

    /// One line about how the vault stands, in this language.
    pub fn standing_words(&self, lang: Lang) -> String {
        self.integrity().words(lang)
    }
}

/// Which keys to try on which collection.
pub(crate) fn keys_by_collection<'a>(
    folder: &VaultFolder,
    read: &'a SealKey,
    load: &'a Caseload,
) -> BTreeMap<Collection, Vec<&'a SealKey>> {
    let mut keys: BTreeMap<Collection, Vec<&SealKey>> = BTreeMap::new();
    keys.insert(folder.key_collection(), vec![read]);
    let packets = load.escalations.iter().filter_map(|(_, held)| held.open(folder, &[read]).ok());
    let packets: Vec<&SealKey> = packets.collect();
    for packet in folder.store.collection(folder.escalation_collection()).unwrap_or_default() {
        // What was done with a packet stands on a collection of its own.
        keys.insert(packet.id.0, packets.clone());
    }
    keys.insert(folder.escalation_collection(), packets);
    let centre = load.centre.iter().filter_map(|held| held.open(folder, &[read]).ok());
    let centre: Vec<&SealKey> = centre.collect();
    keys.insert(folder.template_collection(), centre.clone());
    keys.insert(folder.receiver_collection(), centre);
    for member in &folder.roster.members {
        keys.insert(folder.own_collection(member.id), vec![read]);
    }
    for known in load.clients.values() {
        keys.insert(known.card.id.0, known.keys(folder, read));
        for (session, case) in &known.sessions {
            let own = known.session_key(case, folder, read).ok().flatten();
            keys.insert(session.0, own.into_iter().chain(known.keys(folder, read)).collect());
        }
    }
    keys
}

/// Reads the sequence of one writer; collects what collections there are, with the revisions of notes in them.
fn scrub(
    folder: &VaultFolder,
    (writer, head): (Writer, Head),
    keys: &BTreeMap<Collection, Vec<&SealKey>>,
    Gone { buried, numbers, lost }: &Gone,
    collections: &mut BTreeMap<Collection, Vec<(Position, Opened)>>,
    report: &mut CheckReport,
) {
    let mut before = Some(Head::EMPTY);
    for number in 0..head.count {
        let mut wrong = |why: String| report.damaged.push((writer, number, why));
        let place = match folder.store.at(writer, number) {
            Ok(Some(place)) => place,
            Ok(None) if lost.contains(&(writer, number)) => {
                report.lost += 1;
                before = None;
                continue;
            }
            Ok(None) if numbers.contains(&(writer, number)) => {
                report.destroyed += 1;
                before = None;
                continue;
            }
            other => {
                let why = if other.is_ok() { "its position is missing" } else { "its position does not read" };
                wrong(why.into());
                before = None;
                continue;
            }
        };
        if before.is_some_and(|b| !place.follows(b)) {
            wrong("it does not follow the record before".into());
        }
        before = Some(place.after_this());
        let notes = collections.entry(place.collection).or_default();
        let own = keys.get(&place.collection).map_or(&[][..], Vec::as_slice);
        match folder.open_place(&place, own) {
            Ok(Some(opened)) => match follows_its_before(folder, &opened) {
                true => {
                    report.opened += 1;
                    if matches!(opened.body, Body::Note { .. }) {
                        notes.push((place, opened));
                    }
                }
                false => wrong("it names another record before it".into()),
            },
            Ok(None) if buried.contains(&place.id) => report.destroyed += 1,
            Ok(None) => wrong("its bytes are missing".into()),
            Err(VaultError::Vault(CryptoError::NotYours)) => report.sealed_to_others += 1,
            Err(e) => wrong(e.to_string()),
        }
    }
}

/// True when the record before it in its writer's sequence is the one that its author signed to follow.
fn follows_its_before(folder: &VaultFolder, Opened { header, .. }: &Opened) -> bool {
    let (Some(written), Some((writer, number))) = (header.written, header.place()) else { return true };
    match number.checked_sub(1) {
        None => written.before == [0; 32],
        // What is lost cannot be compared.
        Some(before) => folder.store.at(writer, before).ok().flatten().is_none_or(|p| p.signed == written.before),
    }
}

/// Where a record was cut off by a crash and its number given again, both can be intact in the raw file: the one that others
/// follow is kept, else the later one.
fn one_of_each_number(intact: &mut Vec<(Position, Vec<u8>)>) {
    let mut of: BTreeMap<(Writer, u64), Vec<Position>> = BTreeMap::new();
    for (position, _) in intact.iter() {
        of.entry((position.writer, position.number)).or_default().push(*position);
    }
    let mut dropped: BTreeSet<RecordId> = BTreeSet::new();
    for ((writer, number), all) in &of {
        if all.len() < 2 {
            continue;
        }
        let next = of.get(&(*writer, number + 1)).map_or(&[][..], Vec::as_slice);
        let followed = all.iter().find(|p| next.iter().any(|n| n.follows(p.after_this())));
        let kept = followed.or_else(|| all.iter().max_by_key(|p| p.time)).map(|p| p.id);
        dropped.extend(all.iter().map(|p| p.id).filter(|id| Some(*id) != kept));
    }
    intact.retain(|(position, _)| !dropped.contains(&position.id));
}

/// The positions of destroyed records, as far as the store still opens and tells them.
fn positions_of(dir: &Path, station: &Workstation, buried: &BTreeSet<RecordId>) -> Vec<Position> {
    let Ok(store) = station.stores.open(&dir.join("store")) else { return Vec::new() };
    buried.iter().filter_map(|id| store.find(*id).ok().flatten()).collect()
}
