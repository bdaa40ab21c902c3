//! Supervision with real keys: who may do what with a review, that every decision names what was read, and that nothing is
//! read any more once the client withdrew the consent.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::stage::{self, consent, pass};
use gyeot::domain::advice::suggestion::{About, RiskCue};
use gyeot::domain::assessment::instrument::Library;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::practice::ids::{ClientCode, RecordId, SessionId, StatementId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{CommentAt, NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::review::error::ReviewError;
use gyeot::domain::review::queue::Queue;
use gyeot::domain::transcript::{Speaker, Transcript, Utterance};
use gyeot::service::notes::NoteChange;
use gyeot::service::review::ReviewDecision;
use gyeot::service::{Body, NewClient, Scope, Second, UnlockedVault, VaultError, Withdrawal};
use std::path::Path;

const AGREED: [Scope; 3] = [Scope::Service, Scope::Recording, Scope::Supervision];

pub fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

/// As that member, and locked again.
pub fn as_member<T>(dir: &Path, name: &str, what: impl FnOnce(&UnlockedVault) -> T) -> T {
    let vault = unlock(dir, name);
    let done = what(&vault);
    vault.lock().unwrap();
    done
}

/// Admin 관리, supervisors 수퍼 and 둘째 (assigned) and 다른수퍼, counsellors 상담 (own) and 다른상담.
pub fn centre(dir: &Path) {
    let [other, own, counsellor] = stage::FIVE;
    stage::centre_of(dir, &[("둘째", Role::Supervisor), other, own, counsellor]);
}

fn said(id: u32, speaker: Speaker, text: &str) -> Utterance {
    let start_ms = u64::from(id) * 1000;
    let (id, end_ms) = (UtteranceId(id), start_ms + 500);
    Utterance { id, start_ms, end_ms, speaker, text: ClientText::new(text), confidence: None }
}

/// A client of 상담 with one ended session of six lines and a written note of two statements.
pub fn client(vault: &UnlockedVault, cue: bool) -> (ClientCode, SessionId) {
    let supervisors = vec!["수퍼".to_owned(), "둘째".to_owned()];
    let code =
        vault.add_client(NewClient { name: ClientText::new("김하늘"), supervisors, ..NewClient::default() }).unwrap();
    vault.set_consent(&code, consent(&AGREED)).unwrap();
    let session = vault.begin_session(&code, Timestamp(0)).unwrap();
    let mut transcript = Transcript::empty(Lang::Ko);
    transcript.utterances =
        (1..=6).map(|n| said(n, if n % 2 == 0 { Speaker::Client } else { Speaker::Counsellor }, "말")).collect();
    let mut bodies = vec![Body::Transcript { transcript, reason: None }];
    if cue {
        bodies.push(Body::RiskCue {
            cue: RiskCue {
                utterance: UtteranceId(2),
                quote: ClientText::new("말"),
                rule: "passive-ideation".into(),
                opens: "cssrs-screener".into(),
                denied: false,
                about: About::Unknown,
            },
        });
    }
    vault.keep(session, &bodies).unwrap();
    vault.end_session(session, Timestamp(60_000), "ended").unwrap();
    vault.change_note(session, NoteChange::Write(text(&["하나", "둘"]))).unwrap();
    (code, session)
}

pub fn text(words: &[&str]) -> NoteRevision {
    let line = |(n, w): (usize, &&str)| NoteLine {
        id: StatementId(n as u32 + 1),
        text: ClientText::new(w),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let sections = vec![NoteSection { key: "plan".into(), lines: words.iter().enumerate().map(line).collect() }];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

fn library() -> Library {
    gyeot::adapters::instruments::library(&stage::data("none")).unwrap()
}

pub fn queue(vault: &UnlockedVault) -> Queue {
    vault.review_queue(&library()).unwrap()
}

pub fn words(text: &str) -> ClientText {
    ClientText::new(text)
}

pub fn newest(vault: &UnlockedVault, session: SessionId) -> (RecordId, u32, NoteState) {
    let history = vault.note_history(session).unwrap().unwrap();
    let v = history.newest().unwrap();
    (v.record, v.revision, v.note.state)
}

#[test]
fn each_member_does_with_a_review_what_the_table_says_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (code, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    let thread = as_member(dir.path(), "수퍼", |v| {
        let file = v.open_review(session, Lang::Ko).unwrap();
        let saved = v.comment(session, file.newest().unwrap().record, None, words("첫 의견")).unwrap();
        saved.records[0]
    });
    // Who was a supervisor of this client and is none any more.
    as_member(dir.path(), "상담", |v| v.unassign_supervisor(&code, "둘째").map(drop).unwrap());
    let read = as_member(dir.path(), "수퍼", |v| newest(v, session).0);
    let operations = ["queue", "open", "threads", "comment", "answer", "return", "cosign"];
    let allowed = |name: &str, operation: &str| match name {
        "상담" => ["queue", "open", "threads", "answer"].contains(&operation),
        "수퍼" => true,
        "둘째" | "다른수퍼" | "다른상담" => operation == "queue",
        _ => false,
    };
    let mut checked = 0;
    for name in ["관리", "수퍼", "둘째", "다른수퍼", "상담", "다른상담"] {
        let vault = unlock(dir.path(), name);
        for operation in operations {
            let done: Result<(), VaultError> = match operation {
                "queue" => vault.review_queue(&library()).map(|q| {
                    assert_eq!(q.waiting.len(), usize::from(["수퍼", "상담"].contains(&name)), "{name}");
                }),
                "open" => vault.open_review(session, Lang::Ko).map(drop),
                "threads" => vault.review_threads(session).map(drop),
                "comment" => vault.comment(session, read, None, words("의견")).map(drop),
                "answer" => vault.answer_comment(session, thread, Some(words("답")), None).map(drop),
                // The revision of before it was taken up: a member who may decide is told so, and nothing is changed.
                "return" => {
                    vault.decide_review(session, RecordId([9; 16]), ReviewDecision::Return(words("고쳐"))).map(drop)
                }
                _ => vault.decide_review(session, RecordId([9; 16]), ReviewDecision::Cosign).map(drop),
            };
            let may = match done {
                Ok(()) | Err(VaultError::Review(ReviewError::Moved { .. })) => true,
                Err(e) => {
                    assert_eq!(e.exit(), Exit::Refused, "{name} {operation}: {e}");
                    false
                }
            };
            assert_eq!(may, allowed(name, operation), "{name} {operation}");
            checked += 1;
        }
        vault.lock().unwrap();
    }
    assert_eq!(checked, 42);
}

#[test]
fn the_story_of_a_note_from_handing_in_to_a_new_co_signature_after_an_amendment() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (_, session) = as_member(dir.path(), "상담", |v| {
        let (code, session) = client(v, false);
        v.change_note(session, NoteChange::MarkReady).unwrap();
        assert_eq!(queue(v).waiting.len(), 1, "at the supervisor");
        (code, session)
    });
    as_member(dir.path(), "수퍼", |v| {
        let waiting = queue(v).waiting;
        assert_eq!((waiting[0].course.state, waiting[0].counsellor.as_str()), (NoteState::Ready, "상담"));
        let file = v.open_review(session, Lang::Ko).unwrap();
        assert_eq!(file.newest().unwrap().note.state, NoteState::InReview, "opening takes it up");
        assert_eq!(file.talk.unwrap().counsellor_percent(), 50);
        let read = file.newest().unwrap().record;
        let on = Some(CommentAt::Statement(StatementId(2)));
        v.comment(session, read, on, words("무엇을 보고 그렇게 썼는지")).unwrap();
        let returned = v.decide_review(session, read, ReviewDecision::Return(words("근거를 더"))).unwrap();
        assert_eq!(returned.note.state, NoteState::NeedsRevision);
        let queue = queue(v);
        assert!(queue.waiting.is_empty() && queue.returned.len() == 1);
    });
    as_member(dir.path(), "상담", |v| {
        assert_eq!(queue(v).returned.len(), 1, "came back to the counsellor");
        let file = v.open_review(session, Lang::Ko).unwrap();
        let thread = file.threads[0].record;
        v.answer_comment(session, thread, Some(words("내담자의 말이었어요")), None).unwrap();
        // As the screen keeps it: by the way of drafts.
        v.keep(session, &[Body::Note { note: text(&["하나", "둘, 내담자의 말로는"]) }]).unwrap();
        assert!(queue(v).returned.is_empty(), "being mended");
        v.change_note(session, NoteChange::MarkReady).unwrap();
    });
    as_member(dir.path(), "수퍼", |v| {
        let waiting = queue(v).waiting;
        assert!(waiting[0].course.came_back());
        let file = v.open_review(session, Lang::Ko).unwrap();
        assert_eq!(file.threads[0].answers.len(), 1);
        v.answer_comment(session, file.threads[0].record, None, Some(true)).unwrap();
        let read = file.newest().unwrap().record;
        v.decide_review(session, read, ReviewDecision::Cosign).unwrap();
        let file = v.open_review(session, Lang::Ko).unwrap();
        assert!(file.cosignature().unwrap().covers && file.threads[0].resolved);
        let queue = queue(v);
        assert!(queue.waiting.is_empty());
        assert_eq!(queue.turnaround.decided, 2);
    });
    as_member(dir.path(), "상담", |v| {
        let amended = text(&["하나", "셋"]);
        v.change_note(session, NoteChange::Amend(amended, words("날짜"))).unwrap();
        assert_eq!(queue(v).waiting.len(), 1, "asks for a new co-signature");
    });
    as_member(dir.path(), "수퍼", |v| {
        assert_eq!(queue(v).waiting[0].course.state, NoteState::Amended);
        let file = v.open_review(session, Lang::Ko).unwrap();
        let cosignature = file.cosignature().unwrap();
        assert!(!cosignature.covers && cosignature.revision < cosignature.newest, "of an earlier revision");
        v.decide_review(session, file.newest().unwrap().record, ReviewDecision::Cosign).unwrap();
        assert!(v.open_review(session, Lang::Ko).unwrap().cosignature().unwrap().covers);
    });
}

#[test]
fn of_two_supervisors_who_decide_at_once_the_second_is_told_and_the_first_decision_stands() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (_, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    let read =
        |name| as_member(dir.path(), name, |v| v.open_review(session, Lang::Ko).unwrap().newest().unwrap().record);
    let (first, second) = (read("수퍼"), read("둘째"));
    assert_eq!(first, second, "both have the same revision before them");
    as_member(dir.path(), "수퍼", |v| {
        v.decide_review(session, first, ReviewDecision::Return(words("더 자세히"))).unwrap();
    });
    as_member(dir.path(), "둘째", |v| {
        let refused = v.decide_review(session, second, ReviewDecision::Cosign).unwrap_err();
        assert!(matches!(refused, VaultError::Review(ReviewError::Moved { read: 3, now: 4 })), "{refused:?}");
        assert_eq!(refused.exit(), Exit::Refused);
        assert_eq!(newest(v, session).2, NoteState::NeedsRevision);
    });
}

#[test]
fn a_note_that_is_withdrawn_while_in_review_is_decided_by_nobody_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (_, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    let read = as_member(dir.path(), "수퍼", |v| {
        let read = v.open_review(session, Lang::Ko).unwrap().newest().unwrap().record;
        v.comment(session, read, None, words("의견")).unwrap();
        read
    });
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::Reopen).map(drop).unwrap());
    as_member(dir.path(), "수퍼", |v| {
        assert!(queue(v).waiting.is_empty());
        for decision in [ReviewDecision::Cosign, ReviewDecision::Return(words("고쳐"))] {
            let refused = v.decide_review(session, read, decision).unwrap_err();
            assert!(matches!(refused, VaultError::Review(ReviewError::Moved { .. })), "{refused:?}");
        }
        let refused = v.open_review(session, Lang::Ko).unwrap_err();
        assert!(matches!(refused, VaultError::Review(ReviewError::NotHandedIn(NoteState::Draft))), "{refused:?}");
        let refused = v.comment(session, read, None, words("또")).unwrap_err();
        assert_eq!(refused.exit(), Exit::Refused);
    });
    as_member(dir.path(), "상담", |v| {
        assert_eq!(v.review_threads(session).unwrap().len(), 1, "what was said stays");
        assert_eq!(newest(v, session).2, NoteState::Draft);
    });
}

#[test]
fn a_comment_is_on_what_is_there_and_one_on_a_destroyed_line_is_refused_with_that_reason() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (code, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    let line = CommentAt::Utterance(UtteranceId(4));
    as_member(dir.path(), "수퍼", |v| {
        let read = v.open_review(session, Lang::Ko).unwrap().newest().unwrap().record;
        v.comment(session, read, Some(line.clone()), words("여기")).unwrap();
        v.comment(session, read, Some(CommentAt::Section("plan".into())), words("계획")).unwrap();
        let lost = [
            (CommentAt::Statement(StatementId(9)), ReviewError::NoAnchor),
            (CommentAt::Section("none".into()), ReviewError::NoAnchor),
            (CommentAt::Utterance(UtteranceId(99)), ReviewError::LineGone),
        ];
        for (at, why) in lost {
            assert_eq!(v.comment(session, read, Some(at), words("x")).unwrap_err(), VaultError::Review(why));
        }
        assert_eq!(v.comment(session, read, None, words(" ")).unwrap_err(), VaultError::Review(ReviewError::NoWords));
        assert_eq!(
            v.answer_comment(session, RecordId([3; 16]), Some(words("x")), None).unwrap_err(),
            VaultError::Review(ReviewError::NoThread)
        );
    });
    // The client takes back what was said: nothing of the transcript is left.
    as_member(dir.path(), "상담", |v| {
        let (transcript, reason) = (Transcript::empty(Lang::Ko), Some(words("내담자 요청")));
        v.keep(session, &[Body::Transcript { transcript, reason }]).unwrap();
    });
    as_member(dir.path(), "수퍼", |v| {
        let file = v.open_review(session, Lang::Ko).unwrap();
        assert!(!file.words && file.extract.is_empty() && file.talk.is_none());
        let loose: Vec<bool> = file.threads.iter().map(|t| t.loose).collect();
        assert_eq!(loose, [true, false], "the comment on the line stays and says that its place is gone");
        let read = file.newest().unwrap().record;
        let refused = v.comment(session, read, Some(line.clone()), words("또")).unwrap_err();
        assert_eq!(refused, VaultError::Review(ReviewError::LineGone));
        assert_eq!(refused.exit(), Exit::Refused);
    });
    // Destroyed as a whole, with the note: nothing waits any more.
    let phrase = pass();
    as_member(dir.path(), "상담", |v| {
        let second = Some(Second { name: "관리", passphrase: &phrase });
        v.destroy_session(session, "내담자 요청", second).map(drop).unwrap();
    });
    as_member(dir.path(), "수퍼", |v| {
        assert!(queue(v).waiting.is_empty());
        assert_eq!(v.open_review(session, Lang::Ko).unwrap_err().exit(), Exit::Refused);
        assert_eq!(v.client(&code).unwrap().code, code, "the client stays");
    });
}

#[test]
fn a_consent_to_supervision_that_is_withdrawn_ends_reading_at_once_and_the_queue_says_why() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (code, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    as_member(dir.path(), "수퍼", |v| assert_eq!(queue(v).waiting.len(), 1));
    as_member(dir.path(), "상담", |v| {
        v.withdraw_consent(&code, [Scope::Supervision].into(), Withdrawal::FromNow).map(drop).unwrap();
    });
    as_member(dir.path(), "수퍼", |v| {
        let queue = queue(v);
        assert!(queue.waiting.is_empty() && queue.clients == 0);
        assert_eq!(queue.ended.len(), 1);
        assert!(queue.ended[0].withdrawn && queue.ended[0].code == code);
        assert_eq!(v.open_review(session, Lang::Ko).unwrap_err().exit(), Exit::Refused);
    });
    as_member(dir.path(), "상담", |v| v.set_consent(&code, consent(&AGREED)).map(drop).unwrap());
    as_member(dir.path(), "상담", |v| v.assign_supervisor(&code, "수퍼").unwrap());
    as_member(dir.path(), "수퍼", |v| assert_eq!(queue(v).waiting.len(), 1, "and reads again after a new consent"));
    as_member(dir.path(), "상담", |v| v.unassign_supervisor(&code, "수퍼").map(drop).unwrap());
    as_member(dir.path(), "수퍼", |v| {
        let ended = queue(v).ended;
        assert!(!ended[0].withdrawn, "the counsellor ended it: {ended:?}");
    });
}

#[test]
fn a_supervisor_who_is_revoked_in_the_middle_decides_nothing_more_and_another_takes_over() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (_, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    let read = as_member(dir.path(), "수퍼", |v| v.open_review(session, Lang::Ko).unwrap().newest().unwrap().record);
    let phrase = pass();
    as_member(dir.path(), "관리", |v| {
        v.revoke_member("수퍼", Some(Second { name: "다른수퍼", passphrase: &phrase }), None).unwrap().unwrap();
    });
    assert!(UnlockedVault::unlock(dir.path(), Some("수퍼"), &pass()).is_err());
    as_member(dir.path(), "상담", |v| drop(v.clients().unwrap()));
    as_member(dir.path(), "둘째", |v| {
        assert_eq!(queue(v).waiting[0].course.state, NoteState::InReview, "as the other left it");
        v.decide_review(session, read, ReviewDecision::Cosign).unwrap();
    });
}

#[test]
fn the_queue_has_risk_first_and_is_the_same_after_a_new_unlocking() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let sessions: Vec<SessionId> = as_member(dir.path(), "상담", |v| {
        let made = [false, true, false].map(|cue| client(v, cue).1);
        for session in made {
            v.change_note(session, NoteChange::MarkReady).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(3));
        }
        made.to_vec()
    });
    let order = |q: &Queue| q.waiting.iter().map(|r| r.session).collect::<Vec<_>>();
    let expected = vec![sessions[1], sessions[0], sessions[2]];
    as_member(dir.path(), "수퍼", |v| {
        let queue = queue(v);
        assert_eq!(order(&queue), expected);
        assert!(queue.waiting[0].risk.open_cue && !queue.waiting[1].risk.any());
    });
    // From what was remembered, and without it.
    as_member(dir.path(), "수퍼", |v| assert_eq!(order(&queue(v)), expected));
    let _ = std::fs::remove_dir_all(dir.path().join("remembered"));
    as_member(dir.path(), "수퍼", |v| assert_eq!(order(&queue(v)), expected));
}

