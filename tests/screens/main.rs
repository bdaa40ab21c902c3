//! The program as one step, and what every screen shows.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod shared;

mod app_flows;
mod both_ways;
mod performer;
mod stage;
mod ui_screens;
