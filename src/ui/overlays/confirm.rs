//! A question that wants a yes.

use crate::app::command::Command;
use crate::app::model::Model;
use crate::app::pages::context;
use crate::app::screen::Context;
use crate::app::state::overlay::Question;
use crate::app::wrap::{width, wrap};
use crate::ui::i18n::{T, question};
use crate::ui::theme::Mean;
use crate::ui::view::View;
use crate::ui::widgets::{pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Between two answers in their line.
const APART: &str = "    ";

/// Columns of the box, and how many of them are frame and margin.
const COLUMNS: u16 = 62;
const AROUND: u16 = 6;
/// Rows of the box of a short question.
const LEAST_ROWS: u16 = 8;

/// Draws the question.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, asked: &Question, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let text = question(asked, lang);
    // The frame, a row above, between and below, and the answers.
    let rows = wrap(&text, COLUMNS - AROUND).len().try_into().unwrap_or(u16::MAX).saturating_add(6);
    let inner = pane::over(frame, area, COLUMNS, rows.max(LEAST_ROWS), T::ConfirmTitle.text(lang), theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y + 1, &text, theme.of(Mean::Strong));
    let (keys, commands): (T, &[Command]) = match context(model) {
        Context::Leave => (T::LeaveKeys, &[Command::Save, Command::Discard, Command::Back]),
        _ => (T::ConfirmKeys, &[Command::Yes, Command::No]),
    };
    let text = keys.text(lang);
    put_wrapped(buf, inside, y + 1, text, theme.of(Mean::Focus));
    if width(text) <= inside.width {
        let mut x = inside.x;
        for (part, command) in text.split(APART).zip(commands) {
            view.hits.command(Rect { x, y: y + 1, width: width(part), height: 1 }, *command);
            x += width(part) + width(APART);
        }
    }
}
