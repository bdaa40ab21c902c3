//! A note template from an example note that is pasted: its headings are taken in their order, nothing of its content, and they are
//! shown before they are kept.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, PANES, SELECTED};
use crate::app::command::{Command, Row, row};
use crate::app::editor::NoteText;
use crate::app::effect::{Effect, TemplateAct};
use crate::app::field::{Edit, Field};
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::pages::comment::text_width;
use crate::app::state::review::plain;
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::Save, [Key::ctrl('s')], "key-template-headings", "key-template-headings.short")
        .needing(Capability::ChangeTemplates),
    row!(Command::Undo, [Key::ctrl('u')], "key-undo"),
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-new-line"),
];

/// The form.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, PANES, SELECTED, ARROWS, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
        model.pages.put(TemplateForm::default());
        Vec::new()
    },
    step: command,
    typed,
    text: |model| model.pages.get::<TemplateForm>().filter(|form| form.on_text).map(|form| &form.text),
    leads_on: false,
    ..Page::FORM
};

/// What was typed.
#[derive(Debug, Clone)]
pub struct TemplateForm {
    /// What it is to be called.
    pub title: Field,
    /// The example. It is dropped with the form.
    pub text: NoteText,
    /// The caret is in the example.
    pub on_text: bool,
}

impl Default for TemplateForm {
    fn default() -> Self {
        TemplateForm { title: Field::default(), text: NoteText::empty(&plain()), on_text: false }
    }
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let width = text_width(model.cols);
    if let Some(form) = model.pages.get_mut::<TemplateForm>() {
        match form.on_text {
            true => form.text.edit_at(edit, width),
            false => form.title.edit(edit),
        }
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let width = text_width(model.cols);
    let Some(form) = model.pages.get_mut::<TemplateForm>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Save => {
            let title = form.title.text().trim().to_owned();
            if title.is_empty() || form.text.is_blank() {
                form.on_text = !title.is_empty();
                model.say(Say::FieldMissing);
                return Vec::new();
            }
            return vec![Effect::Template(TemplateAct::Look { title, text: form.text.words() })];
        }
        Command::NextPane | Command::PrevPane => form.on_text = !form.on_text,
        Command::Open if form.on_text => form.text.newline(),
        Command::Open => form.on_text = true,
        Command::Undo if form.on_text && form.text.undo() => {}
        Command::Undo => model.say(Say::NothingToUndo),
        Command::Up if form.on_text && !form.text.up(width) => form.on_text = false,
        Command::Down if form.on_text => drop(form.text.down(width)),
        Command::Down => form.on_text = true,
        Command::Back => {
            model.pages.take::<TemplateForm>();
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
