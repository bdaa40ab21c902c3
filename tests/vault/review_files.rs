//! Reviews by file, with real keys: the way there and back, and three hundred files that are refused, each with its reason.
//! `GYEOT_ROUNDS` makes a longer run of flipped bytes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use crate::review::{as_member, centre, client, newest, queue, text, unlock, words};
use crate::stage::{self, consent, new_vault, pass, rounds, seed};
use gyeot::adapters::outgoing_file;
use gyeot::crypto::slot;
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::practice::ids::{ClientCode, RecordId, SessionId, StatementId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{CommentAt, NoteState};
use gyeot::domain::review::answer::{NewComment, ReviewAnswer};
use gyeot::domain::review::parcel::FileError;
use gyeot::domain::review::verdict::Verdict;
use gyeot::service::notes::NoteChange;
use gyeot::service::reviewer::{OpenedParcel, Reviewer, read_file};
use gyeot::service::{Scope, UnlockedVault, VaultError, Withdrawal};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;
use std::path::Path;

/// The keys of a member, as a copy of their slot on a stick has them.
fn by_slot(dir: &Path, name: &str) -> Reviewer {
    let id = as_member(dir, name, |v| v.me().id.to_string());
    let file = dir.join("slots").join(format!("{id}.age"));
    Reviewer::of_slot(&std::fs::read(file).unwrap(), &pass()).unwrap()
}

/// A client whose note was handed in.
fn handed_in(vault: &UnlockedVault) -> (ClientCode, SessionId) {
    let (code, session) = client(vault, false);
    vault.change_note(session, NoteChange::MarkReady).unwrap();
    (code, session)
}

fn sent(dir: &Path, session: SessionId, to: &str) -> Vec<u8> {
    as_member(dir, "상담", |v| v.export_review(session, to, "수퍼비전", Lang::Ko).unwrap().bytes)
}

fn why(e: &VaultError) -> FileError {
    match e {
        VaultError::ReviewFile(why) => why.clone(),
        other => panic!("{other:?}"),
    }
}

const NOW: Timestamp = Timestamp(1_900_000_000_000);

fn comment() -> NewComment {
    NewComment { at: Some(CommentAt::Statement(StatementId(1))), text: words("근거가 무엇인가요") }
}

/// A note that 상담 handed in and 수퍼 opened on a machine without a vault.
fn opened_elsewhere(dir: &Path) -> (ClientCode, SessionId, Reviewer, OpenedParcel) {
    let (code, session) = as_member(dir, "상담", handed_in);
    let reviewer = by_slot(dir, "수퍼");
    let opened = reviewer.open(&sent(dir, session, "수퍼")).unwrap();
    (code, session, reviewer, opened)
}

#[test]
fn a_note_goes_to_a_machine_without_a_vault_and_comes_back_returned_then_co_signed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    let (code, session, reviewer, opened) = opened_elsewhere(dir);
    assert_eq!(opened.parcel.file.client, None, "no name leaves");
    assert_eq!(opened.parcel.file.newest().unwrap().note.state, NoteState::Ready);
    assert!(
        reviewer.answer(&opened, Verdict::Return, Some(words(" ")), vec![], NOW).is_err(),
        "says what is asked for"
    );
    let answer = reviewer.answer(&opened, Verdict::Return, Some(words("더 자세히")), vec![comment()], NOW).unwrap();
    as_member(dir, "상담", |v| {
        let taken = v.take_review_in(&answer).unwrap();
        assert_eq!((taken.verdict, taken.comments, taken.state), (Verdict::Return, 1, NoteState::Draft));
        let file = v.open_review(session, Lang::Ko).unwrap();
        assert_eq!(file.threads.len(), 1);
        assert_eq!(file.name(file.threads[0].by), "수퍼", "by whom it was signed, not by whom it was taken in");
        assert_eq!(file.newest().unwrap().note.reason.as_ref().unwrap().reveal(), "더 자세히");
        assert_eq!(queue(v).returned.len(), 1, "came back");
        // Answered like any other comment.
        v.answer_comment(session, file.threads[0].record, Some(words("첫 줄입니다")), Some(true)).unwrap();
        assert_eq!(v.review_threads(session).unwrap()[0].answers.len(), 1);
        v.change_note(session, NoteChange::Write(text(&["하나", "더 자세한 둘"]))).unwrap();
        assert!(queue(v).returned.is_empty());
        v.change_note(session, NoteChange::MarkReady).unwrap();
    });

    let opened = reviewer.open(&sent(dir, session, "수퍼")).unwrap();
    let answer = reviewer.answer(&opened, Verdict::Cosign, None, vec![], NOW).unwrap();
    as_member(dir, "상담", |v| {
        let taken = v.take_review_in(&answer).unwrap();
        assert_eq!((taken.state, taken.by.as_str()), (NoteState::Signed, "수퍼"));
        let file = v.open_review(session, Lang::Ko).unwrap();
        let cosignature = file.cosignature().unwrap();
        assert!(cosignature.covers && file.name(cosignature.by) == "수퍼", "{cosignature:?}");
        assert!(v.change_note(session, NoteChange::Write(text(&["x"]))).is_err(), "the text never changes");
        v.change_note(session, NoteChange::Amend(text(&["하나", "셋"]), words("날짜"))).unwrap();
        let later = v.open_review(session, Lang::Ko).unwrap().cosignature().unwrap();
        assert!(!later.covers, "a new co-signature is asked for");
        assert_eq!(queue(v).waiting.len(), 1);
    });
    // The countersignature stands in the access log: both persons, and the hash of what was signed.
    as_member(dir, "관리", |v| {
        let log = v.read_log().unwrap();
        let supervisor = v.roster().named("수퍼").unwrap().id;
        let both: Vec<_> =
            log.iter().filter(|(_, e)| e.second == Some(supervisor) && e.whose.as_ref() == Some(&code)).collect();
        assert_eq!(both.iter().map(|(_, e)| e.task).collect::<Vec<_>>(), [Task::Write, Task::Sign]);
        assert!(both.iter().all(|(_, e)| e.detail.as_ref().unwrap().starts_with("countersigned ")));
        let exports: Vec<_> = log.iter().filter(|(_, e)| e.task == Task::Export).collect();
        assert!(exports.len() == 2 && exports.iter().all(|(_, e)| e.reason.as_deref() == Some("수퍼비전")));
        v.verify_log(None).unwrap();
    });
    // The supervisor sees it in the vault as well, and the queue has it no more than it should.
    as_member(dir, "수퍼", |v| {
        assert!(!v.open_review(session, Lang::Ko).unwrap().cosignature().unwrap().covers);
        assert_eq!(queue(v).waiting[0].course.state, NoteState::Amended);
    });
    // A workstation with the vault reads the same file, and its log says so.
    let again = sent(dir, session, "수퍼");
    as_member(dir, "수퍼", |v| {
        v.read_review_file(&again).unwrap();
        assert!(v.read_log().unwrap().iter().any(|(_, e)| e.detail.as_deref() == Some("review-file")));
    });
}

