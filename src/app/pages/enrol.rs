//! Enrolling a member: who it is and with whom it is done, then the passphrase that the new member types alone, then the
//! fingerprint that both compare aloud. The recovery phrases of the vault stay: two of them let the new member in as well.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::{Effect, Enrolling, MemberAct};
use crate::app::field::{Edit, Field};
use crate::app::key::{Key, KeyName};
use crate::app::model::{Model, step};
use crate::app::msg::Enrolled;
use crate::app::notice::Say;
use crate::app::page::{KeyPlace, Page};
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::domain::practice::member::Role;
use crate::texts::Message;
use secrecy::{ExposeSecret, SecretString};

const SIDEWAYS: &[Row] = &[
    row!(Command::PrevQuestion, [Key::plain(KeyName::Left)], "key-choice-before"),
    row!(Command::NextQuestion, [Key::plain(KeyName::Right)], "key-choice-after"),
];
const PHRASE: &[Row] = &[row!(Command::MakePhrase, [Key::ctrl('g')], "key-make-phrase", "key-make-phrase.short")];
const COMPARED: &[Row] = &[row!(Command::Accept, [Key::ctrl('s')], "key-compared", "key-compared.short")];

/// The form. No key leads on to another screen while passphrases stand in it.
pub const PAGE: Page = Page {
    commands: &[GO_ON, COMPARED, SIDEWAYS, PHRASE, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    leads_on: false,
    key_place: |model, command| {
        let form: EnrolForm = model.pages.read();
        match (command, &form.stage) {
            (Command::Accept, Stage::Done(..)) => KeyPlace::First,
            (Command::Accept, _) => KeyPlace::Left,
            (Command::MakePhrase, Stage::Passphrase) => KeyPlace::InOrder,
            (Command::MakePhrase, _) => KeyPlace::Left,
            (Command::NextPane | Command::PrevPane, Stage::Done(..)) => KeyPlace::Left,
            _ => KeyPlace::InOrder,
        }
    },
    entered: |model| {
        model.pages.fill(Subject::default(), EnrolForm::default);
        vec![Effect::Member(MemberAct::Seconds)]
    },
    step: command,
    typing: |model| model.pages.read::<EnrolForm>().is_typed(),
    secret: |model| matches!(model.pages.read::<EnrolForm>().asked(), Some(Line::Second | Line::New | Line::Again)),
    typed,
    ..Page::FORM
};

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Stage {
    /// Who it is, and the second person.
    #[default]
    Who,
    /// The new member chooses a passphrase.
    Passphrase,
    /// Enrolled: the name, and the fingerprint in words.
    Done(String, String),
}

/// A line of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// The name.
    Name,
    /// The role.
    Role,
    /// Which of several the second person is.
    With,
    /// The passphrase of the second person.
    Second,
    /// Why one person does it alone.
    Reason,
    /// The new member's passphrase.
    New,
    /// The same again.
    Again,
}

/// What is typed there. `Debug` shows no passphrase.
#[derive(Debug, Clone)]
pub struct EnrolForm {
    /// How far it is.
    pub stage: Stage,
    /// The new member's name.
    pub name: Field,
    /// Their role.
    pub role: Role,
    /// Who may be the second person; none until it was looked up.
    pub seconds: Option<Vec<String>>,
    /// Which of them it is.
    pub with: usize,
    /// Their passphrase.
    pub second: Field,
    /// Why one person does it alone.
    pub reason: Field,
    /// The new member's passphrase, and again.
    pub passphrase: [Field; 2],
    /// Which line of the stage has the caret.
    pub focus: usize,
    /// Whether the passphrase is good enough as far as it is typed, or why not; none while it is judged or empty.
    pub judged: Option<Result<(), Message>>,
    /// It was made by the program: it is shown, to be written down.
    pub made: bool,
    /// Enrolling.
    pub working: bool,
}

impl Default for EnrolForm {
    fn default() -> Self {
        EnrolForm {
            stage: Stage::Who,
            name: Field::default(),
            role: Role::Counsellor,
            seconds: None,
            with: 0,
            second: Field::default(),
            reason: Field::default(),
            passphrase: Default::default(),
            focus: 0,
            judged: None,
            made: false,
            working: false,
        }
    }
}

