//! Every screen at two sizes and in both languages, drawn and kept as a picture in text; and what must hold of any
//! picture: the keys, the caret, glyphs that are whole.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::stage;
use gyeot::texts::msg;

use gyeot::app::Model;
use gyeot::app::command::{Command, Context, TABLE};
use gyeot::app::field::Edit;
use gyeot::app::key::{Key, KeyName, latin_of_jamo};
use gyeot::app::msg::{Finding, Looked, Msg};
use gyeot::app::wrap::width;
use gyeot::domain::explain::ErrorReport;
use gyeot::domain::governance::concern::Concern;
use gyeot::domain::practice::lang::Lang;
use gyeot::ui::{View, draw, keymap};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use stage::*;

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

struct Picture {
    text: String,
    caret: (u16, u16),
}

fn picture(model: &Model, cols: u16, rows: u16) -> Picture {
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

fn kept(name: &str, make: impl Fn(Lang) -> Model) {
    for lang in [Lang::Ko, Lang::En] {
        let model = make(lang);
        for (cols, rows) in SIZES {
            insta::assert_snapshot!(format!("{name}-{cols}x{rows}-{lang}"), picture(&model, cols, rows).text);
        }
    }
}

fn with(mut model: Model, commands: &[Command]) -> Model {
    play(&mut model, commands.iter().map(|c| Msg::Do(*c)));
    model
}

fn phq9(lang: Lang) -> Model {
    let mut m = with(at_client(lang, &CONSENTED), &[Command::Assess]);
    m.instrument_at = m.library.iter().position(|i| i.id.as_str() == "phq-9").unwrap();
    m
}

fn scored(lang: Lang) -> Model {
    let mut m = with(phq9(lang), &[Command::Open]);
    while m.screen == Context::Assessment {
        play(&mut m, [Msg::Do(Command::Answer(1))]);
    }
    m
}

fn noted(lang: Lang) -> Model {
    let mut m = with(talking(lang), &[Command::NextPane, Command::Accept, Command::Note]);
    play(&mut m, [Msg::Do(Command::Up), Msg::Do(Command::Up)]);
    type_text(&mut m, lang.pick("새벽에 깨면 누워 있다고 함.", "Lies awake before dawn."));
    with(m, &[Command::Down])
}

fn vault(lang: Lang, missing: bool) -> Model {
    use gyeot::app::msg::Answer;
    use gyeot::app::views::VaultState;
    let mut m = started(lang);
    let state = if missing {
        VaultState::Missing
    } else {
        VaultState::Locked { members: vec!["이상담".into(), "박수퍼".into()] }
    };
    play(&mut m, [Msg::Answer(Answer::Vault(state))]);
    type_text(&mut m, "마음결");
    m
}

/// The store of an old backup was put in the vault's place; nothing of the caseload opens.
fn not_whole(lang: Lang) -> Model {
    let mut m = started(lang);
    let both = msg("integrity-behind").with("part", msg("part-store")).with("missing", 80);
    let who = gyeot::app::views::SignedIn {
        member: "이상담".into(),
        centre: "마음결 상담소".into(),
        standing: both.clone(),
        concerns: vec![Concern::NotWhole(both)],
    };
    let caseload = gyeot::app::msg::Answer::Caseload(Vec::new());
    play(&mut m, [Msg::Answer(gyeot::app::msg::Answer::Unlocked(who)), Msg::Answer(caseload)]);
    m
}

#[test]
fn a_vault_that_is_not_whole_is_told_in_full_first_then_on_every_screen_and_no_list_is_called_empty() {
    for lang in [Lang::Ko, Lang::En] {
        let first = picture(&not_whole(lang), 80, 24).text;
        assert!(first.contains("--salvage"), "{first}");
        let empty = lang.pick("아직 내담자가 없습니다", "No clients yet");
        let integrity = lang.pick("80건이 없습니다", "80 behind");
        let after = with(not_whole(lang), &[Command::Back]);
        for screen in [after.clone(), with(after.clone(), &[Command::Settings]), with(after, &[Command::Doctor])] {
            let shown = picture(&screen, 80, 24).text;
            assert!(shown.contains(integrity) && !shown.contains(empty), "{shown}");
        }
    }
}

/// Every screen by name, with something on it.
fn all(lang: Lang) -> Vec<(&'static str, Model)> {
    vec![
        ("unlock", vault(lang, false)),
        ("first-run", vault(lang, true)),
        ("recovery", {
            let mut m = vault(lang, true);
            let phrases =
                ["amber river nine quiet stone", "copper field two early glass", "violet harbour six plain cloud"];
            let who = gyeot::app::views::SignedIn {
                member: "이상담".into(),
                centre: "마음결 상담소".into(),
                standing: msg("integrity-complete"),
                concerns: Vec::new(),
            };
            play(&mut m, [Msg::Answer(gyeot::app::msg::Answer::Made(who, phrases.map(Into::into)))]);
            m
        }),
        ("caseload", signed_in(lang)),
        ("not-whole", not_whole(lang)),
        ("not-whole-caseload", with(not_whole(lang), &[Command::Back])),
        ("duties", {
            let mut m = signed_in(lang);
            m.signed_in.as_mut().unwrap().concerns = vec![
                Concern::Mended(vec!["roster".into(), "slots/1f.age".into()]),
                Concern::Overdue(vec!["2026-09".parse().unwrap(), "2026-10".parse().unwrap()]),
                Concern::Waiting { to_review: 0, by_others: 2 },
            ];
            m
        }),
        ("new-client", with(signed_in(lang), &[Command::AddClient])),
        ("client", at_client(lang, &CONSENTED)),
        ("client-new", at_client(lang, &[])),
        ("input", with(at_client(lang, &CONSENTED), &[Command::BeginSession, Command::Down])),
        ("live-begins", live(lang)),
        ("live", talking(lang)),
        ("live-suggestions", with(talking(lang), &[Command::NextPane])),
        ("live-cues", with(talking(lang), &[Command::PrevPane])),
        ("live-end", with(talking(lang), &[Command::Stop])),
        ("past", {
            let mut m = at_client(lang, &CONSENTED);
            let file = Box::new(past(lang));
            play(&mut m, [Msg::Answer(gyeot::app::msg::Answer::Opened(file))]);
            m
        }),
        ("note", noted(lang)),
        ("instruments", with(at_client(lang, &CONSENTED), &[Command::Assess])),
        ("assessment", with(phq9(lang), &[Command::Open, Command::Answer(2)])),
        ("score", scored(lang)),
        ("history", with(at_client(lang, &CONSENTED), &[Command::PrevPane, Command::Open])),
        ("schedule", with(at_client(lang, &CONSENTED), &[Command::PrevPane, Command::Schedule])),
        ("kiosk", with(phq9(lang), &[Command::GiveKiosk])),
        ("kiosk-end", {
            let mut m = with(phq9(lang), &[Command::GiveKiosk]);
            while !m.sheet.as_ref().unwrap().ending {
                m = with(m, &[Command::Answer(1)]);
            }
            m
        }),
        ("settings", with(signed_in(lang), &[Command::Settings])),
        ("doctor", {
            let mut m = with(signed_in(lang), &[Command::Doctor]);
            m.findings = vec![
                Finding { what: Looked::SpeechModel, state: Ok("whisper-base".into()) },
                Finding {
                    what: Looked::LanguageWorker,
                    state: Err(ErrorReport::failed(msg("llm-no-model-loaded"), msg("asr-no-speech-model-loaded.hint"))),
                },
            ];
            m
        }),
        ("help", with(talking(lang), &[Command::Help])),
        ("palette", with(talking(lang), &[Command::Palette])),
    ]
}

#[test]
fn every_screen_looks_as_it_did() {
    for n in 0..all(Lang::Ko).len() {
        let name = all(Lang::Ko)[n].0;
        kept(name, |lang| all(lang).swap_remove(n).1);
    }
}

#[test]
fn every_context_is_drawn_by_one_of_the_pictures() {
    let mut drawn: Vec<Context> = all(Lang::Ko).iter().flat_map(|(_, m)| [m.screen, m.context()]).collect();
    drawn.sort();
    drawn.dedup();
    assert_eq!(drawn, sorted(Context::ALL.to_vec()));
}

fn sorted(mut contexts: Vec<Context>) -> Vec<Context> {
    contexts.sort();
    contexts
}

#[test]
fn a_terminal_that_is_too_small_says_so_in_both_languages_and_never_fails() {
    for (cols, rows) in [(79, 24), (80, 23), (20, 5), (2, 1), (1, 1)] {
        for (_, model) in all(Lang::Ko) {
            picture(&model, cols, rows);
        }
    }
    let text = picture(&talking(Lang::Ko), 70, 20).text;
    assert!(
        text.contains("화면이 너무 작습니다") && text.contains("too small") && text.contains("● 녹음 중"),
        "{text}"
    );
}

#[test]
fn every_size_from_the_smallest_to_a_wall_is_drawn_without_a_split_glyph() {
    for (_, model) in all(Lang::Ko) {
        for cols in (80..=131).step_by(3) {
            picture(&model, cols, 24 + cols % 7);
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
    for command in [Command::Note, Command::Assess, Command::Settings, Command::Doctor, Command::Lock] {
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
    m.first_run.fields[0].clear();
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
        if m.typing() {
            continue;
        }
        for row in TABLE.iter().filter(|r| r.contexts.contains(&m.context())) {
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
        if m.overlay.is_some() || matches!(m.screen, Context::Kiosk | Context::Recovery) {
            continue;
        }
        let text = picture(&m, 80, 24).text;
        assert!(text.trim_end().lines().last().unwrap().contains("도움말"), "{name}\n{text}");
    }
}
