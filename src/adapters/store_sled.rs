//! sled 0.34.7 behind the store port, with the remedies that its measured behaviour needs: `flush` does not sync, so
//! the database file is synced through a descriptor of our own before anything is acknowledged; large values would go
//! to files that are never synced, so values are cut small; opening a damaged file panics, so it is opened on a
//! thread of its own; and every piece carries enough to be found again by reading the raw file.

use crate::adapters::sled_chunks::{disk, pieces, read_piece};
use crate::adapters::sled_flush::written;
use crate::crypto::chain::Head;
use crate::crypto::keys::sha256;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::store::{Collection, Held as Record, Position, Put, Store, StoreError, Witness};
use crate::texts::{Message, msg, verbatim};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// sled's page cache: more only costs memory, records are read once.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// How many records were destroyed when something was last destroyed.
const DESTROYED: &[u8] = b"d";
/// Records that [`Store::take_in`] syncs at a time.
const TAKEN_AT_ONCE: usize = 512;

/// A store that this process dropped a moment ago is still held by sled's own threads: seen in one of some thousand
/// reopenings. Longer than this it is another program.
const CLOSING: Duration = Duration::from_secs(5);

/// The store on disk: a folder that sled owns.
pub struct SledStore {
    db: Held<sled::Db>,
    /// `r` ‖ collection ‖ time ‖ id ‖ piece → piece, `s` ‖ writer ‖ number → id, `p` ‖ id → position, `n` ‖ collection →
    /// how many records stand there, and [`DESTROYED`]. One tree, because only a batch of one tree is atomic.
    tree: Held<sled::Tree>,
    file: File,
    heads: BTreeMap<Writer, Head>,
    time: u64,
    stopped: bool,
}

pub(super) fn broken(e: impl std::fmt::Display) -> StoreError {
    // sled's messages name files and offsets, never content; one line is enough.
    let text = e.to_string();
    if text.starts_with("Read corrupted data") {
        return StoreError::Broken(msg("store-sled-file-damaged"));
    }
    StoreError::Broken(first_line(&text))
}

fn first_line(text: &str) -> Message {
    verbatim(text.lines().next().unwrap_or_default().chars().take(160).collect::<String>())
}

/// Runs something of sled's on a thread of its own and turns a panic into a fault.
pub(super) fn contained<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    quiet_panics();
    let thread = std::thread::Builder::new()
        .name("store".into())
        .spawn(move || std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)));
    match thread.map_err(disk)?.join() {
        Ok(Ok(done)) => Ok(done),
        _ => Err(StoreError::Broken(msg("store-sled-file-damaged"))),
    }
}

/// Reads over a damaged page panic inside sled now and then; the same on this thread.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(StoreError::Broken(msg("store-sled-file-damaged"))))
}

/// Something of sled's that is let go in its own time: its last handle syncs the file and panics when the disk refuses.
/// Whatever was acknowledged was synced before.
struct Held<T>(Option<T>);

impl<T> std::ops::Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("it is taken out only when this is dropped")
    }
}

impl<T> Drop for Held<T> {
    fn drop(&mut self) {
        let held = self.0.take();
        quiet_panics();
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(held)));
    }
}

/// A panic inside the store is reported as damage in our own words; sled's own text would only frighten.
fn quiet_panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let ours = std::thread::current().name() == Some("store");
            let sleds = info.location().is_some_and(|l| l.file().contains("sled-0.34"));
            if !(ours || sleds) {
                before(info);
            }
        }));
    });
}

