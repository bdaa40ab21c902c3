//! The access log: who did what when, the newest first.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;

const WAY: Row =
    row!(Command::Go(Screen::AccessLog), [Key::plain(KeyName::F(6))], "key-access-log", "key-access-log.short")
        .needing(Capability::ReadLog);

/// The list.
pub const PAGE: Page = Page {
    commands: &[listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| listing::ask(model, ListOf::AccessLog),
    found: |model| listing::found(model, ListOf::AccessLog),
    step: |model, command| listing::command(model, ListOf::AccessLog, command),
    ..Page::PLAIN
};
