//! One question of an instrument, with the counsellor at the screen.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, NUMBERS, QUESTIONS, UP_DOWN};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::flow::{asking, sheet};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::sheet::Sheet;

const TALK: &[Row] = &[row!(Command::FindInTalk, [Key::char('f')], "key-find-in-talk", "key-find-in-talk.short")];

/// One question.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[NUMBERS, QUESTIONS, TALK, UP_DOWN, BACK_SHOWN, EVERYWHERE],
    step: command,
    typing: |model| model.sheet.as_ref().is_some_and(Sheet::typing),
    typed,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::FindInTalk { sheet::find_in_talk(model) } else { asking::answer(model, command) }
}

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
