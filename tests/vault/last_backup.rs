//! What counts as a backup: one that stands.

use crate::stage::{made, pass};
use gyeot::service::KeyCost;

#[test]
fn a_backup_that_failed_is_none_and_one_that_stands_is_the_last() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(&dir.path().join("v"));
    let nowhere = dir.path().join("no-such-folder/b.age");
    assert!(vault.back_up(&nowhere, &pass(), KeyCost::CheapForTests).is_err());
    assert_eq!(vault.last_backup().unwrap(), None);
    let there = dir.path().join("b.age");
    vault.back_up(&there, &pass(), KeyCost::CheapForTests).unwrap();
    let last = vault.last_backup().unwrap();
    assert!(last.is_some());
    assert!(vault.back_up(&there, &pass(), KeyCost::CheapForTests).is_err(), "nothing is replaced");
    assert_eq!(vault.last_backup().unwrap(), last);
}
