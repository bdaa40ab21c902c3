//! A running session with scripted engines, the workers, the sandbox, and sound files.

#![allow(clippy::unwrap_used, clippy::panic)]

mod advise_scripted;
mod audio_files;
mod recognise;
mod recorders;
mod sandbox;
mod session_flow;
mod workers;
