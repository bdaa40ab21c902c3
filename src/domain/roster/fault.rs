//! Why a change of the roster is not allowed, and what to do about it.

use super::VAULT_SCHEMA;

/// Why a change of the roster is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RosterFault {
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

impl crate::domain::fault::Explain for RosterFault {
    fn hint(&self) -> String {
        match self {
            RosterFault::Version(_) => "use the version of gyeot that made this vault, or a newer one",
            RosterFault::Founding | RosterFault::NotAMember => {
                "run `gyeot vault check`; restore the roster from a backup"
            }
            RosterFault::TwoPersons => "give the second person with --second NAME and --second-passphrase-file F",
            RosterFault::Twice => "choose another name; `gyeot member list` shows who is there",
            RosterFault::Nobody => "`gyeot member list` shows who is there",
            RosterFault::Last => "enrol someone first with `gyeot member add`",
            RosterFault::SameRole => "`gyeot member show NAME` shows the roles, now and before",
            RosterFault::OwnFingerprint => "another member compares it with you, with `gyeot member confirm`",
        }
        .to_owned()
    }
    fn exit(&self) -> crate::domain::fault::Exit {
        use crate::domain::fault::Exit;
        match self {
            RosterFault::Version(_) | RosterFault::Founding | RosterFault::NotAMember => Exit::Damaged,
            RosterFault::TwoPersons | RosterFault::Last | RosterFault::OwnFingerprint => Exit::Refused,
            RosterFault::Twice | RosterFault::Nobody | RosterFault::SameRole => Exit::Usage,
        }
    }
}
