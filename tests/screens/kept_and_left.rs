//! Nothing that was typed is lost by a key, an answer or a lock that comes in between, and nothing keeps a person where they are.

use crate::stage::*;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::msg::{Answer, Asked, Msg};
use gyeot::app::notice::Say;
use gyeot::app::pages::new_client::NewClientForm;
use gyeot::app::screen::Screen;
use gyeot::app::session_event::SessionEvent;
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::ids::{ClientId, SessionId};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::domain::record::NoteState;
use gyeot::texts::msg;

fn fault() -> ErrorReport {
    ErrorReport::failed(msg("runtime-effects-session-runs"), msg("runtime-effects-session-runs.hint"))
}

fn note_text(m: &gyeot::app::Model) -> String {
    let note = m.note.as_ref().unwrap();
    note.page.sections().iter().flat_map(|s| &s.lines).map(|l| l.text().to_owned()).collect::<Vec<_>>().join("\n")
}

fn kept_note(m: &mut gyeot::app::Model) {
    let edits = m.note.as_ref().unwrap().page.edits();
    play(m, [Msg::Answer(Answer::NoteKept { session: SESSION, edits })]);
}

#[test]
fn the_note_of_a_running_session_goes_on_where_it_was_sealed() {
    let mut m = live(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "처음 쓴 말");
    does(&mut m, &[Command::Save]);
    kept_note(&mut m);
    does(&mut m, &[Command::Back]);
    assert_eq!(m.screen, Screen::Live);
    does(&mut m, &[Command::Note]);
    assert!(note_text(&m).contains("처음 쓴 말"), "{}", note_text(&m));
}

#[test]
fn the_note_of_a_running_session_waits_while_another_is_open_and_what_was_typed_is_on_disk() {
    let mut m = live(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "지금 회기의 말");
    does(&mut m, &[Command::Back, Command::Consents]);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    let effects = does(&mut m, &[Command::Note]);
    let typed = |e: &Effect| matches!(e, Effect::KeepTyping { session, .. } if *session == SESSION);
    assert!(effects.iter().any(typed), "{effects:?}");
    assert_ne!(m.note.as_ref().unwrap().session, SESSION);
    m.screen = Screen::Live;
    does(&mut m, &[Command::Note]);
    assert_eq!(m.note.as_ref().unwrap().session, SESSION);
    assert!(note_text(&m).contains("지금 회기의 말"), "{}", note_text(&m));
}

#[test]
fn a_recovery_that_is_done_leaves_whoever_is_before_the_screen_where_they_are() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let file = past(Lang::Ko);
    let session = file.row.id;
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file.clone())))]);
    m.screen = Screen::Kiosk;
    let done = Answer::Recovered { session, utterances: 3, withdrawn: false, from_sound: 2 };
    let effects = play(&mut m, [Msg::Answer(done)]);
    assert!(effects.iter().any(|e| matches!(e, Effect::OpenSession { .. })), "{effects:?}");
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file)))]);
    assert_eq!(m.screen, Screen::Kiosk, "the client sees no transcript");
}

#[test]
fn a_sheet_from_a_past_session_is_for_its_own_client_whoever_else_was_open() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let mut file = past(Lang::Ko);
    file.client.id = ClientId([9; 16]);
    let session = file.row.id;
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file.clone())))]);
    does(&mut m, &[Command::Assess]);
    let sheet = m.sheet.as_ref().unwrap();
    assert_eq!((sheet.client, sheet.session), (Some(file.client.id), Some(session)));
    m.client = None;
    m.sheet = None;
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file.clone())))]);
    does(&mut m, &[Command::Assess]);
    assert_eq!(m.sheet.as_ref().unwrap().client, Some(file.client.id), "also where nobody's page was open");
}

#[test]
fn a_session_that_was_ended_before_it_could_begin_keeps_nobody() {
    for quits in [false, true] {
        let mut m = at_client(Lang::Ko, &CONSENTED);
        does(&mut m, &[Command::BeginSession, Command::Open]);
        does(&mut m, &[if quits { Command::Quit } else { Command::Stop }, Command::Yes]);
        let effects = play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::Begin, fault: fault() })]);
        assert!(!m.recording());
        assert_eq!(effects.iter().any(|e| matches!(e, Effect::Quit)), quits, "{effects:?}");
    }
}

