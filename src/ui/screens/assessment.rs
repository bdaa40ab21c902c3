//! Instruments: choosing one, one question a page, and what the answers score.

use crate::app::model::Model;
use crate::app::pages::assess::{Sheet, asked, language_of, skippable, values};
use crate::app::wrap::width;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::assessment::score::Score;
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{field, pane, put, put_right, put_wrapped, window};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Draws the list of instruments.
pub fn list(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let inner = pane::framed(frame, area, T::Instruments.text(lang), "", true, theme);
    let buf = frame.buffer_mut();
    let height = usize::from(inner.height / 2).max(1);
    let top = window(model.instrument_at, model.library.len(), height);
    for (n, instrument) in model.library.iter().enumerate().skip(top).take(height) {
        let y = inner.y + 2 * (n - top) as u16;
        let marked = n == model.instrument_at;
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

/// Draws the question that is asked now.
pub fn question(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let Some(sheet) = &model.sheet else { return };
    let Ok(instrument) = model.library.get(&sheet.instrument) else { return };
    let inner = pane::framed(frame, area, instrument.title.pick(model.lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    page(frame, inside, instrument, sheet, model.lang, theme);
}

/// One question with its answers, for the counsellor's screen and for the kiosk.
pub fn page(frame: &mut Frame<'_>, area: Rect, instrument: &Instrument, sheet: &Sheet, screen: Lang, theme: Theme) {
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
        let label = labels.and_then(|o| o.labels(sheet.lang).get(n)).map_or("", String::as_str);
        let circle = if given == Some(*value) { "●" } else { "○" };
        let mark = if marked { "▸" } else { " " };
        let style = theme.of(if marked { Mean::Focus } else { Mean::Plain });
        put(buf, area.x, y, area.right(), &format!("{mark} {value}  {circle} {label}"), style);
        y += apart;
    }
    if given.is_none() && skippable(sheet, instrument) {
        y = put_wrapped(buf, area, y, T::MaySkip.text(screen), theme.of(Mean::Quiet));
    }
    if let Some(w) = wording.filter(|w| !w.attribution.is_empty()) {
        let rows = crate::app::wrap::wrap(w.attribution, area.width).len().min(3) as u16;
        let low = area.bottom().saturating_sub(rows).max(y + 1);
        put_wrapped(buf, area, low, w.attribution, theme.of(Mean::Quiet));
    }
}

/// Draws the score: the number first, then what must not wait, then what others make of it.
pub fn score(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: Theme) {
    let lang = model.lang;
    let Some(sheet) = &model.sheet else { return };
    let Some(score) = &sheet.score else { return };
    let title = model.library.get(&sheet.instrument).map_or("", |i| i.title.pick(lang));
    let inner = pane::framed(frame, area, &format!("{} · {title}", T::Score.text(lang)), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), height: inner.height - 2, ..inner };
    let buf = frame.buffer_mut();
    let mut y = result(buf, inside, score, lang, theme);
    if score.score.is_none() && !score.missing.is_empty() && sheet.total.is_none() {
        y = put_wrapped(buf, inside, y, T::Partial.text(lang), theme.of(Mean::Plain));
    }
    if !score.critical.is_empty() {
        y = put_wrapped(buf, inside, y + 1, T::Critical.text(lang), theme.of(Mean::Danger));
        for c in &score.critical {
            let opens = c.opens.as_ref().map(|o| format!(" → {o}")).unwrap_or_default();
            let text = format!("  {} {}: {} — {}{opens}", T::Question.text(lang), c.item, c.said(lang), c.reason);
            y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Danger));
        }
    }
    for o in &score.outcomes {
        let rule = model.library.get(&sheet.instrument).ok();
        let title = rule.and_then(|i| i.algorithms.iter().find(|a| a.id == o.algorithm)).map(|a| a.title.pick(lang));
        let text = format!("{}: {} ({})", title.unwrap_or(&o.algorithm), o.label, o.source);
        y = put_wrapped(buf, inside, y, &text, theme.of(Mean::Plain));
    }
    if !score.norms.is_empty() {
        y = put_wrapped(buf, inside, y + 1, T::Norms.text(lang), theme.of(Mean::Strong));
        for n in &score.norms {
            let word = if n.above { T::AtOrAbove } else { T::Below }.text(lang);
            let glyph = if n.positive { "●" } else { "○" };
            let text = format!("{glyph} {} {word} · {} ({})", n.cut, n.population, n.source);
            y = put_wrapped(buf, inside, y, &text, theme.of(if n.positive { Mean::Warn } else { Mean::Plain }));
        }
    }
    let low = inner.bottom() - 2;
    put(buf, inside.x, low, inside.right(), T::ScoreNoDiagnosis.text(lang), theme.of(Mean::Quiet));
    let t = if sheet.keeping { T::Keeping } else { T::EnterKeeps };
    put(buf, inside.x, low + 1, inside.right(), t.text(lang), theme.of(Mean::Focus));
}

fn result(buf: &mut ratatui::buffer::Buffer, area: Rect, score: &Score, lang: Lang, theme: Theme) -> u16 {
    let y = area.y + 1;
    let Some(points) = score.score.filter(|_| score.valid) else {
        return put_wrapped(buf, area, y, T::ScoreInvalid.text(lang), theme.of(Mean::Warn));
    };
    let band = score.band.as_ref().map(|b| format!(" · {} ({})", b.label, b.source)).unwrap_or_default();
    let text = format!("{points} / {}{band}", score.max);
    let y = put_wrapped(buf, area, y, &text, theme.of(Mean::Strong));
    if score.prorated { put_wrapped(buf, area, y, T::Prorated.text(lang), theme.of(Mean::Quiet)) } else { y }
}
