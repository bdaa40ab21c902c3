//! What the program and the recorder say to each other. The recorder says `Hello` first and is then told where the sound
//! goes; end of file on its input ends it after everything it was given is on disk.

use crate::domain::practice::ids::SessionId;
use crate::domain::practice::recording::{Skipped, SoundAlarm};
use serde::{Deserialize, Serialize};

/// Raised whenever one of these messages changes meaning.
pub const VERSION: u32 = 1;

/// What the recorder is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "feed", rename_all = "kebab-case")]
pub enum Feed {
    /// First: whose sound it is, and the public key it is sealed to.
    Begin {
        /// Id of the vault.
        vault: String,
        /// The session.
        session: SessionId,
        /// `x25519:age1…`.
        recipient: String,
    },
    /// Sound; the samples are the tail, 16 bits little endian.
    Sound {
        /// The first of them, from the start of the session.
        at: u64,
    },
    /// Nothing is recorded up to here.
    Skipped {
        /// Samples from the start of the session.
        to: u64,
        /// Why.
        why: Skipped,
    },
    /// What is not on disk yet is forgotten: the client took it back.
    Discard,
}

/// What the recorder says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tells", rename_all = "kebab-case")]
pub enum Tells {
    /// First.
    Hello {
        /// [`VERSION`].
        protocol: u32,
        /// Of the program.
        build: String,
        /// As the workers say it.
        sandbox: String,
        /// Checks the signatures of this run.
        verifying: String,
    },
    /// Everything up to here is synced.
    Saved {
        /// Samples from the start of the session.
        through: u64,
        /// Files of this run.
        segments: u32,
        /// Bytes of this run.
        bytes: u64,
    },
    /// Something is wrong; said once until it is mended.
    Alarm {
        /// What.
        alarm: SoundAlarm,
    },
    /// What was wrong is not any more.
    Mended,
}
