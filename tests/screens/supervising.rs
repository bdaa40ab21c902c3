//! What stands around reviews, by keys: the mark stays on its row when a queue is read again in another order, deputies and hours
//! are named, written and taken back, lines of a process note are released, a stretch of verbatim is chosen.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::pictures::{deputies, hours, process_file, processed, readers, stretching, with};
use crate::stage::*;
use gyeot::app::command::Command;
use gyeot::app::effect::ReportAct;
use gyeot::app::msg::{Answer, Msg, ReportAnswer};
use gyeot::app::notice::Say;
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::Question;
use gyeot::app::state::report::{ReportPage, StretchPage};
use gyeot::app::state::review::{Pane, ReviewAct, ReviewPage, Reviews};
use gyeot::app::state::supervision::{
    DeputyAsked, HoursAsked, ProcessFile, ProcessPage, SupervisionAct, SupervisionDone,
};
use gyeot::app::views::SignedIn;
use gyeot::app::{Effect, Model, pages};
use gyeot::domain::practice::ids::{ClientId, RecordId, StatementId, UtteranceId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::record::CommentAt;
use gyeot::domain::review::file::ExtractLine;

fn asks(effects: &[Effect]) -> SupervisionAct {
    match effects {
        [Effect::Supervision(act)] => act.clone(),
        other => panic!("{other:?}"),
    }
}

fn say(m: &Model) -> Option<&Say> {
    m.notice.as_ref().map(|n| &n.say)
}

#[test]
fn a_queue_that_is_read_again_in_another_order_leaves_the_mark_on_its_note() {
    let mut m = with(with_queue(Lang::Ko), &[Command::Down]);
    let marked = m.pages.get::<Reviews>().unwrap().marked().unwrap().session;
    // In every order the same note is opened by the same key.
    for turn in 0..3 {
        let mut queue = queue();
        queue.waiting.rotate_left(turn);
        play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(queue)))]);
        let effects = does(&mut m, &[Command::Open]);
        assert!(matches!(effects[..], [Effect::OpenReview(session)] if session == marked), "{turn}: {effects:?}");
    }
    // Decided elsewhere meanwhile: what is marked is there, and it is not another row by chance of an index past the end.
    let mut less = queue();
    less.waiting.retain(|row| row.session != marked);
    less.returned.clear();
    play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(less)))]);
    let reviews = m.pages.get::<Reviews>().unwrap();
    assert!(reviews.marked().is_some_and(|row| row.session != marked));
    play(&mut m, [Msg::Answer(Answer::Reviews(Box::default()))]);
    assert!(m.pages.get::<Reviews>().unwrap().marked().is_none());
    play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(queue())))]);
    assert!(!pages::assigned::at_clients(&m), "keys go to the notes as soon as there is one");
}

#[test]
fn a_click_on_a_row_of_the_queue_marks_it_and_one_on_the_marked_row_opens_it() {
    let m = with_queue(Lang::Ko);
    let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(80, 24)).unwrap();
    let mut view = gyeot::ui::View::new(true);
    terminal.draw(|frame| gyeot::ui::draw(frame, &m, &mut view)).unwrap();
    let text = crate::ui_screens::picture(&m, 80, 24).text;
    let row_of = |what: &str| text.lines().position(|row| row.contains(what)).unwrap() as u16;
    // The last row stands below the heading of what was returned.
    let (first, last) = (row_of("2회기"), row_of("5회기"));
    assert_eq!(last - first, 4);
    let mut clicked = m.clone();
    play(&mut clicked, view.hits.at(20, last));
    assert_eq!(clicked.pages.get::<Reviews>().unwrap().at, 3);
    let mut opened = m;
    let effects = play(&mut opened, view.hits.at(20, first));
    assert!(matches!(effects[..], [Effect::OpenReview(_)]), "{effects:?}");
}

#[test]
fn a_caseload_that_is_read_again_in_another_order_leaves_the_mark_on_its_client() {
    let mut m = signed_as(Lang::Ko, Role::Counsellor);
    let mut rows = m.caseload.clone();
    let mut other = rows[0].clone();
    other.client.id = ClientId([9; 16]);
    rows.push(other);
    play(&mut m, [Msg::Answer(Answer::Caseload(rows.clone())), Msg::Do(Command::Down)]);
    let marked = rows[m.case_at].client.id;
    rows.reverse();
    play(&mut m, [Msg::Answer(Answer::Caseload(rows.clone()))]);
    assert_eq!(rows[m.case_at].client.id, marked);
    rows.retain(|row| row.client.id != marked);
    let left = rows.len();
    play(&mut m, [Msg::Answer(Answer::Caseload(rows))]);
    assert!(m.case_at < left);
}

