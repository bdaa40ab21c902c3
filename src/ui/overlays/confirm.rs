//! A question that wants a yes.

use crate::app::model::Model;
use crate::app::pages::context;
use crate::app::screen::Context;
use crate::app::state::overlay::Question;
use crate::ui::i18n::{T, question};
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the question.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, asked: &Question, theme: Theme) {
    let lang = model.lang;
    let inner = pane::over(frame, area, 62, 8, T::ConfirmTitle.text(lang), theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y + 1, &question(asked, lang), theme.of(Mean::Strong));
    let keys = match context(model) {
        Context::Leave => T::LeaveKeys,
        _ => T::ConfirmKeys,
    };
    put_wrapped(buf, inside, y + 1, keys.text(lang), theme.of(Mean::Focus));
}
