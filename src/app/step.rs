//! The one step of the program, handed to the page of the screen it concerns.

use crate::app::answers;
use crate::app::command::{Command, steps};
use crate::app::effect::{Effect, OfficeAsk, TemplateAct};
use crate::app::field::Field;
use crate::app::flow::{
    case_report, consents, language, leaving, lock, note, review, safety_plan, selection, session, sheet, signing, tour,
};
use crate::app::model::{Model, step};
use crate::app::msg::Msg;
use crate::app::notice::Say;
use crate::app::pages::{self, context, found, offers, page, rows_of, typing};
use crate::app::screen::{Context, Screen};
use crate::app::state::client::Change;
use crate::app::state::note::NotePage;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::review::ReviewAct;
use crate::app::state::setup::SetupAsk;
use crate::app::state::sheet::Sheet;

/// No screen shows more rows than this.
const MOST_ROWS: u32 = 1_000;

/// Takes what happened, changes the model, and says what is to be done outside.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let (before, said) = (model.screen, model.notice.clone());
    let mut effects = handle(model, msg);
    if let Some(at) = effects.iter().position(|effect| matches!(effect, Effect::Quit)) {
        // What somebody did not want to keep was taken off the screen before.
        effects.splice(at..at, leaving::keep_all(model));
    }
    if !page(model.screen).audience.has(model.role()) {
        // No way leads a member to a screen of another role; should one be missed, it ends at their own start.
        model.restart();
    }
    if model.screen != before {
        // What was said on the screen before, with its keys, would mislead here.
        if said.is_some() && model.notice == said {
            model.notice = None;
        }
        effects.extend((page(model.screen).entered)(model));
    }
    let now = model.now;
    if let Some(note) = &mut model.note {
        note.plan_guard(now);
    }
    effects
}

fn handle(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Resize(cols, rows) => {
            (model.cols, model.rows) = (cols, rows);
            Vec::new()
        }
        Msg::Clock(now) => {
            model.clock(now);
            let mut effects = note::guard(model);
            if model.locks_at().is_some_and(|at| now >= at) {
                effects.extend(lock::unattended(model));
            }
            effects
        }
        Msg::Do(command) => command_given(model, command),
        Msg::Type(edit) => {
            if !typing(model) {
                return Vec::new();
            }
            match context(model) {
                Context::At(screen) => return (page(screen).typed)(model, &edit),
                Context::Palette => {
                    if let Some(Overlay::Palette { query, at }) = &mut model.overlay {
                        query.edit(&edit);
                        *at = 0;
                    }
                }
                Context::Find => {
                    if let Some(find) = &mut model.find {
                        find.edit(&edit);
                    }
                    (page(model.screen).found)(model);
                }
                Context::Help | Context::Confirm | Context::Leave | Context::Tour => {}
            }
            Vec::new()
        }
        Msg::Scroll(notches) => {
            let command = if notches < 0 { Command::Up } else { Command::Down };
            let mut effects = Vec::new();
            if offers(model, command) && (model.overlay.is_some() || page(model.screen).scrolls) {
                for _ in 0..notches.unsigned_abs().min(10) {
                    effects.extend(command_given(model, command));
                }
            }
            effects
        }
        Msg::Choose(by) => {
            let command = if by < 0 { Command::Up } else { Command::Down };
            let mut effects = Vec::new();
            for _ in 0..by.unsigned_abs().min(MOST_ROWS) {
                effects.extend(command_given(model, command));
            }
            effects
        }
        Msg::Terminate if model.recording() => {
            model.quitting = true;
            let mut effects = leaving::keep_all(model);
            effects.extend(session::end(model));
            effects
        }
        // The terminal is gone or the system goes down: nobody can be asked.
        Msg::Terminate => vec![Effect::Quit],
        Msg::Session(id, event) => session::heard(model, id, event),
        Msg::Answer(answer) => answers::answered(model, answer),
    }
}

