//! Opening the vault, making the first one, and locking.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::pages::over::{Overlay, Question};
use crate::app::pages::steps;
use crate::app::views::{SignedIn, VaultState};
use secrecy::SecretString;

/// The unlock screen.
#[derive(Debug, Clone, Default)]
pub struct UnlockForm {
    /// Which member is marked.
    pub member: usize,
    /// The passphrase so far.
    pub passphrase: Field,
}

/// Fields of the first run, in order.
#[derive(Debug, Clone, Default)]
pub struct FirstRun {
    /// Centre, member, passphrase, passphrase again.
    pub fields: [Field; 4],
    /// Which has the caret.
    pub focus: usize,
}

impl FirstRun {
    /// The field with the caret.
    pub fn field(&mut self) -> &mut Field {
        let at = self.focus.min(3);
        &mut self.fields[at]
    }
}

pub(super) fn found(model: &mut Model, state: VaultState) -> Vec<Effect> {
    model.busy = false;
    model.screen = match state {
        VaultState::Missing => Context::FirstRun,
        VaultState::Locked { .. } => Context::Unlock,
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

pub(super) fn typed(model: &mut Model, edit: &Edit) {
    if !model.busy {
        model.unlock.passphrase.edit(edit);
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let count = members(model).len();
    if let Some(by) = steps(command) {
        model.unlock.member = step(model.unlock.member, by, count);
    }
    if command != Command::Open || model.busy {
        return Vec::new();
    }
    if model.unlock.passphrase.text().is_empty() {
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let member = members(model).get(model.unlock.member).cloned().unwrap_or_default();
    let passphrase = SecretString::from(model.unlock.passphrase.text());
    model.unlock.passphrase.clear();
    model.busy = true;
    model.notice = None;
    vec![Effect::Unlock { member, passphrase }]
}

pub(super) fn first_run(model: &mut Model, command: Command) -> Vec<Effect> {
    let form = &mut model.first_run;
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(3),
        Command::Open if !model.busy => {
            let form = &mut model.first_run;
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
            let effect = Effect::MakeVault {
                centre: form.fields[0].text().trim().to_owned(),
                member: form.fields[1].text().trim().to_owned(),
                passphrase: SecretString::from(form.fields[2].text()),
            };
            model.busy = true;
            return vec![effect];
        }
        _ => {}
    }
    Vec::new()
}

/// The first vault was made: its recovery phrases are shown once, before anything else.
pub(super) fn made(model: &mut Model, who: SignedIn, phrases: [SecretString; 3]) -> Vec<Effect> {
    let effects = unlocked(model, who);
    model.phrases = Some(phrases);
    model.turn(Context::Recovery);
    effects
}

/// The phrases were written down.
pub(super) fn recovery(model: &mut Model, command: Command) -> Vec<Effect> {
    if command == Command::Yes {
        model.phrases = None;
        model.turn(Context::Caseload);
    }
    Vec::new()
}

pub(super) fn unlocked(model: &mut Model, who: SignedIn) -> Vec<Effect> {
    model.busy = false;
    model.with_client = false;
    model.notice = None;
    model.first_run = FirstRun::default();
    model.vault = None;
    model.signed_in = Some(who);
    model.trail = vec![Context::Caseload];
    // A session that went on behind the lock is what matters now.
    model.screen = if model.recording() { Context::Live } else { Context::Caseload };
    if model.screen == Context::Caseload {
        model.trail.clear();
    }
    let mut effects = vec![Effect::LoadCaseload];
    effects.extend(super::kiosk::resume(model));
    if !model.whole() {
        model.overlay = Some(Overlay::Told);
    }
    effects
}

pub(super) fn failed(model: &mut Model) {
    model.unlock.passphrase.clear();
    model.busy = false;
}

pub(super) fn lock(model: &mut Model) -> Vec<Effect> {
    if model.note.as_ref().is_some_and(super::note::NotePage::unsaved) {
        model.overlay = Some(Overlay::Confirm(Question::LockUnsaved));
        return Vec::new();
    }
    lock_now(model)
}

/// Locks when nobody is there to answer: an unsaved note is sealed first, so that nothing is lost.
pub(super) fn lock_unattended(model: &mut Model) -> Vec<Effect> {
    if model.screen == Context::Kiosk {
        return crate::app::pages::kiosk::hand_back(model);
    }
    let mut effects = crate::app::pages::note::save_silently(model);
    effects.extend(lock_now(model));
    effects
}

/// Takes everything that was opened off the model; only a running session and answers that are not sealed stay, behind
/// the lock.
pub(super) fn lock_now(model: &mut Model) -> Vec<Effect> {
    crate::app::pages::kiosk::set_aside(model);
    model.signed_in = None;
    model.caseload.clear();
    model.client = None;
    model.past = None;
    model.note = None;
    model.history = None;
    model.schedule = None;
    model.phrases = None;
    model.new_client = Default::default();
    model.input = Default::default();
    model.unlock = UnlockForm::default();
    model.trail.clear();
    model.overlay = None;
    model.notice = None;
    model.screen = Context::Unlock;
    model.busy = true;
    if model.recording() {
        model.say(Say::LockedWhileRecording);
    } else {
        model.live = None;
    }
    vec![Effect::Lock, Effect::LookForVault]
}
