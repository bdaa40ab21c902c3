//! Making a backup of the vault: into which file, opened by which passphrase. It is read back before it is said to be made.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::screen::Screen;
use crate::app::state::store::Subject;
use crate::app::views::{BackupMade, BackupView};
use crate::domain::governance::access::Capability;
use secrecy::SecretString;

const WAY: Row = row!(Command::Go(Screen::Backup), [Key::plain(KeyName::F(11))], "key-backup", "key-backup.short")
    .needing(Capability::KeepWhole);

/// The form.
pub const PAGE: Page = Page {
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    way: Some(&WAY),
    entered,
    step: command,
    secret: |model| model.pages.read::<BackupForm>().focus == 1,
    typed,
    ..Page::FORM
};

/// What is typed there, and what was made.
#[derive(Debug, Clone, Default)]
pub struct BackupForm {
    /// The file, the passphrase.
    pub fields: [Field; 2],
    /// Which has the caret.
    pub focus: usize,
    /// It is being made.
    pub making: bool,
    /// When the last one was made, as far as this member may know; none until it was looked for.
    pub last: Option<BackupView>,
    /// What was made a moment ago.
    pub made: Option<BackupMade>,
}

fn entered(model: &mut Model) -> Vec<Effect> {
    let file = format!("gyeot-backup-{}.age", model.now.date());
    let make = || BackupForm { fields: [Field::with(&file), Field::default()], ..BackupForm::default() };
    model.pages.fill(Subject::default(), make);
    // A passphrase is not kept where nobody looks at it.
    model.pages.with(|form: &mut BackupForm| form.fields[1].clear());
    vec![Effect::LookForBackup]
}

/// When the last one was made.
pub fn looked(model: &mut Model, view: BackupView) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<BackupForm>() {
        // The folder that the file goes to is said, so that nobody has to look for it.
        if !form.making && !form.fields[0].is_blank() && !form.fields[0].text().contains('/') {
            let file = format!("{}/{}", view.folder.trim_end_matches('/'), form.fields[0].text());
            form.fields[0] = Field::with(&file);
        }
        form.last = Some(view);
    }
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut BackupForm| form.fields[form.focus.min(1)].edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(form) = model.pages.get_mut::<BackupForm>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Up | Command::PrevPane => form.focus = 0,
        Command::Down | Command::NextPane => form.focus = 1,
        Command::Back => {
            model.pages.take::<BackupForm>();
            model.back();
        }
        Command::Open if form.focus == 0 => form.focus = 1,
        Command::Open if !form.making => {
            let file = form.fields[0].text().trim().to_owned();
            if file.is_empty() || form.fields[1].is_blank() {
                model.say(Say::FieldMissing);
                return Vec::new();
            }
            form.making = true;
            form.made = None;
            let passphrase = SecretString::from(form.fields[1].text());
            form.fields[1].clear();
            return vec![Effect::BackUp { file, passphrase }];
        }
        _ => {}
    }
    Vec::new()
}

/// It is on disk and was read back.
pub fn made(model: &mut Model, made: BackupMade) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<BackupForm>() {
        form.making = false;
        form.made = Some(made);
    }
    model.say(Say::BackupMade);
    vec![Effect::LookForBackup]
}

/// It could not be made: the form stays.
pub fn not_made(model: &mut Model) {
    if let Some(form) = model.pages.get_mut::<BackupForm>() {
        form.making = false;
    }
}
