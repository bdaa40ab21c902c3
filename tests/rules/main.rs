//! The rules of the practice and their data: policy, instruments, prompts, risk words, exports.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/hostile.rs"]
mod hostile;

mod access_policy;
mod assess_change;
mod assess_fhir;
mod assess_loader;
mod blanks_and_skips;
mod data_assessments;
mod data_mirror;
mod data_prompts;
mod data_risk;
mod documents;
mod exporters;
mod fhir_of_others;
mod import_transcripts;
mod item_proposals;
mod packets;
mod risk_asked;
mod texts;
mod triage;
