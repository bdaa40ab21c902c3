//! Safety plans with real keys: who may read, write and take one away; revisions that name the one before; words from the
//! sessions that may be read; and screeners that were left.

use crate::stage::{consent, pass};
use gyeot::adapters::shipped;
use gyeot::domain::assessment::score::Answers;
use gyeot::domain::crisis::plan_form::PlanForm;
use gyeot::domain::crisis::safety_plan::{MAX_LINE, SafetyPlan, WordsFrom};
use gyeot::domain::crisis::screening_left::{OpenedBy, ScreeningLeft};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::practice::ids::{ClientCode, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::formats::document::{Block, Page};
use gyeot::service::safety_plan::proposals;
use gyeot::service::safety_plan_paper::{Paper, document};
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use std::path::Path;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

fn form() -> PlanForm {
    shipped::plan_form().unwrap()
}

fn said(id: u32, at_s: u64, speaker: Speaker, text: &str) -> Utterance {
    let text = ClientText::new(text);
    Utterance { id: UtteranceId(id), start_ms: at_s * 1000, end_ms: at_s * 1000 + 900, speaker, text, confidence: None }
}

/// A centre of five: admin 관리, supervisors 수퍼 (assigned) and 다른수퍼, counsellors 상담 (own) and 다른상담; one session of
/// the client in which something was said.
fn centre(dir: &Path) -> ClientCode {
    crate::stage::centre_of(dir, &crate::stage::FIVE);
    let vault = unlock(dir, "상담");
    let new =
        NewClient { name: ClientText::new("김하늘"), supervisors: vec!["수퍼".into()], ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = vault.begin_session(&code, Timestamp(0)).unwrap();
    let utterances = vec![
        said(1, 10, Speaker::Client, "밤이 되면 혼자 있을 때 생각이 많아져요."),
        said(2, 20, Speaker::Counsellor, "혼자 할 수 있는 게 있을까요?"),
        said(3, 25, Speaker::Client, "뜨개질이요, 손이 바쁘면 괜찮아요."),
    ];
    vault.keep(session, &[Body::Utterances { utterances }]).unwrap();
    vault.end_session(session, Timestamp(60_000), "ended").unwrap();
    vault.lock().unwrap();
    code
}

fn plan(words: &str) -> SafetyPlan {
    let mut plan = SafetyPlan::empty(&form());
    plan.add(&form(), 1, words).unwrap();
    plan
}

#[test]
fn each_member_may_do_with_a_safety_plan_what_the_policy_says_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    unlock(dir.path(), "상담").keep_safety_plan(&code, plan("처음")).unwrap();
    // The counsellor reads, writes and takes away; the assigned supervisor reads; nobody else does anything.
    for (name, reads, writes) in [
        ("관리", false, false),
        ("수퍼", true, false),
        ("다른수퍼", false, false),
        ("상담", true, true),
        ("다른상담", false, false),
    ] {
        let vault = unlock(dir.path(), name);
        let read = vault.safety_plans(&code);
        let write = vault.keep_safety_plan(&code, plan("다시"));
        let take = vault.export_safety_plans(&code, "pdf", "내담자에게 줌");
        let words = proposals(&vault, &code, &form(), Lang::Ko);
        let left = vault.keep_for(&code, &[Body::ScreeningLeft { left: Box::new(left()) }]);
        for (what, done, may) in [
            ("reads", read.as_ref().err(), reads),
            ("writes", write.as_ref().err(), writes),
            ("takes away", take.as_ref().err(), writes),
            ("sees the client's words", words.as_ref().err(), reads),
            ("leaves a screener", left.as_ref().err(), writes),
        ] {
            assert_eq!(done.is_none(), may, "{name} {what}: {done:?}");
            let refused = done.is_none_or(|e| e.exit() == Exit::Refused || e.exit() == Exit::Usage);
            assert!(refused, "{name} {what}: {done:?}");
        }
        vault.lock().unwrap();
    }
    // Neither does the other way of keeping records write one: its revisions would not name each other.
    let vault = unlock(dir.path(), "상담");
    assert!(vault.keep_for(&code, &[Body::SafetyPlan { plan: Box::new(plan("몰래")) }]).is_err());
}

fn left() -> ScreeningLeft {
    ScreeningLeft {
        instrument: "cssrs-screener".into(),
        opened: OpenedBy::Cue { rule: "passive-ideation".into(), utterance: UtteranceId(1) },
        session: None,
        reason: "already-asked".into(),
        words: None,
        answers: Answers(vec![Some(1)]),
    }
}

#[test]
fn every_revision_stays_as_it_was_and_names_the_one_before_it() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    assert!(vault.safety_plans(&code).unwrap().is_empty());
    for (n, words) in ["하나", "둘", "셋"].iter().enumerate() {
        let kept = vault.keep_safety_plan(&code, plan(words)).unwrap();
        assert_eq!((kept.revision, kept.author_name.as_str()), (n as u32 + 1, "상담"));
    }
    vault.lock().unwrap();
    let vault = unlock(dir.path(), "수퍼");
    let all = vault.safety_plans(&code).unwrap();
    let words: Vec<&str> = all.iter().map(|v| v.what.lines("warning-signs")[0].text.reveal()).collect();
    assert_eq!(words, ["하나", "둘", "셋"]);
    vault.lock().unwrap();
    // The records themselves: each names the one before by its hash.
    let opened = unlock(dir.path(), "상담").open_client(&code).unwrap();
    let plans: Vec<_> = opened.iter().filter(|o| o.header.kind == "safety-plan").collect();
    assert_eq!(plans.len(), 3);
    assert!(plans[0].header.previous.is_none() && plans[0].header.replaces.is_none());
    for pair in plans.windows(2) {
        assert_eq!(pair[1].header.replaces, Some(pair[0].header.id));
        assert!(pair[1].header.previous.is_some(), "by its hash");
    }
}

