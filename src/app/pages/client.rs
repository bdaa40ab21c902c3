//! One client: sessions, measures, consents.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::pages::over::{Overlay, Question};
use crate::app::pages::steps;
use crate::app::views::ClientFile;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::consent::Scope;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::session::SessionState;

/// The panes of the client screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    /// Sessions, newest first.
    #[default]
    Sessions,
    /// Consents.
    Consents,
    /// Results of instruments.
    Measures,
}

/// The client screen.
#[derive(Debug, Clone)]
pub struct ClientPage {
    /// What is shown.
    pub file: ClientFile,
    /// The pane that keys go to.
    pub pane: Pane,
    /// The marked session.
    pub session: usize,
    /// The marked consent.
    pub consent: usize,
    /// The marked measure.
    pub measure: usize,
    /// What was just asked to change, to say it when it is done.
    pub asked: Option<(Scope, Change)>,
}

/// What a person asked to change of a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The client agreed.
    Given,
    /// Taken back from now on.
    Withdrawn,
    /// Taken back, with what was recorded in the session that is still open.
    Erased,
}

/// True when a session of the open client has not ended: it runs, or was interrupted.
pub(super) fn has_open_session(model: &Model) -> bool {
    let open = |p: &ClientPage| p.file.sessions.iter().any(|s| s.state == SessionState::Open);
    let runs = |p: &ClientPage| model.live.as_ref().is_some_and(|l| l.running() && l.client.id == p.file.client.id);
    model.client.as_ref().is_some_and(|p| open(p) || runs(p))
}

/// An interrupted session was finished. What a consent that was taken back left out is said.
pub(super) fn recovered(model: &mut Model, withdrawn: bool) -> Vec<Effect> {
    if withdrawn {
        model.say(Say::ErrorReport(ErrorReport::failed(
            "this session was closed as it is: the consent was withdrawn",
            "what was said before is still there",
        )));
    }
    Vec::new()
}

pub(super) fn opened(model: &mut Model, file: ClientFile) -> Vec<Effect> {
    match &mut model.client {
        Some(page) if page.file.client.id == file.client.id => {
            page.session = step(page.session, 0, file.sessions.len());
            page.measure = step(page.measure, 0, file.measures.len());
            if let Some(live) = model.live.as_mut().filter(|l| l.client.id == file.client.id) {
                live.scopes = file.consent.scopes.clone();
            }
            page.file = file;
            let client = page.file.client.id;
            match page.asked.take() {
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
    if wanted || model.screen == Context::Caseload {
        model.go(Context::Client);
    }
    let opened = model.client.as_ref().map(|c| c.file.client.id);
    crate::app::pages::kiosk::handed_over(model);
    match model.opens_on.take_if(|(client, _)| Some(*client) == opened) {
        Some((client, input)) => crate::app::pages::input::begin(model, client, input),
        None => Vec::new(),
    }
}

/// Goes from a session to the consents of its client: they can be taken back at any moment (L1).
pub(super) fn consents_of_session(model: &mut Model) -> Vec<Effect> {
    let Some(client) = model.live.as_ref().map(|l| l.client.id) else { return Vec::new() };
    match model.client.as_mut().filter(|p| p.file.client.id == client) {
        Some(page) => {
            page.pane = Pane::Consents;
            model.go(Context::Client);
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
    model.trail.retain(|s| !matches!(s, Context::Live | Context::Note));
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let recording = model.recording();
    let Some(page) = &mut model.client else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        match page.pane {
            Pane::Sessions => page.session = step(page.session, by, page.file.sessions.len()),
            Pane::Consents => page.consent = step(page.consent, by, Scope::ALL.len()),
            Pane::Measures => page.measure = step(page.measure, by, page.file.measures.len()),
        }
    }
    match command {
        Command::NextPane => {
            page.pane = match page.pane {
                Pane::Sessions => Pane::Consents,
                Pane::Consents => Pane::Measures,
                Pane::Measures => Pane::Sessions,
            };
        }
        Command::PrevPane => {
            page.pane = match page.pane {
                Pane::Sessions => Pane::Measures,
                Pane::Consents => Pane::Sessions,
                Pane::Measures => Pane::Consents,
            };
        }
        Command::Consents => page.pane = Pane::Consents,
        Command::ToggleConsent => {
            page.pane = Pane::Consents;
            return toggle(model);
        }
        Command::Open => match page.pane {
            Pane::Sessions => match page.file.sessions.get(page.session) {
                Some(row) => {
                    if model.live.as_ref().is_some_and(|l| l.running() && l.session == Some(row.id)) {
                        model.go(Context::Live);
                        return Vec::new();
                    }
                    let (client, session) = (page.file.client.id, row.id);
                    let open = Effect::OpenSession { client, session };
                    // Interrupted: it is finished from what was sealed, and then looked at.
                    if row.state == SessionState::Open && page.file.client.own {
                        return vec![Effect::RecoverSession { client, session }, open];
                    }
                    return vec![open];
                }
                None => model.say(Say::NothingChosen),
            },
            Pane::Consents => return toggle(model),
            Pane::Measures => crate::app::pages::history::open(model),
        },
        Command::BeginSession => {
            if recording {
                model.say(Say::SessionRuns);
            } else if page.file.consent.allows_session().is_err() {
                page.pane = Pane::Consents;
                model.say(Say::NeedConsent);
            } else {
                model.input = crate::app::pages::input::InputForm::for_client(page.file.client.id);
                model.go(Context::Input);
            }
        }
        Command::Note => return crate::app::pages::note::open_from_client(model),
        Command::Assess => crate::app::pages::assess::open(model),
        Command::Schedule => crate::app::pages::schedule::open_from_client(model),
        Command::Back => {
            model.client = None;
            model.back();
            return vec![Effect::LoadCaseload];
        }
        _ => {}
    }
    Vec::new()
}

fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(page) = &model.client else { return Vec::new() };
    let scope = Scope::ALL[page.consent.min(Scope::ALL.len() - 1)];
    let question =
        if page.file.consent.has(scope) { Question::WithdrawConsent(scope) } else { Question::GiveConsent(scope) };
    model.overlay = Some(Overlay::Confirm(question));
    Vec::new()
}

pub(super) fn set_consent(model: &mut Model, scope: Scope, change: Change) -> Vec<Effect> {
    let Some(page) = &mut model.client else { return Vec::new() };
    page.asked = Some((scope, change));
    let client = page.file.client.id;
    let (given, erase) = (change == Change::Given, change == Change::Erased);
    vec![Effect::SetConsent { client, scope, given, erase, limits_explained: given && scope == Scope::Service }]
}