/// sled writes a snapshot while it opens, under the ending `.generating`, and takes one that a kill or a full disk left
/// half written for the newest at the next opening: then the whole database is "corrupted". Nobody else opens it now.
fn forget_unfinished_snapshots(dir: &Path) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("snap.") && name.to_string_lossy().ends_with(".generating") {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

impl SledStore {
    /// Opens or makes the store in this folder. Says nothing about completeness; the caller compares the head with
    /// the high-water mark.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let fresh = !dir.join("db").exists();
        forget_unfinished_snapshots(dir);
        let path: PathBuf = dir.to_owned();
        let began = Instant::now();
        let store = loop {
            let path = path.clone();
            match contained(move || Self::open_inside(&path))? {
                Err(StoreError::Held) if began.elapsed() < CLOSING => std::thread::sleep(Duration::from_millis(10)),
                done => break done?,
            }
        };
        if fresh {
            sync_dir(dir)?;
            if let Some(parent) = dir.parent() {
                sync_dir(parent)?;
            }
        }
        Ok(store)
    }

    fn open_inside(dir: &Path) -> Result<Self, StoreError> {
        let db = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).open().map_err(|e| match e {
            sled::Error::Io(io) if io.to_string().contains("could not acquire lock") => StoreError::Held,
            e => broken(e),
        })?;
        let tree = db.open_tree("a").map_err(broken)?;
        let file = File::open(dir.join("db")).map_err(disk)?;
        let (db, tree) = (Held(Some(db)), Held(Some(tree)));
        let mut store = SledStore { db, tree, file, heads: BTreeMap::new(), time: 0, stopped: false };
        store.find_ends()?;
        Ok(store)
    }

    /// Finds the end of every sequence, from the last key backwards: as many steps as there are writers.
    fn find_ends(&mut self) -> Result<(), StoreError> {
        let mut end = b"t".to_vec();
        while let Some((key, _)) = self.tree.range(b"s".to_vec()..end).next_back().transpose().map_err(broken)? {
            let unreadable = || StoreError::Broken(msg("store-sequence-key-unreadable"));
            let writer =
                key.get(1..33).and_then(|b| b.try_into().ok()).map(Writer::from_bytes).ok_or_else(unreadable)?;
            let number =
                key.get(33..41).and_then(|b| b.try_into().ok()).map(u64::from_be_bytes).ok_or_else(unreadable)?;
            let last = self.read_at(writer, number).ok().flatten();
            let mut last = last.ok_or_else(|| StoreError::Broken(msg("store-last-place-unreadable")))?;
            // After a kill a scan was seen to leave out what is found by its key all the same.
            while let Some(next) = self.read_at(writer, last.number + 1).ok().flatten() {
                if !next.follows(last.after_this()) {
                    break;
                }
                last = next;
            }
            self.heads.insert(writer, last.after_this());
            self.time = self.time.max(last.time);
            end = sequence_key(writer, 0).to_vec();
        }
        Ok(())
    }

    /// How many records stand on a collection. Kept beside them because sled, opened after a crash over a damaged page, was
    /// seen to leave records out of a scan that it still finds one by one (91 of 128 in a scan, all of them by key).
    fn read_held(&self, collection: Collection) -> Result<u64, StoreError> {
        self.read_number(&held_key(collection))
    }

    fn read_number(&self, key: &[u8]) -> Result<u64, StoreError> {
        match self.tree.get(key).map_err(broken)? {
            None => Ok(0),
            Some(n) => n
                .as_ref()
                .try_into()
                .map(u64::from_be_bytes)
                .map_err(|_| StoreError::Broken(msg("store-count-unreadable"))),
        }
    }

    /// The count of a collection in a group that is being put together.
    fn held_for<'a>(
        &self,
        group: &'a mut BTreeMap<Collection, u64>,
        collection: Collection,
    ) -> Result<&'a mut u64, StoreError> {
        Ok(match group.entry(collection) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(self.read_held(collection)?),
        })
    }

    /// Applies a batch and syncs it, and does `meanwhile` beside it.
    fn write<T>(&self, batch: sled::Batch, meanwhile: impl FnOnce() -> T) -> (Result<(), StoreError>, T) {
        let write = || {
            self.tree.apply_batch(batch).map_err(disk)?;
            self.db.flush().map_err(disk)?;
            self.file.sync_data().map_err(disk)
        };
        written(&self.db, write, meanwhile)
    }
}

/// Syncs a folder, so that a new name in it survives.
pub(super) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(disk)
}

fn sequence_key(writer: Writer, number: u64) -> [u8; 41] {
    let mut key = [b's'; 41];
    key[1..33].copy_from_slice(&writer.to_bytes());
    key[33..].copy_from_slice(&number.to_be_bytes());
    key
}

fn position_key(id: RecordId) -> [u8; 17] {
    let mut key = [b'p'; 17];
    key[1..].copy_from_slice(&id.0);
    key
}

