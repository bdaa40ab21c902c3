//! The records of one session, as many of them as the member's keys open.

use crate::domain::governance::access::{Grant, Permit};
use crate::domain::practice::ids::SessionId;
use crate::domain::record::Opened;
use crate::service::unlocked_vault::State;
use crate::vault::error::VaultError;

/// Every record of the session that opens.
pub(crate) fn opened_of<P: Permit>(
    state: &State,
    grant: &Grant<P>,
    session: SessionId,
) -> Result<Vec<Opened>, VaultError> {
    let (known, case) = state.session_of(grant, session)?;
    let own = known.session_key(case, &state.folder, state.keys.read())?;
    let keys: Vec<_> = own.into_iter().chain(known.case_keys(&state.folder, state.keys.read())).collect();
    let mut found = Vec::new();
    for place in state.folder.store.collection(session.0)? {
        match state.folder.open_place(&place, &keys) {
            Ok(Some(opened)) => found.push(opened),
            Ok(None) | Err(VaultError::Vault(crate::crypto::CryptoError::NotYours) | VaultError::Author(_)) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(found)
}
