//! The language model on the screen of the models: chosen by one key, given up by the same one, no other kind taken for it.

use crate::pictures::{line, models};
use crate::stage::{does, play, signed_as};
use gyeot::app::command::Command;
use gyeot::app::effect::Effect;
use gyeot::app::model::Model;
use gyeot::app::msg::{Answer, Msg};
use gyeot::app::screen::Screen;
use gyeot::app::views::ListOf;
use gyeot::domain::practice::lang::Lang;
use gyeot::domain::practice::member::Role;
use gyeot::texts::{msg, verbatim};

fn at_models() -> Model {
    let mut m = signed_as(Lang::En, Role::Counsellor);
    does(&mut m, &[Command::Go(Screen::Models)]);
    let mut listing = models();
    let cells =
        [verbatim("centre-lora"), msg("model-task-llm"), verbatim("9 MB"), msg("list-model-used"), verbatim("")];
    listing.rows.push(line(&cells, &[], false));
    play(&mut m, [Msg::Answer(Answer::Listing(Box::new(listing)))]);
    m
}

#[test]
fn a_language_model_is_chosen_and_given_up_by_the_same_key() {
    let mut m = at_models();
    let effects = does(&mut m, &[Command::Down, Command::UseModel]);
    assert!(matches!(&effects[..], [Effect::UseModel(Some(id))] if id.as_str() == "qwen2.5-coder-0.5b"), "{effects:?}");
    assert!(m.busy, "its files are being looked at");
    let effects = play(&mut m, [Msg::Answer(Answer::ModelUsed(Some("qwen2.5-coder-0.5b".into())))]);
    assert!(!m.busy && matches!(&effects[..], [Effect::List(ListOf::Models)]), "{effects:?}");
    let mut m = at_models();
    let effects = does(&mut m, &[Command::Last, Command::UseModel]);
    assert!(matches!(&effects[..], [Effect::UseModel(None)]), "{effects:?}");
}

#[test]
fn a_model_of_another_kind_is_not_chosen() {
    let mut m = at_models();
    assert!(does(&mut m, &[Command::First, Command::UseModel]).is_empty());
    assert!(!m.busy);
}
