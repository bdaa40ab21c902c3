//! The monthly inspection of the access log (L9): a month as it stands, and the way to its signed report.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, LIST};
use crate::app::command::{Command, Row, row};
use crate::app::effect::{Effect, OfficeAsk};
use crate::app::flow::listing;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::page::Page;
use crate::app::pages::paper_out::{self, OutKind};
use crate::app::screen::Screen;
use crate::app::views::{ListOf, MonthView};
use crate::domain::governance::access::Capability;
use crate::domain::governance::access_log::Month;

const WAY: Row =
    row!(Command::Go(Screen::Inspection), [Key::plain(KeyName::F(10))], "key-inspection", "key-inspection.short")
        .needing(Capability::InspectLog);

const COMMANDS: &[Row] = &[
    row!(
        Command::MonthBefore,
        [Key::plain(KeyName::Left), Key::char('h')],
        "key-month-before",
        "key-month-before.short"
    ),
    row!(Command::MonthAfter, [Key::plain(KeyName::Right), Key::char('l')], "key-month-after", "key-month-after.short"),
    row!(Command::Paper, [Key::char('p')], "key-inspection-sign", "key-inspection-sign.short")
        .needing(Capability::InspectLog),
];

/// The month.
pub const PAGE: Page = Page {
    commands: &[COMMANDS, listing::GROUPS[0], listing::GROUPS[1], LIST, BACK_SHOWN, EVERYWHERE],
    way: Some(&WAY),
    entered: |model| {
        let month = model.pages.get::<MonthShown>().map(|shown| shown.month.clone());
        ask(model, month)
    },
    found: |model| listing::found(model, ListOf::Inspection),
    step: command,
    ..Page::PLAIN
};

/// Which month was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthShown {
    /// Which.
    pub month: Month,
    /// It still runs.
    pub running: bool,
}

fn ask(model: &mut Model, month: Option<Month>) -> Vec<Effect> {
    listing::ask(model, ListOf::Inspection);
    vec![Effect::Office(OfficeAsk::Month(month))]
}

/// It was read.
pub fn loaded(model: &mut Model, view: MonthView) -> Vec<Effect> {
    model.pages.put(MonthShown { month: view.month, running: view.running });
    listing::loaded(model, view.listing)
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let shown = model.pages.get::<MonthShown>().cloned();
    match (command, shown) {
        (Command::MonthBefore, Some(shown)) => ask(model, Some(shown.month.before())),
        (Command::MonthAfter, Some(shown)) if !shown.running => ask(model, Some(shown.month.after())),
        (Command::Open, shown) => ask(model, shown.map(|s| s.month)),
        (Command::Paper, Some(shown)) => {
            paper_out::begin(model, OutKind::Inspection(shown.month));
            Vec::new()
        }
        (Command::Back, _) => {
            // The next time it begins again with what is overdue.
            model.pages.take::<MonthShown>();
            model.back();
            Vec::new()
        }
        (command, _) => listing::command(model, ListOf::Inspection, command),
    }
}
