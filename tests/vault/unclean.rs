//! Flipped bits under a database that was not closed: sled reads all of it anew and cuts off what follows damage; nothing
//! aborts, and what is intact is recovered. Short by default;
//! `GYEOT_ROUNDS=500 cargo test --no-default-features --release --test vault unclean::` is the long run. The seed is printed
//! and `GYEOT_SEED` sets it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{PROGRESS, fresh_copy, pass, prepared, rounds, seed};
use crate::writer::{child, killed};
use gyeot::service::UnlockedVault;
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::os::unix::process::ExitStatusExt;

#[test]
fn a_flipped_bit_under_a_database_that_was_not_closed_aborts_nothing_and_the_rest_is_recovered() {
    let mut rng = StdRng::seed_from_u64(seed());
    let rounds = rounds(12);
    let root = tempfile::tempdir().unwrap();
    let (dir, vault) = (root.path().join("killed"), root.path().join("v"));
    let session = prepared(&dir);
    let acknowledged = u64::from(killed(&dir, session, 40));
    let have = {
        fresh_copy(&dir, &vault);
        let unlocked = UnlockedVault::unlock(&vault, None, &pass()).unwrap();
        unlocked.open_session(session).unwrap().len() as u64
    };
    assert!(have >= acknowledged, "{have} of {acknowledged} acknowledged");
    let db = std::fs::read(dir.join("store/db")).unwrap();
    let used = db.iter().rposition(|b| *b != 0).unwrap() + 1;
    let (mut sound, mut mended, mut aborts, mut worst) = (0, 0, 0, 0);
    for round in 0..rounds {
        fresh_copy(&dir, &vault);
        let mut bytes = db.clone();
        let at = rng.gen_range(0..used);
        bytes[at] ^= 1 << rng.gen_range(0..8);
        std::fs::write(vault.join("store/db"), bytes).unwrap();
        let out = child("open", &vault, session).output().unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        if out.status.signal().is_some() {
            aborts += 1;
            eprintln!("round {round}: byte {at}: {}", out.status);
            continue;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        let after = |word: &str| -> Option<u64> {
            words.iter().position(|w| w.ends_with(word)).and_then(|i| words.get(i + 1)).and_then(|n| n.parse().ok())
        };
        if let Some(n) = after("sound").filter(|_| after("opened").is_none()) {
            // A group that the killed writer had not acknowledged may be gone with the damaged end of the log: then the vault is
            // as it was before that group, which is whole.
            assert!(
                (acknowledged..=have).contains(&n),
                "round {round}, byte {at}: {n} of {have}, {acknowledged} acknowledged: said to be sound {text}"
            );
            sound += 1;
        } else {
            let opened = after("opened").unwrap_or_else(|| panic!("round {round}, byte {at}: {text}"));
            worst = worst.max(have.saturating_sub(opened));
            assert!(opened + 2 >= have, "round {round}, byte {at}: {opened} of {have}: {text}");
            mended += 1;
        }
        if (round + 1) % (PROGRESS / 10) == 0 {
            eprintln!("{} flips: {sound} harmless, {mended} found and salvaged, {aborts} aborts", round + 1);
        }
    }
    eprintln!(
        "{rounds} flips over {used} bytes: {sound} harmless, {mended} found and salvaged, {aborts} aborts, at most {worst} of {have} records lost"
    );
    assert_eq!(aborts, 0);
}
