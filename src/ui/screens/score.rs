//! What the answers score: the number first, then what must not wait, then what others make of it.

use crate::app::flow::sheet::screened;
use crate::app::model::Model;
use crate::app::state::sheet::Sheet;
use crate::domain::assessment::score::Score;
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{pane, put, put_wrapped, triage};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Of the crisis channels so many are shown: those one calls first.
const CRISIS_LINES: usize = 2;

/// The result.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let Some(sheet) = &model.sheet else { return };
    let Some(score) = &sheet.score else { return };
    let title = model.library.get(&sheet.instrument).map_or("", |i| i.title.pick(lang));
    let inner = pane::framed(frame, area, &format!("{} · {title}", T::Score.text(lang)), "", true, theme);
    let inside =
        Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), y: inner.y + 1, height: inner.height - 3 };
    let buf = frame.buffer_mut();
    if let Some((instrument, found)) = screened(model, sheet) {
        let place = Rect { height: inner.bottom().saturating_sub(2 + inside.y), ..inside };
        triage::draw(buf, place, model, sheet, (instrument, &found), theme);
        last_rows(buf, inside, inner.bottom(), sheet, lang, theme);
        return;
    }
    let mut y = inside.y;
    if !score.critical.is_empty() {
        y = critical(buf, inside, model, score, theme);
    }
    y = result(buf, Rect { y, height: inside.bottom().saturating_sub(y), ..inside }, score, lang, theme);
    if score.score.is_none() && !score.missing.is_empty() && sheet.total.is_none() {
        y = put_wrapped(buf, inside, y, T::Partial.text(lang), theme.of(Mean::Plain));
    }
    for o in &score.outcomes {
        let rule = model.library.get(&sheet.instrument).ok();
        let rule = rule.and_then(|i| i.algorithms.iter().find(|a| a.id == o.algorithm));
        let title = rule.map_or(o.algorithm.as_str(), |a| a.title.pick(lang));
        let how = rule.and_then(|a| a.how.as_ref()).map(|how| format!("{}; ", how.pick(lang))).unwrap_or_default();
        let text = format!("{title}: {} ({how}{})", o.label, o.source);
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
    last_rows(buf, inside, inner.bottom(), sheet, lang, theme);
}

/// The two rows at the bottom: what a score is not, and what Enter does.
fn last_rows(buf: &mut Buffer, inside: Rect, bottom: u16, sheet: &Sheet, lang: Lang, theme: Theme) {
    put(buf, inside.x, bottom - 2, inside.right(), T::ScoreNoDiagnosis.text(lang), theme.of(Mean::Quiet));
    let t = if sheet.keeping { T::Keeping } else { T::EnterKeeps };
    put(buf, inside.x, bottom - 1, inside.right(), t.text(lang), theme.of(Mean::Focus));
}

fn result(buf: &mut Buffer, area: Rect, score: &Score, lang: Lang, theme: Theme) -> u16 {
    let y = area.y;
    let Some(points) = score.score.filter(|_| score.valid) else {
        return put_wrapped(buf, area, y, T::ScoreInvalid.text(lang), theme.of(Mean::Warn));
    };
    let band = score.band.as_ref().map(|b| format!(" · {} ({})", b.label, b.source)).unwrap_or_default();
    let text = format!("{points} / {}{band}", score.max);
    let y = put_wrapped(buf, area, y, &text, theme.of(Mean::Strong));
    if score.prorated { put_wrapped(buf, area, y, T::Prorated.text(lang), theme.of(Mean::Quiet)) } else { y }
}

/// Answers that must not wait: what was answered, what to do, whom one can call. Seen before the number.
fn critical(buf: &mut Buffer, area: Rect, model: &Model, score: &Score, theme: Theme) -> u16 {
    let lang = model.lang;
    let mut y = put_wrapped(buf, area, area.y, T::Critical.text(lang), theme.of(Mean::Danger));
    for c in &score.critical {
        let opens = c.opens.as_ref().and_then(|id| model.library.get(id).ok());
        let opens =
            opens.map_or_else(String::new, |i| format!(" → {}: {}", i.title.pick(lang), T::CrisisOpens.text(lang)));
        // The reason tells what was answered: of a blank it would say what nobody did.
        let reason = c.answer.map_or_else(String::new, |_| format!(" — {}", c.reason));
        let text = format!("  {} {}: {}{reason}{opens}", T::Question.text(lang), c.item, c.said(lang));
        y = put_wrapped(buf, area, y, &text, theme.of(Mean::Danger));
    }
    y = put_wrapped(buf, area, y, T::CrisisFirst.text(lang), theme.of(Mean::Strong));
    let lines = model.crisis.iter().filter(|line| line.urgent).filter_map(|line| {
        line.number.as_ref()?;
        Some(format!("{} ({})", line.called(lang), line.text(lang).hours))
    });
    let lines: Vec<String> = lines.take(CRISIS_LINES).collect();
    if lines.is_empty() {
        return y + 1;
    }
    let text = format!("  {}: {}", T::CrisisLines.text(lang), lines.join(" · "));
    put_wrapped(buf, area, y, &text, theme.of(Mean::Strong)) + 1
}
