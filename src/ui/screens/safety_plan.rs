//! The safety plan beside the client's own words. A line that the client said carries ❝; what was typed carries nothing.

use crate::app::editor::TextLine;
use crate::app::model::Model;
use crate::app::state::note::{BESIDE_FROM, beside, text_width};
use crate::app::state::plan::{Offer, PlanPage, line_text};
use crate::app::views::LineOrigin;
use crate::app::wrap::wrap;
use crate::domain::practice::time::clock;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{editor, named, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView { status: Some(status), ..ScreenView::new(draw) };

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = model.pages.get::<PlanPage>() else { return };
    let (left, right) = if area.width >= BESIDE_FROM {
        let w = area.width - beside(area.width);
        (Rect { width: w, ..area }, Rect { x: area.x + w, width: area.width - w, ..area })
    } else {
        let low = if page.side { 12 } else { 7 };
        let h = area.height - low;
        (Rect { height: h, ..area }, Rect { y: area.y + h, height: low, ..area })
    };
    text(frame, left, model, page, view);
    offers(frame, right, model, page, view.theme);
}

fn text(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &PlanPage, view: &mut View) {
    let lang = model.lang;
    let who = named(model, &page.client.name);
    let title = format!("{} · {who} {}", T::PlanTitle.text(lang), page.client.code);
    let newest = page
        .revisions
        .last()
        .map(|r| msg("plan-revision-short").with("revision", r.revision).with("day", r.at.date()).text(lang));
    let inner = pane::framed(frame, area, &title, &newest.unwrap_or_default(), !page.side, view.theme);
    let form = model.plan_form.as_sections();
    let numbered = crate::domain::note::format::NoteFormat {
        sections: form
            .sections
            .into_iter()
            .enumerate()
            .map(|(n, mut s)| {
                for words in [&mut s.ko, &mut s.en] {
                    words.title = format!("{}. {}", n + 1, words.title);
                }
                s
            })
            .collect(),
        ..form
    };
    let shown = editor::Shown {
        text: &page.text,
        form: Some(&numbered),
        width: text_width(model.cols),
        caret: !page.side && model.overlay.is_none(),
        glyph: &glyph,
        lang,
    };
    editor::draw(frame, inner, &shown, view);
}

fn glyph(line: &TextLine) -> &'static str {
    match &line.origin {
        LineOrigin::Said { edited: false, .. } => "❝",
        LineOrigin::Said { edited: true, .. } => "✎",
        LineOrigin::Typed | LineOrigin::Accepted { .. } | LineOrigin::Drafted { .. } | LineOrigin::Recorded { .. } => {
            " "
        }
    }
}

fn offers(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &PlanPage, theme: Theme) {
    let lang = model.lang;
    let step = page.text.caret().section + 1;
    let all = page.offers(&model.plan_form, &model.crisis);
    // In the step of the lines whom to call is offered, where the client said nothing of it.
    let lines = !all.is_empty() && !all.iter().any(|offer| matches!(offer, Offer::Words(_)));
    let title = if lines { T::LinesTitle } else { T::PlanWords };
    let title = format!("{} · {step}/{}", title.text(lang), model.plan_form.steps.len());
    let inner = pane::framed(frame, area, &title, "", page.side, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let mut y = inner.y;
    if !page.side {
        let t = if all.is_empty() { T::PlanNoWords } else { T::PlanTake };
        y = put_wrapped(buf, inside, y, t.text(lang), theme.of(Mean::Quiet));
    }
    if page.unread > 0 {
        let text = msg("safety-plan-unread").with("n", page.unread).text(lang);
        y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Warn));
    }
    // Every row with the offer it is of; the marked one is always seen.
    let mut rows: Vec<(usize, String, Mean)> = Vec::new();
    for (n, offer) in all.iter().enumerate() {
        let mean = if page.side && n == page.at { Mean::Focus } else { Mean::Plain };
        let (words, from) = match offer {
            Offer::Words(p) => {
                let at = msg("safety-plan-said").with("number", p.number).with("at", clock(p.at_ms)).text(lang);
                let answer = if p.answer { format!(" · {}", T::PlanAnswer.text(lang)) } else { String::new() };
                (format!("“{}”", p.quote.reveal()), format!("{at}{answer}"))
            }
            Offer::Line(line) => {
                let trust = line.standing(&model.now.date(), model.crisis_days);
                (line_text(line, lang), trust.message().text(lang))
            }
        };
        rows.extend(wrap(&words, inside.width.saturating_sub(4)).into_iter().map(|r| (n, words[r].to_owned(), mean)));
        let there = if page.has(offer, lang) { format!(" · {}", T::PlanInPlan.text(lang)) } else { String::new() };
        rows.push((n, format!("{from}{there}"), Mean::Quiet));
    }
    let height = usize::from(inner.bottom().saturating_sub(y));
    let first = rows.iter().position(|(n, ..)| *n == page.at).unwrap_or(0);
    let last = rows.iter().rposition(|(n, ..)| *n == page.at).map_or(0, |at| at + 1);
    let top = if page.side { last.saturating_sub(height).min(first) } else { 0 };
    let mut before = None;
    for (row, (n, text, mean)) in rows.iter().enumerate().skip(top).take(height) {
        let y = y + (row - top) as u16;
        if before != Some(*n) {
            let mark = if page.side && *n == page.at { "▸" } else { " " };
            put(buf, inside.x, y, inside.right(), mark, theme.of(Mean::Focus));
            put(buf, inside.x + 1, y, inside.right(), &format!("{:>2}", n + 1), theme.of(Mean::Quiet));
        }
        before = Some(*n);
        put(buf, inside.x + 4, y, inside.right(), text, theme.of(*mean));
    }
}

/// The row above the keys: where the line under the caret came from; saved only when it is.
fn status(frame: &mut Frame<'_>, row: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let Some(page) = model.pages.get::<PlanPage>() else { return };
    let (t, mean) = if page.saving.is_some() {
        (T::PlanSaving, Mean::Focus)
    } else if page.unsaved() {
        (T::PlanUnsaved, Mean::Warn)
    } else if page.revisions.is_empty() {
        (T::PlanNew, Mean::Quiet)
    } else {
        (T::PlanSaved, Mean::Good)
    };
    let buf = frame.buffer_mut();
    let x = put(buf, row.x + 1, row.y, row.right(), t.text(lang), theme.of(mean));
    let from = match page.text.line().map(|l| &l.origin) {
        Some(LineOrigin::Said { number, at_ms, edited, .. }) => {
            let at = msg("safety-plan-said").with("number", number).with("at", clock(*at_ms)).text(lang);
            let t = if *edited { T::PlanSaidEdited } else { T::PlanSaid };
            format!("{}: {at}", t.text(lang))
        }
        _ => return,
    };
    put(buf, x + 2, row.y, row.right(), &from, theme.of(Mean::Quiet));
}
