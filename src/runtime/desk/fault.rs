//! Everything that can be said when the vault does not do what was asked.

use crate::adapters::backup::BackupFault;
use crate::domain::access::Denied;
use crate::domain::audit::NoReason;
use crate::domain::consent::ConsentFault;
use crate::domain::fault::{Exit, Explain};
use crate::domain::roster::RosterFault;
use crate::ports::store::StoreFault;
use crate::vault::VaultFault;

/// Why the vault did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeskFault {
    /// Keys, seals, signatures.
    #[error(transparent)]
    Vault(#[from] VaultFault),
    /// The store or the disk.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// The file of a backup.
    #[error(transparent)]
    Backup(BackupFault),
    /// The policy.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A consent is missing.
    #[error(transparent)]
    Consent(#[from] ConsentFault),
    /// The roster.
    #[error(transparent)]
    Roster(#[from] RosterFault),
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

impl From<BackupFault> for DeskFault {
    fn from(e: BackupFault) -> Self {
        match e {
            BackupFault::Store(e) => DeskFault::Store(e),
            BackupFault::Vault(e) => DeskFault::Vault(e),
            e => DeskFault::Backup(e),
        }
    }
}

impl Explain for DeskFault {
    fn hint(&self) -> String {
        match self {
            DeskFault::Vault(e) => return e.hint(),
            DeskFault::Store(e) => return e.hint(),
            DeskFault::Backup(e) => return e.hint(),
            DeskFault::Denied(e) => return e.hint(),
            DeskFault::Consent(e) => return e.hint(),
            DeskFault::Roster(e) => return e.hint(),
            DeskFault::Reason(e) => return e.hint(),
            DeskFault::NoVault => "make one with `gyeot init`, or give its folder with --vault DIR",
            DeskFault::Exists => "give another folder with --vault DIR",
            DeskFault::WhichMember => "say who you are with --as NAME",
            DeskFault::NoSlot => "`gyeot member list` shows the names; keys are made by `gyeot member add`",
            DeskFault::Phrases => "check the numbers and the spelling; any two of the three open it",
            DeskFault::NoKeys => {
                "the client's counsellor or supervisor must be one of the two, or give two recovery phrases with --phrase"
            }
            DeskFault::NotAssigned => "`gyeot client show CODE` names the client's supervisors",
            DeskFault::StillTheirs(_) => {
                "hand each over first with `gyeot client hand-over`; `gyeot audit reach NAME` lists them"
            }
            DeskFault::OtherFingerprint => {
                "read them again together; if they stay different, the keys were exchanged: `gyeot member revoke`"
            }
            DeskFault::NothingDue => "`gyeot client due` lists what is; `gyeot vault shred` destroys at the client's wish",
            DeskFault::NotWaiting => "`gyeot audit review` lists what waits; who did it alone cannot review it",
            DeskFault::Delay { .. } => "wait, then try again; the delay outlives a restart",
            DeskFault::NotWhole(_) => "run `gyeot vault check`: it says what is missing and how to settle it",
            DeskFault::File { .. } => "run `gyeot vault check`; restore the file with `gyeot backup restore`",
            DeskFault::NotSigned => {
                "it is damaged, was changed, or belongs to another vault; compare it with another copy of it"
            }
            DeskFault::NoClient => "`gyeot client list` shows your clients",
            DeskFault::CodeTaken | DeskFault::Code => "leave --code out and the next free code is given",
            DeskFault::Input(_) => "see the command's --help",
            DeskFault::NoSession => "`gyeot session list` shows your sessions",
            DeskFault::SessionEnded => "begin a new one",
            DeskFault::SessionDestroyed => "`gyeot audit show` says when and why",
        }
        .to_owned()
    }

    fn exit(&self) -> Exit {
        match self {
            DeskFault::Vault(e) => e.exit(),
            DeskFault::Store(e) => e.exit(),
            DeskFault::Backup(e) => e.exit(),
            DeskFault::Denied(e) => e.exit(),
            DeskFault::Consent(e) => e.exit(),
            DeskFault::Roster(e) => e.exit(),
            DeskFault::Reason(e) => e.exit(),
            DeskFault::Delay { .. } => Exit::Locked,
            DeskFault::Phrases => Exit::WrongPassphrase,
            DeskFault::NoKeys
            | DeskFault::NotAssigned
            | DeskFault::NothingDue
            | DeskFault::NotWaiting
            | DeskFault::StillTheirs(_)
            | DeskFault::OtherFingerprint => Exit::Refused,
            DeskFault::NotWhole(_) | DeskFault::File { .. } | DeskFault::NotSigned => Exit::Damaged,
            DeskFault::NoClient | DeskFault::NoSession | DeskFault::SessionEnded | DeskFault::SessionDestroyed => {
                Exit::Refused
            }
            DeskFault::NoVault | DeskFault::Exists => Exit::Failed,
            DeskFault::WhichMember
            | DeskFault::NoSlot
            | DeskFault::CodeTaken
            | DeskFault::Code
            | DeskFault::Input(_) => Exit::Usage,
        }
    }
}
