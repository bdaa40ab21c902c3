//! What is around all screens: the header, what is said in passing, the keys.

use crate::app::command::{Command, Row};
use crate::app::model::Model;
use crate::app::notice::{Say, Weight};
use crate::app::page::KeyPlace;
use crate::app::pages::{context, page, rows};
use crate::app::screen::Context;
use crate::app::state::live::Phase;
use crate::app::wrap::{width, wrap};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::clock;
use crate::ui::i18n::{self, T};
use crate::ui::keyed::keyed;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::View;
use crate::ui::widgets::{day, put, put_right, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// What is said in passing covers no more rows than this.
const MOST_SAID_ROWS: u16 = 5;

/// Says that the screen is too small, in both languages.
pub fn too_small(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let other = match model.lang {
        Lang::Ko => Lang::En,
        Lang::En => Lang::Ko,
    };
    let buf = frame.buffer_mut();
    let mut y = put_wrapped(buf, area, area.y, T::TooSmall.text(model.lang), theme.of(Mean::Strong));
    y = put_wrapped(buf, area, y, T::TooSmall.text(other), theme.of(Mean::Quiet));
    if model.recording() {
        put_wrapped(buf, area, y, T::RecordingElsewhere.text(model.lang), theme.of(Mean::Recording));
    }
}

/// The first row: where one is, and on every screen whether a session is being recorded.
pub fn header(frame: &mut Frame<'_>, row: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let buf = frame.buffer_mut();
    let mut x = put(buf, row.x + 1, row.y, row.right(), T::Product.text(lang), theme.of(Mean::Strong));
    if let Some(who) = &model.signed_in {
        let text = format!(" · {} · {}", who.member, who.centre);
        x = put(buf, x, row.y, row.right(), &text, theme.of(Mean::Quiet));
    }
    let mut right = row.right().saturating_sub(1);
    if let Some(live) = model.live.as_ref().filter(|l| l.running()) {
        let text = match live.phase {
            Phase::Starting => T::Starting.text(lang).to_owned(),
            Phase::Ending => T::Ending.text(lang).to_owned(),
            _ if live.away => format!("{} {}", T::NoMicrophone.text(lang), clock(live.at_ms)),
            _ => format!("{} {}", T::RecordingElsewhere.text(lang), clock(live.at_ms)),
        };
        right = put_right(buf, x, row.y, right, &text, theme.of(Mean::Recording)).saturating_sub(2);
    }
    if let Some((done, of)) = model.model_at_work() {
        let text = format!("{} {done}/{of} · {}", T::ModelBehind.text(lang), T::ModelBehindHow.text(lang));
        right = put_right(buf, x, row.y, right, &text, theme.of(Mean::Ai)).saturating_sub(2);
    }
    if model.now.0 > 0 {
        put_right(buf, x, row.y, right, &day(model.now), theme.of(Mean::Quiet));
    }
}

/// What stands before what is said in passing.
pub const fn glyph(weight: Weight) -> &'static str {
    match weight {
        Weight::Done => "✓ ",
        Weight::Hint => "· ",
        Weight::Trouble => "! ",
    }
}

/// What is said in passing and what to do, with the keys of what it names.
pub fn told(say: &Say, model: &Model) -> (String, Option<String>) {
    let (text, hint) = i18n::say(say, model.lang);
    (keyed(model, &text), hint.map(|hint| keyed(model, &hint)))
}

/// What is said in passing. Where one row does not hold it, it lies over the rows above: what to do is never cut off.
pub fn said(frame: &mut Frame<'_>, row: Rect, say: &Say, model: &Model, theme: Theme) {
    let (text, hint) = told(say, model);
    let glyph = glyph(say.weight());
    let mean = match say.weight() {
        Weight::Done => Mean::Good,
        Weight::Hint => Mean::Focus,
        Weight::Trouble => Mean::Warn,
    };
    let hint = hint.map(|h| format!("→ {h}")).unwrap_or_default();
    let inside = Rect { x: row.x + 1, width: row.width.saturating_sub(2), ..row };
    let one = width(glyph) + width(&text) + 1 + width(&hint);
    if one <= inside.width {
        let buf = frame.buffer_mut();
        let x = put(buf, inside.x, row.y, inside.right(), glyph, theme.of(mean));
        let x = put(buf, x, row.y, inside.right(), &text, theme.of(mean)) + 1;
        put(buf, x, row.y, inside.right(), &hint, theme.of(Mean::Plain));
        return;
    }
    let words = Rect { x: inside.x + width(glyph), width: inside.width.saturating_sub(width(glyph)), ..inside };
    let rows = |t: &str| u16::try_from(wrap(t, words.width).len()).unwrap_or(u16::MAX);
    let hint_rows = if hint.is_empty() { 0 } else { rows(&hint) };
    let height = rows(&text).saturating_add(hint_rows).min(MOST_SAID_ROWS).min(row.y.saturating_add(1));
    let over = Rect { y: row.y + 1 - height, height, ..row };
    frame.render_widget(ratatui::widgets::Clear, over);
    let buf = frame.buffer_mut();
    put(buf, inside.x, over.y, inside.right(), glyph, theme.of(mean));
    let words = Rect { y: over.y, height, ..words };
    let y = put_wrapped(buf, words, over.y, &text, theme.of(mean));
    if !hint.is_empty() {
        put_wrapped(buf, words, y, &hint, theme.of(Mean::Plain));
    }
}

/// The last row: the keys of this screen, from its commands; help stands at the right and always fits.
pub fn keys(frame: &mut Frame<'_>, row: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let buf = frame.buffer_mut();
    let mut right = row.right().saturating_sub(1);
    let (at_right, others): (Vec<&Row>, Vec<&Row>) =
        rows(model).partition(|r| matches!(r.command, Command::Help | Command::Language));
    for table_row in at_right {
        let (Some(short), Some(key)) = (table_row.short, table_row.keys.first()) else { continue };
        let text = format!("{key} {}", lang.say(short));
        let ends = right;
        right = put_right(buf, row.x, row.y, right, &text, theme.of(Mean::Quiet));
        view.hits.command(Rect { x: right, width: ends - right, ..row }, table_row.command);
        right = right.saturating_sub(2);
    }
    let mut x = row.x + 1;
    let place = |r: &&&Row| match context(model) {
        Context::At(screen) => (page(screen).key_place)(model, r.command),
        _ => KeyPlace::InOrder,
    };
    let first = others.iter().filter(|r| place(r) == KeyPlace::First);
    let rest = others.iter().filter(|r| place(r) == KeyPlace::InOrder);
    // A way to another screen stands in the line of the start page alone, where it is left over room for.
    let starts = context(model) == Context::At(model.start());
    let is_way = |r: &&&Row| matches!(r.command, Command::Go(screen) if page(screen).way.is_some());
    for table_row in first.chain(rest).filter(|r| starts || !is_way(r)) {
        let (Some(short), Some(key)) = (table_row.short, table_row.keys.first()) else { continue };
        let (key, name) = (key.to_string(), lang.say(short));
        if x + width(&key) + 1 + width(name) > right {
            continue;
        }
        let from = x;
        x = put(buf, x, row.y, right, &key, theme.of(Mean::Focus));
        x = put(buf, x, row.y, right, " ", theme.of(Mean::Plain));
        x = put(buf, x, row.y, right, name, theme.of(Mean::Plain));
        view.hits.command(Rect { x: from, width: x - from, ..row }, table_row.command);
        x += 2;
    }
}
