//! The counsellor's own clients. Names are masked: a client may sit beside the screen.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{cases, day_list, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The caseload.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let title = match model.whole() {
        true => format!("{} {}", T::Caseload.text(lang), model.caseload.len()),
        // Where clients may be missing their number is not told.
        false => T::Caseload.text(lang).to_owned(),
    };
    let area = day_list::draw(frame, area, model, theme);
    let inner = pane::framed(frame, area, &title, "", true, theme);
    if model.caseload.is_empty() {
        let inside = Rect { x: inner.x + 2, width: inner.width - 4, ..inner };
        let none = if model.whole() { T::NoClients } else { T::NotAllClients };
        put_wrapped(frame.buffer_mut(), inside, inner.y + 2, none.text(lang), theme.of(Mean::Plain));
        return;
    }
    cases::draw(frame, inner, model, 0, view);
}
