//! The process note of a session: its lines with what is chosen, and what was released of it.

use crate::app::model::Model;
use crate::app::state::supervision::{ProcessPage, ProcessPane};
use crate::app::wrap::wrap;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{day, find, named, pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Columns of mark, choice and number before a line.
const GUTTER: u16 = 10;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = model.pages.get::<ProcessPage>() else { return };
    // What was released gets what it needs, up to two fifths.
    let needed: usize = page.file.released.iter().map(|r| r.lines.len() + 1).sum();
    let below = u16::try_from(needed.max(1) + 2).unwrap_or(u16::MAX).clamp(3, (area.height * 2 / 5).max(3));
    let above = Rect { height: area.height.saturating_sub(below), ..area };
    lines(frame, above, model, page, view);
    released(frame, Rect { y: above.bottom(), height: below, ..area }, model, page, view);
}

fn lines(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ProcessPage, view: &View) {
    let (lang, theme) = (model.lang, view.theme);
    let who = named(model, &page.file.client.name);
    let title = msg("process-title").with("number", page.file.number).with("name", who.into_owned());
    let title = title.with("code", page.file.client.code.as_str()).text(lang);
    let chosen = match page.chosen.len() {
        0 => String::new(),
        n => msg("process-chosen").with("n", n).text(lang),
    };
    let focus = page.pane == ProcessPane::Lines;
    let inner = pane::framed(frame, area, &title, &chosen, focus, theme);
    let inner = find::draw(frame, inner, model, T::FindInLines, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y, lang.say("process-how"), theme.of(Mean::Quiet)) + 1;
    if page.file.lines.is_empty() {
        put_wrapped(buf, inside, y, lang.say("process-nothing"), theme.of(Mean::Plain));
        return;
    }
    let mut rows: Vec<(usize, String, String, Mean)> = Vec::new();
    for (n, line) in page.file.lines.iter().enumerate() {
        let box_ = if page.chosen.contains(&n) { "[✓]" } else { "[ ]" };
        let sign = if page.is_released(line) { "◆" } else { " " };
        let mut gutter = format!("{box_} {sign}{:>2}", n + 1);
        let mean = if page.is_released(line) { Mean::Good } else { Mean::Plain };
        for r in wrap(line.reveal(), inside.width.saturating_sub(GUTTER)) {
            rows.push((n, std::mem::take(&mut gutter), line.reveal()[r].to_owned(), mean));
        }
    }
    let first = rows.iter().position(|(n, ..)| *n == page.at).unwrap_or(0);
    let last = rows.iter().rposition(|(n, ..)| *n == page.at).unwrap_or(0);
    let height = usize::from(inner.bottom().saturating_sub(y));
    let top = first.saturating_sub(height / 3).max((last + 1).saturating_sub(height));
    let top = top.min(rows.len().saturating_sub(height));
    for (at, (n, gutter, text, mean)) in rows.iter().enumerate().skip(top).take(height) {
        let y = y + (at - top) as u16;
        let here = *n == page.at;
        if here {
            put(buf, inner.x, y, inner.right(), if focus { "▸" } else { "▏" }, theme.of(Mean::Focus));
        }
        put(buf, inside.x + 1, y, inner.right(), gutter, theme.of(Mean::Quiet));
        let mean = if here && focus && *mean == Mean::Plain { Mean::Strong } else { *mean };
        put(buf, inside.x + GUTTER, y, inner.right(), text, theme.of(mean));
    }
}

fn released(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &ProcessPage, view: &View) {
    let (lang, theme) = (model.lang, view.theme);
    let focus = page.pane == ProcessPane::Released;
    let count = page.file.released.len().to_string();
    let inner = pane::framed(frame, area, lang.say("process-released"), &count, focus, theme);
    let buf = frame.buffer_mut();
    if page.file.released.is_empty() {
        put(buf, inner.x + 1, inner.y, inner.right(), lang.say("process-extracts-none"), theme.of(Mean::Quiet));
        return;
    }
    let mut rows: Vec<(usize, String, Mean)> = Vec::new();
    let width = inner.width.saturating_sub(5);
    for (n, extract) in page.file.released.iter().enumerate() {
        rows.push((n, day(extract.at), Mean::Strong));
        for line in &extract.lines {
            let text = line.reveal();
            rows.extend(wrap(text, width).into_iter().map(|r| (n, format!("  {}", &text[r]), Mean::Plain)));
        }
    }
    let height = usize::from(inner.height);
    let first = rows.iter().position(|(n, ..)| *n == page.extract).unwrap_or(0);
    let top = first.min(rows.len().saturating_sub(height));
    for (at, (n, text, mean)) in rows.iter().enumerate().skip(top).take(height) {
        let y = inner.y + (at - top) as u16;
        if focus && *n == page.extract {
            put(buf, inner.x, y, inner.right(), "▸", theme.of(Mean::Focus));
        }
        put(buf, inner.x + 2, y, inner.right(), text, theme.of(*mean));
    }
}
