//! Notes with real keys: states, signatures, amendments; a signed text never changes, whoever asks and by whichever way.

use crate::stage::{consent, pass};
use gyeot::adapters::shipped;
use gyeot::domain::explain::{ErrorReport, Exit, Explain};
use gyeot::domain::note::statement::{DraftedNote, LineCheck, Statement, Support};
use gyeot::domain::note::{format, revision};
use gyeot::domain::practice::ids::{ModelId, SessionId, StatementId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::transcript::ModelRef;
use gyeot::ports::engine::{LanguageEngine, SpeechEngine};
use gyeot::ports::engines::{Engines, Kind, Loaded, WorkerFound};
use gyeot::service::find::{self, Place};
use gyeot::service::note_drafts::{self, DraftData};
use gyeot::service::notes::NoteChange;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use gyeot::speech::voice::VoiceModel;
use std::path::Path;
use std::sync::Arc;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

/// A centre of five: admin 관리, supervisors 수퍼 (assigned) and 다른수퍼, counsellors 상담 (own) and 다른상담; one session.
fn centre(dir: &Path) -> SessionId {
    crate::stage::centre_of(dir, &crate::stage::FIVE);
    let vault = unlock(dir, "상담");
    let new =
        NewClient { name: ClientText::new("김하늘"), supervisors: vec!["수퍼".into()], ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
    let session = vault.begin_session(&code, Timestamp(0)).unwrap();
    vault.end_session(session, Timestamp(60_000), "ended").unwrap();
    vault.lock().unwrap();
    session
}

fn line(text: &str) -> NoteLine {
    NoteLine {
        id: StatementId::default(),
        text: ClientText::new(text),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    }
}

fn text(words: &str) -> NoteRevision {
    let sections = vec![NoteSection { key: "plan".into(), lines: vec![line(words)] }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

fn change(n: usize) -> NoteChange {
    let why = ClientText::new("이유");
    match n {
        0 => NoteChange::Write(text("다시")),
        1 => NoteChange::MarkReady,
        2 => NoteChange::Reopen,
        3 => NoteChange::Sign,
        4 => NoteChange::Amend(text("고침"), why),
        5 => NoteChange::TakeUp,
        6 => NoteChange::Return(why),
        _ => NoteChange::CoSign,
    }
}

#[test]
fn each_member_may_do_with_a_note_what_the_table_says_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    unlock(dir.path(), "상담").change_note(session, NoteChange::Write(text("처음"))).unwrap();
    // Counsellors write, sign and amend their own; assigned supervisors take up, return and co-sign; nobody else.
    let allowed = |name: &str, n: usize| match name {
        "상담" => n <= 4,
        "수퍼" => n >= 5,
        _ => false,
    };
    for name in ["관리", "수퍼", "다른수퍼", "상담", "다른상담"] {
        let vault = unlock(dir.path(), name);
        for n in 0..8 {
            if allowed(name, n) {
                continue;
            }
            let refused = vault.change_note(session, change(n)).unwrap_err();
            assert_eq!(refused.exit(), Exit::Refused, "{name} {n}: {refused}");
        }
        let readable = vault.note_history(session).is_ok();
        assert_eq!(readable, ["수퍼", "상담"].contains(&name), "{name} reads");
        vault.lock().unwrap();
    }
}

#[test]
fn a_signed_text_stays_as_it_was_signed_whatever_is_tried() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    vault.change_note(session, NoteChange::Write(text("서명할 글"))).unwrap();
    let signed = vault.change_note(session, NoteChange::Sign).unwrap();
    assert_eq!((signed.note.state, signed.revision), (NoteState::Signed, 2));
    for n in [0, 1, 2, 3] {
        assert_eq!(vault.change_note(session, change(n)).unwrap_err().exit(), Exit::Refused, "{n}");
    }
    // The way of autosaved drafts is closed too.
    assert!(vault.keep(session, &[Body::Note { note: text("몰래") }]).is_err());
    let forged = NoteRevision { state: NoteState::Signed, ..text("몰래") };
    assert!(vault.keep(session, &[Body::Note { note: forged }]).is_err());
    let amended = vault.change_note(session, NoteChange::Amend(text("고친 글"), ClientText::new("날짜"))).unwrap();
    assert_eq!((amended.note.state, amended.revision), (NoteState::Amended, 3));
    vault.lock().unwrap();

    let vault = unlock(dir.path(), "상담");
    let history = vault.note_history(session).unwrap().unwrap();
    let words: Vec<&str> = history.versions.iter().map(|v| v.note.sections[0].lines[0].text.reveal()).collect();
    assert_eq!(words, ["서명할 글", "서명할 글", "고친 글"], "every text is kept");
    assert_eq!(history.versions.iter().map(|v| v.revision).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn a_supervisor_returns_and_co_signs_and_an_amendment_asks_again() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let counsellor = unlock(dir.path(), "상담");
    counsellor.change_note(session, NoteChange::Write(text("처음"))).unwrap();
    counsellor.change_note(session, NoteChange::MarkReady).unwrap();
    counsellor.lock().unwrap();
    let supervisor = unlock(dir.path(), "수퍼");
    assert!(
        supervisor.change_note(session, NoteChange::Return(ClientText::new(" "))).is_err(),
        "says what is asked for"
    );
    supervisor.change_note(session, NoteChange::TakeUp).unwrap();
    supervisor.change_note(session, NoteChange::Return(ClientText::new("계획을 더 자세히"))).unwrap();
    supervisor.lock().unwrap();
    let counsellor = unlock(dir.path(), "상담");
    let newest = counsellor.note_history(session).unwrap().unwrap().versions.pop().unwrap();
    assert_eq!(newest.note.state, NoteState::NeedsRevision);
    assert_eq!(newest.note.reason.unwrap().reveal(), "계획을 더 자세히");
    assert_eq!(newest.author_name, "수퍼");
    counsellor.change_note(session, NoteChange::Write(text("자세히"))).unwrap();
    counsellor.change_note(session, NoteChange::Sign).unwrap();
    counsellor.lock().unwrap();
    let supervisor = unlock(dir.path(), "수퍼");
    assert_eq!(supervisor.change_note(session, NoteChange::CoSign).unwrap().note.state, NoteState::CoSigned);
    assert!(supervisor.change_note(session, NoteChange::CoSign).is_err(), "once");
    supervisor.lock().unwrap();
    let counsellor = unlock(dir.path(), "상담");
    counsellor.change_note(session, NoteChange::Amend(text("고침"), ClientText::new("날짜"))).unwrap();
    counsellor.lock().unwrap();
    let supervisor = unlock(dir.path(), "수퍼");
    assert_eq!(supervisor.change_note(session, NoteChange::CoSign).unwrap().revision, 9);
}

#[test]
fn statements_nobody_decided_about_block_signing_until_each_is_decided() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    let soap = format::parse(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/prompts/notes/soap.toml"))).unwrap();
    let statement = |text: &str, support| Statement {
        section: "subjective".into(),
        about: "complaint".into(),
        text: ClientText::new(text),
        evidence: Vec::new(),
        support,
        retracted_by: None,
        heard: None,
        supported: None,
    };
    let statements = vec![statement("하나", Support::Supported), statement("둘", Support::Retracted)];
    let prompt = gyeot::domain::advice::suggestion::PromptRef { id: "note-content".into(), version: "1".into() };
    let draft = DraftedNote {
        format: "soap".into(),
        model: None,
        prompt,
        statements: statements.clone(),
        instruction: None,
        made_from: None,
    };
    vault.keep_note_draft(session, draft.clone(), |record| revision::from_draft(&statements, record, &soap)).unwrap();
    for n in [1, 3] {
        assert_eq!(vault.change_note(session, change(n)).unwrap_err().exit(), Exit::Refused);
    }
    let history = vault.note_history(session).unwrap().unwrap();
    assert_eq!(history.drafts.len(), 1);
    assert_eq!(history.drafts[0].1, draft, "what was proposed is kept as it was proposed");
    let mut note = history.newest().unwrap().note.clone();
    revision::decide(&mut note, 2, revision::LineDecision::Keep).unwrap();
    vault.change_note(session, NoteChange::Write(note)).unwrap();
    let signed = vault.change_note(session, NoteChange::Sign).unwrap();
    let check: &LineCheck = signed.note.sections[0].lines[1].check.as_ref().unwrap();
    assert_eq!((check.support, check.settled), (Support::Retracted, true), "the decision is told for ever");
}

#[test]
fn a_draft_that_a_model_had_a_part_in_is_not_kept_without_consent_to_ai() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    let prompt = gyeot::domain::advice::suggestion::PromptRef { id: "note-content".into(), version: "1".into() };
    let model = ModelRef { id: "multilingual-e5-small".into(), sha256: "0".repeat(64) };
    let by_model = DraftedNote {
        format: "soap".into(),
        model: Some(model),
        prompt,
        statements: Vec::new(),
        instruction: None,
        made_from: None,
    };
    let without = DraftedNote { model: None, ..by_model.clone() };
    let refused = vault.keep_note_draft(session, by_model, |_| text("x")).unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "{refused}");
    assert!(vault.note_history(session).unwrap().is_none(), "nothing of it is there");
    vault.keep_note_draft(session, without, |_| text("x")).unwrap();
}

/// Engines whose use is a mistake.
struct Forbidden;

impl Engines for Forbidden {
    fn folder(&self) -> Result<(), ErrorReport> {
        panic!("asked")
    }
    fn speech(&self, _: Option<&ModelId>) -> Result<Loaded<dyn SpeechEngine>, ErrorReport> {
        panic!("asked")
    }
    fn language(&self, _: Option<&ModelId>) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        panic!("asked")
    }
    fn embedding(&self) -> Result<Loaded<dyn LanguageEngine>, ErrorReport> {
        panic!("asked")
    }
    fn voices(&self) -> Result<Arc<VoiceModel>, ErrorReport> {
        panic!("asked")
    }
    fn look_at_worker(&self, _: Kind) -> Result<WorkerFound, ErrorReport> {
        panic!("asked")
    }
    fn look_at_model(&self, _: gyeot::domain::model::Task) -> Result<ModelRef, ErrorReport> {
        panic!("asked")
    }
}

