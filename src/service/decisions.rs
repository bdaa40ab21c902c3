//! What was decided of a suggestion of a session that is over, and of lines of a note that rest on one.

use crate::domain::advice::decision::{Place, decided, places};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::ids::{SessionId, TechniqueId};
use crate::domain::practice::session_event::Decision;
use crate::service::keep::Saved;
use crate::service::unlocked_vault::UnlockedVault;
use crate::texts::msg;

/// Keeps what was decided of the newest suggestion of this technique. While the session runs, it keeps it itself, in
/// the same form. Refused while the suggestion is not sealed.
pub fn decide(
    unlocked: &UnlockedVault,
    session: SessionId,
    technique: &TechniqueId,
    decision: Decision,
) -> Result<Saved, ErrorReport> {
    let of: Place = *places(&unlocked.open_session(session)?).get(technique).ok_or_else(unsealed)?;
    Ok(unlocked.keep(session, &[decided(of, technique.clone(), decision)])?)
}

/// The suggestion that something rests on is not in the vault yet.
pub fn unsealed() -> ErrorReport {
    ErrorReport::failed(
        msg("service-decisions-suggestion-behind-accepted-line-not"),
        msg("service-decisions-suggestion-behind-accepted-line-not.hint"),
    )
}
