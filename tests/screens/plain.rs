//! The workstation as lines: what the screens say is there, pane by pane, and every choice is the command that it names.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::pictures::{all, noted, with};
use crate::stage::*;
use gyeot::app::Model;
use gyeot::app::command::Command;
use gyeot::app::field::Edit;
use gyeot::app::msg::Msg;
use gyeot::app::pages::card::CardForm;
use gyeot::app::pages::{rows, typing};
use gyeot::domain::practice::lang::Lang;
use gyeot::ui::View;
use gyeot::ui::plain::{COLS, ROWS, entered, lines, offered};

fn told(model: &Model) -> Vec<String> {
    let mut model = model.clone();
    play(&mut model, [Msg::Resize(COLS, ROWS)]);
    lines(&model, &mut View::new(false))
}

/// Words of a drawn picture without what frames it.
fn words(text: &str) -> Vec<String> {
    let bare = |c: char| !c.is_alphanumeric();
    text.split(bare).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_word_of_every_screen_is_read_out_and_no_line_of_a_frame() {
    for lang in [Lang::Ko, Lang::En] {
        for (name, model) in all(lang) {
            if model.overlay.is_some() {
                continue;
            }
            let said = told(&model).join("\n");
            assert!(!said.chars().any(|c| "─━│┃┌┏┐┓└┗┘┛".contains(c)), "{name}:\n{said}");
            let drawn = crate::ui_screens::picture(&model, COLS, ROWS).text;
            // The last row names keys.
            let body = drawn.trim_end().rsplit_once('\n').unwrap().0;
            let heard = words(&said);
            for word in words(body) {
                assert!(heard.contains(&word), "{name}: {word} is drawn and not read:\n{said}");
            }
        }
    }
}

#[test]
fn panes_beside_each_other_are_read_one_after_the_other() {
    let said = told(&talking(Lang::En));
    let titles: Vec<usize> = said.iter().enumerate().filter(|(_, l)| l.starts_with("== ")).map(|(n, _)| n).collect();
    assert!(titles.len() >= 3, "{said:#?}");
    let first_pane = said[titles[0]..titles[1]].join("\n");
    assert!(first_pane.contains("Transcript"), "{first_pane}");
    assert!(!first_pane.contains("Suggestions"), "{first_pane}");
}

#[test]
fn what_lies_over_a_screen_is_read_alone() {
    let model = with(talking(Lang::En), &[Command::Stop]);
    let said = told(&model);
    assert_eq!(said.iter().filter(|l| l.starts_with("== ")).count(), 1, "{said:#?}");
    assert!(!said.iter().any(|l| l.contains("Transcript")), "{said:#?}");
}

#[test]
fn every_number_that_is_offered_gives_the_command_that_stands_beside_it() {
    for lang in [Lang::Ko, Lang::En] {
        for (name, model) in all(lang) {
            let dot = if typing(&model) { "." } else { "" };
            for line in offered(&model).iter().rev().skip(1) {
                let (number, label) = line.split_once(") ").unwrap();
                assert_eq!(number.starts_with('.'), !dot.is_empty(), "{name}");
                // Where a digit answers a question, a choice begins with the sign.
                let typed = format!(".{}", number.trim_start_matches('.'));
                let messages = entered(&model, &typed).unwrap();
                let [Msg::Do(command)] = &messages[..] else { panic!("{name} {line}: {messages:?}") };
                assert!(
                    rows(&model).any(|row| {
                        row.command == *command && format!("{} [{}]", row.name(lang), row.keys[0]) == label
                    }),
                    "{name}: {line} gives {command:?}"
                );
            }
        }
    }
}

#[test]
fn a_line_is_text_where_text_is_typed_and_a_choice_or_a_key_elsewhere() {
    let model = with(signed_in(Lang::Ko), &[Command::AddClient]);
    let messages = entered(&model, "김하늘").unwrap();
    assert!(matches!(&messages[..], [Msg::Type(Edit::Insert(text)), Msg::Do(Command::Open)] if text == "김하늘"));
    let messages = entered(&model, "..5점").unwrap();
    assert!(matches!(&messages[..], [Msg::Type(Edit::Insert(text)), ..] if text == ".5점"));
    assert!(entered(&model, ".").is_none());

    let model = signed_in(Lang::Ko);
    assert!(matches!(&entered(&model, "a").unwrap()[..], [Msg::Do(Command::AddClient)]));
    assert!(matches!(&entered(&model, "ㅁ").unwrap()[..], [Msg::Do(Command::AddClient)]));
    let downs = entered(&model, "+3").unwrap();
    assert!(downs.len() == 3 && downs.iter().all(|m| matches!(m, Msg::Do(Command::Down))));
    assert!(entered(&model, "+99999999").unwrap().len() <= 200);
    assert!(entered(&model, "999").unwrap().is_empty());
}

#[test]
fn a_passphrase_is_not_echoed_and_its_page_says_so() {
    let secret = |model: &Model| (gyeot::app::pages::page(model.screen).secret)(model);
    for (name, model) in all(Lang::Ko) {
        let asks = name == "unlock" || name == "first-run-made";
        assert_eq!(secret(&model), asks, "{name}");
    }
    let mut model = crate::pictures::vault(Lang::Ko, true);
    for focus in 0..5 {
        assert_eq!(secret(&model), focus >= 3, "{focus}");
        play(&mut model, [Msg::Do(Command::Down)]);
    }
}

#[test]
fn what_stands_in_a_field_is_replaced_by_a_line_that_says_so() {
    let mut m = all(Lang::Ko).into_iter().find(|(name, _)| name == "card-counsellor").unwrap().1;
    let field = |m: &Model| m.pages.get::<CardForm>().unwrap().fields[0].text().to_owned();
    let before = field(&m);
    assert!(!before.is_empty());
    let enter = |m: &mut Model, line: &str| {
        let messages = entered(m, line).unwrap();
        play(m, messages);
    };
    enter(&mut m, ".=새이름");
    assert_eq!(field(&m), "새이름", "and not {before} with it");
    // In a longer text only the line goes.
    let mut note = noted(Lang::Ko);
    type_text(&mut note, "한 줄\n다른 줄");
    enter(&mut note, ".=바뀐 줄");
    let page = &note.note.as_ref().unwrap().page;
    let said: Vec<&str> = page.sections().iter().flat_map(|s| &s.lines).map(|l| l.text()).collect();
    assert!(said.contains(&"바뀐 줄") && !said.contains(&"다른 줄"), "{said:?}");
    assert!(said.iter().any(|line| line.ends_with("한 줄")), "{said:?}");
}
