//! The access log: who did what when, the newest first, and the after-review of what one person did alone.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;
use crate::domain::governance::concern::Concern;

const WAY: Row =
    row!(Command::Go(Screen::AccessLog), [Key::plain(KeyName::F(6))], "key-access-log", "key-access-log.short")
        .needing(Capability::ReadLog);

const COMMANDS: &[Row] = &[row!(Command::AfterReview, [Key::char('r')], "key-log-review", "key-log-review.short")
    .needing(Capability::ReviewBreakGlass)];

/// The list.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| listing::ask(model, ListOf::AccessLog),
    found: |model| listing::found(model, ListOf::AccessLog),
    step: command,
    ..Page::PLAIN
};

/// An entry was reviewed: what waits now is told, and the log is read again.
pub fn reviewed(model: &mut Model, now: Vec<Concern>) -> Vec<Effect> {
    if let Some(who) = &mut model.signed_in {
        who.concerns = now;
    }
    model.say(Say::EntryReviewed);
    vec![Effect::List(ListOf::AccessLog)]
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if command != Command::AfterReview {
        return listing::command(model, ListOf::AccessLog, command);
    }
    match listing::marked(model, ListOf::AccessLog).and_then(|row| row.waits) {
        Some(number) => model.overlay = Some(Overlay::Confirm(Question::ReviewEntry(number))),
        // The mark goes to what waits, so that it is read before it is reviewed.
        None if listing::mark_first(model, ListOf::AccessLog, |row| row.waits.is_some()) => {}
        None => model.say(Say::NothingToReview),
    }
    Vec::new()
}
