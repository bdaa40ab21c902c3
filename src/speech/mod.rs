//! Signal work on speech: voice activity, segments, who speaks, filters of what is invented, error rates. Pure.

pub mod agreement;
pub mod error_rate;
pub mod filter;
pub mod flac;
pub mod leveller;
pub mod matrix;
pub mod mel;
pub mod segment;
pub mod speakers;
pub mod turns;
mod two_voices;
pub mod vad;
pub mod voice;
pub mod window;
