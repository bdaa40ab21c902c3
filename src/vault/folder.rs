//! The opened folder of a vault: store, chains and checkpoint together, so that every acknowledgement moves them as one.

use crate::adapters::checkpoint_file::CheckpointFile;
use crate::adapters::store_sled::{SledStore, sync_dir};
use crate::crypto::chain::Head;
use crate::crypto::checkpoint::{self, Checkpoint};
use crate::crypto::keys::{Keyring, Recipient, SealKey, Verifier, random_id};
use crate::crypto::seal::{self, Found};
use crate::crypto::{CryptoError, Sealed};
use crate::domain::governance::roster::{Change, Roster};
use crate::domain::practice::ids::{MemberId, RecordId};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{Body, Header, Opened, SCHEMA};
use crate::ports::clock::Clock;
use crate::ports::store::{Collection, Position, Put, Store};
use crate::vault::envelopes::Envelopes;
use crate::vault::error::VaultError;
use crate::vault::files::{ChainFile, Lock, disk, private_folder};
use crate::vault::integrity::Integrity;
use crate::vault::opening::{Gone, gone, roster_path};
use crate::vault::tombstoned_store::TombstonedStore;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Stands there while a program has the store open: still there at an opening, it says that the last one was killed.
pub(crate) const UNCLEAN: &str = "unclean";
/// In that file while the store is open.
pub(crate) const OPEN: &[u8] = b"open\n";
/// In that file when the disk refused a group: its writer was told so, nobody misses it.
pub(crate) const FAILED: &[u8] = b"failed\n";
/// The copy of a store that was not closed, from before it was opened again.
pub(crate) const BEFORE: &str = "store.before";
/// The store that salvage makes, then the damaged one until it is put aside.
pub(crate) const SALVAGED: &str = "store.salvaged";
/// Begins the name of a damaged store that salvage put aside.
pub(crate) const DAMAGED: &str = "store.damaged-";
/// Stands there from a destruction until the store's file was written anew without what was destroyed.
pub(crate) const REWRITE: &str = "rewrite-due";

/// The store while its file is written anew, then the old one until it is removed.
pub(crate) const FRESH: &str = "store.new";

pub(crate) const ROSTER: &str = "roster";
pub(crate) const LOG: &str = "access log";
pub(crate) const TOMBS: &str = "tombstones";

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
    pub(crate) client: Option<crate::domain::practice::ids::ClientId>,
    pub(crate) session: Option<crate::domain::practice::ids::SessionId>,
    pub(crate) replaces: Option<(RecordId, u32, [u8; 32])>,
}

pub(crate) struct VaultFolder {
    pub(crate) dir: PathBuf,
    pub(crate) _lock: Lock,
    pub(crate) store: Box<dyn Store>,
    pub(crate) roster: Roster,
    pub(crate) roster_file: ChainFile,
    pub(crate) log: ChainFile,
    pub(crate) tombs: ChainFile,
    pub(crate) checkpoint_file: CheckpointFile,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) serial: u64,
    pub(crate) integrity: Integrity,
    /// The log is not what the checkpoint says.
    pub(crate) log_cut: bool,
    /// The disk refused a group; the store takes no more until it is opened anew.
    pub(crate) refused: bool,
    /// Small files that were damaged and were put right at the opening.
    pub(crate) mended: Vec<String>,
    pub(crate) envelopes: Envelopes,
    /// Numbers of the places that the tombstones say were destroyed.
    pub(crate) buried: BTreeSet<u64>,
    pub(crate) clock: Box<dyn Clock>,
}

