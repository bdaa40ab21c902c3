//! The clients assigned to a supervisor: who, and what is open at each.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{cases, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Where a supervisor starts.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let title = format!("{} {}", T::Assigned.text(lang), model.caseload.len());
    let inner = pane::framed(frame, area, &title, "", true, theme);
    if model.caseload.is_empty() {
        let inside = Rect { x: inner.x + 2, width: inner.width - 4, ..inner };
        let none = if model.whole() { T::NoneAssigned } else { T::NotAllClients };
        put_wrapped(frame.buffer_mut(), inside, inner.y + 1, none.text(lang), theme.of(Mean::Plain));
        return;
    }
    cases::draw(frame, inner, model, theme);
}
