//! The running session. What matters now stands out: danger first, then whether it is being recorded and saved,
//! then what is said, then what could be done.

use crate::app::model::Model;
use crate::app::pages::live::{Live, Pane, Phase};
use crate::app::session_event::EngineState;
use crate::app::wrap::{width, wrap};
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::{About, RiskCue, Suggestion};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::clock;
use crate::ui::View;
use crate::ui::i18n::{self, T};
use crate::ui::theme::{Mean, Theme};
use crate::ui::widgets::transcript::{self, Shown};
use crate::ui::widgets::{masked, pane, put, put_right, put_wrapped};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// From so many columns on the panes stand side by side.
const BESIDE_FROM: u16 = 100;

/// Draws the live screen.
pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(live) = &model.live else { return };
    let theme = view.theme;
    if area.width >= BESIDE_FROM {
        let left = area.width * 56 / 100;
        transcript_pane(frame, Rect { width: left, ..area }, model, live, view);
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        let wanted = 2 + live.cues.len().clamp(1, 6) as u16;
        let cues = wanted.clamp(4, area.height / 2);
        suggestions(frame, Rect { height: right.height - cues, ..right }, live, model.lang, theme);
        let low = Rect { y: right.bottom() - cues, height: cues, ..right };
        cue_pane(frame, low, model, live, theme);
        return;
    }
    // One below the other: the newest cue keeps a row of its own, whatever pane is open.
    let banner = u16::from(!live.cues.is_empty() && live.pane != Pane::Cues);
    let low = if live.pane == Pane::Transcript { 7 } else { 10 };
    let upper = Rect { height: area.height - low - banner, ..area };
    transcript_pane(frame, upper, model, live, view);
    if banner == 1
        && let Some(cue) = live.cues.last()
    {
        let row = Rect { y: upper.bottom(), height: 1, ..area };
        cue_row(frame.buffer_mut(), row, model, live, cue, theme);
    }
    let lower = Rect { y: area.bottom() - low, height: low, ..area };
    if live.pane == Pane::Cues {
        cue_pane(frame, lower, model, live, theme);
    } else {
        suggestions(frame, lower, live, model.lang, theme);
    }
}

/// The first row of the live screen.
pub fn header(frame: &mut Frame<'_>, row: Rect, model: &Model, theme: Theme) {
    let Some(live) = &model.live else { return };
    let lang = model.lang;
    let buf = frame.buffer_mut();
    // The meter and the delay are drawn first: they must not be pushed out by a long list of consents.
    let mut right = row.right().saturating_sub(1);
    if let Some(ms) = live.lag_ms {
        let text = format!("{} {:.1}s", T::Lag.text(lang), ms as f64 / 1000.0);
        let mean = if ms > 5_000 { Mean::Warn } else { Mean::Quiet };
        right = put_right(buf, row.x, row.y, right, &text, theme.of(mean)).saturating_sub(2);
    }
    if live.running() {
        let bars: String = live.levels.iter().map(|db| bar(*db)).collect();
        let source = match &live.input {
            crate::app::views::SoundInput::Microphone => T::Mic,
            crate::app::views::SoundInput::File(_) => T::FromFile,
        };
        let mean = if live.speaking { Mean::Good } else { Mean::Quiet };
        right = put_right(buf, row.x, row.y, right, &format!("{} {bars}", source.text(lang)), theme.of(mean)) - 1;
    }
    let nth = match lang {
        Lang::Ko => format!("{}회기", live.number),
        Lang::En => format!("No. {}", live.number),
    };
    let who = format!("{} {} · {nth} · ", masked(live.client.name.reveal()), live.client.code);
    let mut x = put(buf, row.x + 1, row.y, right, &who, theme.of(Mean::Strong));
    let time = match live.total_ms {
        Some(total) => format!("{} / {}", long_clock(live.at_ms), clock(total)),
        None => long_clock(live.at_ms),
    };
    x = put(buf, x, row.y, right, &time, theme.of(Mean::Strong));
    x = put(buf, x, row.y, right, " · ", theme.of(Mean::Quiet));
    let (text, mean) = match live.phase {
        Phase::Starting => (T::Starting, Mean::Focus),
        Phase::Ending => (T::Ending, Mean::Focus),
        Phase::Ended { .. } => (T::Ended, Mean::Strong),
        Phase::Running if live.off_record => (T::OffRecord, Mean::Warn),
        Phase::Running if live.paused => (T::Paused, Mean::Warn),
        Phase::Running => (T::Recording, Mean::Recording),
    };
    x = put(buf, x, row.y, right, text.text(lang), theme.of(mean)) + 2;
    if !live.scopes.contains(&Scope::Ai) {
        x = put(buf, x, row.y, right, T::NoAiConsent.text(lang), theme.of(Mean::Warn)) + 2;
    }
    // Only whole words; what does not fit is counted.
    let mut text = format!("{}:", T::ConsentShort.text(lang));
    let shown = [Scope::Recording, Scope::Ai, Scope::Supervision];
    let given: Vec<&str> =
        shown.iter().filter(|s| live.scopes.contains(s)).map(|s| i18n::scope_short(*s, lang)).collect();
    for (n, label) in given.iter().enumerate() {
        let more = format!("{text} {label}");
        let rest = given.len() - n - 1;
        let room = if rest > 0 { 3 } else { 0 };
        if x + width(&more) + room > right {
            text = format!("{text} +{}", rest + 1);
            break;
        }
        text = more;
    }
    if x + width(&text) <= right {
        put(buf, x, row.y, right, &text, theme.of(Mean::Quiet));
    }
}

