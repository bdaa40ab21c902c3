//! A hardware key as the vault sees it: it takes a keyring out of its slot. Which device does it, and how it talks to the
//! person, is an adapter's.

use crate::crypto::CryptoError;
use crate::crypto::keys::Keyring;

/// A key outside this machine.
pub struct HardwareKey(Box<Opens>);

/// Takes a keyring out of sealed bytes.
type Opens = dyn Fn(&[u8]) -> Result<Keyring, CryptoError> + Send + Sync;

impl std::fmt::Debug for HardwareKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HardwareKey(withheld)")
    }
}

impl HardwareKey {
    /// A key that opens a slot so.
    pub fn new(opens: impl Fn(&[u8]) -> Result<Keyring, CryptoError> + Send + Sync + 'static) -> Self {
        HardwareKey(Box::new(opens))
    }

    /// Takes a keyring out of its slot; the device is asked now.
    pub fn unlock(&self, sealed: &[u8]) -> Result<Keyring, CryptoError> {
        (self.0)(sealed)
    }
}
