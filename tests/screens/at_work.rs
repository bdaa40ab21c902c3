//! A session from before its beginning to after its end, and the note: nothing is trapped, nothing is lost.

use crate::pictures::with;
use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Finding, Looked, Msg};
use gyeot::app::screen::Screen;
use gyeot::app::session_event::{Engine, EngineState, SessionCommand, SessionEvent};
use gyeot::app::state::live::Phase;
use gyeot::app::state::overlay::Question;
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::practice::ids::SessionId;
use gyeot::domain::practice::lang::Lang;
use gyeot::texts::verbatim;
use gyeot::ui::keymap;

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn looked(m: &mut Model, speech: bool) {
    let found = |what, ok: bool| match ok {
        true => Finding::right(what, "m"),
        false => Finding::wrong(what, ErrorReport::failed(verbatim("no model"), verbatim("get one"))),
    };
    let findings = vec![
        found(Looked::SpeechWorker, true),
        found(Looked::SpeechModel, speech),
        found(Looked::LanguageModel, false),
    ];
    play(m, [Msg::Answer(Answer::Examined(findings))]);
}

#[test]
fn a_missing_speech_model_is_said_with_its_key_before_a_session_begins_and_asked_about() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let effects = press(&mut m, Key::char('b'));
    assert!(
        matches!(&effects[..], [Effect::Examine, Effect::ListenFirst]),
        "it is looked at when the choice is shown: {effects:?}"
    );
    looked(&mut m, false);
    let text = picture(&m, 80, 24).text;
    assert!(text.contains("받아쓰기 없음") && text.contains("F4"), "{text}");
    assert!(press(&mut m, Key::plain(KeyName::Enter)).is_empty());
    assert_eq!(confirmed(&m), Some(&Question::BeginDeaf));
    let mut stays = m.clone();
    press(&mut stays, Key::char('n'));
    assert_eq!((stays.screen, stays.live.is_none()), (Screen::Input, true));
    let effects = press(&mut m, Key::char('y'));
    assert!(matches!(&effects[..], [Effect::BeginSession { .. }]), "{effects:?}");

    let mut m = at_client(Lang::Ko, &CONSENTED);
    press(&mut m, Key::char('b'));
    looked(&mut m, true);
    assert!(matches!(&press(&mut m, Key::plain(KeyName::Enter))[..], [Effect::BeginSession { .. }]));
}

#[test]
fn the_first_seconds_say_that_the_engines_are_loaded_not_that_there_are_none() {
    let mut m = with(at_client(Lang::Ko, &CONSENTED), &[Command::BeginSession, Command::Open]);
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Started { session: SESSION, started: NOW })]);
    for (cols, rows) in [(80, 24), (120, 40), (200, 60)] {
        let text = picture(&m, cols, rows).text;
        assert!(text.contains("여는 중") && !text.contains("없어 제안하지"), "{text}");
    }
    let absent = SessionEvent::Engine { engine: Engine::Language, state: EngineState::Absent };
    play(&mut m, [Msg::Session(SESSION, absent)]);
    assert!(picture(&m, 80, 24).text.contains("언어 모델이 없어"));
}

#[test]
fn a_session_ends_at_once_and_its_model_goes_on_behind_with_its_progress_and_a_key_to_stop_it() {
    let mut m = talking(Lang::Ko);
    let effects = does(&mut m, &[Command::Stop, Command::Yes]);
    assert!(matches!(&effects[..], [Effect::Session(SessionCommand::Stop)]));
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Ended { saved: true })]);
    assert!(!m.recording(), "it is over although the model is not done");
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Advising { done: 2, of: 7 })]);
    assert_eq!(m.live.as_ref().unwrap().phase, Phase::Ended { saved: true });
    does(&mut m, &[Command::Back]);
    assert_eq!((m.screen, m.live.is_none()), (Screen::Client, true), "one can go anywhere");
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Advising { done: 3, of: 7 })]);
    let text = picture(&m, 80, 24).text;
    assert!(text.lines().next().unwrap().contains("3/7"), "{text}");
    // Another session's progress is not this one's.
    play(&mut m, [Msg::Session(SessionId([1; 16]), SessionEvent::Advising { done: 6, of: 7 })]);
    assert_eq!(m.model_at_work(), Some((3, 7)));
    let mut done = m.clone();
    play(&mut done, [Msg::Session(SESSION, SessionEvent::Advising { done: 0, of: 0 })]);
    assert_eq!(done.model_at_work(), None);
    let effects = press(&mut m, Key::ctrl('x'));
    assert!(matches!(&effects[..], [Effect::Session(SessionCommand::Stop)]), "{effects:?}");
    assert_eq!(m.model_at_work(), None);
    assert!(press(&mut m, Key::ctrl('x')).is_empty(), "offered only while something is at work");
}

fn writing() -> Model {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    does(&mut m, &[Command::Note]);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    type_text(&mut m, "가나다");
    m
}

