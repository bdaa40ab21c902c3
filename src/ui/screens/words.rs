//! Words that were found in transcripts and notes: a row for each place, and below them the whole line of the marked one.

use crate::app::model::Model;
use crate::app::pages::words::Words;
use crate::app::views::{WordFound, WordsIn};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::place;
use crate::texts::msg;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{day, field, pane, put, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// Rows at the bottom for the whole line of what is marked.
const WHOLE: u16 = 5;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (lang, theme) = (model.lang, view.theme);
    let page: Words = model.pages.read();
    let title = match &page.client {
        Some((_, code)) => format!("{} · {code}", T::WordsTitle.text(lang)),
        None => T::WordsTitle.text(lang).to_owned(),
    };
    let count =
        if page.searched.is_empty() || page.running.is_some() { String::new() } else { page.found.len().to_string() };
    let inner = pane::framed(frame, area, &title, &count, true, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let label = Rect { height: 2, ..inside };
    field::draw(frame, label, T::WordsLabel.text(lang), &page.query, false, model.overlay.is_none(), theme);
    let buf = frame.buffer_mut();
    let rows = Rect { y: inside.y + 3, height: inside.height.saturating_sub(3 + WHOLE + 1), ..inside };
    if let Some((done, of)) = page.running {
        let text = msg("words-running").with("done", done).with("of", of).text(lang);
        put(buf, rows.x, rows.y, rows.right(), &text, theme.of(Mean::Quiet));
        return;
    }
    if page.found.is_empty() {
        let text = if page.searched.is_empty() { T::WordsHow } else { T::WordsNone };
        put_wrapped(buf, rows, rows.y, text.text(lang), theme.of(Mean::Quiet));
        return;
    }
    let height = usize::from(rows.height);
    let top = window(page.at, page.found.len(), height);
    for (n, found) in page.found.iter().enumerate().skip(top).take(height) {
        let y = rows.y + (n - top) as u16;
        let marked = n == page.at;
        view.hits.row(row_of(rows, y), 0, page.at, n);
        put(buf, rows.x, y, rows.right(), if marked { "▸" } else { " " }, theme.of(Mean::Focus));
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        let x = put(buf, rows.x + 2, y, rows.right(), &head(found, lang), theme.of(Mean::Quiet)) + 2;
        put(buf, x, y, rows.right(), found.text.reveal(), style);
    }
    if let Some(found) = page.found.get(page.at) {
        let below = Rect { y: inside.bottom().saturating_sub(WHOLE), height: WHOLE, ..inside };
        let y = put_wrapped(buf, below, below.y, &head(found, lang), theme.of(Mean::Quiet));
        put_wrapped(buf, below, y, found.text.reveal(), theme.of(Mean::Plain));
    }
}

/// Whose, which session, when, and where in it.
fn head(found: &WordFound, lang: Lang) -> String {
    let nth = msg("screens-client-no").shown("number", found.number).text(lang);
    let place = match &found.place {
        WordsIn::Line { at_ms, speaker, utterance } => {
            format!("{} {}", place(*at_ms, *utterance), speaker.label(lang))
        }
        WordsIn::Note => T::WordsInNote.text(lang).to_owned(),
        WordsIn::Day => String::new(),
    };
    format!("{} {nth} {} {place}", found.code, day(found.started)).trim_end().to_owned()
}
