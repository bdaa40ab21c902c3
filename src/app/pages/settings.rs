//! The language of the screens, and after how long they lock.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::language;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::page::Page;
use crate::app::screen::Screen;

const COMMANDS: &[Row] = &[row!(Command::Open, [Key::plain(KeyName::Enter)], "key-change", "key-change.short")];

const TEMPLATES: &[Row] =
    &[row!(Command::Go(Screen::Templates), [Key::char('t')], "key-note-templates", "key-note-templates.short")];

const WAY: Row = row!(Command::Go(Screen::Settings), [Key::plain(KeyName::F(3))], "key-settings");

/// The settings.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, TEMPLATES, LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Open => return language::change(model),
        Command::Back => model.back(),
        _ => {}
    }
    Vec::new()
}
