//! One outside thing per file, each behind a port: files, devices, child processes, the database.

pub mod age_plugin;
pub mod amr;
pub mod audio_file;
pub mod audio_header;
pub mod audio_kind;
pub mod audio_registry;
pub mod clock;
#[cfg(unix)]
pub mod descriptors;
pub mod downmix;
pub mod engines;
pub mod instruments;
pub mod microphone;
pub mod models;
pub mod opus;
pub mod outgoing_file;
pub mod own_process;
pub mod paced;
pub mod resampler;
pub mod retention;
pub mod settings;
pub mod shipped;
pub mod sled_chunks;
pub mod sled_recovery;
pub mod sled_schema_1;
pub mod store_kind;
pub mod store_memory;
pub mod store_sled;
pub mod strange_files;
pub mod time_zone;
pub mod voice_file;
pub mod worker_trust;
pub mod workers;
