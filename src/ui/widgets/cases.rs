//! A list of clients with what is to do at each. Names are masked: a client may sit beside the screen.

use crate::app::flow::cases::shown;
use crate::app::model::Model;
use crate::app::state::review::Reviews;
use crate::domain::review::queue::QueueRow;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::View;
use crate::ui::widgets::{day, find, named, put, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns of a masked name, and of a whole one.
const NAME: (u16, u16) = (9, 20);

/// Draws the clients of the model under the headings of their columns. `panes` says how many panes on the keys are from here.
pub fn draw(frame: &mut Frame<'_>, inner: Rect, model: &Model, panes: usize, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let inner = find::draw(frame, inner, model, T::FindNames, theme);
    let buf = frame.buffer_mut();
    let right = inner.right();
    let name = if model.names_shown { NAME.1 } else { NAME.0 };
    let code = inner.x + 2;
    let born = code + 9 + name;
    let [sessions, last, todo] = [born + 6, born + 15, born + 26];
    let heads = [
        (T::ColumnCode, code),
        (T::ColumnName, code + 9),
        (T::ColumnBorn, born),
        (T::ColumnSessions, sessions),
        (T::ColumnLast, last),
        (T::ColumnTodo, todo),
    ];
    for (t, x) in heads {
        put(buf, x, inner.y, right, t.text(lang), theme.of(Mean::Quiet));
    }
    let rows = shown(model);
    if rows.is_empty() {
        put(buf, code, inner.y + 1, right, T::NothingFound.text(lang), theme.of(Mean::Plain));
    }
    let height = usize::from(inner.height.saturating_sub(1));
    let top = window(model.case_at, rows.len(), height);
    for (n, row) in rows.into_iter().enumerate().skip(top).take(height) {
        let y = inner.y + 1 + (n - top) as u16;
        let marked = n == model.case_at;
        view.hits.row(row_of(inner, y), panes, model.case_at, n);
        if marked {
            put(buf, inner.x, y, right, "▸", theme.of(Mean::Focus));
        }
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        put(buf, code, y, code + 8, row.client.code.as_str(), style);
        put(buf, code + 9, y, born - 1, &named(model, &row.client.name), style);
        let year = row.born.map_or_else(|| "–".to_owned(), |year| year.to_string());
        put(buf, born, y, sessions - 1, &year, theme.of(Mean::Quiet));
        put(buf, sessions, y, last - 1, &row.sessions.to_string(), style);
        let date = row.last.map(day).unwrap_or_else(|| "–".to_owned());
        put(buf, last, y, todo - 1, &date, style);
        let mut x = todo;
        if row.client.code.is_practice() {
            x = put(buf, x, y, right, T::PracticeMark.text(lang), theme.of(Mean::Quiet)) + 1;
        }
        if let Some(there) = &row.client.goes_on_as {
            x = put(buf, x, y, right, &format!("→ {there}"), theme.of(Mean::Quiet)) + 1;
        }
        let review = model.pages.get::<Reviews>().filter(|_| row.client.own);
        let of_client = |rows: &[QueueRow]| rows.iter().filter(|r| r.client.id == row.client.id).count();
        let back = review.map_or(0, |r| of_client(&r.queue.returned));
        let away = review.map_or(0, |r| of_client(&r.queue.waiting));
        let told = |id: &'static str, n: usize| (n > 0).then(|| format!("{} {n}", lang.say(id)));
        let some = |t: T, n: u32| (n > 0).then(|| format!("{} {n}", t.text(lang)));
        let open = [
            (row.alert.then(|| T::Alert.text(lang).to_owned()), Mean::Danger),
            (told("review-mark-came-back", back), Mean::Warn),
            (some(T::OverdueMark, row.overdue), Mean::Warn),
            (some(T::Interrupted, row.interrupted), Mean::Warn),
            (some(T::UnsavedMark, row.unsaved), Mean::Warn),
            (some(T::Drafts, row.drafts), Mean::Plain),
            (some(T::Unwritten, row.unwritten), Mean::Plain),
            (some(T::DueMark, row.due.saturating_sub(row.overdue)), Mean::Plain),
            (told("review-mark-away", away), Mean::Quiet),
        ];
        for (text, mean) in open {
            if let Some(text) = text {
                x = put(buf, x, y, right, &text, theme.of(mean)) + 1;
            }
        }
        if !row.client.own {
            put(buf, x, y, right, T::SupervisedMark.text(lang), theme.of(Mean::Quiet));
        }
    }
}