impl EnrolForm {
    /// The lines of the stage, in order.
    pub fn lines(&self) -> Vec<Line> {
        let seconds = self.seconds.as_ref().map_or(0, Vec::len);
        match self.stage {
            Stage::Who if self.seconds.is_none() => vec![Line::Name, Line::Role],
            Stage::Who if seconds == 0 => vec![Line::Name, Line::Role, Line::Reason],
            Stage::Who if seconds == 1 => vec![Line::Name, Line::Role, Line::Second],
            Stage::Who => vec![Line::Name, Line::Role, Line::With, Line::Second],
            Stage::Passphrase => vec![Line::New, Line::Again],
            Stage::Done(..) => Vec::new(),
        }
    }

    /// The line with the caret.
    pub fn asked(&self) -> Option<Line> {
        self.lines().get(self.focus).copied()
    }

    /// The second person.
    pub fn second_name(&self) -> Option<&String> {
        self.seconds.as_ref()?.get(self.with)
    }

    /// The field of a line; none where arrows choose.
    pub const fn field(&self, line: Line) -> Option<&Field> {
        match line {
            Line::Name => Some(&self.name),
            Line::Second => Some(&self.second),
            Line::Reason => Some(&self.reason),
            Line::New => Some(&self.passphrase[0]),
            Line::Again => Some(&self.passphrase[1]),
            Line::Role | Line::With => None,
        }
    }

    fn is_typed(&self) -> bool {
        self.asked().is_some_and(|line| self.field(line).is_some())
    }

    fn field_mut(&mut self, line: Line) -> Option<&mut Field> {
        match line {
            Line::Name => Some(&mut self.name),
            Line::Second => Some(&mut self.second),
            Line::Reason => Some(&mut self.reason),
            Line::New => Some(&mut self.passphrase[0]),
            Line::Again => Some(&mut self.passphrase[1]),
            Line::Role | Line::With => None,
        }
    }

    fn forget_new_passphrase(&mut self) {
        self.passphrase = Default::default();
        (self.judged, self.made) = (None, false);
    }
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    let centre = model.signed_in.as_ref().map(|who| who.centre.clone()).unwrap_or_default();
    model.pages.with(|form: &mut EnrolForm| {
        let Some(line) = form.asked() else { return Vec::new() };
        if let Some(field) = form.field_mut(line) {
            field.edit(edit);
        }
        if line != Line::New {
            return Vec::new();
        }
        form.made = false;
        judge(form, centre)
    })
}

/// Asks whether the new member's passphrase is good enough.
fn judge(form: &mut EnrolForm, centre: String) -> Vec<Effect> {
    form.judged = None;
    if form.passphrase[0].text().is_empty() {
        return Vec::new();
    }
    let names = [centre, form.name.text().trim().to_owned()];
    vec![Effect::JudgePassphrase { passphrase: SecretString::from(form.passphrase[0].text()), names }]
}

/// Who may be the second person.
pub fn seconds(model: &mut Model, names: Vec<String>) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<EnrolForm>() {
        form.with = form.with.min(names.len().saturating_sub(1));
        form.seconds = Some(names);
    }
    Vec::new()
}

/// The passphrase was judged as far as it was typed.
pub fn judged(model: &mut Model, judged: Result<(), Message>) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<EnrolForm>()
        && !form.passphrase[0].text().is_empty()
    {
        form.judged = Some(judged);
    }
    Vec::new()
}

/// A passphrase was made: it stands in both fields, and on the screen until another is typed.
pub fn phrase(model: &mut Model, phrase: &SecretString) -> Vec<Effect> {
    let centre = model.signed_in.as_ref().map(|who| who.centre.clone()).unwrap_or_default();
    let Some(form) = model.pages.get_mut::<EnrolForm>().filter(|form| form.stage == Stage::Passphrase) else {
        return Vec::new();
    };
    form.passphrase = [Field::with(phrase.expose_secret()), Field::with(phrase.expose_secret())];
    (form.made, form.focus) = (true, 1);
    judge(form, centre)
}

