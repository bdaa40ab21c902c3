//! The practice client: it has its session with the cue, is in no inspection, no list of what is due and no packet, its code is
//! nobody else's, and its counsellor removes it alone and nobody else by the same way.

use crate::stage::{self, PASS, client, made, pass, program, raising};
use gyeot::adapters::shipped;
use gyeot::domain::governance::access_log::Month;
use gyeot::domain::practice::ids::ClientCode;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::Transcript;
use gyeot::service::practice::practice_client;
use gyeot::service::{Body, NewClient, UnlockedVault};

fn practice(vault: &UnlockedVault) -> ClientCode {
    let said = Transcript::parse(shipped::demo_session(Lang::Ko).reference).unwrap();
    practice_client(vault, "연습내담", said, &shipped::risk_rules().unwrap()).unwrap()
}

#[test]
fn a_practice_client_has_the_demo_session_with_its_cue_and_is_made_once() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(&dir.path().join("v"));
    let code = practice(&vault);
    assert!(code.is_practice() && code.as_str() == "DEMO-1", "{code}");
    assert_eq!(practice(&vault), code);
    let sessions = vault.sessions(Some(&code)).unwrap();
    let opened = vault.open_session(sessions[0].id).unwrap();
    assert!(opened.iter().any(|o| matches!(o.body, Body::RiskCue { .. })));
    assert!(
        opened
            .iter()
            .any(|o| matches!(&o.body, Body::Transcript { transcript, .. } if transcript.utterances.len() > 20))
    );
}

#[test]
fn its_code_is_given_to_nobody_else() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(&dir.path().join("v"));
    let new = NewClient { code: Some("DEMO-7".into()), name: ClientText::new("김하늘"), ..NewClient::default() };
    assert!(vault.add_client(new).is_err());
    practice(&vault);
    assert_eq!(client(&vault, "김하늘").as_str(), "C-0001", "the codes of clients are counted without it");
}

#[test]
fn it_goes_alone_by_its_own_way_and_no_other_client_does() {
    let dir = tempfile::tempdir().unwrap();
    stage::centre_of(&dir.path().join("v"), &[("상담", Role::Counsellor)]);
    let vault = UnlockedVault::unlock(&dir.path().join("v"), Some("상담"), &pass()).unwrap();
    let (code, real) = (practice(&vault), client(&vault, "김하늘"));
    assert!(vault.remove_practice_client(&real).is_err(), "a real client needs a second person");
    assert_eq!(vault.clients().unwrap().len(), 2);
    vault.remove_practice_client(&code).unwrap();
    assert_eq!(vault.clients().unwrap().into_iter().map(|row| row.code).collect::<Vec<_>>(), [real]);
    assert!(vault.check().unwrap().sound());
    vault.lock().unwrap();
    let vault = UnlockedVault::unlock(&dir.path().join("v"), Some("상담"), &pass()).unwrap();
    assert!(vault.integrity().whole());
    assert_eq!(vault.clients().unwrap().len(), 1);
}

#[test]
fn it_is_in_no_inspection_no_packet_and_nothing_of_it_is_due() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(&dir.path().join("v"));
    let month = Month::of(vault.now());
    let before = vault.look_at_month(&month).unwrap();
    let code = practice(&vault);
    vault.client(&code).unwrap();
    assert!(vault.raise_escalation(&stage::escalation_rules(), &code, &raising()).is_err());
    let after = vault.look_at_month(&month).unwrap();
    assert!(after.practice >= 4, "{}", after.practice);
    // Besides what names no client: looking at the caseload and at the month.
    let nobody = |report: &gyeot::domain::governance::inspection::Inspection| report.entries;
    assert!(nobody(&after) <= nobody(&before) + 2, "{} {}", before.entries, after.entries);
    assert_eq!(after.refused.len(), before.refused.len());
    let due = vault.retention_due(&shipped::retention().unwrap()).unwrap();
    assert!(due.iter().all(|row| row.client.as_ref() != Some(&code)));
}

#[test]
fn nobody_real_is_heard_under_it_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let vault = made(&dir.path().join("v"));
    practice(&vault);
    vault.lock().unwrap();
    let file = dir.path().join("pass");
    std::fs::write(&file, PASS).unwrap();
    let out = program()
        .args(["session", "run", "--client", "DEMO-1", "--input", "mic", "--passphrase-file"])
        .arg(&file)
        .arg("--vault")
        .arg(dir.path().join("v"))
        .output()
        .unwrap();
    assert!(!out.status.success());
    let said = String::from_utf8_lossy(&out.stderr);
    assert!(said.contains("연습") || said.contains("practice"), "{said}");
}
