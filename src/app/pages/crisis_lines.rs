//! The lines one can call in a crisis, each with the day on which a person checked it.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};

const COMMANDS: &[Row] =
    &[row!(Command::Checked, [Key::char('c')], "key-line-checked-today", "key-line-checked-today.short")];

const WAY: Row = row!(Command::Go(Screen::CrisisLines), [Key::plain(KeyName::F(12))], "key-crisis-lines");

/// The lines.
pub const PAGE: Page =
    Page { commands: &[COMMANDS, LIST, BACK_SHOWN, EVERYWHERE], way: Some(&WAY), step: command, ..Page::PLAIN };

/// Which line is marked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marked(pub usize);

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.crisis.len();
    if let Some(by) = steps(command) {
        model.pages.with(|marked: &mut Marked| marked.0 = step(marked.0, by, count));
    }
    match command {
        Command::Back => model.back(),
        Command::Checked => match model.crisis.get(model.pages.read::<Marked>().0).map(|l| l.id.clone()) {
            Some(id) => model.overlay = Some(Overlay::Confirm(Question::LineChecked(id))),
            None => model.say(Say::NothingChosen),
        },
        _ => {}
    }
    Vec::new()
}
