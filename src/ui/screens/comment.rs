//! Writing a comment: what it is about above, the text below.

use crate::app::model::Model;
use crate::app::pages::comment::text_width;
use crate::app::state::review::{CommentPage, ReviewPage, Writing};
use crate::domain::record::CommentAt;
use crate::ui::theme::Mean;
use crate::ui::view::{ScreenView, View};
use crate::ui::widgets::editor::plain_text;
use crate::ui::widgets::{pane, put_wrapped};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Rows of what is commented on, with its frame.
const ABOUT: u16 = 7;

/// How it is drawn.
pub const VIEW: ScreenView = ScreenView::new(draw);

fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, view: &mut View) {
    let (Some(page), Some(review)) = (model.pages.get::<CommentPage>(), model.pages.get::<ReviewPage>()) else {
        return;
    };
    let (lang, theme) = (model.lang, view.theme);
    let above = Rect { height: ABOUT, ..area };
    let inner = pane::framed(frame, above, lang.say("review-comment-on"), "", false, theme);
    let inside = Rect { x: inner.x + 1, width: inner.width - 2, ..inner };
    put_wrapped(frame.buffer_mut(), inside, inner.y, &about(model, review, &page.what), theme.of(Mean::Plain));
    let below = Rect { y: area.y + ABOUT, height: area.height - ABOUT, ..area };
    let title = match page.what {
        Writing::Comment(_) => lang.say("review-write-comment"),
        Writing::Answer(_) => lang.say("review-write-answer"),
        Writing::Return => lang.say("review-write-return"),
    };
    let inner = pane::framed(frame, below, title, "", true, theme);
    plain_text(frame, inner, &page.text, text_width(model.cols), model.overlay.is_none(), theme);
}

/// The words that are commented on or answered.
fn about(model: &Model, review: &ReviewPage, what: &Writing) -> String {
    let lang = model.lang;
    let note = review.file.newest().map(|v| &v.note);
    match what {
        Writing::Return => lang.say("review-return-how").to_owned(),
        Writing::Answer(thread) => {
            let thread = review.file.threads.iter().find(|t| t.record == *thread);
            thread.map_or_else(String::new, |t| t.text.reveal().to_owned())
        }
        Writing::Comment(None) => lang.say("review-whole-note").to_owned(),
        Writing::Comment(Some(CommentAt::Section(key))) => {
            let format = note.and_then(|n| model.formats.iter().find(|f| f.id == n.format));
            let section = format.and_then(|f| f.section(key));
            section.map_or_else(|| key.clone(), |s| s.text(lang).title.clone())
        }
        Writing::Comment(Some(CommentAt::Statement(id))) => {
            let mut lines = note.into_iter().flat_map(|n| &n.sections).flat_map(|s| &s.lines);
            lines.find(|line| line.id == *id).map_or_else(String::new, |line| line.text.reveal().to_owned())
        }
        Writing::Comment(Some(CommentAt::Utterance(id))) => {
            let line = review.file.extract.iter().find(|e| e.line.id == *id);
            line.map_or_else(String::new, |e| format!("“{}”", e.line.text.reveal()))
        }
    }
}
