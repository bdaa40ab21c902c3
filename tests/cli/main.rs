//! The command line: words, exit codes, bad input.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod stage;

mod after_the_session;
mod assess_cli;
mod bad_input;
mod handing_out;
mod hostile;
mod models_brought;
mod note_template;
mod review_cli;
mod safety_cli;
mod transcribe;
mod words;
