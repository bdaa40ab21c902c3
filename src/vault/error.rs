//! Everything that can be said when the vault does not do what was asked.

use crate::crypto::CryptoError;
use crate::domain::crisis::packet_error::PacketError;
use crate::domain::explain::{Exit, Explain};
use crate::domain::governance::access::Denied;
use crate::domain::governance::access_log::NoReason;
use crate::domain::governance::roster::RosterError;
use crate::domain::note::states::StateError;
use crate::domain::practice::consent::ConsentError;
use crate::domain::review::error::ReviewError;
use crate::domain::review::parcel::FileError;
use crate::ports::store::StoreError;
use crate::texts::{Message, msg};
use crate::vault::backup_file::BackupError;

/// Why the vault did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum VaultError {
    /// Keys, seals, signatures.
    Vault(#[from] CryptoError),
    /// The store or the disk.
    Store(#[from] StoreError),
    /// The file of a backup.
    Backup(BackupError),
    /// The policy.
    Denied(#[from] Denied),
    /// A consent is missing.
    Consent(#[from] ConsentError),
    /// The roster.
    Roster(#[from] RosterError),
    /// The state of a note does not allow it.
    Note(#[from] StateError),
    /// A review does not go on.
    Review(#[from] ReviewError),
    /// A file of a review is not taken in.
    ReviewFile(#[from] FileError),
    /// A reason is missing.
    Reason(#[from] NoReason),
    /// An escalation packet.
    Packet(#[from] PacketError),
    /// There is no vault.
    NoVault,
    /// There is one already.
    Exists,
    /// Several members, none named.
    WhichMember,
    /// No member of that name has a key slot here.
    NoSlot,
    /// Two recovery phrases that do not belong together or to this vault.
    Phrases,
    /// Nobody who is present holds the client's keys.
    NoKeys,
    /// This supervisor has no key of this client.
    NotAssigned,
    /// Another role may not hold the keys of their clients.
    StillTheirs(usize),
    /// The words of a fingerprint are others.
    OtherFingerprint,
    /// The words that were read are not those of this vault.
    OtherWords,
    /// No period is over.
    NothingDue,
    /// Nothing of this number waits for a review.
    NotWaiting,
    /// Too many wrong passphrases.
    Delay {
        /// How many.
        wrong: u32,
        /// Seconds.
        seconds: u64,
    },
    /// Not complete: nothing may be written over it.
    NotWhole(Message),
    /// The roster is not the one that this member or this workstation knows: nothing was written.
    Untrusted(Message),
    /// Seen for the first time: its words have to be compared.
    FirstSight {
        /// Eight words, 128 bits.
        words: String,
    },
    /// The vault cannot be written, and this workstation cannot keep the entry of the access log: nothing is shown (L8).
    NotLogged,
    /// The vault cannot be written, and nowhere is room for the copy that is read; MiB that it needs.
    NoRoomToRead(u64),
    /// Others than the owner may enter.
    OpenToOthers,
    /// A copy that cannot be joined.
    NotJoined(Message),
    /// A vault of schema 1 that cannot be migrated as it is.
    NotMigrated(Message),
    /// Written by who may not write that.
    Author(String),
    /// A file other than the store.
    File {
        /// Its name in the vault.
        file: String,
        /// One phrase.
        why: Message,
    },
    /// A certificate, report or checkpoint that nobody of this vault signed, or that was changed.
    NotSigned,
    /// No such client among those this member may see.
    NoClient,
    /// The code is taken.
    CodeTaken,
    /// Not a code.
    Code,
    /// A client without a name, or a date that is none.
    Input(Message),
    /// A birth date after today.
    BirthToCome,
    /// No such session.
    NoSession,
    /// It is over.
    SessionEnded,
    /// Its key is gone.
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
    fn message(&self) -> Message {
        match self {
            VaultError::Vault(e) => e.message(),
            VaultError::Store(e) => e.message(),
            VaultError::Backup(e) => e.message(),
            VaultError::Denied(e) => e.message(),
            VaultError::Consent(e) => e.message(),
            VaultError::Roster(e) => e.message(),
            VaultError::Note(e) => e.message(),
            VaultError::Review(e) => e.message(),
            VaultError::ReviewFile(e) => e.message(),
            VaultError::Reason(e) => e.message(),
            VaultError::Packet(e) => e.message(),
            VaultError::NoVault => msg("vault-no-vault"),
            VaultError::Exists => msg("vault-exists"),
            VaultError::WhichMember => msg("vault-which-member"),
            VaultError::NoSlot => msg("vault-no-slot"),
            VaultError::Phrases => msg("vault-phrases"),
            VaultError::NoKeys => msg("vault-no-keys"),
            VaultError::NotAssigned => msg("vault-not-assigned"),
            VaultError::StillTheirs(n) => msg("vault-still-theirs").with("n", n),
            VaultError::OtherFingerprint => msg("vault-other-fingerprint"),
            VaultError::OtherWords => msg("vault-other-words"),
            VaultError::NothingDue => msg("vault-nothing-due"),
            VaultError::NotWaiting => msg("vault-not-waiting"),
            VaultError::Delay { wrong, seconds } => msg("vault-delay").with("wrong", wrong).with("seconds", seconds),
            VaultError::NotWhole(state) => msg("vault-not-whole").with("state", state),
            VaultError::Untrusted(why) => msg("vault-untrusted").with("why", why),
            VaultError::FirstSight { words } => msg("vault-first-sight").with("words", words),
            VaultError::NotLogged => msg("vault-not-logged"),
            VaultError::NoRoomToRead(room) => msg("vault-no-room-to-read").with("room", *room),
            VaultError::OpenToOthers => msg("vault-open-to-others"),
            VaultError::NotJoined(why) => msg("vault-not-joined").with("why", why),
            VaultError::NotMigrated(why) => msg("vault-not-migrated").with("why", why),
            VaultError::Author(kind) => msg("vault-author").with("kind", kind),
            VaultError::File { file, why } => msg("vault-file").with("file", file).with("why", why),
            VaultError::NotSigned => msg("vault-not-signed"),
            VaultError::NoClient => msg("vault-no-client"),
            VaultError::CodeTaken => msg("vault-code-taken"),
            VaultError::Code => msg("vault-code"),
            VaultError::Input(what) => what.clone(),
            VaultError::BirthToCome => msg("service-clients-birth-date-to-come"),
            VaultError::NoSession => msg("vault-no-session"),
            VaultError::SessionEnded => msg("vault-session-ended"),
            VaultError::SessionDestroyed => msg("vault-session-destroyed"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            VaultError::Vault(e) => e.hint(),
            VaultError::Store(e) => e.hint(),
            VaultError::Backup(e) => e.hint(),
            VaultError::Denied(e) => e.hint(),
            VaultError::Consent(e) => e.hint(),
            VaultError::Roster(e) => e.hint(),
            VaultError::Note(e) => e.hint(),
            VaultError::Review(e) => e.hint(),
            VaultError::ReviewFile(e) => e.hint(),
            VaultError::Reason(e) => e.hint(),
            VaultError::Packet(e) => e.hint(),
            VaultError::NoVault => msg("vault-no-vault.hint"),
            VaultError::Exists => msg("vault-exists.hint"),
            VaultError::WhichMember => msg("vault-which-member.hint"),
            VaultError::NoSlot => msg("vault-no-slot.hint"),
            VaultError::Phrases => msg("vault-phrases.hint"),
            VaultError::NoKeys => msg("vault-no-keys.hint"),
            VaultError::NotAssigned => msg("vault-not-assigned.hint"),
            VaultError::StillTheirs(_) => msg("vault-still-theirs.hint"),
            VaultError::OtherFingerprint => msg("vault-other-fingerprint.hint"),
            VaultError::OtherWords => msg("vault-other-words.hint"),
            VaultError::NothingDue => msg("vault-nothing-due.hint"),
            VaultError::NotWaiting => msg("vault-not-waiting.hint"),
            VaultError::Delay { .. } => msg("vault-delay.hint"),
            VaultError::NotWhole(_) => msg("vault-not-whole.hint"),
            VaultError::Untrusted(_) => msg("vault-untrusted.hint"),
            VaultError::FirstSight { .. } => msg("vault-first-sight.hint"),
            VaultError::NotLogged => msg("vault-not-logged.hint"),
            VaultError::NoRoomToRead(_) => msg("vault-no-room-to-read.hint"),
            VaultError::OpenToOthers => msg("vault-open-to-others.hint"),
            VaultError::NotJoined(_) => msg("vault-not-joined.hint"),
            VaultError::NotMigrated(_) => msg("vault-not-migrated.hint"),
            VaultError::Author(_) => msg("vault-author.hint"),
            VaultError::File { .. } => msg("vault-file.hint"),
            VaultError::NotSigned => msg("vault-not-signed.hint"),
            VaultError::NoClient => msg("vault-no-client.hint"),
            VaultError::CodeTaken | VaultError::Code => msg("vault-code-taken.hint"),
            VaultError::Input(_) => msg("vault-input.hint"),
            VaultError::BirthToCome => msg("service-clients-birth-date-to-come.hint"),
            VaultError::NoSession => msg("vault-no-session.hint"),
            VaultError::SessionEnded => msg("vault-session-ended.hint"),
            VaultError::SessionDestroyed => msg("vault-session-destroyed.hint"),
        }
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
            VaultError::Review(e) => e.exit(),
            VaultError::ReviewFile(e) => e.exit(),
            VaultError::Reason(e) => e.exit(),
            VaultError::Packet(e) => e.exit(),
            VaultError::Delay { .. } => Exit::Locked,
            VaultError::Phrases => Exit::WrongPassphrase,
            VaultError::NoKeys
            | VaultError::NotAssigned
            | VaultError::NothingDue
            | VaultError::NotWaiting
            | VaultError::StillTheirs(_)
            | VaultError::OtherFingerprint
            | VaultError::OtherWords => Exit::Refused,
            VaultError::NotWhole(_)
            | VaultError::File { .. }
            | VaultError::NotSigned
            | VaultError::Untrusted(_)
            | VaultError::NotJoined(_)
            | VaultError::NotMigrated(_)
            | VaultError::Author(_) => Exit::Damaged,
            VaultError::FirstSight { .. } | VaultError::OpenToOthers => Exit::Refused,
            VaultError::NoClient | VaultError::NoSession | VaultError::SessionEnded | VaultError::SessionDestroyed => {
                Exit::Refused
            }
            VaultError::NoVault | VaultError::Exists | VaultError::NotLogged | VaultError::NoRoomToRead(_) => {
                Exit::Failed
            }
            VaultError::WhichMember
            | VaultError::NoSlot
            | VaultError::CodeTaken
            | VaultError::Code
            | VaultError::Input(_)
            | VaultError::BirthToCome => Exit::Usage,
        }
    }
}
