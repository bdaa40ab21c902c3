//! The program as one step, and what every screen shows.

#![allow(clippy::unwrap_used, clippy::panic)]

mod app_flows;
mod offers;
mod performer;
mod pictures;
mod stage;
mod ui_screens;
