//! Choosing a stretch of verbatim for a case report: a session, then from which line to which.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST, NAMES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::case_report;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::report::StretchPage;

const COMMANDS: &[Row] = &[
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-take-stretch", "key-take-stretch.short"),
    row!(Command::Checked, [Key::char(' ')], "key-stretch-begins", "key-stretch-begins.short"),
];

/// The choice.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[COMMANDS, LIST, NAMES, BACK_SHOWN, EVERYWHERE],
    step: command,
    ..Page::PLAIN
};

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let sessions = case_report::sessions(model);
    let Some(page) = model.pages.get_mut::<StretchPage>() else {
        model.back();
        return Vec::new();
    };
    let Some(said) = &page.said else {
        if let Some(by) = steps(command) {
            page.session = step(page.session, by, sessions.len());
        }
        match command {
            Command::Open => match sessions.get(page.session).map(|row| row.id) {
                Some(session) => return case_report::read_lines(model, session),
                None => model.say(Say::NothingChosen),
            },
            Command::Back => {
                model.pages.take::<StretchPage>();
                model.back();
            }
            _ => {}
        }
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        page.at = step(page.at, by, said.lines.len());
    }
    match command {
        Command::Checked => page.from = if page.from == Some(page.at) { None } else { Some(page.at) },
        Command::Open => match page.stretch() {
            Some(stretch) => return case_report::stretch(model, stretch),
            None => model.say(Say::NothingChosen),
        },
        // Back to the sessions, then to the report.
        Command::Back => (page.said, page.from) = (None, None),
        _ => {}
    }
    Vec::new()
}
