//! The screens, one file each, and what is around all of them: header, status line, keys.

pub mod assessment;
pub mod caseload;
pub mod client;
pub mod concern;
pub mod confirm;
pub mod doctor;
pub mod help;
pub mod history;
pub mod input;
pub mod kiosk;
pub mod live;
pub mod note;
pub mod palette;
pub mod past;
pub mod schedule;
pub mod settings;
pub mod unlock;

use crate::app::command::{Command, Context, rows};
use crate::app::model::Model;
use crate::app::notice::{Say, Weight};
use crate::app::pages::live::{Pane, Phase};
use crate::app::wrap::{width, wrap};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::{Timestamp, clock};
use crate::ui::i18n::{self, T};
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{put, put_right, put_wrapped};
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

/// The day in the centre's calendar.
pub fn day(at: Timestamp) -> String {
    at.date()
}

/// The first row: where one is, and on every screen whether a session is being recorded.
pub fn header(frame: &mut Frame<'_>, row: Rect, model: &Model, theme: Theme) {
    if model.screen == Context::Live {
        crate::ui::screens::live::header(frame, row, model, theme);
        return;
    }
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
            _ => format!("{} {}", T::RecordingElsewhere.text(lang), clock(live.at_ms)),
        };
        right = put_right(buf, x, row.y, right, &text, theme.of(Mean::Recording)).saturating_sub(2);
    }
    if model.now.0 > 0 {
        put_right(buf, x, row.y, right, &day(model.now), theme.of(Mean::Quiet));
    }
}

/// The row above the keys: what is said in passing, else how the session is.
pub fn status(frame: &mut Frame<'_>, row: Rect, model: &Model, theme: Theme) {
    if let Some(notice) = &model.notice {
        said(frame, row, &notice.say, model.lang, theme);
        return;
    }
    match model.screen {
        Context::Live => crate::ui::screens::live::status(frame, row, model, theme),
        Context::Note => crate::ui::screens::note::status(frame, row, model, theme),
        _ => {}
    }
}

/// What is said in passing. Where one row does not hold it, it lies over the rows above: what to do is never cut off.
fn said(frame: &mut Frame<'_>, row: Rect, say: &Say, lang: Lang, theme: Theme) {
    let (text, hint) = i18n::say(say, lang);
    let (glyph, mean) = match say.weight() {
        Weight::Done => ("✓ ", Mean::Good),
        Weight::Hint => ("· ", Mean::Focus),
        Weight::Trouble => ("! ", Mean::Warn),
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

/// The last row: the keys of this screen, from the table of commands; help stands at the right and always fits.
pub fn keys(frame: &mut Frame<'_>, row: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let buf = frame.buffer_mut();
    let context = model.context();
    let mut right = row.right().saturating_sub(1);
    for table_row in rows(context).filter(|r| matches!(r.command, Command::Help | Command::Language)) {
        let (Some((ko, en)), Some(key)) = (table_row.hint, table_row.keys.first()) else { continue };
        let text = format!("{key} {}", lang.pick(ko, en));
        right = put_right(buf, row.x, row.y, right, &text, theme.of(Mean::Quiet)).saturating_sub(2);
    }
    let mut x = row.x + 1;
    let about_choice = |c: Command| matches!(c, Command::Accept | Command::Dismiss | Command::GoToQuote);
    // In a session the keys of the pane that has the focus come first; there is not room for all.
    let choosing = model.live.as_ref().is_some_and(|l| l.pane != Pane::Transcript);
    let live = context == Context::Live;
    let first = rows(context).filter(|r| live && choosing && about_choice(r.command));
    let rest = rows(context).filter(|r| !(live && about_choice(r.command)) && model.offers(r.command));
    for table_row in first.chain(rest) {
        if matches!(table_row.command, Command::Help | Command::Language) {
            continue;
        }
        let (Some((ko, en)), Some(key)) = (table_row.hint, table_row.keys.first()) else { continue };
        let (key, name) = (key.to_string(), lang.pick(ko, en));
        if x + width(&key) + 1 + width(name) > right {
            continue;
        }
        x = put(buf, x, row.y, right, &key, theme.of(Mean::Focus));
        x = put(buf, x, row.y, right, " ", theme.of(Mean::Plain));
        x = put(buf, x, row.y, right, name, theme.of(Mean::Plain)) + 2;
    }
}
