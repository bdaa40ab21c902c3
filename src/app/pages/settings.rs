//! The language of the screens, after how long they lock, and the folder through which reviews by file go.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::field::Field;
use crate::app::flow::language;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::domain::practice::member::Role;

const COMMANDS: &[Row] = &[row!(Command::Open, [Key::plain(KeyName::Enter)], "key-change", "key-change.short")];

const TEMPLATES: &[Row] =
    &[row!(Command::Go(Screen::Templates), [Key::char('t')], "key-note-templates", "key-note-templates.short")];

const WAY: Row = row!(Command::Go(Screen::Settings), [Key::plain(KeyName::F(3))], "key-settings");

/// Minutes that are offered, within the bounds of the settings file.
const MINUTES: [u16; 8] = [1, 2, 3, 5, 10, 15, 20, 30];

/// The settings.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, TEMPLATES, LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| {
        model.pages.fill(Subject::default(), SettingsPage::default);
        if reviews(model) { vec![Effect::FolderOfReviews(None)] } else { Vec::new() }
    },
    step: command,
    typing: |model| model.pages.get::<SettingsPage>().is_some_and(|page| page.typing.is_some()),
    typed: |model, edit| {
        if let Some(field) = model.pages.get_mut::<SettingsPage>().and_then(|page| page.typing.as_mut()) {
            field.edit(edit);
        }
        Vec::new()
    },
    ..Page::PLAIN
};

/// Where one is on the page.
#[derive(Debug, Clone, Default)]
pub struct SettingsPage {
    /// Which setting is marked: the language, the lock, the folder of reviews.
    pub at: usize,
    /// The folder of reviews by file, where one is set.
    pub folder: Option<String>,
    /// Another one is being typed.
    pub typing: Option<Field>,
}

/// True for whoever writes notes or reviews them.
pub fn reviews(model: &Model) -> bool {
    matches!(model.role(), Some(Role::Counsellor | Role::Supervisor))
}

/// The folder of reviews, as it is set.
pub fn folder(model: &mut Model, folder: Option<String>, kept: bool) -> Vec<Effect> {
    model.pages.with(|page: &mut SettingsPage| page.folder = folder);
    if kept {
        model.pages.with(|page: &mut SettingsPage| page.typing = None);
        model.say(Say::FolderKept);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let page: SettingsPage = model.pages.read();
    if let Some(field) = page.typing {
        match command {
            Command::Open => return vec![Effect::FolderOfReviews(Some(field.text().to_owned()))],
            Command::Back => model.pages.with(|page: &mut SettingsPage| page.typing = None),
            _ => {}
        }
        return Vec::new();
    }
    if let Some(by) = steps(command) {
        let settings = if reviews(model) { 3 } else { 2 };
        model.pages.with(|page: &mut SettingsPage| page.at = step(page.at, by, settings));
    }
    match (command, page.at) {
        (Command::Open, 0) => return language::change(model),
        (Command::Open, 1) => {
            let next = MINUTES.into_iter().find(|minutes| *minutes > model.lock_after_minutes).unwrap_or(MINUTES[0]);
            model.lock_after_minutes = next;
            model.say(Say::LockKept(next));
            return vec![Effect::RememberLock(next)];
        }
        (Command::Open, _) => {
            let field = Field::with(page.folder.as_deref().unwrap_or_default());
            model.pages.with(|page: &mut SettingsPage| page.typing = Some(field));
        }
        (Command::Back, _) => model.back(),
        _ => {}
    }
    Vec::new()
}
