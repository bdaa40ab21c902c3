//! Where sealed records stand. A record stands in a collection (a session, a client, the keys), has a random id, and a
//! position in the sequence of its writer; each position is hashed with the one before it in that sequence.
//!
//! Sequences are joined without changing a byte, so the order within a collection is not the order of arrival: every
//! position has a logical time (L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", 1978)
//! that is greater than that of every record its writer had before them. Two copies that hold the same records show
//! them in the same order.

use crate::crypto::Sealed;
use crate::crypto::chain::Head;
use crate::crypto::keys::sha256;
use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::machine::NoWriting;
use crate::texts::{Message, msg};
use std::collections::BTreeMap;
use std::path::Path;

/// 16 random bytes.
pub type Collection = [u8; 16];

/// The id of the sentence of [`StoreError::ReadOnly`], by which a command is told that it was refused for that.
pub const READ_ONLY: &str = "store-read-only";

/// What the store does not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum StoreError {
    /// The database does not open.
    Broken(Message),
    /// Another process has it.
    Held,
    /// The disk says no; nothing of the group counts as kept.
    Disk(Message),
    /// What stands there is not what was put.
    Damaged(RecordId),
    /// A record that does not continue the sequence of its writer, or another one under its number.
    Apart {
        /// Its number in the sequence.
        number: u64,
    },
    /// A collection does not show all that it was given.
    Collection {
        /// How many it shows.
        found: u64,
        /// How many it was given and keeps.
        held: u64,
    },
    /// After a failed sync the store takes no more until it is opened anew.
    Stopped,
    /// Where the vault lies nothing can be written; it is only read.
    ReadOnly(NoWriting),
}

impl Explain for StoreError {
    fn message(&self) -> Message {
        match self {
            StoreError::Broken(why) => msg("store-broken").with("why", why),
            StoreError::Held => msg("store-held"),
            StoreError::Disk(why) => msg("store-disk").with("why", why),
            StoreError::Damaged(at) => msg("store-damaged").shown("at", at),
            StoreError::Apart { number } => msg("store-apart").with("number", number),
            StoreError::Collection { found, held } => msg("store-collection").with("found", found).with("held", held),
            StoreError::Stopped => msg("store-stopped"),
            StoreError::ReadOnly(why) => msg(READ_ONLY).with("why", why.phrase()),
        }
    }
    fn hint(&self) -> Message {
        match self {
            StoreError::Broken(_) | StoreError::Collection { .. } => msg("store-broken.hint"),
            StoreError::Held => msg("store-held.hint"),
            StoreError::Disk(_) => msg("store-disk.hint"),
            StoreError::Apart { .. } => msg("store-apart.hint"),
            StoreError::Damaged(_) => msg("store-damaged.hint"),
            StoreError::Stopped => msg("store-stopped.hint"),
            StoreError::ReadOnly(_) => msg("store-read-only.hint"),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            StoreError::Broken(_)
            | StoreError::Damaged(_)
            | StoreError::Collection { .. }
            | StoreError::Apart { .. } => Exit::Damaged,
            StoreError::Held => Exit::Locked,
            StoreError::ReadOnly(_) => Exit::Refused,
            StoreError::Disk(_) | StoreError::Stopped => Exit::Failed,
        }
    }
}

/// One record on its way in.
#[derive(Debug, Clone)]
pub struct Put {
    /// Where it will stand.
    pub collection: Collection,
    /// Its id.
    pub id: RecordId,
    /// Its bytes.
    pub sealed: Sealed,
}

/// Where one record stands: (writer, number) names it for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Whose sequence.
    pub writer: Writer,
    /// Counts from 0 in that sequence.
    pub number: u64,
    /// Logical time: greater than that of every record that its writer had when it was written.
    pub time: u64,
    /// The collection.
    pub collection: Collection,
    /// The record.
    pub id: RecordId,
    /// SHA-256 of its sealed bytes.
    pub hash: [u8; 32],
    /// [`Sealed::signed`]: what other records name it by. Zeros in schema 1.
    pub signed: [u8; 32],
    /// Head of the sequence after it.
    pub head: [u8; 32],
}

