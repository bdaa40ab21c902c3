//! Where a supervisor starts: what waits for review with the reason of its place, and the clients assigned to them.

use crate::app::model::Model;
use crate::app::pages::assigned::at_clients;
use crate::app::state::review::Reviews;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::reviews::{draw_queue, took};
use crate::ui::widgets::{cases, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Fewest rows of the queue, with its frame.
const LEAST: u16 = 4;

/// Where a supervisor starts.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// From so many columns on the queue and the clients stand side by side.
const BESIDE_FROM: u16 = 180;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let none = Reviews::default();
    let reviews = model.pages.get::<Reviews>().unwrap_or(&none);
    let clients = at_clients(model);
    let rows = reviews.rows().count() + usize::from(!reviews.queue.returned.is_empty());
    let why = if rows == 0 { why_empty(model, reviews) } else { Vec::new() };
    if area.width >= BESIDE_FROM {
        let half = area.width * 45 / 100;
        waiting(frame, Rect { width: half, ..area }, model, reviews, &why, !clients, view);
        let right = Rect { x: area.x + half, width: area.width - half, ..area };
        assigned(frame, right, model, clients, view);
        return;
    }
    let wanted = u16::try_from(rows.max(why.len() + 1)).unwrap_or(u16::MAX).saturating_add(2);
    // The clients keep at least a third; the queue gets what it needs of the rest.
    let height = wanted.clamp(LEAST, (area.height * 2 / 3).max(LEAST));
    let above = Rect { height, ..area };
    waiting(frame, above, model, reviews, &why, !clients, view);
    let below = Rect { y: area.y + height, height: area.height - height, ..area };
    assigned(frame, below, model, clients, view);
}

fn waiting(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    reviews: &Reviews,
    why: &[String],
    focus: bool,
    view: &mut View,
) {
    let (lang, theme) = (model.lang, view.theme);
    let title = format!("{} {}", lang.say("review-queue-title"), reviews.queue.waiting.len());
    let figures = reviews.queue.turnaround;
    let right = figures.median_ms.map_or_else(String::new, |median| {
        msg("review-turnaround").with("n", figures.decided).with("median", took(median, lang)).text(lang)
    });
    let inner = pane::framed(frame, area, &title, &right, focus, theme);
    if reviews.rows().next().is_some() {
        draw_queue(frame, inner, model, reviews, focus, view);
        return;
    }
    let inside = Rect { x: inner.x + 2, width: inner.width - 4, ..inner };
    let mut y =
        put_wrapped(frame.buffer_mut(), inside, inner.y, lang.say("cli-review-nothing-waits"), theme.of(Mean::Plain));
    for line in why {
        y = put_wrapped(frame.buffer_mut(), inside, y, line, theme.of(Mean::Quiet));
    }
}

/// Why nothing waits, where that is known.
fn why_empty(model: &Model, reviews: &Reviews) -> Vec<String> {
    let lang = model.lang;
    let ended = reviews.queue.ended.iter().map(|e| {
        let said = if e.withdrawn { msg("review-ended-withdrawn") } else { msg("review-ended-unassigned") };
        said.with("code", e.code.as_str()).with("on", e.at.date()).text(lang)
    });
    ended.collect()
}

fn assigned(frame: &mut Frame<'_>, area: Rect, model: &Model, focus: bool, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let title = format!("{} {}", T::Assigned.text(lang), model.caseload.len());
    let inner = pane::framed(frame, area, &title, "", focus, theme);
    if model.caseload.is_empty() {
        let inside = Rect { x: inner.x + 2, width: inner.width - 4, ..inner };
        let none = if model.whole() { T::NoneAssigned } else { T::NotAllClients };
        put_wrapped(frame.buffer_mut(), inside, inner.y, none.text(lang), theme.of(Mean::Plain));
        return;
    }
    cases::draw(frame, inner, model, usize::from(!focus), view);
}
