//! The process note of a session, which is the counsellor's alone: its lines, and what of them was released by hand to whoever
//! supervises the client.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, FIND, LIST, NAMES, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::field::Field;
use crate::app::flow::{finding, supervision};
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, KeyPlace, Page};
use crate::app::screen::Screen;
use crate::app::state::supervision::{ProcessPage, ProcessPane, ProcessText, SupervisionAct};
use crate::domain::governance::access::Capability;
use crate::domain::practice::text::ClientText;

const COMMANDS: &[Row] = &[
    row!(Command::NewEntry, [Key::char('e')], "key-write-process", "key-write-process.short")
        .needing(Capability::ReadProcess),
    row!(Command::Checked, [Key::char(' ')], "key-choose-line", "key-choose-line.short"),
    row!(Command::Release, [Key::char('r')], "key-release-lines", "key-release-lines.short")
        .needing(Capability::ReadProcess),
    row!(Command::RemoveEntry, [Key::char('x')], "key-take-back", "key-take-back.short")
        .needing(Capability::ReadProcess),
];

/// The note with what was released of it.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, NAMES, PANES, LIST, BACK_SHOWN, FIND, EVERYWHERE],
    key_place: |model, command| {
        let (lines, released) =
            model.pages.get::<ProcessPage>().map_or((0, 0), |page| (page.file.lines.len(), page.file.released.len()));
        match command {
            Command::Checked | Command::Release if lines == 0 => KeyPlace::Left,
            Command::RemoveEntry | Command::NextPane | Command::PrevPane if released == 0 => KeyPlace::Left,
            _ => KeyPlace::InOrder,
        }
    },
    step: command,
    found: |model| {
        if let (Some(page), Some(find)) = (model.pages.get_mut::<ProcessPage>(), &model.find) {
            page.pane = ProcessPane::Lines;
            look(page, find, 0);
        }
    },
    ..Page::PLAIN
};

/// Marks the next line that holds what is looked for.
fn look(page: &mut ProcessPage, find: &Field, by: isize) {
    finding::in_lines(find, &mut page.at, page.file.lines.iter().map(ClientText::reveal), by);
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<ProcessPage>() else {
        model.back();
        return Vec::new();
    };
    if finding::in_page(&mut model.find, command, |find, by| look(page, find, by)) {
        return Vec::new();
    }
    if let Some(by) = steps(command) {
        match page.pane {
            ProcessPane::Lines => page.at = step(page.at, by, page.file.lines.len()),
            ProcessPane::Released => page.extract = step(page.extract, by, page.file.released.len()),
        }
    }
    let session = page.file.session;
    match command {
        Command::NextPane | Command::PrevPane => {
            page.pane = match page.pane {
                ProcessPane::Lines if !page.file.released.is_empty() => ProcessPane::Released,
                _ => ProcessPane::Lines,
            };
        }
        Command::Checked if page.at < page.file.lines.len() => {
            page.pane = ProcessPane::Lines;
            if !page.chosen.remove(&page.at) {
                page.chosen.insert(page.at);
            }
            page.at = step(page.at, 1, page.file.lines.len());
        }
        Command::Release => match page.numbers() {
            numbers if numbers.is_empty() => model.say(Say::NothingChosen),
            numbers => return supervision::confirm(model, SupervisionAct::Release(session, numbers)),
        },
        Command::RemoveEntry => match (page.pane, page.file.released.get(page.extract)) {
            (ProcessPane::Released, Some(extract)) => {
                let act = SupervisionAct::TakeBack(session, extract.record);
                return supervision::confirm(model, act);
            }
            // First which: the next press asks.
            (ProcessPane::Lines, Some(_)) => page.pane = ProcessPane::Released,
            (_, None) => model.say(Say::NothingChosen),
        },
        Command::NewEntry => {
            let text = ProcessText::new(&page.file);
            model.pages.put(text);
            model.go(Screen::ProcessText);
        }
        Command::Back => {
            model.pages.take::<ProcessPage>();
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
