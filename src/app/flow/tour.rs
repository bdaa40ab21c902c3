//! One minute over the real screens: each step says what a screen is for and names one key, and that key or Enter goes on. Escape
//! ends it at any step, and it can be called again. A counsellor's tour goes through the practice client.

use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::screen::Screen;
use crate::app::state::setup::SetupAsk;
use crate::domain::practice::member::Role;

/// One step of a tour.
#[derive(Debug)]
pub struct Step {
    /// Where it is.
    pub screen: Screen,
    /// The key that it names: the command's first key on that screen.
    pub shows: Command,
    /// What it says.
    pub text: &'static str,
    /// How it goes on: these commands are given on the screens, one after the other.
    pub then: &'static [Command],
}

const fn at(screen: Screen, shows: Command, text: &'static str, then: &'static [Command]) -> Step {
    Step { screen, shows, text, then }
}

const COUNSELLOR: &[Step] = &[
    at(Screen::Caseload, Command::Open, "tour-caseload", &[Command::Open]),
    at(Screen::Client, Command::BeginSession, "tour-client-session", &[]),
    at(Screen::Client, Command::Open, "tour-client", &[Command::Open]),
    at(Screen::Past, Command::GoToQuote, "tour-past", &[Command::Note]),
    at(Screen::Note, Command::Save, "tour-note", &[Command::Back, Command::Back, Command::Assess]),
    at(Screen::Instruments, Command::Find, "tour-instruments", &[Command::Back, Command::Back]),
    at(Screen::Caseload, Command::Palette, "tour-palette", &[]),
    at(Screen::Caseload, Command::Lock, "tour-lock", &[]),
];

const SUPERVISOR: &[Step] = &[
    at(Screen::Assigned, Command::Open, "tour-assigned", &[Command::Go(Screen::Packets)]),
    at(Screen::Packets, Command::Accept, "tour-packets", &[Command::Go(Screen::CrisisLines)]),
    at(Screen::CrisisLines, Command::Checked, "tour-lines", &[Command::Back, Command::Back]),
    at(Screen::Assigned, Command::Palette, "tour-palette", &[]),
    at(Screen::Assigned, Command::Lock, "tour-lock", &[]),
];

const ADMIN: &[Step] = &[
    at(Screen::Centre, Command::Go(Screen::Members), "tour-centre", &[Command::Go(Screen::Members)]),
    at(Screen::Members, Command::Find, "tour-members", &[Command::Go(Screen::Inspection)]),
    at(Screen::Inspection, Command::MonthBefore, "tour-inspection", &[Command::Go(Screen::Backup)]),
    at(Screen::Backup, Command::Open, "tour-backup", &[Command::Back, Command::Back, Command::Back]),
    at(Screen::Centre, Command::Palette, "tour-palette", &[]),
    at(Screen::Centre, Command::Lock, "tour-lock", &[]),
];

/// The steps of a role's tour.
pub const fn steps(role: Role) -> &'static [Step] {
    match role {
        Role::Counsellor => COUNSELLOR,
        Role::Supervisor => SUPERVISOR,
        Role::Admin => ADMIN,
    }
}

/// Calling it, from every screen that leads on.
pub const CALL: Row = row!(Command::Tour, [Key::alt('t')], "key-tour");

/// While it runs.
pub const ROWS: &[Row] = &[
    row!(Command::Open, [Key::plain(KeyName::Enter), Key::char(' ')], "key-tour-next", "key-tour-next.short"),
    row!(Command::Back, [Key::plain(KeyName::Esc)], "key-tour-leave", "key-tour-leave.short"),
    row!(Command::Help, [Key::char('?'), Key::plain(KeyName::F(1))], "key-help", "key-help.short"),
    row!(Command::Language, [Key::plain(KeyName::F(2))], "key-english"),
    row!(Command::Lock, [Key::ctrl('l')], "key-lock-screen"),
    row!(Command::Quit, [Key::ctrl('q'), Key::ctrl('c')], "key-quit"),
];

/// The tour that runs, by its step; asked for and not begun while the practice client is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tour {
    /// It waits for the practice client.
    Wanted,
    /// It is at this step.
    At(usize),
}

/// The step at which the tour is, with its number and how many there are.
pub fn now(model: &Model) -> Option<(&'static Step, usize, usize)> {
    let Some(Tour::At(n)) = model.pages.get::<Tour>().copied() else { return None };
    let steps = steps(model.role()?);
    steps.get(n).map(|step| (step, n, steps.len()))
}

/// True while it waits for the practice client.
pub fn wants(model: &Model) -> bool {
    model.pages.get::<Tour>() == Some(&Tour::Wanted)
}

/// It was called. A counsellor's goes through the practice client, which is made where there is none.
pub fn call(model: &mut Model) -> Vec<Effect> {
    if model.recording() {
        model.say(Say::SessionRuns);
        return Vec::new();
    }
    if model.role() == Some(Role::Counsellor) {
        model.pages.put(Tour::Wanted);
        return vec![Effect::Setup(SetupAsk::Practice(model.lang))];
    }
    begin(model)
}

/// It begins, at the start page.
pub fn begin(model: &mut Model) -> Vec<Effect> {
    model.client = None;
    model.past = None;
    model.restart();
    model.pages.put(Tour::At(0));
    // Also where the start page is there already: the practice client has to stand in it.
    match model.role() {
        Some(Role::Counsellor | Role::Supervisor) => vec![Effect::LoadCaseload],
        Some(Role::Admin) => vec![Effect::LoadCentre],
        None => Vec::new(),
    }
}

/// The caseload was read: the tour opens the practice client, so the mark stands on it.
pub fn mark(model: &mut Model) {
    if model.pages.get::<Tour>().is_some() {
        let practice = model.caseload.iter().position(|row| row.client.own && row.client.code.is_practice());
        model.case_at = practice.unwrap_or(model.case_at);
    }
}

/// The commands that the present step gives to its screens when it goes on; none while its screen is not there yet, or where
/// the tour ends.
pub fn next(model: &mut Model) -> &'static [Command] {
    let Some((step, n, of)) = now(model) else { return &[] };
    if model.screen != step.screen {
        return &[];
    }
    if n + 1 == of {
        leave(model);
    } else {
        model.pages.put(Tour::At(n + 1));
    }
    step.then
}

/// It ends where it is.
pub fn leave(model: &mut Model) {
    model.pages.take::<Tour>();
}
