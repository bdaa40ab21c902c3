//! What a kept session's talk gives with real keys: proposed item scores, a sheet made from them, questions to the whole record.

use crate::stage::{PASS, consent, pass, program};
use gyeot::adapters::engines::Installed;
use gyeot::adapters::{instruments, shipped};
use gyeot::domain::assessment::administration::{Administration, Mode, Occasion, Sheet};
use gyeot::domain::assessment::score::{Answers, Context};
use gyeot::domain::explain::Exit;
use gyeot::domain::practice::ids::{ClientCode, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::{Span, Timestamp};
use gyeot::domain::transcript::{Speaker, Transcript};
use gyeot::service::record_questions::{self, Asked, QuestionData, RecordAnswers};
use gyeot::service::{Body, NewClient, Scope, UnlockedVault, administrations, item_proposals};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

fn talk(lines: &[(Speaker, &str)]) -> Transcript {
    let mut t = Transcript::empty(Lang::Ko);
    for (n, (who, text)) in (0u64..).zip(lines) {
        t.add(Span { start_ms: n * 60_000, end_ms: n * 60_000 + 900 }, *who, ClientText::new(text), None);
    }
    t
}

use Speaker::{Client, Counsellor};

/// A client of 상담 with two kept sessions; 다른상담 has no part in them.
fn centre(dir: &Path) -> (ClientCode, Vec<SessionId>) {
    crate::stage::centre_of(dir, &[("상담", Role::Counsellor), ("다른상담", Role::Counsellor)]);
    let vault = unlock(dir, "상담");
    let code = vault.add_client(NewClient { name: ClientText::new("김하늘"), ..NewClient::default() }).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording])).unwrap();
    let talks = [
        talk(&[(Counsellor, "술은 드세요?"), (Client, "맥주를 매일 마셔요."), (Client, "회사 일이 많아요.")]),
        talk(&[
            (Counsellor, "지난 이 주는 어떠셨어요?"),
            (Client, "거의 매일 우울했어요."),
            (Client, "맥주는 이제 전혀 안 마셔요."),
        ]),
    ];
    let mut sessions = Vec::new();
    for transcript in talks {
        let session = vault.begin_session(&code, Timestamp(0)).unwrap();
        vault.keep(session, &[Body::Transcript { transcript, reason: None }]).unwrap();
        vault.end_session(session, Timestamp(600_000), "ended").unwrap();
        sessions.push(session);
    }
    vault.lock().unwrap();
    (code, sessions)
}

fn ask(vault: &UnlockedVault, client: &ClientCode, question: &str) -> Result<RecordAnswers, Exit> {
    let data = QuestionData { task: shipped::judge_task("ask").unwrap(), reading: shipped::item_reading().unwrap() };
    let nothing = tempfile::tempdir().unwrap();
    let engines = Installed::at(nothing.path().to_owned());
    let asked = Asked { client, question, reason: None, lang: Lang::Ko };
    let found = record_questions::ask(vault, &asked, data, &engines, &mut |_| {}).map_err(|e| e.exit)?;
    assert!(found.1.is_some(), "no consent to AI: it is said that no model read");
    Ok(found.0)
}

#[test]
fn a_record_is_asked_over_all_sessions_with_numbers_times_and_what_contradicts() {
    let dir = tempfile::tempdir().unwrap();
    let (code, sessions) = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    let found = ask(&vault, &code, "맥주를 마시나요?").unwrap();
    assert_eq!((found.sessions, found.model), (2, None));
    let at: Vec<(u32, u64)> = found.answers.iter().map(|a| (a.number, a.at_ms)).collect();
    assert!(at.contains(&(1, 60_000)) && at.contains(&(2, 120_000)), "{at:?}");
    let pairs: Vec<(u32, u32)> =
        found.contradictions.iter().map(|(a, b)| (found.answers[*a].number, found.answers[*b].number)).collect();
    assert_eq!(pairs, [(1, 2)], "the earlier first");
    assert!(ask(&vault, &code, "강아지를 키우나요?").unwrap().answers.is_empty());
    vault.lock().unwrap();
    let log = unlock(dir.path(), "관리").look_through_log().unwrap();
    assert!(format!("{log:?}").contains(&sessions[0].to_string()), "reading is logged");
}

