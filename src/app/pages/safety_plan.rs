//! Writing a safety plan with the client: six steps, beside each the client's own words to be taken or not.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, PANES, SELECTED};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::flow::safety_plan;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::note::text_width;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::plan::PlanPage;

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::ctrl('s')], "key-save-plan", "key-save-plan.short"),
    row!(Command::Undo, [Key::ctrl('u')], "key-undo", "key-undo.short"),
    row!(Command::Revisions, [Key::ctrl('r')], "key-plan-revisions", "key-plan-revisions.short"),
    row!(Command::Paper, [Key::ctrl('e')], "key-plan-paper", "key-plan-paper.short"),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-take-words-new-line"),
    row!(Command::PageUp, [Key::plain(KeyName::PageUp)], "key-step-before"),
    row!(Command::PageDown, [Key::plain(KeyName::PageDown)], "key-step-after", "key-step-after.short"),
];

/// The plan.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, SELECTED, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    step: command,
    typing: |model| model.pages.get::<PlanPage>().is_some_and(|page| !page.side),
    typed,
    text: |model| model.pages.get::<PlanPage>().filter(|page| !page.side).map(|page| &page.text),
    ..Page::PLAIN
};

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let width = text_width(model.cols);
    if let Some(page) = model.pages.get_mut::<PlanPage>() {
        page.text.edit_at(edit, width);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let Some(page) = model.pages.get_mut::<PlanPage>() else {
        model.back();
        return Vec::new();
    };
    let before = page.text.caret().section;
    match command {
        Command::NextPane | Command::PrevPane => page.side = !page.side,
        Command::Save => return safety_plan::save(model),
        Command::Undo => {
            if !page.text.undo() {
                model.say(Say::NothingToUndo);
            }
        }
        Command::Revisions => model.go(Screen::PlanHistory),
        Command::Paper => {
            if page.unsaved() || page.revisions.is_empty() {
                model.say(Say::SavePlanFirst);
            } else {
                model.go(Screen::PlanPaper);
            }
        }
        Command::Open if page.side => return safety_plan::take(model),
        Command::Open => page.text.newline(),
        Command::PageUp => page.text.to_section(before.saturating_sub(1)),
        Command::PageDown => page.text.to_section(before + 1),
        Command::Back if page.unsaved() => {
            model.overlay = Some(Overlay::Confirm(Question::LeavePlan { program: false }));
        }
        Command::Back => return safety_plan::leave(model),
        Command::Up if !page.side => {
            page.text.up(width);
        }
        Command::Down if !page.side => {
            page.text.down(width);
        }
        _ => {
            if let Some(by) = steps(command) {
                safety_plan::mark(model, by);
            }
        }
    }
    if let Some(page) = model.pages.get_mut::<PlanPage>()
        && page.text.caret().section != before
    {
        page.at = 0;
    }
    Vec::new()
}
