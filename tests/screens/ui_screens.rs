//! Every screen at two sizes, in both languages and for each role that has it, drawn and kept as a picture in text; and
//! what must hold of any picture: the keys, the caret, glyphs that are whole.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::pictures::{PICTURES, all, not_whole, vault, with};
use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::field::Edit;
use gyeot::app::key::{Key, KeyName, latin_of_jamo};
use gyeot::app::msg::Msg;
use gyeot::app::pages::first_run::FirstRun;
use gyeot::app::pages::{rows, typing};
use gyeot::app::screen::Screen;
use gyeot::app::wrap::width;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::ui::{View, draw, keymap};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

pub struct Picture {
    pub text: String,
    pub caret: (u16, u16),
}

pub fn picture(model: &Model, cols: u16, rows: u16) -> Picture {
    let mut model = model.clone();
    play(&mut model, [Msg::Resize(cols, rows)]);
    let mut terminal = Terminal::new(TestBackend::new(cols, rows)).unwrap();
    let mut view = View::new(true);
    terminal.draw(|frame| draw(frame, &model, &mut view)).unwrap();
    let buffer = terminal.backend().buffer().clone();
    let mut text = String::new();
    for y in 0..rows {
        let mut line = String::new();
        let mut x = 0;
        while x < cols {
            let symbol = buffer[(x, y)].symbol();
            let w = width(symbol).max(1);
            assert!(x + w <= cols, "a wide glyph is split at the right edge of row {y}: {symbol}");
            line.push_str(symbol);
            x += w;
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let caret = terminal.get_cursor_position().unwrap();
    Picture { text, caret: (caret.x, caret.y) }
}

#[test]
fn every_screen_looks_as_it_did() {
    for lang in [Lang::Ko, Lang::En] {
        for (name, model) in all(lang) {
            for (cols, rows) in SIZES {
                insta::assert_snapshot!(format!("{name}-{cols}x{rows}-{lang}"), picture(&model, cols, rows).text);
            }
        }
    }
}

#[test]
fn every_screen_of_the_list_is_drawn_by_a_picture_that_shows_it() {
    for screen in Screen::ALL {
        assert!(PICTURES.iter().any(|(_, s, _)| s == screen), "no picture of {screen:?}");
    }
    for (name, screen, make) in PICTURES {
        for role in gyeot::app::pages::page(*screen).audience.roles() {
            let shown = make(Lang::Ko, role.unwrap_or(Role::Counsellor)).screen;
            assert_eq!(shown, *screen, "{name} as {role:?}");
        }
    }
}

#[test]
fn a_vault_that_is_not_whole_is_told_in_full_first_then_on_every_screen_and_no_list_is_called_empty() {
    for lang in [Lang::Ko, Lang::En] {
        let first = picture(&not_whole(lang, Role::Counsellor), 80, 24).text;
        assert!(first.contains("--salvage"), "{first}");
        let empty = lang.pick("아직 내담자가 없습니다", "No clients yet");
        let integrity = lang.pick("80건이 없습니다", "80 behind");
        let after = with(not_whole(lang, Role::Counsellor), &[Command::Back]);
        for screen in [
            after.clone(),
            with(after.clone(), &[Command::Go(Screen::Settings)]),
            with(after, &[Command::Go(Screen::Doctor)]),
        ] {
            let shown = picture(&screen, 80, 24).text;
            assert!(shown.contains(integrity) && !shown.contains(empty), "{shown}");
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_says_so_in_both_languages_and_never_fails() {
    for (cols, rows) in [(59, 20), (60, 19), (20, 5), (2, 1), (1, 1)] {
        for (_, model) in all(Lang::Ko) {
            picture(&model, cols, rows);
        }
    }
    let text = picture(&talking(Lang::Ko), 58, 20).text;
    assert!(
        text.contains("화면이 너무 작습니다") && text.contains("too small") && text.contains("● 녹음 중"),
        "{text}"
    );
}

#[test]
fn every_size_from_the_smallest_to_a_wall_is_drawn_without_a_split_glyph() {
    for (_, model) in all(Lang::Ko) {
        for cols in (60..=131).step_by(3) {
            picture(&model, cols, 20 + cols % 7);
        }
    }
}

#[test]
fn the_newest_risk_cue_is_on_the_live_screen_whatever_pane_is_open() {
    for lang in [Lang::Ko, Lang::En] {
        for commands in [&[][..], &[Command::NextPane], &[Command::PrevPane], &[Command::First]] {
            for (cols, rows) in SIZES {
                let text = picture(&with(talking(lang), commands), cols, rows).text;
                let quote = cue(lang).quote;
                assert!(text.contains(&format!("“{}”", quote.reveal())), "{commands:?}\n{text}");
            }
        }
    }
}

#[test]
fn while_a_session_is_recorded_every_screen_but_the_kiosk_says_so() {
    for command in
        [Command::Note, Command::Assess, Command::Go(Screen::Settings), Command::Go(Screen::Doctor), Command::Lock]
    {
        let m = with(talking(Lang::Ko), &[command]);
        let text = picture(&m, 80, 24).text;
        assert!(text.contains("● "), "{command:?}\n{text}");
    }
}

#[test]
fn suggestions_are_marked_as_the_draft_of_a_model_wherever_they_are_shown() {
    for (name, m) in all(Lang::Ko) {
        let text = picture(&m, 120, 40).text;
        if text.contains("행동활성화") {
            assert!(text.contains("AI"), "{name}\n{text}");
        }
    }
}

#[test]
fn the_caret_of_a_text_field_stands_after_the_wide_glyphs_typed() {
    let m = vault(Lang::Ko, true);
    let before = picture(&vault_empty(), 80, 24).caret;
    let after = picture(&m, 80, 24).caret;
    assert_eq!((after.0 - before.0, after.1), (6, before.1), "three Hangul syllables take six columns");
}

fn vault_empty() -> Model {
    let mut m = vault(Lang::Ko, true);
    m.pages.with(|form: &mut FirstRun| form.fields[0].clear());
    m
}

#[test]
fn a_passphrase_is_shown_as_dots_one_for_a_letter() {
    let text = picture(&vault(Lang::Ko, false), 80, 24).text;
    assert!(text.contains("•••") && !text.contains("••••") && !text.contains("마음결"), "{text}");
}

#[test]
fn a_clients_whole_name_is_on_no_screen() {
    for (name, m) in all(Lang::Ko) {
        assert!(!picture(&m, 120, 40).text.contains("서연"), "{name}");
    }
}

#[test]
fn every_plain_command_key_works_with_hangul_mode_on() {
    let jamo = |latin: char| ('\u{3131}'..='\u{3163}').find(|j| latin_of_jamo(*j) == Some(latin));
    for (name, m) in all(Lang::Ko) {
        if typing(&m) {
            continue;
        }
        for row in rows(&m) {
            for key in row.keys {
                assert_eq!(keymap::command_of(&m, *key), Some(row.command), "{key} on {name}");
                let KeyName::Char(c) = key.name else { continue };
                if let Some(j) = jamo(c) {
                    let typed = Key { name: KeyName::Char(j), ..*key };
                    assert_eq!(keymap::command_of(&m, typed), Some(row.command), "{j} for {key} on {name}");
                }
            }
        }
    }
}

#[test]
fn where_text_is_typed_letters_are_text_and_control_keys_are_commands() {
    let mut m = with(talking(Lang::Ko), &[Command::Note]);
    assert!(matches!(keymap::of_pressed(&m, Key::char('q')), Some(Msg::Type(Edit::Insert(_)))));
    assert!(matches!(keymap::of_pressed(&m, Key::char('ㅓ')), Some(Msg::Type(Edit::Insert(_)))));
    assert_eq!(keymap::command_of(&m, Key::ctrl('s')), Some(Command::Save));
    assert_eq!(keymap::command_of(&m, Key::plain(KeyName::Up)), Some(Command::Up));
    play(&mut m, [Msg::Do(Command::NextPane)]);
    assert!(keymap::of_pressed(&m, Key::char('q')).is_none(), "letters are not typed into the pane beside");
}

#[test]
fn the_last_row_always_says_how_to_get_help() {
    for (name, m) in all(Lang::Ko) {
        if m.overlay.is_some() || matches!(m.screen, Screen::Kiosk | Screen::Recovery) {
            continue;
        }
        let text = picture(&m, 80, 24).text;
        assert!(text.trim_end().lines().last().unwrap().contains("도움말"), "{name}\n{text}");
    }
}
