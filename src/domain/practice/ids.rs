//! Identifiers. Random ones are made by the caller; this module reads no randomness.

use crate::texts::{Message, msg};
use serde::{Deserialize, Serialize};

macro_rules! name_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as written in files.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(s: &str) -> Self {
                $name(s.to_owned())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_id!(
    /// A model of the catalogue, such as `whisper-base`.
    ModelId
);
name_id!(
    /// A technique card, such as `behavioural-activation`.
    TechniqueId
);
name_id!(
    /// An instrument, such as `phq-9`.
    InstrumentId
);
name_id!(
    /// What a client is called outside the seal, such as `C-0417`. Never a name.
    ClientCode
);
name_id!(
    /// A rule that finds risk cues, such as `passive-ideation`.
    RiskRuleId
);

/// An utterance within its transcript; counts from 1 in order of time and is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtteranceId(pub u32);

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; 16]);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({})", stringify!($name), hex::encode(&self.0[..4]))
            }
        }

        impl std::str::FromStr for $name {
            type Err = Message;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let mut id = [0u8; 16];
                hex::decode_to_slice(s, &mut id).map_err(|_| msg("written-as-id"))?;
                Ok($name(id))
            }
        }

        impl TryFrom<String> for $name {
            type Error = Message;
            fn try_from(s: String) -> Result<Self, Self::Error> {
                s.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

random_id!(
    /// A sealed record; 16 random bytes, the key under which it is stored.
    RecordId
);
random_id!(
    /// A session.
    SessionId
);
random_id!(
    /// A member of the centre.
    MemberId
);
random_id!(
    /// A client; never shown to people, who use the [`ClientCode`].
    ClientId
);
random_id!(
    /// A workstation: 16 random bytes that it keeps outside every vault.
    DeviceId
);

/// Who writes a sequence of records: a member on a device. Its text is both ids with a minus sign between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Writer {
    /// The member.
    pub member: MemberId,
    /// The workstation.
    pub device: DeviceId,
}

impl Writer {
    /// The one sequence that a vault of schema 1 had for all its members. It is closed: nothing is added to it.
    pub const SCHEMA_1: Writer = Writer { member: MemberId([0; 16]), device: DeviceId([0; 16]) };

    /// 32 bytes: member, device.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        out[..16].copy_from_slice(&self.member.0);
        out[16..].copy_from_slice(&self.device.0);
        out
    }

    /// Reads what [`Writer::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let (mut member, mut device) = ([0; 16], [0; 16]);
        member.copy_from_slice(&bytes[..16]);
        device.copy_from_slice(&bytes[16..]);
        Writer { member: MemberId(member), device: DeviceId(device) }
    }
}

impl std::fmt::Display for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.member, self.device)
    }
}

impl std::str::FromStr for Writer {
    type Err = Message;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (member, device) = s.split_once('-').ok_or_else(|| msg("written-as-id"))?;
        Ok(Writer { member: member.parse()?, device: device.parse()? })
    }
}

impl TryFrom<String> for Writer {
    type Error = Message;
    fn try_from(s: String) -> Result<Self, Self::Error> {
        s.parse()
    }
}

impl From<Writer> for String {
    fn from(writer: Writer) -> Self {
        writer.to_string()
    }
}

/// A statement within its note; counts from 1 and is never given to another statement by a later revision. 0 in notes
/// from before statements had one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StatementId(pub u32);
