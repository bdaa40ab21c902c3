//! The two languages the practice speaks, as the layer of texts defines them.

pub use crate::texts::lang::Lang;
