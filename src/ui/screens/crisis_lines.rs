//! The lines one can call in a crisis, each with how far it was checked.

use crate::app::model::Model;
use crate::app::pages::crisis_lines::Marked;
use crate::domain::crisis::crisis_line::Trust;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put, put_right, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let at = model.pages.read::<Marked>().0;
    let today = model.now.date();
    let trust = |n: usize| model.crisis.get(n).map(|l| l.standing(&today, model.crisis_days));
    let inner = pane::framed(frame, area, T::LinesTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let how = msg("crisis-lines-how").with("days", model.crisis_days).text(lang);
    let mut y = put_wrapped(buf, inside, inner.y, &how, theme.of(Mean::Quiet));
    let waiting = (0..model.crisis.len()).filter(|n| !matches!(trust(*n), Some(Trust::Checked(_)))).count();
    if waiting > 0 {
        let text = msg("crisis-lines-unchecked").with("n", waiting).text(lang);
        y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Warn));
    }
    let height = usize::from(inner.bottom().saturating_sub(y) / 2).max(1);
    let top = window(at, model.crisis.len(), height);
    for (n, line) in model.crisis.iter().enumerate().skip(top).take(height) {
        let y = y + 2 * (n - top) as u16;
        let words = line.text(lang);
        let mark = if n == at { "▸" } else { " " };
        let style = theme.of(if n == at { Mean::Focus } else { Mean::Strong });
        let Some(trust) = trust(n) else { continue };
        let (glyph, mean) = match trust {
            Trust::Checked(_) => ("✓", Mean::Good),
            Trust::Due(_) | Trust::UnverifiedSince(_) => ("!", Mean::Warn),
        };
        let said = format!("{glyph} {}", trust.message().text(lang));
        let right = put_right(buf, inside.x, y, inside.right(), &said, theme.of(mean));
        let urgent = if line.urgent { "▲" } else { " " };
        let number = line.number.as_deref().unwrap_or("–");
        put(buf, inside.x, y, right.saturating_sub(1), &format!("{mark}{urgent} {number:<10} {}", words.name), style);
        let use_for = format!("{} · {}", words.hours, words.use_for);
        put(buf, inside.x + 14, y + 1, inside.right(), &use_for, theme.of(Mean::Quiet));
    }
}
