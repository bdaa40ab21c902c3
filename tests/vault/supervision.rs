//! What stands around reviews, with real keys: case reports, released extracts of process notes, deputies for a time, hours.
//! The clock of the vault is moved, and the keys of whoever lost them are tried on every record.

use crate::stage::{FIVE, consent, pass, sheet};
use gyeot::adapters::{instruments, shipped};
use gyeot::domain::explain::{Exit, Explain};
use gyeot::domain::governance::access_log::Task;
use gyeot::domain::practice::ids::{ClientCode, SessionId, StatementId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::practice::time::Timestamp;
use gyeot::domain::record::{NoteLine, NoteRevision, NoteSection, NoteState, Origin};
use gyeot::domain::review::hours::Setting;
use gyeot::domain::review::report::{CaseReport, ReportSource};
use gyeot::domain::review::report_form::ReportForm;
use gyeot::domain::transcript::{Speaker, Utterance};
use gyeot::formats::document_format;
use gyeot::ports::clock::Clock;
use gyeot::service::case_report::{ReportData, filled, hand_out, newest, replacements, with_stretch};
use gyeot::service::handing_out::Asked;
use gyeot::service::notes::NoteChange;
use gyeot::service::{Body, NewClient, Scope, UnlockedVault, VaultError, Withdrawal};
use std::path::Path;

const DAY: i64 = 86_400_000;

fn unlock(dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock(dir, Some(name), &pass()).unwrap()
}

/// A clock that stands still.
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

fn at(when: Timestamp, dir: &Path, name: &str) -> UnlockedVault {
    UnlockedVault::unlock_at(dir, Some(name), &pass(), Box::new(At(when))).unwrap()
}

fn as_member<T>(dir: &Path, name: &str, what: impl FnOnce(&UnlockedVault) -> T) -> T {
    let vault = unlock(dir, name);
    let done = what(&vault);
    vault.lock().unwrap();
    done
}

fn library() -> gyeot::domain::assessment::instrument::Library {
    instruments::library(Path::new("no folder of the centre's own")).unwrap()
}

fn note(words: &[&str]) -> NoteRevision {
    let line = |t: &&str| NoteLine {
        id: StatementId::default(),
        text: ClientText::new(t),
        origin: Origin::Typed,
        evidence: Vec::new(),
        check: None,
    };
    let section = |key: &str, lines: &[&str]| NoteSection { key: key.into(), lines: lines.iter().map(line).collect() };
    let sections = vec![section("subjective", words), section("plan", &["수면 일지를 쓴다"])];
    NoteRevision { format: "soap".into(), sections, state: NoteState::Draft, reason: None }
}

fn said(id: u32, text: &str) -> Utterance {
    let (start_ms, text) = (u64::from(id) * 1000, ClientText::new(text));
    let id = UtteranceId(id);
    Utterance { id, start_ms, end_ms: start_ms + 900, speaker: Speaker::Client, text, confidence: None }
}

/// A centre of five with a client of 상담 whom 수퍼 supervises, and a session with words, a signed note and a process note.
fn centre(dir: &Path) -> (ClientCode, SessionId) {
    crate::stage::centre_of(dir, &FIVE);
    as_member(dir, "상담", |v| {
        let new = NewClient {
            name: ClientText::new("김하늘"),
            birth_date: Some("1999-03-02".into()),
            address: Some(ClientText::new("서울시 강남구")),
            supervisors: vec!["수퍼".into()],
            ..NewClient::default()
        };
        let code = v.add_client(new).unwrap();
        v.set_consent(&code, consent(&[Scope::Service, Scope::Recording, Scope::Supervision])).unwrap();
        let session = v.begin_session(&code, v.now()).unwrap();
        let utterances = vec![said(1, "잠을 못 자요"), said(2, "김하늘이라고 해요"), said(3, "강남고등학교에 다녀요")];
        let text = ["김하늘은 강남고등학교에서 잠을 못 잔다고 호소함", "박영희 씨가 권해서 옴"];
        v.keep(session, &[Body::Utterances { utterances }]).unwrap();
        v.write_process_note(session, "첫 줄: 역전이가 느껴짐\n둘째 줄: 나만의 생각").unwrap();
        v.change_note(session, NoteChange::Write(note(&text))).unwrap();
        v.end_session(session, v.now(), "ended").unwrap();
        v.change_note(session, NoteChange::Sign).unwrap();
        v.keep_for(&code, &[Body::Administration { sheet: sheet() }]).unwrap();
        (code, session)
    })
}

fn refused<T: std::fmt::Debug>(done: Result<T, VaultError>, who: &str) {
    let refused = done.unwrap_err();
    assert_eq!(refused.exit(), Exit::Refused, "{who}: {refused:?}");
}

fn text_of(v: &UnlockedVault, code: &ClientCode, form: &ReportForm, lang: Lang) -> String {
    let (formats, library) = (shipped::note_formats().unwrap(), library());
    let data = ReportData { form, formats: &formats, library: &library, lang };
    let asked = Asked { form: "txt", reason: "수퍼비전", name: false, lang };
    let (_, document) = hand_out(v, code, asked, data).unwrap();
    String::from_utf8(document_format("txt").unwrap().write(&document, lang).unwrap()).unwrap()
}

#[test]
fn a_case_report_is_filled_with_sources_read_by_whom_it_may_be_and_leaves_with_what_was_taken_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (code, session) = centre(dir);
    let form = shipped::report_form().unwrap();
    as_member(dir, "상담", |v| {
        let (formats, library) = (shipped::note_formats().unwrap(), library());
        let data = ReportData { form: &form, formats: &formats, library: &library, lang: Lang::Ko };
        let (report, added) = filled(v, &code, newest(v, &code, &form).unwrap(), data).unwrap();
        assert!(added > 5, "{added}");
        let all = || report.sections.iter().flat_map(|s| &s.lines);
        assert!(all().all(|l| l.source != ReportSource::Typed), "each statement has its source");
        assert_eq!(report.lines("basics")[0].text.reveal(), "내담자 김○○");
        assert_eq!(report.lines("basics")[1].text.reveal(), "20대");
        assert!(report.lines("presenting")[0].text.reveal().contains("호소함"));
        assert!(report.lines("sessions")[0].text.reveal().starts_with("[1회기"));
        for empty in ["impression", "family", "formulation", "help", "verbatim"] {
            assert!(report.asked_for(&form).contains(&empty), "{empty}");
        }
        let report = with_stretch(v, &code, (session, (1, 2)), report, (&form, Lang::Ko)).unwrap();
        assert_eq!(report.lines("verbatim").len(), 2);
        refused_stretch(v, &code, session, &report, &form);
        v.keep_case_report(&code, report.clone()).unwrap();
        let (again, more) = filled(v, &code, report.clone(), data).unwrap();
        assert_eq!((again, more), (report.clone(), 0), "filling twice adds nothing");

        // Before anything was taken the words stand there; then each is replaced where it stands.
        let before = text_of(v, &code, &form, Lang::Ko);
        assert!(before.contains("강남고등학교") && before.contains("박영희"), "{before}");
        let shown = replacements(v, &code, &report, (&form, Lang::Ko)).unwrap();
        let mut taken = report.clone();
        taken.replaced = shown.iter().map(|p| p.replacement.clone()).collect();
        v.keep_case_report(&code, taken).unwrap();
        let after = text_of(v, &code, &form, Lang::Ko);
        for gone in ["김하늘", "하늘", "강남고등학교", "박영희", code.as_str(), &v.now().date()[..7]] {
            let own = after.lines().filter(|l| !l.contains("출력한 날") && l.contains(gone)).collect::<Vec<_>>();
            assert!(own.is_empty(), "{gone}: {own:?}");
        }
        assert!(after.contains("○○고등학교") && after.contains("[1회기 노트 2판]"), "{after}");
        for id in ["pdf", "docx"] {
            let asked = Asked { form: id, reason: "수퍼비전", name: false, lang: Lang::Ko };
            let (_, document) = hand_out(v, &code, asked, data).unwrap();
            assert!(document_format(id).unwrap().write(&document, Lang::Ko).unwrap().len() > 2_000);
        }
        let versions = v.case_reports(&code).unwrap();
        assert_eq!(versions.iter().map(|r| r.revision).collect::<Vec<_>>(), [1, 2]);
    });
    for (name, reads) in [("수퍼", true), ("다른수퍼", false), ("다른상담", false), ("관리", false)] {
        as_member(dir, name, |v| {
            match v.case_reports(&code) {
                Ok(versions) => assert!(reads && versions.len() == 2, "{name}"),
                Err(e) => assert!(!reads && e.exit() == Exit::Refused, "{name}: {e}"),
            }
            refused(v.keep_case_report(&code, CaseReport::empty(&form)), name);
            refused(v.export_case_reports(&code, "pdf", "까닭"), name);
        });
    }
    as_member(dir, "상담", |v| {
        refused(v.export_case_reports(&code, "pdf", " "), "a reason");
        v.withdraw_consent(&code, [Scope::Supervision].into(), Withdrawal::FromNow).unwrap();
    });
    as_member(dir, "수퍼", |v| refused(v.case_reports(&code), "withdrawn"));
    let log = as_member(dir, "관리", |v| v.read_log().unwrap());
    let exports = log.iter().filter(|(_, e)| e.task == Task::Export);
    assert!(exports.clone().count() > 3 && exports.into_iter().all(|(_, e)| e.reason.is_some()));
}

