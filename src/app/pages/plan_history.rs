//! The revisions of a safety plan: which hold, and what changed in each.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, UP_DOWN};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::page::{Page, READERS};
use crate::app::state::plan::PlanPage;

const PAGES: &[Row] = &[
    row!(Command::PageUp, [Key::plain(KeyName::PageUp)], "key-page-up"),
    row!(Command::PageDown, [Key::plain(KeyName::PageDown)], "key-page-down"),
];

/// Rows of a page of a plan; more than one has.
const PAGE_ROWS: usize = 10;
const MOST_ROWS: usize = 2_000;

/// The revisions.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[UP_DOWN, PAGES, BACK_SHOWN, EVERYWHERE],
    entered,
    step: command,
    ..Page::PLAIN
};

/// What is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown {
    /// Which revision: its place from the newest, 0.
    pub at: usize,
    /// First row of it; the view shows no further than the last.
    pub top: usize,
}

fn entered(model: &mut Model) -> Vec<Effect> {
    model.pages.put(Shown::default());
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = model.pages.get::<PlanPage>().map_or(0, |page| page.revisions.len());
    model.pages.with(|shown: &mut Shown| match (command, steps(command)) {
        (Command::PageUp, _) => shown.top = shown.top.saturating_sub(PAGE_ROWS),
        (Command::PageDown, _) => shown.top = (shown.top + PAGE_ROWS).min(MOST_ROWS),
        (_, Some(by)) => *shown = Shown { at: step(shown.at, by, count), top: 0 },
        (_, None) => {}
    });
    if command == Command::Back {
        // A supervisor came straight here: nothing of the plan stays behind.
        if !model.trail.contains(&crate::app::screen::Screen::SafetyPlan) {
            model.pages.take::<PlanPage>();
        }
        model.back();
    }
    Vec::new()
}
