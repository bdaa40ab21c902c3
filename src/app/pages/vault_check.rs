//! A check of the vault: every byte read, and what is wrong.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;

const WAY: Row =
    row!(Command::Go(Screen::VaultCheck), [Key::plain(KeyName::F(8))], "key-vault-check", "key-vault-check.short")
        .needing(Capability::KeepWhole);

/// The list.
pub const PAGE: Page = Page {
    commands: &[listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| listing::ask(model, ListOf::VaultCheck),
    found: |model| listing::found(model, ListOf::VaultCheck),
    step: |model, command| listing::command(model, ListOf::VaultCheck, command),
    ..Page::PLAIN
};
