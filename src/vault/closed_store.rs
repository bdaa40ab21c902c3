//! What stands in the place of a store while its files are exchanged or closed: it shows nothing and takes nothing.

use crate::crypto::chain::Head;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::store::{Collection, Held, Position, Put, Store, StoreError, Witness};
use std::collections::BTreeMap;

/// A store that is closed.
pub(crate) struct ClosedStore;

impl Store for ClosedStore {
    fn heads(&self) -> BTreeMap<Writer, Head> {
        BTreeMap::new()
    }
    fn head(&self, _: Writer) -> Head {
        Head::EMPTY
    }
    fn time(&self) -> u64 {
        0
    }
    fn put(&mut self, _: Writer, _: &[Put], _: &mut Witness<'_>) -> Result<Head, StoreError> {
        Err(StoreError::Stopped)
    }
    fn take_in(&mut self, _: &mut dyn Iterator<Item = Result<Held, StoreError>>, _: bool) -> Result<u64, StoreError> {
        Err(StoreError::Stopped)
    }
    fn collection(&self, _: Collection) -> Result<Vec<Position>, StoreError> {
        Err(StoreError::Stopped)
    }
    fn held(&self, _: Collection) -> Result<u64, StoreError> {
        Err(StoreError::Stopped)
    }
    fn get(&self, _: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        Err(StoreError::Stopped)
    }
    fn destroy(&mut self, _: &[Position], _: u64) -> Result<(), StoreError> {
        Err(StoreError::Stopped)
    }
    fn destroyed(&self) -> Result<u64, StoreError> {
        Err(StoreError::Stopped)
    }
    fn at(&self, _: Writer, _: u64) -> Result<Option<Position>, StoreError> {
        Err(StoreError::Stopped)
    }
    fn find(&self, _: RecordId) -> Result<Option<Position>, StoreError> {
        Err(StoreError::Stopped)
    }
    fn size(&self) -> u64 {
        0
    }
}
