//! `gyeot backup create|verify|restore`.

use super::{Globals, passphrase, print};
use crate::domain::fault::Fault;
use crate::runtime::desk::{BackupReport, Desk, KeyCost};
use clap::Subcommand;
use std::path::PathBuf;

/// Arguments of `gyeot backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Backup,
}

#[derive(Debug, Subcommand)]
enum Backup {
    /// Write a backup to a new file and read it back. It opens with your passphrase of now.
    Create {
        /// The new file.
        file: PathBuf,
    },
    /// Read a whole backup back.
    Verify {
        /// The file.
        file: PathBuf,
    },
    /// Restore a backup into the empty folder given with --vault.
    Restore {
        /// The file.
        file: PathBuf,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), Fault> {
    let lang = globals.lang();
    let pass = passphrase::read(globals, lang.pick("암호 문구", "passphrase"))?;
    let (done, report) = match args.command {
        Backup::Create { file } => {
            let desk = Desk::unlock(&globals.vault_dir(), globals.member.as_deref(), &pass)?;
            let report = desk.back_up(&file, &pass, KeyCost::Production)?;
            desk.lock()?;
            ("created", report)
        }
        Backup::Verify { file } => ("verified", Desk::verify_backup(&file, &pass)?),
        Backup::Restore { file } => ("restored", Desk::restore(&file, &pass, &globals.vault_dir())?),
    };
    show(done, &report, globals)
}

fn show(done: &str, report: &BackupReport, globals: &Globals) -> Result<(), Fault> {
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.backup/1", "done": done, "backup": report}));
    }
    let lang = globals.lang();
    print::line(format!(
        "{}: {} · {} · {} B",
        match done {
            "created" => lang.pick("백업을 만들고 다시 읽어 확인했습니다", "backup made and read back"),
            "verified" => lang.pick("백업이 온전합니다", "the backup is sound"),
            _ => lang.pick("백업에서 되돌렸습니다", "restored from the backup"),
        },
        report.records,
        report.files,
        report.bytes
    ));
    Ok(())
}
