//! A session as the caseload knows it: when, how long, in which state.

use crate::domain::practice::ids::{ClientCode, ClientId, SessionId};
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// Begun and not ended: running now, or interrupted and waiting for `session recover`.
    Open,
    /// Ended.
    Ended,
    /// Its key was destroyed; nothing of it can be read any more.
    Destroyed,
}

/// One row of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// Whose.
    #[serde(skip)]
    pub client: ClientId,
    /// Whose, as people call them.
    pub code: ClientCode,
    /// Counts from 1 within the client.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Where it stands.
    pub state: SessionState,
    /// Sealed records kept so far.
    pub records: u64,
}
