//! The opened folder of a vault: store, chains and checkpoints together, so that every acknowledgement moves them as one.
//! What is written goes to the sequence of its writer: a member on this workstation.

use crate::crypto::CryptoError;
use crate::crypto::chain::{Head, Line, Name};
use crate::crypto::checkpoint::{self, Checkpoint, Closed};
use crate::crypto::keys::{Keyring, Recipient, Verifier, random_id};
use crate::crypto::seal;
use crate::domain::governance::access_log::{Entry, Stamped, check};
use crate::domain::governance::roster::{Change, Roster};
use crate::domain::practice::ids::{ClientId, DeviceId, MemberId, RecordId, SessionId, Writer};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Header, Replaced, SCHEMA, Written};
use crate::ports::store::{Collection, Position, Put, Store, StoreError, all_of};
use crate::texts::msg;
use crate::vault::cache_files;
use crate::vault::closed_store::ClosedStore;
use crate::vault::envelopes::Envelopes;
use crate::vault::error::VaultError;
use crate::vault::files::{
    BEFORE, ChainFile, DAMAGED, FAILED, FRESH, Lock, OPEN, REWRITE, SALVAGED, UNCLEAN, disk, exchange, private_folder,
    read_chain_past, replace, sync_dir,
};
use crate::vault::integrity::Integrity;
use crate::vault::mirror;
use crate::vault::owed_log::OwedLog;
use crate::vault::read_only::Reading;
use crate::vault::roster_file::{History, ROSTER, roster_path};
use crate::vault::tombs::{Gone, Tomb, gone};
use crate::vault::tombstoned_store::TombstonedStore;
use crate::vault::trust::Trusted;
use crate::vault::workstation::Workstation;
use crate::vault::writers::{CHECKPOINTS_DIR, LOG, LOGS_DIR, TOMBS_DIR, WriterFiles, chain_name, file_of};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Who writes.
#[derive(Debug)]
pub(crate) struct Me<'a> {
    pub(crate) id: MemberId,
    pub(crate) keys: &'a Keyring,
}

/// What goes into one new record.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) collection: Collection,
    pub(crate) to: &'a Recipient,
    pub(crate) body: &'a Body,
    pub(crate) client: Option<ClientId>,
    pub(crate) session: Option<SessionId>,
    /// The record that it corrects.
    pub(crate) replaces: Option<Replaced>,
}

/// The opened folder.
pub(crate) struct VaultFolder {
    pub(crate) dir: PathBuf,
    pub(crate) _lock: Lock,
    pub(crate) station: Workstation,
    pub(crate) device: DeviceId,
    pub(crate) store: Box<dyn Store>,
    pub(crate) roster: Roster,
    /// Hash of the roster after each of its entries.
    pub(crate) roster_hashes: Vec<[u8; 32]>,
    pub(crate) roster_file: ChainFile,
    pub(crate) writers: BTreeMap<Writer, WriterFiles>,
    /// Where the sequences of schema 1 ended.
    pub(crate) closed: Option<Closed>,
    /// How it stands: against the checkpoints, and against what was seen before.
    pub(crate) integrity: Integrity,
    /// How it stood at the opening against what was seen before.
    pub(crate) by_seen: Integrity,
    /// How it stands against the checkpoints alone.
    pub(crate) by_checkpoints: Integrity,
    /// Why its roster is believed.
    pub(crate) trusted: Trusted,
    /// It was brought over from schema 1 at this opening.
    pub(crate) migrated: bool,
    /// The disk refused a group; the store takes no more until it is opened anew.
    pub(crate) refused: bool,
    /// Small files that were damaged and were put right at the opening.
    pub(crate) mended: Vec<String>,
    /// Files that nobody with a key put there: removed.
    pub(crate) planted: Vec<String>,
    /// So many minutes before the newest checkpoint the clock of this workstation stands.
    pub(crate) clock_back: Option<u64>,
    pub(crate) envelopes: Envelopes,
    /// The records that the tombstones say were destroyed.
    pub(crate) buried: BTreeSet<RecordId>,
    /// Where the vault cannot be written: what is opened is a copy.
    pub(crate) reading: Option<Reading>,
}

