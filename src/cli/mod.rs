//! The command line: one file per command, each prints what the flows return.
//! Human text or, with `--json`, one object on stdout; progress and messages on stderr.

use crate::adapters::settings;
use crate::domain::explain::ErrorReport;
use crate::domain::practice::lang::Lang;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

macro_rules! commands {
    ($($(#[$doc:meta])* $module:ident $variant:ident),* $(,)?) => {
        $(pub mod $module;)*

        /// What can be done without opening the workstation.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$doc])* $variant($module::Args),)*
        }

        impl Command {
            fn run(self, globals: &Globals) -> Result<(), ErrorReport> {
                match self {
                    $(Command::$variant(args) => $module::run(args, globals),)*
                }
            }
        }
    };
}

commands! {
    /// Play the shipped session through the whole job in a throw-away vault.
    demo Demo,
    /// Make a new vault with its first member.
    init Init,
    /// People and roles.
    member Member,
    /// Clients and consents.
    client Client,
    /// Run, list, show and recover sessions.
    session Session,
    /// Write down a recording; nothing is stored.
    transcribe Transcribe,
    /// Therapy directions for a transcript; nothing is stored.
    suggest Suggest,
    /// Instruments, scores and change.
    assess Assess,
    /// The access log.
    audit Audit,
    /// Keep the vault whole.
    vault Vault,
    /// Back up, verify and restore.
    backup Backup,
    /// Models: list, recommend, pull, add, verify, remove.
    models Models,
    /// What is right, what is wrong and how to mend it.
    doctor Doctor,
    /// Shell completions.
    completions Completions,
    /// The manual page.
    man Man,
}

impl Command {
    /// True where a passphrase may be typed. The others hold no secret, and models are larger than what may be locked.
    const fn holds_keys(&self) -> bool {
        !matches!(
            self,
            Command::Transcribe(_)
                | Command::Suggest(_)
                | Command::Models(_)
                | Command::Completions(_)
                | Command::Man(_)
        )
    }
}

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Globals {
    /// The folder of the vault.
    #[arg(long, global = true, env = "GYEOT_VAULT", value_name = "DIR")]
    pub vault: Option<PathBuf>,
    /// The folder of the models.
    #[arg(long, global = true, env = "GYEOT_MODELS", value_name = "DIR")]
    pub models: Option<PathBuf>,
    /// Who you are, where several members have keys on this workstation.
    #[arg(long = "as", global = true, env = "GYEOT_MEMBER", value_name = "NAME")]
    pub member: Option<String>,
    /// Language of screens and texts.
    #[arg(long, global = true, env = "GYEOT_LANG", value_name = "ko|en")]
    pub lang: Option<Lang>,
    /// One JSON object on stdout and nothing else there.
    #[arg(long, global = true)]
    pub json: bool,
    /// Read the passphrase from the first line of this file.
    #[arg(long, global = true, value_name = "F")]
    pub passphrase_file: Option<PathBuf>,
    /// Read the passphrase from this open descriptor.
    #[arg(long, global = true, value_name = "N", conflicts_with = "passphrase_file")]
    pub passphrase_fd: Option<i32>,
    /// Unlock with a hardware key: the identity file that its age plugin wrote.
    #[arg(long, global = true, value_name = "F", conflicts_with_all = ["passphrase_file", "passphrase_fd"])]
    pub hardware: Option<PathBuf>,
}

impl Globals {
    /// Korean unless chosen otherwise.
    pub fn lang(&self) -> Lang {
        self.lang.unwrap_or_default()
    }

    /// What neither an argument nor the environment says is taken from the settings file.
    fn settle(&mut self) -> Result<(), ErrorReport> {
        if self.lang.is_none()
            && let Some(path) = settings::path()
        {
            self.lang = settings::read(&path)?.lang;
        }
        Ok(())
    }

    /// `--models`, else `gyeot/models` in the user's data folder.
    pub fn models_dir(&self) -> PathBuf {
        self.models.clone().unwrap_or_else(|| data_home().join("models"))
    }

    /// `GYEOT_ASSESSMENTS`, else `gyeot/assessments` in the user's data folder: texts the centre has licensed itself.
    pub fn assessments_dir(&self) -> PathBuf {
        std::env::var_os("GYEOT_ASSESSMENTS").map_or_else(|| data_home().join("assessments"), PathBuf::from)
    }

    /// `GYEOT_RETENTION`, else `gyeot/retention.toml` in the user's data folder: the centre's own retention periods.
    pub fn retention_file(&self) -> PathBuf {
        std::env::var_os("GYEOT_RETENTION").map_or_else(|| data_home().join("retention.toml"), PathBuf::from)
    }

    /// `--vault`, else `gyeot/vault` in the user's data folder.
    pub fn vault_dir(&self) -> PathBuf {
        self.vault.clone().unwrap_or_else(|| data_home().join("vault"))
    }
}

fn data_home() -> PathBuf {
    let base = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|p| p.is_absolute());
    let base = base.or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share")));
    base.unwrap_or_else(|| PathBuf::from(".")).join("gyeot")
}

/// Gyeot (곁): beside the counsellor. Without a command it opens the workstation.
#[derive(Debug, Parser)]
#[command(name = "gyeot", version, propagate_version = true)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Runs the program and returns its exit code. Errors are two lines on stderr.
pub fn main() -> u8 {
    if !crate::adapters::own_process::shield() {
        crate::cli::print::note("! core files could not be turned off on this system");
    }
    let mut cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) if e.use_stderr() => {
            let (fault, lang) = crate::cli::usage::fault(&e);
            crate::cli::print::error(&fault, lang);
            return fault.exit as u8;
        }
        Err(e) => {
            // Help and version. Nothing to be done about a closed terminal.
            let _ = e.print();
            return 0;
        }
    };
    if cli.command.as_ref().is_none_or(Command::holds_keys) {
        // Before a passphrase is typed. Where it cannot be done the program goes on; the doctor says what to do.
        crate::adapters::own_process::keep_in_memory();
    }
    // Until a vault says in which zone its centre counts days.
    crate::domain::practice::time::Calendar::of(crate::adapters::time_zone::of_workstation()).make_current();
    let done = cli.globals.settle().and_then(|()| match cli.command {
        Some(command) => command.run(&cli.globals),
        None => crate::runtime::workstation(&cli.globals),
    });
    let done = done.and_then(|()| crate::cli::print::finish());
    match done {
        Ok(()) if crate::cli::passphrase::opened_not_whole() => crate::domain::explain::Exit::Damaged as u8,
        Ok(()) => 0,
        Err(fault) => {
            crate::cli::print::error(&fault, cli.globals.lang());
            fault.exit as u8
        }
    }
}

pub mod interrupt;
pub mod meter;
pub mod passphrase;
pub mod print;
pub mod transcript_file;
pub mod usage;
