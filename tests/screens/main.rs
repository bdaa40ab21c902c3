//! The program as one step, and what every screen shows.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod shared;

mod app_flows;
mod at_work;
mod both_ways;
mod members;
mod offers;
mod performer;
mod pictures;
mod plain;
mod sheet_flows;
mod stage;
mod ui_screens;
