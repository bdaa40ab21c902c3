//! The store without a disk: the twin that passes the same suite, for tests and throw-away work.

use crate::crypto::chain::Head;
use crate::ports::store::{Collection, Position, Put, Store, StoreError, Witness};
use std::collections::BTreeMap;

/// Holds everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    places: Vec<Position>,
    shelves: BTreeMap<Collection, Vec<u64>>,
    values: BTreeMap<u64, Vec<u8>>,
    destroyed: u64,
}

impl Store for MemoryStore {
    fn head(&self) -> Head {
        self.places.last().map_or(Head::EMPTY, Position::after_this)
    }

    fn put(&mut self, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError> {
        let mut head = self.head();
        let mut places = Vec::with_capacity(group.len());
        for put in group {
            let place = Position::after(head, put);
            head = place.after_this();
            places.push(place);
        }
        witness(head)?;
        for (place, put) in places.into_iter().zip(group) {
            self.shelves.entry(place.collection).or_default().push(place.seq);
            self.values.insert(place.seq, put.sealed.bytes().to_vec());
            self.places.push(place);
        }
        Ok(head)
    }

    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        let seqs = self.shelves.get(&collection).map_or(&[][..], Vec::as_slice);
        let kept = seqs.iter().filter(|n| self.values.contains_key(n));
        Ok(kept.filter_map(|n| self.places.get(usize::try_from(*n).ok()?)).copied().collect())
    }

    fn held(&self, collection: Collection) -> Result<u64, StoreError> {
        self.collection(collection).map(|places| places.len() as u64)
    }

    fn get(&self, place: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.values.get(&place.seq).cloned())
    }

    fn destroy(&mut self, places: &[Position], known: u64) -> Result<(), StoreError> {
        for place in places {
            self.values.remove(&place.seq);
        }
        self.destroyed = known;
        Ok(())
    }

    fn destroyed(&self) -> Result<u64, StoreError> {
        Ok(self.destroyed)
    }

    fn place(&self, seq: u64) -> Result<Option<Position>, StoreError> {
        Ok(usize::try_from(seq).ok().and_then(|n| self.places.get(n)).copied())
    }

    fn size(&self) -> u64 {
        self.values.values().map(|v| v.len() as u64).sum()
    }
}
