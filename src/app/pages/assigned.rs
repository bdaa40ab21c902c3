//! Where a supervisor starts: the notes that wait for review, and the clients assigned to them.

use crate::app::command::groups::{EVERYWHERE_AT_START, FIND, LIST, NAMES, OPEN, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::cases;
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::page::{Audience, Page};
use crate::app::screen::Screen;
use crate::app::state::review::Reviews;
use crate::domain::practice::member::Role;

const COMMANDS: &[Row] = &[
    row!(Command::ReviewFolder, [Key::char('w')], "key-review-folder", "key-review-folder.short"),
    row!(Command::Go(Screen::Supervisees), [Key::char('s')], "key-supervisees", "key-supervisees.short"),
    row!(Command::Go(Screen::Deputies), [Key::char('d')], "key-deputies", "key-deputies.short"),
    row!(Command::Go(Screen::Hours), [Key::char('t')], "key-hours", "key-hours.short"),
];

/// Where a supervisor starts.
pub const PAGE: Page = Page {
    audience: Audience::Members(&[Role::Supervisor]),
    commands: &[OPEN, COMMANDS, FIND, NAMES, LIST, PANES, EVERYWHERE_AT_START],
    found: |model| model.case_at = 0,
    entered: |_| vec![Effect::LoadCaseload],
    step: command,
    ..Page::PLAIN
};

/// True while keys go to the clients: asked for, while one is looked for, and where no note is in the queue.
pub fn at_clients(model: &Model) -> bool {
    let reviews = model.pages.get::<Reviews>();
    model.find.is_some() || reviews.is_none_or(|r| r.clients || r.rows().next().is_none())
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let clients = at_clients(model);
    if command == Command::ReviewFolder {
        return vec![Effect::ReviewFolder];
    }
    if matches!(command, Command::NextPane | Command::PrevPane) {
        model.pages.with(|reviews: &mut Reviews| reviews.clients = !clients);
        return Vec::new();
    }
    if clients {
        if let Some(by) = steps(command) {
            cases::moved(model, by);
        }
        return if command == Command::Open { cases::open(model) } else { Vec::new() };
    }
    let Some(reviews) = model.pages.get_mut::<Reviews>() else { return Vec::new() };
    if let Some(by) = steps(command) {
        reviews.at = step(reviews.at, by, reviews.rows().count());
    }
    let session = reviews.marked().map(|row| row.session);
    match command {
        Command::Open => session.map(Effect::OpenReview).into_iter().collect(),
        _ => Vec::new(),
    }
}