/// Length of [`Position::to_bytes`].
pub const POSITION_BYTES: usize = 176;

impl Position {
    /// The position after `before` in the sequence of this writer.
    pub fn after(writer: Writer, before: Head, time: u64, put: &Put) -> Self {
        let mut position = Position {
            writer,
            number: before.count,
            time,
            collection: put.collection,
            id: put.id,
            hash: put.sealed.hash(),
            signed: put.sealed.signed(),
            head: [0; 32],
        };
        position.head = position.link(before);
        position
    }

    /// The hash that makes a sequence of the positions.
    fn link(&self, before: Head) -> [u8; 32] {
        let count = before.count.to_be_bytes();
        if self.writer == Writer::SCHEMA_1 {
            return sha256(&[b"gyeot-place/1\n", &count, &before.hash, &self.collection, &self.id.0, &self.hash]);
        }
        sha256(&[
            b"gyeot-position/2\n",
            &self.writer.to_bytes(),
            &count,
            &before.hash,
            &self.time.to_be_bytes(),
            &self.collection,
            &self.id.0,
            &self.hash,
            &self.signed,
        ])
    }

    /// True when it follows `before` in its writer's sequence.
    pub fn follows(&self, before: Head) -> bool {
        self.number == before.count && self.head == self.link(before)
    }

    /// The head after this position.
    pub const fn after_this(&self) -> Head {
        Head { count: self.number + 1, hash: self.head }
    }

    /// How records are ordered within a collection, the same on every copy.
    pub const fn order(&self) -> (u64, [u8; 16]) {
        (self.time, self.id.0)
    }

    /// [`POSITION_BYTES`] bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(POSITION_BYTES);
        out.extend_from_slice(&self.writer.to_bytes());
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(&self.time.to_be_bytes());
        out.extend_from_slice(&self.collection);
        out.extend_from_slice(&self.id.0);
        out.extend_from_slice(&self.hash);
        out.extend_from_slice(&self.signed);
        out.extend_from_slice(&self.head);
        out
    }

    /// Reads what [`Position::to_bytes`] wrote.
    pub fn from_bytes(b: &[u8]) -> Option<Self> {
        if b.len() != POSITION_BYTES {
            return None;
        }
        Some(Position {
            writer: Writer::from_bytes(b[..32].try_into().ok()?),
            number: u64::from_be_bytes(b[32..40].try_into().ok()?),
            time: u64::from_be_bytes(b[40..48].try_into().ok()?),
            collection: b[48..64].try_into().ok()?,
            id: RecordId(b[64..80].try_into().ok()?),
            hash: b[80..112].try_into().ok()?,
            signed: b[112..144].try_into().ok()?,
            head: b[144..].try_into().ok()?,
        })
    }

    /// Reads one of the 104 bytes of schema 1: number, collection, id, hash, head of the one sequence.
    pub fn from_schema_1(b: &[u8]) -> Option<Self> {
        if b.len() != 104 {
            return None;
        }
        let number = u64::from_be_bytes(b[..8].try_into().ok()?);
        Some(Position {
            writer: Writer::SCHEMA_1,
            number,
            time: number,
            collection: b[8..24].try_into().ok()?,
            id: RecordId(b[24..40].try_into().ok()?),
            hash: b[40..72].try_into().ok()?,
            signed: [0; 32],
            head: b[72..].try_into().ok()?,
        })
    }
}

/// Called with the writer's head that the group leads to, while the group is being synced: writes and syncs the checkpoint. Its failure fails the group.
pub type Witness<'a> = dyn FnMut(Head) -> Result<(), StoreError> + Send + 'a;

/// A position and its bytes; without them it was destroyed.
pub type Held = (Position, Option<Vec<u8>>);

