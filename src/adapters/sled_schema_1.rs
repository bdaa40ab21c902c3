//! The store of schema 1: one sequence for all writers, `r` ‖ collection ‖ number ‖ piece → piece and `s` ‖ number → place in
//! tree `a`. Read when such a vault is migrated, never written.

use crate::adapters::store_sled::{SledStore, broken, contained, guarded};
use crate::crypto::keys::sha256;
use crate::domain::practice::ids::Writer;
use crate::ports::store::{Held, Position, Store, StoreError};
use std::path::{Path, PathBuf};

/// Begins every piece.
const MAGIC: &[u8; 4] = b"gyR1";
/// Magic 4, place 104, piece number 2, pieces 2, length 4.
const HEAD: usize = 116;
/// Behind the bytes of a piece: the beginning of their hash.
const SUM: usize = 16;

struct Records {
    // Dropped before the database that it is of.
    tree: sled::Tree,
    _db: sled::Db,
    next: u64,
    end: u64,
}

/// Every record in order of its number; a number whose place is missing is left out.
pub(super) fn records(dir: &Path) -> Result<Box<dyn Iterator<Item = Result<Held, StoreError>>>, StoreError> {
    let path: PathBuf = dir.to_owned();
    let (db, tree) = contained(move || -> Result<_, StoreError> {
        let db = sled::Config::new().path(path).open().map_err(broken)?;
        let tree = db.open_tree("a").map_err(broken)?;
        Ok((db, tree))
    })??;
    let first = tree.scan_prefix(b"s").keys().next().transpose().map_err(broken)?;
    if first.is_some_and(|key| key.len() > 9) {
        // Restored from a backup of schema 1: the records stand in a store of now.
        drop((tree, db));
        let store = SledStore::open(dir)?;
        let end = store.head(Writer::SCHEMA_1).count;
        return Ok(Box::new((0..end).filter_map(move |number| match store.at(Writer::SCHEMA_1, number) {
            Ok(None) => None,
            Ok(Some(position)) => Some(store.get(&position).map(|bytes| (position, bytes))),
            Err(e) => Some(Err(e)),
        })));
    }
    let last = tree.scan_prefix(b"s").keys().next_back().transpose().map_err(broken)?;
    let number = |key: &[u8]| key.get(1..9).and_then(|b| b.try_into().ok()).map(u64::from_be_bytes);
    let end = last.and_then(|key| number(&key)).map_or(0, |last| last + 1);
    Ok(Box::new(Records { tree, _db: db, next: 0, end }))
}

impl Iterator for Records {
    type Item = Result<Held, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.next < self.end {
            let number = self.next;
            self.next += 1;
            match guarded(|| self.read(number)) {
                Ok(None) => {}
                Ok(Some(record)) => return Some(Ok(record)),
                Err(e) => return Some(Err(e)),
            }
        }
        None
    }
}

impl Records {
    fn read(&self, number: u64) -> Result<Option<Held>, StoreError> {
        let unreadable = || broken(format!("place {number} of the sequence is not readable"));
        let key = [&b"s"[..], &number.to_be_bytes()].concat();
        let Some(bytes) = self.tree.get(key).map_err(broken)? else { return Ok(None) };
        let position = Position::from_schema_1(&bytes).filter(|p| p.number == number).ok_or_else(unreadable)?;
        let prefix = [&b"r"[..], &position.collection, &number.to_be_bytes()].concat();
        let (mut bytes, mut found, mut of) = (Vec::new(), 0u16, None);
        for item in self.tree.scan_prefix(prefix) {
            let (_, piece) = item.map_err(broken)?;
            let damaged = || StoreError::Damaged(position.id);
            let end = piece.len().checked_sub(SUM).filter(|end| *end >= HEAD).ok_or_else(damaged)?;
            let whole = piece.starts_with(MAGIC) && sha256(&[&piece[..end]])[..SUM] == piece[end..];
            if !whole || piece[108..110] != found.to_be_bytes() {
                return Err(damaged());
            }
            of = Some(u16::from_be_bytes([piece[110], piece[111]]));
            bytes.extend_from_slice(&piece[HEAD..end]);
            found += 1;
        }
        match of {
            None => Ok(Some((position, None))),
            Some(of) if of == found && sha256(&[&bytes]) == position.hash => Ok(Some((position, Some(bytes)))),
            Some(_) => Err(StoreError::Damaged(position.id)),
        }
    }
}
