//! The step of a tour, below the screen it is about.

use crate::app::flow::tour;
use crate::app::model::Model;
use crate::app::pages::rows_of;
use crate::app::screen::Context;
use crate::app::wrap::wrap;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the step and gives the room above it, in which the screen is drawn.
pub fn strip(frame: &mut Frame<'_>, body: Rect, model: &Model, theme: Theme) -> Rect {
    let Some((step, n, of)) = tour::now(model) else { return body };
    let lang = model.lang;
    // Its screen is on the way: the vault is being asked.
    let there = model.screen == step.screen;
    let words = if there { lang.say(step.text) } else { T::Wait.text(lang) };
    let nth = if there { format!("{}/{of}", n + 1) } else { String::new() };
    let width = body.width.saturating_sub(4);
    let height = (wrap(words, width).len() as u16 + 3).min(body.height / 2);
    let place = Rect { y: body.bottom() - height, height, ..body };
    let inner = pane::framed(frame, place, T::TourTitle.text(lang), &nth, true, theme);
    let inside = Rect { x: inner.x + 1, width, ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y, words, theme.of(Mean::Plain));
    let row = rows_of(model, Context::At(step.screen)).find(|row| there && row.command == step.shows);
    if let Some((row, key)) = row.and_then(|row| Some((row, row.keys.first()?))) {
        put(buf, inside.x, y, inside.right(), &format!("{key}  {}", row.name(lang)), theme.of(Mean::Focus));
    }
    Rect { height: body.height - height, ..body }
}
