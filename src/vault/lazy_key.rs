//! A key that the unlocked member has a wrap of. It is known by where its wrap stands and opened when it is first
//! needed, so that nothing but the wrap itself ever holds it on disk. Must not decide who may use it.

use crate::crypto::CryptoError;
use crate::crypto::keys::SealKey;
use crate::domain::record::{Body, Opened};
use crate::ports::store::Position;
use crate::vault::error::VaultError;
use crate::vault::folder::VaultFolder;
use std::cell::OnceCell;

/// One wrapped key.
#[derive(Debug, Clone)]
pub(crate) struct LazyKey {
    /// The number of the wrap's place; `None` for a key that was made here and whose wrap was not looked for.
    seq: Option<u64>,
    key: OnceCell<SealKey>,
}

impl LazyKey {
    /// A key that is still closed.
    pub(crate) const fn closed(seq: u64) -> Self {
        LazyKey { seq: Some(seq), key: OnceCell::new() }
    }

    /// A key whose wrap was just opened.
    pub(crate) fn opened(seq: u64, key: SealKey) -> Self {
        LazyKey { seq: Some(seq), key: OnceCell::from(key) }
    }

    /// A key that was just made.
    pub(crate) fn fresh(key: SealKey) -> Self {
        LazyKey { seq: None, key: OnceCell::from(key) }
    }

    /// Where its wrap stands.
    pub(crate) const fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// The place of its wrap, for whoever destroys it.
    pub(crate) fn place(&self, house: &VaultFolder) -> Result<Option<Position>, VaultError> {
        self.seq.map_or(Ok(None), |seq| Ok(house.store.place(seq)?))
    }

    /// The key, unwrapped with the first of `with` that fits. [`CryptoError::NotYours`] when the wrap is there no more.
    pub(crate) fn open(&self, house: &VaultFolder, with: &[&SealKey]) -> Result<&SealKey, VaultError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let place = self.place(house)?.ok_or(CryptoError::NotYours)?;
        let key = match house.open_place(&place, with)? {
            Some(Opened { body: Body::KeyWrap { secret, .. }, .. }) => SealKey::from_secret(&secret)?,
            Some(_) => return Err(CryptoError::Elsewhere("another kind").into()),
            None => return Err(CryptoError::NotYours.into()),
        };
        Ok(self.key.get_or_init(|| key))
    }
}
