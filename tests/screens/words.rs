//! Finding: sessions of a client by number and day, words in transcripts and notes, by keys.

use crate::stage::*;
use crate::ui_screens::picture;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::field::Edit;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::pages::words::Words;
use gyeot::app::screen::Screen;
use gyeot::app::views::{WordFound, WordsIn};
use gyeot::domain::practice::ids::UtteranceId;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::domain::transcript::Speaker;
use gyeot::ui::keymap;

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn types(m: &mut Model, text: &str) -> Vec<Effect> {
    play(m, [Msg::Type(Edit::Insert(text.into()))])
}

#[test]
fn a_session_is_found_by_its_number_or_day_and_opened_by_enter() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = at_client(lang, &CONSENTED);
        let sessions = m.client.as_ref().unwrap().file.sessions.clone();
        assert!(sessions.len() > 1, "more than one, or nothing is proved");
        let wanted = sessions.last().unwrap().clone();
        press(&mut m, Key::char('/'));
        types(&mut m, &wanted.started.date());
        insta::assert_snapshot!(format!("session_found_{lang}"), picture(&m, 80, 24).text);
        assert_eq!(
            m.client.as_ref().unwrap().session,
            sessions.iter().position(|s| s.started.date() == wanted.started.date()).unwrap()
        );
        let same_day: Vec<_> = sessions.iter().filter(|s| s.started.date() == wanted.started.date()).collect();
        // No further than what is shown.
        for _ in 0..5 {
            press(&mut m, Key::plain(KeyName::Down));
        }
        assert_eq!(sessions[m.client.as_ref().unwrap().session].id, same_day.last().unwrap().id);
        let effects = press(&mut m, Key::plain(KeyName::Enter));
        assert!(
            matches!(&effects[..], [Effect::OpenSession { session, .. } | Effect::RecoverSession { session, .. }] if *session == same_day.last().unwrap().id),
            "{effects:?}"
        );
        assert!(m.find.is_none());
    }
}

#[test]
fn what_is_found_nowhere_opens_nothing_and_escape_shows_all_again() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    press(&mut m, Key::char('/'));
    types(&mut m, "2199-01-01");
    assert!(press(&mut m, Key::plain(KeyName::Enter)).is_empty());
    press(&mut m, Key::plain(KeyName::Esc));
    assert!(m.find.is_none() && m.screen == Screen::Client);
}

fn found(m: &Model) -> Vec<WordFound> {
    let page = m.client.as_ref().unwrap();
    let row = &page.file.sessions[0];
    let place = |place, text: &str| WordFound {
        client: page.file.client.id,
        code: page.file.client.code.clone(),
        session: row.id,
        number: row.number,
        started: row.started,
        place,
        text: ClientText::new(text),
    };
    vec![
        place(
            WordsIn::Line { utterance: UtteranceId(2), at_ms: 62_000, speaker: Speaker::Client },
            "새벽에 자꾸 잠이 깨서 힘들어요.",
        ),
        place(WordsIn::Note, "“새벽에 자꾸 잠이 깨서 힘들어요”라고 호소함."),
    ]
}

/// The page with what was found on it.
pub fn with_words_found(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    does(&mut m, &[Command::Go(Screen::Words)]);
    types(&mut m, "잠이 깨");
    does(&mut m, &[Command::Open]);
    let rows = found(&m);
    play(&mut m, [Msg::Answer(Answer::WordsFound(1, rows))]);
    m
}

#[test]
fn words_are_looked_for_in_one_clients_records_and_enter_leads_to_their_place() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = at_client(lang, &CONSENTED);
        press(&mut m, Key::char('f'));
        assert_eq!(m.screen, Screen::Words);
        insta::assert_snapshot!(format!("words_asked_{lang}"), picture(&m, 80, 24).text);
        types(&mut m, "잠");
        assert!(press(&mut m, Key::plain(KeyName::Enter)).is_empty(), "one letter stands everywhere");
        types(&mut m, "이 깨");
        let effects = press(&mut m, Key::plain(KeyName::Enter));
        let [Effect::FindWords { words, client, asked }] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!((words.reveal(), *client), ("잠이 깨", Some(m.client.as_ref().unwrap().file.client.id)));
        assert!(!format!("{effects:?}").contains("잠이"), "the words are in no debug output");
        play(&mut m, [Msg::Answer(Answer::WordsProgress(*asked, 5, 9))]);
        assert!(picture(&m, 80, 24).text.contains('9'));
        let rows = found(&m);
        // An answer to another question is not shown.
        play(&mut m, [Msg::Answer(Answer::WordsFound(*asked + 1, Vec::new()))]);
        play(&mut m, [Msg::Answer(Answer::WordsFound(*asked, rows.clone()))]);
        insta::assert_snapshot!(format!("words_found_{lang}"), picture(&m, 80, 24).text);
        let effects = press(&mut m, Key::plain(KeyName::Enter));
        assert!(matches!(&effects[..], [Effect::OpenSession { session, .. }] if *session == rows[0].session));
        assert_eq!(m.line_wanted, Some((rows[0].session, UtteranceId(2))));
        press(&mut m, Key::plain(KeyName::Down));
        press(&mut m, Key::plain(KeyName::Enter));
        assert_eq!(m.note_wanted, Some(rows[1].session));
        press(&mut m, Key::plain(KeyName::Esc));
        assert_eq!(m.screen, Screen::Client);
        let left: Words = m.pages.read();
        assert!(left.found.is_empty() && left.query.text().is_empty(), "what was found goes with the page");
    }
}

#[test]
fn a_session_opened_from_a_found_line_stands_at_that_line() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let file = past(Lang::Ko);
    let line = file.transcript.utterances[1].id;
    m.line_wanted = Some((file.row.id, line));
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(file)))]);
    assert_eq!(m.screen, Screen::Past);
    assert_eq!(m.past.as_ref().unwrap().script.chosen_utterance().map(|u| u.id), Some(line));
}
