//! One client: sessions, measures, consents.

use crate::app::command::groups::{BACK_SHOWN, EVERYWHERE, FIND, LIST, NAMES, OPEN, PANES};
use crate::app::command::{Command, Row, row, steps};
use crate::app::effect::Effect;
use crate::app::flow::{case_report, note, practice, safety_plan, sheet, supervision};
use crate::app::key::Key;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{KeyPlace, Page, READERS};
use crate::app::pages::{appointment, raise};
use crate::app::screen::Screen;
use crate::app::state::client::Pane;
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::governance::access::Capability;
use crate::domain::practice::consent::{GUARDIAN_UNDER, Scope};
use crate::domain::practice::find::matches;
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::lang::Lang;
use crate::domain::practice::session::{SessionRow, SessionState};
use crate::texts::msg;

const COMMANDS: &[Row] = &[
    row!(Command::Assess, [Key::char('s')], "key-screener-another-instrument", "key-screener-another-instrument.short")
        .needing(Capability::GiveAssessment),
    row!(Command::Note, [Key::char('n')], "key-write-note", "key-write-note.short").needing(Capability::WriteNote),
    row!(Command::BeginSession, [Key::char('b')], "key-begin-session", "key-begin-session.short")
        .needing(Capability::RunSession),
    row!(Command::Raise, [Key::char('e')], "key-raise", "key-raise.short").needing(Capability::RaiseEscalation),
    row!(Command::SafetyPlan, [Key::char('a')], "key-safety-plan", "key-safety-plan.short")
        .needing(Capability::ReadContent),
    row!(Command::Consents, [Key::char('c')], "key-go-consents", "key-go-consents.short"),
    row!(Command::ToggleConsent, [Key::char(' ')], "key-give-withdraw-consent", "key-give-withdraw-consent.short")
        .needing(Capability::SetConsent),
    practice::REMOVE,
];

const MIRROR: &[Row] = &[row!(Command::Mirror, [Key::char('m')], "key-session-mirror", "key-session-mirror.short")];

const SCHEDULE: &[Row] =
    &[row!(Command::Schedule, [Key::char('t')], "key-when-given-again", "key-when-given-again.short")
        .needing(Capability::GiveAssessment)];

const CARD: &[Row] =
    &[row!(Command::Go(Screen::Card), [Key::char('d')], "key-whole-card").needing(Capability::ReadContent)];

const MERGE: &[Row] =
    &[row!(Command::Go(Screen::Merge), [Key::char('=')], "key-same-person").needing(Capability::SetConsent)];

const CASE_REPORT: &[Row] = &[row!(Command::CaseReport, [Key::char('r')], "key-case-report", "key-case-report.short")
    .needing(Capability::ReadContent)];
const PROCESS: &[Row] =
    &[row!(Command::Process, [Key::char('p')], "key-process-note").needing(Capability::ReadProcess)];
const READERS_OF: &[Row] =
    &[row!(Command::Go(Screen::Readers), [Key::char('u')], "key-readers").needing(Capability::AssignSupervisor)];
const APPOINTMENT: &[Row] = &[row!(Command::Appointment, [Key::char('o')], "key-appointment", "key-appointment.short")
    .needing(Capability::SetAppointment)];

const WORDS: &[Row] = &[row!(Command::Go(Screen::Words), [Key::char('f')], "key-find-in-records")];

/// One client.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[
        COMMANDS,
        OPEN,
        SCHEDULE,
        MIRROR,
        CARD,
        MERGE,
        CASE_REPORT,
        APPOINTMENT,
        PROCESS,
        READERS_OF,
        WORDS,
        NAMES,
        FIND,
        LIST,
        PANES,
        BACK_SHOWN,
        EVERYWHERE,
    ],
    key_place,
    found: |model| {
        if let Some(page) = &mut model.client {
            page.pane = Pane::Sessions;
        }
        remark(model, 0);
    },
    step: command,
    ..Page::PLAIN
};

/// On the consents the key that gives and withdraws them comes first, elsewhere the one that opens what is marked.
fn key_place(model: &Model, command: Command) -> KeyPlace {
    let Some(page) = &model.client else { return KeyPlace::InOrder };
    let empty = match page.pane {
        Pane::Sessions => page.file.sessions.is_empty(),
        Pane::Measures => page.file.measures.is_empty(),
        Pane::Consents => true,
    };
    match command {
        Command::ToggleConsent if page.pane == Pane::Consents => KeyPlace::First,
        Command::Open if empty => KeyPlace::Left,
        Command::Open => KeyPlace::First,
        _ => KeyPlace::InOrder,
    }
}

