//! What is right and wrong with the vault, the models and the workers.

use crate::app::model::Model;
use crate::app::state::findings::Findings;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{findings, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let page: Findings = model.pages.read();
    let inner = pane::framed(frame, area, T::DoctorTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y, T::DoctorHow.text(lang), theme.of(Mean::Quiet)) + 1;
    let y = findings::vault(buf, inside, y, model, theme);
    let place = Rect { y, height: inner.bottom().saturating_sub(y), ..inside };
    findings::draw(buf, place, &page.list, Some(page.at), model, theme, false);
}
