//! Model to cells, key to message. No IO: the runtime owns the terminal.

pub mod bars;
pub mod hits;
pub mod i18n;
pub mod keyed;
pub mod keymap;
pub mod overlays;
pub mod plain;
pub mod screens;
pub mod theme;
pub mod view;
pub mod widgets;

use crate::app::model::Model;
use crate::app::state::overlay::Overlay;
use crate::ui::overlays::{concern, confirm, help, palette, tour};
use ratatui::Frame;
use ratatui::layout::Rect;

pub use crate::ui::view::View;

/// The smallest screen on which everything needed is visible.
pub const MIN_COLS: u16 = 60;
/// The smallest screen on which everything needed is visible.
pub const MIN_ROWS: u16 = 20;

/// Draws the whole screen. The hardware cursor is set where text is typed: input methods draw there.
pub fn draw(frame: &mut Frame<'_>, model: &Model, view: &mut View) {
    let area = frame.area();
    view.hits.clear();
    if area.width < MIN_COLS || area.height < MIN_ROWS {
        bars::too_small(frame, area, model, view.theme);
        return;
    }
    let [header, body, status, keys] = rows(area);
    let screen = screens::view(model.screen);
    if screen.bare {
        (screen.body)(frame, area, model, view);
    } else {
        let body = tour::strip(frame, body, model, view.theme);
        let body = concern::banner(frame, body, model, view.theme);
        (screen.body)(frame, body, model, view);
        match screen.header {
            Some(draw) => draw(frame, header, model, view),
            None => bars::header(frame, header, model, view.theme),
        }
        match (&model.notice, screen.status) {
            (Some(notice), _) => bars::said(frame, status, &notice.say, model, view.theme),
            (None, Some(draw)) => draw(frame, status, model, view),
            (None, None) => {}
        }
        bars::keys(frame, keys, model, view);
    }
    if model.overlay.is_some() {
        // What lies beneath is not clicked.
        view.hits.clear();
    }
    match &model.overlay {
        Some(Overlay::Help { top }) => help::draw(frame, area, model, *top, view.theme),
        Some(Overlay::Palette { query, at }) => palette::draw(frame, area, model, query, *at, view),
        Some(Overlay::Confirm(question)) => confirm::draw(frame, area, model, question, view),
        Some(Overlay::Told) => concern::told(frame, area, model, view.theme),
        None => {}
    }
}

fn rows(area: Rect) -> [Rect; 4] {
    let row = |y| Rect { x: area.x, y, width: area.width, height: 1 };
    let body = Rect { x: area.x, y: area.y + 1, width: area.width, height: area.height - 3 };
    [row(area.y), body, row(area.bottom() - 2), row(area.bottom() - 1)]
}
