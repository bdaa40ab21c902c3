//! The whole card of a client by keys: seen by one key, corrected, not lost by a slip of Esc, gone from memory with the page.

use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::key::{Key, KeyName};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::pages::card::CardForm;
use gyeot::app::screen::Screen;
use gyeot::app::state::overlay::{Overlay, Question};
use gyeot::domain::assessment::instrument::Sex;
use gyeot::domain::practice::card_entries::CardEntries;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::text::ClientText;
use gyeot::ui::keymap;

fn press(m: &mut Model, key: Key) -> Vec<Effect> {
    keymap::of_pressed(m, key).map(|msg| play(m, [msg])).unwrap_or_default()
}

fn entries() -> CardEntries {
    let texts = [Some(ClientText::new("010-0000-0000")), None, None, None, None, Some(ClientText::new("민아"))];
    CardEntries {
        name: ClientText::new("김하늘"),
        birth_date: Some("1998-03-02".into()),
        sex: Some(Sex::Female),
        texts,
    }
}

/// On the card of a client, read.
fn at_card(lang: Lang) -> Model {
    let mut m = at_client(lang, &CONSENTED);
    let client = m.client.as_ref().unwrap().file.client.id;
    let asked = press(&mut m, Key::char('d'));
    assert!(matches!(asked[..], [Effect::ReadCard(of)] if of == client), "one key: {asked:?}");
    assert_eq!(m.screen, Screen::Card);
    play(&mut m, [Msg::Answer(Answer::Card(client, Box::new(entries())))]);
    m
}

#[test]
fn one_key_shows_the_card_and_what_is_corrected_is_kept_with_the_rest_unchanged() {
    for lang in [Lang::Ko, Lang::En] {
        let mut m = at_card(lang);
        let client = m.client.as_ref().unwrap().file.client.id;
        assert!(press(&mut m, Key::ctrl('s')).is_empty(), "nothing was changed");
        does(&mut m, &[Command::Down; 4]);
        type_text(&mut m, "언니 010-1111-1111");
        let kept = CardEntries {
            texts: {
                let mut texts = entries().texts;
                texts[1] = Some(ClientText::new("언니 010-1111-1111"));
                texts
            },
            ..entries()
        };
        let asked = press(&mut m, Key::ctrl('s'));
        assert!(matches!(&asked[..], [Effect::KeepCard(of, new)] if *of == client && **new == kept), "{lang:?}");
        let after = play(&mut m, [Msg::Answer(Answer::CardKept(client))]);
        assert!(matches!(after[..], [Effect::OpenClient(of)] if of == client) && m.screen == Screen::Client);
        assert!(m.pages.get::<CardForm>().is_none(), "nothing of it stays behind");
    }
}

#[test]
fn a_card_with_no_name_or_no_day_is_not_kept_and_the_caret_goes_where_it_is_missing() {
    let mut m = at_card(Lang::Ko);
    does(&mut m, &[Command::Down]);
    type_text(&mut m, "x");
    assert!(press(&mut m, Key::ctrl('s')).is_empty());
    assert_eq!(m.pages.get::<CardForm>().unwrap().focus, 1);
    does(&mut m, &[Command::Down]);
    type_text(&mut m, "x");
    m.pages.with(|form: &mut CardForm| form.fields[1] = form.before[1].clone());
    assert!(press(&mut m, Key::ctrl('s')).is_empty());
    assert_eq!(m.pages.get::<CardForm>().unwrap().focus, 2);
    m.pages.with(|form: &mut CardForm| form.fields[0].clear());
    assert!(press(&mut m, Key::ctrl('s')).is_empty());
    assert_eq!(m.pages.get::<CardForm>().unwrap().focus, 0);
}

/// The question that lies over the screen.
fn asked(m: &Model) -> Option<&Question> {
    match &m.overlay {
        Some(Overlay::Confirm(question)) => Some(question),
        _ => None,
    }
}

#[test]
fn leaving_a_corrected_card_asks_and_what_was_only_looked_at_is_left_at_once() {
    let mut m = at_card(Lang::En);
    type_text(&mut m, "x");
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!(asked(&m), Some(&Question::LeaveCard { program: false }));
    press(&mut m, Key::char('d'));
    assert_eq!((m.screen, m.pages.get::<CardForm>()), (Screen::Client, None));
    let mut m = at_card(Lang::En);
    press(&mut m, Key::plain(KeyName::Esc));
    assert_eq!((m.screen, asked(&m)), (Screen::Client, None));
}

#[test]
fn the_program_is_left_only_after_a_corrected_card_was_kept_or_given_up() {
    let mut m = at_card(Lang::Ko);
    let client = m.client.as_ref().unwrap().file.client.id;
    type_text(&mut m, "x");
    assert!(press(&mut m, Key::ctrl('q')).is_empty());
    assert_eq!(asked(&m), Some(&Question::LeaveCard { program: true }));
    assert!(matches!(press(&mut m, Key::char('s'))[..], [Effect::KeepCard(..)]));
    assert!(matches!(play(&mut m, [Msg::Answer(Answer::CardKept(client))])[..], [Effect::Quit]));
    // One that cannot be kept is not left either.
    let mut m = at_card(Lang::Ko);
    m.pages.with(|form: &mut CardForm| form.fields[0].clear());
    press(&mut m, Key::ctrl('q'));
    assert!(press(&mut m, Key::char('s')).is_empty() && m.screen == Screen::Card);
}

#[test]
fn a_lock_that_nobody_asked_for_keeps_what_was_corrected_and_leaves_nothing_of_it_behind() {
    let mut m = at_card(Lang::Ko);
    let client = m.client.as_ref().unwrap().file.client.id;
    type_text(&mut m, "x");
    let effects = does(&mut m, &[Command::Lock]);
    assert!(matches!(effects[..], [Effect::KeepCard(..), .., Effect::LookForVault]), "{effects:?}");
    assert!(m.pages.get::<CardForm>().is_none());
    assert!(play(&mut m, [Msg::Answer(Answer::CardKept(client))]).is_empty(), "nothing is opened behind the lock");
}

#[test]
fn a_card_that_comes_late_is_not_shown_on_another_page() {
    let mut m = at_client(Lang::Ko, &CONSENTED);
    let client = m.client.as_ref().unwrap().file.client.id;
    play(&mut m, [Msg::Answer(Answer::Card(client, Box::new(entries())))]);
    assert!(m.pages.get::<CardForm>().is_none());
}