#[test]
fn without_consent_to_ai_no_engine_is_asked_for_a_draft_and_it_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    let data = || DraftData {
        form: shipped::note_formats().unwrap().remove(0),
        kinds: shipped::note_kinds().unwrap(),
        retraction: shipped::retraction_rules().unwrap(),
        rules: shipped::risk_rules().unwrap(),
        wording: None,
    };
    let (version, why) = note_drafts::draft(&vault, session, data(), &Forbidden, false, Lang::Ko).unwrap();
    assert_eq!((version.revision, why.unwrap().exit), (1, Exit::Refused));
    let again = note_drafts::draft(&vault, session, data(), &Forbidden, false, Lang::Ko).unwrap_err();
    assert_eq!(again.exit, Exit::Refused, "a text that is there is not drafted over unasked");
    assert_eq!(note_drafts::draft(&vault, session, data(), &Forbidden, true, Lang::Ko).unwrap().0.revision, 2);
}

#[test]
fn a_text_kept_by_the_way_of_drafts_is_the_next_revision_of_the_note() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    for words in ["하나", "둘"] {
        vault.keep(session, &[Body::Note { note: text(words) }]).unwrap();
    }
    vault.change_note(session, NoteChange::Sign).unwrap();
    let history = vault.note_history(session).unwrap().unwrap();
    assert_eq!(history.versions.iter().map(|v| v.revision).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn words_are_found_in_ones_own_notes_by_name_and_by_day_and_nobody_elses() {
    let dir = tempfile::tempdir().unwrap();
    let session = centre(dir.path());
    let vault = unlock(dir.path(), "상담");
    vault.change_note(session, NoteChange::Write(text("목요일 등산 모임에 가 보기로 함."))).unwrap();
    let find = |vault: &UnlockedVault, query: &str| {
        find::find(vault, query, None, Lang::Ko, &Timestamp::date, &mut |_, _| {}).unwrap()
    };
    let places = |query: &str| find(&vault, query).into_iter().map(|f| f.place).collect::<Vec<_>>();
    assert!(matches!(places("등산 모임").as_slice(), [Place::Note { section, .. }] if section == "plan"));
    assert!(matches!(places("ㄱㅎㄴ").as_slice(), [Place::Client { .. }]), "first consonants find a client");
    assert!(matches!(places("1970-01-01").as_slice(), [Place::Session]));
    assert_eq!(places("바다"), []);
    assert_eq!(places("가"), [], "one letter stands everywhere");
    vault.lock().unwrap();
    for other in ["다른상담", "수퍼", "관리"] {
        // Who may not even see clients is refused.
        let found = find::find(&unlock(dir.path(), other), "등산", None, Lang::Ko, &Timestamp::date, &mut |_, _| {});
        assert!(found.unwrap_or_default().is_empty(), "{other} finds another's words");
    }
    let log = format!("{:?}", unlock(dir.path(), "관리").look_through_log().unwrap());
    assert!(log.contains(&session.to_string()) && !log.contains("등산"), "what was read is logged, the words are not");
}