/// The row above the keys: danger of losing something first.
pub fn status(frame: &mut Frame<'_>, row: Rect, model: &Model, theme: Theme) {
    let Some(live) = &model.live else { return };
    let lang = model.lang;
    let buf = frame.buffer_mut();
    let right = row.right();
    let mut x = row.x + 1;
    if live.silent_ms().is_some() {
        x = put(buf, x, row.y, right, T::SilentInput.text(lang), theme.of(Mean::Danger)) + 2;
    }
    let saved = match live.saved_ms {
        Some(ms) => (format!("{} {}", T::Saved.text(lang), clock(ms)), Mean::Good),
        None => (T::NotSavedYet.text(lang).to_owned(), Mean::Warn),
    };
    x = put(buf, x, row.y, right, &saved.0, theme.of(saved.1));
    for (name, state) in [(T::Speech, live.speech), (T::Language, live.language)] {
        x = put(buf, x, row.y, right, " · ", theme.of(Mean::Quiet));
        let mean = match state {
            EngineState::Ready => Mean::Quiet,
            EngineState::Loading | EngineState::Restarting => Mean::Focus,
            EngineState::Degraded | EngineState::Absent => Mean::Warn,
        };
        let text = format!("{} {}", name.text(lang), i18n::engine(state, lang));
        x = put(buf, x, row.y, right, &text, theme.of(mean));
    }
    if let Some(fault) = &live.trouble {
        put(buf, x, row.y, right, &format!(" · ! {}", fault.said(lang).0), theme.of(Mean::Warn));
    }
}

fn transcript_pane(frame: &mut Frame<'_>, area: Rect, model: &Model, live: &Live, view: &mut View) {
    let lang = model.lang;
    let focus = live.pane == Pane::Transcript;
    let follow = if live.script.chosen().is_none() { T::Following } else { T::Looking };
    let inner = pane::framed(frame, area, T::Transcript.text(lang), follow.text(lang), focus, view.theme);
    let owner = live.session.map(|s| u128::from_be_bytes(s.0));
    let shown =
        Shown { owner, script: &live.script, partial: live.partial.as_ref().map(|p| (live.at_ms, p)), focus, lang };
    if live.script.entries().is_empty() && live.partial.is_none() {
        let text = T::NothingSaid.text(lang);
        put(frame.buffer_mut(), inner.x + 1, inner.y, inner.right(), text, view.theme.of(Mean::Quiet));
    }
    transcript::draw(frame.buffer_mut(), inner, &shown, &mut view.live, view.theme);
}