/// The member is enrolled: the fingerprint is shown. Who may do what alone may be another now.
pub fn enrolled(model: &mut Model, Enrolled { name, words, who }: Enrolled) -> Vec<Effect> {
    // Locked meanwhile: the list of members says that the fingerprint was not compared.
    if model.signed_in.is_none() {
        return Vec::new();
    }
    model.signed_in = Some(who);
    model.busy = false;
    model.pages.put(EnrolForm { stage: Stage::Done(name, words), ..EnrolForm::default() });
    Vec::new()
}

/// The fingerprint was compared.
pub fn compared(model: &mut Model) -> Vec<Effect> {
    leave(model);
    model.say(Say::FingerprintCompared);
    Vec::new()
}

/// It could not be done: nothing is lost but passphrases, which one of the two may have mistyped.
pub fn not_enrolled(model: &mut Model) {
    if let Some(form) = model.pages.get_mut::<EnrolForm>() {
        form.working = false;
        form.second.clear();
        if form.stage == Stage::Passphrase {
            form.stage = Stage::Who;
            form.focus = form.lines().len() - 1;
        }
    }
}

fn leave(model: &mut Model) {
    model.pages.take::<EnrolForm>();
    if model.screen == Screen::Enrol {
        model.back();
    }
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(form) = model.pages.get_mut::<EnrolForm>() else {
        model.back();
        return Vec::new();
    };
    let last = form.lines().len().saturating_sub(1);
    match command {
        _ if form.working => {}
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(last),
        Command::PrevQuestion => choose(form, -1),
        Command::NextQuestion => choose(form, 1),
        Command::MakePhrase if form.stage == Stage::Passphrase => return vec![Effect::MakePhrase],
        Command::Accept => {
            if let Stage::Done(name, words) = form.stage.clone() {
                form.working = true;
                return vec![Effect::Member(MemberAct::Compared { name, words })];
            }
        }
        Command::Back => match form.stage {
            Stage::Passphrase => {
                form.forget_new_passphrase();
                (form.stage, form.focus) = (Stage::Who, 0);
            }
            Stage::Who => {
                // The name is there again, a passphrase is not.
                form.second.clear();
                form.focus = 0;
                model.back();
            }
            Stage::Done(..) => leave(model),
        },
        Command::Open => return go_on(model),
        _ => {}
    }
    Vec::new()
}

/// The role, or the second person, beside the chosen one.
fn choose(form: &mut EnrolForm, by: isize) {
    match form.asked() {
        Some(Line::Role) => {
            let at = Role::ALL.iter().position(|r| *r == form.role).unwrap_or(0);
            form.role = Role::ALL[step(at, by, Role::ALL.len())];
        }
        Some(Line::With) => form.with = step(form.with, by, form.seconds.as_ref().map_or(0, Vec::len)),
        _ => {}
    }
}

fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some(form) = model.pages.get_mut::<EnrolForm>() else { return Vec::new() };
    let lines = form.lines();
    if let Stage::Done(..) = form.stage {
        leave(model);
        return Vec::new();
    }
    let blank = |line: &Line| form.field(*line).is_some_and(Field::is_blank);
    if form.focus + 1 < lines.len() {
        match lines.get(form.focus).is_some_and(blank) {
            true => model.say(Say::FieldMissing),
            false => form.focus += 1,
        }
        return Vec::new();
    }
    if let Some(empty) = lines.iter().position(blank) {
        form.focus = empty;
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    if form.stage == Stage::Who {
        // Not looked up yet who has to be beside.
        if form.seconds.is_some() {
            (form.stage, form.focus) = (Stage::Passphrase, 0);
        }
        return Vec::new();
    }
    if form.passphrase[0].text() != form.passphrase[1].text() {
        form.passphrase[1].clear();
        model.say(Say::PassphrasesDiffer);
        return Vec::new();
    }
    if let Some(Err(_)) = form.judged {
        // Why stands below.
        form.focus = 0;
        return Vec::new();
    }
    form.working = true;
    let second = form.second_name().map(|name| (name.clone(), SecretString::from(form.second.text())));
    let asked = Enrolling {
        name: form.name.text().trim().to_owned(),
        role: form.role,
        passphrase: SecretString::from(form.passphrase[0].text()),
        reason: second.is_none().then(|| form.reason.text().trim().to_owned()),
        second,
    };
    form.forget_new_passphrase();
    vec![Effect::Member(MemberAct::Enrol(Box::new(asked)))]
}
