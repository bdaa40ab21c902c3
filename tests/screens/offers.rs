//! What each screen offers to whom: keys, ways out, and nothing that a role may not do.

use crate::pictures::all;
use crate::stage::*;
use gyeot::app::command::{Command, Row};
use gyeot::app::key::{Key, KeyName, latin_of_jamo};
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::pages::{offers, page, rows, search};
use gyeot::app::screen::{Screen, start};
use gyeot::domain::governance::access::{Decision, decide};
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::texts::find;
use std::collections::{BTreeMap, BTreeSet};

fn every_row() -> Vec<(Screen, &'static Row)> {
    let of = |s: &Screen| -> Vec<(Screen, &'static Row)> {
        let own = page(*s).commands.iter().flat_map(|group| group.iter());
        own.chain(page(*s).way).map(|row| (*s, row)).collect()
    };
    Screen::ALL.iter().flat_map(of).collect()
}

#[test]
fn no_screen_has_a_key_twice() {
    for (name, m) in all(Lang::En) {
        let mut seen: BTreeMap<Key, Command> = BTreeMap::new();
        for row in rows(&m) {
            for key in row.keys {
                let before = seen.insert(*key, row.command);
                assert_eq!(before, None, "{key} on {name}: {before:?} and {:?}", row.command);
            }
        }
    }
}

#[test]
fn every_screen_has_a_way_out_and_the_language_key() {
    for (name, m) in all(Lang::En) {
        let commands: BTreeSet<Command> = rows(&m).map(|r| r.command).collect();
        assert!(commands.contains(&Command::Language), "{name}");
        let out = [Command::Back, Command::Quit, Command::No, Command::Yes];
        assert!(out.iter().any(|c| commands.contains(c)), "{name}");
    }
}

#[test]
fn the_kiosk_has_no_command_that_shows_anything_else() {
    let kiosk = every_row().into_iter().filter(|(screen, _)| *screen == Screen::Kiosk);
    for (_, row) in kiosk {
        let allowed = matches!(
            row.command,
            Command::Answer(_)
                | Command::Open
                | Command::PrevQuestion
                | Command::NextQuestion
                | Command::Up
                | Command::Down
                | Command::Back
                | Command::Language
        );
        assert!(allowed, "{:?}", row.command);
    }
    assert!(!page(Screen::Kiosk).leads_on);
}

#[test]
fn every_letter_key_of_every_screen_can_be_typed_with_hangul_mode_on() {
    let jamo: BTreeSet<char> = ('\u{3131}'..='\u{3163}').filter_map(latin_of_jamo).collect();
    for (screen, row) in every_row() {
        for key in row.keys {
            // Capitals without a double consonant on their key arrive as the plain jamo; they have another key.
            if let KeyName::Char(c) = key.name
                && c.is_ascii_lowercase()
            {
                assert!(jamo.contains(&c), "{c} of {:?} on {screen:?}", row.command);
            }
        }
    }
}

#[test]
fn every_command_is_named_in_both_languages() {
    for (screen, row) in every_row() {
        assert!(!row.keys.is_empty(), "{:?} on {screen:?}", row.command);
        for id in [Some(row.name), row.short].into_iter().flatten() {
            assert!([Lang::Ko, Lang::En].iter().all(|lang| find(id, *lang).is_some()), "{id} on {screen:?}");
        }
        assert!(row.name(Lang::Ko).chars().any(|c| ('가'..='힣').contains(&c)), "{}", row.name);
    }
}

#[test]
fn the_palette_finds_by_words_in_any_order_and_in_both_languages() {
    let m = at_client(Lang::En, &CONSENTED);
    for query in ["session begin", "시작 회기"] {
        let found = search(&m, query);
        assert_eq!(found.first().map(|r| r.command), Some(Command::BeginSession), "{query}");
    }
}

#[test]
fn a_member_sees_the_start_page_of_their_role_and_back_never_leads_to_that_of_another() {
    for role in Role::ALL {
        let m = signed_as(Lang::Ko, role);
        assert_eq!(m.screen, start(role));
        let mut away = m.clone();
        play(&mut away, [Msg::Do(Command::Go(Screen::Settings)), Msg::Do(Command::Back), Msg::Do(Command::Back)]);
        assert_eq!(away.screen, start(role));
    }
}

#[test]
fn no_screen_offers_what_the_policy_refuses_to_the_role() {
    for (name, m) in all(Lang::Ko) {
        let Some(role) = m.role() else { continue };
        for row in rows(&m) {
            let refused = row.needs.is_some_and(|capability| decide(capability, role) == Decision::No);
            assert!(!refused, "{:?} on {name}", row.command);
            if let Command::Go(screen) = row.command {
                assert!(page(screen).audience.has(Some(role)), "{screen:?} on {name}");
            }
        }
        assert!(page(m.screen).audience.has(Some(role)), "{name}");
    }
}

#[test]
fn a_supervisor_reads_and_is_led_into_no_editor() {
    let mut m = at_client_as(Lang::Ko, Role::Supervisor, &CONSENTED);
    for command in [
        Command::Note,
        Command::BeginSession,
        Command::ToggleConsent,
        Command::Assess,
        Command::Schedule,
        Command::AddClient,
    ] {
        assert!(!offers(&m, command), "{command:?}");
        assert!(play(&mut m, [Msg::Do(command)]).is_empty());
        assert_eq!(m.screen, Screen::Client, "{command:?}");
    }
    // The pane of consents can be looked at; Enter there asks nothing.
    play(&mut m, [Msg::Do(Command::Consents), Msg::Do(Command::Open)]);
    assert!(m.overlay.is_none());
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    assert_eq!(m.screen, Screen::Past);
    assert!(!offers(&m, Command::Note));
}

#[test]
fn an_admin_is_asked_for_no_client_and_an_answer_with_clients_leads_nowhere() {
    let mut m = signed_as(Lang::Ko, Role::Admin);
    assert_eq!(m.screen, Screen::Centre);
    for row in rows(&m) {
        assert!(!matches!(row.command, Command::AddClient | Command::BeginSession), "{:?}", row.command);
    }
    play(&mut m, [Msg::Answer(Answer::Opened(Box::new(past(Lang::Ko))))]);
    assert_eq!(m.screen, Screen::Centre);
}
