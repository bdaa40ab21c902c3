//! A packet is for every admin: one who came after it was raised is given its key by whoever holds it, in the log and beside the
//! packet, and loses it with the packet and with the client.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{self, consent, new_member, pass};
use gyeot::domain::crisis::course::Act;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::practice::ids::ClientCode;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::service::{NewClient, Scope, Second, UnlockedVault};
use std::path::Path;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

/// An admin, an assigned and another supervisor, two counsellors; a client, and a packet of them.
fn raised(dir: &Path) -> (ClientCode, String) {
    stage::centre_of(dir, &stage::FIVE);
    let counsellor = unlock(dir, "상담");
    let new =
        NewClient { name: ClientText::new("김하늘"), supervisors: vec!["수퍼".into()], ..NewClient::default() };
    let code = counsellor.add_client(new).unwrap();
    counsellor.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let id = stage::raise(&counsellor, &code).to_string();
    counsellor.lock().unwrap();
    (code, id)
}

fn enrol(dir: &Path, by: &str, beside: &str) {
    let phrase = pass();
    let second = Some(Second { name: beside, passphrase: &phrase });
    let unlocked = unlock(dir, by);
    unlocked.add_member(&new_member("새관리", Role::Admin), &pass(), second, None).unwrap();
    unlocked.lock().unwrap();
}

fn seen_by(dir: &Path, name: &str) -> usize {
    let unlocked = unlock(dir, name);
    let seen = unlocked.packets(true).unwrap().len();
    assert!(unlocked.check().unwrap().sound());
    unlocked.lock().unwrap();
    seen
}

#[test]
fn an_admin_who_is_enrolled_later_by_an_admin_opens_the_packets_from_before_with_an_entry_for_each() {
    let dir = tempfile::tempdir().unwrap();
    let (code, id) = raised(dir.path());
    enrol(dir.path(), "관리", "수퍼");
    assert_eq!(seen_by(dir.path(), "새관리"), 1);
    let admin = unlock(dir.path(), "새관리");
    let course = admin.packet(&id).unwrap();
    let me = admin.me().id;
    assert!(course.steps.iter().any(|d| matches!(d.step.act, Act::Shared { to, .. } if to == me)));
    let entries = admin.read_log().unwrap();
    let shared: Vec<_> = entries
        .iter()
        .filter(|(_, e)| e.task == Task::Escalate && e.detail.as_deref().is_some_and(|d| d.starts_with("share ")))
        .collect();
    assert_eq!(shared.len(), 1);
    assert_eq!((shared[0].1.whose.as_ref(), shared[0].1.by != me), (Some(&code), true));
    // They do with it what an admin does.
    admin.approve_escalation(&id).unwrap();
    assert!(admin.clients().is_err() && admin.client(&code).is_err(), "and have no key to the client");
}

#[test]
fn what_nobody_shared_is_told_and_given_by_one_command_once_and_to_admins_only() {
    let dir = tempfile::tempdir().unwrap();
    let (_, id) = raised(dir.path());
    // Who enrols here holds no packet.
    enrol(dir.path(), "다른수퍼", "관리");
    assert_eq!(seen_by(dir.path(), "새관리"), 0);
    let admin = unlock(dir.path(), "관리");
    assert_eq!(admin.packets_not_shared().unwrap(), [("새관리".to_owned(), 1)]);
    for name in ["수퍼", "아무도"] {
        assert_eq!(admin.share_packets(name).unwrap_err().exit(), Exit::Usage, "{name}");
    }
    assert_eq!(admin.share_packets("새관리").unwrap(), 1);
    assert_eq!(admin.share_packets("새관리").unwrap(), 0);
    assert_eq!(admin.packets_not_shared().unwrap(), []);
    admin.lock().unwrap();
    assert_eq!(seen_by(dir.path(), "새관리"), 1);
    let new = unlock(dir.path(), "새관리");
    new.packet(&id).unwrap();
}

#[test]
fn a_member_who_becomes_an_admin_is_given_them_too() {
    let dir = tempfile::tempdir().unwrap();
    let (_, id) = raised(dir.path());
    let phrase = pass();
    let second = Some(Second { name: "수퍼", passphrase: &phrase });
    unlock(dir.path(), "관리").change_role("다른상담", Role::Admin, second, None).unwrap();
    let admin = unlock(dir.path(), "다른상담");
    assert_eq!(admin.packet(&id).unwrap().id.to_string(), id);
}

#[test]
fn the_key_that_was_given_later_is_destroyed_with_the_packet_and_with_the_client() {
    for whole_client in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (code, id) = raised(dir.path());
        enrol(dir.path(), "관리", "수퍼");
        let counsellor = unlock(dir.path(), "상담");
        let phrase = pass();
        let admin = Some(Second { name: "관리", passphrase: &phrase });
        if whole_client {
            counsellor.destroy_client(&code, "요청", admin).unwrap();
        } else {
            let (certificate, _) = counsellor.delete_escalation(&id, "요청", admin).unwrap();
            // Recovery, counsellor, supervisor, the admin, the new admin; the packet and the step of the sharing.
            assert_eq!((certificate.keys, certificate.records), (5, 2));
        }
        counsellor.lock().unwrap();
        let admin = unlock(dir.path(), "새관리");
        assert!(admin.packets(true).unwrap().is_empty(), "of a client: {whole_client}");
    }
}
