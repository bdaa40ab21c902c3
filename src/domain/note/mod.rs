//! Notes: which sections a format has.

pub mod format;
pub mod plan;
