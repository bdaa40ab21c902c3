//! Answer sheets in the vault: sealed as they were scored on the day, and read back for history and charts.

use crate::domain::assessment::administration::{Administration, points};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::ClientCode;
use crate::domain::record::Sheet;
use crate::service::{Body, Opened, Saved, UnlockedVault};
use crate::texts::msg;

/// Seals what was just given, with its change since the client's first sheet of that instrument, as it was on the day.
/// The one way in for the command line and the screens. Gives what was sealed, after it is synced to disk.
pub fn give(
    unlocked: &UnlockedVault,
    client: &ClientCode,
    instrument: &Instrument,
    mut made: Administration,
) -> Result<Administration, ErrorReport> {
    let before = unlocked.measures(client)?.given;
    if let (Some(first), Some(now)) = (points(&before, &instrument.id).first(), made.score.score) {
        made.score.change = instrument.change(None, first.score, now);
    }
    keep(unlocked, client, &made)?;
    Ok(made)
}

/// Seals one filling in on the client's collection. Returns only after it is synced to disk.
pub fn keep(unlocked: &UnlockedVault, client: &ClientCode, a: &Administration) -> Result<Saved, ErrorReport> {
    let sheet = serde_json::to_value(a).map(Sheet).map_err(|_| {
        ErrorReport::failed(
            msg("service-administrations-answer-sheet-could-not-written"),
            msg("service-administrations-answer-sheet-could-not-written.hint"),
        )
    })?;
    Ok(unlocked.keep_for(client, &[Body::Administration { sheet }])?)
}

/// All fillings in of a client, oldest first, to be read here.
pub fn kept(unlocked: &UnlockedVault, client: &ClientCode) -> Result<Vec<Administration>, ErrorReport> {
    sheets(unlocked.open_client(client)?)
}

/// All fillings in of a client, oldest first, to be taken away in this form; refused without a reason (L10).
pub fn exported(
    unlocked: &UnlockedVault,
    client: &ClientCode,
    form: &'static str,
    reason: &str,
) -> Result<Vec<Administration>, ErrorReport> {
    sheets(unlocked.export_client(client, form, reason)?)
}

fn sheets(opened: Vec<Opened>) -> Result<Vec<Administration>, ErrorReport> {
    let mut found = Vec::new();
    for opened in opened {
        let Body::Administration { sheet } = opened.body else { continue };
        let read = serde_json::from_value(sheet.0).map_err(|_| {
            let what = msg("administration-unknown-form").shown("id", opened.header.id);
            ErrorReport::with(Exit::Damaged, what, msg("service-administrations-open-vault-newer-version-restore.hint"))
        })?;
        found.push(read);
    }
    found.sort_by_key(|a: &Administration| a.given_at);
    Ok(found)
}
