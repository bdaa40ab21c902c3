//! What has to be told of the vault: a banner that stays, and the full words where records are missing.

use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::wrap::wrap;
use crate::domain::governance::concern::Concern;
use crate::ui::i18n::T;
use crate::ui::keyed::keyed;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// A banner covers no more rows than this: below it the caseload still has room for ten clients on the smallest screen.
const MOST_ROWS: u16 = 8;

/// Draws what is to be told over the screen and gives the room beneath it. A vault that is not whole, or is only read, says so on every
/// screen; duties and mended files are told beside the caseload.
pub fn banner(frame: &mut Frame<'_>, body: Rect, model: &Model, theme: Theme) -> Rect {
    let lang = model.lang;
    let beside = matches!(model.screen, Screen::Caseload | Screen::Assigned);
    let always = |c: &&Concern| c.grave() || matches!(c, Concern::ReadOnly(_));
    let told = model.concerns().iter().filter(|c| beside || always(c));
    let room = Rect { x: body.x + 3, width: body.width.saturating_sub(4), height: MOST_ROWS, ..body };
    let mut y = body.y;
    for concern in told {
        let (glyph, mean) = if concern.grave() { ("▲", Mean::Danger) } else { ("!", Mean::Warn) };
        let text = match concern {
            // The way out stands in the notice and in the status of every refusal; the banner says that it is so.
            Concern::NotWhole(_) => format!("{}: {}", T::NotWholeTitle.text(lang), concern.words(lang)),
            Concern::ReadOnly(_) if !beside => concern.words(lang),
            _ => format!("{} → {}", concern.words(lang), concern.remedy(lang)),
        };
        let text = keyed(model, &text);
        if y + u16::try_from(wrap(&text, room.width).len()).unwrap_or(MOST_ROWS) > room.bottom() {
            break;
        }
        let buf = frame.buffer_mut();
        put(buf, body.x + 1, y, body.right(), glyph, theme.of(mean));
        y = put_wrapped(buf, room, y, &text, theme.of(mean));
    }
    Rect { y, height: body.bottom() - y, ..body }
}

/// Draws the full words of what is grave: what is, and what to do.
pub fn told(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let title = format!("{} · {}", T::NotWholeTitle.text(lang), T::HelpClose.text(lang));
    let inner = pane::over(frame, area, 72, 14, &title, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = inner.y + 1;
    for concern in model.concerns().iter().filter(|c| c.grave()) {
        y = put_wrapped(buf, inside, y, &keyed(model, &concern.words(lang)), theme.of(Mean::Danger)) + 1;
        y = put_wrapped(buf, inside, y, &keyed(model, concern.remedy(lang)), theme.of(Mean::Plain)) + 1;
    }
}