fn refused_stretch(v: &UnlockedVault, code: &ClientCode, session: SessionId, report: &CaseReport, form: &ReportForm) {
    for lines in [(90, 99), (0, 0)] {
        with_stretch(v, code, (session, lines), report.clone(), (form, Lang::Ko)).unwrap_err();
    }
}

#[test]
fn a_supervisor_reads_the_released_lines_of_a_process_note_and_no_other_until_they_are_taken_back() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (code, session) = centre(dir);
    as_member(dir, "수퍼", |v| {
        refused(v.process_note(session), "process notes");
        refused(v.release_extract(session, &[1]), "releasing");
        refused(v.write_process_note(session, "x"), "writing");
        assert!(v.released_extracts(session).unwrap().is_empty());
    });
    let record = as_member(dir, "상담", |v| {
        for bad in [&[][..], &[0], &[3]] {
            v.release_extract(session, bad).unwrap_err();
        }
        v.release_extract(session, &[1]).unwrap().record
    });
    as_member(dir, "수퍼", |v| {
        let all = v.released_extracts(session).unwrap();
        assert_eq!(all[0].extract.lines, [ClientText::new("첫 줄: 역전이가 느껴짐")]);
        let opened = v.open_session(session).unwrap();
        let told = serde_json::to_string(&opened.iter().map(|o| &o.body).collect::<Vec<_>>()).unwrap();
        assert!(!told.contains("나만의 생각"), "the extract only");
        refused(v.take_back_extract(session, record), "taking back");
        let library = library();
        let _ = v.review_queue(&library).unwrap();
        assert!(v.open_review(session, Lang::Ko).unwrap().extracts.len() == 1, "it stands beside the note");
    });
    as_member(dir, "상담", |v| {
        v.take_back_extract(session, record).unwrap();
        assert!(v.check().unwrap().sound());
    });
    as_member(dir, "수퍼", |v| {
        assert!(v.released_extracts(session).unwrap().is_empty());
        let opened = v.open_session(session).unwrap();
        assert!(opened.iter().all(|o| o.header.kind != "process-extract"));
    });
    as_member(dir, "상담", |v| {
        v.withdraw_consent(&code, [Scope::Supervision].into(), Withdrawal::FromNow).unwrap();
        refused(v.release_extract(session, &[1]), "without the consent");
    });
}

