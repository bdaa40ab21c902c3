//! Choosing a stretch of verbatim for a case report: the sessions, then the lines of one.

use crate::app::flow::case_report;
use crate::app::model::Model;
use crate::app::state::report::{SaidLines, StretchPage};
use crate::app::wrap::wrap;
use crate::texts::msg;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{day, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Columns of the mark before a line.
const GUTTER: u16 = 4;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = model.pages.get::<StretchPage>() else { return };
    match &page.said {
        Some(said) => lines(frame, area, model, (page, said), view),
        None => sessions(frame, area, model, page, view),
    }
}

fn sessions(frame: &mut Frame<'_>, area: Rect, model: &Model, page: &StretchPage, view: &View) {
    let (lang, theme) = (model.lang, view.theme);
    let rows = case_report::sessions(model);
    let inner = pane::framed(frame, area, lang.say("stretch-title"), &rows.len().to_string(), true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let y = put_wrapped(buf, inside, inner.y, lang.say("stretch-which-session"), theme.of(Mean::Quiet)) + 1;
    if rows.is_empty() {
        put_wrapped(buf, inside, y, lang.say("stretch-no-sessions"), theme.of(Mean::Plain));
        return;
    }
    let height = usize::from(inner.bottom().saturating_sub(y));
    let top = window(page.session, rows.len(), height);
    for (n, row) in rows.iter().enumerate().skip(top).take(height) {
        let y = y + (n - top) as u16;
        let here = n == page.session;
        put(buf, inner.x, y, inner.right(), if here { "▸" } else { " " }, theme.of(Mean::Focus));
        let nth = msg("screens-client-no").with("number", row.number).text(lang);
        let text = format!("{nth}  {}", day(row.started));
        put(buf, inner.x + 2, y, inner.right(), &text, theme.of(if here { Mean::Strong } else { Mean::Plain }));
    }
}

fn lines(frame: &mut Frame<'_>, area: Rect, model: &Model, (page, said): (&StretchPage, &SaidLines), view: &View) {
    let (lang, theme) = (model.lang, view.theme);
    let (first, last) = page.places();
    let most = model.report_form.limits.verbatim;
    let count = if page.from.is_some() { last - first + 1 } else { 1.min(said.lines.len()) };
    let title = msg("stretch-lines-title").with("number", said.number).text(lang);
    let right = msg("stretch-count").with("n", count).with("most", most).text(lang);
    let inner = pane::framed(frame, area, &title, &right, true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let buf = frame.buffer_mut();
    let how = if count > most { "stretch-too-long" } else { "stretch-how" };
    let mean = if count > most { Mean::Warn } else { Mean::Quiet };
    let y = put_wrapped(buf, inside, inner.y, &msg(how).with("most", most).text(lang), theme.of(mean)) + 1;
    if said.lines.is_empty() {
        put_wrapped(buf, inside, y, lang.say("review-no-words-kept"), theme.of(Mean::Plain));
        return;
    }
    let mut rows: Vec<(usize, String)> = Vec::new();
    for (n, line) in said.lines.iter().enumerate() {
        let text = format!("{} {}  {}", line.place(), line.speaker.label(lang), line.text.reveal());
        let room = inside.width.saturating_sub(GUTTER);
        rows.extend(wrap(&text, room).into_iter().map(|r| (n, text[r].to_owned())));
    }
    let at = rows.iter().position(|(n, _)| *n == page.at).unwrap_or(0);
    let end = rows.iter().rposition(|(n, _)| *n == page.at).unwrap_or(0);
    let height = usize::from(inner.bottom().saturating_sub(y));
    let top = at.saturating_sub(height / 2).max((end + 1).saturating_sub(height));
    let top = top.min(rows.len().saturating_sub(height));
    for (row, (n, text)) in rows.iter().enumerate().skip(top).take(height) {
        let y = y + (row - top) as u16;
        let (here, within) = (*n == page.at, page.from.is_some() && (first..=last).contains(n));
        put(buf, inner.x, y, inner.right(), if here { "▸" } else { " " }, theme.of(Mean::Focus));
        put(buf, inner.x + 2, y, inner.right(), if within { "┃" } else { " " }, theme.of(Mean::Good));
        let mean = if here || within { Mean::Strong } else { Mean::Plain };
        put(buf, inner.x + GUTTER, y, inner.right(), text, theme.of(mean));
    }
}
