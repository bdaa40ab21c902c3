//! The vault under a writer that is killed: nothing that was acknowledged is lost, every acknowledgement comes after the
//! syncs, a second process is kept out. Short by default;
//! `GYEOT_ROUNDS=1000 cargo test --no-default-features --release --test vault kills::` is the long run. The seed is printed
//! and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{PROGRESS, fresh_copy, number, pass, prepared, rounds, seed};
use crate::writer::{acked_until_killed, child, may_trace, under_strace};
use gyeot::service::{Integrity, UnlockedVault, VaultError};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::io::{BufRead, BufReader};

#[test]
fn a_killed_writer_loses_nothing_that_was_acknowledged() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    let mut dir = tempfile::tempdir().unwrap();
    let mut session = prepared(dir.path());
    let (mut acked, mut interrupted, mut past) = (0u64, 0u64, 0);
    for round in 0..rounds {
        if round % 25 == 24 {
            dir = tempfile::tempdir().unwrap();
            session = prepared(dir.path());
            past = 0;
        }
        let after = rng.gen_range(1..30);
        let (last, _) = acked_until_killed(&mut child("write", dir.path(), session), Some(after));
        let found = dir.path().with_extension("found");
        fresh_copy(dir.path(), &found);
        let unlocked = UnlockedVault::unlock(dir.path(), None, &pass()).unwrap();
        let Integrity::Complete { interrupted: n } = unlocked.integrity() else {
            panic!(
                "round {round}: {last} acknowledged, {:?}; as it was found: {}",
                unlocked.integrity(),
                found.display()
            )
        };
        std::fs::remove_dir_all(&found).unwrap();
        interrupted += u64::from(n > 0);
        let numbers: Vec<u32> = unlocked.open_session(session).unwrap().iter().map(|o| number(&o.body)).collect();
        let expected: Vec<u32> = (1..=numbers.len() as u32).collect();
        assert_eq!(numbers, expected, "round {round}: whole and in order");
        assert!(numbers.len() as u32 >= last, "round {round}: {} of {last} acknowledged", numbers.len());
        acked += u64::from(last - past);
        past = numbers.len() as u32;
        if (round + 1) % (PROGRESS / 10) == 0 {
            eprintln!("{} kills, {acked} acknowledged, 0 lost", round + 1);
        }
    }
    eprintln!("{rounds} kills, {acked} acknowledged, 0 lost, {interrupted} with an unacknowledged group cut off");
}

#[test]
fn every_acknowledgement_comes_after_fdatasync_of_the_database_and_of_the_mark() {
    if !may_trace() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    let trace = dir.path().join("trace");
    let options = ["-y", "-e", "trace=fdatasync,write", "-o"].map(str::to_owned);
    let options = [&options[..], &[trace.to_string_lossy().into_owned()]].concat();
    let out = under_strace(&child("some", dir.path(), session), &options).output().unwrap();
    assert!(out.status.success());
    let text = std::fs::read_to_string(&trace).unwrap();
    let (mut db, mut mark, mut acks) = (false, false, 0);
    for line in text.lines() {
        // A call that another thread interrupts is shown in two lines; its path stands in the first.
        if line.contains("fdatasync(") {
            db |= line.contains("/store/db>");
            mark |= line.contains("/checkpoints/");
        }
        if line.contains("write(1") && line.contains("ack ") && !line.contains("ack lock") {
            assert!(db && mark, "acknowledged without a sync: db {db}, mark {mark}");
            (db, mark) = (false, false);
            acks += 1;
        }
    }
    assert_eq!(acks, crate::writer::SOME, "{text}");
}

#[test]
fn two_processes_on_one_vault_are_told_apart_and_the_second_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let session = prepared(dir.path());
    let mut first = child("write", dir.path(), session).spawn().unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(first.stdout.take().unwrap());
    while !line.contains("ack") && lines.read_line(&mut line).unwrap() > 0 {}
    let second = UnlockedVault::unlock(dir.path(), None, &pass());
    first.kill().unwrap();
    first.wait().unwrap();
    assert_eq!(second.unwrap_err(), VaultError::Store(gyeot::ports::store::StoreError::Held));
}
