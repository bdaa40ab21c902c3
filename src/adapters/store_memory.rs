//! The store without a disk: the twin that passes the same suite, for tests and throw-away work.

use crate::crypto::chain::Head;
use crate::domain::practice::ids::{RecordId, Writer};
use crate::ports::store::{Collection, Held, Position, Put, Store, StoreError, Witness};
use std::collections::BTreeMap;

/// Holds everything in memory.
#[derive(Debug, Default)]
pub struct MemoryStore {
    sequences: BTreeMap<(Writer, u64), RecordId>,
    positions: BTreeMap<RecordId, Position>,
    heads: BTreeMap<Writer, Head>,
    time: u64,
    values: BTreeMap<RecordId, Vec<u8>>,
    destroyed: u64,
}

impl MemoryStore {
    fn add(&mut self, position: Position, bytes: Option<Vec<u8>>) {
        self.sequences.insert((position.writer, position.number), position.id);
        self.positions.insert(position.id, position);
        self.values.extend(bytes.map(|bytes| (position.id, bytes)));
        let head = self.heads.entry(position.writer).or_insert(Head::EMPTY);
        if position.number >= head.count {
            *head = position.after_this();
        }
        self.time = self.time.max(position.time);
    }
}

impl Store for MemoryStore {
    fn heads(&self) -> BTreeMap<Writer, Head> {
        self.heads.clone()
    }

    fn head(&self, writer: Writer) -> Head {
        self.heads.get(&writer).copied().unwrap_or(Head::EMPTY)
    }

    fn time(&self) -> u64 {
        self.time
    }

    fn put(&mut self, writer: Writer, group: &[Put], witness: &mut Witness<'_>) -> Result<Head, StoreError> {
        let (mut head, mut time) = (self.head(writer), self.time);
        let mut positions = Vec::with_capacity(group.len());
        for put in group {
            // A time at the end of all numbers can only have been written by somebody else; it is found when it is opened.
            time = time.saturating_add(1);
            let position = Position::after(writer, head, time, put);
            head = position.after_this();
            positions.push(position);
        }
        witness(head)?;
        for (position, put) in positions.into_iter().zip(group) {
            self.add(position, Some(put.sealed.bytes().to_vec()));
        }
        Ok(head)
    }

    fn take_in(
        &mut self,
        records: &mut dyn Iterator<Item = Result<Held, StoreError>>,
        gaps: bool,
    ) -> Result<u64, StoreError> {
        let mut taken = 0;
        for record in records {
            let (position, bytes) = record?;
            let (head, apart) = (self.head(position.writer), StoreError::Apart { number: position.number });
            match self.at(position.writer, position.number)? {
                Some(here) if here == position => continue,
                Some(_) => return Err(apart),
                None if position.number < head.count => {}
                None if position.number == head.count && !position.follows(head) => return Err(apart),
                None if position.number > head.count && !gaps => return Err(apart),
                None => {}
            }
            self.add(position, bytes);
            taken += 1;
        }
        Ok(taken)
    }

    fn collection(&self, collection: Collection) -> Result<Vec<Position>, StoreError> {
        let there = self.positions.values().filter(|p| p.collection == collection);
        let mut found: Vec<Position> = there.filter(|p| self.values.contains_key(&p.id)).copied().collect();
        found.sort_by_key(Position::order);
        Ok(found)
    }

    fn held(&self, collection: Collection) -> Result<u64, StoreError> {
        self.collection(collection).map(|positions| positions.len() as u64)
    }

    fn get(&self, position: &Position) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.values.get(&position.id).cloned())
    }

    fn destroy(&mut self, positions: &[Position], known: u64) -> Result<(), StoreError> {
        for position in positions {
            self.values.remove(&position.id);
        }
        self.destroyed = known;
        Ok(())
    }

    fn destroyed(&self) -> Result<u64, StoreError> {
        Ok(self.destroyed)
    }

    fn at(&self, writer: Writer, number: u64) -> Result<Option<Position>, StoreError> {
        Ok(self.sequences.get(&(writer, number)).and_then(|id| self.positions.get(id)).copied())
    }

    fn find(&self, id: RecordId) -> Result<Option<Position>, StoreError> {
        Ok(self.positions.get(&id).copied())
    }

    fn size(&self) -> u64 {
        self.values.values().map(|v| v.len() as u64).sum()
    }
}
