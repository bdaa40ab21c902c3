//! Choosing where the sound of a session comes from.

use crate::app::command::{Command, Context};
use crate::app::effect::Effect;
use crate::app::field::Field;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::views::SoundInput;
use crate::domain::practice::ids::ClientId;

/// The choice.
#[derive(Debug, Clone, Default)]
pub struct InputForm {
    /// With whom.
    pub client: Option<ClientId>,
    /// A file; otherwise the microphone.
    pub file: bool,
    /// The file's path.
    pub path: Field,
}

impl InputForm {
    /// The choice for a client; the microphone is what one wants nearly always.
    pub fn for_client(client: ClientId) -> Self {
        InputForm { client: Some(client), ..InputForm::default() }
    }
}

pub(super) fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    match command {
        Command::Up | Command::PrevPane => model.input.file = false,
        Command::Down | Command::NextPane => model.input.file = true,
        Command::Back => model.back(),
        Command::Open if !model.busy => {
            let Some(client) = model.input.client else {
                model.back();
                return Vec::new();
            };
            if model.input.file && model.input.path.is_blank() {
                model.say(Say::FieldMissing);
                return Vec::new();
            }
            let input = if model.input.file {
                SoundInput::File(model.input.path.text().trim().to_owned())
            } else {
                SoundInput::Microphone
            };
            return begin(model, client, input);
        }
        _ => {}
    }
    Vec::new()
}

/// Asks for a session with the open client.
pub(super) fn begin(model: &mut Model, client: ClientId, input: SoundInput) -> Vec<Effect> {
    let Some(page) = &model.client else {
        model.back();
        return Vec::new();
    };
    model.live = Some(super::live::Live::starting(&page.file, input.clone()));
    model.note = None;
    model.notice = None;
    if model.screen == Context::Input {
        model.turn(Context::Live)
    } else {
        model.go(Context::Live)
    }
    vec![Effect::BeginSession { client, input, lang: model.lang }]
}