fn collection_prefix(collection: Collection) -> [u8; 17] {
    let mut key = [b'r'; 17];
    key[1..].copy_from_slice(&collection);
    key
}

fn held_key(collection: Collection) -> [u8; 17] {
    let mut key = [b'n'; 17];
    key[1..].copy_from_slice(&collection);
    key
}

fn record_prefix(position: &Position) -> Vec<u8> {
    [&collection_prefix(position.collection)[..], &position.time.to_be_bytes(), &position.id.0].concat()
}

fn piece_key(position: &Position, piece: u16) -> Vec<u8> {
    [&record_prefix(position)[..], &piece.to_be_bytes()].concat()
}

fn write_held(batch: &mut sled::Batch, held: BTreeMap<Collection, u64>) {
    for (collection, held) in held {
        batch.insert(&held_key(collection)[..], &held.to_be_bytes());
    }
}

impl SledStore {
    fn read_collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        let mut found: Vec<Position> = Vec::new();
        for item in self.tree.scan_prefix(collection_prefix(collection)).keys() {
            let key = item.map_err(broken)?;
            let id = key.get(25..41).and_then(|b| b.try_into().ok()).map(RecordId);
            let id = id.ok_or_else(|| StoreError::Broken(msg("store-key-unreadable")))?;
            if found.last().is_none_or(|p| p.id != id) {
                found.push(self.read_position(id)?.ok_or(StoreError::Damaged(id))?);
            }
        }
        let (shown, held) = (found.len() as u64, self.read_held(collection)?);
        if shown == held { Ok(found) } else { Err(StoreError::Collection { found: shown, held }) }
    }

    fn read_record(&self, place: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = Vec::new();
        let mut expected: u16 = 0;
        let mut of = None;
        for item in self.tree.scan_prefix(record_prefix(place)) {
            let (_, value) = item.map_err(broken)?;
            let piece = read_piece(&value).filter(|p| p.place == *place && p.number == expected);
            let piece = piece.ok_or(StoreError::Damaged(place.id))?;
            bytes.extend_from_slice(piece.part);
            of = Some(piece.of);
            expected += 1;
        }
        match of {
            None => Ok(None),
            Some(of) if of == expected && sha256(&[&bytes]) == place.hash => Ok(Some(bytes)),
            Some(_) => Err(StoreError::Damaged(place.id)),
        }
    }

    fn read_position(&self, id: RecordId) -> Result<Option<Position>, StoreError> {
        match self.tree.get(position_key(id)).map_err(broken)? {
            None => Ok(None),
            Some(bytes) => {
                let position = Position::from_bytes(&bytes).filter(|p| p.id == id);
                position.map(Some).ok_or(StoreError::Damaged(id))
            }
        }
    }

    fn read_at(&self, writer: Writer, number: u64) -> Result<Option<Position>, StoreError> {
        let Some(id) = self.tree.get(sequence_key(writer, number)).map_err(broken)? else { return Ok(None) };
        let id =
            id.as_ref().try_into().map(RecordId).map_err(|_| StoreError::Broken(msg("store-sequence-unreadable")))?;
        let position = self.read_position(id)?.ok_or(StoreError::Damaged(id))?;
        if position.writer == writer && position.number == number {
            Ok(Some(position))
        } else {
            Err(StoreError::Damaged(id))
        }
    }

    /// Adds a record to a group that is being put together.
    fn add(
        &self,
        batch: &mut sled::Batch,
        held: &mut BTreeMap<Collection, u64>,
        position: &Position,
        bytes: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        if let Some(bytes) = bytes {
            *self.held_for(held, position.collection)? += 1;
            for (piece, n) in pieces(position, bytes)?.into_iter().zip(0u16..) {
                batch.insert(piece_key(position, n), piece);
            }
        }
        batch.insert(&sequence_key(position.writer, position.number)[..], &position.id.0[..]);
        batch.insert(&position_key(position.id)[..], position.to_bytes());
        Ok(())
    }

    fn take(
        &mut self,
        records: &mut dyn Iterator<Item = Result<Record, StoreError>>,
        gaps: bool,
    ) -> Result<u64, StoreError> {
        let (mut batch, mut held, mut waiting, mut taken) = (sled::Batch::default(), BTreeMap::new(), 0, 0);
        let mut heads = self.heads.clone();
        for record in records {
            let (position, bytes) = record?;
            let head = heads.get(&position.writer).copied().unwrap_or(Head::EMPTY);
            let apart = StoreError::Apart { number: position.number };
            if position.number < head.count {
                match self.read_at(position.writer, position.number)? {
                    Some(here) if here == position => continue,
                    Some(_) => return Err(apart),
                    // Lost here, and the other copy still has it.
                    None => {}
                }
            } else if position.number == head.count && !position.follows(head) || position.number > head.count && !gaps
            {
                return Err(apart);
            } else {
                heads.insert(position.writer, position.after_this());
                self.time = self.time.max(position.time);
            }
            self.add(&mut batch, &mut held, &position, bytes.as_deref())?;
            taken += 1;
            waiting += 1;
            if waiting == TAKEN_AT_ONCE {
                write_held(&mut batch, std::mem::take(&mut held));
                self.write(std::mem::take(&mut batch), || ()).0?;
                self.heads.clone_from(&heads);
                waiting = 0;
            }
        }
        write_held(&mut batch, held);
        self.write(batch, || ()).0?;
        self.heads = heads;
        Ok(taken)
    }
}

