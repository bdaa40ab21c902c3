//! One outside thing per file, each behind a port: files, devices, child processes, the database.

pub mod convert;
pub mod instruments;
pub mod models;
pub mod shipped;
pub mod workers;
