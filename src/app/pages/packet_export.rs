//! Writing a packet out: in which form, into which folder, why.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::{Effect, PacketAct};
use crate::app::field::{Edit, Field};
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::pages::packets::marked;
pub use crate::app::state::packet_forms::ExportForm;
use crate::app::state::store::Subject;
use crate::domain::crisis::course::Form;

/// The form.
pub const PAGE: Page = Page {
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    ..Page::FORM
};

fn entered(model: &mut Model) -> Vec<Effect> {
    let Some(number) = marked(model) else {
        model.back();
        return Vec::new();
    };
    let fields = [Field::with(Form::Age.word()), Field::default(), Field::default(), Field::default()];
    model.pages.fill(Subject::of(&number), || ExportForm { number, fields, focus: 0 });
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<ExportForm>() {
        form.fields[form.focus.min(3)].edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(mut form) = model.pages.take::<ExportForm>() else {
        model.back();
        return Vec::new();
    };
    let mut effects = Vec::new();
    match command {
        Command::Up | Command::PrevPane => form.focus = form.focus.saturating_sub(1),
        Command::Down | Command::NextPane => form.focus = (form.focus + 1).min(3),
        Command::Back => model.back(),
        Command::Open if form.focus < 3 => form.focus += 1,
        Command::Open => {
            let [kind, folder, reason, alone] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
            match kind.parse::<Form>() {
                Err(_) => {
                    form.focus = 0;
                    model.say(Say::PacketForm);
                }
                Ok(_) if folder.is_empty() || reason.is_empty() => {
                    form.focus = if folder.is_empty() { 1 } else { 2 };
                    model.say(Say::FieldMissing);
                }
                Ok(kind) => {
                    let alone = Some(alone).filter(|a| !a.is_empty());
                    let act = PacketAct::Export { form: kind, folder, reason, alone };
                    effects = vec![Effect::Packet(form.number.clone(), act)];
                }
            }
        }
        _ => {}
    }
    model.pages.put(form);
    effects
}
