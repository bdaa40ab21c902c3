//! What is handed out, with real keys: a reason is obligatory and stands in the log, only whose client it is takes anything
//! away, process notes stay unless they are asked for, and what leaves is whole or not there.

use crate::stage::{consent, pass, plan, sheet};
use gyeot::adapters::{instruments, shipped};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::{Month, Task};
use gyeot::domain::note::revision;
use gyeot::domain::note::statement::{DraftedNote, Statement, Support};
use gyeot::domain::practice::ids::{ClientCode, ModelId, SessionId, StatementId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::{Span, Timestamp};
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::transcript::{ModelRef, Speaker, Transcript};
use gyeot::formats::DOCUMENTS;
use gyeot::formats::document::{Document, Page};
use gyeot::service::handing_out::{self, Asked};
use gyeot::service::notes::NoteChange;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault};
use std::path::Path;

const HASH: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9";

fn asked(reason: &str) -> Asked<'_> {
    Asked { form: "txt", reason, name: false, lang: Lang::Ko }
}

fn typed(text: &str) -> NoteLine {
    NoteLine {
        id: StatementId::default(),
        text: ClientText::new(text),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    }
}

fn note(words: &str) -> NoteRevision {
    let sections = vec![NoteSection { key: "plan".into(), lines: vec![typed(words)] }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

/// Counsellor 상담 with a client: a session with a transcript, a drafted note that was signed and amended, a process note, a
/// sheet and a plan; supervisor 수퍼 is assigned, 다른상담 is not.
fn centre(dir: &Path) -> (ClientCode, SessionId) {
    crate::stage::centre_of(dir, &[("상담", Role::Counsellor), ("다른상담", Role::Counsellor)]);
    let vault = UnlockedVault::unlock(dir, Some("상담"), &pass()).unwrap();
    let supervisors = vec!["수퍼".to_owned()];
    let new = NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() };
    let code = vault.add_client(new).unwrap();
    vault.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Ai, Scope::Supervision])).unwrap();
    let session = vault.begin_session(&code, Timestamp(0)).unwrap();
    let mut said = Transcript::empty(Lang::Ko);
    said.add(Span { start_ms: 1_000, end_ms: 2_000 }, Speaker::Client, ClientText::new("거의 못 자요"), None);
    said.model = Some(ModelRef { id: ModelId("whisper-base".into()), sha256: HASH.into() });
    vault
        .keep(
            session,
            &[Body::Transcript { transcript: said, reason: None }, Body::ProcessNote { note: note("역전이") }],
        )
        .unwrap();
    vault.end_session(session, Timestamp(3_000_000), "ended").unwrap();
    vault.keep_for(&code, &[Body::Administration { sheet: sheet() }, Body::Plan { plan: plan() }]).unwrap();
    let statement = Statement {
        section: "subjective".into(),
        about: "complaint".into(),
        text: ClientText::new("잠을 거의 못 잔다고 말함"),
        evidence: Vec::new(),
        support: Support::Supported,
        retracted_by: None,
        heard: None,
        supported: None,
    };
    let draft = DraftedNote {
        format: "soap".into(),
        model: Some(ModelRef { id: ModelId("e5-small".into()), sha256: HASH.into() }),
        prompt: gyeot::domain::advice::suggestion::PromptRef { id: "note-content".into(), version: "3".into() },
        statements: vec![statement],
        instruction: None,
        made_from: None,
    };
    let formats = shipped::note_formats().unwrap();
    let soap = formats.iter().find(|f| f.id == "soap").unwrap();
    let statements = draft.statements.clone();
    vault.keep_note_draft(session, draft, |record| revision::from_draft(&statements, record, soap)).unwrap();
    vault.change_note(session, NoteChange::Sign).unwrap();
    let history = vault.note_history(session).unwrap().unwrap();
    let mut text = history.newest().unwrap().note.clone();
    text.sections.last_mut().unwrap().lines.push(typed("수면 일지를 쓰기로 함"));
    vault.change_note(session, NoteChange::Amend(text, ClientText::new("계획을 빠뜨림"))).unwrap();
    vault.lock().unwrap();
    (code, session)
}

fn as_text(document: &Document) -> String {
    let txt = gyeot::formats::document_format("txt").unwrap();
    String::from_utf8(txt.write(document, Lang::Ko).unwrap()).unwrap()
}

#[test]
fn a_note_is_handed_out_with_its_signature_its_amendment_and_the_model_behind_its_marked_lines() {
    let dir = tempfile::tempdir().unwrap();
    let (_, session) = centre(dir.path());
    let vault = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap();
    let formats = shipped::note_formats().unwrap();
    let paper = handing_out::note_paper(&vault, session, None, &formats, asked("법원 제출")).unwrap();
    let text = as_text(&paper.document);
    for words in ["잠을 거의 못 잔다고 말함 [AI]", "수면 일지를 쓰기로 함\n", "계획을 빠뜨림", "서명", "e5-small", HASH]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("김하늘") && !text.contains("역전이"), "{text}");
    let with_name = Asked { name: true, ..asked("법원 제출") };
    let named = handing_out::note_paper(&vault, session, None, &formats, with_name).unwrap();
    assert!(as_text(&named.document).contains("김하늘"));
    // The first revision was a draft: it says that nobody signed it.
    let first = handing_out::note_paper(&vault, session, Some(1), &formats, asked("대조")).unwrap();
    assert!(as_text(&first.document).contains("서명하지 않은 글"));
    assert!(!as_text(&first.document).contains("수면 일지"));
    let none = handing_out::note_paper(&vault, session, Some(9), &formats, asked("대조")).unwrap_err();
    assert_eq!(none.exit, Exit::Usage);
    for format in DOCUMENTS {
        assert!(!format.write(&paper.document, Lang::Ko).unwrap().is_empty());
    }
}

