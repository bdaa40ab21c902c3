//! What runs inside a worker process: the loop, the sandbox, the arithmetic of the language
//! worker, and a scripted engine for tests and `--scripted`.

mod built;
pub mod language;
pub mod sandbox;
pub mod scripted;
pub mod serve;

pub use crate::worker::built::{OFFLOADS, build};
pub use crate::worker::serve::{Engine, Fate, serve};
