//! One instrument of one client over time: choosing it, going through its answers, giving it again.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::pages::assess;
use crate::app::pages::steps;
use crate::domain::practice::ids::InstrumentId;
use std::collections::BTreeSet;

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

/// Opens the history of the marked measure.
pub(super) fn open(model: &mut Model) {
    let marked = model.client.as_ref().and_then(|page| page.file.measures.get(page.measure));
    match marked.map(|m| m.instrument.clone()) {
        Some(instrument) => {
            model.history = Some(HistoryPage { instrument, top: 0 });
            model.go(Context::History);
        }
        None => model.say(Say::NothingChosen),
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let all = given(model);
    let library = model.library.clone();
    let Some(page) = &mut model.history else {
        model.back();
        return Vec::new();
    };
    let at = all.iter().position(|id| *id == page.instrument).unwrap_or(0);
    if let Some(by) = steps(command) {
        // The heading and the sum stand still; the rows of the items move between them.
        let rows = library.get(&page.instrument).map_or(1, |i| i.items.len());
        page.top = step(page.top, by, rows);
    }
    let go_to = |n: usize| all.get(n % all.len().max(1)).map(|id| HistoryPage { instrument: id.clone(), top: 0 });
    match command {
        Command::NextPane => model.history = go_to(at + 1).or(model.history.take()),
        Command::PrevPane => model.history = go_to(at + all.len().saturating_sub(1)).or(model.history.take()),
        Command::Open => {
            let id = page.instrument.clone();
            if library.get(&id).is_ok() {
                assess::start(model, &id);
                model.go(Context::Assessment);
            }
        }
        Command::Schedule => {
            let id = page.instrument.clone();
            crate::app::pages::schedule::open(model, &id);
        }
        Command::Back => {
            model.history = None;
            model.back();
        }
        _ => {}
    }
    Vec::new()
}
