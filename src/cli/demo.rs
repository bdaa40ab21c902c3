//! `gyeot demo`: the shipped session through the whole job in a throw-away vault. Headless it prints each stage and
//! ends well only if every stage worked; otherwise it opens the workstation on the same session at real pace.

mod show;
mod stages;

use crate::cli::Globals;
use crate::domain::explain::ErrorReport;
use std::path::PathBuf;

/// Arguments of `gyeot demo`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Without a screen, as fast as it goes.
    #[arg(long)]
    headless: bool,
    /// Keep the vault in this folder, which must be empty or absent, and print its passphrase.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    if args.headless {
        return crate::cli::demo::stages::run(args.keep, globals);
    }
    crate::cli::demo::stages::open(args.keep.as_deref(), globals)
}
