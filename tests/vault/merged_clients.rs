//! Two records of one person: one goes on, the other is closed; nothing is lost, and it can be taken back.
#![allow(clippy::unwrap_used)]

use crate::stage::{self, client, made, unlock_only};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::service::client_merge::CardEntry;
use gyeot::service::{Body, UnlockedVault};

const DAY: i64 = 86_400_000;

/// Both records with a session each; the second one has the telephone and another address.
fn twice(unlocked: &UnlockedVault) -> [gyeot::domain::practice::ids::ClientCode; 2] {
    let codes = [client(unlocked, "김하늘"), client(unlocked, "김 하늘")];
    for (n, code) in codes.iter().enumerate() {
        let started = Timestamp(n as i64 * DAY);
        let session = unlocked.begin_session(code, started).unwrap();
        unlocked.keep(session, &[stage::said(n as u32 + 1, 3)]).unwrap();
        unlocked.end_session(session, Timestamp(started.0 + 1), "ended").unwrap();
    }
    unlocked.change_client(&codes[0], |card| card.address = Some(ClientText::new("마포"))).unwrap();
    unlocked
        .change_client(&codes[1], |card| {
            card.contact = Some(ClientText::new("010-0000-0000"));
            card.address = Some(ClientText::new("서대문"));
        })
        .unwrap();
    codes
}

#[test]
fn a_merge_fills_the_card_keeps_every_record_and_both_earlier_cards_and_is_logged_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("v");
    let unlocked = made(&dir);
    let [kept, other] = twice(&unlocked);
    let records = |unlocked: &UnlockedVault, code| unlocked.open_client(code).unwrap().len();
    let before = [&kept, &other].map(|code| records(&unlocked, code));
    let done = unlocked.merge_clients(&kept, &other, "같은 전화번호").unwrap();
    assert_eq!((done.filled, done.differing), (vec![CardEntry::Contact], vec![CardEntry::Address]));
    unlocked.lock().unwrap();

    let unlocked = unlock_only(&dir);
    let (a, b) = (unlocked.client_file(&kept).unwrap(), unlocked.client_file(&other).unwrap());
    assert_eq!(a.card.contact.as_ref().unwrap().reveal(), "010-0000-0000");
    assert_eq!(
        (a.card.address.as_ref().unwrap().reveal(), b.card.address.as_ref().unwrap().reveal()),
        ("마포", "서대문")
    );
    assert_eq!((&a.card.earlier_records, &b.card.goes_on_as), (&vec![other.clone()], &Some(kept.clone())));
    assert_eq!((a.sessions.len(), b.sessions.len()), (1, 1));
    for session in a.sessions.iter().chain(&b.sessions) {
        let said = unlocked.open_session(session.id).unwrap();
        assert!(said.iter().any(|o| matches!(o.body, Body::Utterances { .. })));
    }
    // One new card each, and no record less.
    assert_eq!([&kept, &other].map(|code| records(&unlocked, code)), before.map(|n| n + 1));
    let earlier = unlocked.full_card(&kept, "전화", true).unwrap().earlier;
    assert!(earlier[0].1.contact.is_none(), "the card of before is kept");
    let rows = unlocked.clients().unwrap();
    assert_eq!(rows.iter().filter(|row| row.goes_on_as.is_some()).count(), 1);
    let log = unlocked.look_through_log().unwrap().entries;
    let merges = log.iter().filter(|(_, e)| e.task == Task::Write && e.reason.as_deref() == Some("같은 전화번호"));
    let of: Vec<_> = merges.filter_map(|(_, e)| e.whose.clone()).collect();
    assert_eq!(of, [kept, other]);
}

#[test]
fn no_session_begins_in_the_closed_record_until_the_merge_is_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let unlocked = made(&dir.path().join("v"));
    let [kept, other] = twice(&unlocked);
    unlocked.merge_clients(&kept, &other, "같은 사람").unwrap();
    let refused = unlocked.begin_session(&other, Timestamp(9 * DAY)).unwrap_err();
    assert!(refused.to_string().contains(kept.as_str()), "{refused}");
    unlocked.begin_session(&kept, Timestamp(9 * DAY)).unwrap();
    // An ordinary correction of either card does not undo it.
    unlocked.change_client(&other, |card| (card.goes_on_as, card.name) = (None, ClientText::new("김하늘"))).unwrap();
    assert!(unlocked.begin_session(&other, Timestamp(9 * DAY)).is_err());
    assert!(unlocked.same_person(&ClientText::new("김하늘"), None).unwrap() == [kept.clone()]);

    unlocked.separate_clients(&kept, &other, "다른 사람이었음").unwrap();
    unlocked.begin_session(&other, Timestamp(9 * DAY)).unwrap();
    assert!(unlocked.client_file(&kept).unwrap().card.earlier_records.is_empty());
}

#[test]
fn what_cannot_be_merged_is_refused_and_changes_no_card() {
    let dir = tempfile::tempdir().unwrap();
    let unlocked = made(&dir.path().join("v"));
    let [kept, other] = twice(&unlocked);
    let third = client(&unlocked, "김하늘");
    assert!(unlocked.merge_clients(&kept, &kept, "x").is_err());
    assert!(unlocked.merge_clients(&kept, &other, "  ").is_err());
    assert!(unlocked.merge_clients(&kept, &"C-0999".into(), "x").is_err());
    assert!(unlocked.separate_clients(&kept, &other, "x").is_err());
    let open = unlocked.begin_session(&other, Timestamp(5 * DAY)).unwrap();
    assert!(unlocked.merge_clients(&kept, &other, "x").is_err(), "a session of it is open");
    unlocked.end_session(open, Timestamp(5 * DAY + 1), "ended").unwrap();
    assert!(unlocked.client_file(&kept).unwrap().card.earlier_records.is_empty());
    unlocked.merge_clients(&kept, &other, "x").unwrap();
    assert!(unlocked.merge_clients(&third, &other, "x").is_err(), "it was closed before");
    assert!(unlocked.merge_clients(&other, &third, "x").is_err(), "a closed record takes in nobody");
    unlocked.merge_clients(&kept, &third, "x").unwrap();
    assert_eq!(unlocked.client_file(&kept).unwrap().card.earlier_records, [other, third]);
}

#[test]
fn only_whoever_may_change_both_cards_merges_them() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path().join("v");
    stage::centre_of(&dir, &[("하나", Role::Counsellor), ("두리", Role::Counsellor)]);
    let as_member = |name: &str, does: &dyn Fn(&UnlockedVault)| {
        let unlocked = UnlockedVault::unlock(&dir, Some(name), &stage::pass()).unwrap();
        does(&unlocked);
        unlocked.lock().unwrap();
    };
    let [mine, theirs] = [("하나", "C-0001"), ("두리", "C-0002")].map(|(name, wanted)| {
        as_member(name, &|unlocked| assert_eq!(client(unlocked, "김하늘").as_str(), wanted));
        gyeot::domain::practice::ids::ClientCode::from(wanted)
    });
    for name in ["하나", "두리", "수퍼", "관리"] {
        as_member(name, &|unlocked| assert!(unlocked.merge_clients(&mine, &theirs, "같은 사람").is_err(), "{name}"));
    }
    as_member("하나", &|unlocked| assert!(unlocked.client_file(&mine).unwrap().card.earlier_records.is_empty()));
}
