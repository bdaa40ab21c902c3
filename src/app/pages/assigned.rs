//! The clients assigned to a supervisor, with what is open at each.

use crate::app::command::groups::{EVERYWHERE_AT_START, LIST, OPEN};
use crate::app::command::{Command, steps};
use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{Audience, Page};
use crate::domain::practice::member::Role;

/// Where a supervisor starts.
pub const PAGE: Page = Page {
    audience: Audience::Members(&[Role::Supervisor]),
    commands: &[OPEN, LIST, EVERYWHERE_AT_START],
    entered: |_| vec![Effect::LoadCaseload],
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        model.case_at = step(model.case_at, by, model.caseload.len());
    }
    if command == Command::Open {
        match model.caseload.get(model.case_at) {
            Some(row) => return vec![Effect::OpenClient(row.client.id)],
            None => model.say(Say::NothingChosen),
        }
    }
    Vec::new()
}
