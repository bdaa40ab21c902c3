//! The changes of a roster, as they are signed and kept.

use crate::domain::practice::ids::{DeviceId, MemberId};
use crate::domain::practice::member::{Member, Role};
use crate::domain::practice::time::Timestamp;
use crate::domain::record::Head;
use serde::{Deserialize, Serialize};

/// One change of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// The first entry: the vault and its first member, signed by that member.
    Found {
        /// [`VAULT_SCHEMA`], or [`VAULT_SCHEMA_1`] in a vault that was migrated; another name is a vault of another version.
        schema: String,
        /// Random, 32 hexadecimal digits: names this vault in every signature.
        vault: String,
        /// The centre's name.
        centre: String,
        /// The first member.
        first: Member,
        /// Who can open everything with two of three recovery phrases.
        recovery: String,
        /// The recipient of the access log.
        log: String,
        /// The centre's time zone (IANA), in which its days are counted; vaults from before have none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        time_zone: Option<String>,
    },
    /// A new member.
    Enrol {
        /// The new member.
        member: Member,
        /// When it was signed, by the clock of the workstation.
        at: Timestamp,
        /// Set when one person did what needs two: it waits for an after-review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
        /// The access log's new recipient, when the change takes the log from someone who could read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log: Option<String>,
    },
    /// A member leaves.
    Revoke {
        /// Id of the member.
        member: MemberId,
        /// When it was signed, by the clock of the workstation.
        at: Timestamp,
        /// As for [`Change::Enrol`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
        /// The access log's new recipient, when the change takes the log from someone who could read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log: Option<String>,
        /// Where the leaver's sequences end, one for each of their devices: what they sign beyond is refused.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        closed: Vec<(DeviceId, Head)>,
    },
    /// Another role.
    Reassign {
        /// Id of the member.
        member: MemberId,
        /// The new role.
        role: Role,
        /// When it was signed, by the clock of the workstation.
        at: Timestamp,
        /// As for [`Change::Enrol`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
        /// The access log's new recipient, when the change takes the log from someone who could read it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        log: Option<String>,
    },
    /// Another recovery key: the phrases of before open nothing any more.
    Recovery {
        /// Whom recovery wraps and slots are sealed to from now on.
        recipient: String,
        /// When it was signed, by the clock of the workstation.
        at: Timestamp,
        /// As for [`Change::Enrol`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        break_glass: Option<String>,
    },
    /// The fingerprint of a member's keys was compared in words, in person, with another member.
    Compare {
        /// Id of the member.
        member: MemberId,
        /// When it was signed, by the clock of the workstation.
        at: Timestamp,
    },
    /// A second person has looked at a break-glass change.
    Review {
        /// The entry that was reviewed; counts from 0.
        entry: u64,
        /// When it was signed, by the clock of the workstation.
        at: Timestamp,
    },
}

/// The version of the vault's layout that this program writes and reads.
pub const VAULT_SCHEMA: &str = "gyeot.vault/2";
/// The version before: one sequence for all writers. Brought to [`VAULT_SCHEMA`] at its opening.
pub const VAULT_SCHEMA_1: &str = "gyeot.vault/1";
