//! What the program and its workers say to each other: messages, framing, a version. No IO of its own beyond
//! the reader and writer it is given.
//!
//! A worker says `Hello` first. Each request has an id and ends in exactly one of `Done`, `Cancelled`, `Failed`.
//! `Cancel` is a request without an end of its own. End of file on its input ends a worker.

pub mod frame;
pub mod message;
pub mod recording;

pub use crate::protocol::message::{
    Answer, Ask, Decode, Decoded, Hello, Judge, Judged, Load, Pass, Question, Request, Say, Write, Written,
};

/// Raised whenever a message changes meaning; a worker of another version is refused.
pub const VERSION: u32 = 4;
