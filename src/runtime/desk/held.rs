//! A key that the unlocked member has a wrap of. It is known by where its wrap stands and opened when it is first
//! needed, so that nothing but the wrap itself ever holds it on disk. Must not decide who may use it.

use super::fault::DeskFault;
use super::house::House;
use crate::domain::record::{Body, Opened};
use crate::ports::store::Place;
use crate::vault::VaultFault;
use crate::vault::keys::SealKey;
use std::cell::OnceCell;

/// One wrapped key.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The number of the wrap's place; `None` for a key that was made here and whose wrap was not looked for.
    seq: Option<u64>,
    key: OnceCell<SealKey>,
}

impl Held {
    /// A key that is still closed.
    pub(super) const fn closed(seq: u64) -> Self {
        Held { seq: Some(seq), key: OnceCell::new() }
    }

    /// A key whose wrap was just opened.
    pub(super) fn opened(seq: u64, key: SealKey) -> Self {
        Held { seq: Some(seq), key: OnceCell::from(key) }
    }

    /// A key that was just made.
    pub(super) fn fresh(key: SealKey) -> Self {
        Held { seq: None, key: OnceCell::from(key) }
    }

    /// Where its wrap stands.
    pub(super) const fn seq(&self) -> Option<u64> {
        self.seq
    }

    /// The place of its wrap, for whoever destroys it.
    pub(super) fn place(&self, house: &House) -> Result<Option<Place>, DeskFault> {
        self.seq.map_or(Ok(None), |seq| Ok(house.store.place(seq)?))
    }

    /// The key, unwrapped with the first of `with` that fits. [`VaultFault::NotYours`] when the wrap is there no more.
    pub(super) fn open(&self, house: &House, with: &[&SealKey]) -> Result<&SealKey, DeskFault> {
        if let Some(key) = self.key.get() {
            return Ok(key);
        }
        let place = self.place(house)?.ok_or(VaultFault::NotYours)?;
        let key = match house.open_place(&place, with)? {
            Some(Opened { body: Body::KeyWrap { secret, .. }, .. }) => SealKey::from_secret(&secret)?,
            Some(_) => return Err(VaultFault::Elsewhere("another kind").into()),
            None => return Err(VaultFault::NotYours.into()),
        };
        Ok(self.key.get_or_init(|| key))
    }
}
