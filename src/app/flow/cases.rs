//! The list of clients: which are shown while one is looked for, which is marked, opening it.

use crate::app::effect::Effect;
use crate::app::model::{Model, step};
use crate::app::notice::Say;
use crate::app::views::CaseRow;
use crate::domain::practice::find::matches;
use crate::domain::practice::ids::ClientId;

/// The clients that are shown: all, or those that are found by code, name or first consonants.
pub fn shown(model: &Model) -> Vec<&CaseRow> {
    let query = model.find.as_ref().map_or("", |find| find.text());
    let names = |row: &&CaseRow| matches(query, &format!("{} {}", row.client.code, row.client.name.reveal()));
    model.caseload.iter().filter(names).collect()
}

/// The mark goes to the client it was on, wherever they stand now: the next key is for whom it was meant. Where they are gone it
/// stays at its place.
pub fn remark(model: &mut Model, marked: Option<ClientId>) {
    let rows = shown(model);
    let at = marked.and_then(|id| rows.iter().position(|row| row.client.id == id));
    model.case_at = at.unwrap_or_else(|| step(model.case_at, 0, rows.len()));
}

/// Moves the mark within what is shown.
pub fn moved(model: &mut Model, by: isize) {
    model.case_at = step(model.case_at, by, shown(model).len());
}

/// Opens the marked client.
pub fn open(model: &mut Model) -> Vec<Effect> {
    match shown(model).get(model.case_at).map(|row| row.client.id) {
        Some(id) => {
            model.find = None;
            model.case_at = model.caseload.iter().position(|row| row.client.id == id).unwrap_or(0);
            vec![Effect::OpenClient(id)]
        }
        None => {
            model.say(Say::NothingChosen);
            Vec::new()
        }
    }
}
