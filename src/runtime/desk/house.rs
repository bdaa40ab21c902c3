//! The opened folder of a vault: store, chains and mark together, so that every acknowledgement moves them as one.

use super::envelopes::Envelopes;
use super::fault::DeskFault;
use super::files::{ChainFile, Lock, disk};
use super::opening::{Gone, gone, roster_path};
use super::shown::Shown;
use super::standing::Standing;
use crate::adapters::highwater::MarkFile;
use crate::adapters::store_sled::{SledStore, sync_dir};
use crate::domain::ids::{MemberId, RecordId};
use crate::domain::record::{Body, Header, Opened, SCHEMA};
use crate::domain::roster::{Change, Roster};
use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;
use crate::ports::store::{Place, Put, Shelf, Store};
use crate::vault::chain::Head;
use crate::vault::keys::{Keyring, Recipient, SealKey, Verifier, random_id};
use crate::vault::mark::{self, Mark};
use crate::vault::seal::{self, Found};
use crate::vault::{Sealed, VaultFault};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Stands there while a program has the store open: still there at an opening, it says that the last one was killed.
pub(super) const UNCLEAN: &str = "unclean";
/// In that file while the store is open.
pub(super) const OPEN: &[u8] = b"open\n";
/// In that file when the disk refused a group: its writer was told so, nobody misses it.
pub(super) const FAILED: &[u8] = b"failed\n";
/// The copy of a store that was not closed, from before it was opened again.
pub(super) const BEFORE: &str = "store.before";
/// The store that salvage makes, then the damaged one until it is put aside.
pub(super) const SALVAGED: &str = "store.salvaged";
/// Begins the name of a damaged store that salvage put aside.
pub(super) const DAMAGED: &str = "store.damaged-";
/// Stands there from a destruction until the store's file was written anew without what was destroyed.
pub(super) const REWRITE: &str = "rewrite-due";

/// The store while its file is written anew, then the old one until it is removed.
pub(super) const FRESH: &str = "store.new";

pub(super) const ROSTER: &str = "roster";
pub(super) const LOG: &str = "access log";
pub(super) const TOMBS: &str = "tombstones";

/// Who writes.
#[derive(Debug)]
pub(super) struct Me<'a> {
    pub(super) id: MemberId,
    pub(super) keys: &'a Keyring,
}

/// What goes into one new record.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) shelf: Shelf,
    pub(super) to: &'a Recipient,
    pub(super) body: &'a Body,
    pub(super) client: Option<crate::domain::ids::ClientId>,
    pub(super) session: Option<crate::domain::ids::SessionId>,
    pub(super) replaces: Option<(RecordId, u32, [u8; 32])>,
}

pub(super) struct House {
    pub(super) dir: PathBuf,
    pub(super) _lock: Lock,
    pub(super) store: Box<dyn Store>,
    pub(super) roster: Roster,
    pub(super) roster_file: ChainFile,
    pub(super) log: ChainFile,
    pub(super) tombs: ChainFile,
    pub(super) mark_file: MarkFile,
    pub(super) mark: Option<Mark>,
    pub(super) serial: u64,
    pub(super) standing: Standing,
    /// The log is not what the mark says.
    pub(super) log_cut: bool,
    /// The disk refused a group; the store takes no more until it is opened anew.
    pub(super) refused: bool,
    /// Small files that were damaged and were put right at the opening.
    pub(super) mended: Vec<String>,
    pub(super) envelopes: Envelopes,
    /// Numbers of the places that the tombstones say were destroyed.
    pub(super) buried: BTreeSet<u64>,
    pub(super) clock: Box<dyn Clock>,
}