impl VaultFolder {
    /// Makes the folder of a new vault; the founding entry is written last, so that half a vault is none.
    pub(crate) fn found(
        dir: &Path,
        lock: Lock,
        change: &Change,
        me: &Me<'_>,
        clock: Box<dyn Clock>,
    ) -> Result<Self, VaultError> {
        let mut roster = Roster::default();
        roster.apply(change, &[me.id])?;
        let vault = roster.vault.clone();
        let store = SledStore::open(&dir.join("store"))?;
        let log = ChainFile::create(&dir.join("access"), LOG, &vault)?;
        let tombs = ChainFile::create(&dir.join("tombs"), TOMBS, &vault)?;
        let checkpoint_file = CheckpointFile::open(&dir.join("mark"))?;
        let mut roster_file = ChainFile::create(&dir.join("roster.new"), ROSTER, &vault)?;
        let text = serde_json::to_string(change).map_err(|_| CryptoError::Sealing)?;
        roster_file.append(text, &[(me.id, me.keys)])?;
        let mut house = VaultFolder {
            dir: dir.to_owned(),
            _lock: lock,
            store: TombstonedStore::over(Box::new(store), BTreeSet::new()),
            roster,
            roster_file,
            log,
            tombs,
            checkpoint_file,
            checkpoint: None,
            serial: 0,
            integrity: Integrity::Complete { interrupted: 0 },
            log_cut: false,
            refused: false,
            mended: Vec::new(),
            envelopes: Envelopes::default(),
            buried: BTreeSet::new(),
            clock,
        };
        house.settle(me)?;
        crate::vault::files::replace(&dir.join(UNCLEAN), OPEN)?;
        std::fs::rename(dir.join("roster.new"), roster_path(dir)).map_err(disk)?;
        sync_dir(dir)?;
        crate::vault::mirror::keep(dir)?;
        Ok(house)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The places whose bytes are rightly not there, as the tombstones say.
    pub(crate) fn gone(&self) -> Result<Gone, VaultError> {
        gone(&self.dir, &self.roster.vault, &|id| self.verifier(id))
    }

    pub(crate) fn verifier(&self, id: MemberId) -> Option<Verifier> {
        self.roster.member(id).and_then(|m| m.verifying.parse().ok())
    }

    /// The key_collection: the collection of the wraps.
    pub(crate) fn key_collection(&self) -> Collection {
        let mut collection = [0u8; 16];
        // The id of a vault is 32 hexadecimal digits, made by `found` and checked by the roster's signature.
        let _ = hex::decode_to_slice(&self.roster.vault, &mut collection);
        collection
    }

    /// The collection of the escalation packets: their readers are not those of any client's collection.
    pub(crate) fn escalation_collection(&self) -> Collection {
        let hash = crate::crypto::keys::sha256(&[b"gyeot-escalations/1\n", self.roster.vault.as_bytes()]);
        let mut collection = [0u8; 16];
        collection.copy_from_slice(&hash[..16]);
        collection
    }

    /// Where a code is marked as taken. A hash: the code itself stands in clear nowhere.
    pub(crate) fn code_collection(&self, code: &crate::domain::practice::ids::ClientCode) -> Collection {
        let parts: [&[u8]; 4] = [b"gyeot-code/1\n", self.roster.vault.as_bytes(), b"\n", code.as_str().as_bytes()];
        let mut collection = [0u8; 16];
        collection.copy_from_slice(&crate::crypto::keys::sha256(&parts)[..16]);
        collection
    }

    fn new_checkpoint(&self, me: &Me<'_>, store: Head, pending: u64) -> Checkpoint {
        // While the vault is not whole the checkpoint keeps what is missing in mind: opening it once, or reading in it, must
        // not make a cut roster or an old store the new measure. The log goes on being written; it keeps its old
        // measure only when it is itself what was cut.
        let held = self.checkpoint.as_ref().filter(|_| !self.integrity.whole());
        let (store, pending) = held.map_or((store, pending), |checkpoint| (checkpoint.store, checkpoint.pending));
        Checkpoint {
            vault: self.roster.vault.clone(),
            serial: self.serial + 1,
            store,
            pending,
            roster: held.map_or(self.roster_file.head, |checkpoint| checkpoint.roster),
            log: held.filter(|_| self.log_cut).map_or(self.log.head, |checkpoint| checkpoint.log),
            tombs: held.map_or(self.tombs.head, |checkpoint| checkpoint.tombs),
            at: self.now(),
            by: me.id,
        }
    }

    /// Writes a checkpoint that says: all of this is acknowledged.
    pub(crate) fn settle(&mut self, me: &Me<'_>) -> Result<(), VaultError> {
        if self.checkpoint.is_none() && !self.integrity.whole() {
            // Without a checkpoint nobody can say what is missing; only salvage may take what is there for the measure.
            return Ok(());
        }
        let checkpoint = self.new_checkpoint(me, self.store.head(), 0);
        self.checkpoint_file.write(checkpoint.serial, &checkpoint::write(&checkpoint, me.keys)?)?;
        self.serial = checkpoint.serial;
        self.checkpoint = Some(checkpoint);
        Ok(())
    }

    /// Seals drafts and keeps them as one group; returns their ids after everything is synced.
    pub(crate) fn keep(&mut self, me: &Me<'_>, drafts: &[Draft<'_>]) -> Result<Vec<RecordId>, VaultError> {
        self.must_be_whole()?;
        let at = self.now();
        let puts = drafts.iter().map(|d| self.put_of(me, d, at)).collect::<Result<Vec<Put>, CryptoError>>()?;
        let ids = puts.iter().map(|p| p.id).collect();
        if puts.is_empty() {
            return Ok(ids);
        }
        let pending = puts.len() as u64;
        let mut template = self.new_checkpoint(me, Head::EMPTY, pending);
        let (file, keys) = (&self.checkpoint_file, me.keys);
        let mut witness = |head: Head| {
            template.store = head;
            let slot = checkpoint::write(&template, keys)
                .map_err(|_| crate::ports::store::StoreError::Disk("the mark could not be signed".into()))?;
            file.write(template.serial, &slot)
        };
        if let Err(e) = self.store.put(&puts, &mut witness) {
            self.refused = true;
            return Err(e.into());
        }
        self.serial += 1;
        self.checkpoint = Some(template);
        Ok(ids)
    }

