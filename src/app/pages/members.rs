//! The members of the centre: role, since when, fingerprint, whether it was compared.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;

const WAY: Row = row!(Command::Go(Screen::Members), [Key::plain(KeyName::F(5))], "key-members", "key-members.short");

const COMMANDS: &[Row] =
    &[row!(Command::NewEntry, [Key::char('a')], "key-enrol", "key-enrol.short").needing(Capability::ChangeRoster)];

/// The list.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| listing::ask(model, ListOf::Members),
    found: |model| listing::found(model, ListOf::Members),
    step: |model, command| match command {
        Command::NewEntry => {
            model.go(Screen::Enrol);
            Vec::new()
        }
        command => listing::command(model, ListOf::Members, command),
    },
    ..Page::PLAIN
};
