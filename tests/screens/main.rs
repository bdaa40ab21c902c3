//! The program as one step, and what every screen shows.

#![allow(clippy::unwrap_used, clippy::panic)]

mod app_flows;
mod at_work;
mod members;
mod offers;
mod performer;
mod pictures;
mod sheet_flows;
mod stage;
mod ui_screens;
