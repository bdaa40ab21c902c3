//! A list with columns, and below it what is said of the marked row.

use crate::app::flow::listing::{Listings, shown};
use crate::app::model::Model;
use crate::app::views::{ListOf, ListingRow};
use crate::app::wrap::{width, wrap};
use crate::domain::practice::lang::Lang;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::keyed::keyed;
use crate::ui::theme::Mean;
use crate::ui::view::View;
use crate::ui::widgets::{find, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns between two columns.
const GAP: u16 = 2;
/// Columns of the mark before a row.
const MARK: u16 = 2;
/// The most of the height that details take.
const MOST_DETAIL: u16 = 8;

const fn title(of: ListOf) -> T {
    match of {
        ListOf::Members => T::ListMembers,
        ListOf::AccessLog => T::ListAccessLog,
        ListOf::Models => T::ListModels,
        ListOf::VaultCheck => T::ListVaultCheck,
        ListOf::Packets => T::ListPackets,
        ListOf::Inspection => T::ListInspection,
        ListOf::Readers => T::ListReaders,
        ListOf::Supervisees => T::ListSupervisees,
        ListOf::Deputies => T::ListDeputies,
        ListOf::Hours => T::ListHours,
        ListOf::Templates => T::ListTemplates,
    }
}

/// As wide as the widest cell of each column; the last takes what is left.
fn columns(head: &[String], rows: &[Vec<String>]) -> Vec<u16> {
    (0..head.len())
        .map(|n| {
            let cells = rows.iter().filter_map(|row| row.get(n)).map(|cell| width(cell));
            cells.chain(head.get(n).map(|cell| width(cell))).max().unwrap_or(0)
        })
        .collect()
}

/// The cells that have a head; one beyond names the row to the program and is not shown.
fn cells(row: &ListingRow, heads: usize, lang: Lang) -> Vec<String> {
    row.cells.iter().take(heads).map(|cell| cell.text(lang)).collect()
}

/// Draws the list.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, of: ListOf, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let lists: Listings = model.pages.read();
    let Some(listing) = lists.get(of) else {
        let inner = pane::framed(frame, area, title(of).text(lang), "", true, theme);
        put(frame.buffer_mut(), inner.x + 1, inner.y, inner.right(), T::Looks.text(lang), theme.of(Mean::Quiet));
        return;
    };
    let rows = shown(model, listing, lang);
    let count = if rows.len() == listing.rows.len() {
        rows.len().to_string()
    } else {
        format!("{}/{}", rows.len(), listing.rows.len())
    };
    let inner = pane::framed(frame, area, title(of).text(lang), &count, true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let inside = if model.find.is_some() { find::draw(frame, inside, model, title(of), theme) } else { inside };
    let buf = frame.buffer_mut();
    let mut y = inside.y;
    for (told, grave) in &listing.told {
        y = put_wrapped(
            buf,
            inside,
            y,
            &keyed(model, &told.text(lang)),
            theme.of(if *grave { Mean::Danger } else { Mean::Plain }),
        );
    }
    if rows.is_empty() {
        if !listing.rows.is_empty() {
            put(buf, inside.x, y, inside.right(), T::NothingFound.text(lang), theme.of(Mean::Quiet));
        }
        return;
    }
    let head: Vec<String> = listing.head.iter().map(|cell| cell.text(lang)).collect();
    let texts: Vec<Vec<String>> = rows.iter().map(|row| cells(row, head.len(), lang)).collect();
    let widths = columns(&head, &texts);
    let at = lists.at(of).min(rows.len() - 1);
    let mut detail: Vec<String> = rows[at].detail.iter().map(|line| keyed(model, &line.text(lang))).collect();
    // Cells that have no room in the marked row are said below it.
    let mut left = MARK;
    for (n, cell) in texts[at].iter().enumerate() {
        if left + width(cell) > inside.width && !cell.is_empty() {
            detail.insert(0, format!("{}: {cell}", head.get(n).map_or("", String::as_str)));
        }
        left = left.saturating_add(widths[n] + GAP);
    }
    let needed: usize = detail.iter().map(|line| wrap(line, inside.width).len()).sum();
    let low = if detail.is_empty() { 0 } else { (needed as u16 + 1).min(MOST_DETAIL) };
    let mut line = |y: u16, cells: &[String], mark: &str, mean: Mean| {
        put(buf, inside.x, y, inside.right(), mark, theme.of(Mean::Focus));
        let mut x = inside.x + MARK;
        for (n, cell) in cells.iter().enumerate() {
            let right = if n + 1 == cells.len() { inside.right() } else { (x + widths[n]).min(inside.right()) };
            put(buf, x, y, right, cell, theme.of(mean));
            x = (x + widths[n] + GAP).min(inside.right());
        }
    };
    line(y, &head, "", Mean::Quiet);
    y += 1;
    let height = usize::from(inside.bottom().saturating_sub(y + low));
    let top = window(at, rows.len(), height);
    for (n, row) in rows.iter().enumerate().skip(top).take(height) {
        let mean = match (row.grave, n == at) {
            (true, _) => Mean::Warn,
            (false, true) => Mean::Strong,
            (false, false) => Mean::Plain,
        };
        view.hits.row(row_of(inside, y + (n - top) as u16), 0, at, n);
        line(y + (n - top) as u16, &texts[n], if n == at { "▸" } else { " " }, mean);
    }
    let mut y = inside.bottom().saturating_sub(low) + 1;
    for text in &detail {
        y = put_wrapped(buf, inside, y, text, theme.of(Mean::Plain));
    }
}