#[test]
fn a_file_leaves_only_for_an_assigned_supervisor_with_consent_and_a_reason_and_only_by_its_counsellor() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    let (code, session) = as_member(dir, "상담", handed_in);
    for name in ["관리", "수퍼", "둘째", "다른수퍼", "다른상담"] {
        as_member(dir, name, |v| {
            let refused = v.export_review(session, "수퍼", "까닭", Lang::Ko).unwrap_err();
            assert_eq!(refused.exit(), Exit::Refused, "{name}: {refused}");
        });
    }
    as_member(dir, "상담", |v| {
        assert_eq!(v.export_review(session, "수퍼", " ", Lang::Ko).unwrap_err().exit(), Exit::Refused, "a reason");
        assert_eq!(why(&v.export_review(session, "다른수퍼", "까닭", Lang::Ko).unwrap_err()), FileError::NotAssigned);
        v.withdraw_consent(&code, [Scope::Supervision].into(), Withdrawal::FromNow).unwrap();
        assert_eq!(why(&v.export_review(session, "수퍼", "까닭", Lang::Ko).unwrap_err()), FileError::NotAssigned);
    });
}

/// Everything that is refused, by its reason.
#[derive(Default)]
struct Refusals(BTreeMap<String, usize>);

impl Refusals {
    fn count(&mut self, kind: &str, refused: VaultError, expected: &[FileError]) {
        let reason = why(&refused);
        let same = |e: &FileError| std::mem::discriminant(e) == std::mem::discriminant(&reason);
        assert!(expected.iter().any(same), "{kind}: {reason:?}");
        *self.0.entry(format!("{kind}: {reason:?}")).or_default() += 1;
    }
}

