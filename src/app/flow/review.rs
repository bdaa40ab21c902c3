//! Reviews: the queue came in, a review was opened, something was decided about it.

use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::review::{CommentPage, ReviewAct, ReviewPage, Reviews, Unsent};
use crate::domain::practice::ids::SessionId;
use crate::domain::practice::member::Role;
use crate::domain::review::file::ReviewFile;
use crate::domain::review::queue::Queue;

/// The queue was read. The mark stays on its note, wherever that stands now: the next key is about what was marked. A
/// counsellor is told once after unlocking what came back and what is at the supervisor.
pub fn loaded(model: &mut Model, queue: Queue) -> Vec<Effect> {
    let counsellor = model.role() == Some(Role::Counsellor);
    let (came_back, away) = (queue.returned.len(), queue.waiting.len());
    let tell = model.pages.with(|reviews: &mut Reviews| {
        let was = reviews.marked().map(|row| row.session);
        reviews.queue = queue;
        let stands = was.and_then(|session| reviews.rows().position(|row| row.session == session));
        reviews.at = stands.unwrap_or_else(|| step(reviews.at, 0, reviews.rows().count()));
        let tell = counsellor && came_back + away > 0 && !reviews.told;
        reviews.told = true;
        tell
    });
    if tell && model.notice.is_none() {
        model.say(if away == 0 { Say::CameBack(came_back) } else { Say::AtSupervisor { away, came_back } });
    }
    Vec::new()
}

/// A review was read: it is shown, or shown anew after something came to it.
pub fn opened(model: &mut Model, file: ReviewFile) -> Vec<Effect> {
    // Sent while the screen was being locked: nothing is shown behind the lock.
    if model.signed_in.is_none() {
        return Vec::new();
    }
    let session = file.session;
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
        resumed(model, session);
    }
    Vec::new()
}

/// Something was decided: back to the queue, which is read anew.
pub fn decided(model: &mut Model, cosigned: bool) -> Vec<Effect> {
    model.pages.take::<CommentPage>();
    model.pages.take::<ReviewPage>();
    if model.on_one_review {
        return vec![Effect::Quit];
    }
    model.restart();
    model.say(if cosigned { Say::NoteCosigned } else { Say::NoteReturned });
    Vec::new()
}

/// True when something is written to a review and not sent.
pub fn unsent(model: &Model) -> bool {
    model.pages.get::<CommentPage>().is_some_and(|page| !page.words().is_blank())
}

/// The screen locks: what is written and not sent waits for who wrote it.
pub fn set_aside(model: &mut Model) {
    let session = model.pages.get::<ReviewPage>().map(|page| page.file.session);
    let page = model.pages.take::<CommentPage>().filter(|page| !page.words().is_blank());
    let member = model.signed_in.as_ref().map(|who| who.member.clone());
    if let (Some(session), Some(page), Some(member)) = (session, page, member) {
        model.unsent = Some(Unsent { member, session, page });
    }
}

/// The review to which something was written before the lock is open again: it is gone on with.
fn resumed(model: &mut Model, session: SessionId) {
    let member = model.signed_in.as_ref().map(|who| who.member.as_str());
    let back = model.unsent.take_if(|u| u.session == session && Some(u.member.as_str()) == member);
    if let Some(Unsent { page, .. }) = back {
        model.pages.put(CommentPage { saving: false, ..page });
        model.go(Screen::Comment);
        model.say(Say::UnsentBack);
    }
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