#[test]
fn a_question_that_is_none_or_a_whole_text_is_refused_and_so_is_who_has_no_part_in_the_client() {
    let dir = tempfile::tempdir().unwrap();
    let (code, sessions) = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    assert_eq!(ask(&vault, &code, " ").unwrap_err(), Exit::Usage);
    assert_eq!(ask(&vault, &code, &"가".repeat(10_000)).unwrap_err(), Exit::Usage);
    vault.lock().unwrap();
    let other = unlock(dir.path(), "다른상담");
    assert_ne!(ask(&other, &code, "맥주를 마시나요?").unwrap_err() as u8, 0);
    let library = instruments::shipped().unwrap();
    let (phq9, data) = (library.get(&"phq-9".into()).unwrap(), shipped::item_data(&"phq-9".into()).unwrap());
    assert!(item_proposals::propose(&other, sessions[1], phq9, data.as_ref(), Lang::Ko).is_err());
}

#[test]
fn the_question_comes_by_standard_input_and_a_file_of_answers_needs_a_reason() {
    let dir = tempfile::tempdir().unwrap();
    let vault = dir.path().join("vault");
    let (code, _) = centre(&vault);
    std::fs::write(dir.path().join("pass"), PASS).unwrap();
    let run = |more: &[&str]| {
        let mut c = program();
        c.args(["session", "ask", "--client", code.as_str(), "--as", "상담"]).args(more);
        c.arg("--vault").arg(&vault).arg("--passphrase-file").arg(dir.path().join("pass"));
        c.env("GYEOT_LANG", "ko").env("GYEOT_MODELS", dir.path().join("models"));
        let mut child = c.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all("맥주를 마시나요?\n".as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let out = run(&[]);
    let text = String::from_utf8(out.stdout).unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(text.contains("1회기") && text.contains("2회기") && text.contains('↔'), "{text}");
    assert_eq!(run(&["--json"]).status.code(), Some(13), "no reason");
    let json: serde_json::Value = serde_json::from_slice(&run(&["--json", "--reason", "전원"]).stdout).unwrap();
    assert_eq!(json["schema"], "gyeot.record-answers/1");
}

#[test]
fn a_sheet_made_from_talk_says_so_and_is_never_compared_with_a_self_report() {
    let dir = tempfile::tempdir().unwrap();
    let (code, sessions) = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    let library = instruments::shipped().unwrap();
    let phq9 = library.get(&"phq-9".into()).unwrap();
    let data = shipped::item_data(&phq9.id).unwrap();
    let found = item_proposals::propose(&vault, sessions[1], phq9, data.as_ref(), Lang::Ko).unwrap();
    assert_eq!(found.items.iter().filter_map(|p| p.score).collect::<Vec<_>>(), [3], "only the mood was spoken about");
    assert_eq!(found.items[1].quotes[0].evidence.quote.reveal(), "거의 매일 우울했어요.");

    let give = |mode, answers: &str| {
        let occasion = Occasion { given_at: vault.now(), by: vault.me().id, mode, session: None };
        let sheet = Sheet::Answers(Answers::read(answers).unwrap());
        let made = Administration::new(phq9, sheet, &Context::default(), occasion).unwrap();
        administrations::give(&vault, &code, phq9, made).unwrap()
    };
    assert!(give(Mode::Kiosk, "2,2,2,2,2,2,2,2,0").score.change.is_none());
    assert!(give(Mode::Talk, "3,3,3,3,3,3,3,3,0").score.change.is_none(), "the first of its kind");
    let change = give(Mode::Counsellor, "1,1,1,1,1,1,1,1,0").score.change.unwrap();
    assert_eq!(change.from.value(), 16.0, "from the first self-report");
    let change = give(Mode::Talk, "1,1,1,1,1,1,1,1,0").score.change.unwrap();
    assert_eq!(change.from.value(), 24.0, "from the first sheet made from talk");
    let kept = administrations::kept(&vault, &code).unwrap();
    assert_eq!(kept.iter().filter(|a| a.mode == Mode::Talk).count(), 2);
}
