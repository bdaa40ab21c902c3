//! What a member is told at unlocking of what waits in the access log: months to inspect and acts to review, for whose
//! duty it is, the same whether the log is read anew or from where it was read before.
#![allow(clippy::unwrap_used)]

use crate::stage::{new_member, new_vault, pass};
use gyeot::adapters::clock::SetClock;
use gyeot::domain::governance::access_log::{Month, Task};
use gyeot::domain::governance::concern::Concern;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::{NewClient, UnlockedVault};
use std::path::Path;
use std::sync::Arc;

/// 2026-10-03.
const OCTOBER: i64 = 1_791_000_000_000;
const DAY: i64 = 86_400_000;

fn unlock(dir: &Path, name: &str, clock: &Arc<SetClock>) -> UnlockedVault {
    UnlockedVault::unlock_at(dir, Some(name), &pass(), Box::new(Arc::clone(clock))).unwrap()
}

fn enrol(unlocked: &UnlockedVault, name: &str, role: Role) {
    let new = new_member(name, role);
    unlocked.add_member(&new, &pass(), None, Some("혼자입니다")).unwrap();
}

fn alone(dir: &Path, role: Role, clock: &Arc<SetClock>) -> UnlockedVault {
    let new = new_vault("처음", role);
    UnlockedVault::init_at(dir, &new, &pass(), Box::new(Arc::clone(clock))).unwrap()
}

fn october() -> Arc<SetClock> {
    let clock = Arc::new(SetClock::default());
    clock.set(Timestamp(OCTOBER));
    clock
}

#[test]
fn an_admin_is_told_of_a_month_that_waits_and_a_counsellor_is_not_and_half_a_month_inspected_is_none() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), october());
    let unlocked = alone(dir.path(), Role::Admin, &clock);
    enrol(&unlocked, "상담", Role::Counsellor);
    let month: Month = "2026-10".parse().unwrap();
    unlocked.inspect_log(&month).unwrap();
    unlocked.lock().unwrap();
    clock.set(Timestamp(OCTOBER + 35 * DAY));
    let overdue = |unlocked: &UnlockedVault| unlocked.concerns().into_iter().find(|c| matches!(c, Concern::Overdue(_)));
    let unlocked = unlock(dir.path(), "처음", &clock);
    assert_eq!(overdue(&unlocked), Some(Concern::Overdue(vec![month.clone()])));
    unlocked.lock().unwrap();
    let counsellor = unlock(dir.path(), "상담", &clock);
    assert_eq!(counsellor.concerns(), []);
    counsellor.lock().unwrap();
    let unlocked = unlock(dir.path(), "처음", &clock);
    unlocked.inspect_log(&month).unwrap();
    assert_eq!(overdue(&unlocked), None);
}

#[test]
fn a_practice_of_one_is_told_what_waits_for_a_review_and_a_supervisor_enrolled_later_can_do_it() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), october());
    let unlocked = alone(dir.path(), Role::Counsellor, &clock);
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.destroy_client(&code, "요청", None).unwrap();
    assert_eq!(unlocked.concerns(), [Concern::Waiting { to_review: 0, by_others: 1 }]);
    enrol(&unlocked, "수퍼", Role::Supervisor);
    assert_eq!(unlocked.concerns(), [], "the log is not the counsellor's any more");
    unlocked.lock().unwrap();
    let unlocked = unlock(dir.path(), "수퍼", &clock);
    assert_eq!(unlocked.concerns(), [Concern::Waiting { to_review: 2, by_others: 0 }]);
    for (n, _) in unlocked.unreviewed().unwrap() {
        unlocked.review_entry(n).unwrap();
    }
    assert_eq!(unlocked.concerns(), []);
}

#[test]
fn what_was_read_of_the_log_before_changes_nothing_of_what_is_told_nor_does_damage_to_it() {
    let (dir, clock) = (tempfile::tempdir().unwrap(), october());
    let unlocked = alone(dir.path(), Role::Counsellor, &clock);
    let code = unlocked.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    unlocked.destroy_client(&code, "요청", None).unwrap();
    for _ in 0..120 {
        unlocked.read_log().unwrap();
    }
    clock.set(Timestamp(OCTOBER + 35 * DAY));
    let told = [Concern::Overdue(vec!["2026-10".parse().unwrap()]), Concern::Waiting { to_review: 0, by_others: 1 }];
    assert_eq!(unlocked.concerns(), told, "read anew");
    let file = dir.path().join(format!("watched-{}", unlocked.me().id));
    let written = std::fs::read(&file).unwrap();
    assert_eq!(unlocked.concerns(), told, "read on from there");
    unlocked.lock().unwrap();
    for broken in [&written[..written.len() / 2], b"", &[&written[..], b"x"].concat()] {
        std::fs::write(&file, broken).unwrap();
        let unlocked = unlock(dir.path(), "처음", &clock);
        assert_eq!(unlocked.concerns(), told);
        unlocked.lock().unwrap();
    }
    // Another vault's digest, signed by another: not believed.
    let other = tempfile::tempdir().unwrap();
    let elsewhere = alone(other.path(), Role::Counsellor, &october());
    for _ in 0..120 {
        elsewhere.read_log().unwrap();
    }
    elsewhere.concerns();
    std::fs::copy(other.path().join(format!("watched-{}", elsewhere.me().id)), &file).unwrap();
    assert_eq!(unlock(dir.path(), "처음", &clock).concerns(), told);
}

#[test]
fn what_the_program_looks_for_by_itself_is_no_refusal_in_the_log() {
    for role in [Role::Counsellor, Role::Supervisor, Role::Admin] {
        let (dir, clock) = (tempfile::tempdir().unwrap(), october());
        alone(dir.path(), role, &clock).lock().unwrap();
        let unlocked = unlock(dir.path(), "처음", &clock);
        drop(unlocked.concerns());
        let log = unlocked.read_log().unwrap();
        assert!(log.iter().all(|(_, entry)| entry.task != Task::Refused), "{role}: {log:?}");
    }
}
