//! Choosing where the sound of a session comes from.

use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::command::{Command, Row, row};
use crate::app::effect::Effect;
use crate::app::field::Edit;
use crate::app::flow::session;
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::msg::Looked;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::findings::Findings;
use crate::app::state::overlay::{Overlay, Question};
use crate::app::state::sound_input::{InputForm, spoken};
use crate::app::views::{SoundCheck, SoundInput};

/// The choice.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, PANES, SPOKEN, BACK_TYPING, EVERYWHERE_TYPING],
    // What is missing is said before a session begins.
    entered: |model| {
        model.pages.put(SoundCheck::default());
        vec![Effect::Examine, Effect::ListenFirst]
    },
    scrolls: true,
    step: command,
    typing: |model| model.pages.get::<InputForm>().is_some_and(|form| form.file),
    typed,
    ..Page::PLAIN
};

/// By a control key, because a path may be typed.
const SPOKEN: &[Row] =
    &[row!(Command::SpokenLanguage, [Key::ctrl('t')], "key-spoken-language", "key-spoken-language.short")];

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut InputForm| form.path.edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Up | Command::PrevPane => model.pages.with(|form: &mut InputForm| form.file = false),
        Command::Down | Command::NextPane => model.pages.with(|form: &mut InputForm| form.file = true),
        Command::SpokenLanguage => {
            let other = spoken(model).other();
            model.pages.with(|form: &mut InputForm| form.language = Some(other));
        }
        Command::Back => {
            model.pages.take::<InputForm>();
            model.back();
            return vec![Effect::StopListening];
        }
        Command::Open if !model.busy => return go_on(model),
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
    if looked.list.iter().any(|f| matches!(f.what, Looked::SpeechModel | Looked::SpeechWorker) && f.state.is_err()) {
        model.input = Some(input);
        model.overlay = Some(Overlay::Confirm(Question::BeginDeaf));
        return Vec::new();
    }
    session::begin(model, client, input)
}
