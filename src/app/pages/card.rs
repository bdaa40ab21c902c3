//! The whole card of a client: telephone, address, whom to call, medicine, the words that come up. Looking at it is logged; what
//! is corrected becomes a new card, and the one before stays.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::assessment::instrument::Sex;
use crate::domain::governance::access::Capability;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::written_day;

/// Name, birth date, sex, then the texts of [`CardEntries`].
pub const FIELDS: usize = 3 + CardEntries::TEXTS.len();

const SAVE: &[Row] =
    &[row!(Command::Save, [Key::ctrl('s')], "key-keep-card", "key-keep-card.short").needing(Capability::SetConsent)];

/// The card.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[SAVE, GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
        // What was corrected and left by a key that leads elsewhere is still there.
        let open = model.client.as_ref().map(|page| page.file.client.id);
        if model.pages.get::<CardForm>().is_some_and(|form| form.client == open && form.changed()) {
            return Vec::new();
        }
        model.pages.put(CardForm::default());
        model.client.as_ref().map(|page| vec![Effect::ReadCard(page.file.client.id)]).unwrap_or_default()
    },
    step: command,
    typed,
    ..Page::FORM
};

/// What stands in the form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CardForm {
    /// Whose; none while the card is being read.
    pub client: Option<ClientId>,
    /// The entries.
    pub fields: [Field; FIELDS],
    /// As they were read.
    pub before: [Field; FIELDS],
    /// Which has the caret.
    pub focus: usize,
    /// It is left once it is sealed, and with it the program.
    pub leaving: Option<bool>,
}

impl CardForm {
    /// Something was typed that is not kept.
    pub fn changed(&self) -> bool {
        self.fields.iter().zip(&self.before).any(|(now, before)| now.text() != before.text())
    }
}

/// The card was read.
pub fn read(model: &mut Model, client: ClientId, entries: &CardEntries) -> Vec<Effect> {
    if model.screen != Screen::Card || model.client.as_ref().is_none_or(|page| page.file.client.id != client) {
        return Vec::new();
    }
    let sex = entries.sex.map(|sex| match sex {
        Sex::Female => model.lang.say("client-card-female"),
        Sex::Male => model.lang.say("client-card-male"),
    });
    let head = [Some(entries.name.reveal()), entries.birth_date.as_deref(), sex];
    let texts = entries.texts.iter().map(|text| text.as_ref().map(ClientText::reveal));
    let mut form = CardForm { client: Some(client), ..CardForm::default() };
    for (field, text) in form.fields.iter_mut().zip(head.into_iter().chain(texts)) {
        *field = Field::with(text.unwrap_or_default());
    }
    form.before.clone_from(&form.fields);
    model.pages.put(form);
    Vec::new()
}

/// The corrected card is sealed.
pub fn kept(model: &mut Model, client: ClientId) -> Vec<Effect> {
    // Locked meanwhile.
    let Some(form) = model.pages.take::<CardForm>() else { return Vec::new() };
    if form.leaving == Some(true) {
        return vec![Effect::Quit];
    }
    if model.screen == Screen::Card {
        model.back();
    }
    model.say(Say::CardKept);
    vec![Effect::OpenClient(client)]
}

/// True when something was corrected and is not kept.
pub fn unsaved(model: &Model) -> bool {
    model.pages.get::<CardForm>().is_some_and(CardForm::changed)
}

/// Seals the card and then leaves its screen, or the program; stays where it cannot be sealed.
pub fn keep_and_leave(model: &mut Model, program: bool) -> Vec<Effect> {
    let mut form: CardForm = model.pages.read();
    form.leaving = Some(program);
    keep(model, form)
}

/// Seals what was corrected before the screen locks by itself, where it is whole.
pub fn save_silently(model: &Model) -> Vec<Effect> {
    let Some(form) = model.pages.get::<CardForm>().filter(|form| form.changed()) else { return Vec::new() };
    form.client.zip(entries(form, &model.now.date()).ok()).map(|(of, new)| kept_as(of, new)).into_iter().collect()
}

/// Leaves the card without what is not kept.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    model.pages.take::<CardForm>();
    model.back();
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut CardForm| form.fields[form.focus.min(FIELDS - 1)].edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: CardForm = model.pages.read();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane | Command::Open => form.focus = (form.focus + 1).min(FIELDS - 1),
        Command::Save => {
            form.leaving = None;
            return keep(model, form);
        }
        Command::Back if form.changed() => {
            model.overlay = Some(Overlay::Confirm(Question::LeaveCard { program: false }));
        }
        Command::Back => return leave(model),
        _ => {}
    }
    model.pages.put(form);
    Vec::new()
}

fn keep(model: &mut Model, mut form: CardForm) -> Vec<Effect> {
    let Some(client) = form.client else { return Vec::new() };
    let effects = if form.changed() {
        match entries(&form, &model.now.date()) {
            Ok(new) => vec![kept_as(client, new)],
            Err((at, say)) => {
                form.focus = at;
                model.say(say);
                Vec::new()
            }
        }
    } else {
        model.say(Say::NothingToSave);
        Vec::new()
    };
    model.pages.put(form);
    effects
}

fn kept_as(client: ClientId, new: CardEntries) -> Effect {
    Effect::KeepCard(client, Box::new(new))
}

/// What the form says, or which field is not right and what is said of it.
fn entries(form: &CardForm, today: &str) -> Result<CardEntries, (usize, Say)> {
    let [name, birth, sex, ..] = &form.fields;
    if name.is_blank() {
        return Err((0, Say::FieldMissing));
    }
    let birth_date = written_day::birth(birth.text(), today);
    if !birth.is_blank() && birth_date.is_none() {
        return Err((1, Say::of_birth_date(birth.text(), today)));
    }
    let sex = sex.text().trim().to_lowercase();
    let sex = if sex.is_empty() { None } else { Some(sex.parse().map_err(|_| (2, Say::SexForm))?) };
    let text = |field: &Field| (!field.is_blank()).then(|| ClientText::new(field.text().trim()));
    let texts = std::array::from_fn(|n| text(&form.fields[3 + n]));
    Ok(CardEntries { name: ClientText::new(name.text().trim()), birth_date, sex, texts })
}
