//! Planted words are found in no file, argument, environment or core.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod stage;

mod phrases;
mod planted;
mod workers;
