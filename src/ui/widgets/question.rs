//! One question with its answers, for the counsellor's screen and for the kiosk.

use crate::app::command::Command;
use crate::app::state::sheet::{Sheet, asked, skippable, values};
use crate::app::wrap::{width, wrap};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::proposal::outcome::{Outcome, Proposal};
use crate::domain::practice::lang::Lang;
use crate::domain::transcript::place;
use crate::ui::hits::row_of;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::View;
use crate::ui::widgets::{field, put, put_right, put_wrapped};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the question that is asked now.
pub fn draw(frame: &mut Frame<'_>, area: Rect, instrument: &Instrument, sheet: &Sheet, screen: Lang, view: &mut View) {
    let theme = view.theme;
    if let Some(total) = &sheet.total {
        let title = T::EnterTotal.text(screen);
        let label = format!("{title} ({}–{})", instrument.scoring.min, instrument.scoring.max);
        let place = Rect { y: area.y + 2, height: 2, ..area };
        field::draw(frame, place, &label, total, false, true, theme);
        return;
    }
    let Some(item) = instrument.items.get(sheet.at) else { return };
    let buf = frame.buffer_mut();
    let of: Vec<usize> =
        (0..instrument.items.len()).filter(|n| asked(&instrument.items[*n], sheet, instrument)).collect();
    let nth = of.iter().position(|n| *n == sheet.at).map_or(1, |p| p + 1);
    let progress = format!("{} {nth} / {}", T::Question.text(screen), of.len());
    put(buf, area.x, area.y + 1, area.right(), &progress, theme.of(Mean::Quiet));
    let bar: String = (0..of.len()).map(|n| if n < nth { '▰' } else { '▱' }).collect();
    put_right(buf, area.x + width(&progress) + 2, area.y + 1, area.right(), &bar, theme.of(Mean::Quiet));
    let wording = instrument.wording(sheet.lang).ok();
    let asked = wording.as_ref().and_then(|w| w.questions.iter().find(|q| q.position == sheet.at + 1));
    let mut y = area.y + 3;
    match (&wording, asked) {
        (Some(w), Some(q)) => {
            if !w.instruction.is_empty() {
                y = put_wrapped(buf, area, y, w.instruction, theme.of(Mean::Quiet)) + 1;
            }
            y = put_wrapped(buf, area, y, &format!("{}. {}", q.number, q.text), theme.of(Mean::Strong)) + 1;
        }
        _ => {
            let text = format!("{}. {}", instrument.number(sheet.at), T::OnPaper.text(screen));
            y = put_wrapped(buf, area, y, &text, theme.of(Mean::Strong)) + 1;
        }
    }
    let given = sheet.answers.0.get(sheet.at).copied().flatten();
    // Alone at the screen the answers stand apart where there is room.
    let count = values(instrument, item).len() as u16;
    let apart = if sheet.kiosk && y + 2 * count + 3 <= area.bottom() { 2 } else { 1 };
    let labels = instrument.options.iter().find(|o| o.id == item.options);
    for (n, value) in values(instrument, item).iter().enumerate() {
        let marked = n == sheet.choice;
        if let Ok(digit @ 0..=9) = u8::try_from(*value) {
            view.hits.command(row_of(area, y), Command::Answer(digit));
        }
        let label = labels.and_then(|o| o.labels(sheet.lang).get(n)).map_or("", String::as_str);
        let found = sheet.found().is_some_and(|p| p.score == Some(*value));
        let circle = if given == Some(*value) { "●" } else { "○" };
        let mark = if marked { "▸" } else { " " };
        let style = theme.of(if marked { Mean::Focus } else { Mean::Plain });
        put(buf, area.x, y, area.right(), &format!("{mark} {value}  {circle} {label}"), style);
        if found {
            let said = format!("{mark} {value}  {circle} {label}");
            let word = format!("  ◇ {}", T::FoundInTalk.text(screen));
            put(buf, area.x + width(&said), y, area.right(), &word, theme.of(Mean::Warn));
        }
        y += apart;
    }
    if let Some(found) = sheet.found() {
        y = talk(buf, area, y + 1, found, screen, theme);
    }
    if given.is_none() && skippable(sheet, instrument) {
        y = put_wrapped(buf, area, y, T::MaySkip.text(screen), theme.of(Mean::Quiet));
    }
    if let Some(w) = wording.filter(|w| !w.attribution.is_empty()) {
        let rows = wrap(w.attribution, area.width).len().min(3) as u16;
        let low = area.bottom().saturating_sub(rows).max(y + 1);
        put_wrapped(buf, area, low, w.attribution, theme.of(Mean::Quiet));
    }
}

/// What was said of the item, with times; the answer is the counsellor's.
fn talk(buf: &mut Buffer, area: Rect, y: u16, found: &Proposal, lang: Lang, theme: Theme) -> u16 {
    let head = match (found.outcome, found.frequency_told) {
        (Outcome::NotDiscussed, _) => Some(T::FoundNothing),
        (Outcome::Mentioned, _) => Some(T::FoundMentioned),
        (Outcome::Proposed, false) => Some(T::FoundNotTold),
        (Outcome::Proposed, true) => None,
    };
    let mut y = y;
    if let Some(head) = head {
        y = put_wrapped(buf, area, y, head.text(lang), theme.of(Mean::Warn));
    }
    for quote in &found.quotes {
        if let Some(asked) = &quote.asked {
            let text = format!("{} {}", T::FoundAsked.text(lang), asked.quote.reveal());
            y = put_wrapped(buf, area, y, &text, theme.of(Mean::Quiet));
        }
        let text = format!("{}  “{}”", place(quote.at_ms, quote.evidence.utterance), quote.evidence.quote.reveal());
        y = put_wrapped(buf, area, y, &text, theme.of(Mean::Plain));
    }
    y
}