    fn must_be_whole(&self) -> Result<(), VaultError> {
        if self.integrity.whole() {
            Ok(())
        } else {
            Err(VaultError::NotWhole(self.integrity.words(crate::domain::practice::lang::Lang::En)))
        }
    }

    fn put_of(&mut self, me: &Me<'_>, d: &Draft<'_>, at: Timestamp) -> Result<Put, CryptoError> {
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
            at,
        };
        Ok(Put { collection: d.collection, id, sealed: seal::seal(&header, d.body, me.keys, envelope)? })
    }

    /// Opens one place with the first of the keys that fits; `None` when it was destroyed.
    pub(crate) fn open_place(&self, place: &Position, keys: &[&SealKey]) -> Result<Option<Opened>, VaultError> {
        let Some(bytes) = self.store.get(place)? else { return Ok(None) };
        let sealed = Sealed::from_stored(bytes)?;
        let collection = hex::encode(place.collection);
        let found = Found { vault: &self.roster.vault, id: place.id, collection: &collection };
        for key in keys {
            match seal::open(sealed.bytes(), key, found, &|id| self.verifier(id)) {
                Err(CryptoError::NotYours) => {}
                other => return other.map(Some).map_err(VaultError::from),
            }
        }
        Err(CryptoError::NotYours.into())
    }

    /// Adds a line to the access log, synced before it returns.
    pub(crate) fn log(
        &mut self,
        me: &Me<'_>,
        entry: &crate::domain::governance::access_log::Entry,
    ) -> Result<(), VaultError> {
        use base64::Engine;
        crate::domain::governance::access_log::check(entry)?;
        let to: Recipient = self.roster.log.parse()?;
        let plain = serde_json::to_vec(entry).map_err(|_| CryptoError::Sealing)?;
        let sealed = seal::encrypt(&plain, &to)?;
        self.log.append(base64::engine::general_purpose::STANDARD.encode(sealed), &[(me.id, me.keys)])?;
        self.settle(me)
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
        self.settle(me)?;
        crate::vault::mirror::keep(&self.dir)
    }
}

/// One thing that was destroyed, as the tombstones keep it: random ids only.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(crate) struct Tomb {
    /// Places whose bytes were removed.
    pub(crate) places: Vec<u64>,
    /// One word of the program.
    pub(crate) why: String,
    /// When.
    pub(crate) at: Timestamp,
}

