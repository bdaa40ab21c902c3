//! Opening a client, and coming to the consents from a session.

use crate::app::effect::Effect;
use crate::app::flow::{consents, handed, session};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::client::{Change, ClientPage, Pane};
use crate::app::views::{ClientFile, Measure};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{ClientId, SessionId};
use crate::texts::msg;

/// An interrupted session was finished. What a consent that was taken back left out is said.
pub fn recovered(model: &mut Model, session: SessionId, withdrawn: bool, from_sound: usize) -> Vec<Effect> {
    let mut effects = Vec::new();
    if from_sound > 0 {
        // That took a while: what is on the screen is from before.
        model.say(Say::RecoveredFromSound(from_sound));
        if let Some(client) = model.client.as_ref().map(|page| page.file.client.id) {
            effects.push(Effect::OpenClient(client));
            if model.past.as_ref().is_some_and(|past| past.file.row.id == session) {
                model.read_anew = Some(session);
                effects.push(Effect::OpenSession { client, session });
            }
        }
    }
    if withdrawn {
        model.say(Say::ErrorReport(ErrorReport::failed(
            msg("flow-client-session-closed-consent-withdrawn"),
            msg("flow-client-session-closed-consent-withdrawn.hint"),
        )));
    }
    effects
}

/// A client was read: it is shown, or what was asked of it is done.
pub fn opened(model: &mut Model, file: ClientFile) -> Vec<Effect> {
    let mut effects = Vec::new();
    match &mut model.client {
        Some(page) if page.file.client.id == file.client.id => {
            // The newest stand first, so that one more moves the others: the marks stay on what they were on.
            let session = page.file.sessions.get(page.session).map(|s| s.id);
            let session = file.sessions.iter().position(|s| Some(s.id) == session);
            page.session = session.unwrap_or_else(|| step(page.session, 0, file.sessions.len()));
            let measure = page.file.measures.get(page.measure).cloned();
            let same =
                |m: &Measure| measure.as_ref().is_some_and(|was| (&m.instrument, m.at) == (&was.instrument, was.at));
            let measure = file.measures.iter().position(same);
            page.measure = measure.unwrap_or_else(|| step(page.measure, 0, file.measures.len()));
            if let Some(live) = model.live.as_mut().filter(|l| l.client.id == file.client.id) {
                live.scopes = file.consent.scopes.clone();
            }
            page.file = file;
            let client = page.file.client.id;
            let asked = page.asked.take();
            if let Some((scope, change)) = asked {
                effects.extend(consents::stop(model, scope, change));
            }
            match asked {
                Some((scope, Change::Given)) => model.say(Say::ConsentGiven(scope)),
                Some((scope, Change::Withdrawn)) => model.say(Say::ConsentWithdrawn(scope)),
                Some((scope, Change::Erased)) => {
                    forget_open_session(model, client);
                    model.say(Say::ConsentErased(scope));
                }
                None => {}
            }
        }
        _ => {
            // Nobody can begin without consents: that is where one starts with a new client.
            let pane = if file.consent.scopes.is_empty() { Pane::Consents } else { Pane::Sessions };
            model.client = Some(ClientPage { file, pane, session: 0, consent: 0, measure: 0, asked: None });
        }
    }
    let wanted = std::mem::take(&mut model.consents_wanted);
    if wanted && let Some(page) = &mut model.client {
        page.pane = Pane::Consents;
    }
    if wanted || matches!(model.screen, Screen::Caseload | Screen::Assigned) {
        model.go(Screen::Client);
    }
    let opened = model.client.as_ref().map(|c| c.file.client.id);
    handed::handed_over(model);
    if let Some((client, input)) = model.opens_on.take_if(|(client, _)| Some(*client) == opened) {
        effects.extend(session::begin(model, client, input));
    }
    effects
}

/// Goes from a session to the consents of its client: they can be taken back at any moment (L1).
pub fn consents_of_session(model: &mut Model) -> Vec<Effect> {
    let Some(client) = model.live.as_ref().map(|l| l.client.id) else { return Vec::new() };
    match model.client.as_mut().filter(|p| p.file.client.id == client) {
        Some(page) => {
            page.pane = Pane::Consents;
            model.go(Screen::Client);
            Vec::new()
        }
        // The page was forgotten with the lock.
        None => {
            model.consents_wanted = true;
            vec![Effect::OpenClient(client)]
        }
    }
}

/// The key of what was said is gone: its words leave the memory of the screens too.
fn forget_open_session(model: &mut Model, client: ClientId) {
    let Some(live) = model.live.take_if(|l| l.client.id == client) else { return };
    model.note.take_if(|n| Some(n.session) == live.session);
    model.live_note = None;
    model.trail.retain(|s| !matches!(s, Screen::Live | Screen::Note));
}
