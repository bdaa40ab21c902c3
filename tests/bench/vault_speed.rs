//! How fast the vault keeps, opens, backs up: `cargo bench --no-default-features --bench vault_speed`. Prints one line
//! per figure; nothing here is a test.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use gyeot::adapters::store_sled::SledStore;
use gyeot::domain::ids::{RecordId, SessionId, UtteranceId};
use gyeot::domain::member::Role;
use gyeot::domain::text::ClientText;
use gyeot::domain::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::ports::store::{Put, Store};
use gyeot::runtime::desk::{Body, Consent, Desk, KeyCost, NewClient, NewVault, Scope};
use gyeot::vault::Sealed;
use secrecy::SecretString;
use std::path::Path;
use std::time::{Duration, Instant};

const RECORDS: usize = 2_000;
/// Seconds of a sync on a common disk, more than what this one takes.
const SYNC: f64 = 1e-3;

fn pass() -> SecretString {
    SecretString::from("velvet harbour cactus nineteen drums")
}

fn said(n: u32) -> Body {
    Body::Utterances {
        utterances: vec![Utterance {
            id: UtteranceId(n),
            start_ms: 0,
            end_ms: 1,
            speaker: Speaker::Client,
            text: ClientText::new("거의 못 자요. 새벽에 깨면 그냥 누워 있어요."),
            confidence: Some(0.8),
        }],
    }
}

fn prepared(dir: &Path, cost: KeyCost) -> (Desk, SessionId) {
    let desk =
        Desk::init(dir, &NewVault { cost, ..NewVault::new("마음결", "이서윤", Role::Counsellor) }, &pass()).unwrap();
    let code = desk.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    let scopes = [Scope::Service, Scope::Recording].into();
    desk.set_consent(&code, Consent { scopes, version: "1".into(), by: "client".into(), ..Consent::default() })
        .unwrap();
    let session = desk.begin_session(&code, Timestamp(0)).unwrap();
    (desk, session)
}

/// sled alone with the sync that it needs: values of the size of our sealed records.
fn raw(group: usize) -> f64 {
    let dir = tempfile::tempdir_in(".").unwrap();
    let db = sled::open(dir.path()).unwrap();
    let file = std::fs::File::open(dir.path().join("db")).unwrap();
    let value = vec![7u8; 1_350];
    let start = Instant::now();
    for n in (0..RECORDS).step_by(group) {
        let mut batch = sled::Batch::default();
        for i in 0..group {
            batch.insert(&(n + i).to_be_bytes(), value.as_slice());
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
        file.sync_data().unwrap();
    }
    per_second(RECORDS, start.elapsed())
}

fn sealed(group: usize) -> f64 {
    let dir = tempfile::tempdir_in(".").unwrap();
    let (desk, session) = prepared(dir.path(), KeyCost::CheapForTests);
    let start = Instant::now();
    for n in (0..RECORDS).step_by(group) {
        let bodies: Vec<Body> = (0..group).map(|i| said((n + i) as u32)).collect();
        desk.keep(session, &bodies).unwrap();
    }
    per_second(RECORDS, start.elapsed())
}

fn per_second(n: usize, took: Duration) -> f64 {
    n as f64 / took.as_secs_f64()
}

fn opening(records: usize) -> Duration {
    let dir = tempfile::tempdir_in(".").unwrap();
    let mut store = SledStore::open(dir.path()).unwrap();
    let mut bytes = b"age-encryption.org/v1\n".to_vec();
    bytes.resize(1_350, 7);
    for n in (0..records).step_by(500) {
        let puts: Vec<Put> = (n..n + 500)
            .map(|i| {
                let mut id = [0u8; 16];
                id[..8].copy_from_slice(&(i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
                let mut shelf = [0u8; 16];
                shelf[..8].copy_from_slice(&((i / 300) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
                Put { shelf, id: RecordId(id), sealed: Sealed::from_stored(bytes.clone()).unwrap() }
            })
            .collect();
        store.put(&puts, &mut |_| Ok(())).unwrap();
    }
    drop(store);
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let store = SledStore::open(dir.path()).unwrap();
        best = best.min(start.elapsed());
        assert_eq!(store.head().count, records as u64);
    }
    best
}

fn main() {
    for round in 1..=3 {
        for group in [1, 8] {
            let (raw, sealed) = (raw(group), sealed(group));
            println!(
                "round {round} groups of {group}: raw sled {raw:.0}/s, sealed {sealed:.0}/s, ratio {:.2}",
                sealed / raw
            );
        }
        let (one, eight) = (raw(1), sealed(8));
        println!("round {round} sealed in groups of 8 / raw one at a time: {:.2}", eight / one);
        // What a seal costs does not depend on the disk, what a sync costs does; 1 ms is common.
        let single = sealed(1);
        let (slow_raw, slow_one) = (1.0 / one + SYNC, 1.0 / single + SYNC);
        let slow_eight = (8.0 / eight + SYNC) / 8.0;
        println!(
            "round {round} computed for a disk whose sync takes 1 ms longer: one at a time {:.2}, groups of 8 / one {:.2}",
            slow_raw / slow_one,
            slow_raw / slow_eight
        );
    }
    let (empty, full) = (opening(0), opening(100_000));
    println!(
        "opening the store: empty {empty:?}, 100,000 records {full:?}, ratio {:.2}",
        full.as_secs_f64() / empty.as_secs_f64()
    );
    for (what, records) in [("empty", 0), ("100,000 records", 100_000)] {
        let dir = tempfile::tempdir_in(".").unwrap();
        let (desk, session) = prepared(&dir.path().join("v"), KeyCost::Production);
        for n in (0..records).step_by(500) {
            let bodies: Vec<Body> = (0..500).map(|i| said((n + i) as u32)).collect();
            desk.keep(session, &bodies).unwrap();
        }
        desk.lock().unwrap();
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            let desk = Desk::unlock(&dir.path().join("v"), None, &pass()).unwrap();
            best = best.min(start.elapsed());
            desk.lock().unwrap();
        }
        println!("unlocking a vault, {what}, with the passphrase: {best:?}");
    }
    let dir = tempfile::tempdir_in(".").unwrap();
    let (desk, session) = prepared(&dir.path().join("v"), KeyCost::Production);
    desk.lock().unwrap();
    let start = Instant::now();
    let desk = Desk::unlock(&dir.path().join("v"), None, &pass()).unwrap();
    println!("unlock with the production cost: {:?}", start.elapsed());
    for n in (0..10_000).step_by(50) {
        let bodies: Vec<Body> = (0..50).map(|i| said(n + i)).collect();
        desk.keep(session, &bodies).unwrap();
    }
    let backup = dir.path().join("b.age");
    let start = Instant::now();
    desk.back_up(&backup, &pass(), KeyCost::Production).unwrap();
    println!("backup of 10,000 records, read back: {:?}", start.elapsed());
    let start = Instant::now();
    Desk::verify_backup(&backup, &pass()).unwrap();
    println!("verify: {:?}", start.elapsed());
    let start = Instant::now();
    Desk::restore(&backup, &pass(), &dir.path().join("w")).unwrap();
    println!("restore: {:?}", start.elapsed());
    let start = Instant::now();
    let report = desk.check().unwrap();
    println!("check of {} records: {:?}", report.records, start.elapsed());
}