impl VaultFolder {
    /// Forgets what was remembered of the caseloads, writes a tombstone for these places, synced, then removes their
    /// bytes.
    pub(crate) fn bury(&mut self, me: &Me<'_>, places: &[Position], why: &str) -> Result<(), VaultError> {
        self.must_be_whole()?;
        crate::vault::caseload_cache::forget(&self.dir)?;
        let tomb = Tomb { places: places.iter().map(|p| p.seq).collect(), why: why.to_owned(), at: self.now() };
        let text = serde_json::to_string(&tomb).map_err(|_| CryptoError::Sealing)?;
        crate::vault::files::replace(&self.dir.join(REWRITE), b"")?;
        self.tombs.append(text, &[(me.id, me.keys)])?;
        self.settle(me)?;
        self.buried.extend(places.iter().map(|p| p.seq));
        self.store.destroy(places, self.buried.len() as u64)?;
        Ok(())
    }
}

impl VaultFolder {
    /// How many records were acknowledged, as the checkpoint says.
    pub(crate) fn acknowledged(&self) -> u64 {
        self.checkpoint.as_ref().map_or(0, |m| m.store.count - m.pending.min(m.store.count))
    }

    /// Takes the store as it is from now on: what is lost goes to the tombstones, the checkpoint follows.
    pub(crate) fn accept(&mut self, me: &Me<'_>, lost: &[u64]) -> Result<(), VaultError> {
        self.integrity = Integrity::Complete { interrupted: 0 };
        if !lost.is_empty() {
            let tomb = Tomb { places: lost.to_vec(), why: "lost".into(), at: self.now() };
            let text = serde_json::to_string(&tomb).map_err(|_| CryptoError::Sealing)?;
            self.tombs.append(text, &[(me.id, me.keys)])?;
        }
        self.settle(me)
    }

    /// Writes the store's file anew, so that what was destroyed is not in it any more, and removes the copies of the
    /// store that a crash or a salvage put aside, for it is in them too. Everything intact in those was taken over when
    /// they were put aside. Gives their names.
    pub(crate) fn rebuild(&mut self) -> Result<Vec<String>, VaultError> {
        let fresh = self.dir.join(FRESH);
        let _ = std::fs::remove_dir_all(&fresh);
        private_folder(&fresh)?;
        let mut failed = None;
        let mut places = all_places(self).map_while(|item| item.map_err(|e| failed = Some(e)).ok().map(Ok));
        let rebuilt = SledStore::rebuild(&fresh, &mut places);
        drop(places);
        if let Some(e) = failed {
            return Err(e);
        }
        let mut rebuilt = rebuilt?;
        rebuilt.destroy(&[], self.buried.len() as u64)?;
        drop(rebuilt);
        // The old store's files are closed before they are moved away.
        self.store = Box::new(crate::adapters::store_memory::MemoryStore::default());
        let exchanged = crate::vault::files::exchange(&fresh, &self.dir.join("store"));
        match SledStore::open(&self.dir.join("store")) {
            Ok(store) => self.store = TombstonedStore::over(Box::new(store), self.buried.clone()),
            Err(e) => {
                // Nothing may be kept in the stand-in, nor may the checkpoint follow it.
                self.integrity = Integrity::Damaged { what: "the store could not be opened again".into() };
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
        if self.integrity.whole() && self.dir.join(REWRITE).exists() {
            self.rebuild()?;
        }
        Ok(())
    }
}

impl Drop for VaultFolder {
    fn drop(&mut self) {
        // sled writes its end when it is dropped; only then is the store closed.
        self.store = Box::new(crate::adapters::store_memory::MemoryStore::default());
        if self.integrity.whole() {
            // What this session changed; the next opening does it again where it did not succeed.
            let _ = crate::vault::mirror::keep(&self.dir);
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

/// Every place of the store with its bytes, for a backup or a rebuilt file. Stops at the first that is damaged.
pub(crate) fn all_places(
    house: &VaultFolder,
) -> impl Iterator<Item = Result<(Position, Option<Vec<u8>>), VaultError>> + '_ {
    (0..house.store.head().count).filter_map(move |seq| match house.store.place(seq) {
        Ok(None) => None,
        Ok(Some(place)) => Some(house.store.get(&place).map(|bytes| (place, bytes)).map_err(VaultError::from)),
        Err(e) => Some(Err(e.into())),
    })
}
