//! Keys as they are sealed: what a wrapped key opens, and its secret as text.

use crate::domain::practice::ids::{ClientId, SessionId};
use serde::{Deserialize, Serialize};

/// A secret key as text, sealed in a wrap. `Debug` withholds it, dropping wipes it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, zeroize::Zeroize, zeroize::ZeroizeOnDrop)]
#[serde(transparent)]
pub struct SecretText(pub String);

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(withheld)")
    }
}

/// What a wrapped key opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "kebab-case")]
pub enum KeyFor {
    /// A client's records of one epoch.
    Case {
        /// Whose.
        client: ClientId,
        /// Counts from 1; a leaver begins the next.
        epoch: u32,
    },
    /// A client's process notes.
    Process {
        /// Whose.
        client: ClientId,
        /// Counts from 1.
        epoch: u32,
    },
    /// One session.
    Session {
        /// Which.
        session: SessionId,
        /// Whose.
        client: ClientId,
    },
    /// One escalation packet.
    Escalation {
        /// Whose.
        client: ClientId,
    },
    /// What all members of the centre share: the directory of receivers.
    Centre,
    /// The access log.
    Log,
    /// Where the codes of clients are marked as taken.
    Codes,
}
