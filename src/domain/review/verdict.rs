//! What a supervisor decides, as one word.

use serde::{Deserialize, Serialize};

/// What a supervisor decides about a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It goes back.
    Return,
    /// It is co-signed.
    Cosign,
}
