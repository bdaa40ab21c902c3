//! Setting the next appointment of a client: day, time, length, place.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, KeyPlace, Page};
use crate::app::screen::Screen;
use crate::domain::practice::appointment::{
    Appointment, MOST_MINUTES, SCHEMA, USUAL_MINUTES, day, instant, time, time_of,
};
use crate::domain::practice::client::ClientRow;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::text::ClientText;
use jiff::ToSpan;

const OFF: &[Row] = &[row!(Command::Discard, [Key::ctrl('d')], "key-appointment-off", "key-appointment-off.short")];

/// The form.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, OFF, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    key_place: |model, command| match command {
        // There is none to call off.
        Command::Discard if model.pages.get::<AppointmentForm>().is_some_and(|form| !form.stands) => KeyPlace::Left,
        _ => KeyPlace::InOrder,
    },
    step: command,
    typed,
    ..Page::FORM
};

/// How many fields there are.
pub const FIELDS: usize = 4;

/// What is typed there.
#[derive(Debug, Clone)]
pub struct AppointmentForm {
    /// Whose.
    pub client: ClientRow,
    /// One stands already.
    pub stands: bool,
    /// Day, time, minutes, place.
    pub fields: [Field; FIELDS],
    /// Which has the caret.
    pub focus: usize,
    /// It is being kept, or called off.
    pub asked: Option<bool>,
}

/// Opens the form, filled with what stands; of what is over the same weekday and time of the next week.
pub fn open(model: &mut Model, client: ClientRow, next: Option<Appointment>) {
    let week = |at: &crate::domain::practice::time::Timestamp| at.day().and_then(|d| d.checked_add(7.days()).ok());
    let (texts, stands) = match &next {
        Some(Appointment { at: Some(at), minutes, place, .. }) => {
            let over = next.as_ref().and_then(Appointment::ends).is_some_and(|ends| ends < model.now);
            let date = if over { week(at).map(|day| day.to_string()).unwrap_or_default() } else { at.date() };
            let place = place.as_ref().map_or("", |p| p.reveal());
            ([date, time_of(*at), minutes.to_string(), place.to_owned()], !over)
        }
        _ => ([String::new(), String::new(), USUAL_MINUTES.to_string(), String::new()], false),
    };
    let fields = texts.map(|text| Field::usual(&text));
    model.pages.put(AppointmentForm { client, stands, fields, focus: 0, asked: None });
    model.go(Screen::Appointment);
}

/// What is typed as an appointment, as far as it can be read: shown below the form, so that nobody is surprised.
pub fn read(model: &Model, form: &AppointmentForm) -> Result<Appointment, usize> {
    let today = model.now.day().ok_or(0usize)?;
    let [date, at, minutes, place] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
    let date = day(&date, today).ok_or(0usize)?;
    let at = time(&at).ok_or(1usize)?;
    let minutes = minutes.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok();
    let minutes = minutes.filter(|n| (1..=MOST_MINUTES).contains(n)).ok_or(2usize)?;
    let place = Some(ClientText::new(&place)).filter(|p| !p.is_blank());
    let at = instant(date, at).ok_or(1usize)?;
    Ok(Appointment { schema: SCHEMA.to_owned(), at: Some(at), minutes, place, set_at: model.now })
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<AppointmentForm>() {
        form.fields[form.focus.min(FIELDS - 1)].edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(mut form) = model.pages.take::<AppointmentForm>() else {
        model.back();
        return Vec::new();
    };
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(FIELDS - 1),
        Command::Back => {
            model.back();
            return Vec::new();
        }
        Command::Discard if form.asked.is_none() && form.stands => {
            form.asked = Some(false);
            let client = form.client.id;
            effects.push(Effect::SetAppointment { client, at: None, minutes: None, place: None });
        }
        Command::Discard => model.say(Say::NothingChosen),
        Command::Open if form.focus < FIELDS - 1 => form.focus += 1,
        Command::Open if form.asked.is_none() => match read(model, &form) {
            Ok(Appointment { at, minutes, place, .. }) => {
                form.asked = Some(true);
                let client = form.client.id;
                effects.push(Effect::SetAppointment { client, at, minutes: Some(minutes), place });
            }
            Err(field) => {
                form.focus = field;
                model.say(if field == 0 { Say::AppointmentDay } else { Say::AppointmentTime });
            }
        },
        _ => {}
    }
    model.pages.put(form);
    effects
}

/// It is on disk.
pub fn kept(model: &mut Model, client: ClientId) -> Vec<Effect> {
    let set = model.pages.take::<AppointmentForm>().and_then(|form| form.asked);
    if model.screen == Screen::Appointment {
        model.back();
    }
    model.say(if set == Some(false) { Say::AppointmentOff } else { Say::AppointmentSaved });
    let open = model.client.as_ref().is_some_and(|page| page.file.client.id == client);
    let mut effects = vec![Effect::LoadCaseload];
    effects.extend(open.then_some(Effect::OpenClient(client)));
    effects
}

/// It could not be kept.
pub fn not_kept(model: &mut Model) {
    if let Some(form) = model.pages.get_mut::<AppointmentForm>() {
        form.asked = None;
    }
}
