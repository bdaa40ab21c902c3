//! The monthly inspection with real keys: looking is not inspecting, the signed page and its note, what it lists, and who may.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage::{self, consent, pass};
use gyeot::crypto::keys::sha256;
use gyeot::domain::crisis::escalation_rules::Rules;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::{Month, Task};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::service::inspection::signed_inspection;
use gyeot::service::{NewClient, Scope, UnlockedVault};
use std::path::Path;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

fn this_month(vault: &UnlockedVault) -> Month {
    Month::of(vault.now())
}

#[test]
fn the_report_lists_readings_exports_refusals_reviews_and_roles_and_its_page_is_signed() {
    let dir = tempfile::tempdir().unwrap();
    stage::centre_of(dir.path(), &stage::FIVE);
    let counsellor = unlock(dir.path(), "상담");
    let code = counsellor.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    counsellor.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    counsellor.open_client(&code).unwrap();
    let id = stage::raise(&counsellor, &code).to_string();
    assert_eq!(counsellor.approve_escalation(&id).unwrap_err().exit(), Exit::Refused);
    counsellor.escalate_alone(&id, "밤이라 아무도 없음").unwrap();
    let month = this_month(&counsellor);
    assert_eq!(counsellor.look_at_month(&month).unwrap_err().exit(), Exit::Refused, "no key of the log");
    counsellor.lock().unwrap();

    let admin = unlock(dir.path(), "관리");
    admin.review_escalation(&id, gyeot::domain::crisis::course::Found::Justified, None).unwrap();
    admin.take_course_out(&id, "기관 요청").unwrap();
    let made = signed_inspection(&admin, &month, &stage::escalation_rules(), Lang::Ko).unwrap();
    let report = &made.inspection;
    let name = |id| admin.roster().member(id).unwrap().name.clone();
    assert!(report.reads.iter().any(|r| name(r.by) == "상담" && r.clients == 1 && r.records > 0));
    assert!(report.refused.iter().any(|e| name(e.by) == "상담"));
    assert!(report.break_glass.iter().any(|e| e.task == Task::Escalate));
    assert!(report.reviews.iter().any(|e| e.task == Task::Escalate && name(e.by) == "관리"));
    assert_eq!(report.exports.iter().map(|e| e.reason.as_deref().unwrap()).collect::<Vec<_>>(), ["기관 요청"]);
    // The page says why in words and not in the codes of the rules.
    let raised = report.break_glass.iter().find(|e| e.task == Task::Escalate).unwrap();
    let codes = ["suicide-risk", "rescue-119", "urgent-vital"];
    for code in codes.iter().filter(|code| raised.reason.as_ref().is_some_and(|r| r.contains(*code))) {
        assert!(!made.text.contains(code), "{code} in {}", made.text);
    }
    assert!(made.text.contains("밤이라 아무도 없음"), "{}", made.text);
    assert_eq!(report.roles.len(), 5, "everybody came this month");
    assert!(report.roles.iter().any(|r| r.from.is_none() && r.to == Some(Role::Counsellor)));

    // Both signatures hold, the one beside the page names the page, and no other page.
    let note = UnlockedVault::read_signed(dir.path(), made.note.as_bytes()).unwrap();
    let beside = UnlockedVault::read_signed(dir.path(), made.pdf_note.as_bytes()).unwrap();
    assert_eq!((note.by.as_str(), beside.by.as_str()), ("관리", "관리"));
    assert!(made.pdf.starts_with(b"%PDF"));
    assert!(beside.text.contains(&hex::encode(sha256(&[&made.pdf]))));
    let mut other = made.pdf.clone();
    other.push(b' ');
    assert!(!beside.text.contains(&hex::encode(sha256(&[&other]))));
    for text in [&note.text, &beside.text] {
        assert!(!text.contains("김하늘"), "no name of a client");
    }
}

#[test]
fn looking_at_a_month_is_logged_as_reading_and_leaves_the_duty_and_signing_ends_it() {
    let dir = tempfile::tempdir().unwrap();
    stage::centre_of(dir.path(), &[]);
    let admin = unlock(dir.path(), "관리");
    let month = this_month(&admin);
    admin.look_at_month(&month).unwrap();
    let said = |admin: &UnlockedVault, task: Task| {
        let month = month.to_string();
        admin.read_log().unwrap().iter().filter(|(_, e)| e.task == task && e.detail.as_deref() == Some(&month)).count()
    };
    assert_eq!((said(&admin, Task::ReadLog), said(&admin, Task::Inspect)), (1, 0));
    signed_inspection(&admin, &month, &Rules::default(), Lang::En).unwrap();
    assert_eq!((said(&admin, Task::ReadLog), said(&admin, Task::Inspect)), (1, 1));
    assert!(admin.look_at_month(&month.after()).is_err(), "a month that has not begun");
    assert_eq!(month.after().before(), month);
}

#[test]
fn the_course_goes_out_with_a_reason_only_and_a_supervisor_who_is_not_assigned_has_none() {
    let dir = tempfile::tempdir().unwrap();
    stage::centre_of(dir.path(), &stage::FIVE);
    let counsellor = unlock(dir.path(), "상담");
    let code = counsellor.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    counsellor.set_consent(&code, consent(&[Scope::Service])).unwrap();
    let id = stage::raise(&counsellor, &code).to_string();
    assert_eq!(counsellor.take_course_out(&id, "  ").unwrap_err().exit(), Exit::Refused);
    let rules = stage::escalation_rules();
    let page = gyeot::service::escalation_course::course_page(&counsellor, &rules, &id, "법원 요청", Lang::Ko).unwrap();
    assert!(page.starts_with(b"%PDF"));
    counsellor.lock().unwrap();
    let other = unlock(dir.path(), "다른수퍼");
    assert!(other.take_course_out(&id, "궁금함").is_err());
}
