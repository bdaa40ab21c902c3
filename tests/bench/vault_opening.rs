//! How long a vault of 100,000 records takes to open, beside an empty one:
//! `cargo bench --no-default-features --bench vault_opening`. Prints one line per figure; nothing here is a test.
//!
//! Both are opened in turn on the same disk in one run, and the medians are compared. "Without the passphrase" is an
//! opening as a user makes it, with the production cost, less what the work on the passphrase took in that same opening;
//! the store is opened beside that work. With the cost of the tests (scrypt N = 2^4, next to nothing, and 3 ms for age to find out what a second is worth) there is next to nothing
//! to do it beside: that row says what opening costs when nothing hides it.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../stage/mod.rs"]
mod stage;

use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::service::{Body, KeyCost, NewClient, Scope, UnlockedVault};
use stage::{consent, new_vault, pass};
use std::path::Path;
use std::time::{Duration, Instant};

/// Clients, sessions of each, records of each session: with cards, consents, wraps and rows a little over 100,000.
const PRACTICE: (u32, u32, u32) = (50, 20, 97);
/// Openings of each vault.
const OPENINGS: usize = 11;
/// Full / empty, without the passphrase.
const TARGET: f64 = 1.15;

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

fn make(dir: &Path, (clients, sessions, records): (u32, u32, u32)) {
    let new = new_vault("이서윤", Role::Counsellor);
    let unlocked = UnlockedVault::init(dir, &new, &pass()).unwrap();
    for _ in 0..clients {
        let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
        unlocked.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
        for _ in 0..sessions {
            let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
            unlocked.keep(session, &(0..records).map(said).collect::<Vec<_>>()).unwrap();
            unlocked.end_session(session, Timestamp(3_000_000), "ended").unwrap();
        }
    }
    unlocked.lock().unwrap();
}

/// One opening, in milliseconds.
struct Took {
    passphrase: f64,
    unlocked: f64,
    clients: f64,
    sessions: f64,
}

fn open(dir: &Path) -> Took {
    let start = Instant::now();
    let since = |start: Instant| start.elapsed().as_secs_f64() * 1e3;
    let vault = UnlockedVault::unlock(dir, None, &pass()).unwrap();
    let unlocked = since(start);
    vault.clients().unwrap();
    let clients = since(start);
    vault.sessions(None).unwrap();
    let sessions = since(start);
    let passphrase = vault.guess_took().as_secs_f64() * 1e3;
    vault.lock().unwrap();
    Took { passphrase, unlocked, clients, sessions }
}

fn median(all: &[Took], of: impl Fn(&Took) -> f64) -> f64 {
    let mut all: Vec<f64> = all.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn compared(what: &str, cost: &str, empty: f64, full: f64, target: Option<f64>) {
    let target = target.map(|t| format!(" (target {t})")).unwrap_or_default();
    println!("{cost}: {what}: empty {empty:.2} ms, full {full:.2} ms, full / empty {:.2}{target}", full / empty);
}

fn in_turn(cost: &str, empty: &Path, full: &Path) {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for _ in 0..OPENINGS {
        a.push(open(empty));
        b.push(open(full));
    }
    let passphrase = |t: &Took| t.passphrase;
    compared("the work on the passphrase alone", cost, median(&a, passphrase), median(&b, passphrase), None);
    compared("unlocked", cost, median(&a, |t| t.unlocked), median(&b, |t| t.unlocked), None);
    type Of = fn(&Took) -> f64;
    let rows: [(&str, Of, Option<f64>); 3] = [
        ("unlocked, without the passphrase", |t| t.unlocked - t.passphrase, Some(TARGET)),
        ("until the clients are there, without the passphrase", |t| t.clients - t.passphrase, None),
        ("until the clients and all sessions are there, without the passphrase", |t| t.sessions - t.passphrase, None),
    ];
    for (what, of, target) in rows {
        compared(what, cost, median(&a, of), median(&b, of), target);
    }
}

fn first(what: &str, dir: &Path) {
    let took = open(dir);
    println!("{what}: unlocked after {:.0} ms, the clients after {:.0} ms", took.unlocked, took.clients);
}

fn main() {
    let root = tempfile::tempdir_in(".").unwrap();
    let (empty, full) = (root.path().join("empty"), root.path().join("full"));
    make(&empty, (0, 0, 0));
    let start = Instant::now();
    make(&full, PRACTICE);
    let (clients, sessions, records) = PRACTICE;
    println!("{clients} clients x {sessions} sessions x {records} records, written in {:.0?}", start.elapsed());
    open(&empty);
    first("tests' cost, the first opening after all of it was written, nothing remembered", &full);
    std::fs::remove_dir_all(full.join("remembered")).unwrap();
    first("tests' cost, an opening with nothing remembered", &full);
    in_turn("tests' cost", &empty, &full);
    for dir in [&empty, &full] {
        let unlocked = UnlockedVault::unlock(dir, None, &pass()).unwrap();
        unlocked.rekey(&pass(), KeyCost::Production).unwrap();
        unlocked.lock().unwrap();
    }
    in_turn("production cost", &empty, &full);
    // A day's work: one session more, then the next morning.
    let unlocked = UnlockedVault::unlock(&full, None, &pass()).unwrap();
    let code = unlocked.clients().unwrap()[0].code.clone();
    let session = unlocked.begin_session(&code, Timestamp(0)).unwrap();
    for n in 0..records {
        unlocked.keep(session, &[said(n)]).unwrap();
    }
    unlocked.end_session(session, Timestamp(1), "ended").unwrap();
    unlocked.lock().unwrap();
    let took = open(&full);
    let less = |all: f64| Duration::from_secs_f64((all - took.passphrase) / 1e3);
    println!(
        "production cost, the first opening after one more session, without the passphrase: {:.1?}, the clients after {:.1?}",
        less(took.unlocked),
        less(took.clients)
    );
}
