//! The small files of one writer: access log, tombstones, checkpoint. Every writer has their own of each, and nobody signs
//! in another's.

use crate::crypto::chain::{Head, Name};
use crate::crypto::checkpoint::{self, Checkpoint};
use crate::crypto::keys::Verifier;
use crate::domain::practice::ids::{MemberId, Writer};
use crate::vault::checkpoint_file::CheckpointFile;
use crate::vault::error::VaultError;
use crate::vault::files::{ChainFile, disk};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What a chain of the access log is called.
pub(crate) const LOG: &str = "access log";
/// What a chain of the tombstones is called.
pub(crate) const TOMBS: &str = "tombstones";
/// The folder of the access logs.
pub(crate) const LOGS_DIR: &str = "access";
/// The folder of the tombstones.
pub(crate) const TOMBS_DIR: &str = "tombs";
/// The folder of the checkpoints.
pub(crate) const CHECKPOINTS_DIR: &str = "checkpoints";

/// The file of one writer in one of these folders.
pub(crate) fn file_of(dir: &Path, folder: &str, writer: Writer) -> PathBuf {
    dir.join(folder).join(writer.to_string())
}

/// The name of a writer's chain. Those of schema 1 were signed by every member.
pub(crate) fn chain_name<'v>(what: &'static str, vault: &'v str, writer: Writer) -> Name<'v> {
    Name { what, vault, writer: Some(writer).filter(|w| *w != Writer::SCHEMA_1) }
}

/// Every writer that has a file in one of the three folders.
pub(crate) fn writers(dir: &Path) -> Result<BTreeSet<Writer>, VaultError> {
    let mut found = BTreeSet::new();
    for folder in [LOGS_DIR, TOMBS_DIR, CHECKPOINTS_DIR] {
        found.extend(writers_in(&dir.join(folder))?);
    }
    Ok(found)
}

/// Every writer that has a file in this folder.
pub(crate) fn writers_in(folder: &Path) -> Result<BTreeSet<Writer>, VaultError> {
    let entries = match std::fs::read_dir(folder) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        entries => entries.map_err(disk)?,
    };
    let mut found = BTreeSet::new();
    for entry in entries {
        // What is no writer's is nothing of ours: the rest of an interrupted writing, a file of somebody else.
        found.extend(entry.map_err(disk)?.file_name().to_string_lossy().parse::<Writer>().ok());
    }
    Ok(found)
}

/// One writer as far as it is known here.
#[derive(Debug)]
pub(crate) struct WriterFiles {
    pub(crate) log: ChainFile,
    pub(crate) tombs: ChainFile,
    pub(crate) checkpoint_file: CheckpointFile,
    pub(crate) checkpoint: Option<Checkpoint>,
    pub(crate) serial: u64,
    /// The log is not what the checkpoint says: the next one keeps the old measure.
    pub(crate) log_cut: bool,
    /// Where that log ends or parts from what the checkpoint says, and one phrase.
    pub(crate) log_cut_at: Option<(u64, &'static str)>,
    /// A person has to look at the log; sticky until salvage takes what is there.
    pub(crate) log_fault: bool,
    /// Made in this opening: a first checkpoint is owed whatever became of the others.
    pub(crate) begun: bool,
}

impl WriterFiles {
    /// The files of a writer who begins.
    pub(crate) fn begin(dir: &Path, vault: &str, writer: Writer) -> Result<Self, VaultError> {
        let chain = |folder, what| {
            let path = file_of(dir, folder, writer);
            if path.exists() {
                ChainFile::open(&path, chain_name(what, vault, writer), Head::EMPTY)
            } else {
                ChainFile::create(&path, chain_name(what, vault, writer))
            }
        };
        Ok(WriterFiles {
            log: chain(LOGS_DIR, LOG)?,
            tombs: chain(TOMBS_DIR, TOMBS)?,
            checkpoint_file: CheckpointFile::open(&file_of(dir, CHECKPOINTS_DIR, writer))?,
            checkpoint: None,
            serial: 0,
            log_cut: false,
            log_cut_at: None,
            log_fault: false,
            begun: true,
        })
    }
}

/// The newest checkpoint of a writer, and how many of the file's slots do not read. The slot that was never written is blank.
/// One that another signed, or of another vault or writer, does not read.
pub(crate) fn newest_checkpoint(
    file: &CheckpointFile,
    vault: &str,
    writer: Writer,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<(Option<Checkpoint>, usize), VaultError> {
    let mut best: Option<Checkpoint> = None;
    let mut spoiled = 0;
    for slot in file.slots()? {
        match checkpoint::read(&slot, verifier) {
            Ok(checkpoint) if checkpoint.vault == vault && checkpoint.writer == writer => {
                if best.as_ref().is_none_or(|b| checkpoint.serial > b.serial) {
                    best = Some(checkpoint);
                }
            }
            _ if slot.iter().all(|b| *b == b' ') => {}
            _ => spoiled += 1,
        }
    }
    Ok((best, spoiled))
}

/// The newest checkpoints of all writers, read without changing anything; who has none that reads is left out.
pub(crate) fn checkpoints(
    dir: &Path,
    vault: &str,
    verifier: &dyn Fn(MemberId) -> Option<Verifier>,
) -> Result<Vec<Checkpoint>, VaultError> {
    let mut found = Vec::new();
    for writer in writers_in(&dir.join(CHECKPOINTS_DIR))? {
        let path = file_of(dir, CHECKPOINTS_DIR, writer);
        let Ok(file) = CheckpointFile::open(&path) else { continue };
        found.extend(newest_checkpoint(&file, vault, writer, verifier)?.0);
    }
    Ok(found)
}