#[test]
fn a_review_that_is_read_again_leaves_the_marks_on_their_statement_and_their_line() {
    let mut m = at_review(Lang::Ko, Role::Supervisor);
    let file = review_file(Lang::Ko);
    let line = file.extract.last().unwrap().line.id;
    {
        let page = m.pages.get_mut::<ReviewPage>().unwrap();
        let places = page.places();
        page.at = places.iter().rposition(|p| matches!(p, Some(CommentAt::Statement(_)))).unwrap();
        page.line = page.file.extract.len() - 1;
    }
    let statement = m.pages.get::<ReviewPage>().unwrap().place();
    // A comment of somebody else brought lines into the extract, and the note has a statement more at its beginning.
    let mut newer = file;
    let mut first = newer.extract[0].clone();
    first.line.id = UtteranceId(900);
    newer.extract.splice(0..0, [first.clone(), ExtractLine { after_gap: true, ..first }]);
    let note = &mut newer.versions.last_mut().unwrap().note;
    let mut added = note.sections[0].lines[0].clone();
    added.id = StatementId(77);
    note.sections[0].lines.insert(0, added);
    play(&mut m, [Msg::Answer(Answer::Review(Box::new(newer.clone())))]);
    let page = m.pages.get_mut::<ReviewPage>().unwrap();
    assert_eq!(page.place(), statement);
    page.pane = Pane::Extract;
    assert_eq!(page.place(), Some(CommentAt::Utterance(line)));
    // What was marked is gone: the marks stay within what is there.
    let note = &mut newer.versions.last_mut().unwrap().note;
    note.sections.iter_mut().for_each(|s| s.lines.clear());
    newer.extract.truncate(1);
    play(&mut m, [Msg::Answer(Answer::Review(Box::new(newer)))]);
    let page = m.pages.get::<ReviewPage>().unwrap();
    assert!(page.at < page.places().len() && page.line == 0);
}

#[test]
fn a_counsellor_is_told_at_unlocking_what_came_back_and_what_is_at_the_supervisor() {
    let told = |waiting: usize, returned: usize| {
        let mut m = signed_as(Lang::Ko, Role::Counsellor);
        m.notice = None;
        let (mut all, one) = (queue(), queue().returned[0].clone());
        all.waiting.truncate(waiting);
        all.returned = vec![one; returned];
        play(&mut m, [Msg::Answer(Answer::Reviews(Box::new(all)))]);
        say(&m).cloned()
    };
    assert_eq!(told(0, 0), None);
    assert_eq!(told(0, 2), Some(Say::CameBack(2)));
    assert_eq!(told(3, 0), Some(Say::AtSupervisor { away: 3, came_back: 0 }));
    assert_eq!(told(1, 1), Some(Say::AtSupervisor { away: 1, came_back: 1 }));
    let mut m = with_queue(Lang::Ko);
    assert!(say(&m).is_none(), "a supervisor has the queue before them");
    play(&mut m, [Msg::Answer(Answer::Reviews(Box::default()))]);
    assert!(say(&m).is_none());
}

#[test]
fn the_lists_around_reviews_are_reached_by_a_key_of_the_start_page_and_lead_back_to_it() {
    for (role, keys) in [
        (Role::Supervisor, &[('s', Screen::Supervisees), ('d', Screen::Deputies), ('t', Screen::Hours)][..]),
        (Role::Counsellor, &[('d', Screen::Deputies), ('t', Screen::Hours)][..]),
    ] {
        for (key, screen) in keys {
            let mut m = signed_as(Lang::Ko, role);
            let start = m.screen;
            let command = pages::of_key(&m, gyeot::app::key::Key::char(*key)).unwrap();
            let effects = does(&mut m, &[command]);
            assert!(matches!(effects[..], [Effect::List(_)]), "{effects:?}");
            assert_eq!(m.screen, *screen);
            does(&mut m, &[Command::Back]);
            assert_eq!(m.screen, start, "{role:?} {key}");
        }
    }
    // An admin has none of them.
    let m = signed_as(Lang::Ko, Role::Admin);
    for screen in [Screen::Supervisees, Screen::Deputies, Screen::Hours, Screen::ProcessNote] {
        assert!(!pages::offers(&m, Command::Go(screen)) && !pages::page(screen).audience.has(m.role()));
    }
}

