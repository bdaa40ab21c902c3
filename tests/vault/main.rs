//! Sealed records: people, keys, consents, destruction, and the vault under violence.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod stage;

mod administrations;
mod appointments;
mod attacks;
mod breach;
mod caseload_cache;
mod consent;
mod destruction;
mod elsewhere;
mod escalation_share;
mod escalations;
mod flips;
mod forged_notes;
mod handing_out;
mod inspection;
mod joins;
mod kills;
mod last_backup;
mod late_refusals;
mod log_breaks;
mod log_edits;
mod members;
mod merged_clients;
mod migration;
mod note_ahead;
mod note_bad_input;
mod note_templates;
mod notes;
mod opening;
mod pending_duties;
mod planted_files;
mod practice;
mod reach;
mod read_only;
mod record_talk;
mod refusals;
mod repairs;
mod replay_note;
mod retention_due;
mod review;
mod review_files;
mod roles;
mod safety_plans;
mod seals;
mod sessions;
mod store_suite;
mod supervision;
mod tampering;
mod unclean;
mod ways_in;
mod working_copies;
mod writer;

/// The body of the child processes of the campaigns; does nothing when no campaign started it.
#[test]
#[ignore = "the other process of a campaign"]
fn the_other_process() {
    writer::other_process();
}
