//! One question of an instrument, with the counsellor at the screen.

use crate::app::command::groups::{BACK, EVERYWHERE, NUMBERS, QUESTIONS, UP_DOWN};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::flow::asking;
use crate::app::model::Model;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::sheet::Sheet;

/// One question.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[NUMBERS, QUESTIONS, UP_DOWN, BACK, EVERYWHERE],
    step: asking::answer,
    typing: |model| model.sheet.as_ref().is_some_and(Sheet::typing),
    typed,
    ..Page::PLAIN
};

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let Some(total) = model.sheet.as_mut().and_then(|s| s.total.as_mut()) else { return Vec::new() };
    match edit {
        Edit::Insert(s) => {
            let digits: String = s.chars().filter(char::is_ascii_digit).take(4).collect();
            total.edit(&Edit::Insert(digits));
        }
        other => total.edit(other),
    }
    Vec::new()
}
