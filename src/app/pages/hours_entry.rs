//! Writing an hour of supervision down: the day, how long, alone or in a group, with whom.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::Effect;
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::{Page, READERS};
use crate::app::state::store::Subject;
use crate::app::state::supervision::{HoursAsked, HoursForm, SupervisionAct};

/// The form.
pub const PAGE: Page = Page {
    audience: READERS,
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered: |model| {
        let fields = [Field::usual(&model.now.date()), Field::usual(USUAL_MINUTES), Field::default()];
        model.pages.fill(Subject::default(), || HoursForm { fields, group: false, focus: 0, keeping: false });
        Vec::new()
    },
    step: command,
    typed,
    ..Page::FORM
};

/// A meeting of the usual length.
const USUAL_MINUTES: &str = "50";
/// The place of the setting, which is turned and not typed.
pub const SETTING: usize = 2;
const LAST: usize = 3;

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<HoursForm>() {
        match form.focus {
            SETTING => {
                if matches!(edit, Edit::Insert(_) | Edit::Left | Edit::Right) {
                    form.group = !form.group;
                }
            }
            LAST => form.fields[2].edit(edit),
            n => form.fields[n.min(1)].edit(edit),
        }
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(form) = model.pages.get_mut::<HoursForm>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(LAST),
        Command::Back => model.back(),
        Command::Open if form.focus < LAST => form.focus += 1,
        // A second Enter enters no second meeting.
        Command::Open if form.keeping => {}
        Command::Open => {
            let [date, minutes, with] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
            if let Some(empty) = [&date, &minutes].iter().position(|text| text.is_empty()) {
                form.focus = empty;
                model.say(Say::FieldMissing);
                return Vec::new();
            }
            form.keeping = true;
            let asked = HoursAsked { date, minutes, group: form.group, with };
            return vec![Effect::Supervision(SupervisionAct::LogHours(asked))];
        }
        _ => {}
    }
    Vec::new()
}

/// It could not be kept: it can be tried again.
pub fn not_kept(model: &mut Model) {
    if let Some(form) = model.pages.get_mut::<HoursForm>() {
        form.keeping = false;
    }
}
