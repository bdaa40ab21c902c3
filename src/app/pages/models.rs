//! The models: which are here, their size and licence.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::views::ListOf;

const WAY: Row = row!(Command::Go(Screen::Models), [Key::plain(KeyName::F(7))], "key-models", "key-models.short");

/// The list.
pub const PAGE: Page = Page {
    commands: &[listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| listing::ask(model, ListOf::Models),
    found: |model| listing::found(model, ListOf::Models),
    step: |model, command| listing::command(model, ListOf::Models, command),
    ..Page::PLAIN
};
