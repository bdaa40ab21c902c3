//! The models: which are here, their size and licence, and which language model is used.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::views::ListOf;
use crate::domain::model::Task;
use crate::domain::practice::ids::ModelId;
use crate::texts::msg;

const WAY: Row = row!(Command::Go(Screen::Models), [Key::plain(KeyName::F(7))], "key-models", "key-models.short");

const COMMANDS: &[Row] = &[row!(Command::UseModel, [Key::char('u')], "key-use-model", "key-use-model.short")];

/// The list.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| listing::ask(model, ListOf::Models),
    found: |model| listing::found(model, ListOf::Models),
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if command != Command::UseModel {
        return listing::command(model, ListOf::Models, command);
    }
    // Name, task, size, state, licence; a name with a star is a first choice.
    let Some(cells) = listing::marked(model, ListOf::Models).map(|row| row.cells) else {
        model.say(Say::NothingChosen);
        return Vec::new();
    };
    if cells.get(1) != Some(&Task::Llm.label()) {
        model.say(Say::NotForWords);
        return Vec::new();
    }
    let name = cells.first().map(|cell| cell.text(model.lang)).unwrap_or_default();
    let id = ModelId::from(name.trim_end_matches(" *"));
    // The one that is used is given up by the same key.
    let used = cells.get(3) == Some(&msg("list-model-used"));
    model.busy = true;
    vec![Effect::UseModel((!used).then_some(id))]
}

/// It is used from the next session on.
pub fn used(model: &mut Model, id: Option<ModelId>) -> Vec<Effect> {
    model.busy = false;
    model.say(Say::ModelUsed(id));
    if model.screen == Screen::Models { listing::ask(model, ListOf::Models) } else { Vec::new() }
}