/// What a member may do with the client now, in one line.
fn may(dir: &Path, name: &str, code: &ClientCode, session: SessionId) -> String {
    as_member(dir, name, |v| {
        let yes = |ok: bool| if ok { 'y' } else { '-' };
        let library = library();
        let seen = v.clients().is_ok_and(|c| c.iter().any(|row| row.code == *code));
        let queue = v.review_queue(&library).is_ok_and(|q| q.clients > 0);
        let read = v.open_review(session, Lang::Ko);
        let comment = read.as_ref().is_ok_and(|file| {
            let on = file.newest().unwrap().record;
            v.comment(session, on, None, ClientText::new("x")).is_ok()
        });
        let report = v.case_reports(code).is_ok();
        let extract = v.released_extracts(session).is_ok();
        let process = v.process_note(session).is_ok();
        let deputy = v.deputies().is_ok_and(|d| !d.is_empty());
        let names = v.name_deputy(code, "다른수퍼", None, (v.now(), Timestamp(v.now().0 - 1)));
        let names = matches!(names, Err(VaultError::Input(_)));
        let hours = v.supervision_hours().is_ok();
        let all = [seen, queue, read.is_ok(), comment, report, extract, process, deputy, names, hours];
        all.into_iter().map(yes).collect()
    })
}

