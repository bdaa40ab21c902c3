//! Who consents for a client under 14: the guardian's name and relation (PIPA art. 22-2). With it the limits of confidentiality were
//! explained, as for everybody.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{COUNSELLOR, Page};
use crate::app::state::client::Change;
use crate::domain::practice::consent::{Guardian, Scope};
use crate::domain::practice::text::ClientText;

/// The form.
pub const PAGE: Page = Page {
    audience: COUNSELLOR,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
        model.pages.fill(model.of_client(), GuardianForm::default);
        Vec::new()
    },
    step: command,
    typed,
    ..Page::FORM
};

/// What is typed there.
#[derive(Debug, Clone, Default)]
pub struct GuardianForm {
    /// Name, relation.
    pub fields: [Field; 2],
    /// Which has the caret.
    pub focus: usize,
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    model.pages.with(|form: &mut GuardianForm| form.fields[form.focus.min(1)].edit(edit));
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let mut form: GuardianForm = model.pages.read();
    match command {
        Command::Up | Command::PrevPane => form.focus = 0,
        Command::Down | Command::NextPane => form.focus = 1,
        Command::Open if form.focus == 0 && !form.fields[0].is_blank() => form.focus = 1,
        Command::Open if form.fields.iter().any(Field::is_blank) => model.say(Say::FieldMissing),
        Command::Open => {
            let Some(page) = &mut model.client else { return Vec::new() };
            page.asked = Some((Scope::Service, Change::Given));
            let client = page.file.client.id;
            let [name, relation] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
            let guardian = Guardian { name: ClientText::new(&name), relation };
            // Refused, it is there again.
            model.pages.put(form);
            model.back();
            return vec![Effect::GiveByGuardian { client, guardian }];
        }
        Command::Back => model.back(),
        _ => {}
    }
    model.pages.put(form);
    Vec::new()
}
