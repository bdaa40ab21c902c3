//! Making the first vault.

use crate::app::command::groups::{ARRIVING, ARROWS, GO_ON, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::page::{Audience, Page};
use crate::domain::practice::member::Role;
use crate::texts::Message;
use secrecy::{ExposeSecret, SecretString};

const SIDEWAYS: &[Row] = &[
    row!(Command::PrevQuestion, [Key::plain(KeyName::Left)], "key-role-before"),
    row!(Command::NextQuestion, [Key::plain(KeyName::Right)], "key-role-after"),
];

const PHRASE: &[Row] = &[row!(Command::MakePhrase, [Key::ctrl('g')], "key-make-phrase", "key-make-phrase.short")];

/// The first run.
pub const PAGE: Page = Page {
    audience: Audience::Anyone,
    commands: &[GO_ON, SIDEWAYS, PHRASE, ARROWS, PANES, ARRIVING],
    leads_on: false,
    step: command,
    // On the role the arrows choose; letters mean nothing there.
    typing: |model| model.pages.read::<FirstRun>().field().is_some(),
    secret: |model| model.pages.read::<FirstRun>().field().is_some_and(|at| at >= 2),
    typed,
    ..Page::FORM
};

/// Fields of the first run, in order.
#[derive(Debug, Clone)]
pub struct FirstRun {
    /// Centre, member, passphrase, passphrase again.
    pub fields: [Field; 4],
    /// What the first member is at the centre.
    pub role: Role,
    /// Which has the caret, in the order of [`ORDER`].
    pub focus: usize,
    /// Whether the passphrase is good enough as far as it is typed, or why not; none while it is judged or empty.
    pub judged: Option<Result<(), Message>>,
    /// It was made by the program: it is shown, to be written down.
    pub made: bool,
}

impl Default for FirstRun {
    fn default() -> Self {
        // Most centres that begin are a practice of one.
        FirstRun { fields: Default::default(), role: Role::Counsellor, focus: 0, judged: None, made: false }
    }
}

impl FirstRun {
    /// The field with the caret; none on the role.
    pub fn field(&self) -> Option<usize> {
        ORDER[self.focus.min(ORDER.len() - 1)]
    }
}

/// What is asked, one after the other: a field, or the role.
pub const ORDER: [Option<usize>; 5] = [Some(0), Some(1), None, Some(2), Some(3)];
/// The last of them.
const LAST: usize = ORDER.len() - 1;

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut FirstRun| {
        let Some(at) = form.field() else { return Vec::new() };
        form.fields[at].edit(edit);
        if at != 2 {
            return Vec::new();
        }
        form.made = false;
        judge(form)
    })
}

/// Asks whether the passphrase is good enough.
fn judge(form: &mut FirstRun) -> Vec<Effect> {
    form.judged = None;
    let [centre, member, passphrase, _] = &form.fields;
    if passphrase.text().is_empty() {
        return Vec::new();
    }
    let names = [centre.text().trim().to_owned(), member.text().trim().to_owned()];
    vec![Effect::JudgePassphrase { passphrase: SecretString::from(passphrase.text()), names }]
}

/// The passphrase was judged as far as it was typed.
pub fn judged(model: &mut Model, judged: Result<(), Message>) -> Vec<Effect> {
    model.pages.with(|form: &mut FirstRun| {
        if !form.fields[2].text().is_empty() {
            form.judged = Some(judged);
        }
    });
    Vec::new()
}

/// A passphrase was made: it stands in both fields, and on the screen until another is typed.
pub fn phrase(model: &mut Model, phrase: &SecretString) -> Vec<Effect> {
    model.pages.with(|form: &mut FirstRun| {
        form.fields[2] = Field::with(phrase.expose_secret());
        form.fields[3] = Field::with(phrase.expose_secret());
        form.made = true;
        form.focus = LAST;
        judge(form)
    })
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: FirstRun = model.pages.read();
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(LAST),
        Command::PrevQuestion => form.role = beside(form.role, -1),
        Command::NextQuestion => form.role = beside(form.role, 1),
        Command::MakePhrase if !model.busy => effects.push(Effect::MakePhrase),
        Command::Open if !model.busy => effects = go_on(model, &mut form),
        _ => {}
    }
    model.pages.put(form);
    effects
}

/// The role beside one in the order of tables.
fn beside(role: Role, by: isize) -> Role {
    let at = Role::ALL.iter().position(|r| *r == role).unwrap_or(0);
    Role::ALL[step(at, by, Role::ALL.len())]
}

fn go_on(model: &mut Model, form: &mut FirstRun) -> Vec<Effect> {
    if form.field().is_some_and(|at| form.fields[at].is_blank()) {
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    if form.focus < LAST {
        form.focus += 1;
        return Vec::new();
    }
    if let Some(empty) = ORDER.iter().position(|at| at.is_some_and(|at| form.fields[at].is_blank())) {
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
        role: form.role,
        passphrase: SecretString::from(form.fields[2].text()),
    }]
}
