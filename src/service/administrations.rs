//! Answer sheets in the vault: sealed as they were scored on the day, and read back for history and charts.

use crate::domain::assessment::administration::{Administration, points_like};
use crate::domain::assessment::instrument::Instrument;
use crate::domain::explain::{ErrorReport, Exit};
use crate::domain::practice::ids::ClientCode;
use crate::domain::record::Body;
use crate::domain::record::Opened;
use crate::service::keep::Saved;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;

/// Seals what was just given, with its change since the client's first sheet of that instrument, as it was on the day. A sheet made
/// from talk is compared with one made from talk only.
/// The one way in for the command line and the screens. Gives what was sealed, after it is synced to disk.
pub fn give(
    unlocked: &UnlockedVault,
    client: &ClientCode,
    instrument: &Instrument,
    mut made: Administration,
) -> Result<Administration, ErrorReport> {
    // A sheet of an earlier day is compared with what came before that day: change does not run backwards.
    let mut before = unlocked.measures(client)?.given;
    before.retain(|a| a.given_at < made.given_at);
    before.sort_by_key(|a| a.given_at);
    if let (Some(first), Some(now)) = (points_like(&before, &instrument.id, made.mode).first(), made.score.score) {
        made.score.change = instrument.change(None, first.score, now);
    }
    keep(unlocked, client, &made)?;
    Ok(made)
}

/// Seals one filling in on the client's collection. Returns only after it is synced to disk.
pub fn keep(unlocked: &UnlockedVault, client: &ClientCode, a: &Administration) -> Result<Saved, ErrorReport> {
    Ok(unlocked.keep_for(client, &[Body::Administration { sheet: Box::new(a.clone()) }])?)
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
        match opened.body {
            Body::Administration { sheet } => found.push(*sheet),
            Body::Newer { kind } if kind == "administration" => {
                let what = msg("administration-unknown-form").shown("id", opened.header.id);
                let hint = msg("service-administrations-open-vault-newer-version-restore.hint");
                return Err(ErrorReport::with(Exit::Damaged, what, hint));
            }
            _ => {}
        }
    }
    found.sort_by_key(|a: &Administration| a.given_at);
    Ok(found)
}
