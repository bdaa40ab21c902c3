//! One suite for the store in memory and the store on disk: what was put is got, in order, after reopening, and a
//! mark is written with every group.
#![allow(clippy::unwrap_used)]

use gyeot::adapters::sled_chunks::salvage;
use gyeot::adapters::store_memory::MemoryStore;
use gyeot::adapters::store_sled::SledStore;
use gyeot::crypto::Sealed;
use gyeot::crypto::chain::Head;
use gyeot::domain::practice::ids::RecordId;
use gyeot::ports::store::{Put, Store, StoreError};
use gyeot::texts::verbatim;
use proptest::prelude::*;

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
            store.put(&[put(id % 2, id, len)], &mut |_| Ok(())).unwrap();
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
            store.put(&[put(1, id, 10), put(2, id, 10)], &mut |_| Ok(())).unwrap();
        }
        let mut head = Head::EMPTY;
        for seq in 0..40 {
            let place = store.place(seq).unwrap().unwrap();
            assert!(place.follows(head));
            head = place.after_this();
        }
        assert_eq!(head, store.head());
        assert_eq!(store.place(40).unwrap(), None);
    });
}

#[test]
fn a_shelf_tells_how_many_records_stand_on_it_without_showing_them() {
    each(|store| {
        for id in 0..9u8 {
            store.put(&[put(id % 2, id, 9000), put(2, id + 20, 10)], &mut |_| Ok(())).unwrap();
        }
        store.destroy(&[store.place(0).unwrap().unwrap(), store.place(3).unwrap().unwrap()], 2).unwrap();
        for (collection, held) in [(0u8, 4), (1, 4), (2, 8), (3, 0)] {
            assert_eq!(store.held([collection; 16]).unwrap(), held);
            assert_eq!(store.collection([collection; 16]).unwrap().len() as u64, held);
        }
        // The same one twice counts once.
        store.destroy(&[store.place(0).unwrap().unwrap()], 3).unwrap();
        assert_eq!(store.held([0; 16]).unwrap(), 4);
    });
}

#[test]
fn a_group_whose_mark_cannot_be_written_is_not_acknowledged() {
    each(|store| {
        let failed = store.put(&[put(1, 1, 10)], &mut |_| Err(StoreError::Disk(verbatim("full"))));
        assert!(failed.is_err());
    });
}

#[test]
fn what_is_destroyed_is_gone_and_its_place_remains() {
    each(|store| {
        store.put(&[put(1, 1, 9000), put(1, 2, 10)], &mut |_| Ok(())).unwrap();
        let first = store.place(0).unwrap().unwrap();
        store.destroy(&[first], 1).unwrap();
        assert_eq!(store.get(&first).unwrap(), None);
        assert_eq!(store.place(0).unwrap(), Some(first));
        assert_eq!(store.head().count, 2);
    });
}

#[test]
fn no_value_goes_to_the_files_that_are_never_synced() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    for id in 0..60u8 {
        store.put(&[put(1, id, 60_000)], &mut |_| Ok(())).unwrap();
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
                let puts: Vec<Put> = group.iter().map(|(collection, len)| put(*collection, n, *len)).collect();
                let mut mark = Head::EMPTY;
                store.put(&puts, &mut |h| { mark = h; Ok(()) }).unwrap();
                marks.push(mark);
                expected.extend(puts);
            }
        }
        let store = SledStore::open(dir.path()).unwrap();
        prop_assert_eq!(store.head(), *marks.last().unwrap());
        for (seq, put) in (0u64..).zip(&expected) {
            let place = store.place(seq).unwrap().unwrap();
            let got = store.get(&place).unwrap().unwrap();
            prop_assert_eq!(got.as_slice(), put.sealed.bytes());
        }
    }
}

#[test]
fn a_shelf_that_does_not_show_all_of_its_records_says_so_instead_of_showing_fewer() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    for id in 0..5 {
        store.put(&[put(1, id, 10), put(2, id + 10, 10)], &mut |_| Ok(())).unwrap();
    }
    let third = store.place(4).unwrap().unwrap();
    drop(store);
    let db = sled::open(dir.path()).unwrap();
    let tree = db.open_tree("a").unwrap();
    let key = [&b"r"[..], &third.collection, &third.seq.to_be_bytes(), &[0, 0]].concat();
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
    store.put(&[put(1, 1, 9000), put(1, 2, 10), put(2, 3, 10)], &mut |_| Ok(())).unwrap();
    store.destroy(&[store.place(0).unwrap().unwrap()], 1).unwrap();
    let all: Vec<_> =
        (0..3).map(|n| store.place(n).unwrap().unwrap()).map(|p| Ok((p, store.get(&p).unwrap()))).collect();
    let fresh = tempfile::tempdir().unwrap();
    let rebuilt = SledStore::rebuild(fresh.path(), &mut all.into_iter()).unwrap();
    assert_eq!(rebuilt.collection([1; 16]).unwrap().len(), 1);
    assert_eq!(rebuilt.collection([2; 16]).unwrap().len(), 1);
    assert_eq!(rebuilt.head(), store.head());
}

#[test]
fn a_store_without_counts_is_counted_once_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    store.put(&[put(1, 1, 9000), put(1, 2, 10), put(2, 3, 10)], &mut |_| Ok(())).unwrap();
    store.destroy(&[store.place(1).unwrap().unwrap()], 1).unwrap();
    drop(store);
    let db = sled::open(dir.path()).unwrap();
    let tree = db.open_tree("a").unwrap();
    for collection in [1u8, 2] {
        tree.remove([&b"n"[..], &[collection; 16]].concat()).unwrap().unwrap();
    }
    tree.remove(b"v").unwrap().unwrap();
    db.flush().unwrap();
    drop((tree, db));
    let mut store = SledStore::open(dir.path()).unwrap();
    assert_eq!(store.collection([1; 16]).unwrap().len(), 1);
    store.put(&[put(2, 4, 10)], &mut |_| Ok(())).unwrap();
    drop(store);
    assert_eq!(SledStore::open(dir.path()).unwrap().collection([2; 16]).unwrap().len(), 2);
}
