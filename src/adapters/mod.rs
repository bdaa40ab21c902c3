//! One outside thing per file, each behind a port: files, devices, child processes, the database.

pub mod audio_file;
pub mod convert;
pub mod export;
pub mod instruments;
pub mod microphone;
pub mod models;
pub mod paced;
pub mod resampler;
pub mod shipped;
pub mod voice_file;
pub mod workers;
