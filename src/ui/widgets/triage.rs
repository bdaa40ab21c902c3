//! What follows from a screener: the result of the rule first, then whom to tell, what to do and whom to call, then what was
//! asked and answered beside the sheet before. A model has no part in any of it.

use crate::app::flow::sheet::before;
use crate::app::model::Model;
use crate::app::state::sheet::Sheet;
use crate::app::wrap::wrap;
use crate::domain::assessment::administration::Sheet as Filled;
use crate::domain::assessment::instrument::Instrument;
use crate::domain::crisis::screener::{Standing, said};
use crate::domain::crisis::triage::Triage;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{put, put_right};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns from which the answers stand beside what is to be done.
const BESIDE_FROM: u16 = 96;
/// Columns between the two.
const GAP: u16 = 2;

/// Words and what they mean; empty words are an empty row.
type Row = (String, Mean);

/// Draws it from row `top` of what does not fit; the last row says that there is more.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    model: &Model,
    sheet: &Sheet,
    (instrument, found): (&Instrument, &Triage),
    theme: Theme,
) {
    let (todo, asked) = (todo(model, instrument, found), asked(model, sheet, instrument, found));
    if area.width >= BESIDE_FROM {
        let half = (area.width - GAP) / 2;
        let left = Rect { width: half, ..area };
        let right = Rect { x: area.x + half + GAP, width: area.width - half - GAP, ..area };
        rows(buf, left, &wrapped(&todo, left.width), sheet.top, model, theme);
        rows(buf, right, &wrapped(&asked, right.width), 0, model, theme);
        return;
    }
    let all: Vec<Row> = todo.into_iter().chain([(String::new(), Mean::Plain)]).chain(asked).collect();
    rows(buf, area, &wrapped(&all, area.width), sheet.top, model, theme);
}

fn rows(buf: &mut Buffer, area: Rect, rows: &[Row], top: usize, model: &Model, theme: Theme) {
    let height = usize::from(area.height);
    let top = top.min(rows.len().saturating_sub(height));
    for (n, (text, mean)) in rows.iter().skip(top).take(height).enumerate() {
        put(buf, area.x, area.y + n as u16, area.right(), text, theme.of(*mean));
    }
    let below = rows.len().saturating_sub(top + height);
    if below > 0 && area.height > 0 {
        let more = msg("triage-more").with("n", below).text(model.lang);
        put_right(buf, area.x, area.bottom() - 1, area.right(), &format!("  {more}"), theme.of(Mean::Focus));
    }
}

/// Each row in as many as the width asks for; what goes on is set in.
fn wrapped(all: &[Row], width: u16) -> Vec<Row> {
    let mut out = Vec::new();
    for (text, mean) in all {
        if text.is_empty() {
            out.push((String::new(), *mean));
        }
        let indent = if text.starts_with(' ') { "    " } else { "  " };
        for (n, part) in wrap(text, width.saturating_sub(4)).into_iter().enumerate() {
            let part = &text[part];
            out.push((if n == 0 { part.to_owned() } else { format!("{indent}{}", part.trim_start()) }, *mean));
        }
    }
    out
}

fn todo(model: &Model, instrument: &Instrument, found: &Triage) -> Vec<Row> {
    let lang = model.lang;
    let mut out: Vec<Row> = Vec::new();
    // The first outcomes of a rule are the gravest; the last is that nothing was said yes to.
    let last = instrument.algorithms.first().map_or(0, |a| a.outcome.len().saturating_sub(1));
    let mean = match found.at_most {
        0 => Mean::Danger,
        at if at < last => Mean::Warn,
        _ => Mean::Strong,
    };
    let glyph = if found.at_most < last { "▲ " } else { "" };
    let says = match found.found(instrument) {
        Some(outcome) if found.certain() => format!("{glyph}{}", outcome.label.pick(lang)),
        Some(outcome) => {
            format!("{glyph}{}", msg("triage-at-least").with("label", outcome.label.pick(lang)).text(lang))
        }
        None => T::TriageIncomplete.text(lang).to_owned(),
    };
    out.push((says, mean));
    let to_call = found.lines(instrument, &model.triage, &model.crisis);
    let numbers: Vec<&str> = to_call.iter().filter_map(|l| l.number.as_deref()).collect();
    if !numbers.is_empty() {
        out.push((format!("☎ {}", numbers.join(" · ")), Mean::Strong));
    }
    let results = found.results(instrument, &model.triage);
    let block = |out: &mut Vec<Row>, head: T, glyph: &str, rows: Vec<String>, mean: Mean| {
        if !rows.is_empty() {
            out.push((head.text(lang).to_owned(), Mean::Strong));
            out.extend(rows.into_iter().map(|r| (format!(" {glyph} {r}"), mean)));
        }
    };
    let tell = results.iter().flat_map(|r| &r.tell).map(|l| l.pick(lang).to_owned()).collect();
    block(&mut out, T::TriageTell, "▲", tell, Mean::Plain);
    let steps = results.iter().flat_map(|r| &r.steps).map(|l| l.pick(lang).to_owned()).collect();
    block(&mut out, T::TriageDo, "□", steps, Mean::Plain);
    let today = model.now.date();
    let lines = to_call.into_iter().map(|line| {
        let trust = line.standing(&today, model.crisis_days).message().text(lang);
        format!("{} · {} ({trust})", line.called(lang), line.text(lang).hours)
    });
    block(&mut out, T::TriageLines, "☎", lines.collect(), Mean::Plain);
    out
}

/// What was asked and answered, beside the sheet before.
fn asked(model: &Model, sheet: &Sheet, instrument: &Instrument, found: &Triage) -> Vec<Row> {
    let lang = model.lang;
    let mut out = vec![(T::TriageAsked.text(lang).to_owned(), Mean::Strong)];
    for q in &found.course {
        let (answer, mean) = match q.standing {
            Standing::Answered(value) => (said(instrument, q.item, value, lang), Mean::Plain),
            Standing::Open => (T::TriageOpen.text(lang).to_owned(), Mean::Warn),
            Standing::Skipped => (T::TriageSkipped.text(lang).to_owned(), Mean::Quiet),
        };
        let before = answer_before(model, sheet, instrument, q.item).map(|b| format!("  ({b})")).unwrap_or_default();
        out.push((format!(" {} · {answer}{before}", q.number), mean));
        let wording = instrument.wording(sheet.lang).ok();
        let text = wording.as_ref().and_then(|w| w.questions.iter().find(|w| w.position == q.item)).map(|w| w.text);
        if let Some(text) = text.filter(|_| q.standing != Standing::Skipped) {
            out.push((format!("    {text}"), Mean::Quiet));
        }
    }
    let rule = instrument.algorithms.first().map_or("", |a| a.source.as_str());
    out.push((format!("{} ({rule})", T::TriageRule.text(lang)), Mean::Quiet));
    out.push((format!("{}: {}", T::TriageSource.text(lang), model.triage.source.pick(lang)), Mean::Quiet));
    out
}

/// The answer of the client's last sheet to this item, with its day.
pub fn answer_before(model: &Model, sheet: &Sheet, instrument: &Instrument, item: usize) -> Option<String> {
    let last = before(model, sheet)?;
    let Filled::Answers(answers) = &last.sheet else { return None };
    let value = answers.0.get(item - 1).copied().flatten()?;
    let said = said(instrument, item, value, model.lang);
    Some(msg("triage-before").with("day", last.given_at.date()).with("said", said).text(model.lang))
}
