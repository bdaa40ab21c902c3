//! The one step of the program, handed to the page of the screen it concerns.

use crate::app::command::{Command, steps};
use crate::app::effect::{Effect, TemplateAct};
use crate::app::field::Field;
use crate::app::flow::{
    case_report, client, consents, handed, language, listing, lock, note, review, safety_plan, selection, session,
    sheet, signing, supervision, tour,
};
use crate::app::model::{Model, step};
use crate::app::msg::{Answer, Asked, Msg, ReportAnswer};
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
            let mut effects = note::keep_typing(model);
            effects.extend(session::end(model));
            effects
        }
        Msg::Terminate => {
            // The terminal is gone or the system goes down: nobody can be asked.
            let mut effects = note::keep_typing(model);
            effects.extend(safety_plan::save_silently(model));
            effects.extend(pages::process_text::save_silently(model));
            effects.push(Effect::Quit);
            effects
        }
        Msg::Session(id, event) => session::heard(model, id, event),
        Msg::Answer(answer) => answered(model, answer),
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
        Question::QuitUnsent => vec![Effect::Quit],
        Question::Supervision(act) => vec![Effect::Supervision(act.clone())],
        Question::LeavePlan { program: true }
        | Question::LeaveReport { program: true }
        | Question::LeaveCard { program: true } => vec![Effect::Quit],
        Question::LeaveCard { program: false } => pages::card::leave(model),
        Question::Merge(act) => vec![Effect::Merge(act.clone())],
        Question::LeavePlan { program: false } => safety_plan::leave(model),
        Question::LeaveReport { program: false } => case_report::leave(model),
        Question::LineChecked(id) => vec![Effect::LineChecked(id.clone())],
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
        | Question::LineChecked(_) => Vec::new(),
    }
}

