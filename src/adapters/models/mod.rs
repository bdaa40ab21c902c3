//! The models folder: what is in it, whether it is what the catalogue pinned, and how files come into it.
//! Knows no engine and reads no client data. Files here are public weights; nothing in this folder is secret.

pub mod catalogue;
pub mod certificates;
pub mod digest;
pub mod error;
pub mod fetch;
pub mod import;
pub mod memory;
pub mod pull;
pub mod recommend;
pub mod report;
pub mod store;

pub use crate::adapters::models::catalogue::Catalogue;
pub use crate::adapters::models::error::ModelError;
pub use crate::adapters::models::import::usable;
pub use crate::adapters::models::store::{Found, ModelRef, Store};
pub use crate::domain::model::{ChatTemplate, Manifest, Task, Tier, Variant, Verified};
