//! Why a change of the roster is not allowed, and what to do about it.

use crate::domain::explain::Explain;
use crate::domain::governance::roster::change::VAULT_SCHEMA;
use crate::texts::{Message, msg};

/// Why a change of the roster is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message())]
pub enum RosterError {
    /// A vault of a newer or foreign version.
    Version(String),
    /// Not founded, or founded twice.
    Founding,
    /// The signers are not those the change needs.
    TwoPersons,
    /// A person who is not (or no longer) a member signed.
    NotAMember,
    /// Two active members of one name, or one id twice.
    Twice,
    /// No such active member.
    Nobody,
    /// The last one cannot leave.
    Last,
    /// The role is the same as before.
    SameRole,
    /// A fingerprint is compared between two persons.
    OwnFingerprint,
}

impl Explain for RosterError {
    fn message(&self) -> Message {
        match self {
            RosterError::Version(theirs) => msg("roster-version").with("theirs", theirs).shown("ours", VAULT_SCHEMA),
            RosterError::Founding => msg("roster-founding"),
            RosterError::TwoPersons => msg("roster-two-persons"),
            RosterError::NotAMember => msg("roster-not-amember"),
            RosterError::Twice => msg("roster-twice"),
            RosterError::Nobody => msg("roster-nobody"),
            RosterError::Last => msg("roster-last"),
            RosterError::SameRole => msg("roster-same-role"),
            RosterError::OwnFingerprint => msg("roster-own-fingerprint"),
        }
    }
    fn hint(&self) -> Message {
        match self {
            RosterError::Version(_) => msg("roster-version.hint"),
            RosterError::Founding | RosterError::NotAMember => msg("roster-founding.hint"),
            RosterError::TwoPersons => msg("roster-two-persons.hint"),
            RosterError::Twice => msg("roster-twice.hint"),
            RosterError::Nobody => msg("roster-nobody.hint"),
            RosterError::Last => msg("roster-last.hint"),
            RosterError::SameRole => msg("roster-same-role.hint"),
            RosterError::OwnFingerprint => msg("roster-own-fingerprint.hint"),
        }
    }
    fn exit(&self) -> crate::domain::explain::Exit {
        use crate::domain::explain::Exit;
        match self {
            RosterError::Version(_) | RosterError::Founding | RosterError::NotAMember => Exit::Damaged,
            RosterError::TwoPersons | RosterError::Last | RosterError::OwnFingerprint => Exit::Refused,
            RosterError::Twice | RosterError::Nobody | RosterError::SameRole => Exit::Usage,
        }
    }
}