#[test]
fn a_review_shows_the_words_that_bring_it_forward_also_where_no_statement_rests_on_them() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (_, session) = as_member(dir.path(), "상담", |v| client(v, true));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    as_member(dir.path(), "수퍼", |v| {
        let file = v.open_review(session, Lang::Ko).unwrap();
        let shown: Vec<(u32, bool)> = file.extract.iter().map(|e| (e.line.id.0, e.cue)).collect();
        assert_eq!(shown, [(1, false), (2, true), (3, false)]);
        // And can be commented on.
        let read = file.newest().unwrap().record;
        v.comment(session, read, Some(CommentAt::Utterance(UtteranceId(2))), words("여기서 멈췄나요")).unwrap();
    });
}

#[test]
fn every_reading_of_a_review_is_an_entry_of_the_access_log() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (code, session) = as_member(dir.path(), "상담", |v| client(v, false));
    as_member(dir.path(), "상담", |v| v.change_note(session, NoteChange::MarkReady).map(drop).unwrap());
    as_member(dir.path(), "수퍼", |v| {
        queue(v);
        queue(v);
        let read = v.open_review(session, Lang::Ko).unwrap().newest().unwrap().record;
        v.comment(session, read, None, words("의견")).unwrap();
        v.decide_review(session, read, ReviewDecision::Cosign).unwrap();
        let log = v.read_log().unwrap();
        let mine =
            |detail: &str| log.iter().filter(|(_, e)| e.by == v.me().id && e.detail.as_deref() == Some(detail)).count();
        assert_eq!(mine("reviews"), 1, "once, as long as there is no more than it was told");
        assert_eq!(mine("review"), 1);
        assert_eq!(mine("co-signed"), 1);
        let mut whose = log.iter().filter(|(_, e)| e.detail.as_deref() == Some("review"));
        assert!(whose.all(|(_, e)| e.whose.as_ref() == Some(&code)));
        assert!(!format!("{log:?}").contains("의견"), "no word of a person");
    });
}

