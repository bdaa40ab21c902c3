//! The store without what was destroyed. An old copy of the database that is put back brings destroyed records along,
//! with the number of records that the mark expects; the tombstones know better. Such a record is never read, and the
//! opening destroys it again.

use crate::ports::store::{Place, Put, Shelf, Store, StoreFault, Witness};
use crate::vault::chain::Head;
use std::collections::BTreeSet;

/// A store that shows no place of which a tombstone says that it was destroyed.
pub(super) struct Shown {
    inner: Box<dyn Store>,
    buried: BTreeSet<u64>,
}

impl Shown {
    /// Over this store; `buried` are the numbers of the destroyed places.
    pub(super) fn over(inner: Box<dyn Store>, buried: BTreeSet<u64>) -> Box<dyn Store> {
        Box::new(Shown { inner, buried })
    }
}

impl Store for Shown {
    fn head(&self) -> Head {
        self.inner.head()
    }
    fn put(&mut self, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreFault> {
        self.inner.put(group, witness)
    }
    fn shelf(&self, shelf: Shelf) -> Result<Vec<Place>, StoreFault> {
        let mut places = self.inner.shelf(shelf)?;
        places.retain(|place| !self.buried.contains(&place.seq));
        Ok(places)
    }
    fn held(&self, shelf: Shelf) -> Result<u64, StoreFault> {
        self.inner.held(shelf)
    }
    fn get(&self, place: &Place) -> Result<Option<Vec<u8>>, StoreFault> {
        if self.buried.contains(&place.seq) { Ok(None) } else { self.inner.get(place) }
    }
    fn place(&self, seq: u64) -> Result<Option<Place>, StoreFault> {
        self.inner.place(seq)
    }
    fn destroy(&mut self, places: &[Place], known: u64) -> Result<(), StoreFault> {
        self.buried.extend(places.iter().map(|p| p.seq));
        self.inner.destroy(places, known)
    }
    fn destroyed(&self) -> Result<u64, StoreFault> {
        self.inner.destroyed()
    }
    fn size(&self) -> u64 {
        self.inner.size()
    }
}

/// Destroys again what stands in the store though a tombstone says that it was destroyed: after a crash between the
/// tombstone and the destruction, or because an old database was put back. Gives how many there were. Cheap when the
/// store itself says that it was told of all of them.
pub(super) fn destroy_returned(store: &mut dyn Store, buried: &BTreeSet<u64>) -> Result<u64, StoreFault> {
    let known = buried.len() as u64;
    if store.destroyed()? == known {
        return Ok(0);
    }
    let mut returned = Vec::new();
    for seq in buried {
        // What does not read is not shown either, and the scrub names it.
        if let Ok(Some(place)) = store.place(*seq)
            && matches!(store.get(&place), Ok(Some(_)) | Err(StoreFault::Damaged(_)))
        {
            returned.push(place);
        }
    }
    store.destroy(&returned, known)?;
    Ok(returned.len() as u64)
}
