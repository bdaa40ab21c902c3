//! Traits that the outside must fulfil. No implementation lives here.

pub mod audio;
pub mod clock;
pub mod engine;
pub mod engines;
pub mod keeper;
pub mod recorder;
pub mod store;
