//! The recovery phrases of a vault that was just made.

use crate::app::model::Model;
use crate::app::pages::recovery::Phrases;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;
use secrecy::ExposeSecret;

/// The recovery phrases.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let Some(Phrases(phrases)) = model.pages.get() else { return };
    let place = pane::centred(area, 78, 20);
    let inner = pane::framed(frame, place, T::RecoveryTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, inside, inner.y + 1, T::RecoveryWhy.text(lang), theme.of(Mean::Plain)) + 1;
    for (n, phrase) in phrases.iter().enumerate() {
        let text = format!("{}. {}", n + 1, phrase.expose_secret());
        y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Strong)) + 1;
    }
    put_wrapped(buf, inside, y, T::RecoveryDone.text(lang), theme.of(Mean::Focus));
}