fn suggestions(frame: &mut Frame<'_>, area: Rect, live: &Live, lang: Lang, theme: Theme) {
    let focus = live.pane == Pane::Suggestions;
    let advising = live.advising.map(|(done, of)| format!("{} {done}/{of}", T::Advising.text(lang)));
    let title = T::Suggestions.text(lang);
    let inner = pane::framed(frame, area, title, advising.as_deref().unwrap_or(""), focus, theme);
    let open: Vec<&Suggestion> = live.open_suggestions().collect();
    let buf = frame.buffer_mut();
    if open.is_empty() {
        let (first, second) = if !live.scopes.contains(&Scope::Ai) {
            (T::NoSuggestionsAi, None)
        } else if matches!(live.language, EngineState::Absent | EngineState::Degraded) {
            (T::NoSuggestionsModel, None)
        } else if live.suggestions.is_empty() {
            (T::NoSuggestions, Some(T::NoSuggestionsWhy))
        } else {
            (T::AllDecided, None)
        };
        let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
        let y = put_wrapped(buf, inside, inner.y, first.text(lang), theme.of(Mean::Quiet));
        if let Some(t) = second {
            put_wrapped(buf, inside, y, t.text(lang), theme.of(Mean::Quiet));
        }
        return;
    }
    let at = live.suggestion_at.min(open.len() - 1);
    let show = |e: &Evidence| live.script.get(e.utterance).map(|u| u.start_ms);
    list(buf, inner, &open, at, focus, &show, &|_| None, theme);
}

/// A list of suggestions with their quotes; the marked one is always wholly visible and says why it may fit.
#[allow(clippy::too_many_arguments)]
pub fn list(
    buf: &mut Buffer,
    area: Rect,
    all: &[&Suggestion],
    at: usize,
    focus: bool,
    when: &dyn Fn(&Evidence) -> Option<u64>,
    note: &dyn Fn(&Suggestion) -> Option<&'static str>,
    theme: Theme,
) {
    let text_width = area.width.saturating_sub(5);
    let mut blocks: Vec<Vec<(u16, String, Mean)>> = Vec::new();
    for (n, s) in all.iter().enumerate() {
        let marked = focus && n == at;
        let mut rows = Vec::new();
        let mean = if marked { Mean::Focus } else { Mean::Strong };
        let title = match note(s) {
            Some(word) => format!("{} ({word})", s.title),
            None => s.title.clone(),
        };
        for row in wrap(&title, text_width) {
            rows.push((4, title[row].to_owned(), mean));
        }
        if marked && !s.rationale.is_empty() {
            for row in wrap(&s.rationale, text_width) {
                rows.push((4, s.rationale[row].to_owned(), Mean::Ai));
            }
        }
        let quotes = if marked { s.evidence.len() } else { 1 };
        for e in s.evidence.iter().take(quotes) {
            let time = when(e).map(|ms| format!(" {}", clock(ms))).unwrap_or_default();
            let quote = format!("“{}”{time}", e.quote.reveal());
            for row in wrap(&quote, text_width) {
                rows.push((4, quote[row].to_owned(), Mean::Plain));
            }
        }
        blocks.push(rows);
    }
    let height = usize::from(area.height);
    let from: usize = blocks.iter().take(at).map(Vec::len).sum();
    let to = from + blocks.get(at).map_or(0, Vec::len);
    let top = if focus { to.saturating_sub(height).min(from) } else { 0 };
    let mut row = 0usize;
    for (n, block) in blocks.iter().enumerate() {
        for (line, (indent, text, mean)) in block.iter().enumerate() {
            if row >= top && row < top + height {
                let y = area.y + (row - top) as u16;
                if line == 0 {
                    let mark = if focus && n == at { "▸" } else { " " };
                    put(buf, area.x, y, area.right(), mark, theme.of(Mean::Focus));
                    put(buf, area.x + 1, y, area.right(), &format!("{:>2}", n + 1), theme.of(Mean::Quiet));
                }
                put(buf, area.x + indent, y, area.right(), text, theme.of(*mean));
            }
            row += 1;
        }
    }
}

