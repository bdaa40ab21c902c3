//! Appointments with real keys: set, moved, called off, read again after unlocking, by whom the policy says; out to a
//! calendar with a reason and in from one.

use crate::stage::{self, centre_of, client, made, pass, unlock_only};
use gyeot::domain::explain::Exit;
use gyeot::domain::practice::appointment::Appointment;
use gyeot::domain::practice::ids::ClientCode;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::formats::ics;
use gyeot::service::appointments::{Asked, TakenIn, call_off, set, take_in};
use gyeot::service::{NewClient, Scope, UnlockedVault};

const DAY: i64 = 86_400_000;

fn asked(at: Timestamp, place: &str) -> Asked {
    Asked { at: Some(at), minutes: None, place: Some(ClientText::new(place)) }
}

fn in_days(vault: &UnlockedVault, days: i64) -> Timestamp {
    Timestamp((vault.now().0 / 60_000) * 60_000 + days * DAY)
}

fn only(vault: &UnlockedVault) -> Appointment {
    let all = vault.appointments().unwrap();
    assert_eq!(all.len(), 1);
    all[0].appointment.clone()
}

#[test]
fn the_newest_appointment_holds_before_and_after_locking_and_one_that_is_called_off_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let code = client(&vault, "김하늘");
    set(&vault, &code, asked(in_days(&vault, 3), "1층")).unwrap();
    let moved = in_days(&vault, 5);
    set(&vault, &code, asked(moved, "2층")).unwrap();
    assert_eq!((only(&vault).at, only(&vault).minutes), (Some(moved), 50));
    vault.lock().unwrap();
    // The first opening reads the records, the second what was remembered of them.
    for _ in 0..2 {
        let vault = unlock_only(dir.path());
        assert_eq!(only(&vault).place.unwrap().reveal(), "2층");
        vault.lock().unwrap();
    }
    let vault = unlock_only(dir.path());
    assert!(call_off(&vault, &code).unwrap().is_some());
    assert!(call_off(&vault, &code).unwrap().is_none(), "none stands any more");
    assert!(vault.appointments().unwrap().is_empty());
    vault.lock().unwrap();
    assert!(unlock_only(dir.path()).appointments().unwrap().is_empty());
}

#[test]
fn a_day_gone_by_a_length_of_nothing_and_a_place_without_end_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let code = client(&vault, "김하늘");
    let day = in_days(&vault, 1);
    for wrong in [
        asked(in_days(&vault, -2), "1층"),
        Asked { minutes: Some(0), ..asked(day, "") },
        Asked { minutes: Some(5_000), ..asked(day, "") },
        asked(day, &"가".repeat(500)),
    ] {
        assert_eq!(set(&vault, &code, wrong).unwrap_err().exit, Exit::Usage);
    }
    assert!(vault.appointments().unwrap().is_empty());
}

#[test]
fn only_the_clients_own_counsellor_sets_and_lists_appointments_and_every_refusal_is_logged() {
    let dir = tempfile::tempdir().unwrap();
    centre_of(dir.path(), &stage::FIVE);
    let open = |name: &str| UnlockedVault::unlock(dir.path(), Some(name), &pass()).unwrap();
    let vault = open("상담");
    let new =
        NewClient { name: ClientText::new("김하늘"), supervisors: vec!["수퍼".into()], ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, stage::consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let day = in_days(&vault, 2);
    set(&vault, &code, asked(day, "1층")).unwrap();
    vault.lock().unwrap();
    for name in ["수퍼", "다른수퍼", "다른상담"] {
        let vault = open(name);
        assert!(vault.appointments().unwrap().is_empty(), "{name}");
        assert_eq!(set(&vault, &code, asked(day, "x")).unwrap_err().exit, Exit::Refused, "{name}");
        vault.lock().unwrap();
    }
    let vault = open("관리");
    assert!(vault.appointments().is_err(), "an admin sees no client at all");
    assert!(set(&vault, &code, asked(day, "x")).is_err());
    vault.lock().unwrap();
    assert_eq!(only(&open("상담")).place.unwrap().reveal(), "1층");
}

#[test]
fn appointments_leave_with_a_reason_and_without_a_name_and_come_back_in() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(dir.path());
    let (first, second) = (client(&vault, "김하늘"), client(&vault, "박지훈"));
    set(&vault, &first, asked(in_days(&vault, 3), "2층")).unwrap();
    assert!(vault.export_appointments("  ").is_err(), "no reason, no file");
    let booked = vault.export_appointments("전화 달력").unwrap();
    let entries: Vec<ics::Entry> = booked
        .iter()
        .map(|b| ics::Entry {
            client: b.client.id,
            code: b.client.code.clone(),
            at: b.appointment.at.unwrap(),
            minutes: b.appointment.minutes,
            place: b.appointment.place.clone(),
        })
        .collect();
    let lang = gyeot::domain::practice::lang::Lang::Ko;
    let text = String::from_utf8(ics::write(&entries, vault.now(), lang)).unwrap();
    assert!(!text.contains("김") && text.contains(first.as_str()));
    let log = vault.look_through_log().unwrap();
    let export = log.entries.iter().find(|(_, e)| e.reason.as_deref() == Some("전화 달력")).unwrap();
    assert_eq!(export.1.whose.as_ref(), Some(&first));

    assert_eq!(take_in(&vault, &text, false).unwrap(), TakenIn { nothing_new: 1, ..TakenIn::default() });
    // Moved by a day in the calendar, and another client's added there by hand, with a stranger's beside it.
    let stamp = |at: Timestamp| {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap();
        at.strftime("%Y%m%dT%H%M%SZ").to_string()
    };
    let (was, moved) = (in_days(&vault, 3), in_days(&vault, 4));
    let event = |code: &ClientCode, at: Timestamp| {
        format!(
            "BEGIN:VEVENT\r\nUID:x{code}\r\nSUMMARY:({code}) 상담\r\nDTSTART:{}\r\nEND:VEVENT\r\nEND:VCALENDAR",
            stamp(at)
        )
    };
    let text = text.replace(&stamp(was), &stamp(moved)).replace("END:VCALENDAR", &event(&second, in_days(&vault, 1)));
    let text = text.replace("END:VCALENDAR", &event(&ClientCode::from("C-9999"), in_days(&vault, 1)));
    let expected = TakenIn {
        set: vec![(second.clone(), in_days(&vault, 1)), (first.clone(), moved)],
        of_nobody: 1,
        ..TakenIn::default()
    };
    assert_eq!(take_in(&vault, &text, true).unwrap(), expected);
    assert_eq!(vault.appointments().unwrap().len(), 1, "only looked at");
    assert_eq!(take_in(&vault, &text, false).unwrap(), expected);
    assert_eq!(vault.appointments().unwrap().len(), 2);
    let off = text.replace("STATUS:CONFIRMED", "STATUS:CANCELLED");
    assert_eq!(take_in(&vault, &off, false).unwrap().called_off, [first]);
    assert_eq!(only(&vault).at, Some(in_days(&vault, 1)));
}
