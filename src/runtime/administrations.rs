//! Answer sheets in the vault: sealed as they were scored on the day, and read back for history and charts.

use super::desk::{Body, Desk, Opened, Saved};
use crate::domain::administration::{Administration, points};
use crate::domain::fault::{Exit, Fault};
use crate::domain::ids::ClientCode;
use crate::domain::instrument::Instrument;
use crate::domain::record::Sheet;

/// Seals what was just given, with its change since the client's first sheet of that instrument, as it was on the day.
/// The one way in for the command line and the screens. Gives what was sealed, after it is synced to disk.
pub fn give(
    desk: &Desk,
    client: &ClientCode,
    instrument: &Instrument,
    mut made: Administration,
) -> Result<Administration, Fault> {
    let before = desk.measures(client)?.given;
    if let (Some(first), Some(now)) = (points(&before, &instrument.id).first(), made.score.score) {
        made.score.change = instrument.change(None, first.score, now);
    }
    keep(desk, client, &made)?;
    Ok(made)
}

/// Seals one filling in on the client's shelf. Returns only after it is synced to disk.
pub fn keep(desk: &Desk, client: &ClientCode, a: &Administration) -> Result<Saved, Fault> {
    let sheet = serde_json::to_value(a).map(Sheet).map_err(|_| {
        Fault::failed("the answer sheet could not be written", "this is a fault of the program; please report it")
    })?;
    Ok(desk.keep_for(client, &[Body::Administration { sheet }])?)
}

/// All fillings in of a client, oldest first, to be read here.
pub fn kept(desk: &Desk, client: &ClientCode) -> Result<Vec<Administration>, Fault> {
    sheets(desk.open_client(client)?)
}

/// All fillings in of a client, oldest first, to be taken away in this form; refused without a reason (L10).
pub fn exported(
    desk: &Desk,
    client: &ClientCode,
    form: &'static str,
    reason: &str,
) -> Result<Vec<Administration>, Fault> {
    sheets(desk.export_client(client, form, reason)?)
}

fn sheets(opened: Vec<Opened>) -> Result<Vec<Administration>, Fault> {
    let mut found = Vec::new();
    for opened in opened {
        let Body::Administration { sheet } = opened.body else { continue };
        let read = serde_json::from_value(sheet.0).map_err(|_| {
            let what = format!("the answer sheet {} is not of a form this version reads", opened.header.id);
            Fault::with(Exit::Damaged, what, "open the vault with a newer version, or restore it from a backup")
        })?;
        found.push(read);
    }
    found.sort_by_key(|a: &Administration| a.given_at);
    Ok(found)
}
