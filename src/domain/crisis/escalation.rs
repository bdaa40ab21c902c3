//! The escalation packet of the default tier (L12): what lets others find the person, why and on which ground it is sent, and
//! nothing else. No text of a note or a transcript has a place in it.

use crate::domain::practice::text::ClientText;
use serde::{Deserialize, Serialize};

/// Who is to be found: the four fields of the default tier.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reachable {
    /// The name.
    pub name: ClientText,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// Where the client lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<ClientText>,
    /// Telephone or another contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ClientText>,
}

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EscalationPacket {
    /// Who is to be found.
    pub person: Reachable,
    /// One word of the program, such as `suicide-risk`.
    pub reason: String,
    /// The legal basis, one word of the program, such as `urgent-life-or-body` (PIPA 18(2)3).
    pub basis: String,
    /// To whom it goes: an office, not a person's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
}
