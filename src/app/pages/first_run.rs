//! Making the first vault.

use crate::app::command::Command;
use crate::app::command::groups::{ARRIVING, ARROWS, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{Audience, Page};
use secrecy::SecretString;

/// The first run.
pub const PAGE: Page = Page {
    audience: Audience::Anyone,
    commands: &[GO_ON, ARROWS, PANES, ARRIVING],
    leads_on: false,
    step: command,
    typed,
    ..Page::FORM
};

/// Fields of the first run, in order.
#[derive(Debug, Clone, Default)]
pub struct FirstRun {
    /// Centre, member, passphrase, passphrase again.
    pub fields: [Field; 4],
    /// Which has the caret.
    pub focus: usize,
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut FirstRun| form.fields[form.focus.min(3)].edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: FirstRun = model.pages.read();
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(3),
        Command::Open if !model.busy => effects = go_on(model, &mut form),
        _ => {}
    }
    model.pages.put(form);
    effects
}

fn go_on(model: &mut Model, form: &mut FirstRun) -> Vec<Effect> {
    if form.fields[form.focus].is_blank() {
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    if form.focus < 3 {
        form.focus += 1;
        return Vec::new();
    }
    if let Some(empty) = form.fields.iter().position(Field::is_blank) {
        form.focus = empty;
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    if form.fields[2].text() != form.fields[3].text() {
        form.fields[3].clear();
        model.say(Say::PassphrasesDiffer);
        return Vec::new();
    }
    model.busy = true;
    vec![Effect::MakeVault {
        centre: form.fields[0].text().trim().to_owned(),
        member: form.fields[1].text().trim().to_owned(),
        passphrase: SecretString::from(form.fields[2].text()),
    }]
}