#[test]
fn a_plan_without_words_and_one_that_nobody_could_read_are_refused_and_a_revision_may_be_emptied() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    assert!(vault.keep_safety_plan(&code, SafetyPlan::empty(&form())).is_err());
    let mut long = SafetyPlan::empty(&form());
    long.steps[0].lines.push(gyeot::domain::crisis::safety_plan::PlanLine {
        text: ClientText::new(&"가".repeat(MAX_LINE)),
        from: WordsFrom::Typed,
    });
    assert!(vault.keep_safety_plan(&code, long).is_err());
    assert!(vault.safety_plans(&code).unwrap().is_empty(), "nothing of it is there");
    vault.keep_safety_plan(&code, plan("신호")).unwrap();
    let emptied = vault.keep_safety_plan(&code, SafetyPlan::empty(&form())).unwrap();
    assert!(emptied.revision == 2 && emptied.what.is_blank());
}

#[test]
fn it_is_taken_away_with_a_reason_only_and_the_log_has_every_reading_writing_and_taking_away() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    vault.keep_safety_plan(&code, plan("신호")).unwrap();
    for blank in ["", "  "] {
        let refused = vault.export_safety_plans(&code, "pdf", blank).unwrap_err();
        assert_ne!(refused.exit(), Exit::Failed, "{refused}");
    }
    assert_eq!(vault.export_safety_plans(&code, "pdf", "내담자에게 줌").unwrap().len(), 1);
    vault.safety_plans(&code).unwrap();
    vault.lock().unwrap();
    let admin = unlock(dir.path(), "관리");
    let log = admin.look_through_log().unwrap();
    let about = |task: Task| {
        log.entries
            .iter()
            .filter(|(_, e)| e.task == task && e.detail.as_deref().is_some_and(|d| d.starts_with("safety-plan")))
            .count()
    };
    assert_eq!((about(Task::Write), about(Task::Export), about(Task::Read)), (1, 1, 1));
}

#[test]
fn the_clients_own_words_come_with_their_session_and_time_and_the_sheet_has_room_and_the_lines() {
    let dir = tempfile::tempdir().unwrap();
    let code = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    let found = proposals(&vault, &code, &form(), Lang::Ko).unwrap();
    assert_eq!(found.unread, 0);
    let first = &found.steps[0][0];
    assert_eq!(
        (first.number, first.at_ms, first.quote.reveal()),
        (1, 10_000, "밤이 되면 혼자 있을 때 생각이 많아져요.")
    );
    assert!(found.steps[1][0].answer);
    let kept = vault.keep_safety_plan(&code, plan("잠이 오지 않음")).unwrap();
    let lines = shipped::crisis_lines().unwrap();
    let (form, centre) = (form(), vault.roster().centre);
    let paper = Paper { form: &form, lines: &lines, centre: &centre, today: "2026-11-28", lang: Lang::Ko };
    let sheet = document(&kept, &paper);
    assert_eq!(sheet.page, Page::A5Large);
    let shown = format!("{:?}", sheet.facts.iter().map(|(l, v)| (l, v.reveal().to_owned())).collect::<Vec<_>>());
    assert!(!shown.contains("김하늘") && !shown.contains(code.as_str()), "carried about, it names nobody: {shown}");
    let headings = sheet.blocks.iter().filter(|b| matches!(b, Block::Heading { .. })).count();
    let room = sheet.blocks.iter().filter(|b| matches!(b, Block::Blank { .. })).count();
    assert_eq!((headings, room), (6, 5), "an empty step has room to write");
    let Some(Block::Callout { lines: called, .. }) = sheet.blocks.last() else { panic!("the lines stand in a frame") };
    let text =
        |runs: &Vec<gyeot::formats::document::Run>| runs.iter().map(|r| r.text.reveal().to_owned()).collect::<String>();
    let called: Vec<String> = called.iter().map(text).collect();
    assert_eq!(called[0], "109 자살예방 상담전화 · 24시간");
    assert!(called.iter().any(|l| l.starts_with("119 구급·구조 · ")), "{called:?}");
    assert_eq!(called.len(), lines.lines.iter().filter(|l| l.number.is_some()).count());
}
