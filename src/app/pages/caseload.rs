//! The counsellor's own clients.

use crate::app::command::groups::{BACK, EVERYWHERE_AT_START, FIND, LIST, NAMES, OPEN};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::{cases, practice, tour};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::pages::appointment;
use crate::app::screen::Screen;
use crate::app::state::review::Reviews;
use crate::app::views::CaseRow;
use crate::domain::governance::access::Capability;

const COMMANDS: &[Row] = &[
    row!(Command::AddClient, [Key::char('a')], "key-add-client", "key-add-client.short").needing(Capability::AddClient),
    row!(Command::Review, [Key::char('v')], "key-open-review"),
    row!(Command::ReviewFolder, [Key::char('w')], "key-review-folder"),
    row!(Command::Go(Screen::Deputies), [Key::char('d')], "key-deputies"),
    row!(Command::Go(Screen::Hours), [Key::char('t')], "key-hours"),
    row!(Command::Appointment, [Key::char('o')], "key-appointment", "key-appointment.short")
        .needing(Capability::SetAppointment),
    row!(Command::Go(Screen::Words), [Key::char('f')], "key-find-in-records"),
    practice::REMOVE,
];

/// The caseload.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[OPEN, COMMANDS, FIND, NAMES, LIST, BACK, EVERYWHERE_AT_START],
    found: |model| model.case_at = 0,
    entered: |_| vec![Effect::LoadCaseload],
    step: command,
    ..Page::PLAIN
};

/// The clients were read. The mark stays on its client, wherever that stands now: the next key is about who was marked.
pub fn loaded(model: &mut Model, rows: Vec<CaseRow>) -> Vec<Effect> {
    let waits = rows.iter().map(|row| row.unsaved as usize).sum();
    // Said once after unlocking; the mark beside the client stays.
    if waits > 0 && model.caseload.is_empty() && model.notice.is_none() {
        model.say(Say::TypingWaits(waits));
    }
    let marked = cases::shown(model).get(model.case_at).map(|row| row.client.id);
    model.caseload = rows;
    cases::remark(model, marked);
    tour::mark(model);
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        cases::moved(model, by);
    }
    match command {
        Command::Open => return cases::open(model),
        Command::Review => {
            let client = cases::shown(model).get(model.case_at).map(|row| row.client.id);
            let reviews = model.pages.get::<Reviews>();
            let row = client.and_then(|client| reviews.and_then(|r| r.of_client(client)));
            match row.map(|row| row.session) {
                Some(session) => return vec![Effect::OpenReview(session)],
                None => model.say(Say::NoReview),
            }
        }
        Command::ReviewFolder => return vec![Effect::ReviewFolder],
        Command::Appointment => {
            match cases::shown(model).get(model.case_at).map(|row| (row.client.clone(), row.next.clone())) {
                Some((client, next)) => appointment::open(model, client, next),
                None => model.say(Say::NothingChosen),
            }
        }
        Command::RemovePractice => practice::ask(model),
        Command::AddClient => model.go(Screen::NewClient),
        // There is nothing behind the caseload: a session that runs is where one wants to go.
        Command::Back if model.recording() => model.go(Screen::Live),
        _ => {}
    }
    Vec::new()
}
