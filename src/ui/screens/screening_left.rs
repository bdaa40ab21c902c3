//! Why an opened screener was left.

use crate::app::model::Model;
use crate::app::pages::screening_left::WhyLeft;
use crate::domain::crisis::screening_left::OpenedBy;
use crate::ui::i18n::T;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::{field, pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let theme = view.theme;
    let lang = model.lang;
    let why: WhyLeft = model.pages.read();
    let inner = pane::framed(frame, area, T::LeftTitle.text(lang), "", true, theme);
    let inside = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
    let buf = frame.buffer_mut();
    let mut y = inside.y + 1;
    if let Some(opened) = opened_by(model) {
        y = put_wrapped(buf, inside, y, &opened, theme.of(Mean::Danger));
    }
    y = put_wrapped(buf, inside, y, T::LeftWhy.text(lang), theme.of(Mean::Plain)) + 1;
    for (n, reason) in model.triage.left.iter().enumerate() {
        let mark = if n == why.at { "▸" } else { " " };
        let style = theme.of(if n == why.at { Mean::Focus } else { Mean::Plain });
        y = put_wrapped(buf, inside, y, &format!("{mark} {}", reason.pick(lang)), style);
    }
    let place = Rect { y: y + 1, height: 2, ..inside };
    field::draw(frame, place, T::LeftWords.text(lang), &why.words, false, model.overlay.is_none(), theme);
}

/// What opened the screener, in words: the cue with its rule, or the answer.
pub fn opened_by(model: &Model) -> Option<String> {
    let lang = model.lang;
    match model.sheet.as_ref()?.opened.as_ref()? {
        OpenedBy::Cue { rule, utterance } => {
            let of_live = model.live.iter().flat_map(|l| &l.cues);
            let all = of_live.chain(model.past.iter().flat_map(|p| &p.file.cues));
            let cue = all.into_iter().find(|c| c.utterance == *utterance && c.rule == *rule);
            let quote = cue.map(|c| format!(" “{}”", c.quote.reveal())).unwrap_or_default();
            Some(format!("▲ {}: {}{quote}", T::OpenedByCue.text(lang), model.cue_label(rule)))
        }
        OpenedBy::Answer { instrument, item } => {
            let from = model.library.get(instrument).ok();
            let title = from.map_or(instrument.as_str(), |i| i.title.pick(lang));
            let number = from.map_or_else(|| item.to_string(), |i| i.number(item - 1));
            Some(format!("▲ {}: {title}, {number}", T::OpenedByAnswer.text(lang)))
        }
    }
}
