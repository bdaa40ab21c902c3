//! Two copies of one vault, written on separately, become one: nothing is lost, nothing is changed, both checkpoints hold.
//! `GYEOT_ROUNDS=100` and `GYEOT_RECORDS=500` make the long run of it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{client, copy, files, made, number, pass, prepared, rounds, said, seed};
use crate::store_suite::raw_store;
use gyeot::adapters::clock::SystemClock;
use gyeot::adapters::own_process::ThisMachine;
use gyeot::adapters::store_kind::Sled;
use gyeot::adapters::store_sled::SledStore;
use gyeot::domain::practice::ids::SessionId;
use gyeot::domain::practice::time::Timestamp;
use gyeot::ports::store::{Position, all_of};
use gyeot::service::{Joined, UnlockedVault, VaultError};
use gyeot::vault::workstation::Workstation;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Another workstation.
fn station(state: &Path) -> Workstation {
    Workstation {
        stores: Arc::new(Sled),
        clock: Arc::new(SystemClock),
        machine: Arc::new(ThisMachine),
        state: state.to_owned(),
        compared: None,
    }
}

fn unlock(dir: &Path, state: &Path) -> UnlockedVault {
    UnlockedVault::unlock_on(dir, None, &pass(), station(state)).unwrap()
}

fn write(dir: &Path, state: &Path, session: SessionId, from: u32, count: u32, rng: &mut StdRng) {
    let unlocked = unlock(dir, state);
    let mut next = from;
    while next < from + count {
        let group = rng.gen_range(1..9).min(from + count - next);
        let bodies: Vec<_> = (0..group).map(|i| said(next + i, rng.gen_range(1..200))).collect();
        unlocked.keep(session, &bodies).unwrap();
        next += group;
    }
    unlocked.lock().unwrap();
}

fn records(dir: &Path) -> BTreeMap<[u8; 16], (Position, Vec<u8>)> {
    let store = SledStore::open(&dir.join("store")).unwrap();
    let all = all_of(&store).map(Result::unwrap);
    all.map(|(position, bytes)| (position.id.0, (position, bytes.unwrap()))).collect()
}

struct Two {
    root: tempfile::TempDir,
    session: SessionId,
}

impl Two {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let session = prepared(&root.path().join("a"));
        copy(&root.path().join("a"), &root.path().join("b"));
        Two { root, session }
    }
    fn dir(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }
    fn state(&self, name: &str) -> PathBuf {
        self.root.path().join(format!("state-{name}"))
    }
    fn join(&self, into: &str, other: &str) -> Result<Joined, VaultError> {
        let unlocked = unlock(&self.dir(into), &self.state(into));
        let joined = unlocked.join(&self.dir(other));
        unlocked.lock().unwrap();
        joined
    }
}

#[test]
fn two_copies_written_on_separately_become_one_with_every_record_of_both_and_not_a_byte_changed() {
    let seed = seed();
    let count: u32 = std::env::var("GYEOT_RECORDS").ok().and_then(|n| n.parse().ok()).unwrap_or(30);
    for round in 0..rounds(2) as u64 {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(round));
        let two = Two::new();
        write(&two.dir("a"), &two.state("a"), two.session, 1, count, &mut rng);
        write(&two.dir("b"), &two.state("b"), two.session, 10_000, count, &mut rng);
        let (a, b) = (records(&two.dir("a")), records(&two.dir("b")));
        let other = files(&two.dir("b"));
        let bytes =
            |dir: &Path| -> Vec<Vec<u8>> { other.iter().map(|f| std::fs::read(dir.join(f)).unwrap()).collect() };
        let theirs = bytes(&two.dir("b"));
        let joined = two.join("a", "b").unwrap();
        assert_eq!(joined.records, u64::from(count), "round {round}");
        assert_eq!(bytes(&two.dir("b")), theirs, "the other copy stays as it is");
        let mut both = a.clone();
        both.extend(b.clone());
        assert_eq!(records(&two.dir("a")), both);
        assert_eq!(both.len(), a.len() + count as usize);
        let unlocked = unlock(&two.dir("a"), &two.state("a"));
        assert!(unlocked.integrity().whole(), "{:?}", unlocked.integrity());
        let report = unlocked.check().unwrap();
        assert!(report.sound(), "{report:?}");
        let shown: Vec<u32> = unlocked.open_session(two.session).unwrap().iter().map(|o| number(&o.body)).collect();
        assert_eq!(shown.len(), 2 * count as usize);
        assert!(unlocked.verify_log(None).is_ok());
        unlocked.lock().unwrap();
        assert_eq!(two.join("a", "b").unwrap().records, 0, "there is nothing more to take");
        // The other way round: the same records in the same order.
        two.join("b", "a").unwrap();
        let unlocked = unlock(&two.dir("b"), &two.state("b"));
        let there: Vec<u32> = unlocked.open_session(two.session).unwrap().iter().map(|o| number(&o.body)).collect();
        assert_eq!(there, shown, "every copy shows one order");
        eprintln!("round {round}: {} records of two copies joined", both.len());
    }
}

