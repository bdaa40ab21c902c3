//! The passphrase: who opens the vault.

use crate::app::command::groups::{ARRIVING, ARROWS, GO_ON};
use crate::app::command::{Command, steps};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{Audience, Page};
use crate::app::screen::Screen;
use crate::app::views::VaultState;
use secrecy::SecretString;

/// The unlock screen.
pub const PAGE: Page = Page {
    audience: Audience::Anyone,
    commands: &[GO_ON, ARROWS, ARRIVING],
    leads_on: false,
    step: command,
    typed,
    ..Page::FORM
};

/// What is typed there.
#[derive(Debug, Clone, Default)]
pub struct UnlockForm {
    /// Which member is marked.
    pub member: usize,
    /// The passphrase so far.
    pub passphrase: Field,
}

/// Whether there is a vault.
pub fn found(model: &mut Model, state: VaultState) -> Vec<Effect> {
    model.busy = false;
    model.screen = match &state {
        VaultState::Missing => Screen::FirstRun,
        VaultState::Locked { .. } => Screen::Unlock,
    };
    model.vault = Some(state);
    Vec::new()
}

/// The members who can open the vault.
pub fn members(model: &Model) -> &[String] {
    match &model.vault {
        Some(VaultState::Locked { members }) => members,
        _ => &[],
    }
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if !model.busy {
        model.pages.with(|form: &mut UnlockForm| form.passphrase.edit(edit));
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = members(model).len();
    if let Some(by) = steps(command) {
        model.pages.with(|form: &mut UnlockForm| form.member = step(form.member, by, count));
    }
    if command != Command::Open || model.busy {
        return Vec::new();
    }
    let form: UnlockForm = model.pages.read();
    if form.passphrase.text().is_empty() {
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let member = members(model).get(form.member).cloned().unwrap_or_default();
    let passphrase = SecretString::from(form.passphrase.text());
    model.pages.with(|form: &mut UnlockForm| form.passphrase.clear());
    model.busy = true;
    model.notice = None;
    vec![Effect::Unlock { member, passphrase }]
}

/// The vault could not be looked for, opened or made.
pub fn failed(model: &mut Model) {
    model.pages.with(|form: &mut UnlockForm| form.passphrase.clear());
    model.busy = false;
}
