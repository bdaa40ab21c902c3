//! The command palette: the table of commands, searched by name.

use crate::app::field::Field;
use crate::app::model::Model;
use crate::app::pages::found;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::View;
use crate::ui::widgets::{field, pane, put, put_right, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the palette.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, query: &Field, at: usize, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let inner = pane::over(frame, area, 64, 16, T::PaletteTitle.text(lang), theme);
    let line = Rect { height: 2, x: inner.x + 1, width: inner.width - 2, ..inner };
    field::draw(frame, line, T::PaletteTitle.text(lang), query, false, true, theme);
    let found = found(model);
    let buf = frame.buffer_mut();
    if found.is_empty() {
        put(buf, inner.x + 3, inner.y + 3, inner.right(), T::PaletteEmpty.text(lang), theme.of(Mean::Quiet));
    }
    let height = usize::from(inner.height.saturating_sub(3));
    let top = window(at, found.len(), height);
    for (n, row) in found.iter().enumerate().skip(top).take(height) {
        let y = inner.y + 3 + (n - top) as u16;
        let marked = n == at;
        view.hits.row(row_of(inner, y), 0, at, n);
        put(buf, inner.x + 1, y, inner.right(), if marked { "▸" } else { " " }, theme.of(Mean::Focus));
        let key = row.keys.first().map(ToString::to_string).unwrap_or_default();
        let right = put_right(buf, inner.x, y, inner.right() - 1, &key, theme.of(Mean::Quiet));
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        put(buf, inner.x + 3, y, right, row.name(lang), style);
    }
}
