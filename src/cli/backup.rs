//! `gyeot backup create|verify|restore`.

use crate::cli::vault::{PhraseArgs, TwoPhrases, phrases};
use crate::cli::{Globals, passphrase, print};
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use crate::service::{BackupKey, BackupReport, KeyCost, UnlockedVault};
use clap::Subcommand;
use secrecy::SecretString;
use std::path::PathBuf;

/// Arguments of `gyeot backup`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Backup,
}

#[derive(Debug, Subcommand)]
enum Backup {
    /// Write a backup to a new file and read it back. It opens with your passphrase of now, or with two recovery phrases.
    Create {
        /// The new file.
        file: PathBuf,
    },
    /// Read a whole backup back.
    Verify {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        phrases: PhraseArgs,
    },
    /// Restore a backup into the empty folder given with --vault.
    Restore {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        phrases: PhraseArgs,
    },
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    let lang = globals.lang();
    let own = || passphrase::read(globals, lang.say("cli-backup-passphrase"));
    let (done, report) = match args.command {
        Backup::Create { file } => {
            let pass = own()?;
            let vault = UnlockedVault::unlock(&globals.vault_dir(), globals.member.as_deref(), &pass)?;
            passphrase::tell(&vault, lang);
            let report = vault.back_up(&file, &pass, KeyCost::Production)?;
            vault.lock()?;
            ("created", report)
        }
        Backup::Verify { file, phrases: given } => {
            let key = Key::read(&given, globals.lang(), own)?;
            ("verified", UnlockedVault::verify_backup(&file, key.as_asked())?)
        }
        Backup::Restore { file, phrases: given } => {
            let key = Key::read(&given, globals.lang(), own)?;
            ("restored", UnlockedVault::restore(&file, key.as_asked(), &globals.vault_dir())?)
        }
    };
    show(done, &report, globals)
}

/// What was typed to open a backup.
enum Key {
    Passphrase(SecretString),
    Recovery(TwoPhrases),
}

impl Key {
    /// Two recovery phrases where their numbers were given, else the maker's passphrase.
    fn read(
        given: &PhraseArgs,
        lang: Lang,
        own: impl Fn() -> Result<SecretString, ErrorReport>,
    ) -> Result<Self, ErrorReport> {
        match given.read(lang)? {
            Some(two) => Ok(Key::Recovery(two)),
            None => own().map(Key::Passphrase),
        }
    }

    fn as_asked(&self) -> BackupKey<'_> {
        match self {
            Key::Passphrase(pass) => BackupKey::Passphrase(pass),
            Key::Recovery(two) => BackupKey::Recovery(phrases(two)),
        }
    }
}

fn show(done: &str, report: &BackupReport, globals: &Globals) -> Result<(), ErrorReport> {
    if globals.json {
        return print::json(&serde_json::json!({"schema": "gyeot.backup/1", "done": done, "backup": report}));
    }
    let lang = globals.lang();
    let records = lang.say("cli-vault-records");
    let files = lang.say("cli-backup-files");
    print::line(format!(
        "{}: {records} {} · {files} {} · {} B",
        match done {
            "created" => lang.say("cli-backup-backup-made-read-back"),
            "verified" => lang.say("cli-backup-backup-sound"),
            _ => lang.say("cli-backup-restored-backup"),
        },
        report.records,
        report.files,
        report.bytes
    ));
    Ok(())
}
