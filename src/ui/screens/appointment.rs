//! Setting the next appointment of a client.

use crate::app::model::Model;
use crate::app::pages::appointment::{AppointmentForm, read};
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, named, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let Some(form) = model.pages.get::<AppointmentForm>() else { return };
    let place = pane::centred(area, 76, 19);
    let whose =
        format!("{} · {} {}", T::AppointmentTitle.text(lang), named(model, &form.client.name), form.client.code);
    let inner = pane::framed(frame, place, &whose, "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y =
        put_wrapped(frame.buffer_mut(), inside, inner.y, T::AppointmentHow.text(lang), theme.of(Mean::Quiet)) + 1;
    let labels = [T::AppointmentDayField, T::AppointmentTimeField, T::AppointmentLengthField, T::AppointmentPlaceField];
    let step = if inner.height >= 16 { 3 } else { 2 };
    for (n, label) in labels.into_iter().enumerate() {
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, label.text(lang), &form.fields[n], false, n == form.focus, theme);
        y += step;
    }
    if let Ok(meant) = read(model, form) {
        let text = format!("→ {}", meant.message().text(lang));
        put_wrapped(frame.buffer_mut(), inside, inner.bottom() - 1, &text, theme.of(Mean::Good));
    }
}
