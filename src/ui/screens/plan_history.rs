//! The revisions of a safety plan: which there are, and what changed in the marked one.

use crate::app::model::Model;
use crate::app::pages::plan_history::Shown;
use crate::app::state::plan::PlanPage;
use crate::app::wrap::wrap;
use crate::domain::crisis::safety_plan::{Change, WordsFrom, differences};
use crate::domain::practice::time::clock;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{named, pane, put, put_right, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Rows of the list of revisions, with its frame, at most.
const LIST_ROWS: u16 = 7;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(page) = model.pages.get::<PlanPage>() else { return };
    let Shown { at, top: first } = model.pages.read();
    let who = named(model, &page.client.name);
    let title = format!("{} · {who} {}", T::PlanRevisions.text(lang), page.client.code);
    let height = (page.revisions.len().max(1) as u16 + 2).min(LIST_ROWS);
    let inner = pane::framed(frame, Rect { height, ..area }, &title, "", true, theme);
    let buf = frame.buffer_mut();
    if page.revisions.is_empty() {
        put(buf, inner.x + 1, inner.y, inner.right(), T::PlanNoRevisions.text(lang), theme.of(Mean::Plain));
    }
    let rows = usize::from(inner.height);
    let top = window(at, page.revisions.len(), rows);
    // The newest stands first.
    for (n, r) in page.revisions.iter().rev().enumerate().skip(top).take(rows) {
        let y = inner.y + (n - top) as u16;
        let (mark, mean) = if n == at { ("▸", Mean::Focus) } else { (" ", Mean::Plain) };
        let head = msg("safety-plan-headline")
            .with("revision", r.revision)
            .with("at", r.at.shown())
            .shown("author", &r.author)
            .text(lang);
        put(buf, inner.x, y, inner.right(), &format!("{mark} {head}"), theme.of(mean));
    }
    let place = Rect { y: area.y + height, height: area.height - height, ..area };
    let inner = pane::framed(frame, place, T::PlanTitle.text(lang), "", false, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let place = page.revisions.len().checked_sub(at + 1);
    let Some(shown) = place.and_then(|n| page.revisions.get(n)) else { return };
    let before = place.and_then(|n| n.checked_sub(1)).and_then(|n| page.revisions.get(n)).map(|r| &r.plan);
    let mut rows: Vec<(String, Mean)> = Vec::new();
    let mut add = |text: String, mean: Mean| {
        rows.extend(wrap(&text, inside.width).into_iter().map(|part| (text[part].to_owned(), mean)));
    };
    for (n, step) in model.plan_form.steps.iter().enumerate() {
        add(format!("{}. {}", n + 1, step.text(lang).title), Mean::Strong);
        for (change, line) in differences(before, &shown.plan, &step.id) {
            let (mark, mean) = match change {
                Change::Same => (" ", Mean::Plain),
                Change::Added => ("+", Mean::Good),
                Change::Removed => ("-", Mean::Quiet),
            };
            let from = match &line.from {
                WordsFrom::Typed => String::new(),
                WordsFrom::Said { number, at_ms, .. } => {
                    let at = msg("safety-plan-said").with("number", number).with("at", clock(*at_ms)).text(lang);
                    format!("  ({at})")
                }
            };
            add(format!(" {mark} {}{from}", line.text.reveal()), mean);
        }
    }
    let buf = frame.buffer_mut();
    let height = usize::from(inner.height);
    let first = first.min(rows.len().saturating_sub(height));
    for (n, (text, mean)) in rows.iter().skip(first).take(height).enumerate() {
        put(buf, inside.x, inner.y + n as u16, inside.right(), text, theme.of(*mean));
    }
    let below = rows.len().saturating_sub(first + height);
    if below > 0 {
        let more = msg("triage-more").with("n", below).text(lang);
        put_right(buf, inside.x, inner.bottom() - 1, inside.right(), &format!("  {more}"), theme.of(Mean::Focus));
    }
}
