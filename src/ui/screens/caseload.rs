//! The clients, and adding one. Names are masked: a client may sit beside the screen.

use crate::app::model::Model;
use crate::ui::i18n::T;
use crate::ui::screens::day;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{field, masked, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the caseload.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let title = match model.whole() {
        true => format!("{} {}", T::Caseload.text(lang), model.caseload.len()),
        // Where clients may be missing their number is not told.
        false => T::Caseload.text(lang).to_owned(),
    };
    let inner = pane::framed(frame, area, &title, "", true, theme);
    let buf = frame.buffer_mut();
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
    if model.caseload.is_empty() {
        let inside = Rect { x: inner.x + 2, width: inner.width - 4, ..inner };
        let none = if model.whole() { T::NoClients } else { T::NotAllClients };
        put_wrapped(buf, inside, inner.y + 2, none.text(lang), theme.of(Mean::Plain));
        return;
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

/// Draws the form of a new client.
pub fn new_client(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let place = pane::centred(area, 66, 20);
    let inner = pane::framed(frame, place, T::NewClientTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let why = T::OnlyName.text(lang);
    let mut y = put_wrapped(frame.buffer_mut(), inside, inner.y + 1, why, theme.of(Mean::Quiet)) + 1;
    for (n, label) in [T::Name, T::BirthDate, T::SexField, T::Contact, T::Code].into_iter().enumerate() {
        let focus = n == model.new_client.focus;
        let place = Rect { y, height: 2, ..inside };
        field::draw(frame, place, label.text(lang), &model.new_client.fields[n], false, focus, theme);
        y += 3;
    }
}
