//! A session that has been: its transcript, and what was suggested.

use crate::app::model::Model;
use crate::domain::advice::suggestion::Suggestion;
use crate::domain::practice::lang::Lang;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::suggestions::list;
use crate::ui::widgets::transcript::{self, Shown};
use crate::ui::widgets::{day, named, pane, put};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let Some(page) = &model.past else { return };
    let (lang, theme) = (model.lang, view.theme);
    let nth = match lang {
        Lang::Ko => format!("{}회기", page.file.row.number),
        Lang::En => format!("No. {}", page.file.row.number),
    };
    let who = &page.file.client;
    let text = format!("{} {} · {nth} · {}", named(model, &who.name), who.code, day(page.file.row.started));
    put(frame.buffer_mut(), area.x + 1, area.y, area.right(), &text, theme.of(Mean::Strong));
    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let (left, right) = if body.width >= 100 {
        let w = body.width * 60 / 100;
        (Rect { width: w, ..body }, Rect { x: body.x + w, width: body.width - w, ..body })
    } else {
        let h = body.height - 7;
        (Rect { height: h, ..body }, Rect { y: body.y + h, height: 7, ..body })
    };
    let inner = pane::framed(frame, left, T::Transcript.text(lang), "", !page.side, theme);
    let owner = Some(u128::from_be_bytes(page.file.row.id.0));
    let shown = Shown { owner, script: &page.script, partial: None, focus: !page.side, lang };
    transcript::draw(frame.buffer_mut(), inner, &shown, &mut view.past, theme);
    let inner = pane::framed(frame, right, T::Suggestions.text(lang), "", page.side, theme);
    let all: Vec<&Suggestion> = page.file.suggestions.iter().collect();
    if all.is_empty() {
        put(
            frame.buffer_mut(),
            inner.x + 1,
            inner.y,
            inner.right(),
            T::NoSuggestions.text(lang),
            theme.of(Mean::Quiet),
        );
        return;
    }
    let when = |e: &crate::domain::advice::evidence::Evidence| page.script.get(e.utterance).map(|u| u.start_ms);
    list(frame.buffer_mut(), inner, &all, page.suggestion, page.side, &when, &|_| None, theme);
}