fn command_given(model: &mut Model, command: Command) -> Vec<Effect> {
    // Not every command can be given everywhere, whoever sends it; the kiosk relies on this.
    if !offers(model, command) {
        return Vec::new();
    }
    match command {
        Command::Language => return language::change(model),
        Command::Quit => return quit(model),
        _ => {}
    }
    if model.overlay.is_some() {
        return over(model, command);
    }
    if context(model) == Context::Tour {
        return on_tour(model, command);
    }
    match command {
        Command::Help => {
            model.overlay = Some(Overlay::Help { top: 0 });
            Vec::new()
        }
        Command::Palette => {
            model.overlay = Some(Overlay::palette());
            Vec::new()
        }
        Command::Lock => lock::unattended(model),
        Command::Find => {
            model.find = Some(Field::default());
            Vec::new()
        }
        Command::Names => {
            model.names_shown = !model.names_shown;
            Vec::new()
        }
        Command::StopModel => session::stop_model(model),
        Command::Tour => tour::call(model),
        Command::Back if model.find.take().is_some() => Vec::new(),
        Command::Go(screen) => {
            model.go(screen);
            Vec::new()
        }
        Command::Cut | Command::Copy | Command::PutBack => selection::given(model, command),
        command => (page(model.screen).step)(model, command),
    }
}

/// A command while a tour leads over the screens: what its step asks for is given to the screens themselves.
fn on_tour(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Lock => return lock::unattended(model),
        Command::Back => tour::leave(model),
        Command::Help => model.overlay = Some(Overlay::Help { top: 0 }),
        Command::Open => {
            let mut effects = Vec::new();
            let mut given = tour::next(model).iter().peekable();
            while let Some(command) = given.next() {
                let before = model.screen;
                effects.extend(match command {
                    Command::Go(screen) => {
                        model.go(*screen);
                        Vec::new()
                    }
                    command => (page(model.screen).step)(model, *command),
                });
                // What the last one leads to is asked by the step itself.
                if model.screen != before && given.peek().is_some() {
                    effects.extend((page(model.screen).entered)(model));
                }
            }
            return effects;
        }
        _ => {}
    }
    Vec::new()
}

fn quit(model: &mut Model) -> Vec<Effect> {
    let unkept = model.sheet.as_ref().is_some_and(Sheet::begun) || model.handed.iter().any(|h| !h.kept);
    if model.screen == Screen::Recovery {
        model.say(Say::PhrasesFirst);
        return Vec::new();
    }
    if model.screen == Screen::FirstRun && model.busy {
        // Its phrases would be gone with it.
        model.say(Say::VaultBeingMade);
        return Vec::new();
    }
    let question = if model.recording() {
        Question::QuitWhileRecording
    } else if unkept {
        Question::QuitWithAnswers
    } else if model.note.as_ref().is_some_and(NotePage::unsaved) {
        Question::QuitUnsaved
    } else if safety_plan::unsaved(model) {
        Question::LeavePlan { program: true }
    } else if case_report::unsaved(model) {
        Question::LeaveReport { program: true }
    } else if pages::card::unsaved(model) {
        Question::LeaveCard { program: true }
    } else if review::unsent(model) || pages::process_text::unsaved(model) {
        Question::QuitUnsent
    } else {
        return vec![Effect::Quit];
    };
    model.overlay = Some(Overlay::Confirm(question));
    Vec::new()
}

/// A command while something lies over the screen.
fn over(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = found(model).len();
    let help_rows = rows_of(model, Context::At(model.screen)).count();
    match &mut model.overlay {
        Some(Overlay::Help { top }) => {
            if let Some(by) = steps(command) {
                *top = step(*top, by, help_rows);
            }
        }
        Some(Overlay::Palette { at, .. }) => {
            if let Some(by) = steps(command) {
                *at = step(*at, by, count);
            }
            if command == Command::Open {
                let chosen = *at;
                let row = found(model).get(chosen).copied();
                model.overlay = None;
                return row.map(|row| command_given(model, row.command)).unwrap_or_default();
            }
        }
        Some(Overlay::Confirm(question)) => {
            let question = question.clone();
            match command {
                Command::Save => {
                    model.overlay = None;
                    if let Question::LeavePlan { program } = question {
                        return safety_plan::keep_and_leave(model, program);
                    }
                    if let Question::LeaveReport { program } = question {
                        return case_report::keep_and_leave(model, program);
                    }
                    if let Question::LeaveCard { program } = question {
                        return pages::card::keep_and_leave(model, program);
                    }
                    return note::keep_and_leave(model, question == Question::QuitUnsaved);
                }
                Command::Discard => {
                    model.overlay = None;
                    return yes(model, &question);
                }
                Command::Yes => {
                    model.overlay = None;
                    return yes(model, &question);
                }
                Command::No => {
                    model.overlay = None;
                    return no(model, &question);
                }
                _ => {}
            }
        }
        Some(Overlay::Told) | None => {}
    }
    if command == Command::Back {
        model.overlay = None;
    }
    Vec::new()
}

