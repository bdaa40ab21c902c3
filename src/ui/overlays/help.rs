//! Help, made from the table of commands: it cannot say anything else than what the keys do.

use crate::app::model::Model;
use crate::app::pages::rows_of;
use crate::app::screen::Context;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the help of the screen beneath.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, top: usize, theme: Theme) {
    let lang = model.lang;
    let title = format!("{} · {}", T::HelpTitle.text(lang), T::HelpClose.text(lang));
    let inner = pane::over(frame, area, 76, area.height - 2, &title, theme);
    let all: Vec<_> = rows_of(model, Context::At(model.screen)).collect();
    let height = usize::from(inner.height);
    let top = top.min(all.len().saturating_sub(height));
    let buf = frame.buffer_mut();
    // There is more above or below.
    for (more, y) in [(top > 0, inner.y), (top + height < all.len(), inner.bottom() - 1)] {
        if more {
            put(buf, inner.right() - 2, y, inner.right(), if y == inner.y { "▲" } else { "▼" }, theme.of(Mean::Quiet));
        }
    }
    for (n, row) in all.iter().enumerate().skip(top).take(height) {
        let y = inner.y + (n - top) as u16;
        let keys: Vec<String> = row.keys.iter().map(ToString::to_string).collect();
        put(buf, inner.x + 2, y, inner.x + 20, &keys.join(" "), theme.of(Mean::Focus));
        put(buf, inner.x + 20, y, inner.right(), row.name(lang), theme.of(Mean::Plain));
    }
}
