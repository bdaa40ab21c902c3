//! The line on which one types what is to be found in a list.

use crate::app::model::Model;
use crate::app::wrap::width;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::put;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};

/// Draws the line while something is looked for, and gives the room beneath it. The hardware cursor stands at its end.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, what: T, theme: Theme) -> Rect {
    let Some(find) = &model.find else { return area };
    let lang = model.lang;
    let buf = frame.buffer_mut();
    let x = put(buf, area.x, area.y, area.right(), &format!("/ {}: ", T::FindTitle.text(lang)), theme.of(Mean::Focus));
    put(buf, x, area.y, area.right(), find.text(), theme.of(Mean::Strong));
    if find.text().is_empty() {
        put(buf, x, area.y, area.right(), what.text(lang), theme.of(Mean::Quiet));
    }
    let caret = x + width(&find.text()[..find.caret()]);
    if model.overlay.is_none() {
        frame.set_cursor_position(Position { x: caret.min(area.right().saturating_sub(1)), y: area.y });
    }
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

/// As [`draw`]; on a list that typing narrows at once the line is there before anything is typed.
pub fn always(frame: &mut Frame<'_>, area: Rect, model: &Model, what: T, theme: Theme) -> Rect {
    if model.find.is_some() {
        return draw(frame, area, model, what, theme);
    }
    let lang = model.lang;
    let text = format!("/ {}: {}", T::FindTitle.text(lang), what.text(lang));
    put(frame.buffer_mut(), area.x, area.y, area.right(), &text, theme.of(Mean::Quiet));
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}
