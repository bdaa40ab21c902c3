//! One question of an instrument.

use crate::app::model::Model;
use crate::ui::screens::screening_left::opened_by;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::triage::answer_before;
use crate::ui::widgets::{pane, put, question};
use ratatui::Frame;
use ratatui::layout::Rect;

/// One question.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(sheet) = &model.sheet else { return };
    let Ok(instrument) = model.library.get(&sheet.instrument) else { return };
    let inner = pane::framed(frame, area, instrument.title.pick(model.lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    // What opened a screener, and what the client answered the last time, stand below the question.
    let opened = opened_by(model);
    let before = model.triage.of(&sheet.instrument).and_then(|_| answer_before(model, sheet, instrument, sheet.at + 1));
    let notes = [(opened, Mean::Danger), (before, Mean::Quiet)];
    let notes: Vec<(String, Mean)> = notes.into_iter().filter_map(|(text, mean)| Some((text?, mean))).collect();
    let low = notes.len() as u16;
    let place = Rect { height: inside.height.saturating_sub(low), ..inside };
    question::draw(frame, place, instrument, sheet, model.lang, view);
    for (n, (text, mean)) in notes.iter().enumerate() {
        put(frame.buffer_mut(), inside.x, place.bottom() + n as u16, inside.right(), text, theme.of(*mean));
    }
}
