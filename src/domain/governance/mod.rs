//! Who may do what, what was done, who is a member, and how long it is kept.

pub mod access;
pub mod access_log;
pub mod authorship;
pub mod breach;
pub mod concern;
pub mod inspection;
pub mod office;
pub mod reading;
pub mod retention;
pub mod roster;
pub mod task;
