//! What a vault asks of the machine beside a store and a clock.

use crate::crypto::keys::Keyring;

/// The machine on which a vault is unlocked.
pub trait Machine: Send + Sync {
    /// From now on days are those of this zone (IANA), when it is known here; what held before stays otherwise.
    fn count_days_in(&self, zone: Option<&str>);
    /// Keeps these keys out of the swap where not every page is. They must not move afterwards.
    fn keep_out_of_swap(&self, keys: &Keyring);
}
