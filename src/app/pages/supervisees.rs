//! The counsellors whose notes a supervisor reviews, with counts and how long decisions take.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::flow::listing;
use crate::app::page::{Audience, Page};
use crate::app::views::ListOf;
use crate::domain::practice::member::Role;

/// The list.
pub const PAGE: Page = Page {
    audience: Audience::Members(&[Role::Supervisor]),
    commands: &[listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    entered: |model| listing::ask(model, ListOf::Supervisees),
    found: |model| listing::found(model, ListOf::Supervisees),
    step: |model, command| listing::command(model, ListOf::Supervisees, command),
    ..Page::PLAIN
};
