//! The program as one step, and what every screen shows.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod shared;

mod app_flows;
mod at_work;
mod both_ways;
mod by_keys;
mod card;
mod daily;
mod escalations;
mod first_run;
mod forms;
mod hostile;
mod kept_and_left;
mod marks;
mod members;
mod merge;
mod models_used;
mod offers;
mod performer;
mod pictures;
mod plain;
mod review_story;
mod safety_flows;
mod sheet_flows;
mod signing;
mod sound_shown;
mod stage;
mod supervising;
mod templates;
mod ui_screens;
mod walk;
mod wide;
mod words;
