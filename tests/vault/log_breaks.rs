//! One edited entry of the access log does not hide the others: they are shown, and the position is named.
#![allow(clippy::unwrap_used)]

use crate::stage::{new_vault, only, pass};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Month;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::service::{NewClient, UnlockedVault};
use std::path::{Path, PathBuf};

/// A closed vault whose log has a dozen entries, and its lines.
fn vault() -> (tempfile::TempDir, PathBuf, Vec<Vec<u8>>) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("v");
    let new = new_vault("이서윤", Role::Counsellor);
    let unlocked = UnlockedVault::init(&dir, &new, &pass()).unwrap();
    for name in ["김하늘", "박바다", "최구름", "정나무", "한별"] {
        unlocked.add_client(NewClient { name: ClientText::new(name), ..NewClient::default() }).unwrap();
    }
    unlocked.lock().unwrap();
    let log = std::fs::read(only(&dir, "access")).unwrap();
    let lines = log.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    (folder, dir, lines)
}

/// Numbers that are shown, and positions that are named, after the log was written anew with these lines.
fn shown(dir: &Path, lines: &[Vec<u8>]) -> (Vec<u64>, Vec<u64>) {
    std::fs::write(only(dir, "access"), lines.concat()).unwrap();
    let unlocked = UnlockedVault::unlock(dir, None, &pass()).unwrap();
    assert_eq!(unlocked.read_log().unwrap_err().exit(), Exit::Damaged);
    let read = unlocked.look_through_log().unwrap();
    let (report, _) = unlocked.inspect_log(&Month::of(unlocked.now())).unwrap();
    assert!(read.breaks.iter().all(|b| report.breaks.contains(b)), "the inspection names them too");
    let old = |n: &u64| *n < lines.len() as u64;
    (read.entries.into_iter().map(|(n, _)| n).filter(old).collect(), read.breaks.into_iter().map(|b| b.at).collect())
}

#[test]
fn a_changed_entry_is_named_and_all_the_others_are_shown() {
    for at in [0usize, 1, 4] {
        let (_folder, dir, mut lines) = vault();
        let middle = lines[at].len() / 2;
        lines[at][middle] ^= 1;
        let (numbers, breaks) = shown(&dir, &lines);
        assert_eq!(breaks, [at as u64]);
        assert_eq!(numbers, (0..lines.len() as u64).filter(|n| *n != at as u64).collect::<Vec<_>>());
    }
}

#[test]
fn two_entries_in_each_others_place_are_shown_and_their_places_named() {
    let (_folder, dir, mut lines) = vault();
    lines.swap(2, 3);
    let (numbers, breaks) = shown(&dir, &lines);
    assert_eq!(numbers.len(), lines.len());
    assert_eq!(breaks[..2], [2, 3]);
}

#[test]
fn an_entry_that_is_gone_is_named_by_the_place_where_it_stood() {
    let (_folder, dir, mut lines) = vault();
    lines.remove(3);
    let (numbers, breaks) = shown(&dir, &lines);
    assert!(!numbers.contains(&3) && numbers.contains(&2) && numbers.contains(&4));
    assert_eq!(breaks[0], 3);
}
