//! A note template from an example note.

use crate::app::model::Model;
use crate::app::pages::comment::text_width;
use crate::app::pages::template_new::TemplateForm;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::editor::plain_text;
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Rows of the field of the name.
const FIELD: u16 = 2;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(form) = model.pages.get::<TemplateForm>() else { return };
    let inner = pane::framed(frame, area, lang.say("template-new-title"), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let y = put_wrapped(frame.buffer_mut(), inside, inner.y, lang.say("template-new-how"), theme.of(Mean::Quiet)) + 1;
    let awake = model.overlay.is_none();
    let place = Rect { y, height: FIELD, ..inside };
    field::draw(frame, place, lang.say("template-field-title"), &form.title, false, awake && !form.on_text, theme);
    let y = y + FIELD + 1;
    let y = put_wrapped(frame.buffer_mut(), inside, y, lang.say("template-field-example"), theme.of(Mean::Quiet));
    let below = Rect { y, height: inner.bottom().saturating_sub(y), ..inner };
    plain_text(frame, below, &form.text, text_width(model.cols), awake && form.on_text, theme);
}
