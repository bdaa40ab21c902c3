//! Into which file a case report is written, and why.

use crate::app::model::Model;
use crate::app::pages::report_paper::ReportPaperForm;
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
    let form: ReportPaperForm = model.pages.read();
    let inner = pane::framed(frame, area, lang.say("report-paper-title"), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let y =
        put_wrapped(frame.buffer_mut(), inside, inside.y + 1, lang.say("report-paper-how"), theme.of(Mean::Plain)) + 1;
    for (n, (label, typed)) in [T::PaperReason, T::PaperFile].iter().zip(&form.fields).enumerate() {
        let place = Rect { y: y + 3 * n as u16, height: 2, ..inside };
        let focus = form.focus == n && model.overlay.is_none();
        field::draw(frame, place, label.text(lang), typed, false, focus, theme);
    }
}