fn answered(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Vault(state) => pages::unlock::found(model, state),
        Answer::FirstSight => pages::unlock::first_sight(model),
        Answer::Unlocked(who) => lock::unlocked(model, who),
        Answer::Made(who, phrases) => pages::recovery::made(model, who, phrases),
        Answer::Caseload(rows) => pages::caseload::loaded(model, rows),
        Answer::Centre(centre) => pages::centre::loaded(model, *centre),
        Answer::Listing(listing) => listing::loaded(model, *listing),
        Answer::ClientAdded(id, twins) => pages::new_client::added(model, id, twins),
        Answer::Card(client, entries) => pages::card::read(model, client, &entries),
        Answer::Twins(of, twins) => pages::merge::twins(model, of, &twins),
        Answer::TwoCards(cards) => pages::merge::cards(model, *cards),
        Answer::Merged(kept, say) => pages::merge::done(model, kept, say),
        Answer::CardKept(client) => pages::card::kept(model, client),
        Answer::Client(file) => client::opened(model, *file),
        Answer::Recovered { session, withdrawn, from_sound, .. } => {
            client::recovered(model, session, withdrawn, from_sound)
        }
        Answer::Interrupted(sessions) => {
            // A question that is open is not talked over; the client's page recovers too.
            model.overlay.get_or_insert(Overlay::Confirm(Question::RecoverSessions(sessions)));
            Vec::new()
        }
        Answer::Recovering => {
            model.say(Say::Recovering);
            Vec::new()
        }
        Answer::Opened(file) => pages::past::opened(model, *file),
        Answer::Mirrors(client, sessions) => pages::mirror::read(model, client, sessions),
        Answer::NoteKept { session, edits } => note::kept(model, session, edits),
        Answer::TypingKept { .. } => Vec::new(),
        Answer::AppointmentKept(client) => pages::appointment::kept(model, client),
        Answer::NoteDrafted { session, without } => note::drafted(model, session, without),
        Answer::SectionDrafted { session, section, lines } => note::section_drafted(model, session, &section, &lines),
        Answer::WordsProgress(asked, done, of) => {
            pages::words::progress(model, asked, done, of);
            Vec::new()
        }
        Answer::WordsFound(asked, rows) => pages::words::found(model, asked, rows),
        Answer::NoteTemplates(own) => note::with_templates(model, own),
        Answer::TemplateFound { title, headings, named } => pages::templates::ask(model, title, headings, named),
        Answer::TemplatesChanged(own, came) => pages::templates::changed(model, own, came),
        Answer::NoteChanged { session, state } => signing::changed(model, session, state),
        Answer::NoteExported => {
            model.say(Say::NoteExported);
            Vec::new()
        }
        Answer::Reviews(queue) => review::loaded(model, *queue),
        Answer::Review(file) => review::opened(model, *file),
        Answer::Decided { cosigned } => review::decided(model, cosigned),
        Answer::Exchanged(sent, taken, refused) => {
            model.say(Say::Exchanged(sent, taken, refused));
            Vec::new()
        }
        Answer::Process(file) => supervision::process(model, *file),
        Answer::SupervisionDone(done) => supervision::done(model, done),
        Answer::HandedIn(session) => review::handed_in(model, session),
        Answer::AdministrationKept if handed::kept(model) => Vec::new(),
        Answer::AdministrationKept => sheet::kept(model),
        Answer::ItemsFound { session, found } => sheet::found(model, session, *found),
        Answer::ScreeningLeftKept => pages::screening_left::kept(model),
        Answer::SafetyPlan(file) => safety_plan::opened(model, *file),
        Answer::SafetyPlanKept { client, revision, edits } => safety_plan::kept(model, client, *revision, edits),
        Answer::PlanPaperWritten(file) => pages::plan_paper::written(model, file),
        Answer::Report(answer) => {
            if let ReportAnswer::Written(file) = &*answer {
                pages::report_paper::written(model, file.clone());
            }
            case_report::answered(model, *answer)
        }
        Answer::CrisisLines(lines) => {
            model.crisis = lines.into();
            Vec::new()
        }
        Answer::ScheduleKept => pages::schedule::kept(model),
        Answer::RaiseReady(view) => pages::raise::ready(model, *view),
        Answer::Raised { number, alone } => pages::raise::raised(model, number, alone),
        Answer::PacketDone => pages::packets::done(model),
        Answer::Month(view) => pages::inspection::loaded(model, *view),
        Answer::Course(view) => pages::course::loaded(model, *view),
        Answer::PaperWritten(file) => pages::paper_out::written(model, file),
        Answer::Library(practice_data) => {
            let data = *practice_data;
            (model.library, model.formats, model.cue_labels) = (data.library, data.formats, data.cue_labels);
            (model.crisis, model.crisis_days) = (data.crisis, data.crisis_days);
            (model.triage, model.plan_form) = (data.triage, data.plan_form);
            model.report_form = data.report_form;
            (model.escalation, model.mirror_rules) = (data.escalation, data.mirror_rules);
            Vec::new()
        }
        Answer::Backup(view) => pages::backup::looked(model, view),
        Answer::BackedUp(made) => pages::backup::made(model, made),
        Answer::Setup(answer) => pages::setup::answered(model, answer),
        Answer::Listened(check) => pages::input::listened(model, check),
        Answer::Judged(judged) => pages::first_run::judged(model, judged),
        Answer::Phrase(phrase) => pages::first_run::phrase(model, &phrase),
        Answer::Examined(findings) => pages::doctor::examined(model, findings),
        Answer::Failed { asked, fault } => {
            match asked {
                Asked::Vault => pages::unlock::failed(model),
                Asked::Begin => session::not_begun(model),
                Asked::Note => note::not_kept(model),
                Asked::Typing => note::not_guarded(model),
                Asked::Appointment => pages::appointment::not_kept(model),
                Asked::Review => review::failed(model),
                Asked::SafetyPlan => safety_plan::not_kept(model),
                Asked::Report => {
                    case_report::failed(model);
                    pages::report_paper::not_written(model);
                }
                Asked::Administration => {
                    if !handed::not_kept(model) {
                        sheet::not_kept(model);
                    }
                }
                Asked::Backup => pages::backup::not_made(model),
                Asked::PlanPaper => pages::plan_paper::not_written(model),
                Asked::PaperOut => pages::paper_out::not_written(model),
                Asked::ScreeningLeft => pages::screening_left::not_kept(model),
                Asked::Read | Asked::AddClient | Asked::Consent | Asked::Schedule | Asked::Other => {}
            }
            model.busy = false;
            model.say(Say::ErrorReport(fault));
            Vec::new()
        }
    }
}
