//! Choosing where the sound of a session comes from.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{field, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the choice.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let place = pane::centred(area, 70, 14);
    let inner = pane::framed(frame, place, T::InputTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let file = model.input.file;
    for (n, (t, chosen)) in [(T::Microphone, !file), (T::File, file)].into_iter().enumerate() {
        let style = theme.of(if chosen { Mean::Strong } else { Mean::Quiet });
        let text = format!("{} {}", if chosen { "●" } else { "○" }, t.text(lang));
        put(frame.buffer_mut(), inside.x, inner.y + 1 + n as u16, inside.right(), &text, style);
    }
    if file {
        let place = Rect { y: inner.y + 4, height: 2, ..inside };
        field::draw(frame, place, T::FilePath.text(lang), &model.input.path, false, true, theme);
        put_wrapped(frame.buffer_mut(), inside, inner.y + 7, T::FileKinds.text(lang), theme.of(Mean::Quiet));
    }
    let y = inner.bottom() - 2;
    put(frame.buffer_mut(), inside.x, y, inside.right(), T::PressEnter.text(lang), theme.of(Mean::Recording));
}
