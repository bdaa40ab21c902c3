//! Models and workers: what is right and wrong with them.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::msg::{Finding, Health};
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::state::findings::Findings;

const COMMANDS: &[Row] = &[row!(Command::Open, [Key::plain(KeyName::Enter)], "key-look-again", "key-look-again.short")];

const WAY: Row = row!(Command::Go(Screen::Doctor), [Key::plain(KeyName::F(4))], "key-models-workers");

/// The findings.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |_| vec![Effect::Examine],
    step: command,
    ..Page::PLAIN
};

/// It was looked at.
pub fn examined(model: &mut Model, mut findings: Vec<Finding>) -> Vec<Effect> {
    // What has to be mended is seen first.
    findings.sort_by_key(|finding| match finding.health {
        Health::Wrong => 0,
        Health::Worth => 1,
        Health::Right => 2,
    });
    model.pages.with(|page: &mut Findings| page.list = findings);
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        model.pages.with(|page: &mut Findings| page.at = step(page.at, by, page.list.len()));
    }
    match command {
        Command::Back => model.back(),
        Command::Open => return vec![Effect::Examine],
        _ => {}
    }
    Vec::new()
}
