//! Opening one record of the folder: the right bytes at the right place, and an author whose role writes them.

use crate::crypto::keys::SealKey;
use crate::crypto::seal::{self, Found, Place};
use crate::crypto::{CryptoError, Sealed};
use crate::domain::governance::authorship;
use crate::domain::practice::ids::Writer;
use crate::domain::record::Opened;
use crate::ports::store::{Position, StoreError};
use crate::vault::error::VaultError;
use crate::vault::folder::VaultFolder;

impl VaultFolder {
    /// Opens one record with the first of the keys that fits; `None` when it was destroyed. Refuses one whose author's
    /// role did not write that kind at that place of the roster.
    pub(crate) fn open_place(&self, position: &Position, keys: &[&SealKey]) -> Result<Option<Opened>, VaultError> {
        let Some(bytes) = self.store.get(position)? else {
            let buried = self.buried.contains(&position.id);
            return if buried { Ok(None) } else { Err(StoreError::Damaged(position.id).into()) };
        };
        let sealed = Sealed::from_stored(bytes)?;
        let collection = hex::encode(position.collection);
        let Position { writer, number, time, signed, .. } = *position;
        let written = (writer != Writer::SCHEMA_1).then_some(Place { writer, number, time, signed });
        let found = Found { vault: &self.roster.vault, id: position.id, collection: &collection, written };
        for key in keys {
            match seal::open(sealed.bytes(), key, found, &|id| self.verifier(id)) {
                Err(CryptoError::NotYours) => {}
                Err(e) => return Err(e.into()),
                Ok(opened) if self.may_have_written(&opened) => return Ok(Some(opened)),
                Ok(opened) => return Err(VaultError::Author(opened.header.kind)),
            }
        }
        Err(CryptoError::NotYours.into())
    }

    fn may_have_written(&self, Opened { header, body }: &Opened) -> bool {
        let Some(written) = header.written else {
            // Schema 1 does not say where the roster stood: any role that its author ever had.
            return self.roster.roles_of(header.author).iter().any(|held| authorship::writes(held.role, body));
        };
        let on_roster = written.roster.count.checked_sub(1).and_then(|n| usize::try_from(n).ok());
        on_roster.is_some_and(|n| self.roster_hashes.get(n) == Some(&written.roster.hash))
            && self
                .roster
                .role_at(header.author, written.roster.count)
                .is_some_and(|role| authorship::writes(role, body))
    }
}