fn cue_pane(frame: &mut Frame<'_>, area: Rect, model: &Model, live: &Live, theme: Theme) {
    let lang = model.lang;
    let focus = live.pane == Pane::Cues;
    let title = match live.cues.len() {
        0 => T::Cues.text(lang).to_owned(),
        n => format!("▲ {} {n}", T::Cues.text(lang)),
    };
    let inner = pane::framed(frame, area, &title, "", focus, theme);
    if live.cues.is_empty() {
        let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
        put_wrapped(frame.buffer_mut(), inside, inner.y, T::NoCues.text(lang), theme.of(Mean::Quiet));
        return;
    }
    let height = usize::from(inner.height);
    let top = crate::ui::widgets::window(live.cue_at, live.cues.len(), height);
    let mut y = inner.y;
    for (n, cue) in live.cues.iter().enumerate().skip(top) {
        if y >= inner.bottom() {
            break;
        }
        let row = Rect { y, height: 1, ..inner };
        let marked = focus && n == live.cue_at;
        let mark = if marked { "▸" } else { " " };
        put(frame.buffer_mut(), row.x, row.y, row.right(), mark, theme.of(Mean::Focus));
        let rest = Rect { x: row.x + 1, width: row.width - 1, ..row };
        cue_row(frame.buffer_mut(), rest, model, live, cue, theme);
        y += 1;
        if marked {
            // The row is short; the marked cue says all of it below.
            let below = Rect { x: inner.x + 3, width: inner.width.saturating_sub(4), ..inner };
            let whole = format!("“{}” · {}", cue.quote.reveal(), model.cue_label(&cue.rule));
            y = put_wrapped(frame.buffer_mut(), below, y, &whole, theme.of(Mean::Plain));
        }
    }
}

fn cue_row(buf: &mut Buffer, row: Rect, model: &Model, live: &Live, cue: &RiskCue, theme: Theme) {
    let lang = model.lang;
    let at = live.script.get(cue.utterance).map_or(0, |u| u.start_ms);
    let style = theme.of(Mean::Danger);
    // What to do stands at the right and is never cut off by a long quote.
    let todo = format!(" → {}", T::OpensScreener.text(lang));
    let right = put_right(buf, row.x, row.y, row.right(), &todo, style);
    // A denial is said beside the words; it does not take the cue away.
    let denied = if cue.denied { format!(" ({})", T::Denied.text(lang)) } else { String::new() };
    let another =
        if cue.about == About::Another { format!(" ({})", T::AboutAnother.text(lang)) } else { String::new() };
    let text = format!("▲ {} “{}”{denied}{another} {}", clock(at), cue.quote.reveal(), model.cue_label(&cue.rule));
    put(buf, row.x, row.y, right, &text, style);
}

/// `00:23:41`: as wide at the first minute as at the second hour, so that nothing jumps.
fn long_clock(ms: u64) -> String {
    let s = ms / 1000;
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// One bar of the meter: -60 dB and less is the lowest, -6 dB and more the highest.
fn bar(db: f32) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let share = ((db + 60.0) / 54.0).clamp(0.0, 1.0);
    BARS[(share * 7.0).round() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meter_is_lowest_in_silence_highest_near_full_scale_and_survives_nonsense() {
        assert_eq!((bar(-90.0), bar(0.0)), ('▁', '█'));
        assert_eq!(bar(f32::NAN), '▁');
        assert_eq!(bar(f32::NEG_INFINITY), '▁');
    }
}
