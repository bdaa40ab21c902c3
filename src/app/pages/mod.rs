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

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::model::{Model, step};
use crate::app::msg::{Answer, Asked, Msg};
use crate::app::notice::Say;
use crate::app::pages::over::{Overlay, Question};
use crate::domain::practice::lang::Lang;

/// Takes what happened, changes the model, and says what is to be done outside.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Resize(cols, rows) => {
            (model.cols, model.rows) = (cols, rows);
            Vec::new()
        }
        Msg::Clock(now) => {
            model.clock(now);
            if model.locks_at().is_some_and(|at| now >= at) {
                crate::app::pages::unlock::lock_unattended(model)
            } else {
                Vec::new()
            }
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
            crate::app::pages::live::end(model)
        }
        Msg::Terminate => vec![Effect::Quit],
        Msg::Session(session, event) => crate::app::pages::live::heard(model, session, event),
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
                crate::app::pages::kiosk::language(model);
            }
            return vec![Effect::RememberLang(model.lang)];
        }
        Command::Quit => return quit(model),
        _ => {}
    }
    if model.overlay.is_some() {
        return crate::app::pages::over::command(model, command);
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
        Command::Lock => return crate::app::pages::unlock::lock(model),
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
        Context::Unlock => crate::app::pages::unlock::command(model, command),
        Context::FirstRun => crate::app::pages::unlock::first_run(model, command),
        Context::Recovery => crate::app::pages::unlock::recovery(model, command),
        Context::Caseload => crate::app::pages::caseload::command(model, command),
        Context::NewClient => crate::app::pages::caseload::new_client(model, command),
        Context::Client => crate::app::pages::client::command(model, command),
        Context::Input => crate::app::pages::input::command(model, command),
        Context::Live => crate::app::pages::live::command(model, command),
        Context::Past => crate::app::pages::past::command(model, command),
        Context::Note => crate::app::pages::note::command(model, command),
        Context::Instruments => crate::app::pages::assess::choose(model, command),
        Context::Assessment | Context::Kiosk => crate::app::pages::assess::answer(model, command),
        Context::Score => crate::app::pages::assess::score(model, command),
        Context::History => crate::app::pages::history::command(model, command),
        Context::Schedule => crate::app::pages::schedule::command(model, command),
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
    if model.sheet.as_ref().is_some_and(crate::app::pages::assess::Sheet::begun) || model.handed.iter().any(|h| !h.kept)
    {
        model.overlay = Some(Overlay::Confirm(Question::QuitWithAnswers));
        return Vec::new();
    }
    if model.note.as_ref().is_some_and(crate::app::pages::note::NotePage::unsaved) {
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
        Context::Palette => crate::app::pages::over::typed(model, edit),
        Context::Unlock => crate::app::pages::unlock::typed(model, edit),
        Context::FirstRun => model.first_run.field().edit(edit),
        Context::NewClient => model.new_client.field().edit(edit),
        Context::Input => model.input.path.edit(edit),
        Context::Schedule => crate::app::pages::schedule::typed(model, edit),
        Context::Note => crate::app::pages::note::typed(model, edit),
        Context::Assessment => crate::app::pages::assess::typed(model, edit),
        _ => {}
    }
    Vec::new()
}

fn answered(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Vault(state) => crate::app::pages::unlock::found(model, state),
        Answer::Unlocked(who) => crate::app::pages::unlock::unlocked(model, who),
        Answer::Made(who, phrases) => crate::app::pages::unlock::made(model, who, phrases),
        Answer::Caseload(rows) => crate::app::pages::caseload::loaded(model, rows),
        Answer::ClientAdded(id) => crate::app::pages::caseload::added(model, id),
        Answer::Client(file) => crate::app::pages::client::opened(model, *file),
        Answer::Recovered { withdrawn, .. } => crate::app::pages::client::recovered(model, withdrawn),
        Answer::Opened(file) => crate::app::pages::past::opened(model, *file),
        Answer::NoteKept { session, edits } => crate::app::pages::note::kept(model, session, edits),
        Answer::AdministrationKept if crate::app::pages::kiosk::kept(model) => Vec::new(),
        Answer::AdministrationKept => crate::app::pages::assess::kept(model),
        Answer::ScheduleKept => crate::app::pages::schedule::kept(model),
        Answer::Examined(findings) => {
            model.findings = findings;
            Vec::new()
        }
        Answer::Failed { asked, fault } => {
            match asked {
                Asked::Vault => crate::app::pages::unlock::failed(model),
                Asked::Begin => crate::app::pages::live::not_begun(model),
                Asked::Note => crate::app::pages::note::not_kept(model),
                Asked::Administration => {
                    if !crate::app::pages::kiosk::not_kept(model) {
                        crate::app::pages::assess::not_kept(model);
                    }
                }
                Asked::Read | Asked::AddClient | Asked::Consent | Asked::Schedule | Asked::Other => {}
            }
            model.busy = false;
            model.say(Say::ErrorReport(fault));
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