/// A store of sealed records.
pub trait Store: Send {
    /// How far each writer's sequence goes.
    fn heads(&self) -> BTreeMap<Writer, Head>;
    /// How far the sequence of this writer goes.
    fn head(&self, writer: Writer) -> Head;
    /// The greatest logical time of all positions; 0 in an empty store.
    fn time(&self) -> u64;
    /// Keeps a group in the sequence of this writer: all of it or, after a crash, a beginning of it. Returns only after
    /// all of it and the witness's checkpoint are synced to disk.
    fn put(&mut self, writer: Writer, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError>;
    /// Takes positions in as they are, each writer's in rising order, with their bytes where they still exist. Numbers may
    /// be left out only where `gaps` says that records were lost. What is here already is passed over;
    /// [`StoreError::Apart`] at the first that is not the same or does not continue. Synced when it returns.
    fn take_in(
        &mut self,
        records: &mut dyn Iterator<Item = Result<Held, StoreError>>,
        gaps: bool,
    ) -> Result<u64, StoreError>;
    /// The positions of a collection whose bytes were not destroyed, in [`Position::order`]: all of them or
    /// [`StoreError::Collection`].
    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError>;
    /// How many records stand in a collection, without looking at them: what [`Store::collection`] shows, or says that
    /// it does not.
    fn held(&self, collection: Collection) -> Result<u64, StoreError>;
    /// The bytes of a record; `None` when it was destroyed. Bytes that do not have the position's hash are
    /// [`StoreError::Damaged`].
    fn get(&self, position: &Position) -> Result<Option<Vec<u8>>, StoreError>;
    /// Removes the bytes of records; their positions stay in the sequence. `known` is how many records are destroyed with
    /// these, and comes back from [`Store::destroyed`]. Synced when it returns.
    fn destroy(&mut self, positions: &[Position], known: u64) -> Result<(), StoreError>;
    /// How many records were destroyed when something was last destroyed; an old copy of a store says fewer.
    fn destroyed(&self) -> Result<u64, StoreError>;
    /// The position of this number in a writer's sequence; `None` past its end, an error when it does not read.
    fn at(&self, writer: Writer, number: u64) -> Result<Option<Position>, StoreError>;
    /// Where the record of this id stands.
    fn find(&self, id: RecordId) -> Result<Option<Position>, StoreError>;
    /// Bytes on disk.
    fn size(&self) -> u64;
}

/// A kind of store: how one is opened, made anew and saved from damage. What the vault knows of it beyond [`Store`].
pub trait StoreKind: Send + Sync {
    /// Opens or makes the store in this folder. Says nothing about completeness.
    fn open(&self, dir: &Path) -> Result<Box<dyn Store>, StoreError>;
    /// As [`StoreKind::open`]; what opening a store may cut off is put into `aside` first where the one before was not
    /// closed (`unclean`), afterwards where it was and something was cut all the same.
    fn open_with_care(&self, dir: &Path, aside: &Path, unclean: bool) -> Result<Box<dyn Store>, StoreError>;
    /// Every record of the store that a vault of schema 1 has, as the sequence of [`Writer::SCHEMA_1`]. Opens it, so hand
    /// it a copy.
    fn read_schema_1(&self, dir: &Path) -> Result<Box<dyn Iterator<Item = Result<Held, StoreError>>>, StoreError>;
    /// Every record that is intact in the raw files of these stores, whether or not they open. `mend` also turns back one
    /// flipped bit. Changes nothing.
    fn salvage(&self, dirs: &[&Path], mend: bool) -> Result<Vec<(Position, Vec<u8>)>, StoreError>;
    /// Puts right what is damaged in the small files of a closed store and can be; true when something was.
    fn mend(&self, dir: &Path) -> Result<bool, StoreError>;
    /// Copies the files of a closed store.
    fn copy(&self, from: &Path, to: &Path) -> Result<(), StoreError>;
}

/// Every record of a store: writer after writer, each sequence in its order. Positions that are lost are left out; the
/// first that does not read ends it.
pub fn all_of(store: &dyn Store) -> impl Iterator<Item = Result<Held, StoreError>> + '_ {
    let sequences = store.heads().into_iter();
    sequences.flat_map(move |(writer, head)| {
        (0..head.count).filter_map(move |number| match store.at(writer, number) {
            Ok(None) => None,
            Ok(Some(position)) => Some(store.get(&position).map(|bytes| (position, bytes))),
            Err(e) => Some(Err(e)),
        })
    })
}