impl VaultFolder {
    /// Makes the folder of a new vault; the founding entry is written last, so that half a vault is none.
    pub(crate) fn found(
        dir: &Path,
        lock: Lock,
        change: &Change,
        me: &Me<'_>,
        station: Workstation,
    ) -> Result<Self, VaultError> {
        let mut roster = Roster::default();
        roster.apply(change, &[me.id])?;
        let device = station.device()?;
        for folder in [LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR] {
            private_folder(&dir.join(folder))?;
        }
        let store = station.stores.open(&dir.join("store"))?;
        let name = Name { what: ROSTER, vault: &roster.vault, writer: None };
        let mut roster_file = ChainFile::create(&dir.join("roster.new"), name)?;
        let text = serde_json::to_string(change).map_err(|_| CryptoError::Sealing)?;
        roster_file.append(text, &[(me.id, me.keys)])?;
        let mut folder = VaultFolder {
            dir: dir.to_owned(),
            _lock: lock,
            station,
            device,
            store: TombstonedStore::over(store, BTreeSet::new()),
            roster,
            roster_hashes: vec![roster_file.head.hash],
            roster_file,
            writers: BTreeMap::new(),
            closed: None,
            integrity: Integrity::Complete { interrupted: 0 },
            by_seen: Integrity::Complete { interrupted: 0 },
            by_checkpoints: Integrity::Complete { interrupted: 0 },
            trusted: Trusted::default(),
            migrated: false,
            refused: false,
            mended: Vec::new(),
            planted: Vec::new(),
            clock_back: None,
            envelopes: Envelopes::default(),
            buried: BTreeSet::new(),
            reading: None,
        };
        folder.settle(me)?;
        replace(&dir.join(UNCLEAN), OPEN)?;
        std::fs::rename(dir.join("roster.new"), roster_path(dir)).map_err(disk)?;
        sync_dir(dir)?;
        mirror::keep(dir)?;
        Ok(folder)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.station.clock.now()
    }

    /// Whose sequence this member writes in here.
    pub(crate) const fn writer(&self, member: MemberId) -> Writer {
        Writer { member, device: self.device }
    }

    /// The roster with its heads.
    pub(crate) fn history(&self) -> History {
        History { roster: self.roster.clone(), hashes: self.roster_hashes.clone(), current: true }
    }

    /// The records whose bytes are rightly not there, as the tombstones say.
    pub(crate) fn gone(&self) -> Result<Gone, VaultError> {
        gone(&self.dir, &self.roster.vault, &|id| self.verifier(id))
    }

    pub(crate) fn verifier(&self, id: MemberId) -> Option<Verifier> {
        self.roster.member(id).and_then(|m| m.verifying.parse().ok())
    }

    /// The heads of all tombstones: what was destroyed, in one value.
    pub(crate) fn tombs(&self) -> BTreeMap<Writer, Head> {
        self.writers.iter().filter(|(_, f)| f.tombs.head.count > 0).map(|(w, f)| (*w, f.tombs.head)).collect()
    }

    /// The heads of all access logs.
    pub(crate) fn logs(&self) -> BTreeMap<Writer, Head> {
        self.writers.iter().filter(|(_, f)| f.log.head.count > 0).map(|(w, f)| (*w, f.log.head)).collect()
    }

    fn files_of(&mut self, writer: Writer) -> Result<&mut WriterFiles, VaultError> {
        if !self.writers.contains_key(&writer) {
            let files = WriterFiles::begin(&self.dir, &self.roster.vault, writer)?;
            self.writers.insert(writer, files);
        }
        self.writers.get_mut(&writer).ok_or(VaultError::NoSlot)
    }

    fn new_checkpoint(&mut self, me: &Me<'_>, store: Head, pending: u64) -> Result<Checkpoint, VaultError> {
        let writer = self.writer(me.id);
        let (whole, at, closed) = (self.integrity.whole(), self.now(), self.closed);
        let (vault, roster) = (self.roster.vault.clone(), self.roster_file.head);
        let files = self.files_of(writer)?;
        // While the vault is incomplete the new checkpoint carries the old heads over, so that opening does not bless a
        // truncated vault. The log goes on being written; it keeps its old measure only when it is itself what was cut.
        let held = files.checkpoint.as_ref().filter(|_| !whole);
        let (store, pending) = held.map_or((store, pending), |checkpoint| (checkpoint.store, checkpoint.pending));
        let log = held.filter(|_| files.log_cut);
        Ok(Checkpoint {
            vault,
            writer,
            serial: files.serial + 1,
            store,
            pending,
            roster: held.map_or(roster, |checkpoint| checkpoint.roster),
            log: log.map_or(files.log.head, |checkpoint| checkpoint.log),
            log_bytes: log.map_or(files.log.len, |checkpoint| checkpoint.log_bytes),
            log_fault: files.log_fault,
            tombs: held.map_or(files.tombs.head, |checkpoint| checkpoint.tombs),
            closed,
            at,
        })
    }