/// The sessions that are shown, by their place in the file: all, or those whose number or day is found.
pub fn shown(model: &Model) -> Vec<usize> {
    let Some(page) = &model.client else { return Vec::new() };
    let query = model.find.as_ref().map_or("", |find| find.text());
    let text = |row: &SessionRow| {
        let nth = |lang: Lang| msg("screens-client-no").shown("number", row.number).text(lang);
        format!("{} {} {}", nth(Lang::Ko), nth(Lang::En), row.started.shown())
    };
    let all = page.file.sessions.iter().enumerate();
    all.filter(|(_, row)| query.is_empty() || matches(query, &text(row))).map(|(n, _)| n).collect()
}

/// Moves the mark among the sessions that are shown; one that is not shown is not marked.
fn remark(model: &mut Model, by: isize) {
    let rows = shown(model);
    let Some(page) = &mut model.client else { return };
    let at = rows.iter().position(|n| *n == page.session);
    let to = at.map_or(0, |at| step(at, by, rows.len()));
    if let Some(n) = rows.get(to) {
        page.session = *n;
    }
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command).filter(|_| model.client.as_ref().is_some_and(|p| p.pane == Pane::Sessions)) {
        remark(model, by);
    }
    if command == Command::Open && model.find.is_some() {
        if shown(model).is_empty() {
            model.say(Say::NothingChosen);
            return Vec::new();
        }
        model.find = None;
    }
    let recording = model.recording();
    let may_set = model.may(Capability::SetConsent);
    let Some(page) = &mut model.client else {
        model.back();
        return Vec::new();
    };
    if let Some(by) = steps(command) {
        match page.pane {
            Pane::Sessions => {}
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
                        model.go(Screen::Live);
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
            Pane::Consents if may_set => return toggle(model),
            Pane::Consents => {}
            Pane::Measures => open_history(model),
        },
        Command::BeginSession => {
            if recording {
                model.say(Say::SessionRuns);
            } else if page.file.consent.allows_session().is_err() {
                page.pane = Pane::Consents;
                model.say(Say::NeedConsent);
            } else {
                model.go(Screen::Input);
            }
        }
        Command::RemovePractice => practice::ask(model),
        Command::Note => return note::open_from_client(model),
        Command::Raise => return raise::open(model.client.as_ref().map(|page| page.file.client.id)),
        Command::Assess => sheet::open(model),
        Command::Mirror => return vec![Effect::ReadMirrors(page.file.client.id)],
        Command::SafetyPlan => return safety_plan::open(model),
        Command::CaseReport => return case_report::open(model),
        Command::Process => match page.file.sessions.get(page.session) {
            Some(row) if row.state != SessionState::Destroyed => return supervision::open(row.id),
            _ => model.say(Say::NoSession),
        },
        Command::Appointment => {
            let (client, next) = (page.file.client.clone(), page.file.next.clone());
            appointment::open(model, client, next);
        }
        Command::Schedule => schedule(model),
        Command::Back => {
            model.client = None;
            model.back();
        }
        _ => {}
    }
    Vec::new()
}

fn toggle(model: &mut Model) -> Vec<Effect> {
    let Some(page) = &model.client else { return Vec::new() };
    let scope = Scope::ALL[page.consent.min(Scope::ALL.len() - 1)];
    let minor = page.file.age.is_some_and(|years| i32::from(years) < GUARDIAN_UNDER);
    if scope == Scope::Service && minor && page.file.consent.guardian.is_none() && !page.file.consent.has(scope) {
        model.go(Screen::Guardian);
        return Vec::new();
    }
    let question =
        if page.file.consent.has(scope) { Question::WithdrawConsent(scope) } else { Question::GiveConsent(scope) };
    model.overlay = Some(Overlay::Confirm(question));
    Vec::new()
}

/// The instrument of the marked measure is what is looked at next.
fn marked(model: &Model) -> Option<InstrumentId> {
    let page = model.client.as_ref()?;
    page.file.measures.get(page.measure).map(|m| m.instrument.clone())
}

fn open_history(model: &mut Model) {
    match marked(model) {
        Some(id) => {
            model.instrument = Some(id);
            model.go(Screen::History);
        }
        None => model.say(Say::NothingChosen),
    }
}

/// The form for the marked measure; where there is none the instruments to choose from.
fn schedule(model: &mut Model) {
    match marked(model) {
        Some(id) => {
            model.instrument = Some(id);
            model.go(Screen::Schedule);
        }
        None => sheet::open(model),
    }
}
