//! Setting when an instrument is to be given again to the open client.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::domain::practice::ids::{ClientId, InstrumentId};
use crate::domain::practice::schedule::{Every, SCHEMA, Schedule};

/// The form.
#[derive(Debug, Clone)]
pub struct ScheduleForm {
    /// Whose.
    pub client: ClientId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// Interval, first day, last day.
    pub fields: [Field; 3],
    /// Which has the caret.
    pub focus: usize,
}

/// Opens the form for the marked measure, else for the marked instrument of the list.
pub(super) fn open_from_client(model: &mut Model) {
    let marked = model.client.as_ref().and_then(|page| page.file.measures.get(page.measure));
    match marked.map(|m| m.instrument.clone()) {
        Some(id) => open(model, &id),
        None => crate::app::pages::assess::open(model),
    }
}

/// Opens the form with what is set now, else with what is usual, else empty.
pub(super) fn open(model: &mut Model, id: &InstrumentId) {
    let Some(file) = model.client.as_ref().map(|page| &page.file) else {
        model.say(Say::NoSession);
        return;
    };
    let set = file.schedules.iter().find(|s| s.instrument == *id);
    let usual = model.library.get(id).ok().and_then(|i| i.interval.as_ref()).map(|v| v.every.clone());
    let every = set.and_then(|s| s.every.as_ref()).map(Every::to_string).or(usual).unwrap_or_default();
    let from = set.map_or_else(|| model.now.date(), |s| s.from.to_string());
    let until = set.and_then(|s| s.until).map(|u| u.to_string()).unwrap_or_default();
    let fields = [every, from, until].map(|text| Field::with(&text));
    model.schedule = Some(ScheduleForm { client: file.client.id, instrument: id.clone(), fields, focus: 0 });
    model.go(Context::Schedule);
}

pub(super) fn typed(model: &mut Model, edit: &Edit) {
    if let Some(form) = &mut model.schedule {
        form.fields[form.focus.min(2)].edit(edit);
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(form) = &mut model.schedule else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(2),
        Command::Back => {
            model.schedule = None;
            model.back();
        }
        Command::Open if form.focus < 2 => form.focus += 1,
        Command::Open => return save(model),
        _ => {}
    }
    Vec::new()
}

fn save(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(form) = &mut model.schedule else { return Vec::new() };
    let [every, from, until] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
    let every: Result<Option<Every>, usize> =
        if every.is_empty() { Ok(None) } else { every.parse().map(Some).map_err(|_| 0) };
    let first = from.parse().map_err(|_| 1);
    let last = if until.is_empty() { Ok(None) } else { until.parse().map(Some).map_err(|_| 2) };
    let last = match (&first, last) {
        (Ok(first), Ok(Some(last))) if last < *first => Err(2),
        (_, last) => last,
    };
    match (every, first, last) {
        (Ok(every), Ok(from), Ok(until)) => {
            let schema = SCHEMA.to_owned();
            let schedule = Schedule { schema, instrument: form.instrument.clone(), every, from, until, set_at: now };
            vec![Effect::SetSchedule { client: form.client, schedule }]
        }
        (Err(at), ..) | (_, Err(at), _) | (.., Err(at)) => {
            form.focus = at;
            model.say(Say::ScheduleForm);
            Vec::new()
        }
    }
}

/// It is on disk.
pub(super) fn kept(model: &mut Model) -> Vec<Effect> {
    let client = model.schedule.take().map(|form| form.client);
    if model.screen == Context::Schedule {
        model.back();
    }
    model.say(Say::ScheduleSaved);
    client.map(Effect::OpenClient).into_iter().collect()
}
