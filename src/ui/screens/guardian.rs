//! Who consents for a client under 14.

use crate::app::model::Model;
use crate::app::pages::guardian::GuardianForm;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let form: GuardianForm = model.pages.read();
    let place = pane::centred(area, 72, 14);
    let inner = pane::framed(frame, place, T::GuardianTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y =
        put_wrapped(frame.buffer_mut(), inside, inner.y + 1, T::GuardianHow.text(lang), theme.of(Mean::Plain)) + 1;
    for (n, label) in [T::GuardianName, T::GuardianRelation].into_iter().enumerate() {
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, label.text(lang), &form.fields[n], false, n == form.focus, theme);
        y += 3;
    }
}
