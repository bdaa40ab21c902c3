//! Pages that list something: asking for it, finding in it, moving the mark.

use crate::app::command::groups::FIND;
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::views::{ListOf, Listing, ListingRow};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::find::matches;
use crate::domain::practice::lang::Lang;
use crate::texts::verbatim;
use std::collections::{BTreeMap, BTreeSet};

/// Looking again; finding by typing.
pub const COMMANDS: &[Row] =
    &[row!(Command::Open, [Key::plain(KeyName::Enter)], "key-look-again", "key-look-again.short")];

/// What every such page has of its own.
pub const GROUPS: [&[Row]; 2] = [COMMANDS, FIND];

/// The lists that were read, and which row of each is marked.
#[derive(Debug, Clone, Default)]
pub struct Listings {
    read: BTreeMap<ListOf, Listing>,
    at: BTreeMap<ListOf, usize>,
    /// Lists that were asked for and have not come.
    asked: BTreeSet<ListOf>,
    /// The row that was marked when the list was asked for again.
    was: BTreeMap<ListOf, ListingRow>,
}

impl Listings {
    /// A list; none until it was read.
    pub fn get(&self, of: ListOf) -> Option<&Listing> {
        self.read.get(&of)
    }

    /// The row that is marked.
    pub fn at(&self, of: ListOf) -> usize {
        self.at.get(&of).copied().unwrap_or(0)
    }
}

/// The rows that are shown: all, or those in which every typed word is found.
pub fn shown<'a>(model: &Model, listing: &'a Listing, lang: Lang) -> Vec<&'a ListingRow> {
    let query = model.find.as_ref().map_or("", |find| find.text());
    let text = |row: &ListingRow| row.cells.iter().map(|c| c.text(lang)).collect::<Vec<_>>().join(" ");
    listing.rows.iter().filter(|row| query.is_empty() || matches(query, &text(row))).collect()
}

/// The list is read again.
pub fn ask(model: &mut Model, of: ListOf) -> Vec<Effect> {
    let was = marked(model, of);
    model.pages.with(|lists: &mut Listings| {
        lists.read.remove(&of);
        lists.asked.insert(of);
        lists.was.extend(was.map(|row| (of, row)));
    });
    vec![Effect::List(of)]
}

/// The row that is marked, of those that are shown.
pub fn marked(model: &Model, of: ListOf) -> Option<ListingRow> {
    let lists = model.pages.get::<Listings>()?;
    shown(model, lists.get(of)?, model.lang).get(lists.at(of)).map(|row| (*row).clone())
}

/// It was read. The mark stays on its row, wherever that stands now: what is done next is done with what was marked. A row is
/// known by its cells, or where they changed by the first.
pub fn loaded(model: &mut Model, listing: Listing) -> Vec<Effect> {
    let of = listing.of;
    let now = marked(model, of);
    let was = model.pages.with(|lists: &mut Listings| lists.was.remove(&of)).or(now);
    let rows = shown(model, &listing, model.lang);
    let stands = was.and_then(|was| {
        let same = |row: &&ListingRow| row.cells == was.cells;
        let first = |row: &&ListingRow| row.cells.first() == was.cells.first();
        rows.iter().position(same).or_else(|| rows.iter().position(first))
    });
    let last = rows.len().saturating_sub(1);
    model.pages.with(|lists: &mut Listings| {
        let at = stands.unwrap_or_else(|| lists.at(of).min(last));
        lists.at.insert(of, at);
        lists.read.insert(of, listing);
        lists.asked.remove(&of);
    });
    Vec::new()
}

/// What was asked for could not be read: its page says why, for as long as it is shown.
pub fn not_read(model: &mut Model, fault: &ErrorReport) {
    let (said, hint) = fault.said(model.lang);
    model.pages.with(|lists: &mut Listings| {
        for of in std::mem::take(&mut lists.asked) {
            let told = vec![(verbatim(said.clone()), true), (verbatim(hint.clone()), false)];
            lists.read.insert(of, Listing { of, told, head: Vec::new(), rows: Vec::new() });
        }
    });
}

/// Marks the first row that is shown and is of this kind; false where there is none.
pub fn mark_first(model: &mut Model, of: ListOf, kind: impl Fn(&ListingRow) -> bool) -> bool {
    let lists: Listings = model.pages.read();
    let found = lists.get(of).and_then(|listing| shown(model, listing, model.lang).into_iter().position(kind));
    if let Some(at) = found {
        model.pages.with(|lists: &mut Listings| lists.at.insert(of, at));
    }
    found.is_some()
}

/// What was typed to be found has changed: the first row that is found is marked.
pub fn found(model: &mut Model, of: ListOf) {
    model.pages.with(|lists: &mut Listings| lists.at.insert(of, 0));
}

/// What such a page does with a command.
pub fn command(model: &mut Model, of: ListOf, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        let lists: Listings = model.pages.read();
        let rows = lists.get(of).map_or(0, |listing| shown(model, listing, model.lang).len());
        model.pages.with(|lists: &mut Listings| lists.at.insert(of, step(lists.at(of), by, rows)));
    }
    match command {
        Command::Back => {
            model.back();
            Vec::new()
        }
        Command::Open => ask(model, of),
        _ => Vec::new(),
    }
}