#[test]
fn of_every_role_and_operation_of_supervision_with_real_keys_none_is_wrong_also_former_and_expired() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (code, session) = centre(dir);
    // seen, queue, read, comment, report, extract, process, deputies listed, may name one, own hours.
    let none = "---------y";
    for (name, expected) in
        [("상담", "yyy-yyy-yy"), ("다른상담", none), ("수퍼", "yyyyyy--yy"), ("다른수퍼", none), ("관리", "----------")]
    {
        assert_eq!(may(dir, name, &code, session), expected, "{name}");
    }
    let before = as_member(dir, "다른수퍼", |v| v.check().unwrap().opened);
    // A deputy while the time runs reads as the supervisor does, and names no deputy.
    let now = as_member(dir, "수퍼", |v| {
        let now = v.now();
        v.name_deputy(&code, "다른수퍼", None, (Timestamp(now.0 - DAY), Timestamp(now.0 + DAY))).unwrap();
        now
    });
    assert_eq!(may(dir, "다른수퍼", &code, session), "yyyyyy-y-y");
    // The time is over: the deputy's own program refuses before anybody took the keys.
    let later = Timestamp(now.0 + 2 * DAY);
    let expired = at(later, dir, "다른수퍼");
    assert!(expired.open_session(session).is_err());
    refused(expired.case_reports(&code), "expired");
    assert!(expired.clients().unwrap().is_empty());
    expired.lock().unwrap();
    // The supervisor's next listing takes the keys and begins a new one; the counsellor goes on with it.
    let supervisor = at(later, dir, "수퍼");
    assert_eq!(supervisor.clients().unwrap().len(), 1);
    assert!(supervisor.deputies().unwrap().is_empty());
    supervisor.lock().unwrap();
    as_member(dir, "상담", |v| {
        assert!(v.client(&code).unwrap().deputies.is_empty());
        v.keep_case_report(&code, {
            let form = shipped::report_form().unwrap();
            let mut report = CaseReport::empty(&form);
            report.lines_mut("help").push(gyeot::domain::review::report::ReportLine {
                text: ClientText::new("나중에 쓴 것"),
                ..Default::default()
            });
            report
        })
        .unwrap();
        assert!(v.check().unwrap().sound());
    });
    // Even with the clock turned back the keys open nothing of the client any more.
    assert_eq!(may(dir, "다른수퍼", &code, session), none);
    let back = as_member(dir, "다른수퍼", |v| v.check().unwrap().opened);
    assert_eq!(back, before, "no more than a stranger");
    // A former supervisor.
    as_member(dir, "상담", |v| drop(v.unassign_supervisor(&code, "수퍼").unwrap()));
    assert_eq!(may(dir, "수퍼", &code, session), none);
}

