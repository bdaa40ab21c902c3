//! The appointments of today and the days to come, above the list of clients or on a wide screen beside it. Nothing is drawn where
//! there is none.

use crate::app::model::Model;
use crate::domain::practice::appointment::{Appointment, day_message};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::time::Timestamp;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{named, pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Days that are looked ahead, in milliseconds.
const AHEAD_MS: i64 = 7 * 86_400_000;
/// Rows that the clients keep.
const CLIENTS: u16 = 9;

/// The appointments of the days to come, the earliest first.
fn coming(model: &Model) -> Vec<(&ClientRow, &Appointment, Timestamp)> {
    let until = model.now.0.saturating_add(AHEAD_MS);
    let standing = model.caseload.iter().filter_map(|row| {
        let next = row.next.as_ref().filter(|next| next.stands(model.now))?;
        Some((&row.client, next, next.at?))
    });
    let mut all: Vec<_> = standing.filter(|(_, _, at)| at.0 <= until).collect();
    all.sort_by_key(|(client, _, at)| (*at, client.code.clone()));
    all
}

/// From so many columns on they stand beside the clients.
const BESIDE_FROM: u16 = 150;
/// Columns that they take there.
const BESIDE: u16 = 72;

/// Draws them in the upper part of an area, or at the right of a wide one; gives what is left of it.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) -> Rect {
    let all = coming(model);
    let beside = area.width >= BESIDE_FROM;
    let room = area.height.saturating_sub(if beside { 2 } else { CLIENTS + 2 });
    if all.is_empty() || room == 0 {
        return area;
    }
    let lang = model.lang;
    let shown = all.len().min(usize::from(room));
    let (upper, rest) = if beside {
        let left = Rect { width: area.width - BESIDE, ..area };
        (Rect { x: left.right(), width: BESIDE, ..area }, left)
    } else {
        let upper = Rect { height: shown as u16 + 2, ..area };
        (upper, Rect { y: upper.bottom(), height: area.height - upper.height, ..area })
    };
    let title = format!("{} · {}", T::AppointmentsTitle.text(lang), day_message(model.now).text(lang));
    let count = if shown < all.len() { format!("{shown}/{}", all.len()) } else { all.len().to_string() };
    let inner = pane::framed(frame, upper, &title, &count, false, theme);
    let buf = frame.buffer_mut();
    for (n, (client, next, at)) in all.into_iter().take(shown).enumerate() {
        let y = inner.y + n as u16;
        let today = at.day() == model.now.day();
        let over = next.ends().is_some_and(|ends| ends < model.now);
        let style = theme.of(match (today, over) {
            (true, false) => Mean::Strong,
            (true, true) => Mean::Quiet,
            (false, _) => Mean::Plain,
        });
        let day = if today { T::AppointmentToday.text(lang).to_owned() } else { day_message(at).text(lang) };
        let x = inner.x + 2;
        put(buf, x, y, x + 17, &day, style);
        put(buf, x + 17, y, x + 29, &next.hours(), style);
        put(buf, x + 30, y, x + 38, client.code.as_str(), style);
        let x = put(buf, x + 39, y, inner.right(), &named(model, &client.name), style);
        if let Some(place) = &next.place {
            put(buf, x + 2, y, inner.right(), place.reveal(), style);
        }
    }
    rest
}