impl Store for SledStore {
    fn heads(&self) -> BTreeMap<Writer, Head> {
        self.heads.clone()
    }

    fn head(&self, writer: Writer) -> Head {
        self.heads.get(&writer).copied().unwrap_or(Head::EMPTY)
    }

    fn time(&self) -> u64 {
        self.time
    }

    fn put(&mut self, writer: Writer, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        let (mut head, mut time) = (self.head(writer), self.time);
        let mut batch = sled::Batch::default();
        let mut held = BTreeMap::new();
        for put in group {
            // A time at the end of all numbers can only have been written by somebody else; it is found when it is opened.
            time = time.saturating_add(1);
            let position = Position::after(writer, head, time, put);
            head = position.after_this();
            self.add(&mut batch, &mut held, &position, Some(put.sealed.bytes()))?;
        }
        write_held(&mut batch, held);
        // From here on a failure leaves it open what of the group is on disk: the store stops, and the next opening
        // compares with the mark.
        self.stopped = true;
        // The mark calls the group pending, so it may well be on disk before the group is.
        let (store, mark) = self.write(batch, || witness(head));
        store?;
        mark?;
        self.stopped = false;
        self.heads.insert(writer, head);
        self.time = time;
        Ok(head)
    }

    fn take_in(
        &mut self,
        records: &mut dyn Iterator<Item = Result<Record, StoreError>>,
        gaps: bool,
    ) -> Result<u64, StoreError> {
        self.take(records, gaps)
    }

    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        guarded(|| self.read_collection(collection))
    }

    fn held(&self, collection: Collection) -> Result<u64, StoreError> {
        guarded(|| self.read_held(collection))
    }

    fn get(&self, place: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        guarded(|| self.read_record(place))
    }

    fn at(&self, writer: Writer, number: u64) -> Result<Option<Position>, StoreError> {
        guarded(|| self.read_at(writer, number))
    }

    fn find(&self, id: RecordId) -> Result<Option<Position>, StoreError> {
        guarded(|| self.read_position(id))
    }

    fn destroy(&mut self, places: &[Position], known: u64) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        let mut held = BTreeMap::new();
        for place in places {
            let mut pieces = self.tree.scan_prefix(record_prefix(place)).keys().peekable();
            if pieces.peek().is_some() {
                let held = self.held_for(&mut held, place.collection)?;
                *held = held.saturating_sub(1);
            }
            for item in pieces {
                batch.remove(item.map_err(broken)?);
            }
        }
        write_held(&mut batch, held);
        batch.insert(DESTROYED, &known.to_be_bytes());
        self.write(batch, || ()).0
    }

    fn destroyed(&self) -> Result<u64, StoreError> {
        self.read_number(DESTROYED)
    }

    fn size(&self) -> u64 {
        self.db.size_on_disk().unwrap_or(0)
    }
}
