//! The result of an instrument.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, UP_DOWN};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::sheet;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::sheet::asked;

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::plain(KeyName::Enter)], "key-keep-result", "key-keep-result.short"),
    row!(
        Command::PrevQuestion,
        [Key::plain(KeyName::Left), Key::char('h')],
        "key-back-questions",
        "key-back-questions.short"
    ),
    row!(Command::SafetyPlan, [Key::char('a')], "key-keep-then-plan", "key-keep-then-plan.short"),
];

/// More rows than a result has.
const MOST_ROWS: usize = 200;

/// The result.
pub const PAGE: Page =
    Page { audience: COUNSELLOR, commands: &[COMMANDS, UP_DOWN, BACK_SHOWN, EVERYWHERE], step: command, ..Page::PLAIN };

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let (Some(by), Some(sheet)) = (steps(command), &mut model.sheet) {
        // The view knows how many rows there are, and shows no further than the last.
        sheet.top = sheet.top.saturating_add_signed(by).min(MOST_ROWS);
    }
    match command {
        Command::PrevQuestion => back_to_questions(model),
        Command::SafetyPlan => {
            let Some(sheet) = model.sheet.as_mut().filter(|s| !s.keeping) else { return Vec::new() };
            sheet.then_plan = true;
            return sheet::keep(model);
        }
        Command::Save if model.sheet.as_ref().is_some_and(|s| !s.keeping) => return sheet::keep(model),
        Command::Back => {
            if model.sheet.as_ref().is_some_and(|s| s.keeping) {
                return sheet::leave(model);
            }
            if model.sheet.as_ref().is_some_and(|s| s.opened.is_some()) {
                model.go(Screen::ScreeningLeft);
                return Vec::new();
            }
            model.overlay = Some(Overlay::Confirm(Question::LeaveSheet));
        }
        _ => {}
    }
    Vec::new()
}

/// From the result to the questions: to the first that has no answer, else to the last.
fn back_to_questions(model: &mut Model) {
    let library = model.library.clone();
    let Some(sheet) = model.sheet.as_mut().filter(|s| !s.keeping && s.total.is_none()) else { return };
    let Ok(instrument) = library.get(&sheet.instrument) else { return };
    let open = |n: &usize| sheet.answers.0[*n].is_none() && asked(&instrument.items[*n], sheet, instrument);
    let first = (0..instrument.items.len()).find(open).unwrap_or(sheet.at);
    (sheet.at, sheet.choice, sheet.score, sheet.ending) = (first, 0, None, false);
    model.turn(Screen::Assessment);
}
