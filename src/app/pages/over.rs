//! What lies over a screen: help, the palette, and questions that want a yes.

use crate::app::command::{Command, Row, search};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::pages::client::Change;
use crate::app::pages::{command_given, steps};
use crate::app::session_event::SessionCommand;
use crate::domain::practice::consent::Scope;

/// A question that wants a yes; anything else is a no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// End the session?
    EndSession,
    /// End the session and then the program?
    QuitWhileRecording,
    /// Leave the program with an unsaved note?
    QuitUnsaved,
    /// Leave the program with answers to an instrument that are not sealed?
    QuitWithAnswers,
    /// Lock with an unsaved note?
    LockUnsaved,
    /// Leave an unsaved note?
    LeaveNote,
    /// The client agreed to this; for the service also: the limits of confidentiality were explained.
    GiveConsent(Scope),
    /// The client takes this back.
    WithdrawConsent(Scope),
    /// With it, what was recorded in the session that is still open: shall that be destroyed too?
    EraseOpenSession(Scope),
    /// Away with the answers so far?
    LeaveSheet,
}

/// What lies over a screen.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// What the keys do.
    Help {
        /// First row that is shown.
        top: usize,
    },
    /// Finding a command by name.
    Palette {
        /// What was typed.
        query: Field,
        /// Which of the found is marked.
        at: usize,
    },
    /// A question.
    Confirm(Question),
    /// The vault is not whole: told in full before anything else is shown.
    Told,
}

impl Overlay {
    /// An empty palette.
    pub fn palette() -> Self {
        Overlay::Palette { query: Field::default(), at: 0 }
    }
}

/// What the palette finds for the screen beneath it.
pub fn found(model: &Model) -> Vec<&'static Row> {
    match &model.overlay {
        Some(Overlay::Palette { query, .. }) => search(model.screen, query.text(), model.lang),
        _ => Vec::new(),
    }
}

pub(super) fn typed(model: &mut Model, edit: &Edit) {
    if let Some(Overlay::Palette { query, at }) = &mut model.overlay {
        query.edit(edit);
        *at = 0;
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = found(model).len();
    match &mut model.overlay {
        Some(Overlay::Help { top }) => match command {
            Command::Back => model.overlay = None,
            _ => {
                if let Some(by) = steps(command) {
                    let rows = crate::app::command::rows(model.screen).count();
                    *top = step(*top, by, rows);
                }
            }
        },
        Some(Overlay::Palette { at, .. }) => match command {
            Command::Back => model.overlay = None,
            Command::Open => {
                let chosen = *at;
                let row = found(model).get(chosen).copied();
                model.overlay = None;
                if let Some(row) = row {
                    return command_given(model, row.command);
                }
            }
            _ => {
                if let Some(by) = steps(command) {
                    *at = step(*at, by, count);
                }
            }
        },
        Some(Overlay::Confirm(question)) => {
            let question = question.clone();
            match command {
                Command::Yes => {
                    model.overlay = None;
                    return yes(model, &question);
                }
                Command::No => {
                    model.overlay = None;
                    if let Question::EraseOpenSession(scope) = question {
                        // The withdrawal was said yes to; what was recorded before it stays.
                        return withdraw_and_stop(model, scope, Change::Withdrawn);
                    }
                }
                _ => {}
            }
        }
        Some(Overlay::Told) if command == Command::Back => model.overlay = None,
        Some(Overlay::Told) | None => {}
    }
    Vec::new()
}

/// L1: without recording there is no session, without service neither.
const fn ends_sessions(scope: Scope) -> bool {
    matches!(scope, Scope::Recording | Scope::Service)
}

/// The key is destroyed before the session is told to end: one that has ended first would be sealed as a whole.
fn withdraw_and_stop(model: &mut Model, scope: Scope, change: Change) -> Vec<Effect> {
    let mut effects = crate::app::pages::client::set_consent(model, scope, change);
    if model.recording() {
        effects.push(Effect::Session(SessionCommand::Stop));
    }
    effects
}

fn yes(model: &mut Model, question: &Question) -> Vec<Effect> {
    match question {
        Question::EndSession => crate::app::pages::live::end(model),
        Question::QuitWhileRecording => {
            // A second yes, when an engine hangs, does not wait: what is sealed so far stays.
            if model.quitting {
                return vec![Effect::Quit];
            }
            model.quitting = true;
            crate::app::pages::live::end(model)
        }
        Question::QuitUnsaved | Question::QuitWithAnswers => vec![Effect::Quit],
        Question::LockUnsaved => crate::app::pages::unlock::lock_now(model),
        Question::LeaveNote => {
            model.note = None;
            model.back();
            Vec::new()
        }
        Question::GiveConsent(scope) => crate::app::pages::client::set_consent(model, *scope, Change::Given),
        Question::WithdrawConsent(scope)
            if crate::app::pages::client::has_open_session(model) && ends_sessions(*scope) =>
        {
            model.overlay = Some(Overlay::Confirm(Question::EraseOpenSession(*scope)));
            Vec::new()
        }
        Question::WithdrawConsent(scope) => crate::app::pages::client::set_consent(model, *scope, Change::Withdrawn),
        Question::EraseOpenSession(scope) => withdraw_and_stop(model, *scope, Change::Erased),
        Question::LeaveSheet => crate::app::pages::assess::leave(model),
    }
}
