//! Naming a deputy: who, from when to when, of one client or of all.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::state::store::Subject;
use crate::app::state::supervision::{DeputyAsked, DeputyForm, SupervisionAct};
use crate::domain::practice::member::Role;
use crate::domain::practice::time::Timestamp;

/// The form.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    ..Page::FORM
};

/// How long a deputy is usually named for, milliseconds: two weeks of absence.
const USUAL_MS: i64 = 13 * 86_400_000;
/// Fields that must be filled: who, first day, last day.
const NEEDED: usize = 3;

fn entered(model: &mut Model) -> Vec<Effect> {
    let last = Timestamp(model.now.0.saturating_add(USUAL_MS));
    let mut fields =
        vec![Field::default(), Field::usual(&model.now.date()), Field::usual(&last.date()), Field::default()];
    // A supervisor names one in their own place.
    if model.role() == Some(Role::Counsellor) {
        fields.push(Field::default());
    }
    model.pages.fill(Subject::default(), || DeputyForm { fields, focus: 0 });
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<DeputyForm>()
        && let Some(field) = form.fields.get_mut(form.focus)
    {
        field.edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(form) = model.pages.get_mut::<DeputyForm>() else {
        model.back();
        return Vec::new();
    };
    let last = form.fields.len().saturating_sub(1);
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(last),
        Command::Back => model.back(),
        Command::Open if form.focus < last => form.focus += 1,
        Command::Open => {
            let text = |n: usize| form.fields.get(n).map_or_else(String::new, |f| f.text().trim().to_owned());
            if let Some(empty) = (0..NEEDED).find(|n| text(*n).is_empty()) {
                form.focus = empty;
                model.say(Say::FieldMissing);
                return Vec::new();
            }
            let asked = DeputyAsked { name: text(0), from: text(1), to: text(2), client: text(3), instead_of: text(4) };
            return vec![Effect::Supervision(SupervisionAct::NameDeputy(asked))];
        }
        _ => {}
    }
    Vec::new()
}
