//! A disk that refuses late: a write of the database's file is refused (strace's fault layer) when whoever asked for it has
//! long begun to wait. Whoever waits is told; nobody waits for ever.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{fresh_copy, pass, prepared};
use crate::writer::{child, may_trace, under_strace};
use gyeot::domain::practice::ids::SessionId;
use gyeot::service::UnlockedVault;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the refused write takes, in microseconds: longer than its caller needs to begin to wait for it.
const LATE: u32 = 200_000;
/// Nobody waits longer for a disk that has refused.
const TOLD: Duration = Duration::from_secs(60);

/// So many times each.
const ROUNDS: usize = 6;

/// What a writer said of whose sled's threads each was refused its write of this number; `None` when it never ended.
fn said(dir: &Path, session: SessionId, number: u32) -> Option<String> {
    let db = dir.join("store/db").to_string_lossy().into_owned();
    let inject = format!("inject=pwrite64:error=EIO:delay_enter={LATE}:when={number}");
    let options = ["-o", "/dev/null", "-P", &db, "-e", "trace=pwrite64", "-e", &inject].map(str::to_owned);
    let mut process = under_strace(&child("some", dir, session), &options).spawn().unwrap();
    let began = Instant::now();
    while process.try_wait().unwrap().is_none() {
        if began.elapsed() > TOLD {
            // strace takes what it traces with it.
            process.kill().unwrap();
            process.wait().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let mut out = String::new();
    process.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    Some(out)
}

#[test]
fn whoever_waits_for_a_write_that_is_refused_late_is_told_and_nothing_acknowledged_is_lost() {
    if !may_trace() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let (made, dir) = (root.path().join("made"), root.path().join("v"));
    let session = prepared(&made);
    let mut slowest = Duration::ZERO;
    // Which of sled's threads writes what is left to chance: the beginning of a batch, whose failure woke nobody, is written
    // by every other write.
    for number in [2, 3].repeat(ROUNDS) {
        fresh_copy(&made, &dir);
        let began = Instant::now();
        let said = said(&dir, session, number);
        let said = said.unwrap_or_else(|| panic!("write {number}: nobody was told within {TOLD:?}"));
        slowest = slowest.max(began.elapsed());
        let last = said.lines().filter_map(|l| l.trim().strip_prefix("ack ")?.parse().ok()).max().unwrap_or(0);
        let unlocked = UnlockedVault::unlock(&dir, None, &pass()).unwrap();
        assert!(unlocked.integrity().whole(), "write {number}: {:?}", unlocked.integrity());
        let have = unlocked.open_session(session).unwrap().len();
        assert!(have >= last, "write {number}: {have} of {last}");
    }
    eprintln!("{} late refusals, told after {slowest:?} at most", 2 * ROUNDS);
}
