//! What is not done with a made-up client: a real person's words in its record, or its record before others.

use crate::domain::practice::ids::ClientCode;
use crate::texts::msg;
use crate::vault::error::VaultError;

/// Refuses it, by the code: a practice client's code is no other's.
pub fn nobody_made_up(code: &ClientCode) -> Result<(), VaultError> {
    if code.is_practice() { Err(VaultError::Input(msg("practice-not-with"))) } else { Ok(()) }
}
