//! Setting when an instrument is to be given again to the open client.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::domain::practice::appointment;
use crate::domain::practice::ids::{ClientId, InstrumentId};
use crate::domain::practice::schedule::{Every, SCHEMA, Schedule, written};

/// The form.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    ..Page::FORM
};

/// What is typed there.
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

/// Fills the form with what is set now, else with what is usual, else leaves it empty.
fn entered(model: &mut Model) -> Vec<Effect> {
    let (Some(file), Some(id)) = (model.client.as_ref().map(|page| &page.file), &model.instrument) else {
        model.say(Say::NoSession);
        model.back();
        return Vec::new();
    };
    let set = file.schedules.iter().find(|s| s.instrument == *id);
    let usual =
        model.library.get(id).ok().and_then(|i| i.interval.as_ref()).and_then(|v| v.every.parse::<Every>().ok());
    let every = set.and_then(|s| s.every.clone()).or(usual).map(|every| every.typed(model.lang)).unwrap_or_default();
    let from = set.map_or_else(|| model.now.date(), |s| s.from.to_string());
    let until = set.and_then(|s| s.until).map(|u| u.to_string()).unwrap_or_default();
    let fields = [every, from, until].map(|text| Field::usual(&text));
    let (client, instrument) = (file.client.id, id.clone());
    let about = Subject { client: Some(client), of: instrument.to_string() };
    model.pages.fill(about, || ScheduleForm { client, instrument, fields, focus: 0 });
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<ScheduleForm>() {
        form.fields[form.focus.min(2)].edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(mut form) = model.pages.take::<ScheduleForm>() else {
        model.back();
        return Vec::new();
    };
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(2),
        Command::Back => model.back(),
        Command::Open if form.focus < 2 => form.focus += 1,
        Command::Open => effects = save(model, &mut form),
        _ => {}
    }
    model.pages.put(form);
    effects
}

fn save(model: &mut Model, form: &mut ScheduleForm) -> Vec<Effect> {
    let now = model.now;
    let [every, from, until] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
    let every: Result<Option<Every>, usize> =
        if every.is_empty() { Ok(None) } else { every.parse().map(Some).map_err(|_| 0) };
    // A day that was, as it was set before, or a coming one as people say it.
    let day = |text: &str| written(text).or_else(|| appointment::day(text, now.day()?));
    let first = day(&from).ok_or(1);
    let last = if until.is_empty() { Ok(None) } else { day(&until).map(Some).ok_or(2) };
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
pub fn kept(model: &mut Model) -> Vec<Effect> {
    let client = model.pages.take::<ScheduleForm>().map(|form| form.client);
    if model.screen == Screen::Schedule {
        model.back();
    }
    model.say(Say::ScheduleSaved);
    client.map(Effect::OpenClient).into_iter().collect()
}
