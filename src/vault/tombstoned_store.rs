//! The store without what was destroyed. An old copy of the database that is put back brings destroyed records along,
//! with the number of records that the checkpoint expects; the tombstones know better. Such a record is never read, and the
//! opening destroys it again.

use crate::crypto::chain::Head;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::store::{Collection, Held, Position, Put, Store, StoreError, Witness};
use std::collections::{BTreeMap, BTreeSet};

/// A store that shows no record of which a tombstone says that it was destroyed.
pub(crate) struct TombstonedStore {
    inner: Box<dyn Store>,
    buried: BTreeSet<RecordId>,
}

impl TombstonedStore {
    /// Over this store; `buried` are the destroyed records.
    pub(crate) fn over(inner: Box<dyn Store>, buried: BTreeSet<RecordId>) -> Box<dyn Store> {
        Box::new(TombstonedStore { inner, buried })
    }
}

impl Store for TombstonedStore {
    fn heads(&self) -> BTreeMap<Writer, Head> {
        self.inner.heads()
    }
    fn head(&self, writer: Writer) -> Head {
        self.inner.head(writer)
    }
    fn time(&self) -> u64 {
        self.inner.time()
    }
    fn put(&mut self, writer: Writer, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError> {
        self.inner.put(writer, group, witness)
    }
    fn take_in(
        &mut self,
        records: &mut dyn Iterator<Item = Result<Held, StoreError>>,
        gaps: bool,
    ) -> Result<u64, StoreError> {
        let buried = &self.buried;
        let without = |(position, bytes): Held| {
            let gone = buried.contains(&position.id);
            (position, bytes.filter(|_| !gone))
        };
        self.inner.take_in(&mut records.map(|record| record.map(without)), gaps)
    }
    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        let mut places = self.inner.collection(collection)?;
        places.retain(|place| !self.buried.contains(&place.id));
        Ok(places)
    }
    fn held(&self, collection: Collection) -> Result<u64, StoreError> {
        self.inner.held(collection)
    }
    fn get(&self, place: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        if self.buried.contains(&place.id) { Ok(None) } else { self.inner.get(place) }
    }
    fn at(&self, writer: Writer, number: u64) -> Result<Option<Position>, StoreError> {
        self.inner.at(writer, number)
    }
    fn find(&self, id: RecordId) -> Result<Option<Position>, StoreError> {
        self.inner.find(id)
    }
    fn destroy(&mut self, places: &[Position], known: u64) -> Result<(), StoreError> {
        self.buried.extend(places.iter().map(|p| p.id));
        self.inner.destroy(places, known)
    }
    fn destroyed(&self) -> Result<u64, StoreError> {
        self.inner.destroyed()
    }
    fn size(&self) -> u64 {
        self.inner.size()
    }
}

/// Destroys again what stands in the store though a tombstone says that it was destroyed: after a crash between the
/// tombstone and the destruction, or because an old database was put back. Gives how many there were. Cheap when the
/// store itself says that it was told of all of them.
pub(crate) fn destroy_returned(store: &mut dyn Store, buried: &BTreeSet<RecordId>) -> Result<u64, StoreError> {
    let known = buried.len() as u64;
    if store.destroyed()? == known {
        return Ok(0);
    }
    let mut returned = Vec::new();
    for id in buried {
        // What does not read is not shown either, and the scrub names it.
        if let Ok(Some(place)) = store.find(*id)
            && matches!(store.get(&place), Ok(Some(_)) | Err(StoreError::Damaged(_)))
        {
            returned.push(place);
        }
    }
    store.destroy(&returned, known)?;
    Ok(returned.len() as u64)
}
