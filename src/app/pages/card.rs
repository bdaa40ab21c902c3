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
use crate::domain::assessment::instrument::Sex;
use crate::domain::practice::card_entries::CardEntries;
use crate::domain::practice::ids::ClientId;
use crate::domain::practice::text::ClientText;
use crate::domain::practice::written_day;

/// Name, birth date, sex, then the texts of [`CardEntries`].
pub const FIELDS: usize = 3 + CardEntries::TEXTS.len();

const SAVE: &[Row] = &[row!(Command::Save, [Key::ctrl('s')], "key-keep-card", "key-keep-card.short")];

/// The card.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[SAVE, GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
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
    /// It was said that what is typed is not kept.
    pub warned: bool,
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
    model.pages.take::<CardForm>();
    if model.screen == Screen::Card {
        model.back();
    }
    model.say(Say::CardKept);
    vec![Effect::OpenClient(client)]
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut CardForm| {
        form.warned = false;
        form.fields[form.focus.min(FIELDS - 1)].edit(edit);
    });
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: CardForm = model.pages.read();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane | Command::Open => form.focus = (form.focus + 1).min(FIELDS - 1),
        Command::Save => {
            let effects = keep(model, &mut form);
            model.pages.put(form);
            return effects;
        }
        Command::Back if form.changed() && !form.warned => {
            form.warned = true;
            model.say(Say::CardUnsaved);
        }
        Command::Back => {
            model.pages.take::<CardForm>();
            model.back();
            return Vec::new();
        }
        _ => {}
    }
    model.pages.put(form);
    Vec::new()
}

fn keep(model: &mut Model, form: &mut CardForm) -> Vec<Effect> {
    let Some(client) = form.client else { return Vec::new() };
    if !form.changed() {
        model.say(Say::NothingToSave);
        return Vec::new();
    }
    let [name, birth, sex, ..] = &form.fields;
    if name.is_blank() {
        form.focus = 0;
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let birth_date = written_day::birth(birth.text(), &model.now.date());
    if !birth.is_blank() && birth_date.is_none() {
        form.focus = 1;
        model.say(Say::BirthDate);
        return Vec::new();
    }
    let sex = sex.text().trim().to_lowercase();
    let Ok(sex) = (if sex.is_empty() { Ok(None) } else { sex.parse().map(Some) }) else {
        form.focus = 2;
        model.say(Say::SexForm);
        return Vec::new();
    };
    let name = ClientText::new(name.text().trim());
    let mut texts: [Option<ClientText>; CardEntries::TEXTS.len()] = Default::default();
    for (text, field) in texts.iter_mut().zip(&form.fields[3..]) {
        *text = (!field.is_blank()).then(|| ClientText::new(field.text().trim()));
    }
    vec![Effect::KeepCard(client, Box::new(CardEntries { name, birth_date, sex, texts }))]
}
