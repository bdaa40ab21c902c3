//! sled 0.34.7 behind the store port, with the remedies that its measured behaviour needs: `flush` does not sync, so
//! the database file is synced through a descriptor of our own before anything is acknowledged; large values would go
//! to files that are never synced, so values are cut small; opening a damaged file panics, so it is opened on a
//! thread of its own; and every piece carries enough to be found again by reading the raw file.

use crate::adapters::sled_chunks::{disk, pieces, read_piece};
use crate::crypto::chain::Head;
use crate::crypto::keys::sha256;
use crate::ports::store::{Collection, Position, Put, Store, StoreError, Witness};
use crate::texts::{Message, msg, verbatim};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// sled's page cache: more only costs memory, records are read once.
const CACHE_BYTES: u64 = 32 * 1024 * 1024;

/// Stands in a store whose shelves are counted.
const COUNTED: &[u8] = b"v";
/// How many places were destroyed when something was last destroyed.
const DESTROYED: &[u8] = b"d";

/// A store that this process dropped a moment ago is still held by sled's own threads: seen in one of some thousand
/// reopenings. Longer than this it is another program.
const CLOSING: Duration = Duration::from_secs(5);

/// The store on disk: a folder that sled owns.
pub struct SledStore {
    db: Held<sled::Db>,
    /// `r` ‖ collection ‖ seq ‖ piece → piece, `s` ‖ seq → place, `n` ‖ collection → how many records stand there, [`COUNTED`] and
    /// [`DESTROYED`]. One tree,
    /// because only a batch of one tree is atomic.
    tree: Held<sled::Tree>,
    file: File,
    head: Head,
    stopped: bool,
}

fn broken(e: impl std::fmt::Display) -> StoreError {
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
fn contained<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
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
fn guarded<T>(read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
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
        let mut head = match tree.scan_prefix(b"s").next_back().transpose().map_err(broken)? {
            None => Head::EMPTY,
            Some((key, value)) => {
                let place = Position::from_bytes(&value).filter(|p| place_key(p.seq)[..] == key[..]);
                place.ok_or_else(|| StoreError::Broken(msg("store-last-place-unreadable")))?.after_this()
            }
        };
        // After a kill a scan was seen to leave out what is found by its key all the same.
        let next = |head: Head| -> Result<Option<Position>, StoreError> {
            let found = tree.get(place_key(head.count)).map_err(broken)?;
            Ok(found.and_then(|value| Position::from_bytes(&value)).filter(|place| place.follows(head)))
        };
        while let Some(place) = next(head)? {
            head = place.after_this();
        }
        let (db, tree) = (Held(Some(db)), Held(Some(tree)));
        let store = SledStore { db, tree, file, head, stopped: false };
        if head.count == 0 {
            store.tree.insert(COUNTED, b"1").map_err(disk)?;
        } else if store.tree.get(COUNTED).map_err(broken)?.is_none() {
            store.count_shelves()?;
        }
        Ok(store)
    }

    /// Once, for a store without counts.
    fn count_shelves(&self) -> Result<(), StoreError> {
        let mut held = BTreeMap::<Collection, u64>::new();
        for seq in 0..self.head.count {
            let Some(place) = self.read_place(seq)? else { continue };
            // By its pieces alone: a damaged record counts, and is found by whoever reads it.
            let stands = self.tree.scan_prefix(record_prefix(&place)).keys().next().is_some();
            *held.entry(place.collection).or_default() += u64::from(stands);
        }
        let mut batch = sled::Batch::default();
        write_held(&mut batch, held);
        batch.insert(COUNTED, b"1");
        self.tree.apply_batch(batch).map_err(disk)?;
        self.sync()
    }

    /// How many records stand on a collection. Kept beside them because sled, opened after a crash over a damaged page, was
    /// seen to leave records out of a scan that it still finds one by one (91 of 128 in a scan, all of them by key).
    fn read_held(&self, collection: Collection) -> Result<u64, StoreError> {
        self.read_number(&held_key(collection))
    }

    fn read_number(&self, key: &[u8]) -> Result<u64, StoreError> {
        match self.tree.get(key).map_err(broken)? {
            None => Ok(0),
            Some(n) => n.as_ref().try_into().map(u64::from_be_bytes).map_err(|_| broken("a count is not readable")),
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

    fn sync(&self) -> Result<(), StoreError> {
        self.db.flush().map_err(disk)?;
        self.file.sync_data().map_err(disk)
    }
}

/// Syncs a folder, so that a new name in it survives.
pub fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir).and_then(|d| d.sync_all()).map_err(disk)
}

fn place_key(seq: u64) -> [u8; 9] {
    let mut key = [b's'; 9];
    key[1..].copy_from_slice(&seq.to_be_bytes());
    key
}

fn shelf_prefix(collection: Collection) -> [u8; 17] {
    let mut key = [b'r'; 17];
    key[1..].copy_from_slice(&collection);
    key
}

fn held_key(collection: Collection) -> [u8; 17] {
    let mut key = [b'n'; 17];
    key[1..].copy_from_slice(&collection);
    key
}

fn record_prefix(place: &Position) -> Vec<u8> {
    [&shelf_prefix(place.collection)[..], &place.seq.to_be_bytes()].concat()
}

fn piece_key(place: &Position, piece: u16) -> Vec<u8> {
    [&record_prefix(place)[..], &piece.to_be_bytes()].concat()
}

