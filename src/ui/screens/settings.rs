//! Settings: the language of the screens.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the settings.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::Settings.text(lang), "", true, theme);
    let buf = frame.buffer_mut();
    let text = format!("▸ {}: {}", T::SettingLanguage.text(lang), T::SettingThis.text(lang));
    put(buf, inner.x + 2, inner.y + 1, inner.right(), &text, theme.of(Mean::Focus));
    put(buf, inner.x + 4, inner.y + 2, inner.right(), T::SettingChange.text(lang), theme.of(Mean::Quiet));
}
