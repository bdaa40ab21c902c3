//! Choosing an instrument.

use crate::app::command::groups::{BACK, EVERYWHERE, FIND, LIST, OPEN};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::{handed, sheet};
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::sheet::language_of;

const COMMANDS: &[Row] = &[
    row!(Command::GiveKiosk, [Key::char('w')], "key-hand-screen-client", "key-hand-screen-client.short"),
    row!(Command::Schedule, [Key::char('t')], "key-when-given-again", "key-when-given-again.short"),
];

/// The instruments.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[OPEN, COMMANDS, FIND, LIST, BACK, EVERYWHERE],
    found: |model| model.instrument_at = 0,
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let shown = sheet::choices(model);
    if let Some(by) = steps(command) {
        model.instrument_at = step(model.instrument_at, by, shown.len());
    }
    let id = shown.get(model.instrument_at).cloned();
    match (command, id) {
        (Command::Back, _) => model.back(),
        (Command::Open, Some(id)) => {
            sheet::start(model, &id, None);
            model.go(Screen::Assessment);
        }
        (Command::GiveKiosk, Some(id)) => {
            let shown = model.library.get(&id).is_ok_and(|i| language_of(i, model.lang).is_some());
            if shown {
                handed::begin(model, &id);
            } else {
                model.say(Say::NoWording);
            }
        }
        (Command::Schedule, Some(id)) => {
            model.instrument = Some(id);
            model.go(Screen::Schedule);
        }
        _ => {}
    }
    Vec::new()
}
