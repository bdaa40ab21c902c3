//! The list of instruments.

use crate::app::flow::sheet::choices;
use crate::app::model::Model;
use crate::app::state::sheet::language_of;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{find, pane, put, put_right, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The instruments.
pub const VIEW: ScreenView = ScreenView::new(draw);

/// From so many columns on the instruments stand in two columns.
const TWO_FROM: u16 = 140;

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::Instruments.text(lang), "", true, theme);
    let inner = find::always(frame, inner, model, T::FindInstruments, theme);
    let buf = frame.buffer_mut();
    let height = usize::from(inner.height / 2).max(1);
    // Two columns on a wide screen, the second going on where the first ends.
    let columns: u16 = if inner.width >= TWO_FROM { 2 } else { 1 };
    let all = inner;
    let wide = all.width / columns;
    let height = height * usize::from(columns);
    let found = choices(model);
    if found.is_empty() {
        put(buf, inner.x + 2, inner.y, inner.right(), T::NothingFound.text(lang), theme.of(Mean::Plain));
    }
    let top = window(model.instrument_at, found.len(), height);
    for (n, id) in found.iter().enumerate().skip(top).take(height) {
        let Ok(instrument) = model.library.get(id) else { continue };
        let (column, row) = ((n - top) / (height / usize::from(columns)), (n - top) % (height / usize::from(columns)));
        let inner = Rect { x: all.x + column as u16 * wide, width: wide, ..all };
        let y = inner.y + 2 * row as u16;
        let marked = n == model.instrument_at;
        view.hits.row(Rect { height: 2, ..row_of(inner, y) }, 0, model.instrument_at, n);
        put(buf, inner.x, y, inner.right(), if marked { "▸" } else { " " }, theme.of(Mean::Focus));
        let words = if instrument.totals_only() {
            T::TotalOnly
        } else {
            match language_of(instrument, lang) {
                Some(l) if l == lang => T::WordsThere,
                Some(_) => T::WordsOther,
                None => T::WordsPaper,
            }
        };
        let right = put_right(buf, inner.x, y, inner.right() - 1, words.text(lang), theme.of(Mean::Quiet));
        let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
        put(buf, inner.x + 2, y, right - 1, instrument.title.pick(lang), style);
        let mut x = put(buf, inner.x + 4, y + 1, inner.right(), instrument.measures.pick(lang), theme.of(Mean::Quiet));
        let due = model.client.iter().flat_map(|page| &page.file.due).find(|d| d.instrument == instrument.id);
        if let Some(d) = due {
            let mean = if d.standing.is_due() { Mean::Warn } else { Mean::Quiet };
            x = put(buf, x, y + 1, inner.right(), " · ", theme.of(Mean::Quiet));
            let text = format!("{} · {}", d.every.say(lang), d.standing.say(lang));
            put(buf, x, y + 1, inner.right(), &text, theme.of(mean));
        }
    }
}