#[test]
fn nothing_leaves_without_a_reason_and_each_thing_that_left_is_in_the_log_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session) = centre(dir.path());
    let vault = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap();
    let (formats, library) = (shipped::note_formats().unwrap(), instruments::shipped().unwrap());
    let lines = shipped::crisis_lines().unwrap();
    type Way<'a> = (&'a str, Box<dyn Fn(Asked<'_>) -> Result<(), gyeot::domain::explain::ErrorReport> + 'a>);
    let ways: Vec<Way<'_>> = vec![
        ("note", Box::new(|a| handing_out::note_paper(&vault, session, None, &formats, a).map(drop))),
        ("transcript", Box::new(|a| handing_out::transcript_paper(&vault, session, a).map(drop))),
        ("measures", Box::new(|a| handing_out::measures_paper(&vault, &code, &library, a).map(drop))),
        ("record", Box::new(|a| handing_out::record_paper(&vault, &code, false, &library, &formats, a).map(drop))),
        (
            "handout",
            Box::new(|a| handing_out::handout_paper(&vault, session, None, None, &formats, &lines, a).map(drop)),
        ),
    ];
    for (name, way) in &ways {
        for blank in ["", "  "] {
            assert!(way(asked(blank)).is_err(), "{name}");
        }
        way(asked(name)).unwrap();
    }
    drop(ways);
    vault.lock().unwrap();
    let admin = UnlockedVault::unlock(dir.path(), Some("관리"), &pass()).unwrap();
    let (report, _) = admin.inspect_log(&Month::of(admin.now())).unwrap();
    assert!(report.exports.iter().all(|e| e.task == Task::Export && e.detail.as_deref() == Some("txt")));
    let reasons: Vec<&str> = report.exports.iter().filter_map(|e| e.reason.as_deref()).collect();
    // The record is the client's part, and note and words of each session.
    assert_eq!(reasons, ["note", "transcript", "measures", "record", "record", "record", "handout"]);
}

#[test]
fn only_the_counsellor_whose_client_it_is_hands_anything_out() {
    let dir = tempfile::tempdir().unwrap();
    let (code, session) = centre(dir.path());
    let formats = shipped::note_formats().unwrap();
    for name in ["수퍼", "다른상담", "관리"] {
        let vault = UnlockedVault::unlock(dir.path(), Some(name), &pass()).unwrap();
        assert_eq!(vault.export_note(session, "pdf", "왜").unwrap_err().exit(), Exit::Refused, "{name}");
        assert!(handing_out::note_paper(&vault, session, None, &formats, asked("왜")).is_err(), "{name}");
        assert!(vault.export_client(&code, "pdf", "왜").is_err(), "{name}");
        vault.lock().unwrap();
    }
}

#[test]
fn a_copy_of_the_record_has_everything_but_the_process_notes_unless_they_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _) = centre(dir.path());
    let vault = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap();
    let (formats, library) = (shipped::note_formats().unwrap(), instruments::shipped().unwrap());
    for process in [false, true] {
        let asked = Asked { name: true, ..asked("열람 요청") };
        let (document, json) = handing_out::record_paper(&vault, &code, process, &library, &formats, asked).unwrap();
        let (text, json) = (as_text(&document), json.to_string());
        for words in ["김하늘", "거의 못 자요", "수면 일지를 쓰기로 함", "PHQ-9", "녹음", "whisper-base"]
        {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert_eq!((text.contains("역전이"), json.contains("역전이")), (process, process));
        assert!(json.contains("거의 못 자요"));
    }
}

#[test]
fn a_sheet_for_the_client_has_what_was_agreed_and_whom_to_call_on_one_page() {
    let dir = tempfile::tempdir().unwrap();
    let (_, session) = centre(dir.path());
    let vault = UnlockedVault::unlock(dir.path(), Some("상담"), &pass()).unwrap();
    let (formats, lines) = (shipped::note_formats().unwrap(), shipped::crisis_lines().unwrap());
    let next = Some("12월 5일 오후 2시".to_owned());
    let document =
        handing_out::handout_paper(&vault, session, None, next, &formats, &lines, asked("내담자에게")).unwrap();
    let text = as_text(&document);
    for words in ["수면 일지를 쓰기로 함", "12월 5일 오후 2시", "109", "1577-0199"] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("잠을 거의 못 잔다고"), "only what was agreed");
    // Which model, by which hash and prompt, says nothing to a client.
    for inside in ["SHA", "qwen", "session-journal", "기준:"] {
        assert!(!text.contains(inside), "{inside}\n{text}");
    }
    assert_eq!(document.page, Page::A5Large);
    let pdf = gyeot::formats::document_format("pdf").unwrap().write(&document, Lang::Ko).unwrap();
    assert_eq!(lopdf::Document::load_mem(&pdf).unwrap().get_pages().len(), 1);
}