/// `GYEOT_ROUNDS=500` measures what the queue promises; the figure is printed, a bench machine judges it.
#[test]
fn a_full_queue_is_ordered_and_says_how_long_it_took_after_unlocking() {
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let notes = stage::rounds(12);
    as_member(dir.path(), "상담", |v| {
        // Twenty notes of each client.
        let mut sessions = Vec::new();
        for n in 0..notes {
            if n % 20 == 0 {
                sessions = vec![client(v, n % 40 == 0)];
            }
            let (code, first) = sessions[0].clone();
            let session = if n % 20 == 0 { first } else { v.begin_session(&code, Timestamp(n as i64)).unwrap() };
            if n % 20 != 0 {
                v.end_session(session, Timestamp(60_000), "ended").unwrap();
                v.change_note(session, NoteChange::Write(text(&["하나", "둘"]))).unwrap();
            }
            v.change_note(session, NoteChange::MarkReady).unwrap();
        }
    });
    let library = library();
    // The first opening reads the clients' records, the second takes up what was remembered.
    for which in ["read anew", "remembered"] {
        let vault = unlock(dir.path(), "수퍼");
        let begun = std::time::Instant::now();
        let queue = vault.review_queue(&library).unwrap();
        let took = begun.elapsed();
        assert_eq!(queue.waiting.len(), notes);
        let risks: Vec<bool> = queue.waiting.iter().map(|r| r.risk.any()).collect();
        assert!(risks.windows(2).all(|pair| pair[0] >= pair[1]));
        eprintln!("{notes} notes, {which}: the queue in {:.1} ms", took.as_secs_f64() * 1000.0);
        vault.lock().unwrap();
    }
}
