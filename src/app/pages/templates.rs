//! The forms that a note can have: those built in and the centre's own, with what each section is filled from.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::{Effect, TemplateAct};
use crate::app::flow::{listing, note};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::pages::template_new::TemplateForm;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::views::ListOf;
use crate::domain::governance::access::Capability;
use crate::domain::note::format::NoteFormat;
use crate::texts::msg;

const COMMANDS: &[Row] = &[
    row!(Command::NewEntry, [Key::char('a')], "key-new-template", "key-new-template.short")
        .needing(Capability::ChangeTemplates),
    row!(Command::RemoveEntry, [Key::char('x')], "key-remove-template", "key-remove-template.short")
        .needing(Capability::ChangeTemplates),
];

/// The list.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    entered: |model| listing::ask(model, ListOf::Templates),
    found: |model| listing::found(model, ListOf::Templates),
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::NewEntry => model.go(Screen::TemplateNew),
        Command::RemoveEntry => {
            match listing::marked(model, ListOf::Templates).map(|row| row.cells) {
                // Name, kind, how many sections, and not shown the id.
                Some(cells) if cells.get(1) == Some(&msg("note-template-own")) => {
                    let [id, title] = [3, 0].map(|n| cells.get(n).map(|c| c.text(model.lang)).unwrap_or_default());
                    model.overlay = Some(Overlay::Confirm(Question::RemoveTemplate(id, title)));
                }
                Some(_) => model.say(Say::TemplateBuiltIn),
                None => model.say(Say::NothingChosen),
            }
        }
        command => return listing::command(model, ListOf::Templates, command),
    }
    Vec::new()
}

/// Shows the headings that were found before anything is kept.
pub fn ask(model: &mut Model, title: String, headings: Vec<String>, named: usize) -> Vec<Effect> {
    model.overlay = Some(Overlay::Confirm(Question::KeepTemplate(title, headings, named)));
    Vec::new()
}

/// A template is to be made of the headings that were shown.
pub fn keep(title: &str, headings: &[String]) -> Vec<Effect> {
    vec![Effect::Template(TemplateAct::Keep { title: title.to_owned(), headings: headings.to_vec() })]
}

/// A template came or went: what it was typed on is left, with the example.
pub fn changed(model: &mut Model, own: Vec<NoteFormat>, came: bool) -> Vec<Effect> {
    note::with_templates(model, own);
    model.say(Say::TemplateKept(came));
    model.pages.take::<TemplateForm>();
    if model.screen == Screen::TemplateNew {
        // The list reads itself again when it is entered.
        model.back();
        return Vec::new();
    }
    listing::ask(model, ListOf::Templates)
}