fn yes(model: &mut Model, question: &Question) -> Vec<Effect> {
    match question {
        Question::EndSession => session::end(model),
        Question::QuitWhileRecording => {
            // A second yes, when an engine hangs, does not wait: what is sealed so far stays.
            if model.quitting {
                return vec![Effect::Quit];
            }
            model.quitting = true;
            session::end(model)
        }
        Question::QuitUnsaved => {
            let mut effects = note::leave(model);
            effects.push(Effect::Quit);
            effects
        }
        Question::QuitWithAnswers => vec![Effect::Quit],
        Question::BeginDeaf => session::begin_asked(model),
        Question::LeaveNote => note::leave(model),
        Question::SignNote => signing::sign(model),
        Question::GiveConsent(scope) => consents::set(model, *scope, Change::Given),
        Question::WithdrawConsent(scope) => consents::withdraw(model, *scope),
        Question::EraseOpenSession(scope) => consents::withdraw_and_stop(model, *scope, Change::Erased),
        Question::RecoverSessions(which) => {
            let recover = |(client, session): &(_, _)| Effect::RecoverSession { client: *client, session: *session };
            which.iter().map(recover).collect()
        }
        Question::LeaveSheet => sheet::leave(model),
        Question::Cosign => review::ask(model, ReviewAct::Cosign),
        Question::LeaveComment => {
            pages::comment::leave(model);
            Vec::new()
        }
        Question::LeaveProcess => {
            pages::process_text::leave(model);
            Vec::new()
        }
        Question::QuitUnsent => {
            pages::process_text::leave(model);
            vec![Effect::Quit]
        }
        Question::Supervision(act) => vec![Effect::Supervision(act.clone())],
        Question::LeavePlan { program: true } => {
            safety_plan::leave(model);
            vec![Effect::Quit]
        }
        Question::LeaveReport { program: true } => {
            case_report::leave(model);
            vec![Effect::Quit]
        }
        Question::LeaveCard { program: true } => {
            pages::card::leave(model);
            vec![Effect::Quit]
        }
        Question::LeaveCard { program: false } => pages::card::leave(model),
        Question::Merge(act) => vec![Effect::Merge(act.clone())],
        Question::LeavePlan { program: false } => safety_plan::leave(model),
        Question::LeaveReport { program: false } => case_report::leave(model),
        Question::LineChecked(id) => vec![Effect::LineChecked(id.clone())],
        Question::ReviewEntry(number) => vec![Effect::Office(OfficeAsk::ReviewEntry(*number))],
        Question::KeepTemplate(title, headings, _) => pages::templates::keep(title, headings),
        Question::RemoveTemplate(id, _) => vec![Effect::Template(TemplateAct::Remove(id.clone()))],
        Question::RemovePractice(client) => vec![Effect::Setup(SetupAsk::RemovePractice(*client))],
    }
}

fn no(model: &mut Model, question: &Question) -> Vec<Effect> {
    match question {
        // The withdrawal was said yes to; what was recorded before it stays.
        Question::EraseOpenSession(scope) => consents::withdraw_and_stop(model, *scope, Change::Withdrawn),
        Question::EndSession
        | Question::QuitWhileRecording
        | Question::QuitUnsaved
        | Question::QuitWithAnswers
        | Question::BeginDeaf
        | Question::LeaveNote
        | Question::SignNote
        | Question::GiveConsent(_)
        | Question::WithdrawConsent(_)
        | Question::Cosign
        | Question::LeaveComment
        | Question::LeaveProcess
        | Question::QuitUnsent
        | Question::Supervision(_)
        | Question::RecoverSessions(_)
        | Question::LeaveSheet
        | Question::LeavePlan { .. }
        | Question::LeaveReport { .. }
        | Question::LeaveCard { .. }
        | Question::Merge(_)
        | Question::RemovePractice(_)
        | Question::KeepTemplate(..)
        | Question::RemoveTemplate(..)
        | Question::ReviewEntry(_)
        | Question::LineChecked(_) => Vec::new(),
    }
}
