//! The store without a disk: the twin that passes the same suite, for tests and throw-away work.

use crate::ports::store::{Place, Put, Shelf, Store, StoreFault, Witness};
use crate::vault::chain::Head;
use std::collections::BTreeMap;

/// Holds everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    places: Vec<Place>,
    shelves: BTreeMap<Shelf, Vec<u64>>,
    values: BTreeMap<u64, Vec<u8>>,
    destroyed: u64,
}

impl Store for MemoryStore {
    fn head(&self) -> Head {
        self.places.last().map_or(Head::EMPTY, Place::after_this)
    }

    fn put(&mut self, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreFault> {
        let mut head = self.head();
        let mut places = Vec::with_capacity(group.len());
        for put in group {
            let place = Place::after(head, put);
            head = place.after_this();
            places.push(place);
        }
        witness(head)?;
        for (place, put) in places.into_iter().zip(group) {
            self.shelves.entry(place.shelf).or_default().push(place.seq);
            self.values.insert(place.seq, put.sealed.bytes().to_vec());
            self.places.push(place);
        }
        Ok(head)
    }

    fn shelf(&self, shelf: Shelf) -> Result<Vec<Place>, StoreFault> {
        let seqs = self.shelves.get(&shelf).map_or(&[][..], Vec::as_slice);
        let kept = seqs.iter().filter(|n| self.values.contains_key(n));
        Ok(kept.filter_map(|n| self.places.get(usize::try_from(*n).ok()?)).copied().collect())
    }

    fn held(&self, shelf: Shelf) -> Result<u64, StoreFault> {
        self.shelf(shelf).map(|places| places.len() as u64)
    }

    fn get(&self, place: &Place) -> Result<Option<Vec<u8>>, StoreFault> {
        Ok(self.values.get(&place.seq).cloned())
    }

    fn destroy(&mut self, places: &[Place], known: u64) -> Result<(), StoreFault> {
        for place in places {
            self.values.remove(&place.seq);
        }
        self.destroyed = known;
        Ok(())
    }

    fn destroyed(&self) -> Result<u64, StoreFault> {
        Ok(self.destroyed)
    }

    fn place(&self, seq: u64) -> Result<Option<Place>, StoreFault> {
        Ok(usize::try_from(seq).ok().and_then(|n| self.places.get(n)).copied())
    }

    fn size(&self) -> u64 {
        self.values.values().map(|v| v.len() as u64).sum()
    }
}
