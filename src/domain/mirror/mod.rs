//! The session mirror: what a session looked like in numbers, each with the utterances behind it. Rules and bounds are data
//! (`prompts/mirror`); nothing here judges a person or reads a voice.

pub mod behaviour;
pub mod figures;
pub mod measures;
pub mod reading;
pub mod rules;
pub mod saying;
pub mod talk;
pub mod wording;
