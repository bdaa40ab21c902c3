//! What became of a session that was run without a screen, as `--json` prints it.

use crate::domain::practice::ids::SessionId;
use serde_json::{Value, json};

/// Counts of one session.
pub(super) struct Ran {
    /// The session.
    pub(super) session: SessionId,
    /// Finished utterances.
    pub(super) utterances: usize,
    /// Cues that the rules raised.
    pub(super) risk_cues: usize,
    /// Stretches that could not be heard.
    pub(super) gaps: usize,
    /// Sealed records.
    pub(super) records: u64,
    /// All of it is on disk.
    pub(super) saved: bool,
    /// Directions with their quotes.
    pub(super) suggestions: usize,
}

impl Ran {
    /// The one place of this shape.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "schema": "gyeot.session-run/1", "session": self.session, "utterances": self.utterances,
            "risk_cues": self.risk_cues, "gaps": self.gaps, "records": self.records, "saved": self.saved,
            "suggestions": self.suggestions,
        })
    }
}
