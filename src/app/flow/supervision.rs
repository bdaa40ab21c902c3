//! Around reviews: the process note of a session is opened, something was done about deputies, hours or extracts.

use crate::app::effect::Effect;
use crate::app::flow::listing;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::supervision::{
    DeputyForm, HoursForm, ProcessFile, ProcessPage, ProcessText, SupervisionAct, SupervisionDone,
};
use crate::app::views::ListOf;
use crate::domain::practice::ids::SessionId;

/// Asks for the process note of a session.
pub fn open(session: SessionId) -> Vec<Effect> {
    vec![Effect::Supervision(SupervisionAct::ReadProcess(session))]
}

/// Asks whether it is to be done: it takes something away, or gives it to somebody.
pub fn confirm(model: &mut Model, act: SupervisionAct) -> Vec<Effect> {
    model.overlay = Some(Overlay::Confirm(Question::Supervision(act)));
    Vec::new()
}

/// Asks who supervises the open client.
pub fn ask_readers(model: &mut Model) -> Vec<Effect> {
    listing::ask(model, ListOf::Readers);
    let code = model.client.as_ref().map(|page| page.file.client.code.clone());
    code.map(|code| Effect::Supervision(SupervisionAct::ListReaders(code))).into_iter().collect()
}

/// A process note was read: it is shown, or shown anew.
pub fn process(model: &mut Model, file: ProcessFile) -> Vec<Effect> {
    // Sealed while the screen was being locked: nothing is shown behind the lock.
    if model.signed_in.is_none() {
        return Vec::new();
    }
    let page = match model.pages.take::<ProcessPage>().filter(|p| p.file.session == file.session) {
        Some(page) => page.renewed(file),
        None => ProcessPage::new(file),
    };
    model.pages.put(page);
    match model.screen {
        Screen::ProcessText => {
            model.pages.take::<ProcessText>();
            model.back();
        }
        _ => model.go(Screen::ProcessNote),
    }
    Vec::new()
}

/// It was done: what it was typed on is left, and the list is read again.
pub fn done(model: &mut Model, done: SupervisionDone) -> Vec<Effect> {
    let (form, of) = match done {
        SupervisionDone::DeputyNamed(_) | SupervisionDone::DeputyEnded => (Screen::Deputy, ListOf::Deputies),
        SupervisionDone::HoursKept | SupervisionDone::HoursForgotten => (Screen::HoursEntry, ListOf::Hours),
        SupervisionDone::Assigned | SupervisionDone::Unassigned => {
            model.say(Say::Supervision(done));
            return ask_readers(model);
        }
        // The process note itself comes with the answer.
        SupervisionDone::ProcessKept | SupervisionDone::Released | SupervisionDone::TakenBack => {
            model.say(Say::Supervision(done));
            return Vec::new();
        }
    };
    model.say(Say::Supervision(done));
    if model.screen == form {
        model.pages.take::<DeputyForm>();
        model.pages.take::<HoursForm>();
        // The list reads itself again when it is entered.
        model.back();
        return Vec::new();
    }
    listing::ask(model, of)
}
