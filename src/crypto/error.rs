//! What can go wrong between keys and bytes. No words of a record, no key material.

use crate::domain::explain::{Exit, Explain};

/// Why something does not open, or is not what it says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The key does not open it: another's record, or damaged so that no key does.
    #[error("this key does not open the record")]
    NotYours,
    /// The seal is broken: a changed, cut or foreign byte.
    #[error("the sealed bytes are damaged")]
    Damaged,
    /// The signature is not the author's.
    #[error("the signature inside is not good")]
    Signature,
    /// It says that it is another record, stands elsewhere, or belongs to another vault.
    #[error("the record is not the one that was asked for ({0})")]
    Elsewhere(&'static str),
    /// Written by a newer program.
    #[error("the record is of schema {0}, newer than this program reads")]
    Newer(u32),
    /// A text that should be a key is not one.
    #[error("this is not a key of a kind that this program knows")]
    Key,
    /// No slot opens with the passphrase.
    #[error("the passphrase does not open the key slot")]
    Passphrase,
    /// The age plugin of a hardware slot is missing, or its device refused.
    #[error("the hardware key did not answer")]
    Device,
    /// A signed chain breaks.
    #[error("the {what} is changed at entry {at}: {why}")]
    Chain {
        /// Which chain.
        what: &'static str,
        /// Counts from 0.
        at: u64,
        /// One phrase of the program.
        why: &'static str,
    },
    /// A passphrase that could be guessed.
    #[error("the passphrase is too weak: {0}")]
    Weak(String),
    /// Not the file of a backup.
    #[error("this is no backup, or its beginning is damaged")]
    NoBackup,
    /// A backup of the first form, which recovery phrases do not open.
    #[error("this backup is from before recovery phrases opened backups")]
    OldBackup,
    /// A slot that holds the keys of someone else.
    #[error("the key slot holds someone else's keys")]
    OthersSlot,
    /// Something that cannot fail did.
    #[error("sealing failed")]
    Sealing,
}

impl Explain for CryptoError {
    fn hint(&self) -> String {
        match self {
            CryptoError::NotYours => "only its readers can open it; ask the client's counsellor to assign you",
            CryptoError::Damaged | CryptoError::Signature | CryptoError::Elsewhere(_) | CryptoError::Chain { .. } => {
                "run `gyeot vault check`: it lists what is damaged; restore it with `gyeot backup restore`"
            }
            CryptoError::Newer(_) => "use the version of gyeot that wrote it, or a newer one",
            CryptoError::Key => "check the key text; it begins with a tag such as x25519:",
            CryptoError::Passphrase => "try again; after several wrong ones there is a delay",
            CryptoError::Device => {
                "plug it in and try again; its `age-plugin-…` program must be on the PATH; the passphrase still opens the vault"
            }
            CryptoError::Weak(_) => {
                "take a longer one of several unrelated words, or let gyeot make one with --generate"
            }
            CryptoError::NoBackup => "give the file that `gyeot backup create` wrote, or another copy of it",
            CryptoError::OldBackup => "give the passphrase that its maker had on the day it was made",
            CryptoError::OthersSlot => {
                "somebody exchanged files in the folder `slots`: restore them with `gyeot backup restore`, and look who could write there"
            }
            CryptoError::Sealing => "this is a fault of the program; nothing was written",
        }
        .to_owned()
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
