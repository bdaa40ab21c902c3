//! `gyeot completions`: completions for a shell, on stdout.

use crate::cli::{Globals, help};
use crate::domain::explain::ErrorReport;

/// Arguments of `gyeot completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell.
    shell: clap_complete::Shell,
}

/// Runs the command.
pub fn run(args: Args, globals: &Globals) -> Result<(), ErrorReport> {
    clap_complete::generate(args.shell, &mut help::command(globals.lang()), "gyeot", &mut std::io::stdout());
    Ok(())
}
