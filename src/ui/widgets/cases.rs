//! A list of clients with what is to do at each. Names are masked: a client may sit beside the screen.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{day, masked, put, window};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the clients of the model under the headings of their columns.
pub fn draw(buf: &mut Buffer, inner: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let right = inner.right();
    let columns = [
        (T::ColumnCode, inner.x + 2),
        (T::ColumnName, inner.x + 11),
        (T::ColumnSessions, inner.x + 20),
        (T::ColumnLast, inner.x + 29),
        (T::ColumnTodo, inner.x + 40),
    ];
    for (t, x) in columns {
        put(buf, x, inner.y, right, t.text(lang), theme.of(Mean::Quiet));
    }
    let height = usize::from(inner.height.saturating_sub(1));
    let top = window(model.case_at, model.caseload.len(), height);
    for (n, row) in model.caseload.iter().enumerate().skip(top).take(height) {
        let y = inner.y + 1 + (n - top) as u16;
        let marked = n == model.case_at;
        if marked {
            put(buf, inner.x, y, right, "▸", theme.of(Mean::Focus));
        }
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        put(buf, columns[0].1, y, columns[1].1 - 1, row.client.code.as_str(), style);
        put(buf, columns[1].1, y, columns[2].1 - 1, &masked(row.client.name.reveal()), style);
        put(buf, columns[2].1, y, columns[3].1 - 1, &row.sessions.to_string(), style);
        let last = row.last.map(day).unwrap_or_else(|| "–".to_owned());
        put(buf, columns[3].1, y, columns[4].1 - 1, &last, style);
        let mut x = columns[4].1;
        let some = |t: T, n: u32| (n > 0).then(|| format!("{} {n}", t.text(lang)));
        let todo = [
            (row.alert.then(|| T::Alert.text(lang).to_owned()), Mean::Danger),
            (some(T::OverdueMark, row.overdue), Mean::Warn),
            (some(T::Interrupted, row.interrupted), Mean::Warn),
            (some(T::Unwritten, row.unwritten), Mean::Plain),
            (some(T::DueMark, row.due.saturating_sub(row.overdue)), Mean::Plain),
        ];
        for (text, mean) in todo {
            if let Some(text) = text {
                x = put(buf, x, y, right, &text, theme.of(mean)) + 1;
            }
        }
        if !row.client.own {
            put(buf, x, y, right, T::SupervisedMark.text(lang), theme.of(Mean::Quiet));
        }
    }
}
