//! The running session. What matters now stands out: danger first, then whether it is being recorded and saved,
//! then what is said, then what could be done.

use crate::app::model::Model;
use crate::app::session_event::EngineState;
use crate::app::state::live::{BAR_HEIGHTS, Live, Pane, Phase, bar_height};
use crate::app::views::SoundInput;
use crate::app::wrap::{width, wrap};
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::{RiskCue, Suggestion};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::recording::{SoundAlarm, SoundState};
use crate::domain::practice::time::clock;
use crate::texts::msg;
use crate::ui::i18n::{self, T};
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::suggestions::{list, rows_of};
use crate::ui::widgets::transcript::{self, Shown};
use crate::ui::widgets::{cues, find, named, pane, put, put_right, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// From so many columns on the panes stand side by side.
const BESIDE_FROM: u16 = 100;

/// From so many columns on suggestions and cues stand side by side too.
const ALL_BESIDE_FROM: u16 = 160;
/// Columns of the meter with its name.
const METER_ROOM: u16 = 12;
/// Rows that a pane keeps however much the other one needs: its frame and two lines.
const LEAST_PANE: u16 = 4;

/// The running session.
pub const VIEW: ScreenView = ScreenView { header: Some(header), status: Some(status), ..ScreenView::new(draw) };

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(live) = &model.live else { return };
    let theme = view.theme;
    if area.width >= ALL_BESIDE_FROM {
        // A wall: everything has a column of its own.
        let side = area.width / 4;
        let left = area.width - 2 * side;
        transcript_pane(frame, Rect { width: left, ..area }, model, live, view);
        suggestions(frame, Rect { x: area.x + left, width: side, ..area }, live, model.lang, theme);
        cue_pane(frame, Rect { x: area.x + left + side, width: side, ..area }, model, live, theme);
        return;
    }
    if area.width >= BESIDE_FROM {
        let left = area.width * 56 / 100;
        transcript_pane(frame, Rect { width: left, ..area }, model, live, view);
        let right = Rect { x: area.x + left, width: area.width - left, ..area };
        let (upper, low) = shared(right, suggestion_rows(right, live), cue_rows(right, model, live));
        suggestions(frame, upper, live, model.lang, theme);
        cue_pane(frame, low, model, live, theme);
        return;
    }
    // One below the other: the newest cue keeps a row of its own, whatever pane is open.
    let banner = u16::from(!live.cues.is_empty() && live.pane != Pane::Cues);
    let low = match live.pane {
        Pane::Transcript => suggestion_rows(area, live).clamp(LEAST_PANE, 7),
        Pane::Suggestions => suggestion_rows(area, live).clamp(LEAST_PANE, 10),
        Pane::Cues => cue_rows(area, model, live).clamp(LEAST_PANE, 10),
    };
    let upper = Rect { height: area.height - low - banner, ..area };
    transcript_pane(frame, upper, model, live, view);
    if banner == 1
        && let Some(cue) = live.cues.last()
    {
        let row = Rect { y: upper.bottom(), height: 1, ..area };
        let at = live.script.get(cue.utterance).map_or(0, |u| u.start_ms);
        cues::row(frame.buffer_mut(), row, model, cue, at, theme);
    }
    let lower = Rect { y: area.bottom() - low, height: low, ..area };
    if live.pane == Pane::Cues {
        cue_pane(frame, lower, model, live, theme);
    } else {
        suggestions(frame, lower, live, model.lang, theme);
    }
}

