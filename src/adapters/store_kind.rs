//! sled as a kind of store: what the vault needs of it besides reading and writing records.

use crate::adapters::sled_chunks::{salvage, salvage_and_mend};
use crate::adapters::sled_recovery::{Tail, copy_aside, mend_conf};
use crate::adapters::sled_schema_1;
use crate::adapters::store_sled::SledStore;
use crate::ports::store::{Held, Position, Store, StoreError, StoreKind};
use std::path::Path;

/// sled 0.34.7.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sled;

impl StoreKind for Sled {
    fn open(&self, dir: &Path) -> Result<Box<dyn Store>, StoreError> {
        Ok(Box::new(SledStore::open(dir)?))
    }

    fn open_with_care(&self, dir: &Path, aside: &Path, unclean: bool) -> Result<Box<dyn Store>, StoreError> {
        let tail = if unclean { None } else { Tail::read(dir)? };
        if tail.is_none() && !aside.exists() {
            // Without room for the copy the store is opened all the same: most stops do no damage, and a full disk
            // must not shut the practice out.
            let _ = copy_aside(dir, aside);
        }
        let opened = SledStore::open(dir);
        if let Some(tail) = &tail
            && !aside.exists()
            && (opened.is_err() || tail.was_cut(dir)?)
        {
            tail.save(aside)?;
        }
        Ok(Box::new(opened?))
    }

    fn read_schema_1(&self, dir: &Path) -> Result<Box<dyn Iterator<Item = Result<Held, StoreError>>>, StoreError> {
        sled_schema_1::records(dir)
    }

    fn salvage(&self, dirs: &[&Path], mend: bool) -> Result<Vec<(Position, Vec<u8>)>, StoreError> {
        if mend { salvage_and_mend(dirs) } else { salvage(dirs) }
    }

    fn mend(&self, dir: &Path) -> Result<bool, StoreError> {
        mend_conf(dir)
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<(), StoreError> {
        copy_aside(from, to)
    }
}