#[test]
fn leaving_an_unsaved_note_offers_to_keep_it_to_discard_it_and_to_go_on() {
    let mut m = writing();
    press(&mut m, Key::plain(KeyName::Esc));
    let text = picture(&m, 80, 24).text;
    assert!(text.contains("저장하고 나가기") && text.contains("버리") && text.contains("계속 쓰기"), "{text}");

    let mut goes_on = m.clone();
    press(&mut goes_on, Key::plain(KeyName::Esc));
    assert_eq!((goes_on.screen, goes_on.note.as_ref().unwrap().unsaved()), (Screen::Note, true));

    let mut discards = m.clone();
    assert!(press(&mut discards, Key::char('d')).is_empty());
    assert_eq!((discards.screen, discards.note.is_none()), (Screen::Client, true));

    let effects = press(&mut m, Key::char('s'));
    let [Effect::KeepNote { session, edits, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(m.screen, Screen::Note, "left only once it is on disk");
    let mut fails = m.clone();
    let fault = ErrorReport::failed(verbatim("the disk is full"), verbatim("make room"));
    play(&mut fails, [Msg::Answer(Answer::Failed { asked: gyeot::app::msg::Asked::Note, fault })]);
    assert!(fails.note.as_ref().unwrap().unsaved() && fails.screen == Screen::Note);
    play(&mut m, [Msg::Answer(Answer::NoteKept { session: *session, edits: *edits })]);
    assert_eq!((m.screen, m.note.is_none()), (Screen::Client, true));
}

#[test]
fn quitting_with_an_unsaved_note_can_keep_it_first() {
    let mut m = writing();
    press(&mut m, Key::ctrl('q'));
    let effects = press(&mut m, Key::char('s'));
    let [Effect::KeepNote { session, edits, .. }] = &effects[..] else { panic!("{effects:?}") };
    let effects = play(&mut m, [Msg::Answer(Answer::NoteKept { session: *session, edits: *edits })]);
    assert!(matches!(&effects[..], [Effect::Quit]), "{effects:?}");
}

#[test]
fn the_form_of_a_note_six_times_round_changes_no_word_and_is_taken_back_step_by_step() {
    let mut m = writing();
    let before = m.note.as_ref().unwrap().page.draft();
    for _ in 0..6 * m.formats.len() {
        press(&mut m, Key::ctrl('t'));
    }
    assert_eq!(m.note.as_ref().unwrap().page.draft(), before);
    press(&mut m, Key::ctrl('u'));
    assert_ne!(m.note.as_ref().unwrap().page.draft().format, before.format);
    for _ in 0..40 {
        press(&mut m, Key::ctrl('u'));
    }
    assert!(m.note.as_ref().unwrap().page.is_blank(), "back to before the first letter");
}

#[test]
fn the_note_of_a_running_session_stays_behind_the_lock_with_it() {
    let mut m = talking(Lang::Ko);
    does(&mut m, &[Command::Note]);
    type_text(&mut m, "가");
    let effects = does(&mut m, &[Command::Lock]);
    assert!(matches!(&effects[..], [Effect::Lock, Effect::LookForVault]), "{effects:?}");
    unlocked_again(&mut m, "이상담");
    assert_eq!(m.screen, Screen::Live);
    assert!(!m.note.as_ref().unwrap().page.is_blank());
}

#[test]
fn a_critical_answer_is_the_first_thing_on_the_result_with_what_to_do_and_whom_to_call() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = at_client(lang, &CONSENTED);
        at_instrument(&mut m, "phq-9");
        does(&mut m, &[Command::Open]);
        while m.screen == Screen::Assessment {
            does(&mut m, &[Command::Answer(1)]);
        }
        let text = picture(&m, 80, 24).text;
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what}\n{text}"));
        assert!(at("▲") < at(" / 27") && at("109") < at(" / 27") && at("1577-0199") < at(" / 27"), "{text}");
        assert!(!text.contains("cssrs-screener"), "no raw id\n{text}");
    }
}

#[test]
fn cues_are_written_out_where_there_is_room_and_a_wall_uses_its_width() {
    let mut m = talking(Lang::Ko);
    let extra = gyeot::domain::advice::suggestion::RiskCue {
        quote: gyeot::domain::practice::text::ClientText::new(
            "요즘은 매일 밤 잠들기 전에 차라리 아침이 오지 않았으면 좋겠다고 생각해요",
        ),
        ..cue(Lang::Ko)
    };
    play(&mut m, [Msg::Session(SESSION, SessionEvent::Risk(extra))]);
    for (cols, rows) in [(100, 30), (120, 40), (200, 60)] {
        let text = picture(&m, cols, rows).text;
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace() && !"│┃▸".contains(*c)).collect();
        assert!(text.contains("생각해요”") || squeezed.contains("생각해요”"), "{cols}x{rows}\n{text}");
    }
    let wide = picture(&m, 200, 60).text;
    let first = wide.lines().nth(1).unwrap();
    assert!(["축어록", "제안", "위험 단서"].iter().all(|t| first.contains(t)), "three columns\n{wide}");
}

#[test]
fn a_past_session_shows_its_cues() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    for (cols, rows) in [(80, 24), (120, 40), (200, 60)] {
        let text = picture(&m, cols, rows).text;
        assert!(text.contains("위험 단서") && text.contains("“없어졌으면”"), "{text}");
    }
}
