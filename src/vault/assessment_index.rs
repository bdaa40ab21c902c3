//! What is known of a client's instruments while the vault is unlocked: what was given, and what is due. Read from the
//! collection at unlocking and kept in step with what is written; the records themselves stay the truth.

use crate::domain::assessment::administration::Administration;
use crate::domain::practice::ids::InstrumentId;
use crate::domain::practice::schedule::Schedule;
use crate::domain::record::Body;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Sheets and schedules of one client.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct AssessmentIndex {
    pub(crate) given: Vec<Administration>,
    pub(crate) schedules: BTreeMap<InstrumentId, Schedule>,
    #[serde(skip)]
    pub(crate) told: LoggedCounts,
}

/// What the access log was told of a client since the vault was unlocked. The caseload asks for every client again and
/// again; the first time is the entry.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LoggedCounts {
    /// How many sheets and schedules the last entry counted.
    pub(crate) measures: u64,
    /// That it was looked whether sessions have notes.
    pub(crate) notes: bool,
    /// How many consents and withdrawals.
    pub(crate) consents: u64,
    /// How many sessions.
    pub(crate) sessions: u64,
}

impl AssessmentIndex {
    /// How many sheets and schedules there are.
    pub(crate) fn count(&self) -> u64 {
        (self.given.len() + self.schedules.len()) as u64
    }

    /// Takes a record of the collection, oldest first. A sheet of a newer form is not counted here; reading the client's
    /// history names it.
    pub(crate) fn take(&mut self, body: &Body) {
        match body {
            Body::Administration { sheet } => self.given.push((**sheet).clone()),
            Body::Schedule { schedule } => {
                self.schedules.insert(schedule.instrument.clone(), schedule.clone());
            }
            _ => {}
        }
    }
}