#[test]
fn a_supervisor_is_assigned_and_unassigned_on_the_page_of_the_client_each_after_a_question() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = does(&mut m, &[Command::Go(Screen::Readers)]);
    let client = m.client.as_ref().unwrap().file.client.code.clone();
    assert_eq!(asks(&effects), SupervisionAct::ListReaders(client.clone()));
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(readers()))), Msg::Do(Command::Last)]);
    does(&mut m, &[Command::NewEntry]);
    assert!(does(&mut m, &[Command::No]).is_empty(), "a no gives no keys");
    does(&mut m, &[Command::NewEntry]);
    let assign = SupervisionAct::Assign { client: client.clone(), name: "최수퍼".into() };
    assert_eq!(asks(&does(&mut m, &[Command::Yes])), assign);
    let effects = play(&mut m, [Msg::Answer(Answer::SupervisionDone(SupervisionDone::Assigned))]);
    assert_eq!(asks(&effects), SupervisionAct::ListReaders(client.clone()), "the list is read again");
    // In another order, the mark is still on the same supervisor.
    let mut other = readers();
    other.rows.reverse();
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(other)))]);
    does(&mut m, &[Command::RemoveEntry]);
    assert_eq!(asks(&does(&mut m, &[Command::Yes])), SupervisionAct::Unassign { client, name: "최수퍼".into() });
    // A supervisor assigns nobody.
    assert!(!pages::page(Screen::Readers).audience.has(Some(Role::Supervisor)));
}

#[test]
fn a_deputy_is_named_by_days_and_ended_after_a_question_that_names_whom() {
    let mut m = signed_as(Lang::Ko, Role::Counsellor);
    does(&mut m, &[Command::Go(Screen::Deputies)]);
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(deputies())))]);
    does(&mut m, &[Command::NewEntry]);
    // Without a name nothing is asked for, and the caret stands where it is missing.
    assert!(does(&mut m, &[Command::Open, Command::Open, Command::Open, Command::Open, Command::Open]).is_empty());
    assert_eq!(say(&m), Some(&Say::FieldMissing));
    type_text(&mut m, "정수퍼");
    let steps = [Command::Down; 3];
    does(&mut m, &steps);
    type_text(&mut m, "c-0417");
    let asked = asks(&does(&mut m, &[Command::Open, Command::Open]));
    let SupervisionAct::NameDeputy(DeputyAsked { name, from, to, client, instead_of }) = asked else {
        panic!("{asked:?}")
    };
    assert_eq!((name.as_str(), client.as_str(), instead_of.as_str()), ("정수퍼", "c-0417", ""));
    assert!(from == NOW.date() && to > from);
    // It could not be done: what was typed stays. It could: the list is read again.
    assert_eq!(m.screen, Screen::Deputy);
    let effects = play(&mut m, [Msg::Answer(Answer::SupervisionDone(SupervisionDone::DeputyNamed(2)))]);
    assert!(m.screen == Screen::Deputies && matches!(effects[..], [Effect::List(_)]), "{effects:?}");
    // Read again in another order, the same deputy is ended.
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(deputies()))), Msg::Do(Command::Down)]);
    let mut other = deputies();
    other.rows.reverse();
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(other)))]);
    does(&mut m, &[Command::RemoveEntry]);
    let act = SupervisionAct::EndDeputy { client: "C-0502".into(), name: "최수퍼".into() };
    assert_eq!(confirmed(&m), Some(&Question::Supervision(act.clone())));
    assert!(does(&mut m, &[Command::No]).is_empty(), "a no ends nobody");
    does(&mut m, &[Command::RemoveEntry]);
    assert_eq!(asks(&does(&mut m, &[Command::Yes])), act);
}

#[test]
fn an_hour_is_written_down_and_a_wrong_one_destroyed_after_a_question() {
    let mut m = signed_as(Lang::Ko, Role::Supervisor);
    does(&mut m, &[Command::Go(Screen::Hours)]);
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(hours()))), Msg::Do(Command::NewEntry)]);
    does(&mut m, &[Command::Down, Command::Down]);
    type_text(&mut m, " ");
    does(&mut m, &[Command::Down]);
    type_text(&mut m, "이상담");
    let asked = asks(&does(&mut m, &[Command::Open]));
    let expected = HoursAsked { date: NOW.date(), minutes: "50".into(), group: true, with: "이상담".into() };
    assert_eq!(asked, SupervisionAct::LogHours(expected));
    let effects = play(&mut m, [Msg::Answer(Answer::SupervisionDone(SupervisionDone::HoursKept))]);
    assert!(m.screen == Screen::Hours && matches!(effects[..], [Effect::List(_)]));
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(hours()))), Msg::Do(Command::Down)]);
    does(&mut m, &[Command::RemoveEntry]);
    assert_eq!(asks(&does(&mut m, &[Command::Yes])), SupervisionAct::ForgetHours("99887766".into()));
}

