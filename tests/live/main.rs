//! A running session with scripted engines, the workers, the sandbox, and sound files.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod stage;

mod asked_of_models;
mod audio_files;
mod cues;
mod recognise;
mod recorder;
mod recorder_kills;
mod recorders;
mod sandbox;
mod session_flow;
mod strange_files;
mod suggest_scripted;
mod texts_together;
mod workers;
