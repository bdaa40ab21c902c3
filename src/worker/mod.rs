//! What runs inside a worker process: the loop, the sandbox, and a scripted engine for tests and `--scripted`.

mod built;
pub mod sandbox;
pub mod scripted;
pub mod serve;

pub use crate::worker::built::{OFFLOADS, build};
pub use crate::worker::serve::{Engine, Fate, serve};
