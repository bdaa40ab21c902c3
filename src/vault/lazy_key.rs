//! A key that the unlocked member has a wrap of. It is known by its wrap and opened when it is first
//! needed, so that nothing but the wrap itself ever holds it on disk. Must not decide who may use it.

use crate::crypto::CryptoError;
use crate::crypto::keys::SealKey;
use crate::domain::practice::ids::RecordId;
use crate::domain::record::{Body, Opened};
use crate::ports::store::Position;
use crate::vault::error::VaultError;
use crate::vault::folder::VaultFolder;
use std::cell::OnceCell;

/// One wrapped key.
#[derive(Debug, Clone)]
pub(crate) struct LazyKey {
    /// The wrap's record; `None` for a key that was made here and whose wrap was not looked for.
    wrap: Option<RecordId>,
    key: OnceCell<SealKey>,
}

impl LazyKey {
    /// A key that is still closed.
    pub(crate) const fn closed(wrap: RecordId) -> Self {
        LazyKey { wrap: Some(wrap), key: OnceCell::new() }
    }

    /// A key whose wrap was just opened.
    pub(crate) fn opened(wrap: RecordId, key: SealKey) -> Self {
        LazyKey { wrap: Some(wrap), key: OnceCell::from(key) }
    }

    /// A key that was just made.
    pub(crate) fn fresh(key: SealKey) -> Self {
        LazyKey { wrap: None, key: OnceCell::from(key) }
    }

    /// Its wrap.
    pub(crate) const fn wrap(&self) -> Option<RecordId> {
        self.wrap
    }

    /// The place of its wrap, for whoever destroys it.
    pub(crate) fn place(&self, folder: &VaultFolder) -> Result<Option<Position>, VaultError> {
        self.wrap.map_or(Ok(None), |wrap| Ok(folder.store.find(wrap)?))
    }

    /// The key, unwrapped with the first of `with` that fits. [`CryptoError::NotYours`] when the wrap is there no more.
    pub(crate) fn open(&self, folder: &VaultFolder, with: &[&SealKey]) -> Result<&SealKey, VaultError> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let place = self.place(folder)?.ok_or(CryptoError::NotYours)?;
        let key = match folder.open_place(&place, with)? {
            Some(Opened { body: Body::KeyWrap { secret, .. }, .. }) => SealKey::from_secret(&secret)?,
            Some(_) => return Err(CryptoError::Elsewhere("elsewhere-kind").into()),
            None => return Err(CryptoError::NotYours.into()),
        };
        Ok(self.key.get_or_init(|| key))
    }
}
