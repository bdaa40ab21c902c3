//! Planted words are found in no file, argument, environment or core.

#![allow(clippy::unwrap_used, clippy::panic)]

mod phrases;
mod planted;
mod workers;