    /// Writes a checkpoint that says: all of this is acknowledged.
    pub(crate) fn settle(&mut self, me: &Me<'_>) -> Result<(), VaultError> {
        let (writer, whole) = (self.writer(me.id), self.integrity.whole());
        let files = self.files_of(writer)?;
        if files.checkpoint.is_none() && !files.begun && !whole {
            // Without a checkpoint nobody can say what is missing; only salvage may take what is there for the measure.
            return Ok(());
        }
        let head = self.store.head(writer);
        let checkpoint = self.new_checkpoint(me, head, 0)?;
        let files = self.files_of(writer)?;
        files.checkpoint_file.write(checkpoint.serial, &checkpoint::write(&checkpoint, me.keys)?)?;
        files.serial = checkpoint.serial;
        files.checkpoint = Some(checkpoint);
        Ok(())
    }

    /// Seals drafts and keeps them as one group; returns their ids after everything is synced.
    pub(crate) fn keep(&mut self, me: &Me<'_>, drafts: &[Draft<'_>]) -> Result<Vec<RecordId>, VaultError> {
        self.must_be_whole()?;
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let writer = self.writer(me.id);
        let first = self.store.head(writer).count;
        let mut before = match first.checked_sub(1) {
            None => [0; 32],
            Some(last) => self.store.at(writer, last)?.ok_or(StoreError::Stopped)?.signed,
        };
        let (at, mut puts, mut time) = (self.now(), Vec::with_capacity(drafts.len()), self.store.time());
        for (draft, number) in drafts.iter().zip(first..) {
            // As the store counts it on.
            time = time.saturating_add(1);
            let written = Written { device: self.device, number, before, roster: self.roster_file.head, time };
            let put = self.put_of(me, draft, written, at)?;
            before = put.sealed.signed();
            puts.push(put);
        }
        let ids = puts.iter().map(|p| p.id).collect();
        let mut template = self.new_checkpoint(me, Head::EMPTY, puts.len() as u64)?;
        self.files_of(writer)?;
        let (store, files) = (&mut self.store, self.writers.get(&writer).ok_or(VaultError::NoSlot)?);
        let (file, keys) = (&files.checkpoint_file, me.keys);
        let mut witness = |head: Head| {
            template.store = head;
            let slot =
                checkpoint::write(&template, keys).map_err(|_| StoreError::Disk(msg("checkpoint-not-signed")))?;
            file.write(template.serial, &slot)
        };
        if let Err(e) = store.put(writer, &puts, &mut witness) {
            self.refused = true;
            return Err(e.into());
        }
        let files = self.files_of(writer)?;
        files.serial += 1;
        files.checkpoint = Some(template);
        Ok(ids)
    }

    /// Refuses where nothing can be written.
    pub(crate) fn must_take_writing(&self) -> Result<(), VaultError> {
        self.reading.as_ref().map_or(Ok(()), |reading| Err(StoreError::ReadOnly(reading.why).into()))
    }

    /// Where the vault lies, also while a copy of it is read.
    pub(crate) fn place(&self) -> &Path {
        self.reading.as_ref().map_or(self.dir.as_path(), |reading| reading.of.as_path())
    }

    pub(crate) fn must_be_whole(&self) -> Result<(), VaultError> {
        self.must_take_writing()?;
        if self.integrity.whole() { Ok(()) } else { Err(VaultError::NotWhole(self.integrity.message())) }
    }

    fn put_of(&mut self, me: &Me<'_>, d: &Draft<'_>, written: Written, at: Timestamp) -> Result<Put, CryptoError> {
        let envelope = self.envelopes.take(d.to)?;
        let id = RecordId(random_id());
        let header = Header {
            schema: SCHEMA,
            vault: self.roster.vault.clone(),
            id,
            collection: hex::encode(d.collection),
            kind: d.body.kind().to_owned(),
            revision: d.replaces.map_or(1, |(_, revision, _)| revision + 1),
            replaces: d.replaces.map(|(id, _, _)| id),
            previous: d.replaces.map(|(_, _, hash)| hex::encode(hash)),
            client: d.client,
            session: d.session,
            recipient: d.to.to_string(),
            author: me.id,
            written: Some(written),
            at,
        };
        Ok(Put { collection: d.collection, id, sealed: seal::seal(&header, d.body, me.keys, envelope)? })
    }

    /// Adds a line to the writer's access log, synced before it returns. Where the vault cannot be written, this workstation
    /// keeps it until it can be.
    pub(crate) fn log(&mut self, me: &Me<'_>, entry: &Entry) -> Result<(), VaultError> {
        check(entry)?;
        let to: Recipient = self.roster.log.parse()?;
        let after = self.writers.values().map(|files| files.log.head.count).sum();
        let stamped = Stamped { after: Some(after), entry: entry.clone() };
        let plain = serde_json::to_vec(&stamped).map_err(|_| CryptoError::Sealing)?;
        let sealed = STANDARD.encode(seal::encrypt(&plain, &to)?);
        match &self.reading {
            Some(reading) => reading.owed.append(me.keys, self.writer(me.id), &sealed),
            None => self.log_sealed(me, sealed),
        }
    }

    fn log_sealed(&mut self, me: &Me<'_>, sealed: String) -> Result<(), VaultError> {
        let writer = self.writer(me.id);
        let files = self.files_of(writer)?;
        let (head, len) = (files.log.head, files.log.len);
        files.log.append(sealed, &[(me.id, me.keys)])?;
        self.settle(me).inspect_err(|_| {
            // A log that goes on past its checkpoint is a fault. Whoever asked is told that it was not done.
            if let Some(files) = self.writers.get_mut(&writer) {
                files.log.take_back(head, len);
            }
        })
    }

    /// Writes the entries into the log that were owed to it since this member read the vault where it could not be written.
    /// Tells of `broken` places of them that do not read. One that a crash left in both is not written twice.
    pub(crate) fn log_owed(&mut self, me: &Me<'_>, broken: &mut usize) -> Result<(), VaultError> {
        let (writer, vault) = (self.writer(me.id), self.roster.vault.clone());
        let owed = OwedLog::of(&self.station, &vault);
        let mine = me.keys.verifier();
        owed.hand_over(writer, &|id| (id == me.id).then(|| mine.clone()), &mut |entries, unread| {
            *broken = unread;
            self.files_of(writer)?;
            let mut there = BTreeSet::new();
            let mut seen = |line: &Line| -> Result<(), &'static str> {
                there.insert(line.payload.clone());
                Ok(())
            };
            let (path, name) = (file_of(&self.dir, LOGS_DIR, writer), chain_name(LOG, &vault, writer));
            read_chain_past(&path, name, &mut seen, &mut |_, _| {}, &|id| self.verifier(id))?;
            entries.into_iter().filter(|sealed| !there.contains(sealed)).try_for_each(|one| self.log_sealed(me, one))
        })?;
        owed.reserve();
        Ok(())
    }

    /// Adds a change to the roster.
    pub(crate) fn change(
        &mut self,
        change: &Change,
        signers: &[(MemberId, &Keyring)],
        me: &Me<'_>,
    ) -> Result<(), VaultError> {
        self.must_be_whole()?;
        let who: Vec<MemberId> = signers.iter().map(|(id, _)| *id).collect();
        let mut roster = self.roster.clone();
        roster.apply(change, &who)?;
        let text = serde_json::to_string(change).map_err(|_| CryptoError::Sealing)?;
        self.roster_file.append(text, signers)?;
        self.roster = roster;
        self.roster_hashes.push(self.roster_file.head.hash);
        self.settle(me)?;
        mirror::keep(&self.dir)
    }

    /// Forgets what is cached of the caseloads, writes a tombstone for these records, synced, then removes their bytes.
    pub(crate) fn bury(&mut self, me: &Me<'_>, positions: &[Position], why: &str) -> Result<(), VaultError> {
        self.must_be_whole()?;
        cache_files::forget(&self.dir)?;
        replace(&self.dir.join(REWRITE), b"")?;
        let records: Vec<RecordId> = positions.iter().map(|p| p.id).collect();
        let numbers = positions.iter().map(|p| (p.writer, p.number)).collect();
        self.add_tomb(
            me,
            Tomb { records: records.clone(), numbers, lost: Vec::new(), why: why.to_owned(), at: self.now() },
        )?;
        self.settle(me)?;
        self.buried.extend(records);
        self.store.destroy(positions, self.buried.len() as u64)?;
        Ok(())
    }

    fn add_tomb(&mut self, me: &Me<'_>, tomb: Tomb) -> Result<(), VaultError> {
        let text = serde_json::to_string(&tomb).map_err(|_| CryptoError::Sealing)?;
        let writer = self.writer(me.id);
        self.files_of(writer)?.tombs.append(text, &[(me.id, me.keys)])
    }

    /// How many records of each writer were acknowledged, as the checkpoints say.
    pub(crate) fn acknowledged(&self) -> BTreeMap<Writer, u64> {
        let said =
            |files: &WriterFiles| files.checkpoint.as_ref().map(|c| c.store.count - c.pending.min(c.store.count));
        let mut found: BTreeMap<Writer, u64> =
            self.writers.iter().filter_map(|(w, files)| Some((*w, said(files)?))).collect();
        found.extend(self.closed.map(|closed| (Writer::SCHEMA_1, closed.store.count)));
        found
    }

    /// Takes the store as it is from now on: what is lost goes to the tombstones, the checkpoint follows.
    pub(crate) fn accept(&mut self, me: &Me<'_>, lost: &[(Writer, u64)]) -> Result<(), VaultError> {
        self.must_take_writing()?;
        self.integrity = Integrity::Complete { interrupted: 0 };
        if !lost.is_empty() {
            let (lost, why, at) = (lost.to_vec(), "lost".into(), self.now());
            self.add_tomb(me, Tomb { records: Vec::new(), numbers: Vec::new(), lost, why, at })?;
        }
        let writer = self.writer(me.id);
        let files = self.files_of(writer)?;
        (files.log_cut, files.log_fault) = (false, false);
        self.settle(me)
    }

    /// Writes the store's file anew, so that what was destroyed is not in it any more, and removes the copies of the
    /// store that a crash or a salvage put aside, for it is in them too. Everything intact in those was taken over when
    /// they were put aside. Gives their names.
    pub(crate) fn rebuild(&mut self) -> Result<Vec<String>, VaultError> {
        let fresh = self.dir.join(FRESH);
        let _ = std::fs::remove_dir_all(&fresh);
        private_folder(&fresh)?;
        let mut rebuilt = self.station.stores.open(&fresh)?;
        rebuilt.take_in(&mut all_of(self.store.as_ref()), true)?;
        rebuilt.destroy(&[], self.buried.len() as u64)?;
        drop(rebuilt);
        // The old store's files are closed before they are moved away.
        self.store = Box::new(ClosedStore);
        let exchanged = exchange(&fresh, &self.dir.join("store"));
        match self.station.stores.open(&self.dir.join("store")) {
            Ok(store) => self.store = TombstonedStore::over(store, self.buried.clone()),
            Err(e) => {
                // Nothing may be kept in the stand-in, nor may the checkpoint follow it.
                self.integrity = Integrity::Damaged { what: msg("store-not-reopened") };
                return Err(e.into());
            }
        }
        let removed = std::fs::remove_dir_all(&fresh).map_err(disk);
        exchanged.and(removed)?;
        let mut removed = Vec::new();
        for entry in std::fs::read_dir(&self.dir).map_err(disk)?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == BEFORE || name == SALVAGED || name.starts_with(DAMAGED) {
                std::fs::remove_dir_all(entry.path()).map_err(disk)?;
                removed.push(name);
            }
        }
        let _ = std::fs::remove_file(self.dir.join(REWRITE));
        sync_dir(&self.dir)?;
        Ok(removed)
    }

    /// As [`VaultFolder::rebuild`], where something was destroyed and that was not done yet.
    pub(crate) fn rebuild_due(&mut self) -> Result<(), VaultError> {
        if self.integrity.whole() && self.reading.is_none() && self.dir.join(REWRITE).exists() {
            self.rebuild()?;
        }
        Ok(())
    }
}

impl Drop for VaultFolder {
    fn drop(&mut self) {
        // sled writes its end when it is dropped; only then is the store closed.
        self.store = Box::new(ClosedStore);
        if self.integrity.whole() && self.reading.is_none() {
            // What this session changed; the next opening does it again where it did not succeed.
            let _ = mirror::keep(&self.dir);
            let _ = if self.refused {
                // Over the bytes that are there: there may be no room for others.
                std::fs::File::options()
                    .write(true)
                    .open(self.dir.join(UNCLEAN))
                    .and_then(|f| std::os::unix::fs::FileExt::write_all_at(&f, FAILED, 0))
            } else {
                std::fs::remove_file(self.dir.join(UNCLEAN))
            };
        }
    }
}
