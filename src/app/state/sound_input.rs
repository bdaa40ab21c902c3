//! Where the sound of the next session comes from, and its language.

use crate::app::field::Field;
use crate::app::model::Model;
use crate::domain::practice::lang::Lang;

/// What is chosen; the microphone is what one wants nearly always.
#[derive(Debug, Clone, Default)]
pub struct InputForm {
    /// A file; otherwise the microphone.
    pub file: bool,
    /// The file's path.
    pub path: Field,
    /// The language that is spoken, where it was chosen.
    pub language: Option<Lang>,
}

/// The language that a session would be heard in: as chosen, else that of this client's last session, else that of the screens.
pub fn spoken(model: &Model) -> Lang {
    let chosen = model.pages.get::<InputForm>().and_then(|form| form.language);
    let last = || model.client.as_ref().and_then(|page| page.file.sessions.iter().find_map(|s| s.language));
    chosen.or_else(last).unwrap_or(model.lang)
}
