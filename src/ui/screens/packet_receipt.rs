//! The receiver has a packet: who said so, or the file of its signed receipt.

use crate::app::model::Model;
use crate::app::pages::packet_receipt::ReceiptForm;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (theme, lang) = (view.theme, model.lang);
    let Some(form) = model.pages.get::<ReceiptForm>() else { return };
    let place = pane::centred(area, 76, 13);
    let title = format!("{} · {}", T::ReceiptTitle.text(lang), form.number);
    let inner = pane::framed(frame, place, &title, "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y, T::ReceiptHow.text(lang), theme.of(Mean::Quiet)) + 1;
    for (n, label) in [T::ReceiptWho, T::ReceiptFile].into_iter().enumerate() {
        let place = Rect { y, height: 2, ..inside };
        let focus = n == form.focus && model.overlay.is_none();
        field::draw(frame, place, label.text(lang), &form.fields[n], false, focus, theme);
        y += 3;
    }
}
