//! The rules of the practice. Pure: no IO, no clock, no randomness, no logging; depends on nothing else here.

pub mod advice;
pub mod assessment;
pub mod crisis;
pub mod evaluation;
pub mod explain;
pub mod finding;
pub mod governance;
pub mod mirror;
pub mod model;
pub mod note;
pub mod practice;
pub mod record;
pub mod review;
pub mod transcript;
