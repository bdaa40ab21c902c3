//! The passphrase: who opens the vault.

use crate::app::command::groups::{ARRIVING, ARROWS, GO_ON, PANES};
use crate::app::command::{Command, steps};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{Audience, Page};
use crate::app::screen::Screen;
use crate::app::views::VaultState;
use crate::domain::practice::find::matches;
use secrecy::SecretString;

/// The unlock screen.
pub const PAGE: Page = Page {
    audience: Audience::Anyone,
    commands: &[GO_ON, ARROWS, PANES, ARRIVING],
    leads_on: false,
    step: command,
    secret: |model| {
        let form = model.pages.read::<UnlockForm>();
        !form.naming && form.words.is_none()
    },
    typed,
    ..Page::FORM
};

/// What is typed there.
#[derive(Debug, Clone, Default)]
pub struct UnlockForm {
    /// Which member is marked.
    pub member: usize,
    /// Letters find a member; otherwise they are the passphrase.
    pub naming: bool,
    /// What was typed to find a member.
    pub name: Field,
    /// The passphrase so far.
    pub passphrase: Field,
    /// The words of the vault as somebody reads them, where it is seen here for the first time.
    pub words: Option<Field>,
    /// The passphrase that opened it, until the words are there.
    given: Option<SecretString>,
}

/// Whether there is a vault.
pub fn found(model: &mut Model, state: VaultState) -> Vec<Effect> {
    model.busy = false;
    model.screen = match &state {
        VaultState::Missing => Screen::FirstRun,
        VaultState::Locked { .. } => Screen::Unlock,
    };
    // Read again while somebody is marked: it stays them.
    let marked = model.pages.get::<UnlockForm>().and_then(|form| members(model).get(form.member)).cloned();
    let preferred = match (&state, &model.prefer) {
        (VaultState::Locked { members }, Some(name)) => members.iter().position(|m| m == name),
        _ => None,
    };
    let stays = match (&state, marked) {
        (VaultState::Locked { members }, Some(name)) => members.iter().position(|m| *m == name),
        _ => None,
    };
    model.vault = Some(state);
    model.pages.put(UnlockForm { member: stays.or(preferred).unwrap_or(0), ..UnlockForm::default() });
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
    if model.busy {
        return Vec::new();
    }
    let mut form: UnlockForm = model.pages.read();
    if let Some(words) = &mut form.words {
        words.edit(edit);
    } else if form.naming {
        form.name.edit(edit);
        if let Some(found) = members(model).iter().position(|name| matches(form.name.text(), name)) {
            form.member = found;
        }
    } else {
        form.passphrase.edit(edit);
    }
    model.pages.put(form);
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = members(model).len();
    if let Some(by) = steps(command) {
        // Another member has another passphrase.
        model.pages.with(|form: &mut UnlockForm| {
            (form.member, form.words, form.given) = (step(form.member, by, count), None, None);
        });
    }
    if matches!(command, Command::NextPane | Command::PrevPane) {
        model.pages.with(|form: &mut UnlockForm| {
            form.naming = !form.naming && count > 1 && form.words.is_none();
            form.name.clear();
        });
    }
    if command != Command::Open || model.busy {
        return Vec::new();
    }
    let form: UnlockForm = model.pages.read();
    if form.naming {
        model.pages.with(|form: &mut UnlockForm| form.naming = false);
        return Vec::new();
    }
    let (passphrase, words) = match (&form.words, &form.given) {
        (Some(words), Some(given)) if !words.is_blank() => (given.clone(), Some(words.text().trim().to_owned())),
        (None, _) if !form.passphrase.text().is_empty() => {
            (SecretString::from(form.passphrase.text()), model.vault_words.clone())
        }
        _ => {
            model.say(Say::FieldMissing);
            return Vec::new();
        }
    };
    let member = members(model).get(form.member).cloned().unwrap_or_default();
    model.pages.with(|form: &mut UnlockForm| {
        form.passphrase.clear();
        form.given = Some(passphrase.clone());
    });
    model.busy = true;
    model.notice = None;
    vec![Effect::Unlock { member, passphrase, words }]
}

/// The passphrase is right, and this workstation has never seen the vault: its words are asked for.
pub fn first_sight(model: &mut Model) -> Vec<Effect> {
    model.busy = false;
    model.pages.with(|form: &mut UnlockForm| form.words = Some(Field::default()));
    Vec::new()
}

/// The vault could not be looked for, opened or made.
pub fn failed(model: &mut Model) {
    model.pages.with(|form: &mut UnlockForm| {
        form.passphrase.clear();
        match &mut form.words {
            // Misheard words are typed again.
            Some(words) => words.clear(),
            None => form.given = None,
        }
    });
    model.busy = false;
}
