//! Consents given and taken back (L1).

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::state::client::{Change, ClientPage};
use crate::app::state::live::Live;
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::practice::consent::Scope;
use crate::domain::practice::session::SessionState;
use crate::domain::practice::session_event::SessionCommand;

/// True when a session of the open client has not ended: it runs, or was interrupted.
fn has_open_session(model: &Model) -> bool {
    let open = |p: &ClientPage| p.file.sessions.iter().any(|s| s.state == SessionState::Open);
    let runs = |p: &ClientPage| model.live.as_ref().is_some_and(|l| l.running() && l.client.id == p.file.client.id);
    model.client.as_ref().is_some_and(|p| open(p) || runs(p))
}

/// Asks for a consent to be recorded as given or taken back.
pub fn set(model: &mut Model, scope: Scope, change: Change) -> Vec<Effect> {
    let Some(page) = &mut model.client else { return Vec::new() };
    page.asked = Some((scope, change));
    let client = page.file.client.id;
    let (given, erase) = (change == Change::Given, change == Change::Erased);
    vec![Effect::SetConsent { client, scope, given, erase, limits_explained: given && scope == Scope::Service }]
}

/// L1: without recording there is no session, without service neither.
const fn ends_sessions(scope: Scope) -> bool {
    matches!(scope, Scope::Recording | Scope::Service)
}

/// Takes a consent back. Where a session has not ended it is first asked what becomes of what was recorded.
pub fn withdraw(model: &mut Model, scope: Scope) -> Vec<Effect> {
    if has_open_session(model) && ends_sessions(scope) {
        model.overlay = Some(Overlay::Confirm(Question::EraseOpenSession(scope)));
        return Vec::new();
    }
    set(model, scope, Change::Withdrawn)
}

/// The key is destroyed before the session is told to end: one that has ended first would be sealed as a whole, and where the
/// writing fails it goes on.
pub fn withdraw_and_stop(model: &mut Model, scope: Scope, change: Change) -> Vec<Effect> {
    set(model, scope, change)
}

/// The consent was written: a session that runs without it now ends.
pub fn stop(model: &Model, scope: Scope, change: Change) -> Option<Effect> {
    let runs = |l: &Live| l.running() && model.client.as_ref().is_some_and(|page| page.file.client.id == l.client.id);
    let ends = change != Change::Given && ends_sessions(scope) && model.live.as_ref().is_some_and(runs);
    ends.then_some(Effect::Session(SessionCommand::Stop))
}

/// It could not be written: nothing later says that it was done.
pub fn not_set(model: &mut Model) {
    if let Some(page) = &mut model.client {
        page.asked = None;
    }
}