#[test]
fn lines_of_a_process_note_are_chosen_released_and_taken_back_each_after_a_question() {
    let mut m = processed(Lang::Ko);
    does(&mut m, &[Command::Down, Command::Checked, Command::Checked, Command::Release]);
    let release = SupervisionAct::Release(SESSION, vec![2, 3]);
    assert_eq!(confirmed(&m), Some(&Question::Supervision(release.clone())));
    assert_eq!(asks(&does(&mut m, &[Command::Yes])), release);
    play(&mut m, [Msg::Answer(Answer::Process(Box::new(process_file(Lang::Ko))))]);
    assert!(m.pages.get::<ProcessPage>().unwrap().chosen.is_empty(), "nothing is released twice by a slip");
    // The first press shows which, the second asks.
    assert!(does(&mut m, &[Command::RemoveEntry]).is_empty() && confirmed(&m).is_none());
    does(&mut m, &[Command::RemoveEntry]);
    assert_eq!(asks(&does(&mut m, &[Command::Yes])), SupervisionAct::TakeBack(SESSION, RecordId([5; 16])));
    // Without a line there is nothing to release.
    let nothing = ProcessFile { lines: Vec::new(), released: Vec::new(), ..process_file(Lang::Ko) };
    play(&mut m, [Msg::Answer(Answer::Process(Box::new(nothing)))]);
    does(&mut m, &[Command::Release]);
    assert!(confirmed(&m).is_none() && say(&m) == Some(&Say::NothingChosen));
}

#[test]
fn words_are_found_in_a_process_note_and_in_a_review_and_the_mark_goes_to_the_next_line_that_holds_them() {
    let mut m = with(processed(Lang::Ko), &[Command::Find]);
    let at = |m: &Model| m.pages.get::<ProcessPage>().unwrap().at;
    type_text(&mut m, "어머니");
    assert_eq!(at(&m), 2);
    does(&mut m, &[Command::Down]);
    assert_eq!(at(&m), 2, "no other line holds it");
    does(&mut m, &[Command::Open, Command::Find]);
    type_text(&mut m, "때");
    assert_eq!(at(&m), 0, "past the end it begins again");
    does(&mut m, &[Command::Down]);
    assert_eq!(at(&m), 1);
    does(&mut m, &[Command::Up]);
    assert_eq!(at(&m), 0);
    type_text(&mut m, "없는 말");
    assert_eq!(at(&m), 0, "the mark stays where nothing is found");
    does(&mut m, &[Command::Back]);
    assert!(m.find.is_none() && m.screen == Screen::ProcessNote, "Esc ends the search, not the page");

    let mut m = with(at_review(Lang::Ko, Role::Supervisor), &[Command::Find]);
    type_text(&mut m, "활동을");
    let page = |m: &Model| m.pages.get::<ReviewPage>().unwrap().clone();
    assert_eq!(page(&m).place(), Some(CommentAt::Statement(StatementId(2))));
    does(&mut m, &[Command::Open, Command::NextPane, Command::Find]);
    let wanted = review_file(Lang::Ko).extract.last().unwrap().line.clone();
    type_text(&mut m, wanted.text.reveal());
    assert_eq!((page(&m).pane, page(&m).place()), (Pane::Extract, Some(CommentAt::Utterance(wanted.id))));
    does(&mut m, &[Command::Open, Command::NextPane, Command::Find]);
    type_text(&mut m, "의욕");
    assert_eq!((page(&m).pane, page(&m).place()), (Pane::Note, Some(CommentAt::Statement(StatementId(1)))));
}

#[test]
fn a_process_note_that_is_not_saved_is_asked_about_and_sealed_before_a_lock_and_shown_to_nobody_after_it() {
    let mut m = with(processed(Lang::Ko), &[Command::NewEntry]);
    assert!(does(&mut m, &[Command::Save]).is_empty(), "nothing was changed");
    type_text(&mut m, "다음에 ");
    does(&mut m, &[Command::Back]);
    assert_eq!(confirmed(&m), Some(&Question::LeaveProcess));
    does(&mut m, &[Command::No, Command::Quit]);
    assert_eq!(confirmed(&m), Some(&Question::QuitUnsent));
    does(&mut m, &[Command::No]);
    let SupervisionAct::KeepProcess(SESSION, text) = asks(&does(&mut m, &[Command::Save])) else { panic!() };
    assert!(text.reveal().starts_with("다음에 ") && text.reveal().lines().count() == 3, "{}", text.reveal());
    let effects = does(&mut m, &[Command::Lock]);
    assert!(effects.iter().any(|e| matches!(e, Effect::Supervision(SupervisionAct::KeepProcess(..)))), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::Process(Box::new(process_file(Lang::Ko))))]);
    assert!(m.screen == Screen::Unlock && m.pages.get::<ProcessPage>().is_none());
}

