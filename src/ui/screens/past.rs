//! A session that has been: its transcript, and what was suggested.

use crate::app::model::Model;
use crate::app::state::live::Pane;
use crate::app::state::past::PastPage;
use crate::app::wrap::wrap;
use crate::domain::advice::evidence::Evidence;
use crate::domain::advice::suggestion::{RiskCue, Suggestion};
use crate::domain::transcript::correction::stale;
use crate::texts::msg;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::suggestions::list;
use crate::ui::widgets::transcript::{self, Shown};
use crate::ui::widgets::{cues, day, find, named, pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// From so many columns on the panes stand side by side.
const BESIDE_FROM: u16 = 100;
/// From so many columns on suggestions and cues stand side by side too.
const ALL_BESIDE_FROM: u16 = 160;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = &model.past else { return };
    let (lang, theme) = (model.lang, view.theme);
    let nth = msg("screens-client-no").shown("number", page.file.row.number).text(lang);
    let who = &page.file.client;
    let text = format!("{} {} · {nth} · {}", named(model, &who.name), who.code, day(page.file.row.started));
    put(frame.buffer_mut(), area.x + 1, area.y, area.right(), &text, theme.of(Mean::Strong));
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let at = |cue: &RiskCue| page.script.get(cue.utterance).map_or(0, |u| u.start_ms);
    let [left, above, below] = places(body, page, model, &at);
    let focus = page.pane == Pane::Transcript;
    let inner = pane::framed(frame, left, T::Transcript.text(lang), "", focus, theme);
    let inner = find::draw(frame, inner, model, T::FindInTranscript, theme);
    let owner = Some(u128::from_be_bytes(page.file.row.id.0));
    let shown = Shown { owner, script: &page.script, partial: None, focus, lang };
    transcript::draw(frame.buffer_mut(), inner, &shown, &mut view.past, theme);
    if above.height > 0 {
        let focus = page.pane == Pane::Suggestions;
        let inner = pane::framed(frame, above, T::Suggestions.text(lang), "", focus, theme);
        let all: Vec<&Suggestion> = page.file.suggestions.iter().collect();
        if all.is_empty() {
            let none = T::NoSuggestions.text(lang);
            put(frame.buffer_mut(), inner.x + 1, inner.y, inner.right(), none, theme.of(Mean::Quiet));
        } else {
            let when = |e: &Evidence| page.script.get(e.utterance).map(|u| u.start_ms);
            let note = |s: &Suggestion| stale(&page.file.transcript, &s.evidence).then(|| T::StaleWords.text(lang));
            list(frame.buffer_mut(), inner, &all, page.suggestion, focus, &when, &note, theme);
        }
    }
    if below.height > 0 {
        let marked = (page.pane == Pane::Cues).then_some(page.cue);
        cues::draw(frame, below, model, &page.file.cues, &at, marked, page.cue, theme);
    }
}

/// Where transcript, suggestions and cues stand. Side by side where there is room; else the transcript above the pane that
/// has the keys, and where that is the transcript above the cues, if there are any.
fn places(body: Rect, page: &PastPage, model: &Model, at: &dyn Fn(&RiskCue) -> u64) -> [Rect; 3] {
    let none = Rect { height: 0, ..body };
    if body.width >= ALL_BESIDE_FROM {
        let side = body.width / 4;
        let left = Rect { width: body.width - 2 * side, ..body };
        let above = Rect { x: left.right(), width: side, ..body };
        return [left, above, Rect { x: above.right(), ..above }];
    }
    if body.width >= BESIDE_FROM {
        let left = Rect { width: body.width * 60 / 100, ..body };
        let right = Rect { x: left.right(), width: body.width - left.width, ..body };
        let rows: usize = page
            .file
            .cues
            .iter()
            .map(|c| wrap(&cues::text(model, c, at(c)), right.width.saturating_sub(4)).len())
            .sum();
        let wanted = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(2);
        let low = wanted.max(4).min(right.height / 2);
        let above = Rect { height: right.height - low, ..right };
        return [left, above, Rect { y: above.bottom(), height: low, ..right }];
    }
    let low = body.height.min(7);
    let left = Rect { height: body.height - low, ..body };
    let lower = Rect { y: left.bottom(), height: low, ..body };
    match page.pane {
        Pane::Cues => [left, none, lower],
        Pane::Transcript if !page.file.cues.is_empty() => [left, none, lower],
        Pane::Transcript | Pane::Suggestions => [left, lower, none],
    }
}
