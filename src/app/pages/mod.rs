//! The pages by the list of screens, and what follows from it: which commands are offered where and to whom.

use crate::app::command::{Command, Row, groups, only_moves};
use crate::app::flow::{practice, tour};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::page::Page;
use crate::app::screen::{Context, Screen, screens};
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::setup::Setup;
use crate::domain::practice::find::matches;
use crate::domain::practice::lang::Lang;

macro_rules! modules {
    ($($name:ident $file:ident,)*) => {
        $(pub mod $file;)*

        /// The page of a screen.
        pub const fn page(screen: Screen) -> &'static Page {
            match screen { $(Screen::$name => &$file::PAGE,)* }
        }
    };
}
screens!(modules);

/// Where keys are looked up: what lies over the screen, else the screen.
pub fn context(model: &Model) -> Context {
    match &model.overlay {
        Some(Overlay::Help { .. } | Overlay::Told) => Context::Help,
        Some(Overlay::Palette { .. }) => Context::Palette,
        Some(Overlay::Confirm(
            Question::LeaveNote
            | Question::QuitUnsaved
            | Question::LeavePlan { .. }
            | Question::LeaveReport { .. }
            | Question::LeaveCard { .. },
        )) => Context::Leave,
        Some(Overlay::Confirm(_)) => Context::Confirm,
        None if tour::now(model).is_some() => Context::Tour,
        // Before the client nothing but the questions has keys.
        None if model.find.is_some() && !model.with_client => Context::Find,
        None => Context::At(model.screen),
    }
}

/// Everything that a context has, whoever is there: the rows of a page in its order, then the ways to other screens.
fn all_rows(context: Context) -> impl Iterator<Item = &'static Row> {
    let (groups, leads_on): (&'static [&'static [Row]], bool) = match context {
        Context::At(screen) => (page(screen).commands, page(screen).leads_on),
        Context::Help => (groups::OVER_HELP, false),
        Context::Palette => (groups::OVER_PALETTE, false),
        Context::Confirm => (groups::OVER_CONFIRM, false),
        Context::Leave => (groups::OVER_LEAVE, false),
        Context::Find => (&[groups::FINDING], false),
        Context::Tour => (&[tour::ROWS], false),
    };
    let ways = Screen::ALL.iter().filter(move |_| leads_on).filter_map(|s| page(*s).way);
    // Where it is set up it has a shorter key.
    let tour = (leads_on && context != Context::At(Screen::Setup)).then_some(&tour::CALL);
    groups.iter().flat_map(|group| group.iter()).chain(ways).chain(tour)
}

/// True when the one who is at the screen may be offered this.
fn open_to(model: &Model, row: &Row) -> bool {
    let screen = match row.command {
        Command::Go(screen) => page(screen).audience.has(model.role()),
        Command::Quit => !model.with_client,
        Command::StopModel => model.model_at_work().is_some(),
        Command::RemovePractice => practice::client(model).is_some(),
        Command::StopPull => model.pages.get::<Setup>().is_some_and(Setup::pulls),
        _ => true,
    };
    screen && row.needs.is_none_or(|capability| model.may(capability))
}

/// The commands of a context that the member at the screen may give.
pub fn rows_of(model: &Model, context: Context) -> impl Iterator<Item = &'static Row> {
    // While one finds in a list, what the list does by keys that are no letters can still be done with what is found.
    let of_list =
        (context == Context::Find).then_some(page(model.screen).commands).into_iter().flatten().flat_map(|g| g.iter());
    let beside =
        of_list.filter(|row| !only_moves(row.command) && row.keys.iter().all(|k| k.ctrl) && in_list(row.command));
    all_rows(context).chain(beside).filter(|row| open_to(model, row))
}

/// What a list does with its marked row, not what stands on every screen.
const fn in_list(command: Command) -> bool {
    !matches!(command, Command::Quit | Command::Lock | Command::Language | Command::Palette | Command::StopModel)
}

/// The commands that may be given now.
pub fn rows(model: &Model) -> impl Iterator<Item = &'static Row> {
    rows_of(model, context(model))
}

/// The command of a key now.
pub fn of_key(model: &Model, key: Key) -> Option<Command> {
    // The key that the step of a tour names goes on as Enter does.
    if let (Context::Tour, Some((step, ..))) = (context(model), tour::now(model))
        && rows_of(model, Context::At(step.screen)).any(|r| r.command == step.shows && r.keys.contains(&key))
    {
        return Some(Command::Open);
    }
    rows(model).find(|r| r.keys.contains(&key)).map(|r| r.command)
}

/// True when a command may be given now, whoever sends it.
pub fn offers(model: &Model, command: Command) -> bool {
    rows(model).any(|r| r.command == command)
}

/// True when letters are text and not commands.
pub fn typing(model: &Model) -> bool {
    match context(model) {
        Context::At(screen) => (page(screen).typing)(model),
        Context::Palette | Context::Find => true,
        Context::Help | Context::Confirm | Context::Leave | Context::Tour => false,
    }
}

/// True where part of the text of the screen is selected and a key would go to it.
pub fn is_selected(model: &Model) -> bool {
    match context(model) {
        Context::At(screen) => (page(screen).text)(model).is_some_and(|text| text.selected().is_some()),
        _ => false,
    }
}

/// The commands of the screen beneath whose name contains every word of `query`, for the palette. Commands that only move,
/// and answers by number, are left out.
pub fn search(model: &Model, query: &str) -> Vec<&'static Row> {
    let named = |row: &&Row| matches(query, &format!("{} {}", row.name(Lang::Ko), row.name(Lang::En)));
    rows_of(model, Context::At(model.screen)).filter(|r| !only_moves(r.command)).filter(named).collect()
}

/// What the palette finds for the screen beneath it.
pub fn found(model: &Model) -> Vec<&'static Row> {
    match &model.overlay {
        Some(Overlay::Palette { query, .. }) => search(model, query.text()),
        _ => Vec::new(),
    }
}
