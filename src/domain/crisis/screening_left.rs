//! An opened screener that was left: what opened it, what was answered so far and why it was not gone on with.

use crate::domain::assessment::score::Answers;
use crate::domain::practice::ids::{InstrumentId, RiskRuleId, SessionId, UtteranceId};
use crate::domain::practice::text::ClientText;
use serde::{Deserialize, Serialize};

/// What opened a screener.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum OpenedBy {
    /// A risk cue.
    Cue {
        /// The rule that matched.
        rule: RiskRuleId,
        /// Where in the session.
        utterance: UtteranceId,
    },
    /// An answer that must not wait.
    Answer {
        /// Of which instrument.
        instrument: InstrumentId,
        /// Position of the item, from 1.
        item: usize,
    },
}

/// A screener that was left before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreeningLeft {
    /// Which screener.
    pub instrument: InstrumentId,
    /// What opened it.
    pub opened: OpenedBy,
    /// In which session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Id of a reason in the centre's file.
    pub reason: String,
    /// What the counsellor wrote to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<ClientText>,
    /// What was answered before it was left.
    pub answers: Answers,
}
