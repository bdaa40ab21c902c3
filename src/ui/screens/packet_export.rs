//! Writing a packet out.

use crate::app::model::Model;
use crate::app::pages::packet_export::ExportForm;
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
    let Some(form) = model.pages.get::<ExportForm>() else { return };
    let place = pane::centred(area, 76, 18);
    let title = format!("{} · {}", T::ExportTitle.text(lang), form.number);
    let inner = pane::framed(frame, place, &title, "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y, T::ExportHow.text(lang), theme.of(Mean::Quiet)) + 1;
    for (n, label) in [T::ExportForm, T::ExportFolder, T::ExportReason, T::ExportAlone].into_iter().enumerate() {
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, label.text(lang), &form.fields[n], false, n == form.focus, theme);
        y += 3;
    }
}
