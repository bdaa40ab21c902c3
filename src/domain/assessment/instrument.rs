//! Instruments as data: what a file of `assessments/` may say, and the library made of them.
//! Scoring is [`crate::domain::assessment::score`]; consistency is [`check`]; who may see item wording is [`licence`].
//! No instrument is named in code: adding one touches no Rust.

pub mod check;
pub mod definition;
pub mod format;
pub mod library;
pub mod library_error;
pub mod licence;
pub mod permission;
pub mod reading;

pub use crate::domain::assessment::instrument::definition::Instrument;
pub use crate::domain::assessment::instrument::format::*;
pub use crate::domain::assessment::instrument::library::Library;
pub use crate::domain::assessment::instrument::library_error::LibraryError;
pub use crate::domain::assessment::instrument::reading::*;