impl House {
    /// Makes the folder of a new vault; the founding entry is written last, so that half a vault is none.
    pub(super) fn found(
        dir: &Path,
        lock: Lock,
        change: &Change,
        me: &Me<'_>,
        clock: Box<dyn Clock>,
    ) -> Result<Self, DeskFault> {
        let mut roster = Roster::default();
        roster.apply(change, &[me.id])?;
        let vault = roster.vault.clone();
        let store = SledStore::open(&dir.join("store"))?;
        let log = ChainFile::create(&dir.join("access"), LOG, &vault)?;
        let tombs = ChainFile::create(&dir.join("tombs"), TOMBS, &vault)?;
        let mark_file = MarkFile::open(&dir.join("mark"))?;
        let mut roster_file = ChainFile::create(&dir.join("roster.new"), ROSTER, &vault)?;
        let text = serde_json::to_string(change).map_err(|_| VaultFault::Sealing)?;
        roster_file.append(text, &[(me.id, me.keys)])?;
        let mut house = House {
            dir: dir.to_owned(),
            _lock: lock,
            store: Shown::over(Box::new(store), BTreeSet::new()),
            roster,
            roster_file,
            log,
            tombs,
            mark_file,
            mark: None,
            serial: 0,
            standing: Standing::Complete { interrupted: 0 },
            log_cut: false,
            refused: false,
            mended: Vec::new(),
            envelopes: Envelopes::default(),
            buried: BTreeSet::new(),
            clock,
        };
        house.settle(me)?;
        super::files::replace(&dir.join(UNCLEAN), OPEN)?;
        std::fs::rename(dir.join("roster.new"), roster_path(dir)).map_err(disk)?;
        sync_dir(dir)?;
        super::spare::keep(dir)?;
        Ok(house)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The places whose bytes are rightly not there, as the tombstones say.
    pub(super) fn gone(&self) -> Result<Gone, DeskFault> {
        gone(&self.dir, &self.roster.vault, &|id| self.verifier(id))
    }

    pub(super) fn verifier(&self, id: MemberId) -> Option<Verifier> {
        self.roster.member(id).and_then(|m| m.verifying.parse().ok())
    }

    /// The lobby: the shelf of the wraps.
    pub(super) fn lobby(&self) -> Shelf {
        let mut shelf = [0u8; 16];
        // The id of a vault is 32 hexadecimal digits, made by `found` and checked by the roster's signature.
        let _ = hex::decode_to_slice(&self.roster.vault, &mut shelf);
        shelf
    }

    /// The shelf of the escalation packets: their readers are not those of any client's shelf.
    pub(super) fn escalation_shelf(&self) -> Shelf {
        let hash = crate::vault::keys::sha256(&[b"gyeot-escalations/1\n", self.roster.vault.as_bytes()]);
        let mut shelf = [0u8; 16];
        shelf.copy_from_slice(&hash[..16]);
        shelf
    }

    /// Where a code is marked as taken. A hash: the code itself stands in clear nowhere.
    pub(super) fn code_shelf(&self, code: &crate::domain::ids::ClientCode) -> Shelf {
        let parts: [&[u8]; 4] = [b"gyeot-code/1\n", self.roster.vault.as_bytes(), b"\n", code.as_str().as_bytes()];
        let mut shelf = [0u8; 16];
        shelf.copy_from_slice(&crate::vault::keys::sha256(&parts)[..16]);
        shelf
    }

    fn new_mark(&self, me: &Me<'_>, store: Head, pending: u64) -> Mark {
        // While the vault is not whole the mark keeps what is missing in mind: opening it once, or reading in it, must
        // not make a cut roster or an old store the new measure. The log goes on being written; it keeps its old
        // measure only when it is itself what was cut.
        let held = self.mark.as_ref().filter(|_| !self.standing.whole());
        let (store, pending) = held.map_or((store, pending), |mark| (mark.store, mark.pending));
        Mark {
            vault: self.roster.vault.clone(),
            serial: self.serial + 1,
            store,
            pending,
            roster: held.map_or(self.roster_file.head, |mark| mark.roster),
            log: held.filter(|_| self.log_cut).map_or(self.log.head, |mark| mark.log),
            tombs: held.map_or(self.tombs.head, |mark| mark.tombs),
            at: self.now(),
            by: me.id,
        }
    }

    /// Writes a mark that says: all of this is acknowledged.
    pub(super) fn settle(&mut self, me: &Me<'_>) -> Result<(), DeskFault> {
        if self.mark.is_none() && !self.standing.whole() {
            // Without a mark nobody can say what is missing; only salvage may take what is there for the measure.
            return Ok(());
        }
        let mark = self.new_mark(me, self.store.head(), 0);
        self.mark_file.write(mark.serial, &mark::write(&mark, me.keys)?)?;
        self.serial = mark.serial;
        self.mark = Some(mark);
        Ok(())
    }

    /// Seals drafts and keeps them as one group; returns their ids after everything is synced.
    pub(super) fn keep(&mut self, me: &Me<'_>, drafts: &[Draft<'_>]) -> Result<Vec<RecordId>, DeskFault> {
        self.must_be_whole()?;
        let at = self.now();
        let puts = drafts.iter().map(|d| self.put_of(me, d, at)).collect::<Result<Vec<Put>, VaultFault>>()?;
        let ids = puts.iter().map(|p| p.id).collect();
        if puts.is_empty() {
            return Ok(ids);
        }
        let pending = puts.len() as u64;
        let mut template = self.new_mark(me, Head::EMPTY, pending);
        let (file, keys) = (&self.mark_file, me.keys);
        let mut witness = |head: Head| {
            template.store = head;
            let slot = mark::write(&template, keys)
                .map_err(|_| crate::ports::store::StoreFault::Disk("the mark could not be signed".into()))?;
            file.write(template.serial, &slot)
        };
        if let Err(e) = self.store.put(&puts, &mut witness) {
            self.refused = true;
            return Err(e.into());
        }
        self.serial += 1;
        self.mark = Some(template);
        Ok(ids)
    }

