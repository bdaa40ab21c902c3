//! Who reads in a supervisor's place, and for how long: named and ended here.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::{listing, supervision};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{KeyPlace, Page, READERS};
use crate::app::screen::Screen;
use crate::app::state::supervision::SupervisionAct;
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;
use crate::domain::practice::ids::ClientCode;

const COMMANDS: &[Row] = &[
    row!(Command::NewEntry, [Key::char('a')], "key-name-deputy", "key-name-deputy.short")
        .needing(Capability::NameDeputy),
    row!(Command::RemoveEntry, [Key::char('x')], "key-end-deputy", "key-end-deputy.short")
        .needing(Capability::NameDeputy),
];

/// The list.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    entered: |model| listing::ask(model, ListOf::Deputies),
    found: |model| listing::found(model, ListOf::Deputies),
    key_place: |model, command| match command {
        // Nothing is marked that it could be about.
        Command::RemoveEntry if listing::marked(model, ListOf::Deputies).is_none() => KeyPlace::Left,
        _ => KeyPlace::InOrder,
    },
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::NewEntry => model.go(Screen::Deputy),
        Command::RemoveEntry => {
            let cells = listing::marked(model, ListOf::Deputies)
                .map(|row| row.cells.iter().map(|cell| cell.text(model.lang)).collect::<Vec<String>>());
            let Some([client, name, ..]) = cells.as_deref() else {
                model.say(Say::NothingChosen);
                return Vec::new();
            };
            let (client, name) = (ClientCode::from(client.as_str()), name.clone());
            return supervision::confirm(model, SupervisionAct::EndDeputy { client, name });
        }
        command => return listing::command(model, ListOf::Deputies, command),
    }
    Vec::new()
}
