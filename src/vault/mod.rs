//! The engine of sealed records: the folder, its opening, integrity, the mirror of small files, the cache of keys.
//! Decides nothing about who may do what; that is the policy, asked by [`crate::service`].

pub mod assessment_index;
pub mod backup_file;
pub mod cache_files;
pub mod caseload;
pub mod caseload_cache;
pub mod caseload_load;
pub mod checkpoint_file;
pub mod closed_store;
pub mod collections;
pub mod delay;
pub mod envelopes;
pub mod error;
pub mod files;
pub mod folder;
pub mod integrity;
pub mod lazy_key;
pub mod memory;
pub mod migration;
pub mod mirror;
pub mod opened_record;
pub mod opened_store;
pub mod opening;
pub mod outgoing;
pub mod owed_log;
pub mod private_copy;
pub mod read_only;
pub mod renewal_files;
pub mod roster_file;
pub mod tombs;
pub mod tombstoned_store;
pub mod trust;
pub mod workstation;
pub mod writers;
