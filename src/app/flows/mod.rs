//! The one step of the program, handed to the flow of the screen it concerns.

pub mod assess;
pub mod caseload;
pub mod client;
pub mod history;
pub mod input;
pub mod kiosk;
pub mod live;
pub mod note;
pub mod over;
pub mod past;
pub mod schedule;
pub mod unlock;

use super::command::{Command, Context};
use super::effect::Effect;
use super::field::Edit;
use super::model::{Model, step};
use super::msg::{Answer, Asked, Msg};
use super::notice::Say;
use crate::domain::lang::Lang;
use over::{Overlay, Question};

/// Takes what happened, changes the model, and says what is to be done outside.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Resize(cols, rows) => {
            (model.cols, model.rows) = (cols, rows);
            Vec::new()
        }
        Msg::Clock(now) => {
            model.clock(now);
            if model.locks_at().is_some_and(|at| now >= at) { unlock::lock_unattended(model) } else { Vec::new() }
        }
        Msg::Do(command) => command_given(model, command),
        Msg::Type(edit) => typed(model, &edit),
        Msg::Scroll(notches) => {
            let command = if notches < 0 { Command::Up } else { Command::Down };
            let mut effects = Vec::new();
            if model.offers(command)
                && !matches!(model.context(), Context::NewClient | Context::Schedule | Context::FirstRun)
            {
                for _ in 0..notches.unsigned_abs().min(10) {
                    effects.extend(command_given(model, command));
                }
            }
            effects
        }
        Msg::Terminate if model.recording() => {
            model.quitting = true;
            live::end(model)
        }
        Msg::Terminate => vec![Effect::Quit],
        Msg::Session(session, event) => live::heard(model, session, event),
        Msg::Answer(answer) => answered(model, answer),
    }
}

fn command_given(model: &mut Model, command: Command) -> Vec<Effect> {
    // Not every command can be given everywhere, whoever sends it; the kiosk relies on this.
    if !model.offers(command) {
        return Vec::new();
    }
    match command {
        Command::Language => {
            model.lang = match model.lang {
                Lang::Ko => Lang::En,
                Lang::En => Lang::Ko,
            };
            if model.context() == Context::Kiosk {
                kiosk::language(model);
            }
            return vec![Effect::RememberLang(model.lang)];
        }
        Command::Quit => return quit(model),
        _ => {}
    }
    if model.overlay.is_some() {
        return over::command(model, command);
    }
    match command {
        Command::Help => {
            model.overlay = Some(Overlay::Help { top: 0 });
            return Vec::new();
        }
        Command::Palette => {
            model.overlay = Some(Overlay::palette());
            return Vec::new();
        }
        Command::Lock => return unlock::lock(model),
        Command::Settings => {
            model.go(Context::Settings);
            return Vec::new();
        }
        Command::Doctor => {
            model.go(Context::Doctor);
            return vec![Effect::Examine];
        }
        _ => {}
    }
    match model.screen {
        Context::Unlock => unlock::command(model, command),
        Context::FirstRun => unlock::first_run(model, command),
        Context::Recovery => unlock::recovery(model, command),
        Context::Caseload => caseload::command(model, command),
        Context::NewClient => caseload::new_client(model, command),
        Context::Client => client::command(model, command),
        Context::Input => input::command(model, command),
        Context::Live => live::command(model, command),
        Context::Past => past::command(model, command),
        Context::Note => note::command(model, command),
        Context::Instruments => assess::choose(model, command),
        Context::Assessment | Context::Kiosk => assess::answer(model, command),
        Context::Score => assess::score(model, command),
        Context::History => history::command(model, command),
        Context::Schedule => schedule::command(model, command),
        Context::Settings | Context::Doctor => plain(model, command),
        Context::Help | Context::Palette | Context::Confirm => Vec::new(),
    }
}

fn plain(model: &mut Model, command: Command) -> Vec<Effect> {
    let len = if model.screen == Context::Doctor { model.findings.len() } else { 1 };
    if let Some(by) = steps(command) {
        model.list_at = step(model.list_at, by, len);
    }
    match command {
        Command::Back => model.back(),
        Command::Open if model.screen == Context::Settings => return command_given(model, Command::Language),
        Command::Open => return vec![Effect::Examine],
        _ => {}
    }
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    if model.recording() {
        model.overlay = Some(Overlay::Confirm(Question::QuitWhileRecording));
        return Vec::new();
    }
    if model.sheet.as_ref().is_some_and(assess::Sheet::begun) || model.handed.iter().any(|h| !h.kept) {
        model.overlay = Some(Overlay::Confirm(Question::QuitWithAnswers));
        return Vec::new();
    }
    if model.note.as_ref().is_some_and(note::NotePage::unsaved) {
        model.overlay = Some(Overlay::Confirm(Question::QuitUnsaved));
        return Vec::new();
    }
    vec![Effect::Quit]
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if !model.typing() {
        return Vec::new();
    }
    match model.context() {
        Context::Palette => over::typed(model, edit),
        Context::Unlock => unlock::typed(model, edit),
        Context::FirstRun => model.first_run.field().edit(edit),
        Context::NewClient => model.new_client.field().edit(edit),
        Context::Input => model.input.path.edit(edit),
        Context::Schedule => schedule::typed(model, edit),
        Context::Note => note::typed(model, edit),
        Context::Assessment => assess::typed(model, edit),
        _ => {}
    }
    Vec::new()
}

fn answered(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Vault(state) => unlock::found(model, state),
        Answer::Unlocked(who) => unlock::unlocked(model, who),
        Answer::Made(who, phrases) => unlock::made(model, who, phrases),
        Answer::Caseload(rows) => caseload::loaded(model, rows),
        Answer::ClientAdded(id) => caseload::added(model, id),
        Answer::Client(file) => client::opened(model, *file),
        Answer::Opened(file) => past::opened(model, *file),
        Answer::NoteKept { session, edits } => note::kept(model, session, edits),
        Answer::AdministrationKept if kiosk::kept(model) => Vec::new(),
        Answer::AdministrationKept => assess::kept(model),
        Answer::ScheduleKept => schedule::kept(model),
        Answer::Examined(findings) => {
            model.findings = findings;
            Vec::new()
        }
        Answer::Failed { asked, fault } => {
            match asked {
                Asked::Vault => unlock::failed(model),
                Asked::Begin => live::not_begun(model),
                Asked::Note => note::not_kept(model),
                Asked::Administration => {
                    if !kiosk::not_kept(model) {
                        assess::not_kept(model);
                    }
                }
                Asked::Read | Asked::AddClient | Asked::Consent | Asked::Schedule | Asked::Other => {}
            }
            model.busy = false;
            model.say(Say::Fault(fault));
            Vec::new()
        }
    }
}

/// How far a moving command goes in a list: rows, or a page of ten.
pub(super) const fn steps(command: Command) -> Option<isize> {
    match command {
        Command::Up => Some(-1),
        Command::Down => Some(1),
        Command::PageUp => Some(-10),
        Command::PageDown => Some(10),
        Command::First => Some(isize::MIN),
        Command::Last => Some(isize::MAX),
        _ => None,
    }
}
