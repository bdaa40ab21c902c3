//! Supervision: what waits for a supervisor and in which order, comments and their threads, what a co-signature covers.

pub mod answer;
pub mod comment;
pub mod cosign;
pub mod error;
pub mod extract;
pub mod file;
pub mod hours;
pub mod mark;
pub mod parcel;
pub mod queue;
pub mod replace;
pub mod report;
pub mod report_fill;
pub mod report_form;
pub mod talk;
pub mod verdict;
