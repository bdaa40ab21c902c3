//! One outside thing per file, each behind a port: files, devices, child processes, the database.

pub mod age_plugin;
pub mod amr;
pub mod audio_file;
pub mod audio_header;
pub mod audio_kind;
pub mod audio_registry;
pub mod backup;
pub mod checkpoint_file;
pub mod clock;
pub mod downmix;
pub mod instruments;
pub mod microphone;
pub mod models;
pub mod opus;
pub mod own_process;
pub mod paced;
pub mod resampler;
pub mod retention;
pub mod settings;
pub mod shipped;
pub mod sled_chunks;
pub mod sled_recovery;
pub mod store_memory;
pub mod store_sled;
pub mod voice_file;
pub mod workers;