fn write_held(batch: &mut sled::Batch, held: BTreeMap<Collection, u64>) {
    for (collection, held) in held {
        batch.insert(&held_key(collection)[..], &held.to_be_bytes());
    }
}

impl SledStore {
    /// Makes a store that holds these places as they were, with their bytes where they still exist. For salvage,
    /// restoring and rebuilding; the folder must hold no store yet. Synced when it returns.
    pub fn rebuild(
        dir: &Path,
        places: &mut dyn Iterator<Item = Result<(Position, Option<Vec<u8>>), StoreError>>,
    ) -> Result<Self, StoreError> {
        let mut store = Self::open(dir)?;
        if store.head.count != 0 {
            return Err(StoreError::Broken(msg("store-there-already")));
        }
        let mut done = 0;
        let mut held = BTreeMap::<Collection, u64>::new();
        for place in places {
            let (place, bytes) = place?;
            *held.entry(place.collection).or_default() += u64::from(bytes.is_some());
            for (piece, n) in pieces(&place, bytes.as_deref().unwrap_or_default())?.into_iter().zip(0u16..) {
                store.tree.insert(piece_key(&place, n), piece).map_err(disk)?;
            }
            store.tree.insert(place_key(place.seq), &place.to_bytes()[..]).map_err(disk)?;
            store.head = place.after_this();
            done += 1;
            if done % 512 == 0 {
                store.sync()?;
            }
        }
        for (collection, held) in held {
            store.tree.insert(held_key(collection), &held.to_be_bytes()).map_err(disk)?;
        }
        store.sync()?;
        Ok(store)
    }
}

impl SledStore {
    fn read_collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        let mut places: Vec<Position> = Vec::new();
        for item in self.tree.scan_prefix(shelf_prefix(collection)).keys() {
            let key = item.map_err(broken)?;
            let seq = key.get(17..25).and_then(|b| b.try_into().ok()).map(u64::from_be_bytes);
            let seq = seq.ok_or_else(|| StoreError::Broken(msg("store-key-unreadable")))?;
            if seq < self.head.count && places.last().is_none_or(|p| p.seq != seq) {
                places.push(self.read_place(seq)?.ok_or(StoreError::Damaged(seq))?);
            }
        }
        let (found, held) = (places.len() as u64, self.read_held(collection)?);
        if found == held { Ok(places) } else { Err(StoreError::Collection { found, held }) }
    }

    fn read_record(&self, place: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        let mut bytes = Vec::new();
        let mut expected: u16 = 0;
        let mut of = None;
        for item in self.tree.scan_prefix(record_prefix(place)) {
            let (_, value) = item.map_err(broken)?;
            let piece = read_piece(&value).filter(|p| p.place == *place && p.number == expected);
            let piece = piece.ok_or(StoreError::Damaged(place.seq))?;
            bytes.extend_from_slice(piece.part);
            of = Some(piece.of);
            expected += 1;
        }
        match of {
            None => Ok(None),
            Some(of) if of == expected && sha256(&[&bytes]) == place.hash => Ok(Some(bytes)),
            Some(_) => Err(StoreError::Damaged(place.seq)),
        }
    }

    fn read_place(&self, seq: u64) -> Result<Option<Position>, StoreError> {
        match self.tree.get(place_key(seq)).map_err(broken)? {
            None => Ok(None),
            Some(bytes) => {
                let place = Position::from_bytes(&bytes).filter(|p| p.seq == seq);
                place.map(Some).ok_or(StoreError::Damaged(seq))
            }
        }
    }
}

impl Store for SledStore {
    fn head(&self) -> Head {
        self.head
    }

    fn put(&mut self, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError> {
        if self.stopped {
            return Err(StoreError::Stopped);
        }
        let mut head = self.head;
        let mut batch = sled::Batch::default();
        let mut held = BTreeMap::new();
        for put in group {
            let place = Position::after(head, put);
            head = place.after_this();
            *self.held_for(&mut held, place.collection)? += 1;
            for (piece, n) in pieces(&place, put.sealed.bytes())?.into_iter().zip(0u16..) {
                batch.insert(piece_key(&place, n), piece);
            }
            batch.insert(&place_key(place.seq)[..], place.to_bytes());
        }
        write_held(&mut batch, held);
        // From here on a failure leaves it open what of the group is on disk: the store stops, and the next opening
        // compares with the mark.
        self.stopped = true;
        // The mark calls the group pending, so it may well be on disk before the group is.
        let (store, mark) = std::thread::scope(|scope| {
            let mark = scope.spawn(|| witness(head));
            let store = self.tree.apply_batch(batch).map_err(disk).and_then(|()| self.sync());
            (store, mark.join())
        });
        store?;
        mark.map_err(|_| disk("the mark could not be written"))??;
        self.stopped = false;
        self.head = head;
        Ok(head)
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

    fn place(&self, seq: u64) -> Result<Option<Position>, StoreError> {
        guarded(|| self.read_place(seq))
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
        self.tree.apply_batch(batch).map_err(disk)?;
        self.sync()
    }

    fn destroyed(&self) -> Result<u64, StoreError> {
        self.read_number(DESTROYED)
    }

    fn size(&self) -> u64 {
        self.db.size_on_disk().unwrap_or(0)
    }
}
