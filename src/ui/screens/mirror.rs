//! The session mirror: the numbers on the left, what the marked one rests on beside it.

use crate::app::model::Model;
use crate::app::pages::mirror::MirrorPage;
use crate::app::wrap::{width, wrap};
use crate::domain::mirror::measures::Band;
use crate::domain::mirror::reading::{Mirror, Number, SessionMirror, Value};
use crate::domain::mirror::saying;
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::Speaker;
use crate::texts::msg;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{day, named, pane, put, put_right, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Columns of the numbers, with and without room for bars over sessions.
const NARROW: u16 = 46;
/// From so many columns on there is room for the bars in the list too.
const BARS_FROM: u16 = 100;
/// The newest so many sessions have a bar in the list.
const MOST_BARS: usize = 16;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = model.pages.get::<MirrorPage>() else { return };
    let (lang, theme) = (model.lang, view.theme);
    let title = lang.say("mirror-title");
    let Some(session) = page.session() else {
        let inner = pane::framed(frame, area, title, "", true, theme);
        let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
        put_wrapped(frame.buffer_mut(), inside, inner.y + 1, lang.say("mirror-no-sessions"), theme.of(Mean::Plain));
        return;
    };
    let who = model.client.as_ref().map(|c| &c.file.client).or(model.past.as_ref().map(|p| &p.file.client));
    let who = who.map_or(String::new(), |c| format!("{} {} · ", named(model, &c.name), c.code));
    let nth = msg("mirror-session").with("number", session.row.number).text(lang);
    let head = format!("{who}{nth} · {}", day(session.row.started));
    put(frame.buffer_mut(), area.x + 1, area.y, area.right(), &head, theme.of(Mean::Strong));
    let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
    let bars = area.width >= BARS_FROM && page.sessions.len() > 1;
    let room = NARROW + if bars { page.sessions.len().min(MOST_BARS) as u16 + 1 } else { 0 };
    let left = Rect { width: room.min(body.width - 30), ..body };
    let right = Rect { x: left.right(), width: body.width - left.width, ..body };
    numbers(frame, left, page, session, bars, lang, theme);
    words(frame, right, page, session, lang, theme);
    let caution = lang.say("mirror-caution");
    put(frame.buffer_mut(), area.x + 1, body.bottom(), area.right(), caution, theme.of(Mean::Quiet));
}

fn numbers(
    frame: &mut Frame<'_>,
    area: Rect,
    page: &MirrorPage,
    session: &SessionMirror,
    bars: bool,
    lang: Lang,
    theme: Theme,
) {
    let inner = pane::framed(frame, area, lang.say("mirror-title"), "", !page.words, theme);
    let buf = frame.buffer_mut();
    let shown: Vec<&Mirror> = page.sessions.iter().rev().take(MOST_BARS).rev().map(|s| &s.mirror).collect();
    let right = inner.right() - if bars { shown.len() as u16 + 1 } else { 0 };
    for (n, number) in session.mirror.numbers.iter().enumerate().take(usize::from(inner.height)) {
        let y = inner.y + n as u16;
        let marked = n == page.measure;
        let sign = if marked { "▸" } else { " " };
        put(buf, inner.x, y, inner.right(), sign, theme.of(if page.words { Mean::Quiet } else { Mean::Focus }));
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        let scored = number.scored().is_some();
        let value = saying::value(number, lang);
        let glyph = number.placed.as_ref().map_or(" ", |p| band_glyph(p.band));
        let x =
            put_right(buf, inner.x, y, right - 2, &value, theme.of(if scored { Mean::Strong } else { Mean::Quiet }));
        put(buf, right - 1, y, right, glyph, theme.of(band_mean(number)));
        put(buf, inner.x + 2, y, x.saturating_sub(1), number.measure.label(lang), style);
        if bars {
            put(buf, right + 1, y, inner.right(), &saying::sparkline(&shown, number.measure), theme.of(Mean::Quiet));
        }
    }
}

/// A sign beside a number that has bounds; the word stands in the pane beside it.
const fn band_glyph(band: Band) -> &'static str {
    match band {
        Band::Below => "↓",
        Band::Fair => "=",
        Band::Good => "↑",
    }
}

