//! One's own hours of supervision with their sums, for a certificate.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::{listing, supervision};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{KeyPlace, Page, READERS};
use crate::app::pages::paper_out::{self, OutKind};
use crate::app::screen::Screen;
use crate::app::state::supervision::SupervisionAct;
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::NewEntry, [Key::char('a')], "key-log-hours", "key-log-hours.short").needing(Capability::LogHours),
    row!(Command::RemoveEntry, [Key::char('x')], "key-forget-hours", "key-forget-hours.short")
        .needing(Capability::LogHours),
    row!(Command::Paper, [Key::char('p')], "key-hours-file", "key-hours-file.short").needing(Capability::LogHours),
];

/// The list.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    entered: |model| listing::ask(model, ListOf::Hours),
    found: |model| listing::found(model, ListOf::Hours),
    key_place: |model, command| match command {
        // Nothing is marked that it could be about.
        Command::RemoveEntry | Command::Paper if listing::marked(model, ListOf::Hours).is_none() => KeyPlace::Left,
        _ => KeyPlace::InOrder,
    },
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::NewEntry => model.go(Screen::HoursEntry),
        Command::Paper => paper_out::begin(model, OutKind::Hours),
        Command::RemoveEntry => {
            // The last column is the record's first digits.
            let record = listing::marked(model, ListOf::Hours)
                .and_then(|row| row.cells.last().map(|cell| cell.text(model.lang)))
                .filter(|digits| !digits.is_empty());
            match record {
                Some(record) => return supervision::confirm(model, SupervisionAct::ForgetHours(record)),
                None => model.say(Say::NothingChosen),
            }
        }
        command => return listing::command(model, ListOf::Hours, command),
    }
    Vec::new()
}
