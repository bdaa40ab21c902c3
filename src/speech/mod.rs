//! Signal work on speech: voice activity, segments, who speaks, filters of what is invented, error rates. Pure.

pub mod agreement;
pub mod ahead;
pub mod campplus;
pub mod characters;
pub mod error_rate;
pub mod fbank;
pub mod filter;
pub mod flac;
pub mod ge2e;
pub mod leveller;
pub mod line_cut;
pub mod listened;
pub mod matrix;
pub mod mel;
pub mod scale;
pub mod script;
pub mod segment;
pub mod speakers;
pub mod turns;
mod two_voices;
pub mod vad;
pub mod voice;
pub mod voice_print;
pub mod weight_file;
pub mod window;
