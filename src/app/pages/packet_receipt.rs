//! The receiver has a packet: who said so there, or the file of the receipt that it signed.

use crate::app::command::Command;
use crate::app::command::groups::{ARROWS, BACK_TYPING, EVERYWHERE_TYPING, GO_ON, PANES};
use crate::app::effect::{Effect, PacketAct};
use crate::app::field::Edit;
use crate::app::model::Model;
use crate::app::notice::Say;
use crate::app::page::Page;
use crate::app::pages::packets::marked;
pub use crate::app::state::packet_forms::ReceiptForm;
use crate::app::state::store::Subject;
use crate::domain::practice::text::ClientText;

/// The form.
pub const PAGE: Page = Page {
    commands: &[GO_ON, ARROWS, PANES, BACK_TYPING, EVERYWHERE_TYPING],
    entered,
    step: command,
    typed,
    ..Page::FORM
};

fn entered(model: &mut Model) -> Vec<Effect> {
    match marked(model) {
        Some(number) => {
            let about = Subject::of(&number);
            model.pages.fill(about, || ReceiptForm { number, fields: Default::default(), focus: 0 });
        }
        None => model.back(),
    }
    Vec::new()
}

fn typed(model: &mut Model, edit: &Edit) -> Vec<Effect> {
    if let Some(form) = model.pages.get_mut::<ReceiptForm>() {
        form.fields[form.focus.min(1)].edit(edit);
    }
    Vec::new()
}

fn command(model: &mut Model, command: Command) -> Vec<Effect> {
    let Some(form) = model.pages.get_mut::<ReceiptForm>() else {
        model.back();
        return Vec::new();
    };
    match command {
        Command::Up | Command::PrevPane => form.focus = 0,
        Command::Down | Command::NextPane => form.focus = 1,
        Command::Back => model.back(),
        Command::Open => {
            let [who, file] = form.fields.each_ref().map(|f| f.text().trim().to_owned());
            match (who.is_empty(), file.is_empty()) {
                (true, true) => model.say(Say::FieldMissing),
                // A signed one says more than what somebody said: both at once is a slip.
                (false, false) => model.say(Say::OneReceipt),
                _ => {
                    let act = PacketAct::Receipt { who: ClientText::new(&who), file };
                    return vec![Effect::Packet(form.number.clone(), act)];
                }
            }
        }
        _ => {}
    }
    Vec::new()
}
