//! Two records of one person: which other record it is, both cards side by side, which of the two goes on and why. A merge is
//! taken back in the same place. Looking at the cards is logged.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::merge::{Joining, MergeAct, MergeRow, Same};
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::ClientId;

/// The screen.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
        model.pages.fill(model.of_client(), Joining::default);
        model.client.as_ref().map(|page| vec![Effect::Merge(MergeAct::Twins(page.file.client.id))]).unwrap_or_default()
    },
    step: command,
    typed: |model, edit| {
        write(model, edit);
        Vec::new()
    },
    ..Page::FORM
};

fn write(model: &mut Model, edit: &Edit) {
    model.pages.with(|form: &mut Joining| {
        if form.cards.is_some() {
            form.reason.edit(edit);
        }
    });
}

/// The records of the same name and birth date were found.
pub fn twins(model: &mut Model, of: ClientId, twins: &[ClientId]) -> Vec<Effect> {
    let Some(open) = open_client(model).filter(|open| open.id == of) else { return Vec::new() };
    let like = |row: &ClientRow| match &row.goes_on_as {
        Some(there) if *there == open.code => Some(Same::Merged),
        // It goes on in another one.
        Some(_) => None,
        None if open.goes_on_as.as_ref() == Some(&row.code) => Some(Same::GoesOn),
        // A record that is closed is joined with no further one.
        None if open.goes_on_as.is_some() => None,
        None if twins.contains(&row.id) => Some(Same::Twin),
        None => Some(Same::Other),
    };
    let own = model.caseload.iter().map(|row| &row.client).filter(|c| c.own && c.id != of && !c.code.is_practice());
    let mut rows: Vec<MergeRow> =
        own.filter_map(|client| like(client).map(|same| MergeRow { client: client.clone(), same })).collect();
    rows.sort_by(|a, b| (a.same, &a.client.code).cmp(&(b.same, &b.client.code)));
    if model.screen == Screen::Merge {
        model.pages.with(|form: &mut Joining| form.found(rows));
    }
    Vec::new()
}

/// Both cards were read.
pub fn cards(model: &mut Model, [(open, mine), (other, theirs)]: [(ClientId, CardEntries); 2]) -> Vec<Effect> {
    let here = open_client(model).is_some_and(|client| client.id == open);
    model.pages.with(|form: &mut Joining| {
        if here && form.marked().is_some_and(|row| row.client.id == other) {
            form.cards = Some(Box::new([mine, theirs]));
        }
    });
    Vec::new()
}

/// It is sealed: the record that goes on is shown.
pub fn done(model: &mut Model, kept: ClientId, say: Say) -> Vec<Effect> {
    // Locked meanwhile.
    if model.pages.take::<Joining>().is_none() {
        return Vec::new();
    }
    if model.screen == Screen::Merge {
        model.back();
    }
    model.say(say);
    vec![Effect::LoadCaseload, Effect::OpenClient(kept)]
}

fn open_client(model: &Model) -> Option<ClientRow> {
    model.client.as_ref().map(|page| page.file.client.clone())
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: Joining = model.pages.read();
    let (Some(open), count) = (open_client(model), form.rows.as_ref().map_or(0, Vec::len)) else {
        model.back();
        return Vec::new();
    };
    let mut effects = Vec::new();
    match command {
        Command::Up if form.cards.is_none() => form.at = step(form.at, -1, count),
        Command::Down if form.cards.is_none() => form.at = step(form.at, 1, count),
        Command::NextPane | Command::PrevPane if form.cards.is_some() => form.exchanged = !form.exchanged,
        Command::Open => match (form.marked().cloned(), form.cards.is_some()) {
            (None, _) => model.say(Say::NothingChosen),
            (Some(row), false) => effects.push(Effect::Merge(MergeAct::Cards { open: open.id, other: row.client.id })),
            (Some(_), true) if form.reason.is_blank() => model.say(Say::FieldMissing),
            (Some(row), true) => {
                let question = Question::Merge(form.act(open, row));
                model.overlay = Some(Overlay::Confirm(question));
            }
        },
        Command::Back if form.cards.is_some() => {
            (form.cards, form.reason, form.exchanged) = (None, Field::default(), false);
        }
        Command::Back => {
            model.pages.take::<Joining>();
            model.back();
            return Vec::new();
        }
        _ => {}
    }
    model.pages.put(form);
    effects
}
