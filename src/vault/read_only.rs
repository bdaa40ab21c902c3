//! A vault that is only read: what is opened is a private copy, nothing is written to it, and the entries of the access log
//! are owed.

use crate::crypto::chain::Head;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::machine::NoWriting;
use crate::ports::store::{Collection, Held, Position, Put, Store, StoreError, Witness};
use crate::vault::owed_log::OwedLog;
use crate::vault::private_copy::PrivateCopy;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How a vault is read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// Where it lies.
    pub(crate) of: PathBuf,
    /// Why it is not written.
    pub(crate) why: NoWriting,
    /// Where its entries go meanwhile.
    pub(crate) owed: OwedLog,
    /// What was opened; removed with this.
    pub(crate) _copy: PrivateCopy,
}

impl Reading {
    /// The store of a folder that is read so.
    pub(crate) fn over(&self, store: Box<dyn Store>) -> Box<dyn Store> {
        Box::new(ReadOnlyStore { inner: store, why: self.why })
    }
}

/// A store that is only read.
struct ReadOnlyStore {
    inner: Box<dyn Store>,
    why: NoWriting,
}

impl Store for ReadOnlyStore {
    fn heads(&self) -> BTreeMap<Writer, Head> {
        self.inner.heads()
    }
    fn head(&self, writer: Writer) -> Head {
        self.inner.head(writer)
    }
    fn time(&self) -> u64 {
        self.inner.time()
    }
    fn put(&mut self, _: Writer, _: &[Put], _: &mut Witness<'_>) -> Result<Head, StoreError> {
        Err(StoreError::ReadOnly(self.why))
    }
    fn take_in(&mut self, _: &mut dyn Iterator<Item = Result<Held, StoreError>>, _: bool) -> Result<u64, StoreError> {
        Err(StoreError::ReadOnly(self.why))
    }
    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        self.inner.collection(collection)
    }
    fn held(&self, collection: Collection) -> Result<u64, StoreError> {
        self.inner.held(collection)
    }
    fn get(&self, position: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(position)
    }
    fn destroy(&mut self, _: &[Position], _: u64) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly(self.why))
    }
    fn destroyed(&self) -> Result<u64, StoreError> {
        self.inner.destroyed()
    }
    fn at(&self, writer: Writer, number: u64) -> Result<Option<Position>, StoreError> {
        self.inner.at(writer, number)
    }
    fn find(&self, id: RecordId) -> Result<Option<Position>, StoreError> {
        self.inner.find(id)
    }
    fn size(&self) -> u64 {
        self.inner.size()
    }
}
