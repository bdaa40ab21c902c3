//! The client alone with the questions, and what happens when the screen comes back: the sheet is sealed or waits for
//! the counsellor, and an answer that must not wait opens its screener as soon as the counsellor has unlocked.

use super::assess::{self, Sheet, language_of};
use crate::app::command::Context;
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::domain::ids::{ClientId, InstrumentId};
use crate::domain::score::{Context as Person, CriticalFound};

/// What was handed back. It waits behind the lock, in memory only.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The sheet.
    pub sheet: Sheet,
    /// Whose.
    pub client: ClientId,
    /// The member who handed the screen out.
    pub by: String,
    /// It is sealed and synced.
    pub kept: bool,
}

/// Hands the screen to the client: nothing but the questions is left to go back to.
pub(super) fn begin(model: &mut Model, id: &InstrumentId) {
    assess::start(model, id);
    if let Some(sheet) = &mut model.sheet {
        sheet.kiosk = true;
    }
    model.with_client = true;
    model.trail.clear();
    model.notice = None;
    model.screen = Context::Kiosk;
}

/// The questions follow the language of the screen where their words are at hand.
pub(super) fn language(model: &mut Model) {
    let library = model.library.clone();
    let Some(sheet) = &mut model.sheet else { return };
    if let Ok(instrument) = library.get(&sheet.instrument) {
        sheet.lang = language_of(instrument, model.lang).unwrap_or(sheet.lang);
    }
}

/// Locks and clears the screen. A sheet with answers that is not sealed yet stays for the counsellor to keep, go on with
/// or discard.
pub(super) fn hand_back(model: &mut Model) -> Vec<Effect> {
    let by = model.signed_in.as_ref().map(|who| who.member.clone());
    let sheet = model.sheet.take().filter(|s| s.answered() > 0);
    let effects = super::unlock::lock_now(model);
    model.handed = sheet.zip(by).and_then(|(sheet, by)| {
        let client = sheet.client?;
        Some(Handed { sheet, client, by, kept: false })
    });
    model.say(Say::HandBack);
    effects
}

/// The sheet of the kiosk is on disk. It is still needed when an answer opens a screener.
pub(super) fn kept(model: &mut Model) -> Vec<Effect> {
    if let Some(handed) = &mut model.handed {
        handed.kept = true;
        if opens(&handed.sheet).is_none() {
            model.handed = None;
        }
    }
    Vec::new()
}

/// The counsellor is back: the client of the sheet is opened first.
pub(super) fn resume(model: &Model) -> Option<Effect> {
    let handed = model.handed.as_ref()?;
    let who = model.signed_in.as_ref()?;
    (handed.by == who.member).then_some(Effect::OpenClient(handed.client))
}

/// The client of the handed sheet is open: the screener at once, or the unfinished sheet.
pub(super) fn handed_over(model: &mut Model) {
    let opened = model.client.as_ref().map(|page| page.file.client.id);
    let Some(handed) = model.handed.take_if(|h| Some(h.client) == opened) else { return };
    let library = model.library.clone();
    let wanted = opens(&handed.sheet).and_then(|c| c.opens.clone()).filter(|id| library.get(id).is_ok());
    match wanted.filter(|_| handed.kept) {
        Some(id) => {
            assess::start(model, &id);
            model.go(Context::Assessment);
            model.say(Say::ScreenerOpen);
        }
        None if handed.kept => {}
        None => {
            let mut sheet = handed.sheet;
            sheet.keeping = false;
            let person = Person { lang: model.lang, ..sheet.person };
            sheet.score = library.get(&sheet.instrument).ok().and_then(|i| i.score(&sheet.answers, &person).ok());
            model.sheet = Some(sheet);
            model.go(Context::Score);
        }
    }
}

fn opens(sheet: &Sheet) -> Option<&CriticalFound> {
    sheet.score.as_ref().and_then(|s| s.critical.iter().find(|c| c.opens.is_some()))
}