/// What a supervisor's program would have made, with one claim changed by somebody who holds those keys.
fn forged(reviewer: &Reviewer, opened: &OpenedParcel, counsellor: &str, change: impl Fn(&mut ReviewAnswer)) -> Vec<u8> {
    let mut answer = ReviewAnswer {
        schema: gyeot::domain::review::answer::ANSWER.into(),
        vault: opened.parcel.vault.clone(),
        parcel: opened.parcel.id,
        at: NOW,
        by: opened.parcel.to,
        to: opened.parcel.from,
        note: opened.parcel.note,
        verdict: Verdict::Cosign,
        words: None,
        comments: vec![],
    };
    change(&mut answer);
    reviewer.seal_answer(&answer, &counsellor.parse().unwrap()).unwrap()
}

#[test]
fn of_three_hundred_files_that_were_tampered_with_none_is_taken_in_and_each_is_refused_with_its_reason() {
    let mut rng = StdRng::seed_from_u64(seed());
    let dir = tempfile::tempdir().unwrap();
    let (dir, other) = (&dir.path().join("a"), &dir.path().join("b"));
    centre(dir);
    centre(other);
    let (code, session) = as_member(dir, "상담", handed_in);
    let (_, second) = as_member(dir, "상담", handed_in);
    let (_, elsewhere) = as_member(other, "상담", handed_in);
    let (mine, theirs, stranger) = (by_slot(dir, "수퍼"), by_slot(dir, "둘째"), by_slot(dir, "다른수퍼"));
    let (admin, own) = (by_slot(dir, "관리"), by_slot(dir, "상담"));
    let roster = as_member(dir, "상담", |v| v.roster());
    let id = |name: &str| roster.named(name).unwrap().id;
    let recipient = |name: &str| roster.named(name).unwrap().recipient.clone();
    let counsellor = recipient("상담");
    let parcel = sent(dir, session, "수퍼");
    let opened = mine.open(&parcel).unwrap();
    let opened_second = mine.open(&sent(dir, second, "수퍼")).unwrap();
    let good = mine.answer(&opened, Verdict::Cosign, None, vec![comment()], NOW).unwrap();
    let of_second = mine.answer(&opened_second, Verdict::Return, Some(words("더")), vec![], NOW).unwrap();
    let mut refusals = Refusals::default();
    let flips = rounds(70);

    let vault = unlock(dir, "상담");
    let before = newest(&vault, session);
    // Flipped bits and half copies, of the answer and of the file that went out.
    for _ in 0..flips {
        for (kind, bytes) in [("answer", &good), ("file", &parcel)] {
            let mut flipped = bytes.clone();
            let at = rng.gen_range(0..flipped.len());
            flipped[at] ^= 1 << rng.gen_range(0..8);
            let cut = &bytes[..rng.gen_range(0..bytes.len())];
            for (what, changed) in [("flipped", flipped.as_slice()), ("half copied", cut)] {
                let refused = match kind {
                    "answer" => vault.take_review_in(changed).unwrap_err(),
                    _ => mine.open(changed).unwrap_err(),
                };
                // A flip in the recipient of the header makes it a file for somebody else.
                refusals.count(&format!("{what} {kind}"), refused, &[FileError::Damaged, FileError::NotForYou]);
            }
        }
    }
    // Claims that their maker could sign and that do not fit what was sent.
    let (record, member) = (RecordId([7; 16]), gyeot::domain::practice::ids::MemberId([7; 16]));
    let claims: Vec<(&str, Vec<u8>, FileError)> = vec![
        ("another sending", forged(&mine, &opened, &counsellor, |a| a.parcel = record), FileError::NotAsked),
        ("swapped clients", forged(&mine, &opened, &counsellor, |a| a.note.session = second), FileError::NotAsked),
        (
            "swapped sendings",
            forged(&mine, &opened, &counsellor, |a| a.parcel = opened_second.parcel.id),
            FileError::NotAsked,
        ),
        ("another record", forged(&mine, &opened, &counsellor, |a| a.note.record = record), FileError::NotAsked),
        (
            "another text under the record",
            forged(&mine, &opened, &counsellor, |a| a.note.signed = [9; 32]),
            FileError::Stale { about: 0, now: 0 },
        ),
        (
            "no such session",
            forged(&mine, &opened, &counsellor, |a| a.note.session = SessionId([5; 16])),
            FileError::NotAsked,
        ),
        ("to somebody else inside", forged(&mine, &opened, &counsellor, |a| a.to = member), FileError::NotForYou),
        (
            "another centre inside",
            forged(&mine, &opened, &counsellor, |a| a.vault = "0".repeat(32)),
            FileError::OtherCentre,
        ),
        ("by a stranger", forged(&mine, &opened, &counsellor, |a| a.by = member), FileError::Stranger),
        ("signed by another supervisor", forged(&theirs, &opened, &counsellor, |_| ()), FileError::Edited),
        (
            "by another supervisor in their own name",
            forged(&theirs, &opened, &counsellor, |a| a.by = id("둘째")),
            FileError::NotAsked,
        ),
        (
            "by a supervisor who is not assigned",
            forged(&stranger, &opened, &counsellor, |a| a.by = id("다른수퍼")),
            FileError::NotAssigned,
        ),
        ("by an admin", forged(&admin, &opened, &counsellor, |a| a.by = id("관리")), FileError::Stranger),
        (
            "by the counsellor for themselves",
            forged(&own, &opened, &counsellor, |a| a.by = id("상담")),
            FileError::Stranger,
        ),
        ("sealed to another counsellor", forged(&mine, &opened, &recipient("다른상담"), |_| ()), FileError::NotForYou),
    ];
    for (kind, bytes, expected) in claims {
        let refused = vault.take_review_in(&bytes).unwrap_err();
        assert!(matches!(refused.exit(), Exit::Refused | Exit::Damaged), "{kind}");
        refusals.count(kind, refused, &[expected]);
    }
    // Misaddressed, of a person of another key, of another centre.
    let foreign = sent(other, elsewhere, "수퍼");
    for (kind, reviewer, bytes) in
        [("another supervisor's file", &theirs, &parcel), ("another centre's file", &mine, &foreign)]
    {
        refusals.count(kind, reviewer.open(bytes).unwrap_err(), &[FileError::NotForYou]);
    }
    let foreign_answer = {
        let reviewer = by_slot(other, "수퍼");
        let opened = reviewer.open(&foreign).unwrap();
        reviewer.answer(&opened, Verdict::Cosign, None, vec![], NOW).unwrap()
    };
    refusals.count(
        "another centre's answer",
        vault.take_review_in(&foreign_answer).unwrap_err(),
        &[FileError::NotForYou],
    );
    // What went out is not an answer, and an answer not what went out.
    refusals.count("the file as its own answer", vault.take_review_in(&parcel).unwrap_err(), &[FileError::NotForYou]);
    refusals.count("the answer as a file", mine.open(&good).unwrap_err(), &[FileError::NotForYou]);
    assert_eq!(newest(&vault, session), before, "nothing was changed by all of it");

    // An older revision: the counsellor took the note back and wrote on.
    vault.change_note(second, NoteChange::Write(text(&["다른 글"]))).unwrap();
    refusals.count(
        "older revision",
        vault.take_review_in(&of_second).unwrap_err(),
        &[FileError::Stale { about: 0, now: 0 }],
    );
    // Taken in once; replays after it.
    vault.take_review_in(&good).unwrap();
    let after = newest(&vault, session);
    for _ in 0..5 {
        refusals.count("replay", vault.take_review_in(&good).unwrap_err(), &[FileError::Replayed]);
    }
    let another = mine.answer(&opened, Verdict::Cosign, None, vec![], Timestamp(NOW.0 + 1)).unwrap();
    refusals.count(
        "a second answer to one sending",
        vault.take_review_in(&another).unwrap_err(),
        &[FileError::Replayed],
    );
    // Supervision ended in between: late files are refused too.
    vault.change_note(second, NoteChange::MarkReady).unwrap();
    vault.lock().unwrap();
    let late = mine.open(&sent(dir, second, "수퍼")).unwrap();
    let late = mine.answer(&late, Verdict::Cosign, None, vec![], NOW).unwrap();
    let vault = unlock(dir, "상담");
    let code_of_second = vault.clients().unwrap().into_iter().map(|c| c.code).find(|c| *c != code).unwrap();
    vault.withdraw_consent(&code_of_second, [Scope::Supervision].into(), Withdrawal::FromNow).unwrap();
    refusals.count(
        "after the consent was withdrawn",
        vault.take_review_in(&late).unwrap_err(),
        &[FileError::NotAssigned],
    );
    vault.set_consent(&code_of_second, consent(&[Scope::Service, Scope::Recording])).unwrap();
    assert_eq!(newest(&vault, session), after);
    vault.lock().unwrap();

    let all: usize = refusals.0.values().sum();
    for (kind, n) in &refusals.0 {
        eprintln!("{n:>4} {kind}");
    }
    let log = as_member(dir, "관리", |v| v.read_log().unwrap());
    let told = log.iter().filter(|(_, e)| e.detail.as_deref() == Some("review-answer")).count();
    assert!(told >= flips * 2, "what is refused is told: {told}");
    eprintln!("{all} files, 0 taken in, {told} refusals in the access log");
    assert!(all >= 300, "{all}");
}

