//! The client alone with the questions: nothing else is on the screen, and only the passphrase leads out.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put_wrapped, question};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView { bare: true, ..ScreenView::new(draw) };

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(sheet) = &model.sheet else { return };
    let Ok(instrument) = model.library.get(&sheet.instrument) else { return };
    let place = pane::centred(area, 90, area.height);
    let inner = pane::framed(frame, place, T::KioskTitle.text(model.lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), height: inner.height - 3, ..inner };
    if sheet.ending {
        let buf = frame.buffer_mut();
        let y = put_wrapped(buf, inside, inside.y + 4, T::KioskDone.text(model.lang), theme.of(Mean::Strong)) + 1;
        put_wrapped(buf, inside, y, T::KioskDoneHow.text(model.lang), theme.of(Mean::Plain));
        return;
    }
    question::draw(frame, inside, instrument, sheet, model.lang, view);
    let low = Rect { y: inner.bottom() - 2, height: 2, ..inside };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, low, low.y, T::KioskHow.text(model.lang), theme.of(Mean::Quiet));
    put_wrapped(buf, low, y, T::KioskEnd.text(model.lang), theme.of(Mean::Quiet));
}
