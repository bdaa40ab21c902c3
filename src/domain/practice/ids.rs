//! Identifiers. Random ones are made by the caller; this module reads no randomness.

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
            type Err = String;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                let mut id = [0u8; 16];
                hex::decode_to_slice(s, &mut id)
                    .map_err(|_| "an id is 32 hexadecimal digits".to_owned())?;
                Ok($name(id))
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
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
