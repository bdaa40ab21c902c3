//! Everything that can be said when the vault does not do what was asked.

use crate::adapters::backup::BackupError;
use crate::crypto::CryptoError;
use crate::domain::explain::{Exit, Explain};
use crate::domain::governance::access::Denied;
use crate::domain::governance::access_log::NoReason;
use crate::domain::governance::roster::RosterError;
use crate::domain::note::states::StateError;
use crate::domain::practice::consent::ConsentError;
use crate::ports::store::StoreError;

/// Why the vault did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Keys, seals, signatures.
    #[error(transparent)]
    Vault(#[from] CryptoError),
    /// The store or the disk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file of a backup.
    #[error(transparent)]
    Backup(BackupError),
    /// The policy.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A consent is missing.
    #[error(transparent)]
    Consent(#[from] ConsentError),
    /// The roster.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// The state of a note does not allow it.
    #[error(transparent)]
    Note(#[from] StateError),
    /// A reason is missing.
    #[error(transparent)]
    Reason(#[from] NoReason),
    /// There is no vault.
    #[error("there is no vault in this folder")]
    NoVault,
    /// There is one already.
    #[error("there is already a vault in this folder")]
    Exists,
    /// Several members, none named.
    #[error("this vault has several members, and none was named")]
    WhichMember,
    /// No member of that name has a key slot here.
    #[error("no active member of that name has a key on this workstation")]
    NoSlot,
    /// Two recovery phrases that do not belong together or to this vault.
    #[error("these two phrases do not open the recovery key")]
    Phrases,
    /// Nobody who is present holds the client's keys.
    #[error("nobody here holds the keys of a client of this code")]
    NoKeys,
    /// This supervisor has no key of this client.
    #[error("this supervisor is not assigned to this client")]
    NotAssigned,
    /// Another role may not hold the keys of their clients.
    #[error("this counsellor still has {0} clients, whose keys the new role may not hold")]
    StillTheirs(usize),
    /// The words of a fingerprint are others.
    #[error("these are not the words of this member's fingerprint")]
    OtherFingerprint,
    /// No period is over.
    #[error("nothing of this client is past its retention period")]
    NothingDue,
    /// Nothing of this number waits for a review.
    #[error("nothing of this number waits for a review by you")]
    NotWaiting,
    /// Too many wrong passphrases.
    #[error("after {wrong} wrong passphrases there is a delay: {seconds} s to go")]
    Delay {
        /// How many.
        wrong: u32,
        /// Seconds.
        seconds: u64,
    },
    /// Not complete: nothing may be written over it.
    #[error("the vault is {0}; nothing is written until that is settled")]
    NotWhole(String),
    /// A file other than the store.
    #[error("the file `{file}` of the vault is damaged: {why}")]
    File {
        /// Its name in the vault.
        file: String,
        /// One phrase.
        why: String,
    },
    /// A certificate, report or checkpoint that nobody of this vault signed, or that was changed.
    #[error("no member of this vault signed this text as it stands")]
    NotSigned,
    /// No such client among those this member may see.
    #[error("you have no client of this code")]
    NoClient,
    /// The code is taken.
    #[error("this code is already in use")]
    CodeTaken,
    /// Not a code.
    #[error("a client's code is up to 16 of A-Z, 0-9 and -, with a digit: never a name")]
    Code,
    /// A client without a name, or a date that is none.
    #[error("{0}")]
    Input(&'static str),
    /// No such session.
    #[error("you have no session of this id")]
    NoSession,
    /// It is over.
    #[error("this session is ended")]
    SessionEnded,
    /// Its key is gone.
    #[error("this session was destroyed; its key does not exist any more")]
    SessionDestroyed,
}

impl From<BackupError> for VaultError {
    fn from(e: BackupError) -> Self {
        match e {
            BackupError::Store(e) => VaultError::Store(e),
            BackupError::Vault(e) => VaultError::Vault(e),
            e => VaultError::Backup(e),
        }
    }
}

impl Explain for VaultError {
    fn hint(&self) -> String {
        match self {
            VaultError::Vault(e) => return e.hint(),
            VaultError::Store(e) => return e.hint(),
            VaultError::Backup(e) => return e.hint(),
            VaultError::Denied(e) => return e.hint(),
            VaultError::Consent(e) => return e.hint(),
            VaultError::Roster(e) => return e.hint(),
            VaultError::Note(e) => return e.hint(),
            VaultError::Reason(e) => return e.hint(),
            VaultError::NoVault => "make one with `gyeot init`, or give its folder with --vault DIR",
            VaultError::Exists => "give another folder with --vault DIR",
            VaultError::WhichMember => "say who you are with --as NAME",
            VaultError::NoSlot => "`gyeot member list` shows the names; keys are made by `gyeot member add`",
            VaultError::Phrases => "check the numbers and the spelling; any two of the three open it",
            VaultError::NoKeys => {
                "the client's counsellor or supervisor must be one of the two, or give two recovery phrases with --phrase"
            }
            VaultError::NotAssigned => "`gyeot client show CODE` names the client's supervisors",
            VaultError::StillTheirs(_) => {
                "hand each over first with `gyeot client hand-over`; `gyeot audit reach NAME` lists them"
            }
            VaultError::OtherFingerprint => {
                "read them again together; if they stay different, the keys were exchanged: `gyeot member revoke`"
            }
            VaultError::NothingDue => "`gyeot client due` lists what is; `gyeot vault shred` destroys at the client's wish",
            VaultError::NotWaiting => "`gyeot audit review` lists what waits; who did it alone cannot review it",
            VaultError::Delay { .. } => "wait, then try again; the delay outlives a restart",
            VaultError::NotWhole(_) => "run `gyeot vault check`: it says what is missing and how to settle it",
            VaultError::File { .. } => "run `gyeot vault check`; restore the file with `gyeot backup restore`",
            VaultError::NotSigned => {
                "it is damaged, was changed, or belongs to another vault; compare it with another copy of it"
            }
            VaultError::NoClient => "`gyeot client list` shows your clients",
            VaultError::CodeTaken | VaultError::Code => "leave --code out and the next free code is given",
            VaultError::Input(_) => "see the command's --help",
            VaultError::NoSession => "`gyeot session list` shows your sessions",
            VaultError::SessionEnded => "begin a new one",
            VaultError::SessionDestroyed => "`gyeot audit show` says when and why",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            VaultError::Vault(e) => e.exit(),
            VaultError::Store(e) => e.exit(),
            VaultError::Backup(e) => e.exit(),
            VaultError::Denied(e) => e.exit(),
            VaultError::Consent(e) => e.exit(),
            VaultError::Roster(e) => e.exit(),
            VaultError::Note(e) => e.exit(),
            VaultError::Reason(e) => e.exit(),
            VaultError::Delay { .. } => Exit::Locked,
            VaultError::Phrases => Exit::WrongPassphrase,
            VaultError::NoKeys
            | VaultError::NotAssigned
            | VaultError::NothingDue
            | VaultError::NotWaiting
            | VaultError::StillTheirs(_)
            | VaultError::OtherFingerprint => Exit::Refused,
            VaultError::NotWhole(_) | VaultError::File { .. } | VaultError::NotSigned => Exit::Damaged,
            VaultError::NoClient | VaultError::NoSession | VaultError::SessionEnded | VaultError::SessionDestroyed => {
                Exit::Refused
            }
            VaultError::NoVault | VaultError::Exists => Exit::Failed,
            VaultError::WhichMember
            | VaultError::NoSlot
            | VaultError::CodeTaken
            | VaultError::Code
            | VaultError::Input(_) => Exit::Usage,
        }
    }
}
