//! Why a change of the roster is not allowed, and what to do about it.

use crate::domain::governance::roster::VAULT_SCHEMA;

/// Why a change of the roster is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// A vault of a newer or foreign version.
    #[error("the vault is of version {0}, this program reads {VAULT_SCHEMA}")]
    Version(String),
    /// Not founded, or founded twice.
    #[error("the roster does not begin with one founding entry")]
    Founding,
    /// The signers are not those the change needs.
    #[error("a change of the roster needs an admin and a supervisor, two persons")]
    TwoPersons,
    /// A person who is not (or no longer) a member signed.
    #[error("a change of the roster is signed by someone who is not an active member")]
    NotAMember,
    /// Two active members of one name, or one id twice.
    #[error("there is already an active member of that name")]
    Twice,
    /// No such active member.
    #[error("there is no active member of that name")]
    Nobody,
    /// The last one cannot leave.
    #[error("the last member cannot be revoked")]
    Last,
    /// The role is the same as before.
    #[error("this member has that role already")]
    SameRole,
    /// A fingerprint is compared between two persons.
    #[error("nobody compares their own fingerprint")]
    OwnFingerprint,
}

impl crate::domain::explain::Explain for RosterError {
    fn hint(&self) -> String {
        match self {
            RosterError::Version(_) => "use the version of gyeot that made this vault, or a newer one",
            RosterError::Founding | RosterError::NotAMember => {
                "run `gyeot vault check`; restore the roster from a backup"
            }
            RosterError::TwoPersons => "give the second person with --second NAME and --second-passphrase-file F",
            RosterError::Twice => "choose another name; `gyeot member list` shows who is there",
            RosterError::Nobody => "`gyeot member list` shows who is there",
            RosterError::Last => "enrol someone first with `gyeot member add`",
            RosterError::SameRole => "`gyeot member show NAME` shows the roles, now and before",
            RosterError::OwnFingerprint => "another member compares it with you, with `gyeot member confirm`",
        }
        .to_owned()
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
