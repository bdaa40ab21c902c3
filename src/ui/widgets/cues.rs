//! Risk cues: what was said, when, by which rule, and what to do. A cue is never hidden and never put away.

use crate::app::flow::screening::{Screened, screened};
use crate::app::model::Model;
use crate::app::wrap::wrap;
use crate::domain::advice::suggestion::{About, RiskCue};
use crate::domain::governance::access::Capability;
use crate::domain::transcript::place;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::{pane, put, put_right, put_wrapped, window};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// All of a cue: the time, the words, whether they were denied, the rule, what became of it or what it opens.
pub fn text(model: &Model, cue: &RiskCue, at_ms: u64) -> String {
    format!("{}{}", said(model, cue, at_ms), became(model, cue, at_ms).unwrap_or_else(|| todo(model, cue, at_ms)))
}

/// What became of it, in full.
fn became(model: &Model, cue: &RiskCue, at_ms: u64) -> Option<String> {
    let text = match screened(model, cue, at_ms)? {
        Screened::Result(Some(result)) => msg("cue-screened-result").with("result", result),
        Screened::Result(None) => msg("cue-screened"),
        Screened::Left(reason) => msg("cue-screening-left").with("reason", reason),
    };
    Some(format!(" ✓ {}", text.text(model.lang)))
}

/// What to do, for whom may do it; where it was done, that it was.
fn todo(model: &Model, cue: &RiskCue, at_ms: u64) -> String {
    match screened(model, cue, at_ms) {
        Some(Screened::Result(_)) => return format!(" ✓ {}", model.lang.say("cue-screened")),
        Some(Screened::Left(_)) => return format!(" ✓ {}", model.lang.say("cue-left-short")),
        None => {}
    }
    if model.may(Capability::GiveAssessment) {
        format!(" → {}", T::OpensScreener.text(model.lang))
    } else {
        String::new()
    }
}

/// The words of a cue and the rule. A denial is said beside the words; it does not take the cue away.
fn said(model: &Model, cue: &RiskCue, at_ms: u64) -> String {
    let denied = if cue.denied { format!(" ({})", T::Denied.text(model.lang)) } else { String::new() };
    let another =
        if cue.about == About::Another { format!(" ({})", T::AboutAnother.text(model.lang)) } else { String::new() };
    format!(
        "▲ {} “{}”{denied}{another} {}",
        place(at_ms, cue.utterance),
        cue.quote.reveal(),
        model.cue_label(&cue.rule)
    )
}

/// Draws a cue on one row. What to do stands at the right and is never cut off by a long quote.
pub fn row(buf: &mut Buffer, row: Rect, model: &Model, cue: &RiskCue, at_ms: u64, theme: Theme) {
    let style = theme.of(Mean::Danger);
    let right = put_right(buf, row.x, row.y, row.right(), &todo(model, cue, at_ms), style);
    put(buf, row.x, row.y, right, &said(model, cue, at_ms), style);
}

/// Draws all cues in a frame: each written out where there is room for that, else one row each and the marked one written
/// out. `near` is the one that is kept in sight.
#[allow(clippy::too_many_arguments)]
pub fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    cues: &[RiskCue],
    at: &dyn Fn(&RiskCue) -> u64,
    marked: Option<usize>,
    near: usize,
    theme: Theme,
) {
    let lang = model.lang;
    let title = match cues.len() {
        0 => T::Cues.text(lang).to_owned(),
        n => format!("▲ {} {n}", T::Cues.text(lang)),
    };
    let inner = pane::framed(frame, area, &title, "", marked.is_some(), theme);
    let buf = frame.buffer_mut();
    if cues.is_empty() {
        let inside = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        put_wrapped(buf, inside, inner.y, T::NoCues.text(lang), theme.of(Mean::Quiet));
        return;
    }
    let words = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    let rows: usize = cues.iter().map(|cue| wrap(&text(model, cue, at(cue)), words.width).len()).sum();
    let all_fit = rows <= usize::from(inner.height);
    let top = if all_fit { 0 } else { window(near, cues.len(), usize::from(inner.height)) };
    let mut y = inner.y;
    // Rows that are left over after one for each.
    let shown = cues.len().saturating_sub(top).min(usize::from(inner.height));
    let mut spare = if marked.is_some() { 0 } else { usize::from(inner.height) - shown };
    for (n, cue) in cues.iter().enumerate().skip(top) {
        if y >= inner.bottom() {
            return;
        }
        if marked == Some(n) {
            put(buf, inner.x, y, inner.right(), "▸", theme.of(Mean::Focus));
        }
        if all_fit {
            y = put_wrapped(buf, words, y, &text(model, cue, at(cue)), theme.of(Mean::Danger));
            continue;
        }
        let more = wrap(&text(model, cue, at(cue)), words.width).len().saturating_sub(1);
        if more > 0 && more <= spare {
            spare -= more;
            y = put_wrapped(buf, words, y, &text(model, cue, at(cue)), theme.of(Mean::Danger));
            continue;
        }
        row(buf, Rect { y, height: 1, ..words }, model, cue, at(cue), theme);
        y += 1;
        if marked == Some(n) {
            // The row is short; the marked cue says all of it below.
            let below = Rect { x: inner.x + 3, width: inner.width.saturating_sub(4), ..inner };
            let became = became(model, cue, at(cue)).unwrap_or_default();
            let whole = format!("“{}” · {}{became}", cue.quote.reveal(), model.cue_label(&cue.rule));
            y = put_wrapped(buf, below, y, &whole, theme.of(Mean::Plain));
        }
    }
}