#[test]
fn a_comment_that_is_not_sent_is_asked_about_before_the_program_is_left() {
    let mut m = with(at_review(Lang::Ko, Role::Supervisor), &[Command::Comment]);
    assert!(matches!(does(&mut m, &[Command::Quit])[..], [Effect::Quit]), "nothing was written");
    type_text(&mut m, "반쯤 쓴 의견");
    assert!(does(&mut m, &[Command::Quit]).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::QuitUnsent));
}

#[test]
fn a_comment_that_was_not_sent_before_a_lock_is_there_again_for_who_wrote_it_and_for_nobody_else() {
    let mut m = with(at_review(Lang::Ko, Role::Supervisor), &[Command::ReturnNote]);
    type_text(&mut m, "근거를 더 적어");
    does(&mut m, &[Command::Lock]);
    assert!(m.screen == Screen::Unlock && m.pages.get::<ReviewPage>().is_none());
    // An answer that comes late shows nothing behind the lock.
    play(&mut m, [Msg::Answer(Answer::Review(Box::new(review_file(Lang::Ko))))]);
    assert!(m.screen == Screen::Unlock && m.pages.get::<ReviewPage>().is_none());
    let open = |m: &mut Model| play(m, [Msg::Answer(Answer::Review(Box::new(review_file(Lang::Ko))))]);
    // Another supervisor reads the same review.
    let other = SignedIn { member: "정수퍼".into(), ..member(Role::Supervisor) };
    play(&mut m, [Msg::Answer(Answer::Unlocked(other))]);
    open(&mut m);
    assert_eq!(m.screen, Screen::Review);
    does(&mut m, &[Command::Lock]);
    play(&mut m, [Msg::Answer(Answer::Unlocked(member(Role::Supervisor)))]);
    open(&mut m);
    assert!(m.screen == Screen::Comment && say(&m) == Some(&Say::UnsentBack));
    let effects = does(&mut m, &[Command::Save]);
    let sent = |act: &ReviewAct| matches!(act, ReviewAct::Return(words) if words.reveal() == "근거를 더 적어");
    assert!(matches!(&effects[..], [Effect::Review { act, .. }] if sent(act)), "{effects:?}");
    assert!(m.unsent.is_none(), "once");
}

#[test]
fn a_stretch_of_verbatim_is_chosen_from_a_line_to_a_line_and_is_in_the_report_unsaved() {
    let mut m = stretching(Lang::Ko);
    let lines = words(Lang::Ko);
    // Chosen upwards it is the same stretch.
    does(&mut m, &[Command::Down, Command::Down, Command::Down, Command::Checked, Command::Up, Command::Up]);
    let effects = does(&mut m, &[Command::Open]);
    let [Effect::Report(_, ReportAct::Stretch { report, session, lines: chosen })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((*session, *chosen), (SESSION, (lines[1].id.0, lines[3].id.0)));
    let mut report = (**report).clone();
    let words = ClientText::new("00:00 내담자: 새벽에 깨요");
    report.lines_mut("verbatim").push(gyeot::domain::review::report::ReportLine { text: words, ..Default::default() });
    play(&mut m, [Msg::Answer(Answer::Report(Box::new(ReportAnswer::Stretched(report))))]);
    assert_eq!(m.screen, Screen::CaseReport);
    assert!(m.pages.get::<ReportPage>().unwrap().unsaved() && m.pages.get::<StretchPage>().is_none());
    // One line alone, without a beginning; and back leads to the sessions, then to the report.
    let mut m = stretching(Lang::Ko);
    let effects = does(&mut m, &[Command::Open]);
    let first = lines[0].id.0;
    assert!(matches!(&effects[..], [Effect::Report(_, ReportAct::Stretch { lines, .. })] if *lines == (first, first)));
    does(&mut m, &[Command::Back]);
    assert!(m.screen == Screen::ReportStretch && m.pages.get::<StretchPage>().unwrap().said.is_none());
    does(&mut m, &[Command::Back]);
    assert_eq!(m.screen, Screen::CaseReport);
}
