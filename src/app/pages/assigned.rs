//! The clients assigned to a supervisor, with what is open at each.

use crate::app::command::groups::{EVERYWHERE_AT_START, FIND, LIST, NAMES, OPEN};
use crate::app::command::{Command, steps};
use crate::app::effect::Effect;
use crate::app::flow::cases;
use crate::app::model::Model;
use crate::app::page::{Audience, Page};
use crate::domain::practice::member::Role;

/// Where a supervisor starts.
pub const PAGE: Page = Page {
    audience: Audience::Members(&[Role::Supervisor]),
    commands: &[OPEN, FIND, NAMES, LIST, EVERYWHERE_AT_START],
    found: |model| model.case_at = 0,
    entered: |_| vec![Effect::LoadCaseload],
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        cases::moved(model, by);
    }
    if command == Command::Open { cases::open(model) } else { Vec::new() }
}
