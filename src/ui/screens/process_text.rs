//! Writing a process note.

use crate::app::model::Model;
use crate::app::pages::comment::text_width;
use crate::app::state::supervision::ProcessText;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::editor::plain_text;
use crate::ui::widgets::{pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(page) = model.pages.get::<ProcessText>() else { return };
    let inner = pane::framed(frame, area, lang.say("process-write-title"), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let y = put_wrapped(frame.buffer_mut(), inside, inner.y, lang.say("process-write-how"), theme.of(Mean::Quiet)) + 1;
    let below = Rect { y, height: inner.bottom().saturating_sub(y), ..inner };
    plain_text(frame, below, &page.text, text_width(model.cols), model.overlay.is_none(), theme);
}