    fn must_be_whole(&self) -> Result<(), DeskFault> {
        if self.standing.whole() {
            Ok(())
        } else {
            Err(DeskFault::NotWhole(self.standing.words(crate::domain::lang::Lang::En)))
        }
    }

    fn put_of(&mut self, me: &Me<'_>, d: &Draft<'_>, at: Timestamp) -> Result<Put, VaultFault> {
        let envelope = self.envelopes.take(d.to)?;
        let id = RecordId(random_id());
        let header = Header {
            schema: SCHEMA,
            vault: self.roster.vault.clone(),
            id,
            shelf: hex::encode(d.shelf),
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
        Ok(Put { shelf: d.shelf, id, sealed: seal::seal(&header, d.body, me.keys, envelope)? })
    }

    /// Opens one place with the first of the keys that fits; `None` when it was destroyed.
    pub(super) fn open_place(&self, place: &Place, keys: &[&SealKey]) -> Result<Option<Opened>, DeskFault> {
        let Some(bytes) = self.store.get(place)? else { return Ok(None) };
        let sealed = Sealed::from_stored(bytes)?;
        let shelf = hex::encode(place.shelf);
        let found = Found { vault: &self.roster.vault, id: place.id, shelf: &shelf };
        for key in keys {
            match seal::open(sealed.bytes(), key, found, &|id| self.verifier(id)) {
                Err(VaultFault::NotYours) => {}
                other => return other.map(Some).map_err(DeskFault::from),
            }
        }
        Err(VaultFault::NotYours.into())
    }

    /// Adds a line to the access log, synced before it returns.
    pub(super) fn log(&mut self, me: &Me<'_>, entry: &crate::domain::audit::Entry) -> Result<(), DeskFault> {
        use base64::Engine;
        crate::domain::audit::check(entry)?;
        let to: Recipient = self.roster.log.parse()?;
        let plain = serde_json::to_vec(entry).map_err(|_| VaultFault::Sealing)?;
        let sealed = seal::encrypt(&plain, &to)?;
        self.log.append(base64::engine::general_purpose::STANDARD.encode(sealed), &[(me.id, me.keys)])?;
        self.settle(me)
    }

    /// Adds a change to the roster.
    pub(super) fn change(
        &mut self,
        change: &Change,
        signers: &[(MemberId, &Keyring)],
        me: &Me<'_>,
    ) -> Result<(), DeskFault> {
        self.must_be_whole()?;
        let who: Vec<MemberId> = signers.iter().map(|(id, _)| *id).collect();
        let mut roster = self.roster.clone();
        roster.apply(change, &who)?;
        let text = serde_json::to_string(change).map_err(|_| VaultFault::Sealing)?;
        self.roster_file.append(text, signers)?;
        self.roster = roster;
        self.settle(me)?;
        super::spare::keep(&self.dir)
    }
}

/// One thing that was destroyed, as the tombstones keep it: random ids only.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub(super) struct Tomb {
    /// Places whose bytes were removed.
    pub(super) places: Vec<u64>,
    /// One word of the program.
    pub(super) why: String,
    /// When.
    pub(super) at: Timestamp,
}

