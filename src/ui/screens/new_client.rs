//! Adding a client.

use crate::app::model::Model;
use crate::app::pages::new_client::NewClientForm;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The form of a new client.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let form: NewClientForm = model.pages.read();
    let place = pane::centred(area, 66, 20);
    let inner = pane::framed(frame, place, T::NewClientTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let why = T::OnlyName.text(lang);
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y + 1, why, theme.of(Mean::Quiet)) + 1;
    for (n, label) in [T::Name, T::BirthDate, T::SexField, T::Contact, T::Code].into_iter().enumerate() {
        let focus = n == form.focus;
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, label.text(lang), &form.fields[n], false, focus, theme);
        y += 3;
    }
}