#[test]
fn a_deputy_of_later_gets_the_keys_when_the_time_begins_and_loses_them_with_the_supervisor() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (code, session) = centre(dir);
    let now = as_member(dir, "상담", |v| {
        let now = v.now();
        let day = |days: i64| Timestamp(now.0 + days * DAY);
        for (from, to) in [(day(1), day(1)), (day(-3), day(-1)), (day(0), day(200))] {
            v.name_deputy(&code, "다른수퍼", None, (from, to)).unwrap_err();
        }
        v.name_deputy(&code, "수퍼", None, (day(0), day(1))).unwrap_err();
        v.name_deputy(&code, "다른수퍼", Some("수퍼"), (day(1), day(5))).unwrap();
        v.name_deputy(&code, "다른수퍼", None, (day(1), day(5))).unwrap_err();
        let row = v.deputies().unwrap().remove(0);
        assert!(!row.holds && !row.keys && row.instead_of == "수퍼");
        now
    });
    as_member(dir, "다른수퍼", |v| assert!(v.clients().unwrap().is_empty()));
    let later = Timestamp(now.0 + 2 * DAY);
    let counsellor = at(later, dir, "상담");
    counsellor.clients().unwrap();
    let row = counsellor.deputies().unwrap().remove(0);
    assert!(row.holds && row.keys);
    counsellor.lock().unwrap();
    let deputy = at(later, dir, "다른수퍼");
    assert!(deputy.open_session(session).is_ok());
    deputy.lock().unwrap();
    let counsellor = at(later, dir, "상담");
    counsellor.unassign_supervisor(&code, "수퍼").unwrap();
    assert!(counsellor.deputies().unwrap().is_empty());
    counsellor.lock().unwrap();
    let deputy = at(later, dir, "다른수퍼");
    assert!(deputy.open_session(session).is_err(), "without the supervisor");
    deputy.lock().unwrap();
}

#[test]
fn a_deputy_named_by_days_of_all_clients_is_named_of_those_who_can_have_one_and_ended_of_all() {
    use gyeot::service::deputies::{DeputyByDays, end_deputy_of, name_deputy_by_days};
    let root = tempfile::tempdir().unwrap();
    let dir = root.path();
    let (code, _) = centre(dir);
    as_member(dir, "상담", |v| {
        // A client without a supervisor: no deputy of theirs.
        let alone = v.add_client(NewClient { name: ClientText::new("이바다"), ..NewClient::default() }).unwrap();
        let (today, week) = (v.now().date(), Timestamp(v.now().0 + 7 * 86_400_000).date());
        let asked = |name, client, from, to| DeputyByDays { name, client, instead_of: None, from, to };
        for (name, client, from, to) in [
            ("다른수퍼", None, "2026-13-01", week.as_str()),
            ("다른수퍼", None, week.as_str(), today.as_str()),
            ("아무도", None, today.as_str(), week.as_str()),
            ("다른수퍼", Some(&alone), today.as_str(), week.as_str()),
        ] {
            assert!(name_deputy_by_days(v, asked(name, client, from, to)).is_err(), "{name} {from} {to}");
        }
        assert!(v.deputies().unwrap().is_empty(), "what is refused names nobody");
        assert_eq!(name_deputy_by_days(v, asked("다른수퍼", None, &today, &week)).unwrap(), 1);
        let rows = v.deputies().unwrap();
        assert_eq!((rows.len(), &rows[0].code, rows[0].holds), (1, &code, true));
        assert_eq!(Timestamp(rows[0].to.0 - 1).date(), week, "the last day is included");
        assert!(name_deputy_by_days(v, asked("다른수퍼", None, &today, &week)).is_err(), "twice");
    });
    as_member(dir, "다른수퍼", |v| assert!(v.client(&code).is_ok()));
    as_member(dir, "상담", |v| {
        refused(end_deputy_of(v, "수퍼", None), "who is no deputy");
        assert_eq!(end_deputy_of(v, "다른수퍼", None).unwrap(), 1);
    });
    as_member(dir, "다른수퍼", |v| refused(v.client(&code), "after the end"));
}

