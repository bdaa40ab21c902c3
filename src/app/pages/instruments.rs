//! Choosing an instrument. What is typed narrows the list at once; the commands have keys that are no letters.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, FIND};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::flow::{handed, sheet};
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::sheet::language_of;

const COMMANDS: &[Row] = &[
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-open", "key-open.short"),
    row!(Command::GiveKiosk, [Key::ctrl('k')], "key-hand-screen-client", "key-hand-screen-client.short"),
    row!(Command::Schedule, [Key::ctrl('t')], "key-when-given-again", "key-when-given-again.short"),
];

/// The instruments.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, FIND, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    typing: |_| true,
    typed,
    found: |model| model.instrument_at = 0,
    step: command,
    ..Page::PLAIN
};

/// The first letter begins to narrow. The sign that finds in other lists finds here too.
fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let Edit::Insert(_) = edit else { return Vec::new() };
    let mut find = Field::default();
    if *edit != Edit::Insert("/".to_owned()) {
        find.edit(edit);
        model.instrument_at = 0;
    }
    model.find = Some(find);
    Vec::new()
}

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
