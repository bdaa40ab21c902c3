//! What lies over a screen: help, the palette, questions, and what has to be told of the vault.

pub mod concern;
pub mod confirm;
pub mod help;
pub mod palette;
pub mod tour;