#[test]
fn of_two_supervisors_who_answer_by_file_at_once_the_first_that_is_taken_in_stands() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    let (_, session) = as_member(dir, "상담", handed_in);
    let answers = ["수퍼", "둘째"].map(|name| {
        let reviewer = by_slot(dir, name);
        let opened = reviewer.open(&sent(dir, session, name)).unwrap();
        let verdict = if name == "수퍼" { Verdict::Return } else { Verdict::Cosign };
        let asked = (verdict == Verdict::Return).then(|| words("더 자세히"));
        reviewer.answer(&opened, verdict, asked, vec![comment()], NOW).unwrap()
    });
    for [first, second] in [[0, 1], [1, 0]] {
        // The same files, taken in in either order, each on a copy of its own.
        let copy = tempfile::tempdir().unwrap();
        let there = copy.path().join("v");
        stage::copy(dir, &there);
        let vault = unlock(&there, "상담");
        vault.take_review_in(&answers[first]).unwrap();
        let stands = newest(&vault, session);
        let refused = vault.take_review_in(&answers[second]).unwrap_err();
        assert!(matches!(why(&refused), FileError::Stale { .. }) && refused.exit() == Exit::Refused, "{refused:?}");
        assert_eq!(newest(&vault, session), stands);
        assert_eq!(vault.review_threads(session).unwrap().len(), 1, "no word of the other gets in unseen");
        vault.lock().unwrap();
    }
}

