//! A session as the caseload knows it: when, how long, in which state.

use crate::domain::practice::ids::{ClientCode, ClientId, SessionId};
use crate::domain::practice::lang::Lang;
use crate::domain::practice::time::Timestamp;
use serde::{Deserialize, Serialize};

/// State of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SessionState {
    /// Begun and not ended: running now, or interrupted and waiting for `session recover`.
    Open,
    /// It was ended, by a person or by recovery; takes no more records.
    Ended,
    /// Its key was destroyed; nothing of it can be read any more.
    Destroyed,
}

/// One row of the list of sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SessionRow {
    /// Id of the session.
    pub id: SessionId,
    /// Id of the client.
    #[serde(skip)]
    pub client: ClientId,
    /// Code of the client.
    pub code: ClientCode,
    /// Counts from 1 within the client.
    pub number: u32,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Whether it is open, ended or destroyed.
    pub state: SessionState,
    /// Sealed records kept so far.
    pub records: u64,
    /// Language of what was spoken, where it was written down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Lang>,
}
