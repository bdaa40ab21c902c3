//! Every sentence the program says, in Korean and English: Fluent files (projectfluent.org) and the code that fills them
//! in. Pure: the files are part of the program. The lowest layer; every other one may name it.
//!
//! An id stands in both languages with the same arguments, every id that the source names is there, and no id is there
//! that the source does not name; `tests/rules/texts.rs` holds that.

pub mod catalogue;
pub mod josa;
pub mod lang;
pub mod message;
pub mod system;

pub use crate::texts::catalogue::{files, find};
pub use crate::texts::lang::Lang;
pub use crate::texts::message::{Arg, Message, msg, named, one_of, verbatim};
