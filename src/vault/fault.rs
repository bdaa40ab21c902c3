//! What can go wrong between keys and bytes. No words of a record, no key material.

use crate::domain::fault::{Exit, Explain};

/// Why something does not open, or is not what it says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultFault {
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

impl Explain for VaultFault {
    fn hint(&self) -> String {
        match self {
            VaultFault::NotYours => "only its readers can open it; ask the client's counsellor to assign you",
            VaultFault::Damaged | VaultFault::Signature | VaultFault::Elsewhere(_) | VaultFault::Chain { .. } => {
                "run `gyeot vault check`: it lists what is damaged; restore it with `gyeot backup restore`"
            }
            VaultFault::Newer(_) => "use the version of gyeot that wrote it, or a newer one",
            VaultFault::Key => "check the key text; it begins with a tag such as x25519:",
            VaultFault::Passphrase => "try again; after several wrong ones there is a delay",
            VaultFault::Device => {
                "plug it in and try again; its `age-plugin-…` program must be on the PATH; the passphrase still opens the vault"
            }
            VaultFault::Weak(_) => {
                "take a longer one of several unrelated words, or let gyeot make one with --generate"
            }
            VaultFault::NoBackup => "give the file that `gyeot backup create` wrote, or another copy of it",
            VaultFault::OldBackup => "give the passphrase that its maker had on the day it was made",
            VaultFault::OthersSlot => {
                "somebody exchanged files in the folder `slots`: restore them with `gyeot backup restore`, and look who could write there"
            }
            VaultFault::Sealing => "this is a fault of the program; nothing was written",
        }
        .to_owned()
    }
    fn exit(&self) -> Exit {
        match self {
            VaultFault::NotYours | VaultFault::OldBackup => Exit::Refused,
            VaultFault::Passphrase => Exit::WrongPassphrase,
            VaultFault::Device => Exit::Locked,
            VaultFault::Weak(_) | VaultFault::Key => Exit::Usage,
            VaultFault::Sealing => Exit::Failed,
            _ => Exit::Damaged,
        }
    }
}
