//! Reviews: the queue came in, a review was opened, something was decided about it.

use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::review::{CommentPage, ReviewAct, ReviewPage, Reviews};
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::member::Role;
use crate::domain::review::file::ReviewFile;
use crate::domain::review::queue::Queue;

/// The queue was read. What came back is said once after unlocking.
pub fn loaded(model: &mut Model, queue: Queue) -> Vec<Effect> {
    let counsellor = model.role() == Some(Role::Counsellor);
    let came_back = queue.returned.len();
    let tell = model.pages.with(|reviews: &mut Reviews| {
        let len = queue.waiting.len() + queue.returned.len();
        // The most pressing stand first, so that one more moves the others: the mark stays on its note.
        let marked = reviews.rows().nth(reviews.at).map(|row| row.session);
        reviews.queue = queue;
        let stands = reviews.rows().position(|row| Some(row.session) == marked);
        reviews.at = stands.unwrap_or_else(|| step(reviews.at, 0, len));
        if len == 0 {
            reviews.clients = true;
        }
        let tell = counsellor && came_back > 0 && !reviews.told;
        reviews.told = true;
        tell
    });
    if tell && model.notice.is_none() {
        model.say(Say::CameBack(came_back));
    }
    Vec::new()
}

/// A review was read: it is shown, or shown anew after something came to it.
pub fn opened(model: &mut Model, file: ReviewFile) -> Vec<Effect> {
    let page = match model.pages.take::<ReviewPage>().filter(|p| p.file.session == file.session) {
        Some(page) => page.renewed(file),
        None => ReviewPage::new(file),
    };
    model.pages.put(page);
    if model.screen == Screen::Comment {
        model.pages.take::<CommentPage>();
        model.back();
        model.say(Say::CommentKept);
    } else {
        model.go(Screen::Review);
    }
    Vec::new()
}

/// Something was decided: back to the queue, which is read anew.
pub fn decided(model: &mut Model, cosigned: bool) -> Vec<Effect> {
    model.pages.take::<CommentPage>();
    model.pages.take::<ReviewPage>();
    model.restart();
    model.say(if cosigned { Say::NoteCosigned } else { Say::NoteReturned });
    Vec::new()
}

/// It could not be done: what was written stays.
pub fn failed(model: &mut Model) {
    if let Some(page) = model.pages.get_mut::<ReviewPage>() {
        page.waits = false;
    }
    if let Some(page) = model.pages.get_mut::<CommentPage>() {
        page.saving = false;
    }
}

/// Asks for something to be done to the open review.
pub fn ask(model: &mut Model, act: ReviewAct) -> Vec<Effect> {
    let Some(page) = model.pages.get_mut::<ReviewPage>().filter(|p| !p.waits) else { return Vec::new() };
    let Some(read) = page.file.newest().map(|v| v.record) else { return Vec::new() };
    page.waits = true;
    vec![Effect::Review { session: page.file.session, read, act }]
}

/// Its note was handed in: the counsellor goes back to where they came from.
pub fn handed_in(model: &mut Model, session: SessionId) -> Vec<Effect> {
    if model.note.take_if(|n| n.session == session).is_some() && model.screen == Screen::Note {
        model.back();
    }
    model.say(Say::HandedIn);
    Vec::new()
}