fn band_mean(number: &Number) -> Mean {
    match number.placed.as_ref().map(|p| p.band) {
        Some(Band::Good) => Mean::Good,
        Some(Band::Below) => Mean::Warn,
        Some(Band::Fair) | None => Mean::Quiet,
    }
}

/// What stands of the marked number: where it lies, how it went, and what counted, each with where it begins and ends in rows.
fn lines(
    page: &MirrorPage,
    session: &SessionMirror,
    number: &Number,
    lang: Lang,
) -> Vec<(String, Mean, Option<usize>)> {
    let mut lines = Vec::new();
    let kinds = saying::kinds(number, lang);
    let value = saying::value(number, lang);
    lines.push((if kinds.is_empty() { value } else { format!("{value} · {kinds}") }, Mean::Strong, None));
    if let Value::NotScorable(why) = number.value {
        lines.push((saying::why(why, lang), Mean::Plain, None));
    }
    if let Some(placed) = &number.placed {
        lines.push((saying::placed(placed, number.unit, lang), band_mean(number), None));
    }
    if page.sessions.len() > 1 {
        let mirrors: Vec<&Mirror> = page.sessions.iter().map(|s| &s.mirror).collect();
        let line = format!("{} {}", lang.say("mirror-sessions-head"), saying::sparkline(&mirrors, number.measure));
        lines.push((line, Mean::Plain, None));
    }
    lines.push((String::new(), Mean::Plain, None));
    if number.counted.is_empty() {
        lines.push((lang.say("mirror-no-counted").to_owned(), Mean::Quiet, None));
    }
    for (n, counted) in number.counted.iter().enumerate() {
        let what = saying::counted(counted, number.unit, lang);
        for (k, u) in counted.utterances.iter().filter_map(|id| session.transcript.get(*id)).enumerate() {
            let what = if k == 0 && !what.is_empty() { format!("{what} · ") } else { String::new() };
            let mean = if u.speaker == Speaker::Counsellor { Mean::Counsellor } else { Mean::Client };
            let text = format!("{} {what}{}: {}", u.place(), u.speaker.label(lang), u.text.reveal());
            lines.push((text, mean, Some(n)));
        }
    }
    if number.measure.by_rule() {
        lines.push((String::new(), Mean::Plain, None));
        lines.push((saying::reached(&session.mirror, lang), Mean::Quiet, None));
    }
    lines
}

fn words(frame: &mut Frame<'_>, area: Rect, page: &MirrorPage, session: &SessionMirror, lang: Lang, theme: Theme) {
    let Some(number) = page.number() else { return };
    let count = if number.counted.is_empty() { String::new() } else { number.counted.len().to_string() };
    let title = number.measure.label(lang);
    let inner = pane::framed(frame, area, title, &count, page.words, theme);
    let buf = frame.buffer_mut();
    let lines = lines(page, session, number, lang);
    let wide = inner.width.saturating_sub(3);
    // Rows of all lines; of the marked one the first is brought into sight.
    let mut rows: Vec<(&str, Mean, bool)> = Vec::new();
    let mut first = 0;
    for (text, mean, counted) in &lines {
        let marked = page.words && *counted == Some(page.counted);
        if marked && !rows.iter().any(|(_, _, m)| *m) {
            first = rows.len();
        }
        rows.extend(wrap(text, wide).into_iter().map(|r| (&text[r], *mean, marked)));
    }
    let height = usize::from(inner.height);
    let top = if page.words { first.saturating_sub(height / 3).min(rows.len().saturating_sub(height)) } else { 0 };
    for (n, (text, mean, marked)) in rows.iter().skip(top).take(height).enumerate() {
        let y = inner.y + n as u16;
        if *marked {
            put(buf, inner.x, y, inner.right(), "▸", theme.of(Mean::Focus));
        }
        put(buf, inner.x + 2, y, inner.right(), text, theme.of(*mean));
    }
    if rows.len() > top + height && width("…") <= inner.width {
        put_right(buf, inner.x, inner.bottom(), inner.right(), "…", theme.of(Mean::Quiet));
    }
}
