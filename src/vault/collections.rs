//! Under which collection each kind of record stands that belongs to no client: a place that is worked out from the vault's id.

use crate::crypto::keys::{SealKey, keyed_hash, sha256};
use crate::domain::practice::ids::{ClientCode, MemberId};
use crate::ports::store::Collection;
use crate::vault::folder::VaultFolder;

impl VaultFolder {
    /// The collection of the wraps.
    pub(crate) fn key_collection(&self) -> Collection {
        let mut collection = [0u8; 16];
        // The id of a vault is 32 hexadecimal digits, made by `found` and checked by the roster's signature.
        let _ = hex::decode_to_slice(&self.roster.vault, &mut collection);
        collection
    }

    /// The collection of the escalation packets: their readers are not those of any client's collection.
    pub(crate) fn escalation_collection(&self) -> Collection {
        first_half(sha256(&[b"gyeot-escalations/1\n", self.roster.vault.as_bytes()]))
    }

    /// The collection of what a member keeps for themselves, sealed to their own key.
    pub(crate) fn own_collection(&self, member: MemberId) -> Collection {
        first_half(sha256(&[b"gyeot-own/1\n", self.roster.vault.as_bytes(), b"\n", &member.0]))
    }

    /// The collection of the centre's directory of receivers.
    pub(crate) fn receiver_collection(&self) -> Collection {
        first_half(sha256(&[b"gyeot-receivers/1\n", self.roster.vault.as_bytes()]))
    }

    /// The collection of the centre's own note templates.
    pub(crate) fn template_collection(&self) -> Collection {
        first_half(sha256(&[b"gyeot-note-templates/1\n", self.roster.vault.as_bytes()]))
    }

    /// Where a code is marked as taken: named by a secret that the members hold, for a hash of the code alone is found by
    /// trying all codes.
    pub(crate) fn code_collection(&self, secret: &SealKey, code: &ClientCode) -> Collection {
        let parts: [&[u8]; 4] = [b"gyeot-code/2\n", self.roster.vault.as_bytes(), b"\n", code.as_str().as_bytes()];
        first_half(keyed_hash(&secret.secret(), &parts))
    }

    /// Where a vault of schema 1 marked a code as taken.
    pub(crate) fn code_collection_1(&self, code: &ClientCode) -> Collection {
        let parts: [&[u8]; 4] = [b"gyeot-code/1\n", self.roster.vault.as_bytes(), b"\n", code.as_str().as_bytes()];
        first_half(sha256(&parts))
    }
}

fn first_half(hash: [u8; 32]) -> Collection {
    let mut half = [0u8; 16];
    half.copy_from_slice(&hash[..16]);
    half
}
