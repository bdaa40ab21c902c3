//! How long a supervisor's queue of 500 notes takes to be there after unlocking:
//! `cargo bench --no-default-features --bench review_queue`. Prints one line per figure; nothing here is a test.
//!
//! The first opening reads everything; the later ones have what was remembered of the caseload, as on an ordinary morning.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../stage/mod.rs"]
mod stage;

use gyeot::adapters::instruments;
use gyeot::domain::practice::ids::StatementId;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::service::notes::NoteChange;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use stage::{FIVE, centre_of, consent, pass, sheet};
use std::path::Path;
use std::time::Instant;

/// Clients and notes of each: 500 in the queue.
const PRACTICE: (u32, u32) = (25, 20);
/// Openings after the first.
const OPENINGS: usize = 11;
/// Milliseconds after unlocking.
const TARGET: f64 = 100.0;

fn note() -> NoteRevision {
    let line = NoteLine {
        id: StatementId::default(),
        text: ClientText::new("거의 못 자고 새벽에 깨면 그냥 누워 있다고 호소함"),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let sections = vec![NoteSection { key: "subjective".into(), lines: vec![line] }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

fn make(dir: &Path) {
    centre_of(dir, &FIVE);
    let vault = UnlockedVault::unlock(dir, Some("상담"), &pass()).unwrap();
    for _ in 0..PRACTICE.0 {
        let new =
            NewClient {
                name: ClientText::new("김하늘"), supervisors: vec!["수퍼".into()], ..NewClient::default()
            };
        let code = vault.add_client(new).unwrap();
        vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
        vault.keep_for(&code, &[Body::Administration { sheet: sheet() }]).unwrap();
        for _ in 0..PRACTICE.1 {
            let session = vault.begin_session(&code, Timestamp(0)).unwrap();
            vault.change_note(session, NoteChange::Write(note())).unwrap();
            vault.end_session(session, Timestamp(3_000_000), "ended").unwrap();
            vault.change_note(session, NoteChange::MarkReady).unwrap();
        }
    }
    vault.lock().unwrap();
}

/// Milliseconds from the unlocked vault to the queue.
fn open(dir: &Path) -> f64 {
    let vault = UnlockedVault::unlock(dir, Some("수퍼"), &pass()).unwrap();
    let library = instruments::library(Path::new("no folder of the centre's own")).unwrap();
    let start = Instant::now();
    let queue = vault.review_queue(&library).unwrap();
    let took = start.elapsed().as_secs_f64() * 1e3;
    assert_eq!(queue.waiting.len() as u32, PRACTICE.0 * PRACTICE.1);
    vault.lock().unwrap();
    took
}

fn main() {
    let root = tempfile::tempdir_in(".").unwrap();
    let dir = root.path().join("v");
    let start = Instant::now();
    make(&dir);
    println!("{} clients x {} notes, written in {:.0?}", PRACTICE.0, PRACTICE.1, start.elapsed());
    println!("the first opening, nothing remembered: the queue after {:.1} ms", open(&dir));
    let mut all: Vec<f64> = (0..OPENINGS).map(|_| open(&dir)).collect();
    all.sort_by(f64::total_cmp);
    let (median, worst) = (all[all.len() / 2], all[all.len() - 1]);
    println!("later openings: the queue after {median:.1} ms, at worst {worst:.1} ms (target {TARGET})");
}
