//! Rows of reviews: the queue, and the comments at a place.

use crate::app::model::Model;
use crate::app::state::review::{ReviewPage, Reviews};
use crate::app::wrap::wrap;
use crate::domain::assessment::trajectory::Colour;
use crate::domain::note::states;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::{CommentAt, NoteState};
use crate::domain::review::comment::anchor_text;
use crate::domain::review::queue::{self, QueueRow};
use crate::texts::msg;
use crate::ui::hits::row_of;
use crate::ui::theme::{Mean, Theme};
use crate::ui::view::View;
use crate::ui::widgets::{day, named, put, window};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// How long something took or waits, in its largest unit.
pub fn took(ms: u64, lang: Lang) -> String {
    queue::took(ms).text(lang)
}

/// Since when something waits, until now.
pub fn waited(row: &QueueRow, now: Timestamp) -> u64 {
    row.course.asked.map_or(0, |at| now.0.saturating_sub(at.0).max(0) as u64)
}

/// The meaning of a colour of the measures; its glyph says it without one.
pub const fn mean(colour: Colour) -> Mean {
    match colour {
        Colour::Red => Mean::Danger,
        Colour::Amber => Mean::Warn,
        Colour::Green => Mean::Good,
        Colour::White | Colour::Grey => Mean::Quiet,
    }
}

/// Draws the queue into an area: what waits, then what was returned under a heading.
pub fn draw_queue(frame: &mut Frame<'_>, area: Rect, model: &Model, reviews: &Reviews, focus: bool, view: &mut View) {
    let (lang, theme, buf) = (model.lang, view.theme, frame.buffer_mut());
    let heading = usize::from(!reviews.queue.returned.is_empty());
    let waiting = reviews.queue.waiting.len();
    let all: Vec<Option<&QueueRow>> = reviews
        .queue
        .waiting
        .iter()
        .map(Some)
        .chain(std::iter::repeat_n(None, heading))
        .chain(reviews.queue.returned.iter().map(Some))
        .collect();
    let marked = if reviews.at < waiting { reviews.at } else { reviews.at + heading };
    let height = usize::from(area.height);
    let top = window(marked, all.len(), height);
    for (n, row) in all.into_iter().enumerate().skip(top).take(height) {
        let y = area.y + (n - top) as u16;
        match row {
            Some(row) => {
                let at = if n < waiting { n } else { n - heading };
                view.hits.row(row_of(area, y), usize::from(!focus), reviews.at, at);
                one(buf, area, y, model, row, focus && n == marked, theme);
            }
            None => {
                put(buf, area.x + 2, y, area.right(), lang.say("review-at-counsellor"), theme.of(Mean::Quiet));
            }
        }
    }
}

fn one(buf: &mut Buffer, area: Rect, y: u16, model: &Model, row: &QueueRow, marked: bool, theme: Theme) {
    let (lang, right) = (model.lang, area.right());
    if marked {
        put(buf, area.x, y, right, "▸", theme.of(Mean::Focus));
    }
    let style = theme.of(if marked { Mean::Strong } else { Mean::Plain });
    put(buf, area.x + 2, y, right, row.colour.glyph(), theme.of(mean(row.colour)));
    let code = area.x + 4;
    put(buf, code, y, code + 8, row.client.code.as_str(), style);
    put(buf, code + 9, y, code + 18, &named(model, &row.client.name), style);
    let nth = msg("screens-client-no").with("number", row.number).text(lang);
    put(buf, code + 18, y, code + 25, &nth, style);
    put(buf, code + 25, y, code + 33, &row.counsellor, style);
    let state = states::message(row.course.state).text(lang);
    put(buf, code + 34, y, code + 48, &state, theme.of(state_mean(row.course.state)));
    put(buf, code + 49, y, code + 56, &took(waited(row, model.now), lang), style);
    let mut x = code + 57;
    for (holds, id, mean) in [
        (row.risk.open_cue, "review-open-cue", Mean::Danger),
        (row.risk.positive_screener, "review-positive-screener", Mean::Danger),
        (row.course.came_back(), "review-came-back", Mean::Focus),
    ] {
        if holds {
            x = put(buf, x, y, right, lang.say(id), theme.of(mean)) + 1;
        }
    }
}

const fn state_mean(state: NoteState) -> Mean {
    match state {
        NoteState::NeedsRevision | NoteState::Amended => Mean::Warn,
        NoteState::CoSigned => Mean::Good,
        NoteState::InReview => Mean::Focus,
        NoteState::Draft | NoteState::Ready | NoteState::Signed => Mean::Plain,
    }
}

/// The comments of a place with their answers, as rows of this width.
pub fn threads(page: &ReviewPage, at: Option<&CommentAt>, width: u16, lang: Lang) -> Vec<(String, Mean)> {
    let mut rows = Vec::new();
    for thread in page.threads_at(at) {
        let state = lang.say(if thread.resolved { "review-resolved" } else { "review-open" });
        let glyph = if thread.resolved { "◇" } else { "◆" };
        let place = match &thread.anchor {
            Some(at) if thread.loose => format!(" {} {}", anchor_text(at), lang.say("review-place-gone")),
            _ => String::new(),
        };
        let head = format!("{glyph} {} · {} · {state}{place}", page.file.name(thread.by), day(thread.at));
        rows.push((head, if thread.resolved { Mean::Quiet } else { Mean::Warn }));
        paragraph(&mut rows, thread.text.reveal(), "  ", width);
        for answer in &thread.answers {
            match (&answer.text, answer.resolved) {
                (Some(text), _) => {
                    rows.push((format!("  └ {} · {}", page.file.name(answer.by), day(answer.at)), Mean::Quiet));
                    paragraph(&mut rows, text.reveal(), "    ", width);
                }
                (None, Some(done)) => {
                    let said = lang.say(if done { "review-resolved" } else { "review-open" });
                    rows.push((format!("  └ {} · {said}", page.file.name(answer.by)), Mean::Quiet));
                }
                (None, None) => {}
            }
        }
    }
    rows
}

/// Adds text as wrapped rows.
pub fn paragraph(rows: &mut Vec<(String, Mean)>, text: &str, indent: &str, width: u16) {
    let room = width.saturating_sub(indent.len() as u16);
    for line in text.lines() {
        rows.extend(wrap(line, room).into_iter().map(|r| (format!("{indent}{}", &line[r]), Mean::Plain)));
    }
}