/// The first row of the live screen.
fn header(frame: &mut Frame<'_>, row: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let Some(live) = &model.live else { return };
    let lang = model.lang;
    let buf = frame.buffer_mut();
    let nth = msg("screens-client-no").shown("number", live.number).text(lang);
    let who = format!("{} {} · {nth} · ", named(model, &live.client.name), live.client.code);
    let time = match live.total_ms {
        Some(total) => format!("{} / {}", long_clock(live.at_ms), clock(total)),
        None => long_clock(live.at_ms),
    };
    let (state, state_mean) = state(live);
    let no_ai = (!live.scopes.contains(&Scope::Ai)).then(|| T::NoAiConsent.text(lang));
    let shown = [Scope::Recording, Scope::Ai, Scope::Supervision];
    let given: Vec<&str> =
        shown.iter().filter(|s| live.scopes.contains(s)).map(|s| i18n::scope_short(*s, lang)).collect();
    let consents = format!("{}: {}", T::ConsentShort.text(lang), given.join(" "));
    // The meter is drawn first, and the delay where it leaves room for the consents.
    let mut right = row.right().saturating_sub(1);
    if let Some(ms) = live.lag_ms {
        let text = format!("{} {:.1}s", T::Lag.text(lang), ms as f64 / 1000.0);
        let left = [who.as_str(), &time, state.text(lang), no_ai.unwrap_or(""), &consents];
        let taken: u16 = left.iter().map(|part| width(part) + 2).sum::<u16>() + METER_ROOM;
        let mean = if ms > 5_000 { Mean::Warn } else { Mean::Quiet };
        if taken + width(&text) <= row.width {
            right = put_right(buf, row.x, row.y, right, &text, theme.of(mean)).saturating_sub(2);
        }
    }
    if live.running() {
        let bars: String = live.levels.iter().map(|db| bar(*db)).collect();
        let source = match &live.input {
            SoundInput::Microphone => T::Mic,
            SoundInput::File(_) | SoundInput::Practice(_) => T::FromFile,
        };
        let mean = if live.speaking { Mean::Good } else { Mean::Quiet };
        right = put_right(buf, row.x, row.y, right, &format!("{} {bars}", source.text(lang)), theme.of(mean)) - 1;
    }
    let mut x = put(buf, row.x + 1, row.y, right, &who, theme.of(Mean::Strong));
    x = put(buf, x, row.y, right, &time, theme.of(Mean::Strong));
    x = put(buf, x, row.y, right, " · ", theme.of(Mean::Quiet));
    x = put(buf, x, row.y, right, state.text(lang), theme.of(state_mean)) + 2;
    if let Some(no_ai) = no_ai {
        x = put(buf, x, row.y, right, no_ai, theme.of(Mean::Warn)) + 2;
    }
    // Only whole words; what does not fit is counted.
    let mut text = format!("{}:", T::ConsentShort.text(lang));
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

/// Where the session stands, as its first row says it.
fn state(live: &Live) -> (T, Mean) {
    match live.phase {
        Phase::Starting => (T::Starting, Mean::Focus),
        Phase::Ending => (T::Ending, Mean::Focus),
        Phase::Ended { .. } => (T::Ended, Mean::Strong),
        Phase::Running if live.off_record => (T::OffRecord, Mean::Warn),
        Phase::Running if live.paused => (T::Paused, Mean::Warn),
        Phase::Running if live.away => (T::NoMicrophone, Mean::Danger),
        Phase::Running if matches!(live.speech, EngineState::Absent | EngineState::Degraded) => {
            (T::NotWriting, Mean::Warn)
        }
        Phase::Running => (T::Recording, Mean::Recording),
    }
}

/// The row above the keys: danger of losing something first.
fn status(frame: &mut Frame<'_>, row: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
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
    let sound = match live.sound {
        SoundState::Off => None,
        SoundState::Saved(ms) => Some((format!("{} {}", T::SoundKept.text(lang), clock(ms)), Mean::Good)),
        SoundState::Alarm(SoundAlarm::NoSpace | SoundAlarm::LittleRoom, ms) => {
            Some((format!("{} {}", T::SoundAlarm.text(lang), clock(ms)), Mean::Danger))
        }
        SoundState::Alarm(_, ms) => Some((format!("{} {}", T::SoundNotKept.text(lang), clock(ms)), Mean::Danger)),
    };
    if let Some((text, mean)) = sound {
        x = put(buf, x, row.y, right, " · ", theme.of(Mean::Quiet));
        x = put(buf, x, row.y, right, &text, theme.of(mean));
    }
    // Without consent no model suggests, whatever is loaded; the first row says so.
    let language = live.scopes.contains(&Scope::Ai).then_some((T::Language, live.language));
    for (name, state) in [(T::Speech, live.speech)].into_iter().chain(language) {
        x = put(buf, x, row.y, right, " · ", theme.of(Mean::Quiet));
        let mean = match state {
            EngineState::Ready => Mean::Quiet,
            EngineState::Loading | EngineState::Restarting => Mean::Focus,
            EngineState::Degraded | EngineState::Absent => Mean::Warn,
        };
        let text = format!("{} {}", name.text(lang), i18n::engine(state, lang));
        x = put(buf, x, row.y, right, &text, theme.of(mean));
    }
    if let Some((done, of)) = model.model_at_work() {
        let text = format!(" · {} {done}/{of} · {}", T::ModelBehind.text(lang), T::ModelBehindHow.text(lang));
        x = put(buf, x, row.y, right, &text, theme.of(Mean::Ai));
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
    let inner = find::draw(frame, inner, model, T::FindInTranscript, view.theme);
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
        } else if live.language == EngineState::Loading {
            (T::NoSuggestionsLoading, None)
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

/// Shares a column between suggestions above and cues below by what each needs; what is left over is the suggestions'.
/// Danger comes first: cues are cut last.
fn shared(area: Rect, above: u16, below: u16) -> (Rect, Rect) {
    let below = below.max(LEAST_PANE).min(area.height.saturating_sub(above.clamp(LEAST_PANE, area.height / 2)));
    let upper = Rect { height: area.height - below, ..area };
    (upper, Rect { y: upper.bottom(), height: below, ..area })
}

/// Rows that all suggestions take with their frame.
fn suggestion_rows(area: Rect, live: &Live) -> u16 {
    let open: Vec<&Suggestion> = live.open_suggestions().collect();
    let rows = rows_of(area.width.saturating_sub(2), &open, live.suggestion_at, live.pane == Pane::Suggestions);
    u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2)
}

/// Rows that all cues take with their frame when each is written out.
fn cue_rows(area: Rect, model: &Model, live: &Live) -> u16 {
    let width = area.width.saturating_sub(5);
    let rows: usize = live.cues.iter().map(|cue| wrap(&cue_text(model, live, cue), width).len()).sum();
    u16::try_from(rows.max(2)).unwrap_or(u16::MAX).saturating_add(2)
}

fn cue_pane(frame: &mut Frame<'_>, area: Rect, model: &Model, live: &Live, theme: Theme) {
    let focus = live.pane == Pane::Cues;
    let at = |cue: &RiskCue| live.script.get(cue.utterance).map_or(0, |u| u.start_ms);
    cues::draw(frame, area, model, &live.cues, &at, focus.then_some(live.cue_at), live.cue_at, theme);
}

fn cue_text(model: &Model, live: &Live, cue: &RiskCue) -> String {
    cues::text(model, cue, live.script.get(cue.utterance).map_or(0, |u| u.start_ms))
}

/// `00:23:41`: as wide at the first minute as at the second hour, so that nothing jumps.
fn long_clock(ms: u64) -> String {
    let s = ms / 1000;
    format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

/// One bar of the meter.
fn bar(db: f32) -> char {
    const BARS: [char; BAR_HEIGHTS] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    BARS[bar_height(db)]
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
