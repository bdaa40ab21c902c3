//! What would be replaced in a case report, as a table: taken or not, what it tells, what, by what, where.

use crate::app::model::Model;
use crate::app::state::report::ReplacementRows;
use crate::app::wrap::width;
use crate::domain::review::replace::Proposed;
use crate::texts::msg;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Columns of what and of by what.
const WORDS: u16 = 20;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let none = ReplacementRows::default();
    let rows = model.pages.get::<ReplacementRows>().unwrap_or(&none);
    let taken = rows.rows.iter().filter(|r| r.taken).count();
    let right = msg("report-replace-count").with("taken", taken).with("all", rows.rows.len()).text(lang);
    let inner = pane::framed(frame, area, lang.say("report-replace-title"), &right, true, theme);
    let buf = frame.buffer_mut();
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let y = put_wrapped(buf, inside, inner.y, lang.say("report-replace-how"), theme.of(Mean::Quiet));
    if rows.rows.is_empty() {
        put_wrapped(buf, inside, y + 1, lang.say("report-nothing-to-replace"), theme.of(Mean::Plain));
        return;
    }
    let height = usize::from(inner.bottom().saturating_sub(y + 1));
    let top = window(rows.at, rows.rows.len(), height);
    for (n, row) in rows.rows.iter().enumerate().skip(top).take(height) {
        let y = y + 1 + (n - top) as u16;
        let here = n == rows.at;
        let mean = if here { Mean::Strong } else { Mean::Plain };
        put(buf, inner.x, y, inner.right(), if here { "▸" } else { " " }, theme.of(Mean::Focus));
        let mark = if row.taken { "[✓]" } else { "[ ]" };
        put(buf, inner.x + 2, y, inner.right(), mark, theme.of(if row.taken { Mean::Good } else { Mean::Quiet }));
        put(buf, inner.x + 6, y, inner.x + 13, row.replacement.tells.label(lang), theme.of(Mean::Quiet));
        let x = inner.x + 14;
        put(buf, x, y, x + WORDS, row.replacement.what.reveal(), theme.of(mean));
        put(buf, x + WORDS + 1, y, inner.right(), "→", theme.of(Mean::Quiet));
        let x = x + WORDS + 3;
        put(buf, x, y, x + WORDS, row.replacement.by.reveal(), theme.of(mean));
        let x = x + WORDS + 1;
        if inner.right() > x + width("…") {
            put(buf, x, y, inner.right().saturating_sub(1), &places(row, model), theme.of(Mean::Quiet));
        }
    }
}

/// Section titles with how often it stands there.
fn places(row: &Proposed, model: &Model) -> String {
    let title = |id: &str| {
        let part = model.report_form.parts.iter().find(|p| p.id == id);
        part.map_or(String::new(), |p| p.text(model.lang).title.clone())
    };
    let place = |(id, n): &(String, usize)| if *n > 1 { format!("{} ×{n}", title(id)) } else { title(id) };
    row.places.iter().map(place).collect::<Vec<_>>().join(", ")
}