#[test]
fn clients_and_sessions_that_got_one_name_on_two_workstations_are_told_apart_the_same_way_on_both() {
    let two = Two::new();
    for name in ["a", "b"] {
        let unlocked = unlock(&two.dir(name), &two.state(name));
        let code = client(&unlocked, name);
        assert_eq!(code.as_str(), "C-0002");
        let first = unlocked.clients().unwrap()[0].code.clone();
        unlocked.begin_session(&first, Timestamp(5)).unwrap();
        unlocked.lock().unwrap();
    }
    let joined = two.join("a", "b").unwrap();
    assert_eq!(joined.codes.len(), 1, "{joined:?}");
    two.join("b", "a").unwrap();
    let shown = |name: &str| {
        let unlocked = unlock(&two.dir(name), &two.state(name));
        let codes: Vec<_> =
            unlocked.clients().unwrap().iter().map(|row| (row.code.0.clone(), row.name.reveal().to_owned())).collect();
        let numbers: Vec<_> = unlocked.sessions(None).unwrap().iter().map(|row| (row.number, row.id)).collect();
        (codes, numbers)
    };
    let (codes, sessions) = shown("a");
    assert_eq!(codes.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>(), ["C-0001", "C-0002", "C-0002-2"]);
    let mut numbers: Vec<u32> = sessions.iter().map(|(n, _)| *n).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(shown("b"), (codes, sessions));
}

#[test]
fn what_was_destroyed_in_one_copy_is_destroyed_in_the_other_by_joining() {
    let two = Two::new();
    let unlocked = unlock(&two.dir("b"), &two.state("b"));
    let code = unlocked.clients().unwrap()[0].code.clone();
    unlocked.destroy_client(&code, "asked", None).unwrap();
    unlocked.lock().unwrap();
    let mut rng = StdRng::seed_from_u64(1);
    write(&two.dir("a"), &two.state("a"), two.session, 1, 3, &mut rng);
    let joined = two.join("a", "b").unwrap();
    assert!(joined.destroyed > 0, "{joined:?}");
    let unlocked = unlock(&two.dir("a"), &two.state("a"));
    assert!(unlocked.integrity().whole() && unlocked.clients().unwrap().is_empty());
    assert!(unlocked.check().unwrap().sound());
}

#[test]
fn a_copy_that_wrote_as_the_same_workstation_another_vault_and_a_damaged_copy_are_refused_with_the_reason() {
    let two = Two::new();
    let mut rng = StdRng::seed_from_u64(2);
    // Both copies with one state folder: one writer, the same numbers twice.
    copy(&two.dir("a"), &two.dir("c"));
    let same = two.state("a");
    write(&two.dir("a"), &same, two.session, 1, 3, &mut rng);
    write(&two.dir("c"), &same, two.session, 7, 4, &mut rng);
    let before =
        files(&two.dir("a")).into_iter().map(|f| (f.clone(), std::fs::read(two.dir("a").join(&f)).unwrap().len()));
    let before: BTreeMap<_, _> = before.filter(|(f, _)| f.starts_with("tombs") || f == Path::new("roster")).collect();
    let said = two.join("a", "c").unwrap_err().to_string();
    assert!(said.contains("one number") || said.contains("differently"), "{said}");
    for (file, len) in before {
        assert_eq!(std::fs::read(two.dir("a").join(file)).unwrap().len(), len);
    }
    made(&two.dir("other")).lock().unwrap();
    let said = two.join("a", "other").unwrap_err().to_string();
    assert!(said.contains("another vault"), "{said}");
    write(&two.dir("b"), &two.state("b"), two.session, 10, 4, &mut rng);
    std::fs::remove_dir_all(two.dir("b").join("checkpoints")).unwrap();
    let said = two.join("a", "b").unwrap_err();
    assert!(matches!(said, VaultError::NotJoined(_)), "{said}");
    assert!(matches!(two.join("a", "a"), Err(VaultError::NotJoined(_)) | Err(VaultError::Store(_))));
    assert!(unlock(&two.dir("a"), &two.state("a")).check().unwrap().sound());
}

#[test]
fn a_copy_from_which_a_record_was_taken_or_whose_log_has_garbage_in_its_middle_is_refused() {
    let mut rng = StdRng::seed_from_u64(3);
    let two = Two::new();
    write(&two.dir("b"), &two.state("b"), two.session, 10, 6, &mut rng);
    // One record's bytes are gone, and no tombstone says so.
    copy(&two.dir("b"), &two.dir("stripped"));
    {
        let raw = raw_store(&two.dir("stripped").join("store"));
        let mut taken = 0;
        for name in raw.tree_names() {
            let tree = raw.open_tree(name).unwrap();
            let prefix = [&b"r"[..], &two.session.0].concat();
            if let Some(last) = tree.scan_prefix(&prefix).keys().last() {
                tree.remove(last.unwrap()).unwrap();
                taken += 1;
            }
        }
        raw.flush().unwrap();
        assert_eq!(taken, 1);
    }
    let said = two.join("a", "stripped").unwrap_err();
    assert!(matches!(said, VaultError::NotJoined(_)), "{said}");
    // An entry in the middle of what came since is garbage; the last one is as it was.
    let state = two.state("b");
    write(&two.dir("b"), &state, two.session, 20, 3, &mut rng);
    copy(&two.dir("b"), &two.dir("garbage"));
    let ours: Vec<PathBuf> = files(&two.dir("a")).into_iter().filter(|f| f.starts_with("access")).collect();
    for file in files(&two.dir("garbage")).into_iter().filter(|f| f.starts_with("access") && !ours.contains(f)) {
        let path = two.dir("garbage").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(lines.len() > 2);
        lines[1] = "x".repeat(lines[1].len());
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    }
    let said = two.join("a", "garbage").unwrap_err();
    assert!(matches!(said, VaultError::NotJoined(_)), "{said}");
    assert!(two.join("a", "b").is_ok(), "as it was it is taken");
    assert!(unlock(&two.dir("a"), &two.state("a")).check().unwrap().sound());
}
