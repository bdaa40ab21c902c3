//! Notes: formats, what a line is about, drafted statements and what they rest on, states.

pub mod chain;
pub mod check;
pub mod content;
pub mod draft;
pub mod example;
pub mod facts;
pub mod figures;
pub mod format;
pub mod headings;
pub mod instruction;
pub mod plan;
pub mod retraction;
pub mod revision;
pub mod saying;
pub mod script;
pub mod statement;
pub mod states;
pub mod template;
pub mod unit;
pub mod wording;
pub mod working_copy;
