//! Writing a comment, an answer, or what is asked for with a return; in the editor of notes.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, SELECTED};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::flow::review;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::review::{CommentPage, ReviewAct, Writing};

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::ctrl('s')], "key-send-comment", "key-send-comment.short"),
    row!(Command::Undo, [Key::ctrl('u')], "key-undo", "key-undo.short"),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-new-line"),
];

/// Columns of the frame left and right of the text.
const FRAME: u16 = 4;

/// A comment.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, SELECTED, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    step: command,
    typed,
    text: |model| model.pages.get::<CommentPage>().map(|page| &page.text),
    leads_on: false,
    ..Page::FORM
};

/// Columns that the text has on a screen so wide.
pub const fn text_width(cols: u16) -> u16 {
    cols.saturating_sub(FRAME)
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let width = text_width(model.cols);
    if let Some(page) = model.pages.get_mut::<CommentPage>() {
        page.text.edit_at(edit, width);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let Some(page) = model.pages.get_mut::<CommentPage>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Save => {
            let words = page.words();
            if words.is_blank() {
                model.say(Say::NothingToSave);
                return Vec::new();
            }
            let act = match page.what.clone() {
                Writing::Comment(at) => ReviewAct::Comment(at, words),
                Writing::Answer(thread) => ReviewAct::Answer(thread, Some(words), None),
                Writing::Return => ReviewAct::Return(words),
            };
            page.saving = true;
            return review::ask(model, act);
        }
        Command::Open => page.text.newline(),
        Command::Undo if page.text.undo() => {}
        Command::Undo => model.say(Say::NothingToUndo),
        Command::Up => drop(page.text.up(width)),
        Command::Down => drop(page.text.down(width)),
        Command::Back => {
            if page.words().is_blank() {
                leave(model);
            } else {
                model.overlay = Some(Overlay::Confirm(Question::LeaveComment));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Leaves without what was written.
pub fn leave(model: &mut Model) {
    model.pages.take::<CommentPage>();
    model.back();
}
