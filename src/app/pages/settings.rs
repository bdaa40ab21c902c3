//! The language of the screens, and after how long they lock.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::language;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;

const COMMANDS: &[Row] = &[row!(Command::Open, [Key::plain(KeyName::Enter)], "key-change", "key-change.short")];

const WAY: Row = row!(Command::Go(Screen::Settings), [Key::plain(KeyName::F(3))], "key-settings");

/// How many settings there are.
const SETTINGS: usize = 2;
/// Minutes that are offered, within the bounds of the settings file.
const MINUTES: [u16; 8] = [1, 2, 3, 5, 10, 15, 20, 30];

/// The settings.
pub const PAGE: Page =
    Page { commands: &[COMMANDS, LIST, BACK_SHOWN, EVERYWHERE], way: Some(&WAY), step: command, ..Page::PLAIN };

/// Which setting is marked: the language, then the lock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SettingAt(pub usize);

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        model.pages.with(|at: &mut SettingAt| at.0 = step(at.0, by, SETTINGS));
    }
    match command {
        Command::Open if model.pages.read::<SettingAt>().0 == 0 => return language::change(model),
        Command::Open => {
            let next = MINUTES.into_iter().find(|minutes| *minutes > model.lock_after_minutes).unwrap_or(MINUTES[0]);
            model.lock_after_minutes = next;
            model.say(Say::LockKept(next));
            return vec![Effect::RememberLock(next)];
        }
        Command::Back => model.back(),
        _ => {}
    }
    Vec::new()
}
