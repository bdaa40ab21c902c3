//! Naming a deputy: who, from when to when, of one client or of all.

use crate::app::flow::listing::Listings;
use crate::app::model::Model;
use crate::app::state::supervision::DeputyForm;
use crate::app::views::ListOf;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

const LABELS: [&str; 5] =
    ["deputy-field-name", "deputy-field-from", "deputy-field-to", "deputy-field-client", "deputy-field-of"];

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(form) = model.pages.get::<DeputyForm>() else { return };
    let inner = pane::framed(frame, pane::centred(area, 76, 20), lang.say("deputy-form-title"), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y, lang.say("deputy-form-how"), theme.of(Mean::Quiet));
    // Who could be one, as the list said it.
    let lists = model.pages.get::<Listings>();
    if let Some((could, _)) = lists.and_then(|l| l.get(ListOf::Deputies)).and_then(|l| l.told.get(1)) {
        y = put_wrapped(frame.buffer_mut(), inside, y, &could.text(lang), theme.of(Mean::Plain));
    }
    y += 1;
    let step = if inner.bottom().saturating_sub(y) >= 3 * form.fields.len() as u16 { 3 } else { 2 };
    for (n, (label, typed)) in LABELS.iter().zip(&form.fields).enumerate() {
        let place = Rect { y, height: 2, ..inside };
        let focus = n == form.focus && model.overlay.is_none();
        field::draw(frame, place, lang.say(label), typed, false, focus, theme);
        y += step;
    }
}
