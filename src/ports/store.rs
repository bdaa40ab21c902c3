//! Where sealed records stand. A record stands on a collection (a session, a client, the key_collection), has a random id, and a
//! place in one sequence over the whole store; each place is hashed with the one before.

use crate::crypto::Sealed;
use crate::crypto::chain::Head;
use crate::crypto::keys::sha256;
use crate::domain::explain::{Exit, Explain};
use crate::domain::practice::ids::RecordId;
use crate::texts::{Message, msg};

/// 16 random bytes.
pub type Collection = [u8; 16];

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
    Damaged(u64),
    /// A collection does not show all that it was given.
    Collection {
        /// How many it shows.
        found: u64,
        /// How many it was given and keeps.
        held: u64,
    },
    /// After a failed sync the store takes no more until it is opened anew.
    Stopped,
}

impl Explain for StoreError {
    fn message(&self) -> Message {
        match self {
            StoreError::Broken(why) => msg("store-broken").with("why", why),
            StoreError::Held => msg("store-held"),
            StoreError::Disk(why) => msg("store-disk").with("why", why),
            StoreError::Damaged(at) => msg("store-damaged").with("at", at),
            StoreError::Collection { found, held } => msg("store-collection").with("found", found).with("held", held),
            StoreError::Stopped => msg("store-stopped"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            StoreError::Broken(_) | StoreError::Collection { .. } => msg("store-broken.hint"),
            StoreError::Held => msg("store-held.hint"),
            StoreError::Disk(_) => msg("store-disk.hint"),
            StoreError::Damaged(_) => msg("store-damaged.hint"),
            StoreError::Stopped => msg("store-stopped.hint"),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            StoreError::Broken(_) | StoreError::Damaged(_) | StoreError::Collection { .. } => Exit::Damaged,
            StoreError::Held => Exit::Locked,
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

/// One place of the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Counts from 0.
    pub seq: u64,
    /// The collection.
    pub collection: Collection,
    /// The record.
    pub id: RecordId,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
    /// Head of the sequence after it.
    pub head: [u8; 32],
}

impl Position {
    /// The place after `before`.
    pub fn after(before: Head, put: &Put) -> Self {
        let hash = put.sealed.hash();
        Position {
            seq: before.count,
            collection: put.collection,
            id: put.id,
            hash,
            head: Self::link(before, put.collection, put.id, hash),
        }
    }

    /// The hash that makes a sequence of the places.
    pub fn link(before: Head, collection: Collection, id: RecordId, hash: [u8; 32]) -> [u8; 32] {
        sha256(&[b"gyeot-place/1\n", &before.count.to_be_bytes(), &before.hash, &collection, &id.0, &hash])
    }

    /// True when it follows `before`.
    pub fn follows(&self, before: Head) -> bool {
        self.seq == before.count && self.head == Self::link(before, self.collection, self.id, self.hash)
    }

    /// The head after this place.
    pub const fn after_this(&self) -> Head {
        Head { count: self.seq + 1, hash: self.head }
    }

    /// 104 bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(104);
        out.extend_from_slice(&self.seq.to_be_bytes());
        out.extend_from_slice(&self.collection);
        out.extend_from_slice(&self.id.0);
        out.extend_from_slice(&self.hash);
        out.extend_from_slice(&self.head);
        out
    }

    /// Reads what [`Position::to_bytes`] wrote.
    pub fn from_bytes(b: &[u8]) -> Option<Self> {
        if b.len() != 104 {
            return None;
        }
        Some(Position {
            seq: u64::from_be_bytes(b[..8].try_into().ok()?),
            collection: b[8..24].try_into().ok()?,
            id: RecordId(b[24..40].try_into().ok()?),
            hash: b[40..72].try_into().ok()?,
            head: b[72..].try_into().ok()?,
        })
    }
}

/// Called with the head that the group leads to, while the group is being synced: writes and syncs the high-water
/// mark. Its failure fails the group.
pub type Witness<'a> = dyn FnMut(Head) -> Result<(), StoreError> + Send + 'a;

/// A store of sealed records.
pub trait Store: Send {
    /// How far the sequence goes.
    fn head(&self) -> Head;
    /// Keeps a group: all of it or, after a crash, a beginning of it. Returns only after all of it and the witness's
    /// mark are synced to disk.
    fn put(&mut self, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError>;
    /// The places of a collection whose bytes were not destroyed, oldest first: all of them or [`StoreError::Collection`].
    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError>;
    /// How many records stand on a collection, without looking at them: what [`Store::collection`] shows, or says that it does not.
    fn held(&self, collection: Collection) -> Result<u64, StoreError>;
    /// The bytes of a record; `None` when it was destroyed. Bytes that do not have the place's hash are
    /// [`StoreError::Damaged`].
    fn get(&self, place: &Position) -> Result<Option<Vec<u8>>, StoreError>;
    /// Removes the bytes of records; their places stay in the sequence. `known` is how many places are destroyed with
    /// these, and comes back from [`Store::destroyed`]. Synced when it returns.
    fn destroy(&mut self, places: &[Position], known: u64) -> Result<(), StoreError>;
    /// How many places were destroyed when something was last destroyed; an old copy of a store says fewer.
    fn destroyed(&self) -> Result<u64, StoreError>;
    /// The place of this number; `None` past the end, an error when it does not read.
    fn place(&self, seq: u64) -> Result<Option<Position>, StoreError>;
    /// Bytes on disk.
    fn size(&self) -> u64;
}
