//! The practice client on the screens: removing it.

use crate::app::command::{Command, Row, row};
use crate::app::flow::cases;
use crate::app::key::Key;
use crate::app::model::Model;
use crate::app::screen::Screen;
use crate::app::state::overlay::{Overlay, Question};
use crate::domain::practice::ids::ClientId;

/// Offered where the open or marked client is the practice client.
pub const REMOVE: Row =
    row!(Command::RemovePractice, [Key::char('x')], "key-remove-practice", "key-remove-practice.short");

/// The practice client that is open, or marked in the caseload.
pub fn client(model: &Model) -> Option<ClientId> {
    let client = match model.screen {
        Screen::Caseload => cases::shown(model).get(model.case_at).map(|row| &row.client),
        Screen::Client => model.client.as_ref().map(|page| &page.file.client),
        _ => None,
    };
    client.filter(|client| client.own && client.code.is_practice()).map(|client| client.id)
}

/// Asks whether it is to be removed.
pub fn ask(model: &mut Model) {
    if let Some(client) = client(model) {
        model.overlay = Some(Overlay::Confirm(Question::RemovePractice(client)));
    }
}
