//! The clients, and adding one.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::Field;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::pages::steps;
use crate::app::views::CaseRow;
use crate::domain::practice::client::{NewClient, age_in_years, code_is_well_formed};
use crate::domain::practice::ids::{ClientCode, ClientId};
use crate::domain::practice::text::ClientText;

/// Fields of the form.
const FIELDS: usize = 5;

/// Adding a client.
#[derive(Debug, Clone, Default)]
pub struct NewClientForm {
    /// Name, birth date, sex, contact, code; only the name is needed.
    pub fields: [Field; FIELDS],
    /// Which has the caret.
    pub focus: usize,
}

impl NewClientForm {
    /// The field with the caret.
    pub fn field(&mut self) -> &mut Field {
        let at = self.focus.min(FIELDS - 1);
        &mut self.fields[at]
    }
}

pub(super) fn loaded(model: &mut Model, rows: Vec<CaseRow>) -> Vec<Effect> {
    model.case_at = step(model.case_at, 0, rows.len());
    model.caseload = rows;
    Vec::new()
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    if let Some(by) = steps(command) {
        model.case_at = step(model.case_at, by, model.caseload.len());
    }
    match command {
        Command::Open => match model.caseload.get(model.case_at) {
            Some(row) => return vec![Effect::OpenClient(row.client.id)],
            None => model.say(Say::NothingChosen),
        },
        Command::AddClient => {
            model.new_client = NewClientForm::default();
            model.go(Context::NewClient);
        }
        // There is nothing behind the caseload: a session that runs is where one wants to go.
        Command::Back if model.recording() => model.go(Context::Live),
        _ => {}
    }
    Vec::new()
}

pub(super) fn new_client(model: &mut Model, command: Command) -> Vec<Effect> {
    let form = &mut model.new_client;
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(FIELDS - 1),
        Command::Back => {
            model.new_client = NewClientForm::default();
            model.back();
        }
        Command::Open => {
            if form.focus < FIELDS - 1 {
                form.focus += 1;
                return Vec::new();
            }
            return add(model);
        }
        _ => {}
    }
    Vec::new()
}

fn add(model: &mut Model) -> Vec<Effect> {
    let today = model.now.date();
    let form = &mut model.new_client;
    let [name, birth, sex, contact, code] = &form.fields;
    if name.is_blank() {
        form.focus = 0;
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let birth = birth.text().trim().to_owned();
    if !birth.is_empty() && age_in_years(&birth, &today).is_none_or(|age| age < 0) {
        form.focus = 1;
        model.say(Say::BirthDate);
        return Vec::new();
    }
    let sex = sex.text().trim().to_lowercase();
    let sex = if sex.is_empty() { Ok(None) } else { sex.parse().map(Some) };
    let Ok(sex) = sex else {
        form.focus = 2;
        model.say(Say::SexForm);
        return Vec::new();
    };
    let code = code.text().trim().to_uppercase();
    if !code.is_empty() && !code_is_well_formed(&code) {
        form.focus = 4;
        model.say(Say::CodeForm);
        return Vec::new();
    }
    let new = NewClient {
        code: (!code.is_empty()).then_some(ClientCode(code)),
        name: ClientText::new(name.text().trim()),
        birth_date: (!birth.is_empty()).then_some(birth),
        sex,
        contact: (!contact.is_blank()).then(|| ClientText::new(contact.text().trim())),
        ..NewClient::default()
    };
    vec![Effect::AddClient(Box::new(new))]
}

pub(super) fn added(model: &mut Model, id: ClientId) -> Vec<Effect> {
    model.new_client = NewClientForm::default();
    if model.screen == Context::NewClient {
        model.back();
    }
    model.say(Say::ClientAdded);
    vec![Effect::LoadCaseload, Effect::OpenClient(id)]
}
