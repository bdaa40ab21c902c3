//! Choosing where the sound of a session comes from.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::flow::session;
use crate::app::key::{Key, KeyName};
use crate::app::model::Model;
use crate::app::msg::{Health, Looked};
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, KeyPlace, Page};
use crate::app::state::findings::Findings;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::sound_input::{FileMenu, InputForm, common, parts, shown, spoken};
use crate::app::views::{FolderEntry, FolderView, SoundCheck, SoundInput};

/// The choice.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, FILES, ARROWS, SPOKEN, BACK_TYPING, EVERYWHERE_TYPING],
    key_place: |model, command| match command {
        // There is a path to complete where one is typed.
        Command::NextPane if !model.pages.get::<InputForm>().is_some_and(|form| form.file) => KeyPlace::Left,
        _ => KeyPlace::InOrder,
    },
    // What is missing is said before a session begins.
    entered: |model| {
        // The recording of one client, and the language with them, is not that of the next.
        model.pages.fill(model.of_client(), InputForm::default);
        model.pages.put(SoundCheck::default());
        vec![Effect::Examine, Effect::ListenFirst]
    },
    scrolls: true,
    step: command,
    typing: |model| model.pages.get::<InputForm>().is_some_and(|form| form.file),
    typed,
    ..Page::PLAIN
};

/// Completing the path, and back to the microphone.
const FILES: &[Row] = &[
    row!(Command::NextPane, [Key::plain(KeyName::Tab)], "key-complete-path", "key-complete-path.short"),
    row!(Command::PrevPane, [Key::plain(KeyName::BackTab)], "key-pane-before"),
];

/// By a control key, because a path may be typed.
const SPOKEN: &[Row] =
    &[row!(Command::SpokenLanguage, [Key::ctrl('t')], "key-spoken-language", "key-spoken-language.short")];

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut InputForm| form.path.edit(edit));
    model.pages.with(|menu: &mut FileMenu| menu.at = None);
    look(model)
}

/// Asks for the folder that is typed, where another one was read.
fn look(model: &Model) -> Vec<Effect> {
    let (form, menu): (InputForm, FileMenu) = (model.pages.read(), model.pages.read());
    let folder = parts(form.path.text()).0;
    let read = menu.view.is_some_and(|view| view.folder == folder);
    if read { Vec::new() } else { vec![Effect::LookInFolder(folder.to_owned())] }
}

/// A folder was read.
pub fn looked_in(model: &mut Model, view: FolderView) -> Vec<Effect> {
    let form: InputForm = model.pages.read();
    if parts(form.path.text()).0 == view.folder {
        model.pages.put(FileMenu { view: Some(view), at: None });
    }
    Vec::new()
}

/// The path is that of a file or folder of the list, or goes on as far as this text.
fn take(model: &mut Model, name: &str, folder: bool) -> Vec<Effect> {
    let form: InputForm = model.pages.read();
    let base = match parts(form.path.text()).0 {
        "" => "~/",
        folder => folder,
    };
    let path = format!("{base}{name}{}", if folder { "/" } else { "" });
    model.pages.with(|form: &mut InputForm| form.path = Field::with(&path));
    model.pages.with(|menu: &mut FileMenu| menu.at = None);
    look(model)
}

/// The file or folder that is marked in the list.
fn marked(model: &Model) -> Option<FolderEntry> {
    let (form, menu): (InputForm, FileMenu) = (model.pages.read(), model.pages.read());
    shown(&form, &menu).get(menu.at?).cloned()
}

/// Goes on with the path as far as it is clear; marks the first of those that it may be.
fn complete(model: &mut Model) -> Vec<Effect> {
    let (form, menu): (InputForm, FileMenu) = (model.pages.read(), model.pages.read());
    let found = shown(&form, &menu);
    if let Some(entry) = marked(model).or_else(|| (found.len() == 1).then(|| found[0].clone())) {
        return take(model, &entry.name, entry.folder);
    }
    match common(parts(form.path.text()).1, &found) {
        Some(text) => return take(model, &text, false),
        None if !found.is_empty() => model.pages.with(|menu: &mut FileMenu| menu.at = Some(0)),
        None => {}
    }
    Vec::new()
}

/// The mark goes through the list that lies below the path, the microphone is above it.
fn moved(model: &mut Model, down: bool) -> Vec<Effect> {
    let (form, menu): (InputForm, FileMenu) = (model.pages.read(), model.pages.read());
    let count = shown(&form, &menu).len();
    let at = match (form.file, menu.at, down) {
        (false, _, false) => return Vec::new(),
        (false, _, true) => {
            model.pages.with(|form: &mut InputForm| form.file = true);
            return look(model);
        }
        (true, None, false) => {
            model.pages.with(|form: &mut InputForm| form.file = false);
            None
        }
        (true, None, true) => (count > 0).then_some(0),
        (true, Some(at), true) => Some((at + 1).min(count.saturating_sub(1))),
        (true, Some(at), false) => at.checked_sub(1),
    };
    model.pages.with(|menu: &mut FileMenu| menu.at = at);
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Up => return moved(model, false),
        Command::Down => return moved(model, true),
        Command::PrevPane => {
            model.pages.with(|form: &mut InputForm| form.file = false);
            model.pages.with(|menu: &mut FileMenu| menu.at = None);
        }
        Command::NextPane if model.pages.read::<InputForm>().file => return complete(model),
        Command::NextPane => return moved(model, true),
        Command::SpokenLanguage => {
            let other = spoken(model).other();
            model.pages.with(|form: &mut InputForm| form.language = Some(other));
        }
        Command::Back => {
            model.pages.take::<InputForm>();
            model.pages.take::<FileMenu>();
            model.back();
            return vec![Effect::StopListening];
        }
        Command::Open if !model.busy => {
            return match marked(model) {
                Some(entry) => take(model, &entry.name, entry.folder),
                None => go_on(model),
            };
        }
        _ => {}
    }
    Vec::new()
}

/// The microphone was heard for a while.
pub fn listened(model: &mut Model, check: SoundCheck) -> Vec<Effect> {
    model.pages.put(check);
    Vec::new()
}

fn go_on(model: &mut Model) -> Vec<Effect> {
    let Some(client) = model.client.as_ref().map(|page| page.file.client.id) else {
        model.back();
        return Vec::new();
    };
    if model.client.as_ref().is_some_and(|page| page.file.client.code.is_practice()) {
        return session::begin(model, client, SoundInput::Practice(spoken(model)));
    }
    let form: InputForm = model.pages.read();
    if form.file && form.path.is_blank() {
        model.say(Say::FieldMissing);
        return Vec::new();
    }
    let input = if form.file { SoundInput::File(form.path.text().trim().to_owned()) } else { SoundInput::Microphone };
    let looked: Findings = model.pages.read();
    if looked
        .list
        .iter()
        .any(|f| matches!(f.what, Looked::SpeechModel | Looked::SpeechWorker) && f.health == Health::Wrong)
    {
        model.input = Some(input);
        model.overlay = Some(Overlay::Confirm(Question::BeginDeaf));
        return Vec::new();
    }
    session::begin(model, client, input)
}
