//! Cutting, copying and putting back what is selected in the text of a screen, whichever screen it is.

use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::pages::page;

/// A command about what is selected in the text of the screen. What is done shows itself; what cannot be done is said.
pub fn given(model: &mut Model, command: Command) -> Vec<Effect> {
    let page = page(model.screen);
    let Some(text) = (page.text)(model) else { return Vec::new() };
    let (edit, possible) = match command {
        Command::Cut => (Edit::Cut, text.selected().is_some()),
        Command::Copy => (Edit::Copy, text.selected().is_some()),
        _ => (Edit::PutBack, text.has_aside()),
    };
    if !possible {
        model.say(Say::NothingSelected);
        return Vec::new();
    }
    (page.typed)(model, &edit)
}
