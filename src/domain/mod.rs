//! The rules of the practice. Pure: no IO, no clock, no randomness, no logging; depends on nothing else here.

pub mod agreement;
pub mod change;
pub mod data_file;
pub mod error_rate;
pub mod evidence;
pub mod fault;
pub mod ids;
pub mod instrument;
pub mod lang;
pub mod matrix;
pub mod mel;
pub mod model;
pub mod question;
pub mod risk;
pub mod score;
pub mod segment;
pub mod speakers;
pub mod speech_filter;
pub mod suggestion;
pub mod technique;
pub mod text;
pub mod time;
pub mod transcript;
pub mod turns;
pub mod vad;
pub mod voice;
