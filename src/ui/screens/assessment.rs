//! One question of an instrument.

use crate::app::model::Model;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, question};
use ratatui::Frame;
use ratatui::layout::Rect;

/// One question.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(sheet) = &model.sheet else { return };
    let Ok(instrument) = model.library.get(&sheet.instrument) else { return };
    let inner = pane::framed(frame, area, instrument.title.pick(model.lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    question::draw(frame, inside, instrument, sheet, model.lang, theme);
}
