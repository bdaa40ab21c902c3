//! Escalation packets: the list, and over it the codes while one is chosen by its number.

use crate::app::model::Model;
use crate::app::pages::packets::{Choosing, choices};
use crate::app::views::ListOf;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{listing, pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    listing::draw(frame, area, model, ListOf::Packets, view);
    let Some(choosing) = model.pages.get::<Choosing>().copied() else { return };
    let lang = model.lang;
    let title = match choosing {
        Choosing::Done => T::PacketWhatDone,
        Choosing::Outcome => T::PacketOutcome,
        Choosing::Found => T::PacketFound,
    };
    let choices = choices(model, choosing);
    let inner = pane::over(frame, area, 60, choices.len() as u16 + 2, title.text(lang), view.theme);
    for (n, label) in choices.iter().enumerate() {
        let text = format!("{}  {label}", n + 1);
        put(frame.buffer_mut(), inner.x + 1, inner.y + n as u16, inner.right(), &text, view.theme.of(Mean::Plain));
    }
}
