//! Setting when an instrument is to be given again.

use crate::app::model::Model;
use crate::app::pages::schedule::ScheduleForm;
use crate::domain::practice::schedule::Every;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(form) = model.pages.get::<ScheduleForm>() else { return };
    let lang = model.lang;
    let instrument = model.library.get(&form.instrument).ok();
    let name = instrument.map_or(form.instrument.as_str(), |i| i.title.pick(lang));
    let place = pane::centred(area, 76, 18);
    let inner = pane::framed(frame, place, &format!("{} · {name}", T::ScheduleTitle.text(lang)), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let mut y = inner.y + 1;
    if let Some(usual) = instrument.and_then(|i| i.interval.as_ref()) {
        let every = usual.every.parse::<Every>().map_or_else(|_| usual.every.clone(), |every| every.say(lang));
        let text = format!("{}: {every} ({})", T::ScheduleUsual.text(lang), usual.source);
        y = put_wrapped(frame.buffer_mut(), inside, y, &text, theme.of(Mean::Quiet)) + 1;
    }
    for (n, label) in [T::ScheduleEvery, T::ScheduleFrom, T::ScheduleUntil].into_iter().enumerate() {
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, label.text(lang), &form.fields[n], false, n == form.focus, theme);
        y += 3;
    }
}
