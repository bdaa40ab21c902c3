//! Members of the centre and their roles.

use crate::domain::practice::ids::MemberId;
use crate::domain::practice::time::Timestamp;
use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

/// What a member is at the centre. Exactly one per member; a change of role is a new entry of the roster (L16).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// 상담사: sees the clients, writes and signs.
    Counsellor,
    /// 수퍼바이저: reads what is assigned, comments, co-signs.
    Supervisor,
    /// 센터 관리자: members, counts, the access log; no key to any content.
    Admin,
}

impl Role {
    /// Every role, in the order of tables.
    pub const ALL: [Role; 3] = [Role::Counsellor, Role::Supervisor, Role::Admin];

    /// The word on the command line and in files.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Counsellor => "counsellor",
            Role::Supervisor => "supervisor",
            Role::Admin => "admin",
        }
    }

    /// The role as a sentence names it.
    pub const fn message(self) -> Message {
        match self {
            Role::Counsellor => msg("role-counsellor"),
            Role::Supervisor => msg("role-supervisor"),
            Role::Admin => msg("role-admin"),
        }
    }

    /// The word on a screen.
    pub fn label(self, lang: crate::domain::practice::lang::Lang) -> &'static str {
        match self {
            Role::Counsellor => lang.say("practice-member-counsellor"),
            Role::Supervisor => lang.say("practice-member-supervisor"),
            Role::Admin => lang.say("practice-member-centre-admin"),
        }
    }
}

impl std::str::FromStr for Role {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "counsellor" | "counselor" | "상담사" => Ok(Role::Counsellor),
            "supervisor" | "수퍼바이저" => Ok(Role::Supervisor),
            "admin" | "관리자" => Ok(Role::Admin),
            _ => Err(msg("practice-member-role-must-counsellor-supervisor-admin")),
        }
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// A member as the roster knows them. Only public halves of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Random id, the same for ever.
    pub id: MemberId,
    /// The name colleagues use; unique among active members.
    pub name: String,
    /// Role that is in force now.
    pub role: Role,
    /// The tagged recipient that keys are wrapped to, such as `x25519:age1…`.
    pub recipient: String,
    /// Ed25519 verifying key, 64 hexadecimal digits.
    pub verifying: String,
    /// When the member was enrolled.
    pub from: Timestamp,
    /// Active until; absent while active.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

impl Member {
    /// True while not revoked.
    pub const fn active(&self) -> bool {
        self.to.is_none()
    }
}
