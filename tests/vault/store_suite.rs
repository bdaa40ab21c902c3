//! One suite for the store in memory and the store on disk: what was put is got, in order, after reopening, and a
//! mark is written with every group.
#![allow(clippy::unwrap_used)]

use gyeot::adapters::sled_chunks::salvage;
use gyeot::adapters::store_memory::MemoryStore;
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::Sealed;
use gyeot::crypto::chain::Head;
use gyeot::domain::practice::ids::{DeviceId, MemberId, RecordId, Writer};
use gyeot::ports::store::{Put, Store, StoreError, all_of};
use gyeot::texts::verbatim;
use proptest::prelude::*;

const ME: Writer = Writer { member: MemberId([1; 16]), device: DeviceId([1; 16]) };
const YOU: Writer = Writer { member: MemberId([2; 16]), device: DeviceId([1; 16]) };

fn sealed(len: usize, fill: u8) -> Sealed {
    let mut bytes = b"age-encryption.org/v1\n".to_vec();
    bytes.resize(bytes.len() + len, fill);
    Sealed::from_stored(bytes).unwrap()
}

fn put(collection: u8, id: u8, len: usize) -> Put {
    Put { collection: [collection; 16], id: RecordId([id; 16]), sealed: sealed(len, id) }
}

fn each(test: impl Fn(&mut dyn Store)) {
    test(&mut MemoryStore::default());
    let dir = tempfile::tempdir().unwrap();
    test(&mut SledStore::open(dir.path()).unwrap());
}

#[test]
fn records_come_back_by_shelf_in_the_order_they_were_put_whatever_their_size() {
    each(|store| {
        let sizes = [0, 1, 4095, 4096, 4097, 70_000, 300_000];
        for (id, len) in (0u8..).zip(sizes) {
            store.put(ME, &[put(id % 2, id, len)], &mut |_| Ok(())).unwrap();
        }
        for collection in 0..2u8 {
            let places = store.collection([collection; 16]).unwrap();
            let ids: Vec<u8> = places.iter().map(|p| p.id.0[0]).collect();
            assert_eq!(ids, (0..7).filter(|n| n % 2 == collection).collect::<Vec<u8>>());
            for place in places {
                let id = place.id.0[0];
                assert_eq!(store.get(&place).unwrap().unwrap(), sealed(sizes[usize::from(id)], id).bytes());
            }
        }
    });
}

#[test]
fn the_sequence_links_every_place_to_the_one_before() {
    each(|store| {
        for id in 0..20u8 {
            store.put(ME, &[put(1, id, 10), put(2, id + 100, 10)], &mut |_| Ok(())).unwrap();
        }
        let mut head = Head::EMPTY;
        for seq in 0..40 {
            let place = store.at(ME, seq).unwrap().unwrap();
            assert!(place.follows(head));
            head = place.after_this();
        }
        assert_eq!(head, store.head(ME));
        assert_eq!(store.at(ME, 40).unwrap(), None);
    });
}

#[test]
fn a_shelf_tells_how_many_records_stand_on_it_without_showing_them() {
    each(|store| {
        for id in 0..9u8 {
            store.put(ME, &[put(id % 2, id, 9000), put(2, id + 20, 10)], &mut |_| Ok(())).unwrap();
        }
        store.destroy(&[store.at(ME, 0).unwrap().unwrap(), store.at(ME, 3).unwrap().unwrap()], 2).unwrap();
        for (collection, held) in [(0u8, 4), (1, 4), (2, 8), (3, 0)] {
            assert_eq!(store.held([collection; 16]).unwrap(), held);
            assert_eq!(store.collection([collection; 16]).unwrap().len() as u64, held);
        }
        // The same one twice counts once.
        store.destroy(&[store.at(ME, 0).unwrap().unwrap()], 3).unwrap();
        assert_eq!(store.held([0; 16]).unwrap(), 4);
    });
}

#[test]
fn a_group_whose_mark_cannot_be_written_is_not_acknowledged() {
    each(|store| {
        let failed = store.put(ME, &[put(1, 1, 10)], &mut |_| Err(StoreError::Disk(verbatim("full"))));
        assert!(failed.is_err());
    });
}

#[test]
fn what_is_destroyed_is_gone_and_its_place_remains() {
    each(|store| {
        store.put(ME, &[put(1, 1, 9000), put(1, 2, 10)], &mut |_| Ok(())).unwrap();
        let first = store.at(ME, 0).unwrap().unwrap();
        store.destroy(&[first], 1).unwrap();
        assert_eq!(store.get(&first).unwrap(), None);
        assert_eq!(store.at(ME, 0).unwrap(), Some(first));
        assert_eq!(store.head(ME).count, 2);
    });
}

