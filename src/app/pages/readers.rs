//! Who supervises the open client: every supervisor of the centre, with whether they read, and the keys given and taken.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::{listing, supervision};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::supervision::SupervisionAct;
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::NewEntry, [Key::char('a')], "key-assign", "key-assign.short").needing(Capability::AssignSupervisor),
    row!(Command::RemoveEntry, [Key::char('x')], "key-unassign", "key-unassign.short")
        .needing(Capability::AssignSupervisor),
];

/// The list.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    entered: supervision::ask_readers,
    found: |model| listing::found(model, ListOf::Readers),
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let code = model.client.as_ref().map(|page| page.file.client.code.clone());
    let name = listing::marked(model, ListOf::Readers).and_then(|r| r.cells.first().map(|c| c.text(model.lang)));
    match (command, code, name) {
        (Command::NewEntry, Some(client), Some(name)) => {
            return supervision::confirm(model, SupervisionAct::Assign { client, name });
        }
        (Command::RemoveEntry, Some(client), Some(name)) => {
            return supervision::confirm(model, SupervisionAct::Unassign { client, name });
        }
        (Command::NewEntry | Command::RemoveEntry, ..) => model.say(Say::NothingChosen),
        (Command::Open, ..) => return supervision::ask_readers(model),
        (command, ..) => return listing::command(model, ListOf::Readers, command),
    }
    Vec::new()
}
