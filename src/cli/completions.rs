//! `gyeot completions`: completions for a shell, on stdout.

use crate::cli::{Cli, Globals};
use crate::domain::explain::ErrorReport;
use clap::CommandFactory;

/// Arguments of `gyeot completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(args: Args, _globals: &Globals) -> Result<(), ErrorReport> {
    clap_complete::generate(args.shell, &mut Cli::command(), "gyeot", &mut std::io::stdout());
    Ok(())
}