#[test]
fn a_supervisor_of_the_same_name_at_another_time_opens_nothing_of_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    let (_, session) = as_member(dir, "상담", handed_in);
    let parcel = sent(dir, session, "수퍼");
    let phrase = pass();
    as_member(dir, "관리", |v| {
        let second = Some(gyeot::service::Second { name: "다른수퍼", passphrase: &phrase });
        v.revoke_member("수퍼", second, None).unwrap().unwrap();
        v.add_member(&stage::new_member("수퍼", Role::Supervisor), &pass(), second, None).unwrap();
    });
    let namesake = by_slot(dir, "수퍼");
    assert_eq!(why(&namesake.open(&parcel).unwrap_err()), FileError::NotForYou);
}

#[test]
fn a_supervisor_who_was_revoked_answers_nothing_with_a_vault_and_what_they_answered_before_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    let (_, session, reviewer, opened) = opened_elsewhere(dir);
    let answer = reviewer.answer(&opened, Verdict::Cosign, None, vec![], NOW).unwrap();
    let phrase = pass();
    as_member(dir, "관리", |v| {
        let second = Some(gyeot::service::Second { name: "다른수퍼", passphrase: &phrase });
        v.revoke_member("수퍼", second, None).unwrap().unwrap();
    });
    as_member(dir, "상담", |v| {
        assert_eq!(why(&v.take_review_in(&answer).unwrap_err()), FileError::NotAssigned);
        assert_eq!(newest(v, session).2, NoteState::Ready);
    });
}

#[test]
fn a_clock_a_day_off_is_said_and_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    let (_, _, reviewer, opened) = opened_elsewhere(dir);
    let now = as_member(dir, "상담", |v| v.now());
    let ahead = Timestamp(now.0 + 3 * 86_400_000);
    let answer = reviewer.answer(&opened, Verdict::Cosign, None, vec![], ahead).unwrap();
    as_member(dir, "상담", |v| assert!(v.take_review_in(&answer).unwrap().clock_ahead));
}

