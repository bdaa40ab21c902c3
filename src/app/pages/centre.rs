//! The state of the centre: counts, the vault, what is due. No client is named here.

use crate::app::command::groups::{EVERYWHERE_AT_START, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::page::{Audience, KeyPlace, Page};
use crate::app::screen::Screen;
use crate::app::views::CentreView;
use crate::domain::practice::member::Role;

const COMMANDS: &[Row] = &[row!(Command::Open, [Key::plain(KeyName::Enter)], "key-look-again", "key-look-again.short")];

/// Where an admin starts.
pub const PAGE: Page = Page {
    audience: Audience::Members(&[Role::Admin]),
    commands: &[COMMANDS, LIST, EVERYWHERE_AT_START],
    // What is done most often there has its key in the first row.
    key_place: |_, command| match command {
        Command::Go(Screen::Members | Screen::AccessLog | Screen::Backup) => KeyPlace::First,
        _ => KeyPlace::InOrder,
    },
    entered: |_| ask(),
    step: command,
    ..Page::PLAIN
};

/// What was found at the last look.
#[derive(Debug, Clone, Default)]
pub struct CentrePage {
    /// The centre; none until it was looked at.
    pub view: Option<CentreView>,
    /// The first row that is shown, where not all fit.
    pub top: usize,
}

fn ask() -> Vec<Effect> {
    vec![Effect::LoadCentre, Effect::Examine]
}

/// The centre was looked at.
pub fn loaded(model: &mut Model, mut view: CentreView) -> Vec<Effect> {
    if let Some(who) = &mut model.signed_in {
        // What was done since is no longer waiting.
        who.concerns = std::mem::take(&mut view.concerns);
    }
    model.pages.with(|page: &mut CentrePage| page.view = Some(view));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        model.pages.with(|page: &mut CentrePage| {
            let members = page.view.as_ref().map_or(0, |v| v.members.len());
            page.top = step(page.top, by, members);
        });
    }
    if command == Command::Open { ask() } else { Vec::new() }
}