#[test]
fn no_value_goes_to_the_files_that_are_never_synced() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    for id in 0..60u8 {
        store.put(ME, &[put(1, id, 60_000)], &mut |_| Ok(())).unwrap();
    }
    drop(store);
    let blobs = std::fs::read_dir(dir.path().join("blobs")).map(|d| d.count()).unwrap_or(0);
    assert_eq!(blobs, 0);
    assert_eq!(salvage(&[dir.path()]).unwrap().len(), 60, "every record is found in the raw file");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn any_groups_of_any_sizes_are_there_after_reopening(
        groups in prop::collection::vec(prop::collection::vec((0u8..4, 0usize..9000), 1..9), 1..12)
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut marks = Vec::new();
        let mut expected = Vec::new();
        {
            let mut store = SledStore::open(dir.path()).unwrap();
            for (n, group) in (0u8..).zip(&groups) {
                let one = |(i, (collection, len)): (u8, &(u8, usize))| put(*collection, n * 16 + i, *len);
                let puts: Vec<Put> = (0u8..).zip(group).map(one).collect();
                let mut mark = Head::EMPTY;
                store.put(ME, &puts, &mut |h| { mark = h; Ok(()) }).unwrap();
                marks.push(mark);
                expected.extend(puts);
            }
        }
        let store = SledStore::open(dir.path()).unwrap();
        prop_assert_eq!(store.head(ME), *marks.last().unwrap());
        for (seq, put) in (0u64..).zip(&expected) {
            let place = store.at(ME, seq).unwrap().unwrap();
            let got = store.get(&place).unwrap().unwrap();
            prop_assert_eq!(got.as_slice(), put.sealed.bytes());
        }
    }
}

/// The database itself, past the program. Whoever let go of it a moment ago may still hold it by sled's own threads.
pub fn raw_store(path: &std::path::Path) -> sled::Db {
    let began = std::time::Instant::now();
    loop {
        match sled::open(path) {
            Err(sled::Error::Io(e)) if e.to_string().contains("could not acquire lock") => {
                assert!(began.elapsed() < std::time::Duration::from_secs(10), "held for ever");
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            opened => return opened.unwrap(),
        }
    }
}

#[test]
fn a_shelf_that_does_not_show_all_of_its_records_says_so_instead_of_showing_fewer() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    for id in 0..5 {
        store.put(ME, &[put(1, id, 10), put(2, id + 10, 10)], &mut |_| Ok(())).unwrap();
    }
    let third = store.at(ME, 4).unwrap().unwrap();
    drop(store);
    let db = raw_store(dir.path());
    let tree = db.open_tree("a").unwrap();
    let key = [&b"r"[..], &third.collection, &third.time.to_be_bytes(), &third.id.0, &[0, 0]].concat();
    tree.remove(key).unwrap().unwrap();
    db.flush().unwrap();
    drop((tree, db));
    let store = SledStore::open(dir.path()).unwrap();
    assert_eq!(store.collection([1; 16]), Err(StoreError::Collection { found: 4, held: 5 }));
    assert_eq!(store.collection([2; 16]).unwrap().len(), 5);
}

#[test]
fn a_rebuilt_store_counts_its_shelves_without_what_was_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    store.put(ME, &[put(1, 1, 9000), put(1, 2, 10), put(2, 3, 10)], &mut |_| Ok(())).unwrap();
    store.destroy(&[store.at(ME, 0).unwrap().unwrap()], 1).unwrap();
    let all: Vec<_> =
        (0..3).map(|n| store.at(ME, n).unwrap().unwrap()).map(|p| Ok((p, store.get(&p).unwrap()))).collect();
    let fresh = tempfile::tempdir().unwrap();
    let mut rebuilt = SledStore::open(fresh.path()).unwrap();
    rebuilt.take_in(&mut all.into_iter(), false).unwrap();
    assert_eq!(rebuilt.collection([1; 16]).unwrap().len(), 1);
    assert_eq!(rebuilt.collection([2; 16]).unwrap().len(), 1);
    assert_eq!(rebuilt.head(ME), store.head(ME));
}

#[test]
fn two_writers_have_a_sequence_each_and_every_copy_shows_their_records_in_the_same_order() {
    each(|store| {
        for id in 0..6u8 {
            store.put(if id % 2 == 0 { ME } else { YOU }, &[put(1, id, 10)], &mut |_| Ok(())).unwrap();
        }
        assert_eq!((store.head(ME).count, store.head(YOU).count, store.time()), (3, 3, 6));
        let records: Vec<_> = all_of(store).map(Result::unwrap).collect();
        let shown = store.collection([1; 16]).unwrap();
        assert_eq!(shown.iter().map(|p| p.id.0[0]).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
        // The other way round: your records first, and twice.
        let mut copy = MemoryStore::default();
        let turned = || records.iter().filter(|r| r.0.writer == YOU).chain(&records).cloned().map(Ok);
        assert_eq!(copy.take_in(&mut turned(), false).unwrap(), 6);
        assert_eq!(copy.collection([1; 16]).unwrap(), shown);
        assert_eq!(copy.heads(), store.heads());
    });
}

#[test]
fn a_record_that_does_not_continue_its_writers_sequence_or_takes_a_number_that_is_taken_is_not_taken_in() {
    each(|store| {
        let mut other = MemoryStore::default();
        store.put(ME, &[put(1, 1, 10), put(1, 2, 10)], &mut |_| Ok(())).unwrap();
        other.put(ME, &[put(1, 3, 10), put(1, 4, 10), put(1, 5, 10)], &mut |_| Ok(())).unwrap();
        let theirs: Vec<_> = all_of(&other).map(Result::unwrap).collect();
        let apart = store.take_in(&mut theirs.clone().into_iter().map(Ok), false);
        assert_eq!(apart, Err(StoreError::Apart { number: 0 }));
        let gap = store.take_in(&mut theirs.into_iter().skip(2).map(Ok), false);
        assert_eq!(gap, Err(StoreError::Apart { number: 2 }));
        assert_eq!(store.head(ME).count, 2);
    });
}
