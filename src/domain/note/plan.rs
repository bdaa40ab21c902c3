//! A plan as it is kept: for treatment, or as a hand-out. Its parts are those of its form; the words are people's. A safety
//! plan is another kind of record.

use crate::domain::practice::text::ClientText;
use serde::{Deserialize, Serialize};

/// What a plan is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanKind {
    /// What client and counsellor work on.
    Treatment,
    /// A sheet that the client takes home.
    HandOut,
}

/// One part of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanPart {
    /// The part's key in its form, such as `warning-signs`.
    pub key: String,
    /// In order.
    pub lines: Vec<ClientText>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What it is for.
    pub kind: PlanKind,
    /// In the form's order.
    pub parts: Vec<PlanPart>,
}
