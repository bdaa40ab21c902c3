//! Writing a process note: free text, a line each, in the editor of notes.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, SELECTED};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::pages::comment::text_width;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::supervision::{ProcessText, SupervisionAct};

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::ctrl('s')], "key-save-process", "key-save-process.short"),
    row!(Command::Undo, [Key::ctrl('u')], "key-undo", "key-undo.short"),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-new-line"),
];

/// The text.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, SELECTED, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    step: command,
    typed,
    text: |model| model.pages.get::<ProcessText>().map(|page| &page.text),
    leads_on: false,
    ..Page::FORM
};

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let width = text_width(model.cols);
    if let Some(page) = model.pages.get_mut::<ProcessText>() {
        page.text.edit_at(edit, width);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let Some(page) = model.pages.get_mut::<ProcessText>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Save if page.unsaved() && !page.text.is_blank() => return keep(page),
        Command::Save => model.say(Say::NothingToSave),
        Command::Open => page.text.newline(),
        Command::Undo if page.text.undo() => {}
        Command::Undo => model.say(Say::NothingToUndo),
        Command::Up => drop(page.text.up(width)),
        Command::Down => drop(page.text.down(width)),
        Command::Back if page.unsaved() => model.overlay = Some(Overlay::Confirm(Question::LeaveProcess)),
        Command::Back => leave(model),
        _ => {}
    }
    Vec::new()
}

fn keep(page: &ProcessText) -> Vec<Effect> {
    vec![Effect::Supervision(SupervisionAct::KeepProcess(page.session, page.text.words()))]
}

/// Leaves without what was written.
pub fn leave(model: &mut Model) {
    model.pages.take::<ProcessText>();
    model.back();
}

/// True when something is written and not sealed.
pub fn unsaved(model: &Model) -> bool {
    model.pages.get::<ProcessText>().is_some_and(ProcessText::unsaved)
}

/// Seals what is unsaved without a word, before the screen locks by itself.
pub fn save_silently(model: &Model) -> Vec<Effect> {
    let page = model.pages.get::<ProcessText>().filter(|p| p.unsaved() && !p.text.is_blank());
    page.map(keep).unwrap_or_default()
}
