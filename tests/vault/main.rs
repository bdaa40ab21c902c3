//! Sealed records: people, keys, consents, destruction, and the vault under violence.

#![allow(clippy::unwrap_used, clippy::panic)]

mod assess_kept;
mod consent;
mod desk;
mod destruction;
mod due;
mod flips;
mod kills;
mod log_breaks;
mod log_edits;
mod opening;
mod people;
mod people_duties;
mod reach;
mod refusals;
mod remembered;
mod repairs;
mod roles;
mod seals;
mod stage;
mod store_suite;
mod tampering;
mod unclean;
mod ways_in;

/// The body of the child processes of the campaigns; does nothing when no campaign started it.
#[test]
#[ignore = "the other process of a campaign"]
fn the_other_process() {
    stage::writer::other_process();
}
