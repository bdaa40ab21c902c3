//! The client alone with the questions, and what happens when the screen comes back: the sheet is sealed or waits for
//! the counsellor, and an answer that must not wait opens its screener as soon as the counsellor has unlocked.

use crate::app::effect::Effect;
use crate::app::flow::sheet;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::sheet::{Handed, Sheet, language_of};
use crate::domain::assessment::score::{Context as Person, CriticalFound};
use crate::domain::crisis::screening_left::OpenedBy;
use crate::domain::practice::ids::InstrumentId;

/// Hands the screen to the client: nothing but the questions is left to go back to.
pub fn begin(model: &mut Model, id: &InstrumentId) {
    sheet::start(model, id, None);
    if let Some(sheet) = &mut model.sheet {
        sheet.kiosk = true;
    }
    model.with_client = true;
    model.trail.clear();
    model.notice = None;
    model.find = None;
    model.screen = Screen::Kiosk;
}

/// The questions follow the language of the screen where their words are at hand.
pub fn language(model: &mut Model) {
    let library = model.library.clone();
    let Some(sheet) = &mut model.sheet else { return };
    if let Ok(instrument) = library.get(&sheet.instrument) {
        sheet.lang = language_of(instrument, model.lang).unwrap_or(sheet.lang);
    }
}

/// Takes the sheet off the screen. With answers that are not sealed yet it waits for its counsellor to keep, go on with
/// or discard.
pub fn set_aside(model: &mut Model) {
    let by = model.signed_in.as_ref().map(|who| who.member.clone());
    let sheet = model.sheet.take().filter(Sheet::begun);
    model.handed.extend(sheet.zip(by).and_then(|(sheet, by)| {
        let client = sheet.client?;
        Some(Handed { sheet, client, by, kept: false })
    }));
}

/// The sheet being written that waits here: what is asked of the vault first is answered first.
fn being_kept(model: &Model) -> Option<usize> {
    model.handed.iter().position(|h| h.sheet.keeping && !h.kept)
}

/// A sheet is on disk: one that waits here, if any is being written. It is still needed when an answer opens a screener.
pub fn kept(model: &mut Model) -> bool {
    let Some(at) = being_kept(model) else { return false };
    model.handed[at].kept = true;
    if opens(&model.handed[at].sheet).is_none() {
        model.handed.remove(at);
    }
    true
}

/// A sheet could not be written: one that waits here, if any is being written. It goes on waiting.
pub fn not_kept(model: &mut Model) -> bool {
    let Some(at) = being_kept(model) else { return false };
    model.handed[at].sheet.keeping = false;
    true
}

/// The counsellor is back: the client of the sheet is opened first.
pub fn resume(model: &Model) -> Option<Effect> {
    let who = model.signed_in.as_ref()?;
    model.handed.iter().find(|h| h.by == who.member).map(|h| Effect::OpenClient(h.client))
}

/// The client of the handed sheet is open: the screener at once, or the unfinished sheet.
pub fn handed_over(model: &mut Model) {
    let opened = model.client.as_ref().map(|page| page.file.client.id);
    let me = model.signed_in.as_ref().map(|who| &who.member);
    let mine = |h: &Handed| Some(h.client) == opened && Some(&h.by) == me;
    let Some(at) = model.handed.iter().position(mine).filter(|_| model.sheet.is_none()) else { return };
    let handed = model.handed.remove(at);
    let library = model.library.clone();
    let answered = |c: &CriticalFound| OpenedBy::Answer { instrument: handed.sheet.instrument.clone(), item: c.item };
    let wanted = opens(&handed.sheet).and_then(|c| Some((c.opens.clone()?, answered(c))));
    match wanted.filter(|(id, _)| handed.kept && library.get(id).is_ok()) {
        Some((id, opened)) => {
            sheet::start(model, &id, Some(opened));
            model.go(Screen::Assessment);
            model.say(Say::ScreenerOpen);
        }
        None if handed.kept => {}
        None => {
            let mut sheet = handed.sheet;
            sheet.keeping = false;
            let person = Person { lang: model.lang, ..sheet.person };
            let scored = library.get(&sheet.instrument).ok().and_then(|i| match &sheet.total {
                Some(total) => i.score_total(total.text().parse().ok()?, &person).ok(),
                None => i.score(&sheet.answers, &person).ok(),
            });
            sheet.score = scored;
            // A counsellor goes on where they were; what a client left half-way is looked at first.
            let finished = sheet.score.as_ref().is_some_and(|s| s.valid);
            let there = if sheet.kiosk || finished { Screen::Score } else { Screen::Assessment };
            model.sheet = Some(sheet);
            model.go(there);
        }
    }
}

fn opens(sheet: &Sheet) -> Option<&CriticalFound> {
    sheet.score.as_ref().and_then(|s| s.critical.iter().find(|c| c.opens.is_some()))
}