#[test]
fn hours_of_supervision_are_ones_own_are_added_up_and_a_wrong_one_is_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    centre(dir);
    as_member(dir, "상담", |v| {
        for (date, minutes) in [("2026-13-01", 50), ("2999-01-01", 50), ("2020-01-01", 0), ("2020-01-01", 601)] {
            v.log_supervision(date, minutes, Setting::Individual, None).unwrap_err();
        }
        v.log_supervision("2020-01-02", 50, Setting::Individual, Some("없는사람")).unwrap_err();
        v.log_supervision("2020-01-02", 50, Setting::Individual, Some("수퍼")).unwrap();
        let wrong = v.log_supervision("2020-01-01", 90, Setting::Group, None).unwrap();
        let all = v.supervision_hours().unwrap();
        assert_eq!(all.iter().map(|r| r.hours.minutes).collect::<Vec<_>>(), [90, 50], "by day");
        v.forget_supervision(wrong.record).unwrap();
        v.forget_supervision(wrong.record).unwrap_err();
        assert_eq!(v.supervision_hours().unwrap().len(), 1);
        assert!(v.check().unwrap().sound());
    });
    as_member(dir, "수퍼", |v| assert!(v.supervision_hours().unwrap().is_empty()));
    as_member(dir, "관리", |v| refused(v.supervision_hours(), "an admin"));
}

#[test]
fn a_folder_that_both_see_is_one_step_on_each_side_and_what_is_in_it_twice_or_half_is_left_alone() {
    use gyeot::adapters::outgoing_file;
    use gyeot::domain::review::answer::NewComment;
    use gyeot::domain::review::verdict::Verdict;
    use gyeot::service::review_folder::{exchange, next};
    let root = tempfile::tempdir().unwrap();
    let (dir, folder) = (&root.path().join("v"), &root.path().join("shared"));
    std::fs::create_dir(folder).unwrap();
    let (code, _) = centre(dir);
    let session = as_member(dir, "상담", |v| {
        let session = v.begin_session(&code, v.now()).unwrap();
        v.change_note(session, NoteChange::Write(note(&["두 번째 회기"]))).unwrap();
        v.change_note(session, NoteChange::MarkReady).unwrap();
        session
    });
    let step = |name: &str| {
        as_member(dir, name, |v| exchange(v, folder, &library(), ("수퍼비전", Lang::Ko), &outgoing_file::begin_later))
    };
    assert_eq!(step("상담").unwrap().sent, 1);
    assert_eq!(step("상담").unwrap().sent, 0, "what was sent is not sent again");
    // A half-copied file and one of somebody else lie there too.
    let whole = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    std::fs::write(folder.join("a-half.age"), &std::fs::read(&whole).unwrap()[..200]).unwrap();
    as_member(dir, "다른수퍼", |v| assert!(next(v, folder).unwrap().is_none(), "to somebody else"));
    as_member(dir, "수퍼", |v| {
        let file = next(v, folder).unwrap().unwrap();
        file.comment(NewComment { at: None, text: ClientText::new("수면 일지는 언제부터?") }).unwrap();
        assert_eq!(file.shown(v.now()).unwrap().threads.len(), 1);
        assert!(file.file().extracts.is_empty() && file.file().client.is_none());
        let (bytes, count) = file.answer(Verdict::Cosign, None, v.now()).unwrap();
        assert_eq!(count, 1);
        outgoing_file::write(file.answer_path(), &bytes).unwrap();
        file.answered();
        assert!(next(v, folder).unwrap().is_none(), "it is answered");
    });
    let answer = whole.with_extension("answer.age");
    let copy = std::fs::read(&answer).unwrap();
    let done = step("상담").unwrap();
    assert_eq!((done.taken.len(), done.refused.len()), (1, 0));
    assert!(!answer.exists() && !whole.exists(), "what was taken in is away");
    std::fs::write(&answer, copy).unwrap();
    let again = step("상담").unwrap();
    assert_eq!((again.taken.len(), again.refused.len()), (0, 1), "a replay is refused and stays");
    assert!(answer.exists());
    as_member(dir, "상담", |v| assert_eq!(v.review_threads(session).unwrap().len(), 1));
    assert!(step("수퍼").is_err() || step("수퍼").unwrap().sent == 0, "only a counsellor sends");
}
