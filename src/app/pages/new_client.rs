//! Adding a client.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::domain::practice::client::{NewClient, code_is_well_formed};
use crate::domain::practice::ids::{ClientCode, ClientId};
use crate::domain::practice::text::ClientText;
use crate::domain::practice::written_day;

/// Fields of the form.
const FIELDS: usize = 5;

/// Adding a client.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    step: command,
    typed,
    ..Page::FORM
};

/// What is typed there.
#[derive(Debug, Clone, Default)]
pub struct NewClientForm {
    /// Name, birth date, sex, contact, code; only the name is needed.
    pub fields: [Field; FIELDS],
    /// Which has the caret.
    pub focus: usize,
    /// It is being added.
    pub keeping: bool,
}

/// It could not be added: it can be tried again.
pub fn not_added(model: &mut Model) {
    if let Some(form) = model.pages.get_mut::<NewClientForm>() {
        form.keeping = false;
    }
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut NewClientForm| form.fields[form.focus.min(FIELDS - 1)].edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: NewClientForm = model.pages.read();
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(FIELDS - 1),
        Command::Open if form.focus < FIELDS - 1 => form.focus += 1,
        // A second Enter adds no second client.
        Command::Open if form.keeping => {}
        Command::Open => {
            effects = add(model, &mut form);
            form.keeping = !effects.is_empty();
        }
        // What was typed stays until it is added or the screen is locked: Esc is easily pressed.
        Command::Back => model.back(),
        _ => {}
    }
    model.pages.put(form);
    effects
}

fn add(model: &mut Model, form: &mut NewClientForm) -> Vec<Effect> {
    let today = model.now.date();
    let [name, birth, sex, contact, code] = &form.fields;
    if name.is_blank() {
        form.focus = 0;
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let read = written_day::birth(birth.text(), &today);
    if !birth.is_blank() && read.is_none() {
        form.focus = 1;
        model.say(Say::of_birth_date(birth.text(), &today));
        return Vec::new();
    }
    let birth = read;
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
        birth_date: birth,
        sex,
        contact: (!contact.is_blank()).then(|| ClientText::new(contact.text().trim())),
        ..NewClient::default()
    };
    vec![Effect::AddClient(Box::new(new))]
}

/// The client is in the vault.
pub fn added(model: &mut Model, id: ClientId, twins: Vec<ClientCode>) -> Vec<Effect> {
    model.pages.take::<NewClientForm>();
    if model.screen == Screen::NewClient {
        model.back();
    }
    model.say(if twins.is_empty() { Say::ClientAdded } else { Say::SamePerson(twins) });
    vec![Effect::OpenClient(id)]
}
