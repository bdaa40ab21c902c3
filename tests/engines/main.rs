//! Both engines on real models and real audio. A missing model fails where `GYEOT_REQUIRE_ENGINES` is set.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../stage/mod.rs"]
mod stage;

mod directions;
mod families;
mod models_real;
mod notes;
mod readme;
mod recovered_sound;
mod replay;
mod speakers_real;
mod speech;
mod texts_together;
mod turns_real;
