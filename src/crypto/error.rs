//! What can go wrong between keys and bytes. No words of a record, no key material.

use crate::domain::explain::{Exit, Explain};
use crate::texts::{Message, msg};

/// Why something does not open, or is not what it says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum CryptoError {
    /// The key does not open it: another's record, or damaged so that no key does.
    NotYours,
    /// The seal is broken: a changed, cut or foreign byte.
    Damaged,
    /// The signature is not the author's.
    Signature,
    /// It says that it is another record, stands elsewhere, or belongs to another vault: the id of which.
    Elsewhere(&'static str),
    /// Written by a newer program.
    Newer(u32),
    /// A text that should be a key is not one.
    Key,
    /// No slot opens with the passphrase.
    Passphrase,
    /// The age plugin of a hardware slot is missing, or its device refused.
    Device,
    /// A signed chain breaks.
    Chain {
        /// Which chain.
        what: &'static str,
        /// Counts from 0.
        at: u64,
        /// The id of the reason, `chain-…`.
        why: &'static str,
    },
    /// A passphrase that could be guessed.
    Weak(Message),
    /// Not the file of a backup.
    NoBackup,
    /// A backup of the first form, which recovery phrases do not open.
    OldBackup,
    /// A slot that holds the keys of someone else.
    OthersSlot,
    /// Something that cannot fail did.
    Sealing,
}

impl Explain for CryptoError {
    fn message(&self) -> Message {
        match self {
            CryptoError::NotYours => msg("crypto-not-yours"),
            CryptoError::Damaged => msg("crypto-damaged"),
            CryptoError::Signature => msg("crypto-signature"),
            CryptoError::Elsewhere(why) => msg("crypto-elsewhere").with("why", msg(why)),
            CryptoError::Newer(schema) => msg("crypto-newer").with("schema", schema),
            CryptoError::Key => msg("crypto-key"),
            CryptoError::Passphrase => msg("crypto-passphrase"),
            CryptoError::Device => msg("crypto-device"),
            CryptoError::Chain { what, at, why } => {
                msg("crypto-chain").with("what", part(what)).with("at", at).with("why", msg(why))
            }

            CryptoError::Weak(why) => msg("crypto-weak").with("why", why),
            CryptoError::NoBackup => msg("crypto-no-backup"),
            CryptoError::OldBackup => msg("crypto-old-backup"),
            CryptoError::OthersSlot => msg("crypto-others-slot"),
            CryptoError::Sealing => msg("crypto-sealing"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            CryptoError::NotYours => msg("crypto-not-yours.hint"),
            CryptoError::Damaged | CryptoError::Signature | CryptoError::Elsewhere(_) | CryptoError::Chain { .. } => {
                msg("crypto-damaged.hint")
            }
            CryptoError::Newer(_) => msg("crypto-newer.hint"),
            CryptoError::Key => msg("crypto-key.hint"),
            CryptoError::Passphrase => msg("crypto-passphrase.hint"),
            CryptoError::Device => msg("crypto-device.hint"),
            CryptoError::Weak(_) => msg("crypto-weak.hint"),
            CryptoError::NoBackup => msg("crypto-no-backup.hint"),
            CryptoError::OldBackup => msg("crypto-old-backup.hint"),
            CryptoError::OthersSlot => msg("crypto-others-slot.hint"),
            CryptoError::Sealing => msg("crypto-sealing.hint"),
        }
    }
    fn exit(&self) -> Exit {
        match self {
            CryptoError::NotYours | CryptoError::OldBackup => Exit::Refused,
            CryptoError::Passphrase => Exit::WrongPassphrase,
            CryptoError::Device => Exit::Locked,
            CryptoError::Weak(_) | CryptoError::Key => Exit::Usage,
            CryptoError::Sealing => Exit::Failed,
            _ => Exit::Damaged,
        }
    }
}

/// The name of a chain, or of the store, as a sentence names it.
pub fn part(what: &str) -> Message {
    match what {
        "roster" => msg("part-roster"),
        "access log" => msg("part-access-log"),
        "tombstones" => msg("part-tombstones"),
        "store" => msg("part-store"),
        other => msg("part-other").with("name", other),
    }
}
