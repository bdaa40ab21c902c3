//! Settings: the language of the screens, and after how long they lock.

use crate::app::model::Model;
use crate::app::pages::settings::{SettingsPage, reviews};
use crate::texts::msg;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::Settings.text(lang), "", true, theme);
    let buf = frame.buffer_mut();
    let page: SettingsPage = model.pages.read();
    let at = page.at;
    let line = |n: usize| if n == at { ("▸", Mean::Focus) } else { (" ", Mean::Plain) };
    let (mark, mean) = line(0);
    let text = format!("{mark} {}: {}", T::SettingLanguage.text(lang), T::SettingThis.text(lang));
    put(buf, inner.x + 2, inner.y + 1, inner.right(), &text, theme.of(mean));
    view.hits.row(row_of(inner, inner.y + 1), 0, at, 0);
    put(buf, inner.x + 4, inner.y + 2, inner.right(), T::SettingChange.text(lang), theme.of(Mean::Quiet));
    let (mark, mean) = line(1);
    let minutes = msg("setting-lock-minutes").with("n", model.lock_after_minutes).text(lang);
    let text = format!("{mark} {}: {minutes}", T::SettingLock.text(lang));
    put(buf, inner.x + 2, inner.y + 4, inner.right(), &text, theme.of(mean));
    view.hits.row(row_of(inner, inner.y + 4), 0, at, 1);
    let inside = Rect { x: inner.x + 4, width: inner.width.saturating_sub(6), ..inner };
    put_wrapped(buf, inside, inner.y + 5, T::SettingLockHow.text(lang), theme.of(Mean::Quiet));
    if !reviews(model) {
        return;
    }
    let y = inner.y + 7;
    let place = Rect { x: inner.x + 2, y, width: inner.width.saturating_sub(4), height: 2 };
    if let Some(typing) = &page.typing {
        field::draw(frame, place, T::SettingFolder.text(lang), typing, false, true, theme);
        return;
    }
    let (mark, mean) = line(2);
    let set = page.folder.as_deref().unwrap_or_else(|| T::SettingNoFolder.text(lang));
    let text = format!("{mark} {}: {set}", T::SettingFolder.text(lang));
    put(frame.buffer_mut(), inner.x + 2, y, inner.right(), &text, theme.of(mean));
    view.hits.row(row_of(inner, y), 0, at, 2);
    put_wrapped(frame.buffer_mut(), inside, y + 1, T::SettingFolderHow.text(lang), theme.of(Mean::Quiet));
}