#[test]
fn a_file_is_written_whole_for_its_owner_alone_or_not_at_all_and_never_over_another() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.age");
    outgoing_file::write(&file, b"one").unwrap();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(outgoing_file::write(&file, b"two").is_err());
    assert_eq!(read_file(&file).unwrap(), b"one");
    let link = dir.path().join("link.age");
    std::os::unix::fs::symlink(dir.path().join("elsewhere"), &link).unwrap();
    assert!(outgoing_file::write(&link, b"two").is_err() && !dir.path().join("elsewhere").exists());
    assert!(outgoing_file::write(&dir.path().join("none/b.age"), b"x").is_err());
    let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing half written is left: {left:?}");
}

#[test]
fn a_full_stick_is_told_nothing_half_written_is_left_on_it_and_the_note_can_be_sent_again() {
    let Some(stick) = crate::refusals::Tmpfs::mounted(64) else { return };
    std::fs::write(stick.path().join("other"), vec![7; 50 << 10]).unwrap();
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    let (_, session) = as_member(dir.path(), "상담", handed_in);
    let mut bytes = sent(dir.path(), session, "수퍼");
    bytes.resize(40 << 10, 0);
    let file = stick.path().join("a.age");
    let refused = outgoing_file::write(&file, &bytes).unwrap_err();
    assert_eq!(refused.exit, Exit::Failed, "{refused:?}");
    let left: Vec<_> = std::fs::read_dir(stick.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["other"]);
    std::fs::remove_file(stick.path().join("other")).unwrap();
    outgoing_file::write(&file, &sent(dir.path(), session, "수퍼")).unwrap();
    by_slot(dir.path(), "수퍼").open(&read_file(&file).unwrap()).unwrap();
}

#[test]
fn a_shared_folder_that_is_full_is_told_and_the_note_is_sent_at_the_next_step() {
    use gyeot::service::review_folder::exchange;
    let Some(stick) = crate::refusals::Tmpfs::mounted(64) else { return };
    let dir = tempfile::tempdir().unwrap();
    centre(dir.path());
    as_member(dir.path(), "상담", handed_in);
    let library = gyeot::adapters::instruments::library(&stage::data("none")).unwrap();
    let step = || {
        as_member(dir.path(), "상담", |v| {
            exchange(v, stick.path(), &library, ("수퍼비전", Lang::Ko), &outgoing_file::begin_later)
        })
    };
    std::fs::write(stick.path().join("other"), vec![7; 60 << 10]).unwrap();
    assert_eq!(step().unwrap_err().exit, Exit::Failed);
    let left: Vec<_> = std::fs::read_dir(stick.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["other"], "nothing half written");
    std::fs::remove_file(stick.path().join("other")).unwrap();
    assert_eq!(step().unwrap().sent, 2, "to both supervisors: what did not get out does not count as sent");
    assert_eq!(step().unwrap().sent, 0);
}

