//! Traits that the outside must fulfil. No implementation lives here.

pub mod audio;
pub mod clock;
pub mod engine;
pub mod engines;
pub mod hardware_key;
pub mod keeper;
pub mod machine;
pub mod recorder;
pub mod store;
