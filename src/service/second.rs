//! What two persons do together: who the second is, and the reason that one alone has to give.

use crate::domain::governance::access::{Grant, Permit};
use crate::domain::governance::access_log::NoReason;
use crate::vault::error::VaultError;
use secrecy::SecretString;

/// The second person of a change that needs two; they type their own passphrase.
#[derive(Debug, Clone, Copy)]
pub struct Second<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their passphrase.
    pub passphrase: &'a SecretString,
}

/// The reason that break-glass needs; `None` where two persons do it.
pub(crate) fn glass_reason<P: Permit>(grant: &Grant<P>, reason: Option<&str>) -> Result<Option<String>, VaultError> {
    if !grant.break_glass() {
        return Ok(None);
    }
    match reason.map(str::trim).filter(|r| !r.is_empty()) {
        Some(reason) => Ok(Some(crate::domain::practice::text::clean(reason))),
        None => Err(NoReason.into()),
    }
}