impl House {
    /// Forgets what was remembered of the caseloads, writes a tombstone for these places, synced, then removes their
    /// bytes.
    pub(super) fn bury(&mut self, me: &Me<'_>, places: &[Place], why: &str) -> Result<(), DeskFault> {
        self.must_be_whole()?;
        super::remembered::forget(&self.dir)?;
        let tomb = Tomb { places: places.iter().map(|p| p.seq).collect(), why: why.to_owned(), at: self.now() };
        let text = serde_json::to_string(&tomb).map_err(|_| VaultFault::Sealing)?;
        super::files::replace(&self.dir.join(REWRITE), b"")?;
        self.tombs.append(text, &[(me.id, me.keys)])?;
        self.settle(me)?;
        self.buried.extend(places.iter().map(|p| p.seq));
        self.store.destroy(places, self.buried.len() as u64)?;
        Ok(())
    }
}

impl House {
    /// How many records were acknowledged, as the mark says.
    pub(super) fn acknowledged(&self) -> u64 {
        self.mark.as_ref().map_or(0, |m| m.store.count - m.pending.min(m.store.count))
    }

    /// Takes the store as it is from now on: what is lost goes to the tombstones, the mark follows.
    pub(super) fn accept(&mut self, me: &Me<'_>, lost: &[u64]) -> Result<(), DeskFault> {
        self.standing = Standing::Complete { interrupted: 0 };
        if !lost.is_empty() {
            let tomb = Tomb { places: lost.to_vec(), why: "lost".into(), at: self.now() };
            let text = serde_json::to_string(&tomb).map_err(|_| VaultFault::Sealing)?;
            self.tombs.append(text, &[(me.id, me.keys)])?;
        }
        self.settle(me)
    }

    /// Writes the store's file anew, so that what was destroyed is not in it any more, and removes the copies of the
    /// store that a crash or a salvage put aside, for it is in them too. Everything intact in those was taken over when
    /// they were put aside. Gives their names.
    pub(super) fn rebuild(&mut self) -> Result<Vec<String>, DeskFault> {
        let fresh = self.dir.join(FRESH);
        let _ = std::fs::remove_dir_all(&fresh);
        super::private_folder(&fresh)?;
        let mut failed = None;
        let mut places =
            super::keeping::all_places(self).map_while(|item| item.map_err(|e| failed = Some(e)).ok().map(Ok));
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
        let exchanged = super::files::exchange(&fresh, &self.dir.join("store"));
        match SledStore::open(&self.dir.join("store")) {
            Ok(store) => self.store = Shown::over(Box::new(store), self.buried.clone()),
            Err(e) => {
                // Nothing may be kept in the stand-in, nor may the mark follow it.
                self.standing = Standing::Damaged { what: "the store could not be opened again".into() };
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

    /// As [`House::rebuild`], where something was destroyed and that was not done yet.
    pub(super) fn rebuild_due(&mut self) -> Result<(), DeskFault> {
        if self.standing.whole() && self.dir.join(REWRITE).exists() {
            self.rebuild()?;
        }
        Ok(())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // sled writes its end when it is dropped; only then is the store closed.
        self.store = Box::new(crate::adapters::store_memory::MemoryStore::default());
        if self.standing.whole() {
            // What this session changed; the next opening does it again where it did not succeed.
            let _ = super::spare::keep(&self.dir);
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
