//! One instrument of one client over time: choosing it, going through its answers, giving it again.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::sheet;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::page::{Page, READERS};
use crate::app::screen::Screen;
use crate::domain::governance::access::Capability;
use crate::domain::practice::ids::InstrumentId;
use std::collections::BTreeSet;

const COMMANDS: &[Row] = &[
    row!(Command::Open, [Key::plain(KeyName::Enter)], "key-give-now", "key-give-now.short")
        .needing(Capability::GiveAssessment),
    row!(Command::Schedule, [Key::char('t')], "key-when-given-again", "key-when-given-again.short")
        .needing(Capability::GiveAssessment),
];

/// An instrument over time.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[COMMANDS, LIST, PANES, BACK_SHOWN, EVERYWHERE],
    entered,
    step: command,
    ..Page::PLAIN
};

/// What is shown.
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// First row of the answers that is shown.
    pub top: usize,
}

/// The instruments of which the open client has sheets, in order of their ids.
pub fn given(model: &Model) -> Vec<InstrumentId> {
    let sheets = model.client.iter().flat_map(|page| &page.file.sheets);
    sheets.map(|a| a.instrument.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

fn entered(model: &mut Model) -> Vec<Effect> {
    // Coming back from giving it again, the page stands where it stood.
    if let (None, Some(instrument)) = (model.pages.get::<HistoryPage>(), model.instrument.clone()) {
        model.pages.put(HistoryPage { instrument, top: 0 });
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let all = given(model);
    let library = model.library.clone();
    let Some(mut page) = model.pages.get::<HistoryPage>().cloned() else {
        model.back();
        return Vec::new();
    };
    let at = all.iter().position(|id| *id == page.instrument).unwrap_or(0);
    if let Some(by) = steps(command) {
        // The heading and the sum stand still; the rows of the items move between them.
        let rows = library.get(&page.instrument).map_or(1, |i| i.items.len());
        page.top = step(page.top, by, rows);
    }
    let other = match command {
        Command::NextPane => all.get((at + 1) % all.len().max(1)),
        Command::PrevPane => all.get((at + all.len().saturating_sub(1)) % all.len().max(1)),
        _ => None,
    };
    if let Some(id) = other {
        page = HistoryPage { instrument: id.clone(), top: 0 };
    }
    let id = page.instrument.clone();
    model.pages.put(page);
    match command {
        Command::Open if library.get(&id).is_ok() => {
            sheet::start(model, &id, None);
            model.go(Screen::Assessment);
        }
        Command::Schedule => {
            model.instrument = Some(id);
            model.go(Screen::Schedule);
        }
        Command::Back => {
            model.pages.take::<HistoryPage>();
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
