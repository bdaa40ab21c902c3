//! The access log of a real vault, edited by somebody who has the disk: a byte, a line dropped, two swapped, one put in
//! again, one replaced, the end cut off. Every edit is found and its position is named. Short by default;
//! `GYEOT_ROUNDS=10000 TMPDIR=/dev/shm cargo test --no-default-features --release --test vault log_edits::` is the long run.
//! The seed is printed and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{PROGRESS, fresh_copy, only, pass, prepared, rounds, said, seed};
use gyeot::crypto::CryptoError;
use gyeot::domain::practice::ids::SessionId;
use gyeot::service::{Integrity, UnlockedVault, VaultError};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;
use std::path::Path;

/// A vault with some forty entries in its log.
fn ground(dir: &Path) -> (SessionId, Vec<Vec<u8>>) {
    let session = prepared(dir);
    for n in 1..9 {
        let unlocked = UnlockedVault::unlock(dir, None, &pass()).unwrap();
        unlocked.keep(session, &[said(n, 9)]).unwrap();
        unlocked.open_session(session).unwrap();
        unlocked.lock().unwrap();
    }
    let log = std::fs::read(only(dir, "access")).unwrap();
    (session, log.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect())
}

/// One edit of the lines: its name, and how many lines before it are as they were.
fn edited(lines: &[Vec<u8>], rng: &mut StdRng) -> (&'static str, Vec<Vec<u8>>) {
    let mut changed = lines.to_vec();
    let at = rng.gen_range(0..lines.len());
    let other = rng.gen_range(0..lines.len());
    let what = match rng.gen_range(0..6) {
        0 => {
            // Not the end of the last line: that one is put back and said so.
            let byte = rng.gen_range(0..changed[at].len() - 1);
            changed[at][byte] ^= 1 << rng.gen_range(0..8);
            "byte"
        }
        1 => {
            changed.remove(at);
            if at + 1 == lines.len() { "cut" } else { "drop" }
        }
        2 => {
            changed.swap(at, other);
            "swap"
        }
        3 => {
            changed.insert(at, lines[other].clone());
            "insert"
        }
        4 => {
            changed[at] = lines[other].clone();
            "replace"
        }
        _ => {
            changed.truncate(at);
            "cut"
        }
    };
    (what, changed)
}

#[test]
fn every_edit_of_the_log_of_a_vault_is_found_and_its_position_named() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(60);
    let root = tempfile::tempdir().unwrap();
    let (base, vault) = (root.path().join("base"), root.path().join("v"));
    let (session, lines) = ground(&base);
    let mut found: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut done = 0;
    while done < rounds {
        let (edit, changed) = edited(&lines, &mut rng);
        if changed == lines {
            continue;
        }
        let same = changed.iter().zip(&lines).take_while(|(a, b)| a == b).count() as u64;
        fresh_copy(&base, &vault);
        std::fs::write(only(&vault, "access"), changed.concat()).unwrap();
        let what = format!("edit {done}, {edit} at entry {same} of {}", lines.len());
        let unlocked = UnlockedVault::unlock(&vault, None, &pass()).unwrap_or_else(|e| panic!("{what}: {e}"));
        let (cut, missing) = match unlocked.integrity() {
            Integrity::Behind { part: "access log", missing } => (true, missing),
            _ => (false, 0),
        };
        let fault = unlocked.verify_log(None).map(|v| v.entries).expect_err(&what);
        let VaultError::Vault(CryptoError::Chain { what: "access log", at, .. }) = fault else {
            panic!("{what}: {fault:?}")
        };
        assert_eq!(at, same, "{what}: {fault:?}");
        if edit == "cut" {
            assert!(cut && missing + same == lines.len() as u64, "{what}: {:?}", unlocked.integrity());
        }
        assert_eq!(unlocked.open_session(session).unwrap().len(), 8, "{what}: the records");
        *found.entry((edit, if cut { "at the opening and by the check" } else { "by the check" })).or_default() += 1;
        done += 1;
        if done % PROGRESS == 0 {
            eprintln!("{done} edits found");
        }
    }
    for ((edit, by), n) in found {
        eprintln!("{edit:8} {by:32} {n:>6}");
    }
    eprintln!("{done} edits of a log of {} entries: all found, each at its entry", lines.len());
}