#[test]
fn a_refused_file_hides_none_after_it_the_later_revision_is_the_next_and_a_deputy_gets_the_file_too() {
    use gyeot::domain::practice::time::Timestamp;
    use gyeot::service::review_folder::{exchange, next};
    let root = tempfile::tempdir().unwrap();
    let (dir, folder) = (&root.path().join("v"), &root.path().join("shared"));
    std::fs::create_dir(folder).unwrap();
    centre(dir);
    let (code, session) = as_member(dir, "상담", handed_in);
    let library = gyeot::adapters::instruments::library(&stage::data("none")).unwrap();
    let step = || {
        as_member(dir, "상담", |v| {
            exchange(v, folder, &library, ("수퍼비전", Lang::Ko), &outgoing_file::begin_later).unwrap()
        })
    };
    assert_eq!(step().sent, 2);
    // A file that only looks right, by its name before the others: sealed to 수퍼, made by no counsellor.
    let stranger = {
        let (keys, to) =
            (slot_keys(dir, "둘째"), as_member(dir, "수퍼", |v| v.roster().named("수퍼").unwrap().clone()));
        let opened = by_slot(dir, "수퍼").open(&sent(dir, session, "수퍼")).unwrap();
        let mut parcel = opened.parcel;
        parcel.from = as_member(dir, "둘째", |v| v.me().id);
        let kind = gyeot::domain::review::parcel::PARCEL;
        let signed = gyeot::crypto::letter::sign(kind, &serde_json::to_string(&parcel).unwrap(), &keys);
        gyeot::crypto::letter::seal(&signed, &to.recipient.parse().unwrap()).unwrap()
    };
    std::fs::write(folder.join("a-stranger.age"), &stranger).unwrap();
    as_member(dir, "수퍼", |v| {
        let file = next(v, folder).unwrap().unwrap();
        assert_eq!((file.file().session, file.file().newest().unwrap().revision), (session, 2));
    });
    // Taken back and handed in again: the older file still lies there.
    as_member(dir, "상담", |v| {
        v.change_note(session, NoteChange::Write(text(&["하나", "더 자세한 둘"]))).unwrap();
        v.change_note(session, NoteChange::MarkReady).unwrap();
    });
    assert_eq!(step().sent, 2);
    let newer = as_member(dir, "상담", |v| newest(v, session).1);
    as_member(dir, "수퍼", |v| {
        let file = next(v, folder).unwrap().unwrap();
        assert_eq!(file.file().newest().unwrap().revision, newer, "an answer to the older one would be refused");
        let (bytes, _) = file.answer(Verdict::Return, Some(words("더")), v.now()).unwrap();
        outgoing_file::write(file.answer_path(), &bytes).unwrap();
    });
    let done = step();
    assert_eq!((done.taken.len(), done.refused.len()), (1, 0));
    as_member(dir, "상담", |v| assert_eq!(queue(v).returned.len(), 1, "a return by file is one"));
    // Where nothing but what is refused lies there, its reason is told.
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path.ends_with("a-stranger.age") {
            std::fs::remove_file(path).unwrap();
        }
    }
    as_member(dir, "수퍼", |v| assert_eq!(why(&next(v, folder).unwrap_err()), FileError::Stranger));
    // A deputy whose time runs is sent the note as well.
    as_member(dir, "상담", |v| {
        let (from, to) = (v.now(), Timestamp(v.now().0 + 86_400_000));
        v.name_deputy(&code, "다른수퍼", Some("수퍼"), (from, to)).unwrap();
        v.change_note(session, NoteChange::MarkReady).unwrap();
        assert_eq!(queue(v).waiting.len(), 1);
        assert!(v.unsent_review(session).unwrap().contains(&"다른수퍼".to_owned()));
    });
    step();
    as_member(dir, "다른수퍼", |v| assert!(next(v, folder).unwrap().is_some()));
}

/// The keys of a member, from their slot.
fn slot_keys(dir: &Path, name: &str) -> gyeot::crypto::keys::Keyring {
    let id = as_member(dir, name, |v| v.me().id.to_string());
    slot::unlock(&std::fs::read(dir.join("slots").join(format!("{id}.age"))).unwrap(), &pass()).unwrap()
}

#[test]
fn a_slot_of_another_vault_opens_nothing_even_where_its_member_made_up_a_roster() {
    let dir = tempfile::tempdir().unwrap();
    let (mine, foreign) = (&dir.path().join("a"), &dir.path().join("b"));
    centre(mine);
    // A foreign vault in which the supervisor's public key stands as a member: the file is sealed to them, the roster is not.
    let vault = UnlockedVault::init(foreign, &new_vault("상담", Role::Counsellor), &pass()).unwrap();
    vault.lock().unwrap();
    let id = as_member(mine, "수퍼", |v| v.me().id.to_string());
    let slot_file = std::fs::read(mine.join("slots").join(format!("{id}.age"))).unwrap();
    let keys = slot::unlock(&slot_file, &pass()).unwrap();
    let (_, session) = as_member(mine, "상담", handed_in);
    let reviewer = by_slot(mine, "수퍼");
    let opened = reviewer.open(&sent(mine, session, "수퍼")).unwrap();
    let mut parcel = opened.parcel.clone();
    parcel.roster = std::fs::read_to_string(foreign.join("roster")).unwrap();
    let kind = gyeot::domain::review::parcel::PARCEL;
    let line = serde_json::to_string(&parcel).unwrap();
    let signed = gyeot::crypto::letter::sign(kind, &line, &keys);
    let sealed = gyeot::crypto::letter::seal(&signed, &keys.recipient()).unwrap();
    assert_eq!(why(&reviewer.open(&sealed).unwrap_err()), FileError::OtherCentre);
}
