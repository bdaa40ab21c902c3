//! The whole card of a client.

use crate::app::model::Model;
use crate::app::pages::card::{CardForm, FIELDS};
use crate::domain::practice::card_entries::CardEntries;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

const HEAD: [&str; 3] = ["client-card-name", "client-card-birth-date", "client-card-sex"];

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let form: CardForm = model.pages.read();
    let place = pane::centred(area, 76, 24);
    let code = model.client.as_ref().map_or_else(String::new, |page| page.file.client.code.to_string());
    let inner = pane::framed(frame, place, T::CardTitle.text(lang), &code, true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let how = if form.client.is_some() { T::CardHow } else { T::Looks };
    let y = put_wrapped(frame.buffer_mut(), inside, inner.y, how.text(lang), theme.of(Mean::Quiet));
    if form.client.is_none() {
        return;
    }
    let rows = usize::from(inner.bottom().saturating_sub(y) / 2).max(1);
    let top = window(form.focus, FIELDS, rows);
    let labels = HEAD.iter().chain(&CardEntries::TEXTS).enumerate();
    for (n, label) in labels.skip(top).take(rows) {
        let place = Rect { y: y + 2 * (n - top) as u16, height: 2, ..inside };
        field::draw(frame, place, lang.say(label), &form.fields[n], false, n == form.focus, theme);
    }
}