#[test]
fn whatever_ends_the_program_keeps_everything_that_was_typed() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    play(&mut m, [Msg::Answer(Answer::SafetyPlan(Box::new(safety_plan(Lang::Ko))))]);
    type_text(&mut m, "친구에게 전화");
    let keeps = |effects: &[Effect]| {
        let plan = effects.iter().position(|e| matches!(e, Effect::KeepSafetyPlan { .. }));
        let quit = effects.iter().position(|e| matches!(e, Effect::Quit));
        plan.is_some() && (quit.is_none() || plan < quit)
    };
    let effects = play(&mut m.clone(), [Msg::Terminate]);
    assert!(keeps(&effects), "{effects:?}");
    let mut recording = live(Lang::Ko);
    play(&mut recording, [Msg::Answer(Answer::SafetyPlan(Box::new(safety_plan(Lang::Ko))))]);
    type_text(&mut recording, "친구에게 전화");
    let effects = does(&mut recording.clone(), &[Command::Quit, Command::Yes]);
    let mut after = recording.clone();
    does(&mut after, &[Command::Quit, Command::Yes]);
    let ended = play(&mut after, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    assert!(keeps(&[effects, ended].concat()));
    let effects = play(&mut recording, [Msg::Terminate]);
    assert!(effects.iter().any(|e| matches!(e, Effect::KeepSafetyPlan { .. })), "{effects:?}");
}

#[test]
fn what_was_asked_for_before_the_lock_is_shown_to_nobody_behind_it() {
    let mut m = live(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "말");
    does(&mut m, &[Command::Lock]);
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    assert!(m.note.is_none() && m.live_note.is_none(), "the next member has another's note nowhere");
    play(
        &mut m,
        [
            Msg::Answer(Answer::Client(Box::new(file(&CONSENTED)))),
            Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko)))),
        ],
    );
    assert!(m.client.is_none() && m.past.is_none() && m.caseload.is_empty());
    assert_eq!(m.screen, Screen::Unlock);
}

#[test]
fn a_second_enter_adds_no_second_client_until_the_first_failed() {
    let mut m = signed_as(Lang::Ko, Role::Counsellor);
    does(&mut m, &[Command::AddClient]);
    type_text(&mut m, "김하늘");
    let enters = [Command::Open; 6];
    let effects = does(&mut m, &enters);
    assert_eq!(effects.iter().filter(|e| matches!(e, Effect::AddClient(_))).count(), 1);
    assert!(does(&mut m, &[Command::Open]).is_empty());
    play(&mut m, [Msg::Answer(Answer::Failed { asked: Asked::AddClient, fault: fault() })]);
    assert!(!m.pages.read::<NewClientForm>().keeping);
    assert!(matches!(does(&mut m, &[Command::Open])[..], [Effect::AddClient(_)]));
}

#[test]
fn what_was_typed_and_deleted_again_comes_back_from_nowhere() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "다른 내담자의 말");
    m.note.as_mut().unwrap().guarded = m.note.as_ref().unwrap().page.edits();
    while !m.note.as_ref().unwrap().page.is_blank() {
        play(&mut m, [Msg::Type(gyeot::app::field::Edit::Backspace)]);
    }
    let effects = does(&mut m, &[Command::Back]);
    assert!(matches!(&effects[..], [Effect::DropTyping(SessionId(_))]), "{effects:?}");
}

#[test]
fn a_reason_that_is_not_given_leaves_nothing_to_follow_a_later_saving() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let mut signed = past(Lang::Ko);
    signed.note =
        Some(gyeot::app::views::Draft { format: "soap".into(), sections: Vec::new(), state: NoteState::Signed });
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(signed)))]);
    does(&mut m, &[Command::Note, Command::NoteAmend]);
    type_text(&mut m, "덧붙임");
    does(&mut m, &[Command::Quit, Command::Save]);
    assert!(m.note.as_ref().unwrap().asking.is_some(), "the reason is asked for");
    does(&mut m, &[Command::Back]);
    type_text(&mut m, " 더");
    does(&mut m, &[Command::Save]);
    type_text(&mut m, "까닭");
    does(&mut m, &[Command::Open]);
    let (session, edits) = m.note.as_ref().map(|n| (n.session, n.page.edits())).unwrap();
    let effects = play(&mut m, [Msg::Answer(Answer::NoteKept { session, edits })]);
    assert!(effects.iter().all(|e| !matches!(e, Effect::Quit)), "{effects:?}");
}

#[test]
fn a_packet_that_is_being_written_is_there_again_after_escape() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let view = raise_view(&m);
    play(&mut m, [Msg::Answer(Answer::RaiseReady(Box::new(view.clone())))]);
    let form = |m: &gyeot::app::Model| m.pages.get::<gyeot::app::pages::raise::RaiseForm>().unwrap().clone();
    let mut filled = form(&m);
    filled.texts[4] = gyeot::app::field::Field::with("어젯밤 약을 모아 두었다고 함");
    m.pages.put(filled);
    does(&mut m, &[Command::Back]);
    play(&mut m, [Msg::Answer(Answer::RaiseReady(Box::new(view)))]);
    assert_eq!(form(&m).texts[4].text(), "어젯밤 약을 모아 두었다고 함");
}

#[test]
fn a_note_is_not_signed_while_its_session_runs() {
    let mut m = live(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "말");
    does(&mut m, &[Command::NoteSign]);
    assert!(m.overlay.is_none());
    assert!(matches!(m.notice.as_ref().unwrap().say, Say::SessionRuns));
    assert!(m.live.as_ref().unwrap().running());
}
