//! The workstation in a real terminal: tmux runs the built program, real keys go in, the real screen is read. Needs tmux: without
//! it a test says loudly that it proved nothing, and fails where `GYEOT_REQUIRE_ENGINES` is set, as `make test` does.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod stage;

mod rough;
mod stories;
mod supervision;
mod tmux;
