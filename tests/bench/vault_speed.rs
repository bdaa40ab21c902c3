//! How fast the vault keeps and backs up: `cargo bench --no-default-features --bench vault_speed`; how fast it opens is
//! in `vault_opening`. Prints one line per figure; nothing here is a test.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]
#![allow(unsafe_code, reason = "takes the place of one function of the C library, see fdatasync below")]

#[path = "../stage/mod.rs"]
mod stage;

use gyeot::domain::practice::ids::{SessionId, UtteranceId};
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::service::{Body, KeyCost, NewClient, NewVault, Scope, UnlockedVault};
use stage::{consent, pass};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const RECORDS: usize = 2_000;
const ROUNDS: usize = 5;

/// Microseconds that every `fdatasync` of this process takes at least; 0 is the disk as it is.
static SYNC: AtomicU64 = AtomicU64::new(0);

/// Stands before the C library's own for the whole program, so that sled alone and the vault meet the same disk. Some
/// virtual disks answer a sync in a few hundredths of a millisecond, which no disk that keeps its word does.
#[unsafe(no_mangle)]
extern "C" fn fdatasync(fd: i32) -> i32 {
    let start = Instant::now();
    // SAFETY: the system call of that name with its one argument; it touches no memory of ours.
    let done = unsafe { libc::syscall(libc::SYS_fdatasync, fd) };
    let least = Duration::from_micros(SYNC.load(Ordering::Relaxed));
    std::thread::sleep(least.saturating_sub(start.elapsed()));
    done as i32
}

/// A length of a sync, in words.
fn disk() -> String {
    match SYNC.load(Ordering::Relaxed) {
        0 => "this disk as it is".into(),
        us => format!("every sync {us} us or more"),
    }
}

/// How long a sync of one written page takes here.
fn a_sync() -> Duration {
    let file = tempfile::tempfile_in(".").unwrap();
    let mut all: Vec<Duration> = (0..200u64)
        .map(|n| {
            file.write_all_at(&[7; 1_450], n * 1_450).unwrap();
            let start = Instant::now();
            file.sync_data().unwrap();
            start.elapsed()
        })
        .collect();
    all.sort();
    all[all.len() / 2]
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

fn prepared(dir: &Path, cost: KeyCost) -> (UnlockedVault, SessionId) {
    let unlocked =
        UnlockedVault::init(dir, &NewVault { cost, ..NewVault::new("마음결", "이서윤", Role::Counsellor) }, &pass())
            .unwrap();
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    (unlocked, session)
}

/// sled alone with the sync that it needs: values of the size of our sealed records.
fn raw(group: usize) -> f64 {
    let dir = tempfile::tempdir_in(".").unwrap();
    let db = sled::open(dir.path()).unwrap();
    let file = std::fs::File::open(dir.path().join("db")).unwrap();
    let value = vec![7u8; 1_450];
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
    let (unlocked, session) = prepared(dir.path(), KeyCost::CheapForTests);
    let start = Instant::now();
    for n in (0..RECORDS).step_by(group) {
        let bodies: Vec<Body> = (0..group).map(|i| said((n + i) as u32)).collect();
        unlocked.keep(session, &bodies).unwrap();
    }
    per_second(RECORDS, start.elapsed())
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn per_second(n: usize, took: Duration) -> f64 {
    n as f64 / took.as_secs_f64()
}

fn main() {
    for us in [0, 1_000] {
        SYNC.store(us, Ordering::Relaxed);
        println!("{}: a sync takes {:?} (median of 200)", disk(), a_sync());
        let (mut one, mut eight) = (Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            let (raw, single, groups) = (raw(1), sealed(1), sealed(8));
            println!("round {round}: raw sled {raw:.0}/s, sealed {single:.0}/s, sealed in groups of 8 {groups:.0}/s");
            one.push(single / raw);
            eight.push(groups / raw);
        }
        println!("{}: sealed / raw, one at a time {:.2} (target 0.9)", disk(), median(one));
        println!("{}: sealed in groups of 8 / raw one at a time {:.2} (target 4)", disk(), median(eight));
    }
    SYNC.store(0, Ordering::Relaxed);
    let dir = tempfile::tempdir_in(".").unwrap();
    let (unlocked, session) = prepared(&dir.path().join("v"), KeyCost::Production);
    unlocked.lock().unwrap();
    let start = Instant::now();
    let unlocked = UnlockedVault::unlock(&dir.path().join("v"), None, &pass()).unwrap();
    println!("unlock with the production cost: {:?}", start.elapsed());
    for n in (0..10_000).step_by(50) {
        let bodies: Vec<Body> = (0..50).map(|i| said(n + i)).collect();
        unlocked.keep(session, &bodies).unwrap();
    }
    let backup = dir.path().join("b.age");
    let start = Instant::now();
    unlocked.back_up(&backup, &pass(), KeyCost::Production).unwrap();
    println!("backup of 10,000 records, read back: {:?}", start.elapsed());
    let start = Instant::now();
    UnlockedVault::verify_backup(&backup, &pass()).unwrap();
    println!("verify: {:?}", start.elapsed());
    let start = Instant::now();
    UnlockedVault::restore(&backup, &pass(), &dir.path().join("w")).unwrap();
    println!("restore: {:?}", start.elapsed());
    let start = Instant::now();
    let report = unlocked.check().unwrap();
    println!("check of {} records: {:?}", report.records, start.elapsed());
}
