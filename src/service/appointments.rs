//! Appointments: the next one of each client, set, called off, listed, taken out to a calendar and taken in from one.

use crate::domain::explain::ErrorReport;
use crate::domain::governance::access::{Grant, permit};
use crate::domain::governance::access_log::{NoReason, Task};
use crate::domain::practice::appointment::{Appointment, MOST_MINUTES, MOST_PLACE, SCHEMA, USUAL_MINUTES};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::ClientCode;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Body;
use crate::formats::ics::{self, Event};
use crate::service::keep::Saved;
use crate::service::unlocked_vault::{State, UnlockedVault};
use crate::texts::msg;
use crate::vault::error::VaultError;
use serde::Serialize;

/// An appointment with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// Whose.
    pub client: ClientRow,
    /// When and where.
    pub appointment: Appointment,
}

impl UnlockedVault {
    /// The next appointments of the member's own clients that stand now, the earliest first. The access log is told by the
    /// list of clients.
    pub fn appointments(&self) -> Result<Vec<Booked>, VaultError> {
        let mut found = Vec::new();
        for client in self.clients()?.into_iter().filter(|row| row.own) {
            let state = self.state();
            let grant = self.ask::<permit::SeeCaseload>(&state, &client.code)?;
            let next = standing(&state, grant)?;
            found.extend(next.map(|appointment| Booked { client, appointment }));
        }
        found.sort_by_key(|booked| booked.appointment.at);
        Ok(found)
    }

    fn next_appointment(&self, code: &ClientCode) -> Result<Option<Appointment>, VaultError> {
        let state = self.state();
        let grant = self.ask::<permit::SeeCaseload>(&state, code)?;
        standing(&state, grant)
    }

    /// The same, to be taken out to a calendar. Refused without a reason; each client's entry of the access log has it (L10).
    pub fn export_appointments(&self, reason: &str) -> Result<Vec<Booked>, VaultError> {
        if reason.trim().is_empty() {
            return Err(NoReason.into());
        }
        let booked = self.appointments()?;
        for one in &booked {
            let mut state = self.state();
            let grant = self.ask::<permit::ExportContent>(&state, &one.client.code)?;
            let code = state.client_of(&grant)?.card.code.clone();
            self.log_access(&mut state, Task::Export, Some(&code), 1, Some(reason), false, Some("ics".into()))?;
        }
        Ok(booked)
    }
}

/// The appointment of the client that the grant was given for, while it stands.
fn standing(state: &State, grant: Grant<permit::SeeCaseload>) -> Result<Option<Appointment>, VaultError> {
    let now = state.folder.now();
    Ok(state.client_of(&grant)?.appointment.clone().filter(|next| next.stands(now)))
}

/// When and where, as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// When; none calls it off.
    pub at: Option<Timestamp>,
    /// How long; the usual length where nothing is said.
    pub minutes: Option<u16>,
    /// Where.
    pub place: Option<ClientText>,
}

/// Seals the next appointment of a client in the place of the one before. The one way in for the command line and the screens.
pub fn set(unlocked: &UnlockedVault, code: &ClientCode, asked: Asked) -> Result<Saved, ErrorReport> {
    let minutes = asked.minutes.unwrap_or(USUAL_MINUTES);
    if minutes == 0 || minutes > MOST_MINUTES {
        let what = msg("appointment-minutes").with("most", MOST_MINUTES);
        return Err(ErrorReport::usage(what, msg("appointment-minutes.hint")));
    }
    let now = unlocked.now();
    if asked.at.is_some_and(|at| at.day() < now.day()) {
        return Err(ErrorReport::usage(msg("appointment-gone-by"), msg("appointment-gone-by.hint")));
    }
    let place = asked.place.filter(|place| !place.is_blank());
    if place.as_ref().is_some_and(|place| place.reveal().chars().count() > MOST_PLACE) {
        let what = msg("appointment-place-long").with("most", MOST_PLACE);
        return Err(ErrorReport::usage(what, msg("appointment-place-long.hint")));
    }
    let appointment = Appointment { schema: SCHEMA.to_owned(), at: asked.at, minutes, place, set_at: now };
    Ok(unlocked.keep_for(code, &[Body::Appointment { appointment }])?)
}

/// Calls off the next appointment of a client. None, and nothing is written, where none stands.
pub fn call_off(unlocked: &UnlockedVault, code: &ClientCode) -> Result<Option<Saved>, ErrorReport> {
    if unlocked.next_appointment(code)?.is_none() {
        return Ok(None);
    }
    set(unlocked, code, Asked { at: None, minutes: None, place: None }).map(Some)
}

/// What became of a calendar that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TakenIn {
    /// Appointments that were set, in the order of time.
    pub set: Vec<(ClientCode, Timestamp)>,
    /// Clients whose appointment was called off.
    pub called_off: Vec<ClientCode>,
    /// Events that name no client of this member.
    pub of_nobody: usize,
    /// Events that are over, or stand already as they are.
    pub nothing_new: usize,
    /// Events without a time that can be told: of a whole day, of a time zone that is not known here.
    pub without_time: usize,
}

/// Takes appointments in from a calendar: an event is a client's where it came from here, or where its title has the client's code.
/// Of several of one client the earliest to come counts. With `only_look` nothing is written.
pub fn take_in(unlocked: &UnlockedVault, text: &str, only_look: bool) -> Result<TakenIn, ErrorReport> {
    let now = unlocked.now();
    let events = ics::read(text, now)?;
    let standing = unlocked.appointments()?;
    let clients: Vec<ClientRow> = unlocked.clients()?.into_iter().filter(|row| row.own).collect();
    let mut done = TakenIn::default();
    let mut found: Vec<(ClientRow, &Event)> = Vec::new();
    for event in &events {
        match clients.iter().find(|row| names(event, row)) {
            Some(row) => found.push((row.clone(), event)),
            None => done.of_nobody += 1,
        }
    }
    found.sort_by_key(|(row, event)| (row.code.clone(), event.cancelled, event.at));
    let mut seen: Vec<ClientCode> = Vec::new();
    for (row, event) in found {
        let held = standing.iter().find(|booked| booked.client.id == row.id).map(|booked| &booked.appointment);
        let Some(at) = event.at else {
            done.without_time += 1;
            continue;
        };
        let takes_away = event.cancelled && held.is_some_and(|held| held.at == Some(at));
        let same =
            held.is_some_and(|held| held.at == Some(at) && held.minutes == event.minutes && held.place == event.place);
        if seen.contains(&row.code) || at.day() < now.day() || (event.cancelled && !takes_away) || (same && !takes_away)
        {
            done.nothing_new += 1;
            if same {
                seen.push(row.code);
            }
            continue;
        }
        let asked = Asked {
            at: (!takes_away).then_some(at),
            minutes: Some(event.minutes),
            place: event.place.clone().filter(|_| !takes_away),
        };
        if !only_look {
            set(unlocked, &row.code, asked)?;
        }
        seen.push(row.code.clone());
        if takes_away {
            done.called_off.push(row.code);
        } else {
            done.set.push((row.code, at));
        }
    }
    done.set.sort_by_key(|(_, at)| *at);
    Ok(done)
}

/// True where an event is this client's: it came from here, or the code is a word of its title.
fn names(event: &Event, row: &ClientRow) -> bool {
    let word = |c: char| !(c.is_alphanumeric() || c == '-');
    event.uid == ics::uid(row.id) || event.title.split(word).any(|w| w.eq_ignore_ascii_case(row.code.as_str()))
}
